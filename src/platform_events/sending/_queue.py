"""Waiting sends share the next request: the decisions, without I/O, threads or clocks.

While the server is busy with requests of a queue, further sends wait; once one is answered, all
waiting sends leave together. So a send that finds the queue idle leaves at once, and the more sends
there are, the more of them share a request. To each caller it looks like a request of its own:

- An accepted event has its id. A retried request is the same bytes with the same seed, from which
  the server derives the ids, even if some of its callers have given up in the meantime.
- If a refusal may be about a single event in a shared request, it is reported to nobody yet: the
  events in question are sent again in smaller requests until it is clear whose event it is. So are
  those of a request on which the server fails repeatedly (status 500).
- A caller that gives up before the request left is not part of it; one that gives up later does
  not disturb the others.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from math import inf
from typing import TYPE_CHECKING, Final

from ._outcome import Outcome, Verdict

if TYPE_CHECKING:
    from ._batches import Batch
    from ._pace import Pace

_LANES: Final = 4
"""How many requests may be under way at once. With few, sends wait long for the answer to somebody
else's request, and all of them for those that hang; with many, few events share a request."""

_MAX_SUSPECTS: Final = 20
"""How many requests of single callers, on which the server fails, may be repeated beside those."""


@dataclass(frozen=True, slots=True, repr=False)
class Seed:
    """The seed from which the server derives the ids of the events of a request."""

    milliseconds: int
    entropy: bytes

    @classmethod
    def new(cls) -> Seed:
        return cls(int(time.time() * 1000), secrets.token_bytes(10))

    @property
    def header(self) -> str:
        """The value of the header ``x-inngest-event-id-seed``."""
        return f"{self.milliseconds},{base64.b64encode(self.entropy).decode()}"

    def after(self, count: int) -> Seed:
        """Return the seed with which the events after the first ``count`` keep their ids."""
        # For the n-th event the server adds n to the last four bytes, as one big-endian number
        # (inngest/inngest: pkg/event/id.go).
        last = (int.from_bytes(self.entropy[6:]) + count) % 2**32
        return replace(self, entropy=self.entropy[:6] + last.to_bytes(4))


@dataclass(slots=True, eq=False, repr=False)
class QueuedSend:
    """The events of one caller, waiting or being sent."""

    batch: Batch
    outcome: Outcome
    deadline: float
    is_settled: bool = False  # the outcome is final, or the caller has given up
    request: SharedRequest | None = None

    def settle(self) -> None:
        self.is_settled = True
        self.request = None  # as the two hold each other


@dataclass(slots=True, eq=False, repr=False)
class SharedRequest:
    """The events of one or more callers in one request, the same at every attempt."""

    parts: list[tuple[QueuedSend, Sequence[int]]]  # with the positions of their events in it
    seed: Seed
    body: bytes = field(init=False)
    attempts: int = 0
    is_under_way: bool = False
    is_suspect: bool = False  # the server fails on the one send that it holds
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        encoded = [send.batch.encoded[at] for send, positions in self.parts for at in positions]
        self.body = b"[" + b",".join(encoded) + b"]"
        for send, _ in self.parts:
            send.request = self

    @property
    def event_count(self) -> int:
        return sum(len(positions) for _, positions in self.parts)

    @property
    def open_sends(self) -> list[QueuedSend]:
        return [send for send, _ in self.parts if not send.is_settled]

    @property
    def deadline(self) -> float:
        """The latest deadline of its open sends."""
        return max((send.deadline for send in self.open_sends), default=-inf)

    def begin_attempt(self) -> None:
        """Record that the server may see the request from now on."""
        self.attempts += 1
        self.is_under_way = True

    def take(self, verdict: Verdict) -> None:
        """Record the verdict on an attempt for every send."""
        self.verdict, self.is_under_way = verdict, False
        start = 0
        for send, positions in self.parts:
            end = start + len(positions)
            if not send.is_settled:
                send.outcome.take(verdict, positions, verdict.ids[start:end])
            start = end

    def can_split(self, verdict: Verdict) -> bool:
        """Whether smaller requests would tell whose event a verdict is about."""
        return len(self.parts) > 1 and verdict.may_be_about_one

    def split(self, verdict: Verdict) -> list[SharedRequest]:
        """Return the requests in which events are to be sent again after a final verdict."""
        first = next((at for at, (s, _) in enumerate(self.parts) if s.outcome.missing), None)
        if first is None or not self.can_split(verdict):
            return []
        if verdict.is_prefix:
            # The server did not look at what follows the first event without an id. That event may
            # itself be valid, as the server stops in the middle of what it reads.
            send, positions = self.parts[first]
            skipped = positions.index(send.outcome.missing[0])
            again = [self._slice(first, first + 1, skipped), self._slice(first + 1)]
        else:
            middle = len(self.parts) // 2
            again = [self._slice(0, middle), self._slice(middle)]
        return [request for request in again if request.open_sends]

    def _slice(self, first: int, last: int | None = None, skipped: int = 0) -> SharedRequest:
        parts = self.parts[first:last]
        if skipped:
            parts[0] = (parts[0][0], parts[0][1][skipped:])
        before = sum(len(positions) for _, positions in self.parts[:first]) + skipped
        # The events keep the ids that they had, or would have had, in this request. So if one has
        # arrived with an attempt whose answer was lost, sending it again creates no second event.
        return SharedRequest(parts, self.seed.after(before))


@dataclass(slots=True, repr=False)
class SendQueue:
    """Decides when sends leave, and which of them share a request."""

    pace: Pace
    new_seed: Callable[[], Seed] = Seed.new
    waiting: deque[QueuedSend] = field(default_factory=deque["QueuedSend"])
    ready: deque[SharedRequest] = field(default_factory=deque["SharedRequest"])
    under_way: int = 0  # requests, except suspects
    suspects: int = 0  # they may take until their deadlines, and nobody else waits for them
    failure: Verdict | None = None  # the last one, if it was retriable

    def add(self, send: QueuedSend) -> None:
        self.waiting.append(send)

    def waiting_events(self) -> int:
        """Count the events that wait for a request; from any thread."""
        sends = [send for send in self.waiting.copy() if not send.is_settled]
        ready = [request for request in self.ready.copy() if request.open_sends]
        waiting = sum(len(send.batch.encoded) for send in sends)
        return waiting + sum(request.event_count for request in ready)

    def start(self) -> SharedRequest | None:
        """Return the next request to send, if there is one and another may be under way."""
        if self.under_way >= _LANES:
            return None
        while self.ready:
            request = self.ready.popleft()
            if request.open_sends:
                self.under_way += 1
                return request
        sends = self._fill()
        if not sends:
            return None
        self.under_way += 1
        return self.request_of(*sends)

    def request_of(self, *sends: QueuedSend) -> SharedRequest:
        """Make one request of sends that were not in a request yet."""
        parts = [(send, range(len(send.batch.events))) for send in sends]
        return SharedRequest(list[tuple[QueuedSend, Sequence[int]]](parts), self.new_seed())

    def _fill(self) -> list[QueuedSend]:
        sends, events, size = list[QueuedSend](), 0, 1
        while self.waiting:
            send = self.waiting[0]
            if not send.is_settled:
                encoded = send.batch.encoded
                events += len(encoded)
                size += sum(map(len, encoded)) + len(encoded)
                if sends and (events > self.pace.max_events or size > self.pace.max_bytes):
                    break
                sends.append(send)
            self.waiting.popleft()
        return sends

    def finish(self, request: SharedRequest, verdict: Verdict) -> list[QueuedSend]:
        self._end(request)
        again = request.split(verdict)
        if verdict.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            self.pace.note_too_large(len(request.body))
        self.ready.extend(again)
        held = {send for part in again for send in part.open_sends}
        settled = [s for s in request.open_sends if s.outcome.is_complete or s not in held]
        for send in settled:
            send.settle()
        return settled

    def note(self, request: SharedRequest, verdict: Verdict) -> None:
        """Remember whether the server fails, and set aside a request on which alone it does."""
        self.failure = verdict if verdict.is_retriable else None
        is_failing = verdict.is_retriable and verdict.may_be_about_one and len(request.parts) == 1
        if is_failing and not request.is_suspect and self.suspects < _MAX_SUSPECTS:
            request.is_suspect = True
            self.under_way -= 1
            self.suspects += 1

    def _end(self, request: SharedRequest) -> None:
        if request.is_suspect:
            request.is_suspect = False
            self.suspects -= 1
        else:
            self.under_way -= 1

    def expire(self, send: QueuedSend) -> None:
        """Settle a send whose deadline has passed; its outcome says how far it got."""
        request, outcome = send.request, send.outcome
        send.settle()
        if request is None:
            waited = Verdict("earlier requests took until the deadline", is_retriable=True)
            outcome.verdict = self.failure or waited
            return
        # The request goes on for its other callers.
        outcome.is_unclear = outcome.is_unclear or request.is_under_way or not request.attempts
        if request.verdict is None:
            outcome.verdict = Verdict("no answer came before the deadline", is_retriable=True)

    def put_back(self, request: SharedRequest) -> None:
        """Put back a request whose sender was interrupted, to be sent again unchanged."""
        self._end(request)
        if request.open_sends:
            self.ready.appendleft(request)
