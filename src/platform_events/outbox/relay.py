"""The relay: sends what the outbox holds, and removes what was accepted."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol, TypeAlias

import inngest

from ..errors import (
    EventTooLargeError,
    InvalidEventError,
    InvalidEventNameError,
    SendError,
    UnknownEventError,
)
from ..sending.client import Client, get_client

_log: Final = logging.getLogger("platform_events.outbox")

LEASE: Final = timedelta(minutes=5)
"""For how long a claim holds on SQLite if the relay dies; longer than a send takes."""

MAX_REFUSALS: Final = 5
"""How often a server must refuse an event alone before it is set aside: after 15 seconds."""

WINDOW_BATCHES: Final = 20
"""How far a claim looks: past rows that other relays hold, or that wait for others of their key.
Without a bound one key with a million rows would be read through for each batch."""

# How long the relay pauses while a server or the database is away. Each send has retries, and a
# shorter backoff, of its own (sending._retries).
_FIRST_BACKOFF_S: Final = 1.0
_MAX_BACKOFF_S: Final = 60.0
_PURGE_INTERVAL_S: Final = 60.0
_WAIT_SLICE_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row that waits. Its repr shows no value of the payload.

    Attributes:
        id: The row's number.
        name: The event's name.
        data: Its data, as JSON.
        event_id: Its idempotency key.
        ts: When it happened, in milliseconds since 1970.
        refusals: How often the server has refused it alone.
        order_key: What it is ordered by; None for no order.
    """

    id: int
    name: str
    data: str = field(repr=False)
    event_id: str
    ts: int
    refusals: int
    order_key: str | None


@dataclass(slots=True)
class Claim:
    """Rows that no other relay sends meanwhile, and what became of them.

    Attributes:
        rows: The rows, in the order in which they are to be sent.
        sent: The numbers of those that the server accepted.
        refused: The numbers of those that the server refused alone, and why. They are tried again
            later, as a server answers 400 to faults of its own, too
            (inngest/inngest: pkg/api/api.go).
        set_aside: The numbers of those that are not sent any more, and why.
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
        """Set aside what was refused often enough; give how long each of the others waits."""
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
        oldest_age_s: How long the first of them has been waiting, in seconds; None if none is.
        set_aside: How many events no server accepts; each has its reason.
        reasons: How many were set aside for which reason.
    """

    waiting: int
    oldest_age_s: float | None
    set_aside: int
    reasons: dict[str, int]


class OutboxStore(Protocol):
    """The table, as a relay sees it."""

    def claim(self, limit: int) -> AbstractContextManager[Claim]:
        """Claim rows; what the claim says at its end is written, and the rest waits again."""
        ...

    def wait(self, timeout_s: float) -> bool:
        """Wait until rows were written or the time is over; tell whether there may be any."""
        ...

    def purge(self) -> None:
        """Delete what was sent so long ago that it need not be kept."""
        ...

    def status(self) -> OutboxStatus:
        """Count what it holds."""
        ...

    def retry(self) -> int:
        """Let wait again what was set aside; give how many rows that were."""
        ...

    def close(self) -> None:
        """Close its own connections."""
        ...


@dataclass(frozen=True, slots=True)
class RelayCount:
    """What a relay has done.

    Attributes:
        sent: How many events were accepted.
        refused: How often one was refused, to be tried again later.
        set_aside: How many were refused for good: five times, or because they are not events.
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
"""Is told what a relay has done so far."""


class Relay:
    """Sends what an outbox holds, through the one client.

    Any number of relays may work on one table: no two claim the same row. A relay that dies leaves
    its rows to the others, which send them under the same idempotency keys, so that Inngest starts
    no second run within 24 hours.

    Args:
        store: The outbox; see :func:`platform_events.outbox.connect_relay`.
        client: The client; absent: the one client of the process.
        batch_size: How many rows are claimed at once, from 1 to 5,000.
        poll_interval_s: After how many seconds an empty outbox is looked at again, where nothing
            told of new rows before.
        jitter: Gives a random number from 0 to 1.

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
        # Not a threading.Event, whose lock a signal handler may find taken by its own thread.
        self._is_stopping = False
        self._purged_at = float("-inf")

    def run(self, *, progress: Progress | None = None) -> RelayCount:
        """Send rows as they are written, until :meth:`stop` is called.

        A server that is away, or a database, is tried again after a second, then two, four and so
        on, up to a minute.

        Args:
            progress: Is told what was done so far, after each batch.

        Returns:
            What was done.

        Example:
            >>> import threading
            >>> def start(relay: Relay) -> threading.Thread:
            ...     thread = threading.Thread(target=relay.run)
            ...     thread.start()
            ...     return thread
        """
        done, backoff_s = RelayCount(), _FIRST_BACKOFF_S
        while not self._is_stopping:
            try:
                batch = self._relay_batch()
            except Exception as error:  # noqa: BLE001  # a relay outlives whatever is away
                delay_s = max(backoff_s * (1 + self._jitter() / 2), _retry_after(error))
                backoff_s = min(2 * backoff_s, _MAX_BACKOFF_S)
                _log.warning("%s; the next attempt is in %.0f s", _reason(error), delay_s)
                self._pause(delay_s)
                continue
            backoff_s = _FIRST_BACKOFF_S
            done += batch
            if progress is not None:
                progress(done)
            if batch == RelayCount():
                self._purge()
                self._wait()
        return done

    def run_once(self) -> RelayCount:
        """Send all that waits now, and return.

        Returns:
            What was done.

        Raises:
            SendError: The server is away or refuses this client; the rows wait.
            Exception: The database is away; its library's error.
        """
        done = RelayCount()
        while not self._is_stopping:
            batch = self._relay_batch()
            if batch == RelayCount():
                break
            done += batch
        self._purge()
        return done

    def stop(self) -> None:
        """Let :meth:`run` return when the batch in hand is done.

        May be called in any thread, and by the handler of a signal.
        """
        self._is_stopping = True

    def status(self) -> OutboxStatus:
        """Count what the outbox holds.

        Returns:
            What waits, since when, and what was set aside.
        """
        return self.store.status()

    def retry(self) -> int:
        """Let what was set aside wait again, once its cause is mended.

        Returns:
            How many events.
        """
        return self.store.retry()

    def _relay_batch(self) -> RelayCount:
        failure = None
        with self.store.claim(self._batch_size) as claim:
            try:
                _Dispatch(self._client or get_client(), claim).send(claim.rows)
            except SendError as error:
                failure = error  # what was accepted before is written all the same
        for id, reason in claim.set_aside.items():
            _log.error("row %d of the outbox was set aside: %s", id, reason)
        if failure is not None and claim.count == RelayCount():
            raise failure
        return claim.count

    def _wait(self) -> None:
        """Wait for new rows, in slices, so that a relay that is stopped ends soon."""
        left_s = self._poll_interval_s
        while left_s > 0 and not self._is_stopping:
            if self.store.wait(min(left_s, _WAIT_SLICE_S)):
                return
            left_s -= _WAIT_SLICE_S

    def _pause(self, seconds: float) -> None:
        """Sleep, in slices, too."""
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
    """Sends the rows of a claim, and finds those that the server refuses."""

    client: Client
    claim: Claim
    held_keys: set[str] = field(default_factory=set[str])

    def send(self, rows: Sequence[StoredRow]) -> None:
        """Send rows, in order; raise SendError if the server cannot be reached or refuses all."""
        # What follows a refused event under its key waits until that one is settled.
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
            # What stood before it was accepted; it is asked about alone, then the rest.
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
        request = _Request(rows)
        try:
            self.client.send_sync(request.events)
        except SendError as error:
            unsent = {id(event) for event in error.unsent}
            accepted = [id(event) not in unsent for event in request.events]
            self.claim.sent += [row.id for row, is_in in zip(rows, accepted, strict=True) if is_in]
            raise
        self.claim.sent += [row.id for row in rows]


class _Request:
    """The events of rows; an object without a repr, as error reporters show what frames hold."""

    def __init__(self, rows: Sequence[StoredRow]) -> None:
        self.events = [
            inngest.Event(name=row.name, data=_data(row), id=row.event_id, ts=row.ts)
            for row in rows
        ]


def _data(row: StoredRow) -> dict[str, Any]:  # Any: JSON
    if not row.data.startswith("{"):
        raise ValueError("the data is not an object")  # the SDK would send {} instead
    data: dict[str, Any] = json.loads(row.data)
    return data


def _refused(error: SendError, rows: Sequence[StoredRow]) -> Sequence[StoredRow] | None:
    """Give the rows from the refused one on, if it is the row that the server refuses."""
    if error.status_code not in {400, 413}:
        return None
    return rows[len(rows) - len(error.unsent) :]


def _retry_after(error: Exception) -> float:
    return (error.retry_after or 0.0) if isinstance(error, SendError) else 0.0


def _reason(error: Exception) -> str:
    """Say what went wrong; of errors that are not ours only the kind, as they may quote values."""
    ours = SendError | EventTooLargeError | InvalidEventError | InvalidEventNameError
    if isinstance(error, ours | UnknownEventError):
        return str(error)
    return f"failed with {type(error).__name__}"
