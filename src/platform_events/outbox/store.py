"""The table as a relay uses it, through SQLAlchemy."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    Table,
    and_,
    any_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from ..errors import ConfigurationError
from ..sending.client import Client
from .relay import LEASE, Claim, OutboxStatus, OutboxStore, Relay, StoredRow, claim_windows
from .rows import MAX_REASON_LENGTH
from .table import default_table
from .wakeup import Listener


def connect_relay(
    engine: Engine,
    *,
    table: Table = default_table,
    client: Client | None = None,
    batch_size: int = 500,
    poll_interval_s: float = 1.0,
    keep_sent: timedelta | None = None,
) -> Relay:
    """Make a relay for a database.

    Args:
        engine: SQLAlchemy's engine, for PostgreSQL or SQLite. With psycopg 3 the relay is woken by
            LISTEN; with other drivers it polls the table every ``poll_interval_s``.
        table: The outbox, if it is not called ``platform_events_outbox``.
        client: The client; absent: the one client of the process.
        batch_size: How many rows are claimed at once, from 1 to 5,000.
        poll_interval_s: After how many seconds an empty outbox is checked again.
        keep_sent: How long a row is kept after it was sent; absent: it is deleted at once.

    Returns:
        The relay. ``relay.run()`` sends until ``relay.stop()`` is called; ``relay.run_once()``
        sends what is waiting now.

    Raises:
        ConfigurationError: The database is neither PostgreSQL nor SQLite.
        ValueError: ``batch_size`` or ``poll_interval_s`` is out of range.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from platform_events.outbox.table import default_table
        >>> engine = create_engine("sqlite://")
        >>> default_table.create(engine)
        >>> connect_relay(engine).status().waiting
        0
    """
    stores = {"postgresql": LockingStore, "sqlite": LeasingStore}
    if engine.dialect.name not in stores:
        raise ConfigurationError(
            f"the outbox works on PostgreSQL and SQLite, and not on {engine.dialect.name}"
        )
    return Relay(
        stores[engine.dialect.name](engine, table, keep_sent=keep_sent),
        client=client,
        batch_size=batch_size,
        poll_interval_s=poll_interval_s,
    )


class _TableStore(OutboxStore):
    """What both kinds of store have in common."""

    def __init__(
        self,
        engine: Engine,
        table: Table = default_table,
        *,
        keep_sent: timedelta | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._table = table
        self._keep_sent = keep_sent
        self._now = now
        self._is_keyed_first = False

    @override
    def wait(self, timeout_s: float) -> bool:
        time.sleep(timeout_s)
        return False

    @override
    def purge(self) -> None:
        if self._keep_sent is None:
            return
        with self._engine.begin() as connection:
            until = self._time() - self._keep_sent
            connection.execute(delete(self._table).where(self._table.c.sent_at < until))

    @override
    def status(self) -> OutboxStatus:
        t = self._table
        with self._engine.connect() as connection:
            waiting, oldest = connection.execute(
                select(func.count(), func.min(t.c.created_at)).where(_waits(t))
            ).one()
            reasons = connection.execute(
                select(t.c.reason, func.count())
                .where(t.c.set_aside_at.is_not(None))
                .group_by(t.c.reason)
                .order_by(func.count().desc())
            ).all()
        age = None if oldest is None else (self._time() - _aware(oldest)).total_seconds()
        counts = {str(reason): int(count) for reason, count in reasons}
        return OutboxStatus(waiting, age, sum(counts.values()), counts)

    @override
    def retry(self) -> int:
        t = self._table
        with self._engine.begin() as connection:
            done = connection.execute(
                update(t)
                .where(t.c.set_aside_at.is_not(None))
                .values(set_aside_at=None, reason=None, refusals=0)
            )
            return done.rowcount

    @override
    def close(self) -> None:
        """Do nothing: it has no connections of its own."""

    def _claimed(self, connection: Connection, limit: int) -> list[StoredRow]:
        """Claim rows with and without a key; the two kinds take turns at being first."""
        self._is_keyed_first = not self._is_keyed_first
        rows: list[StoredRow] = []
        for claim_kind in (self._claim_keyed, self._claim_free)[
            :: 1 if self._is_keyed_first else -1
        ]:
            if len(rows) < limit:
                rows += claim_kind(connection, limit - len(rows))
        return sorted(rows, key=lambda row: row.id)

    def _claim_free(self, connection: Connection, limit: int) -> list[StoredRow]:
        return self._take(connection, _free(self._table, self._time()).limit(limit))

    def _claim_keyed(self, connection: Connection, limit: int) -> list[StoredRow]:
        t = self._table
        rows: list[StoredRow] = []
        for window in self._windows(connection, limit):
            found = _heads(t, window, self._time())
            if rows:
                found = found.where(~self._is_among(t.c.order_key, {row.order_key for row in rows}))
            heads = self._take(connection, found.limit(limit - len(rows)))
            rows += heads
            if heads and len(rows) < limit:
                # Nobody else can claim what is behind claimed heads.
                following = _keyed(t).where(
                    self._is_among(t.c.order_key, {row.order_key for row in heads}),
                    ~self._is_among(t.c.id, {row.id for row in heads}),
                )
                rows += self._take(connection, following.limit(limit - len(rows)))
            if len(rows) == limit:
                break
        return rows

    def _windows(self, connection: Connection, limit: int) -> Sequence[int]:  # noqa: ARG002
        return claim_windows(limit, limit)

    @abstractmethod
    def _take(self, connection: Connection, rows: Select[Any]) -> list[StoredRow]:
        """Claim the rows that a statement selects."""

    def _time(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    # Any: the type of a column.
    def _is_among(self, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
        return column.in_(values)

    def _settle(self, connection: Connection, claim: Claim) -> None:
        """Store what became of the rows of a claim."""
        t = self._table
        if claim.sent and self._keep_sent:
            sent = update(t).where(self._is_among(t.c.id, claim.sent))
            connection.execute(sent.values(sent_at=self._time(), claimed_until=None))
        elif claim.sent:
            connection.execute(delete(t).where(self._is_among(t.c.id, claim.sent)))
        for id, wait in claim.sort_refused().items():
            later = {"claimed_until": self._time() + wait, "refusals": t.c.refusals + 1}
            connection.execute(update(t).where(t.c.id == id).values(later))
        for id, reason in claim.set_aside.items():
            aside = {"set_aside_at": self._time(), "reason": reason[:MAX_REASON_LENGTH]}
            connection.execute(update(t).where(t.c.id == id).values(aside))


class LockingStore(_TableStore):
    """PostgreSQL: rows stay locked while they are sent, and become free if the relay dies."""

    def __init__(
        self,
        engine: Engine,
        table: Table = default_table,
        *,
        keep_sent: timedelta | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(engine, table, keep_sent=keep_sent, now=now)
        is_psycopg = engine.dialect.driver == "psycopg"
        self._listener = Listener(self._open if is_psycopg else None, errors=(DBAPIError,))

    @override
    def claim(self, limit: int) -> AbstractContextManager[Claim]:
        return self._claim(limit)

    @override
    def wait(self, timeout_s: float) -> bool:
        return self._listener.wait(timeout_s)

    @override
    def _is_among(self, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
        # One parameter: with hundreds, statements are taken apart longer than they run.
        return column == any_(literal([*values], ARRAY(column.type)))

    @override
    def _windows(self, connection: Connection, limit: int) -> Sequence[int]:
        # One statement for an empty table instead of two.
        first = _keyed(self._table).with_only_columns(self._table.c.id).limit(limit).subquery()
        count = connection.execute(select(func.count()).select_from(first)).scalar_one()
        return claim_windows(limit, count)

    @override
    def close(self) -> None:
        self._listener.close()

    # Any: SQLAlchemy does not know the type of the driver's connection.
    def _open(self) -> Any:
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()  # it no longer counts towards the size of the pool
        return connection

    @contextmanager
    def _claim(self, limit: int) -> Generator[Claim]:
        with self._engine.begin() as connection:
            rows = self._claimed(connection, limit)
            claim = Claim(rows)
            yield claim
            self._settle(connection, claim)

    @override
    def _take(self, connection: Connection, rows: Select[Any]) -> list[StoredRow]:
        locked = rows.with_for_update(skip_locked=True, of=self._table)
        return [StoredRow(*values) for values in connection.execute(locked)]


class LeasingStore(_TableStore):
    """SQLite, which cannot lock rows: a claim is stored, and expires after some minutes.

    A transaction held open while events are sent would block every writer.
    """

    @override
    def claim(self, limit: int) -> AbstractContextManager[Claim]:
        return self._claim(limit)

    @contextmanager
    def _claim(self, limit: int) -> Generator[Claim]:
        claim = Claim(self._lease(limit))
        try:
            yield claim
        finally:
            t = self._table
            with self._engine.begin() as connection:
                self._settle(connection, claim)
                left = {row.id for row in claim.rows} - {*claim.sent, *claim.refused}
                if left:
                    connection.execute(update(t).where(t.c.id.in_(left)).values(claimed_until=None))

    def _lease(self, limit: int) -> list[StoredRow]:
        # The update comes first, so that nobody writes between it and what is read afterwards.
        with self._engine.begin() as connection:
            return self._claimed(connection, limit)

    @override
    def _take(self, connection: Connection, rows: Select[Any]) -> list[StoredRow]:
        t = self._table
        leased = (
            update(t)
            .where(t.c.id.in_(rows.with_only_columns(t.c.id)))
            .values(claimed_until=self._time() + LEASE)
            .returning(*_columns(t))
        )
        return [StoredRow(*values) for values in connection.execute(leased)]


# Any: the columns of a table that is declared at run time have no static types.
def _columns(t: Table) -> list[ColumnElement[Any]]:
    return [t.c.id, t.c.name, t.c.data, t.c.event_id, t.c.ts, t.c.refusals, t.c.order_key]


def _is_unclaimed(t: Table, now: datetime) -> ColumnElement[bool]:
    return or_(t.c.claimed_until.is_(None), t.c.claimed_until < now)


def _waits(t: FromClause) -> ColumnElement[bool]:
    return and_(t.c.sent_at.is_(None), t.c.set_aside_at.is_(None))


def _free(t: Table, now: datetime) -> Select[Any]:
    """Select rows without a key, which wait for no other row."""
    return (
        select(*_columns(t))
        .where(_waits(t), t.c.order_key.is_(None), _is_unclaimed(t, now))
        .order_by(t.c.id)
    )


def _keyed(t: Table) -> Select[Any]:
    """Select rows with a key, whether or not they are claimed."""
    return select(*_columns(t)).where(_waits(t), t.c.order_key.is_not(None)).order_by(t.c.id)


def _heads(t: Table, limit: int, now: datetime) -> Select[Any]:
    """Select the first row of each key that is not claimed; the key's other rows wait for it."""
    # The window begins with the lowest ids, so the first row of a key in it is the first of all.
    w = _keyed(t).with_only_columns(t.c.id, t.c.order_key).limit(limit).subquery().c
    firsts = select(func.min(w.id)).group_by(w.order_key)
    return _keyed(t).where(t.c.id.in_(firsts), _is_unclaimed(t, now))


def _aware(value: datetime) -> datetime:
    """Return a stored time with its offset: SQLite stores none, and all times are UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
