"""``platform-events relay``: the events of an outbox, sent."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..errors import ConfigurationError, SendError
from ._exit_codes import ExitCode, fail
from ._tables import write_table

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

    from ..outbox.relay import OutboxStatus, Relay, RelayCount

DATABASE_VARIABLE: Final = "PLATFORM_EVENTS_OUTBOX_DATABASE"

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def relay(  # noqa: PLR0913, PLR0917  # the options of the command
    database: Annotated[
        str,
        typer.Option(
            metavar="URL",
            envvar=DATABASE_VARIABLE,
            help="The database, such as postgresql://user@host/name or sqlite:///file.db. Other "
            "users of a machine can see arguments: set the variable if there is a password.",
        ),
    ],
    table: Annotated[
        str | None, typer.Option(metavar="NAME", help="The outbox's table, or schema.table.")
    ] = None,
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
    with _connected(database, table, batch_size, poll, keep_sent) as connected:
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
        from ..outbox.table import default_table
    except ModuleNotFoundError as error:
        fail(f'{error.name} is missing: pip install "platform-events[outbox]"', ExitCode.USAGE)
    try:
        engine = open_database(database)
    except ConfigurationError as error:
        fail(str(error), ExitCode.CONFIGURATION)
    try:
        relay = connect_relay(
            engine,
            table=default_table if table is None else named_table(table),
            batch_size=batch_size,
            poll_interval_s=poll_s,
            keep_sent=timedelta(seconds=keep_sent_s) if keep_sent_s else None,
        )
        try:
            yield relay
        finally:
            relay.store.close()
    except DBAPIError as error:
        # The library's text may quote parameters; the driver's own names the host and the cause.
        lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        fail(f"the database: {lines[0]}", ExitCode.CONFIGURATION)
    finally:
        engine.dispose()


def open_database(url: str) -> Engine:
    """Make the engine for a URL; PostgreSQL without a driver's name is used by psycopg.

    Args:
        url: The URL, as SQLAlchemy takes it.

    Returns:
        The engine, not connected yet.

    Raises:
        ConfigurationError: It is not a URL, or its driver is not installed. Nothing of it is shown.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    fault = ""
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgres", "postgresql"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, hide_parameters=True)
    except SQLAlchemyError:
        fault = "is not a database URL, such as postgresql://user@host/name"
    except ModuleNotFoundError as error:
        fault = f"needs a driver that is not installed: pip install {error.name}"
    except ValueError:  # of a port, for example
        fault = "is not a database URL, such as postgresql://user@host/name"
    raise ConfigurationError(f"--database {fault}", setting=DATABASE_VARIABLE)


def named_table(name: str) -> Table:
    """Declare an outbox of another name.

    Args:
        name: ``"table"`` or ``"schema.table"``.

    Returns:
        The table.
    """
    from sqlalchemy import MetaData

    from ..outbox.table import outbox_table

    schema, _, table = name.rpartition(".")
    return outbox_table(MetaData(), table, schema=schema or None)


def _run(relay: Relay, *, is_once: bool, as_json: bool) -> None:
    from ..sending.client import get_client

    get_client()  # what is missing is told before the first row is claimed
    with _stopped_by_signals(relay), _progress_line() as show:
        try:
            done = relay.run_once() if is_once else relay.run(progress=show)
        except SendError as error:
            fail(str(error), ExitCode.NOT_SENT)
    _write_done(done, as_json=as_json)
    if is_once and done.refused + done.set_aside:
        raise typer.Exit(ExitCode.NOT_SENT)


@contextmanager
def _stopped_by_signals(relay: Relay) -> Generator[None]:
    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as signals have it
        relay.stop()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress_line() -> Generator[_Show | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("waiting for events") as line:
        yield lambda done: line.update(_described(done))


if TYPE_CHECKING:
    from collections.abc import Callable

    _Show = Callable[[RelayCount], None]


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
        typer.echo(json.dumps(asdict(status), indent=2))
    else:
        age = "" if status.oldest_age_s is None else f"{status.oldest_age_s:.0f} s"
        rows = [("waiting", str(status.waiting), age), ("set aside", str(status.set_aside), "")]
        rows += [("", str(count), reason) for reason, count in status.reasons.items()]
        write_table(rows)
    if status.set_aside:
        raise typer.Exit(ExitCode.FOUND)
