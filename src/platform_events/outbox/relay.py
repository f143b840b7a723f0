"""The relay: sends the events in the outbox, and removes those that were accepted."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

import inngest
import pydantic_core

from ..errors import (
    EventTooLargeError,
    InvalidEventError,
    InvalidEventNameError,
    Problem,
    SendError,
    UnknownEventError,
)
from ..events._encoding import join_event
from ..events._envelope import to_milliseconds
from ..events._hidden import hide_locals
from ..sending._drivers import run_sync
from ..sending._observation import observed
from ..sending._retries import backoffs
from ..sending.client import Client, get_client

if TYPE_CHECKING:
    from ..events._encoding import Sendable

_log: Final = logging.getLogger("platform_events.outbox")

LEASE: Final = timedelta(minutes=5)
"""How long a claim on SQLite lasts if its relay dies; longer than any send."""

MAX_REFUSALS: Final = 5
"""How often a server must refuse an event by itself before it is set aside; takes 15 seconds."""

# How many batches of rows a claim looks through, past rows that other relays hold or that wait for
# others of their key, if the first of them does not fill it. Without a limit, each batch would read
# a key with a million rows to its end.
_WINDOW_BATCHES: Final = 20

# How long the relay pauses while a server or the database is down. Each send has retries, and a
# shorter backoff, of its own (sending._retries).
_FIRST_BACKOFF_S: Final = 1.0
_MAX_BACKOFF_S: Final = 60.0
_PURGE_INTERVAL_S: Final = 60.0
_WAIT_SLICE_S: Final = 0.25


def claim_windows(limit: int, count: int) -> Sequence[int]:
    """Tell in how many of the first rows with a key to look for the first row of each key.

    Args:
        limit: How many rows are to be claimed.
        count: How many of the first ``limit`` rows with a key there are.

    Returns:
        The sizes of the windows, to be tried one after the other until the claim is full.

    Example:
        >>> claim_windows(500, 0), claim_windows(500, 7), claim_windows(500, 500)
        ((), (500,), (500, 10000))
    """
    if count == 0:
        return ()
    return (limit,) if count < limit else (limit, _WINDOW_BATCHES * limit)


@dataclass(slots=True)  # a frozen one takes three times as long to make
class StoredRow:
    """A row that waits to be sent. The repr shows no value of the payload.

    Attributes:
        id: The id of the row.
        name: The event's name.
        data: Its data, as JSON.
        event_id: Its idempotency key.
        ts: When it happened, in milliseconds since 1970.
        refusals: How often the server has refused it by itself.
        order_key: The key within which events keep their order; None for no order.
    """

    id: int
    name: str
    data: str = field(repr=False)
    event_id: str
    ts: int
    refusals: int
    order_key: str | None

    @property
    def event_name(self) -> str:
        """The event's name, as errors of a send call it."""
        return self.name

    def to_inngest(
        self, *, id: str | None = None, ts: int | datetime | None = None
    ) -> inngest.Event:
        """Make the SDK's event of it, for the client's middleware.

        Args:
            id: Another idempotency key.
            ts: Another time.

        Returns:
            The SDK's event.
        """
        ts = self.ts if ts is None else to_milliseconds(self.name, ts)
        return inngest.Event(
            name=self.name, data=json.loads(self.data), id=id or self.event_id, ts=ts
        )


@dataclass(slots=True)
class Claim:
    """Rows that only this relay sends for now, and what became of them.

    Attributes:
        rows: The rows, in the order in which they are to be sent.
        sent: The ids of rows that the server accepted.
        refused: The ids of rows that the server refused by themselves, with the reason. They are
            retried later, as a server also answers 400 to faults of its own
            (inngest/inngest: pkg/api/api.go).
        set_aside: The ids of rows that are no longer sent, with the reason.
    """

    rows: Sequence[StoredRow]
    sent: list[int] = field(default_factory=list[int])
    refused: dict[int, str] = field(default_factory=dict[int, str])
    set_aside: dict[int, str] = field(default_factory=dict[int, str])

    @property
    def count(self) -> RelayCount:
        """What became of its rows."""
        return RelayCount(len(self.sent), len(self.refused), len(self.set_aside))

    def sort_refused(self) -> dict[int, timedelta]:
        """Set aside rows refused too often; return how long each other refused row waits."""
        waits: dict[int, timedelta] = {}
        for row in self.rows:
            if row.id in self.refused and row.refusals + 1 >= MAX_REFUSALS:
                self.set_aside[row.id] = self.refused.pop(row.id)
            elif row.id in self.refused:
                waits[row.id] = timedelta(seconds=2**row.refusals)
        return waits


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """What the outbox holds.

    Attributes:
        waiting: How many events are waiting to be sent.
        oldest_age_s: How long the oldest of them has been waiting, in seconds; None if none is.
        set_aside: How many events are set aside because no server accepts them.
        reasons: How many events are set aside for each reason.
    """

    waiting: int
    oldest_age_s: float | None
    set_aside: int
    reasons: dict[str, int]


class OutboxStore(Protocol):
    """The table as a relay uses it."""

    def claim(self, limit: int) -> AbstractContextManager[Claim]:
        """Claim rows; on exit, store what became of them and release the rest."""
        ...

    def wait(self, timeout_s: float) -> bool:
        """Wait for new rows, or until the time-out; return whether there may be any."""
        ...

    def purge(self) -> None:
        """Delete sent rows that need not be kept any longer."""
        ...

    def status(self) -> OutboxStatus:
        """Count what it holds."""
        ...

    def retry(self) -> int:
        """Return all set-aside rows to waiting; return how many there were."""
        ...

    def close(self) -> None:
        """Close its own connections."""
        ...


@dataclass(frozen=True, slots=True)
class RelayCount:
    """What a relay has done.

    Attributes:
        sent: How many events were accepted.
        refused: How often an event was refused, to be retried later.
        set_aside: How many events were set aside: refused five times, or not valid events.
    """

    sent: int = 0
    refused: int = 0
    set_aside: int = 0

    def __add__(self, other: RelayCount) -> RelayCount:
        return RelayCount(
            self.sent + other.sent,
            self.refused + other.refused,
            self.set_aside + other.set_aside,
        )


Progress: TypeAlias = Callable[[RelayCount], None]
"""Called with what a relay has done so far."""


class Relay:
    """Sends the events in an outbox through the one client.

    Any number of relays may work on one table: no two claim the same row. If a relay dies, the
    others send its rows under the same idempotency keys, so that Inngest starts no second run
    within 24 hours.

    Args:
        store: The outbox; see :func:`platform_events.outbox.connect_relay`.
        client: The client; absent: the one client of the process.
        batch_size: How many rows are claimed at once, from 1 to 5,000.
        poll_interval_s: After how many seconds an empty outbox is checked again, unless the
            database notifies the relay of new rows first.
        jitter: Returns a random number from 0 to 1.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from platform_events.outbox import connect_relay
        >>> from platform_events.outbox.table import default_table
        >>> engine = create_engine("sqlite://")
        >>> default_table.create(engine)
        >>> connect_relay(engine).run_once()
        RelayCount(sent=0, refused=0, set_aside=0)
    """

    def __init__(
        self,
        store: OutboxStore,
        *,
        client: Client | None = None,
        batch_size: int = 500,
        poll_interval_s: float = 1.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        if not 1 <= batch_size <= 5_000:
            raise ValueError("batch_size must be from 1 to 5000")
        if not poll_interval_s > 0:
            raise ValueError("poll_interval_s must be above 0")
        self.store = store
        self._client = client
        self._batch_size = batch_size
        self._poll_interval_s = poll_interval_s
        self._jitter = jitter
        # Not a threading.Event: a signal handler could deadlock on its lock.
        self._is_stopping = False
        self._purged_at = float("-inf")

    def run(self, *, progress: Progress | None = None) -> RelayCount:
        """Send rows as they are written, until :meth:`stop` is called.

        If the server or the database is unavailable, it tries again after a second, then two, four
        and so on, up to a minute; jitter adds up to 50 %.

        Args:
            progress: Called after each batch with what was done so far.

        Returns:
            What was done.

        Example:
            >>> import threading
            >>> def start(relay: Relay) -> threading.Thread:
            ...     thread = threading.Thread(target=relay.run)
            ...     thread.start()
            ...     return thread
        """
        done, delays = RelayCount(), self._backoffs()
        while not self._is_stopping:
            try:
                batch = self._relay_batch()
            except Exception as error:  # noqa: BLE001  # a relay survives every outage
                delay_s = max(next(delays), _retry_after(error))
                problem = _reason(error)
                message = "%s; the next attempt is in %.0f s"
                _log.warning(message, problem.rstrip("."), delay_s, extra={"problem": problem})
                self._pause(delay_s)
                continue
            delays = self._backoffs()
            done += batch
            if progress is not None:
                progress(done)
            if batch == RelayCount():
                self._purge()
                self._wait()
        return done

    def run_once(self, *, progress: Progress | None = None) -> RelayCount:
        """Send everything that is waiting, and return.

        Args:
            progress: Called after each batch with what was done so far.

        Returns:
            What was done.

        Raises:
            SendError: The server is unavailable or refuses this client; the rows keep waiting.
            Exception: The database is unavailable; the error is that of its library.
        """
        done = RelayCount()
        while not self._is_stopping:
            batch = self._relay_batch()
            if batch == RelayCount():
                break
            done += batch
            if progress is not None:
                progress(done)
        self._purge()
        return done

    def stop(self) -> None:
        """Make :meth:`run` return when the current batch is done.

        May be called from any thread and from a signal handler.
        """
        self._is_stopping = True

    def status(self) -> OutboxStatus:
        """Count what the outbox holds.

        Returns:
            How many events wait, since when, and how many are set aside.
        """
        return self.store.status()

    def retry(self) -> int:
        """Send set-aside events again, once the cause is fixed.

        Returns:
            How many events there are.
        """
        return self.store.retry()

    def _backoffs(self) -> Iterator[float]:
        return backoffs(_FIRST_BACKOFF_S, _MAX_BACKOFF_S, self._jitter)

    def _relay_batch(self) -> RelayCount:
        failure = None
        with self.store.claim(self._batch_size) as claim:
            try:
                _Dispatch(self._client or get_client(), claim).send(claim.rows)
            except SendError as error:
                failure = error  # what was accepted before it is still stored
        for row in claim.rows:
            if row.id in claim.set_aside:
                reason = claim.set_aside[row.id]
                facts = {"event_name": row.name, "event_id": row.event_id, "row_id": row.id}
                message = "row %d of the outbox was set aside: %s"
                _log.error(message, row.id, reason, extra={**facts, "problem": reason})
        if failure is not None and claim.count == RelayCount():
            raise failure
        return claim.count

    def _wait(self) -> None:
        """Wait for new rows, in slices, so that a stopped relay ends soon."""
        left_s = self._poll_interval_s
        while left_s > 0 and not self._is_stopping:
            if self.store.wait(min(left_s, _WAIT_SLICE_S)):
                return
            left_s -= _WAIT_SLICE_S

    def _pause(self, seconds: float) -> None:
        """Sleep, also in slices."""
        left_s = seconds
        while left_s > 0 and not self._is_stopping:
            time.sleep(min(left_s, _WAIT_SLICE_S))
            left_s -= _WAIT_SLICE_S

    def _purge(self) -> None:
        now = time.monotonic()
        if now - self._purged_at >= _PURGE_INTERVAL_S:
            self._purged_at = now
            self.store.purge()


@dataclass(frozen=True, slots=True)
class _Dispatch:
    """Sends the rows of a claim, and finds the rows that the server refuses."""

    client: Client
    claim: Claim
    held_keys: set[str] = field(default_factory=set[str])

    def send(self, rows: Sequence[StoredRow]) -> None:
        """Send rows in order; raise SendError if the server is unreachable or refuses all."""
        # Rows after a refused event with the same key wait until that event is settled.
        rows = [row for row in rows if row.order_key not in self.held_keys]
        if not rows:
            return
        try:
            self._attempt(rows)
        except SendError as error:
            refused = _refused(error, rows)
            if refused is None:
                raise
            if len(refused) == len(rows) == 1:
                self.claim.refused[rows[0].id] = str(error)
                self.held_keys.update(filter(None, [rows[0].order_key]))
                return
            # The rows before it were accepted. It is sent by itself, then the rest.
            self.send(refused[:1])
            self.send(refused[1:])
        except (
            EventTooLargeError,
            InvalidEventError,
            InvalidEventNameError,
            UnknownEventError,
            TypeError,
            ValueError,
        ) as error:
            if len(rows) == 1:
                self.claim.set_aside[rows[0].id] = _reason(error)
                return
            middle = len(rows) // 2
            self.send(rows[:middle])
            self.send(rows[middle:])

    def _attempt(self, rows: Sequence[StoredRow]) -> None:
        # Rows are what a delivery needs of events, but for their names, which classes do not know.
        events = cast("Sequence[Sendable]", rows)
        flow = self.client.delivery.send_many(events, encode_row)
        try:
            run_sync(observed(flow, self.client.settings), self.client.dispatch)
        except SendError as error:
            unsent = {id(row) for row in error.unsent}
            self.claim.sent += [row.id for row in rows if id(row) not in unsent]
            raise
        self.claim.sent += [row.id for row in rows]


@hide_locals
def encode_row(row: object) -> bytes:
    """Encode a row as an event. Its data was checked when it was written, and is sent as it is.

    Args:
        row: A row.

    Returns:
        One JSON object as UTF-8.

    Raises:
        InvalidEventError: The name is empty, or the id or the time breaks a rule.
        ValueError: The data is not a JSON object.
    """
    assert isinstance(row, StoredRow)  # noqa: S101  # a delivery encodes what it is given
    if not row.name:
        raise InvalidEventError("an event", [Problem("name", "event_name", "must not be empty")])
    if not row.data.startswith("{"):
        raise ValueError("the data is not an object")
    pydantic_core.from_json(row.data, allow_inf_nan=False)
    return join_event(row.name, row.data.encode(), row.event_id or None, row.ts or None)


def _refused(error: SendError, rows: Sequence[StoredRow]) -> Sequence[StoredRow] | None:
    """Return the refused row and those after it; None if the error is not about a row."""
    if error.status_code not in {400, 413}:
        return None
    return rows[len(rows) - len(error.unsent) :]


def _retry_after(error: Exception) -> float:
    return (error.retry_after or 0.0) if isinstance(error, SendError) else 0.0


def _reason(error: Exception) -> str:
    """Describe an error; if it is not ours, only by its type, as its text may quote values."""
    ours = SendError | EventTooLargeError | InvalidEventError | InvalidEventNameError
    if isinstance(error, ours | UnknownEventError):
        return str(error)
    return f"failed with {type(error).__name__}"
