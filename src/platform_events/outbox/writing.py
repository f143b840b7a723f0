"""Writes events as rows in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Insert, Table, func, insert
from sqlalchemy.orm import Session, scoped_session

from ..errors import ConfigurationError
from ..events.event import Event
from ..sending._batches import check_iterable
from .rows import CHANNEL, OutboxRow, chunks_of, make_row, make_rows
from .table import default_table

if TYPE_CHECKING:
    import inngest
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session

    from ..errors import TypedEvent

    # Any: the caller's session may be of any type. Only for checkers, as it loads greenlet.
    AnyAsyncSession: TypeAlias = AsyncSession | async_scoped_session[Any] | AsyncConnection
    """An asynchronous session or connection that holds the caller's transaction."""

# Any: the caller's session may be of any type.
SyncSession: TypeAlias = Session | scoped_session[Any] | Connection
"""A session or connection that holds the caller's transaction."""


def send_event(
    session: SyncSession,
    event: Event,
    *,
    id: str | None = None,
    ts: int | datetime | None = None,
    order_key: str | None = None,
    table: Table = default_table,
) -> None:
    """Write an event in the caller's transaction. If it commits, a relay will send the event.

    Args:
        session: A SQLAlchemy session or connection, whose transaction the caller commits.
        event: An instance of an event class.
        id: An idempotency key, as for :func:`platform_events.send_event`; absent: a new one.
        ts: When it happened: milliseconds since 1970 or an aware datetime; absent: now.
        order_key: Events with the same key are sent one after the other, in the order in which they
            were written; 1 to 255 characters. Absent: roughly first in, first out.
        table: The outbox, if it is not called ``platform_events_outbox``.

    Raises:
        InvalidEventError: ``id`` or ``ts`` is wrong, or the event was changed past its checks.
        EventTooLargeError: It is larger than ``PLATFORM_EVENTS_MAX_EVENT_BYTES``.
        ValueError: The order key is empty or too long.
        TypeError: It is not an instance of an event class.
        ConfigurationError: The connection commits each statement by itself, or the database is
            neither PostgreSQL nor SQLite.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from sqlalchemy.orm import Session
        >>> from platform_events import outbox
        >>> from platform_events.outbox.table import default_table
        >>> engine = create_engine("sqlite://")
        >>> default_table.create(engine)
        >>> followed = MemberFollowed(follower_id="mem_1", followee_id="mem_2", followed_at=now)
        >>> with Session(engine) as session, session.begin():
        ...     outbox.send_event(session, followed)
    """
    _check_event(event)
    _write(session, [make_row(event, id=id, ts=ts, order_key=order_key)], table)


def send_events(
    session: SyncSession,
    events: Iterable[TypedEvent | inngest.Event],
    *,
    order_key: str | None = None,
    table: Table = default_table,
) -> int:
    """Write any number of events in the caller's transaction.

    Args:
        session: A SQLAlchemy session or connection.
        events: Instances of event classes, or what ``event.to_inngest(id=..., ts=...)`` returns.
        order_key: The order key of all of them, if they have one.
        table: The outbox, if it is not called ``platform_events_outbox``.

    Returns:
        How many were written.

    Raises:
        InvalidEventNameError, UnknownEventError, InvalidEventError, EventTooLargeError, ValueError,
            TypeError: An event cannot be sent. Those before it are in the transaction, which the
            caller should roll back.
        ConfigurationError: As for :func:`send_event`.
    """
    rows = make_rows(check_iterable(events), order_key=order_key)
    return sum(_write(session, chunk, table) for chunk in chunks_of(rows))


async def asend_event(
    session: AnyAsyncSession,
    event: Event,
    *,
    id: str | None = None,
    ts: int | datetime | None = None,
    order_key: str | None = None,
    table: Table = default_table,
) -> None:
    """Async version of :func:`send_event`.

    Args:
        session: An ``AsyncSession`` or ``AsyncConnection``.
        event: An instance of an event class.
        id: An idempotency key.
        ts: When it happened: milliseconds since 1970 or an aware datetime.
        order_key: The order key of the event.
        table: The outbox, if it is not called ``platform_events_outbox``.

    Raises:
        InvalidEventError, EventTooLargeError, ValueError, TypeError, ConfigurationError: As for
            :func:`send_event`.
    """
    _check_event(event)
    await _awrite(session, [make_row(event, id=id, ts=ts, order_key=order_key)], table)


async def asend_events(
    session: AnyAsyncSession,
    events: Iterable[TypedEvent | inngest.Event],
    *,
    order_key: str | None = None,
    table: Table = default_table,
) -> int:
    """Async version of :func:`send_events`.

    Args:
        session: An ``AsyncSession`` or ``AsyncConnection``.
        events: Instances of event classes, or what ``to_inngest`` returns.
        order_key: The order key of all of them, if they have one.
        table: The outbox, if it is not called ``platform_events_outbox``.

    Returns:
        How many were written.

    Raises:
        InvalidEventNameError, UnknownEventError, InvalidEventError, EventTooLargeError, ValueError,
            TypeError, ConfigurationError: As for :func:`send_events`.
    """
    count = 0
    for chunk in chunks_of(make_rows(check_iterable(events), order_key=order_key)):
        count += await _awrite(session, chunk, table)
    return count


def _check_event(event: object) -> None:
    if not isinstance(event, Event):
        raise TypeError("send_event takes an instance of an event class: use send_events([...])")


def _write(session: SyncSession, rows: list[OutboxRow], table: Table) -> int:
    connection = session if isinstance(session, Connection) else session.connection()
    _check_connection(connection)
    connection.execute(_statement(table, connection.dialect.name), [row.columns() for row in rows])
    return len(rows)


async def _awrite(session: AnyAsyncSession, rows: list[OutboxRow], table: Table) -> int:
    from sqlalchemy.ext.asyncio import AsyncConnection

    connection = session if isinstance(session, AsyncConnection) else await session.connection()
    return await connection.run_sync(_write, rows, table)


@lru_cache(maxsize=32)
def _statement(table: Table, dialect: str) -> Insert:
    if dialect == "postgresql":
        # Notifies on commit, once per transaction, without a separate statement.
        return insert(table).returning(func.pg_notify(CHANNEL, ""))
    return insert(table)


def _check_connection(connection: Connection) -> None:
    if connection.dialect.name not in {"postgresql", "sqlite"}:
        raise ConfigurationError(
            f"the outbox works on PostgreSQL and SQLite, and not on {connection.dialect.name}"
        )
    driver = connection.connection.dbapi_connection
    if (
        connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        # sqlite3 has -1 here, unless it was opened in another mode.
        or getattr(driver, "autocommit", False) is True
    ):
        raise ConfigurationError(
            "the connection commits each statement by itself (AUTOCOMMIT), so that the event "
            "would not belong to a transaction"
        )
