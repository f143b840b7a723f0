"""The subcommands, and how they are called."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from ..catalog import EVENT_TYPES
from ..errors import ConfigurationError, InvalidEventNameError, PlatformEventsError
from ..events.event import Event, require_event_class
from ..naming import Category, is_event_name, parse_event_name, validate_event_name
from ..sending.settings import max_event_bytes
from .exit_codes import ExitCode, code_of, fail, give_up_output
from .input_files import clear_progress, opened
from .records import Record, read_record, read_records
from .send import send_records
from .tables import write_table
from .validate import check_record

_EXIT_CODES: Final = (
    "Exit codes: 0 all is well; 1 something is wrong with what was looked at; 2 the command was "
    "called in a wrong way; 3 not all events were accepted, or their ids could not be written; 4 a "
    "setting is missing or wrong."
)

app: Final = typer.Typer(
    name="platform-events",
    help="Look at the events of the platform, check them, and send them.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
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
    ASYNCAPI = "asyncapi"
    HTML = "html"


def run() -> None:
    """Run the command, and end the process.

    Raises:
        SystemExit: Always.
    """
    try:
        try:
            app(prog_name="platform-events")
        finally:
            sys.stdout.flush()  # so that it fails here rather than while Python ends
    except PlatformEventsError as error:
        typer.echo(f"error: {error}", err=True)
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
            "--version", callback=_write_version, is_eager=True, help="Show the version, and end."
        ),
    ] = False,
) -> None: ...


def _names(incomplete: str) -> list[str]:
    """Complete a name."""
    return [cls.event_name for cls in EVENT_TYPES if cls.event_name.startswith(incomplete)]


@app.command("list", epilog="Example: platform-events list --category sync")
def list_events(
    category: Annotated[Category | None, typer.Option(help="Only those of one category.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """List the events, with what each says."""
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
    write_table((row["name"], row["class"], row["summary"]) for row in rows)


@app.command(epilog="Example: platform-events show platform/scoring.calculate")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The name of an event.", autocompletion=_names)
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the JSON Schema of its data.")
    ] = False,
) -> None:
    """Show one event: its fields and an example.

    Also who sends and handles it, and of each field the type, the unit and the range.
    """
    from ..contracts.json_schema import event_schema
    from .show import show_event

    document = event_schema(require_event_class(name))
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        show_event(document)


@app.command(
    "validate-name", epilog="Example: platform-events validate-name platform/scoring.calculate"
)
def validate_names(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="What to check.")],
) -> None:
    """Check whether names are well-formed.

    No event of the name need exist.
    """
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
    """Check the events in a file.

    They are JSON objects with name, data, and perhaps id and ts: one after the other, such as one
    on each line, or an array of them. Every rule that is broken is written with its line and field;
    no value of a payload is.
    """
    count = wrong = 0
    limit = max_event_bytes()
    with opened(file) as stream:
        for record in read_records(stream):
            findings = check_record(record, max_event_bytes=limit)
            count, wrong = count + 1, wrong + bool(findings)
            if findings:
                clear_progress()
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
        str,
        typer.Argument(
            metavar="NAME|FILE",
            help="The name of one event, or a file, or -.",
            autocompletion=_names,
        ),
    ],
    data: Annotated[str | None, typer.Option(help="The data of the one event, as JSON.")] = None,
    id: Annotated[str | None, typer.Option(help="The idempotency key of the one event.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all, and send none.")] = False,
) -> None:
    """Send one event, or those of a file.

    All are checked before the first is sent. The client is made from the environment:
    PLATFORM_EVENTS_APP_ID and INNGEST_EVENT_KEY, or INNGEST_DEV=1 for a dev server.
    """
    if data is not None:
        if source == "-" or (Path(source).is_file() and not is_event_name(source)):
            fail(f"{source} is a file: --data is for the name of one event", ExitCode.USAGE)
        read = read_record(data)
        if read.fault:
            fail(f"--data: {read.fault}", ExitCode.USAGE)
        event = {"name": source, "data": read.value} | ({} if id is None else {"id": id})
        send_records(lambda: iter([Record(1, event)]), is_dry=dry_run)
        return
    if id is not None:
        fail("--id is for one event, with --data; in a file each has its own", ExitCode.USAGE)
    if is_event_name(source) and not Path(source).exists():
        fail(f"{source} is the name of an event: give its data with --data", ExitCode.USAGE)
    with opened(source, is_read_twice=True) as stream:

        def records() -> Iterator[Record]:
            stream.seek(0)
            return read_records(stream)

        send_records(records, is_dry=dry_run)


@app.command(epilog="Example: platform-events export typescript --out src/inngest")
def export(
    contract: Annotated[
        Contract,
        typer.Argument(metavar="|".join(Contract), help="What to write."),
    ],
    out: Annotated[
        str,
        typer.Option(metavar="DIR", help="The folder to write to; it is made if need be."),
    ],
) -> None:
    """Write the events for others to read.

    As JSON Schemas, a module for TypeScript, an AsyncAPI document, or a page for people.
    """
    from ..contracts import asyncapi, html, json_schema, typescript

    writers = {
        Contract.JSON_SCHEMA: json_schema.write,
        Contract.TYPESCRIPT: typescript.write,
        Contract.ASYNCAPI: asyncapi.write,
        Contract.HTML: html.write,
    }
    if not out:
        fail("--out is empty: name a folder, such as . for this one", ExitCode.USAGE)
    try:
        writers[contract](Path(out))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror or type(error).__name__}", ExitCode.USAGE)


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
    """Compare the events with released ones.

    Tells each change, whom it breaks (deployed producers, deployed consumers), and what to do.
    """
    from ..contracts.compatibility import check_compat
    from ..contracts.json_schema import event_schema

    if as_json and as_markdown:
        fail("--json and --markdown exclude each other", ExitCode.USAGE)
    new = {cls.event_name: event_schema(cls) for cls in EVENT_TYPES}
    try:
        report = check_compat(new, against=against or ())
    except ConfigurationError as error:  # of --against, or of the folder
        fail(str(error), ExitCode.USAGE)
    if as_json:
        typer.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo(report.to_markdown().rstrip() if as_markdown else report.to_text())
    raise typer.Exit(report.exit_code)


@app.command(epilog="Example: platform-events doctor --serve-url http://127.0.0.1:8000/api/inngest")
def doctor(
    serve_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where the service serves its functions, to look there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, max=60, help="For each request.")
    ] = 5,
) -> None:
    """Find out whether a service is set up.

    Tells what is wrong and what to do about it. Looks at the settings in the environment, at the
    Event API, and with --serve-url at the endpoint and whether its functions are registered.
    Sends no event, and shows no key.
    """
    from .doctor import Verdict, diagnose

    if serve_url is not None and not re.match(r"https?://[^/]", serve_url):
        fail("--serve-url must begin with http:// or https://, and a host", ExitCode.USAGE)
    found = list(diagnose(os.environ, serve_url=serve_url, timeout_s=timeout, now=int(time.time())))
    if as_json:
        typer.echo(json.dumps([asdict(diagnosis) for diagnosis in found], indent=2))
    else:
        write_table((one.verdict, one.subject, one.found, one.source, one.remedy) for one in found)
    verdicts = {diagnosis.verdict for diagnosis in found}
    if Verdict.SETTING in verdicts:
        raise typer.Exit(ExitCode.CONFIGURATION)
    if Verdict.PROBLEM in verdicts:
        raise typer.Exit(ExitCode.FOUND)


@app.command(epilog="Example: platform-events demo")
def demo() -> None:
    """Show an event starting functions.

    They run on an Inngest server in this process; a step fails, and is tried again. Needs the extra
    testing, and nothing else: no server, no network, no settings.
    """
    try:
        from .demo import demonstrate

        demonstrate(typer.echo)
    except ModuleNotFoundError as error:
        fail(str(error), ExitCode.USAGE)


def _summary(cls: type[Event]) -> str:
    return (cls.__doc__ or "").partition("\n")[0]
