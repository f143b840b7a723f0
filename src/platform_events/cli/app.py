"""The subcommands, and how they are called."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from ..catalog import EVENT_TYPES
from ..errors import InvalidEventNameError, PlatformEventsError
from ..event import Event
from ..naming import Category, parse_event_name, validate_event_name
from .checking import check_record
from .exiting import ExitCode, code_of, fail
from .opening import opened
from .reading import Record, read_records
from .sending import send_records

_EXIT_CODES: Final = (
    "Exit codes: 0 all is well; 1 something is wrong with what was looked at; 2 the command was "
    "called in a wrong way; 3 not all events were accepted; 4 a setting is missing or wrong."
)

app: Final = typer.Typer(
    name="platform-events",
    help="Look at the events of the platform, check them, and send them.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Contract(StrEnum):
    """What other languages read events by.

    Example:
        >>> from platform_events.cli.app import Contract
        >>> Contract("typescript")
        <Contract.TYPESCRIPT: 'typescript'>
    """

    JSON_SCHEMA = "json-schema"
    TYPESCRIPT = "typescript"


def run() -> None:
    """Run the command, and end the process.

    Raises:
        SystemExit: Always.
    """
    try:
        app()
    except PlatformEventsError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(code_of(error))


@app.command("list", epilog="Example: platform-events list --category sync")
def list_events(
    category: Annotated[Category | None, typer.Option(help="Only those of one category.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the events of the catalogue, with what each says."""
    rows = [
        {
            "name": cls.event_name,
            "category": str(parse_event_name(cls.event_name).category),
            "class": cls.__name__,
            "summary": _summary(cls),
        }
        for cls in EVENT_TYPES
    ]
    rows = [row for row in rows if category is None or row["category"] == category]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    _write_table([(row["name"], row["class"], row["summary"]) for row in rows])


@app.command(
    "validate-name", epilog="Example: platform-events validate-name platform/scoring.calculate"
)
def validate_names(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="What to check.")],
) -> None:
    """Check whether names follow the grammar of event names; no event of the name need exist."""
    is_wrong = False
    for name in names:
        try:
            typer.echo(f"{validate_event_name(name)}: well-formed")
        except InvalidEventNameError as error:
            is_wrong = True
            typer.echo(str(error))
    if is_wrong:
        raise typer.Exit(ExitCode.FOUND)


@app.command(epilog="Example: platform-events validate events.ndjson")
def validate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write a JSON object for each finding.")
    ] = False,
) -> None:
    """Check events in a file: JSON objects with name, data, and perhaps id and ts.

    The file holds one object on each line, or an array of them. Every rule that is broken is
    written with its line and field; no value of a payload is.
    """
    count = wrong = 0
    with opened(file) as stream:
        for record in read_records(stream):
            findings = check_record(record)
            count, wrong = count + 1, wrong + bool(findings)
            for finding in findings:
                typer.echo(json.dumps(asdict(finding)) if as_json else str(finding))
    typer.echo(f"valid: {count - wrong}, invalid: {wrong}", err=True)
    if wrong:
        raise typer.Exit(ExitCode.FOUND)


@app.command(
    epilog="Examples: platform-events send events.ndjson --dry-run; "
    "platform-events send platform/social.member-followed --data '{...}'"
)
def send(
    source: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="The name of one event, or a file, or -.")
    ],
    data: Annotated[str | None, typer.Option(help="The data of the one event, as JSON.")] = None,
    id: Annotated[str | None, typer.Option(help="The idempotency key of the one event.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all, and send none.")] = False,
) -> None:
    """Send one event, or those of a file; all are checked before the first is sent.

    The client is made from the environment: PLATFORM_EVENTS_APP_ID and INNGEST_EVENT_KEY, or
    INNGEST_DEV=1 for a dev server.
    """
    if data is not None:
        event = {"name": source, "data": _parsed(data)} | ({} if id is None else {"id": id})
        send_records(lambda: iter([Record(1, event)]), is_dry=dry_run)
        return
    if id is not None:
        fail("--id is for one event, with --data; in a file each has its own", ExitCode.USAGE)
    with opened(source, is_read_twice=True) as stream:

        def records() -> Iterator[Record]:
            stream.seek(0)
            return read_records(stream)

        send_records(records, is_dry=dry_run)


@app.command(epilog="Example: platform-events export typescript --out src/events")
def export(
    contract: Annotated[
        Contract, typer.Argument(metavar="json-schema|typescript", help="What to write.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write to; it is made if need be.")],
) -> None:
    """Write the events for other languages: JSON Schemas, or a module for the TypeScript SDK."""
    from ..contracts import json_schema, typescript

    write = json_schema.write if contract is Contract.JSON_SCHEMA else typescript.write
    try:
        out.mkdir(parents=True, exist_ok=True)
        write(out)
    except OSError as error:
        fail(f"{out}: {error.strerror or type(error).__name__}", ExitCode.USAGE)


@app.command(
    "check-compat",
    epilog="Examples: platform-events check-compat; "
    "platform-events check-compat --against v1.2.0 --markdown",
)
def check_compat(
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REF|DIR|WHEEL",
            help="A release; may be given more than once, the oldest first. By default every tag "
            "such as v1.2.3 behind the current commit.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write Markdown, for a pull request.")
    ] = False,
) -> None:
    """Tell what the events have changed since releases, whom it breaks, and what to do about it."""
    from ..contracts.compatibility import check_compat
    from ..contracts.json_schema import event_schema

    if as_json and as_markdown:
        fail("--json and --markdown exclude each other", ExitCode.USAGE)
    new = {cls.event_name: event_schema(cls) for cls in EVENT_TYPES}
    report = check_compat(new, against=against or ())
    if as_json:
        typer.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo(report.to_markdown().rstrip() if as_markdown else report.to_text())
    raise typer.Exit(report.exit_code)


def _parsed(data: str) -> object:
    try:
        return json.loads(data)
    except ValueError:
        fail("--data is no JSON", ExitCode.USAGE)


def _summary(cls: type[Event]) -> str:
    return (cls.__doc__ or "").partition("\n")[0]


def _write_table(rows: list[tuple[str, ...]]) -> None:
    """Write rows: in columns on a terminal, and with tabs between them for other programs."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
