"""``platform-events relay``: the events of an outbox, sent."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from .._printable import printable, printable_json
from ..errors import ConfigurationError, SendError
from ..outbox._foreground import (
    describe_count,
    describe_start,
    handled,
    read_keep_sent,
    run_relay,
    status_rows,
)
from ._exit_codes import ExitCode, fail
from ._options import DatabaseOption, JsonOption, TableName
from ._tables import write_table

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

    from ..outbox.relay import OutboxStatus, Relay, RelayCount


def relay(  # noqa: PLR0913, PLR0917  # the options of the command
    database: Annotated[str, DatabaseOption],
    table: TableName = None,
    once: Annotated[bool, typer.Option("--once", help="Send what is waiting, and exit.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Show what is waiting and what was set aside.")
    ] = False,
    retry: Annotated[
        bool,
        typer.Option(
            "--retry",
            help="Put set-aside events back in the queue once the cause is fixed, and exit.",
        ),
    ] = False,
    batch_size: Annotated[
        int, typer.Option(min=1, max=5_000, help="How many events are claimed at once.")
    ] = 500,
    poll: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0.05, max=3_600, help="How often to look for new rows."
        ),
    ] = 1.0,
    keep_sent: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="How long to keep rows that were sent."),
    ] = 0,
    as_json: JsonOption = False,
) -> None:
    """Send the events of an outbox, until interrupted.

    Any number of relays may run side by side. On SIGTERM the batch in hand is finished first. With
    --status the exit code is 1 if events were set aside; with --once it is 3 if some were refused,
    or the server cannot be reached.
    """
    if status + retry + once > 1:
        fail("--once, --status and --retry exclude each other", ExitCode.USAGE)
    # Until a row is claimed there is nothing to finish.
    with (
        handled(sys.exit, signal.SIGTERM),
        _connected(database, table, batch_size, poll, keep_sent) as connected,
    ):
        if status or retry or once:
            _require_table(connected)
        if status:
            _write_status(connected.relay.status(), as_json=as_json)
        elif retry:
            _write_count("waiting again", connected.relay.retry(), as_json=as_json)
        else:
            _run(connected, is_once=once, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Connected:
    """A relay, and what it works on."""

    relay: Relay
    engine: Engine
    table: Table


@contextmanager
def _connected(
    database: str, table: str | None, batch_size: int, poll_s: float, keep_sent_s: float
) -> Generator[_Connected]:
    try:
        from sqlalchemy.exc import DBAPIError

        from ..outbox.store import connect_relay
        from ._database import describe_failure, named_table, open_database
    except ModuleNotFoundError as error:
        fail(f'{error.name} is missing: pip install "platform-events[outbox]"', ExitCode.USAGE)
    try:
        keep_sent = read_keep_sent(keep_sent_s)
        engine = open_database(database)
    except ConfigurationError as error:
        fail(str(error), ExitCode.CONFIGURATION)
    except ValueError as error:
        fail(str(error), ExitCode.USAGE)
    outbox = named_table(table)
    try:
        relay = connect_relay(
            engine,
            table=outbox,
            batch_size=batch_size,
            poll_interval_s=poll_s,
            keep_sent=keep_sent,
        )
        try:
            yield _Connected(relay, engine, outbox)
        finally:
            relay.store.close()
    except DBAPIError as error:
        fail(f"the database: {describe_failure(error)}", ExitCode.CONFIGURATION)
    finally:
        engine.dispose()


def _run(connected: _Connected, *, is_once: bool, as_json: bool) -> None:
    from ..sending.client import get_client

    relay = connected.relay
    # What is missing is told before the first row is claimed.
    server = get_client().settings.event_api_base_url
    table = connected.table.fullname
    _say(describe_start(_describe_url(connected), table, server))
    if not is_once:
        _warn_of_table(connected)
    try:
        done = run_relay(relay, is_once=is_once, write=_say)
    except SendError as error:
        fail(str(error), ExitCode.NOT_SENT)
    _write_done(done, as_json=as_json)
    if is_once and done.refused + done.set_aside:
        raise typer.Exit(ExitCode.NOT_SENT)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _require_table(connected: _Connected) -> None:
    from ._database import missing_table

    fault = missing_table(connected.engine, connected.table)
    if fault:
        fail(fault, ExitCode.CONFIGURATION)


def _warn_of_table(connected: _Connected) -> None:
    """Say that there is no table yet: a relay waits for it, as for a database that is down."""
    from sqlalchemy.exc import DBAPIError

    from ._database import missing_table

    with suppress(DBAPIError):
        fault = missing_table(connected.engine, connected.table)
        if fault:
            _say(f"warning: {printable(fault)}")


def _describe_url(connected: _Connected) -> str:
    url = connected.engine.url.set(query={})  # which may have a password, too
    return url.render_as_string()


def _write_done(done: RelayCount, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        _say(describe_count(done))


def _write_count(what: str, count: int, *, as_json: bool) -> None:
    typer.echo(json.dumps({what.replace(" ", "_"): count}) if as_json else f"{what}: {count}")


def _write_status(status: OutboxStatus, *, as_json: bool) -> None:
    if as_json:
        typer.echo(printable_json(asdict(status), indent=2))
    else:
        write_table(status_rows(status))
    if status.set_aside:
        raise typer.Exit(ExitCode.FOUND)
