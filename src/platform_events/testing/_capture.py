"""Keeps what is sent instead of sending it: :func:`capture_events`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx2
from typing_extensions import override

from ..sending._transport import Answer, HttpRequest, Transport, override_transport
from ..sending.client import default_test_client
from ._faults import ANSWERS, spoil_last
from ._local import event_api
from ._local.ulid import Ulids, present_ms
from ._sent import Fault, SentEvents
from ._typed_events import sent_event

_EXCEPTIONS: Final[Mapping[Fault | None, type[httpx2.RequestError]]] = {
    "refused": httpx2.ConnectError,
    "reset": httpx2.ReadError,
    "time-out": httpx2.ReadTimeout,
}


@contextmanager
def capture_events(*, fail: Fault | None = None) -> Generator[SentEvents]:
    """Keep everything that this process sends, instead of sending it.

    Every send is caught, through whichever client of this package: those of other threads and
    tasks, and those of ``step.send_event``. The rules are the real ones: what the client or an
    Event API would refuse is refused. Where neither the environment nor ``configure`` makes a
    client there is one for the test. Everything is as before when the block ends, however it ends.

    Args:
        fail: Lets every send end in a failure, without any time passing. ``"refused"``,
            ``"reset"`` and ``"time-out"`` are of the connection. ``"server-error"`` (500),
            ``"rate-limited"`` (429), ``"unauthorized"`` (401), ``"too-large"`` (413),
            ``"redirect"`` (302), ``"page"`` (200 with HTML) and ``"no-ids"`` (200 without ids) are
            answers to every attempt. ``"partial"`` (400) refuses the last event of each request
            and accepts those before it. It can be changed in the middle: ``sent.fail = None``.

    Yields:
        The events that were accepted, in order; it can still be read when the block has ended.

    Raises:
        ValueError: There is no failure of this name.

    Example:
        >>> from platform_events.testing import capture_events
        >>> wanted = ScoringCalculate(
        ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="manual"
        ... )
        >>> with capture_events() as sent:
        ...     event_id = send_event(wanted, id="once")
        >>> assert sent == [wanted]
        >>> sent.details[0].key
        'once'
        >>> with capture_events(fail="rate-limited") as sent:
        ...     try:
        ...         send_event(wanted)
        ...     except SendError as error:
        ...         print(error.status_code, error.is_retriable, error.unsent == [wanted], sent)
        429 True True []
    """
    sent = SentEvents(fail)
    with default_test_client(), override_transport(_Recorder(sent)):
        yield sent


class _Recorder(Transport):
    """Answers as an Event API does, keeps what it accepts, and lets time pass at once."""

    def __init__(self, sent: SentEvents) -> None:
        super().__init__()
        self._sent = sent
        self._lock = threading.Lock()
        self._now = 0.0
        self._ids = Ulids()

    @override
    def clock(self) -> float:
        return self._now

    @override
    def sleep(self, seconds: float) -> None:
        self._now += seconds

    @override
    async def asleep(self, seconds: float) -> None:
        self._now += seconds

    @override
    async def apost(self, request: HttpRequest) -> Answer:
        # As over a network, other tasks go on meanwhile, and there must be asyncio.
        await asyncio.sleep(0)
        return self.post(request)

    @override
    def post(self, request: HttpRequest) -> Answer:
        fault = self._sent.fail
        if fault in _EXCEPTIONS:
            self._now += request.timeout_s if fault == "time-out" else 0
            raise _EXCEPTIONS[fault](f"captured, with fail={fault!r}")
        if fault in ANSWERS:
            return Answer(*ANSWERS[fault])
        body = spoil_last(request.body) if fault == "partial" else request.body
        with self._lock:
            receipt = event_api.receive(
                body, request.headers, now=present_ms(), new_id=self._ids.new
            )
            for one in receipt.accepted:
                self._sent.add(sent_event(one.internal_id, one.event))
        return Answer(receipt.status, {}, receipt.body)
