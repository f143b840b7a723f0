"""The application: which subcommands there are, and how a run of it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
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


def _add(name: str, command: Callable[..., None], *examples: str) -> None:
    written = "; ".join(f"platform-events {name} {example}".rstrip() for example in examples)
    head = "Example" if len(examples) == 1 else "Examples"
    app.command(name, epilog=f"{head}: {written}")(command)


_add("list", list_events, "--category sync")
_add("show", show, "platform/scoring.calculate")
_add("validate-name", validate_names, "platform/scoring.calculate")
_add("validate", validate, "events.ndjson")
_add("send", send, "events.ndjson --dry-run", "platform/social.member-followed --data '{...}'")
_add("export", export, "typescript --out src/inngest")
_add("check-compat", check_compat, "", "--against v1.2.0 --markdown")
_add("doctor", doctor, "--serve-url http://127.0.0.1:8000/api/inngest")
_add("sync", sync, "https://scoring.example.com/api/inngest")
_add("relay", relay, "--database sqlite:///service.db --once")
_add("dev", dev, "--app http://127.0.0.1:8000/api/inngest")
_add("demo", demo, "")
