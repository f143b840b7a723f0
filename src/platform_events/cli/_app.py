"""The application: which subcommands there are, and how a run of it ends."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.metadata import version
from typing import Annotated, Final

import typer

from .._printable import printable
from ..errors import PlatformEventsError
from ._exit_codes import ExitCode, code_of, give_up_output
from ._modules import import_events
from .check_compat import check_compat
from .demo import demo
from .dev import dev
from .doctor import doctor
from .export import export
from .list import list_events
from .relay import relay
from .send import send
from .show import show
from .sync import sync
from .validate import validate
from .validate_name import validate_names

_EXIT_CODES: Final = (
    "Exit codes: 0 success; 1 a problem was found in what was checked; 2 wrong usage; 3 not all "
    "events were accepted, or their ids could not be written; 4 a setting is missing or wrong."
)

app: Final = typer.Typer(
    name="platform-events",
    help="Look at the platform's events, check them and send them.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> None:
    """Run the command and end the process."""
    try:
        try:
            app(prog_name="platform-events")
        finally:
            sys.stdout.flush()  # so that it fails here rather than while Python ends
    except PlatformEventsError as error:
        typer.echo(f"error: {printable(str(error))}", err=True)
        sys.exit(code_of(error))
    except OSError as error:  # files are named where they are opened: this is standard output
        give_up_output()
        with suppress(OSError):  # it may be standard error
            typer.echo(f"error: standard output: {error.strerror}", err=True)
        sys.exit(ExitCode.USAGE)


def _write_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"platform-events {version('platform-events')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_write_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
    modules: Annotated[
        list[str] | None,
        typer.Option(
            "--module",
            metavar="MODULE",
            help="Import a module that declares events of a service's own; may be repeated.",
        ),
    ] = None,
) -> None:
    import_events(modules or [])


_COMMANDS: Final = (
    ("list", list_events, "Example: platform-events list --category sync"),
    ("show", show, "Example: platform-events show platform/scoring.calculate"),
    (
        "validate-name",
        validate_names,
        "Example: platform-events validate-name platform/scoring.calculate",
    ),
    ("validate", validate, "Example: platform-events validate events.ndjson"),
    (
        "send",
        send,
        (
            "Examples: platform-events send events.ndjson --dry-run; "
            "platform-events send platform/social.member-followed --data '{...}'"
        ),
    ),
    ("export", export, "Example: platform-events export typescript --out src/inngest"),
    (
        "check-compat",
        check_compat,
        (
            "Examples: platform-events check-compat; "
            "platform-events check-compat --against v1.2.0 --markdown"
        ),
    ),
    (
        "doctor",
        doctor,
        "Example: platform-events doctor --serve-url http://127.0.0.1:8000/api/inngest",
    ),
    ("sync", sync, "Example: platform-events sync https://scoring.example.com/api/inngest"),
    ("relay", relay, "Example: platform-events relay --database sqlite:///service.db --once"),
    ("dev", dev, "Example: platform-events dev --app http://127.0.0.1:8000/api/inngest"),
    ("demo", demo, "Example: platform-events demo"),
)
for _name, _function, _example in _COMMANDS:
    app.command(_name, epilog=_example)(_function)
