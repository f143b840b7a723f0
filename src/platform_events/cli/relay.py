"""``platform-events relay``: the events of an outbox, sent."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from .._printable import printable_json
from ..errors import ConfigurationError, SendError
from ._exit_codes import ExitCode, fail
from ._options import DatabaseOption, TableName
from ._tables import write_table

if TYPE_CHECKING:
    from ..outbox.relay import OutboxStatus, Relay, RelayCount


def relay(  # noqa: PLR0913, PLR0917  # the options of the command
    database: Annotated[str, DatabaseOption],
    table: TableName = None,
    once: Annotated[bool, typer.Option("--once", help="Send what waits now, and exit.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Tell what waits and what was set aside.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Let what was set aside wait again.")
    ] = False,
    batch_size: Annotated[
        int, typer.Option(min=1, max=5_000, help="How many events are claimed at once.")
    ] = 500,
    poll: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.05, max=3_600, help="How often to look for rows."),
    ] = 1.0,
    keep_sent: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="For how long to keep what was sent."),
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Send the events of an outbox, until interrupted.

    Any number of relays may run side by side. On SIGTERM the batch in hand is finished first. With
    --status the exit code is 1 if events were set aside; with --once it is 3 if some were refused,
    or the server is away.
    """
    if status + retry + once > 1:
        fail("--once, --status and --retry exclude each other", ExitCode.USAGE)
    # Until a row is claimed there is nothing to finish.
    with (
        _handled(sys.exit, signal.SIGTERM),
        _connected(database, table, batch_size, poll, keep_sent) as connected,
    ):
        if status:
            _write_status(connected.status(), as_json=as_json)
        elif retry:
            _write_count("waiting again", connected.retry(), as_json=as_json)
        else:
            _run(connected, is_once=once, as_json=as_json)


@contextmanager
def _connected(
    database: str, table: str | None, batch_size: int, poll_s: float, keep_sent_s: float
) -> Generator[Relay]:
    try:
        from sqlalchemy.exc import DBAPIError

        from ..outbox.store import connect_relay
        from ._database import describe_failure, named_table, open_database
    except ModuleNotFoundError as error:
        fail(f'{error.name} is missing: pip install "platform-events[outbox]"', ExitCode.USAGE)
    try:
        engine = open_database(database)
    except ConfigurationError as error:
        fail(str(error), ExitCode.CONFIGURATION)
    try:
        relay = connect_relay(
            engine,
            table=named_table(table),
            batch_size=batch_size,
            poll_interval_s=poll_s,
            keep_sent=timedelta(seconds=keep_sent_s) if keep_sent_s else None,
        )
        try:
            yield relay
        finally:
            relay.store.close()
    except DBAPIError as error:
        fail(f"the database: {describe_failure(error)}", ExitCode.CONFIGURATION)
    finally:
        engine.dispose()


def _run(relay: Relay, *, is_once: bool, as_json: bool) -> None:
    from ..sending.client import get_client

    get_client()  # what is missing is told before the first row is claimed
    telemetry = sys.modules.get("platform_events.telemetry.instrumentation")
    if telemetry is not None:  # opentelemetry-instrument has switched it on
        telemetry.observe_outbox(relay)
    with _handled(relay.stop, signal.SIGINT, signal.SIGTERM), _progress_line() as show:
        try:
            done = relay.run_once() if is_once else relay.run(progress=show)
        except SendError as error:
            fail(str(error), ExitCode.NOT_SENT)
    _write_done(done, as_json=as_json)
    if is_once and done.refused + done.set_aside:
        raise typer.Exit(ExitCode.NOT_SENT)


@contextmanager
def _handled(handle: Callable[[], object], *signals: signal.Signals) -> Generator[None]:
    def respond(*_: object) -> None:
        handle()

    before = {number: signal.signal(number, respond) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress_line() -> Generator[Callable[[RelayCount], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("waiting for events") as line:
        yield lambda done: line.update(_described(done))


def _write_done(done: RelayCount, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        typer.echo(_described(done), err=True)


def _described(done: RelayCount) -> str:
    return f"sent: {done.sent}, refused: {done.refused}, set aside: {done.set_aside}"


def _write_count(what: str, count: int, *, as_json: bool) -> None:
    typer.echo(json.dumps({what.replace(" ", "_"): count}) if as_json else f"{what}: {count}")


def _write_status(status: OutboxStatus, *, as_json: bool) -> None:
    if as_json:
        typer.echo(printable_json(asdict(status), indent=2))
    else:
        age = "" if status.oldest_age_s is None else f"{status.oldest_age_s:.0f} s"
        rows = [("waiting", str(status.waiting), age), ("set aside", str(status.set_aside), "")]
        rows += [("", str(count), reason) for reason, count in status.reasons.items()]
        write_table(rows)
    if status.set_aside:
        raise typer.Exit(ExitCode.FOUND)
