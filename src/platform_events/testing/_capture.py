"""Keeps what is sent instead of sending it: :func:`capture_events`."""

from __future__ import annotations

import asyncio
import json
import os
import time
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx
import inngest
from typing_extensions import override

from ..errors import InvalidEventError
from ..events.event import Event, event_class
from ..sending.client import default_test_client
from ..sending.transport import Answer, Transport, override_transport
from ._local import event_api
from ._local.event_api import ReceivedEvent
from ._local.ulid import Ulids
from ._sent import Fault, SentEvent, SentEvents

_FAILURES: Final[Mapping[str, Answer | type[httpx.RequestError]]] = {
    "refused": httpx.ConnectError,
    "reset": httpx.ReadError,
    "time-out": httpx.ReadTimeout,
    "server-error": Answer(500, {}, b'{"error":"internal error","status":500}'),
    "rate-limited": Answer(429, {}, b'{"error":"rate limited","status":429}'),
    "unauthorized": Answer(401, {}, b'{"status":401,"message":"","error":"Event key not found"}'),
    "too-large": Answer(413, {}, b'{"status":413,"error":"request body is too large"}'),
    "redirect": Answer(302, {}, b""),
    "page": Answer(200, {}, b"<html>the page of a proxy</html>"),
    "no-ids": Answer(200, {}, b'{"ids":[],"status":200}'),
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
        self._now = 0.0
        self._ids = Ulids(_present, os.urandom)

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
    async def apost(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Answer:
        # As over a network, other tasks go on meanwhile, and there must be asyncio.
        await asyncio.sleep(0)
        return self.post(url, headers=headers, body=body, timeout_s=timeout_s)

    @override
    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Answer:
        fault = self._sent.fail
        failure = _FAILURES.get(fault) if fault else None
        if isinstance(failure, Answer):
            return failure
        if failure is not None:
            self._now += timeout_s if fault == "time-out" else 0
            raise failure(f"captured, with fail={fault!r}")
        if fault == "partial":
            body = _spoilt(body)
        with self._lock:
            receipt = event_api.receive(body, headers, now=_present(), new_id=self._ids.new)
            for one in receipt.accepted:
                detail = _detail(one)
                self._sent.append(detail.event)
                self._sent.details.append(detail)
        return Answer(receipt.status, {}, receipt.body)


def _present() -> int:
    return int(time.time() * 1000)


def _spoilt(body: bytes) -> bytes:
    """Take the name off the last event, at which a server stops."""
    *others, last = json.loads(body)
    return json.dumps([*others, {**last, "name": ""}]).encode()


def _detail(received: ReceivedEvent) -> SentEvent:
    raw = received.event
    identity, ts = str(raw["id"]), raw["ts"]
    assert isinstance(ts, int)  # noqa: S101  # the Event API makes it one
    return SentEvent(
        event=_typed(received),
        id=received.internal_id,
        key=None if identity == received.internal_id else identity,
        ts=ts,
    )


def _read(kind: type[Event], received: ReceivedEvent) -> Event:
    if "__deprecated__" not in vars(kind):
        return kind.from_data(received.data)
    # It is the service that sends it, and not who looks at what was sent.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind.from_data(received.data)


def _typed(received: ReceivedEvent) -> Event | inngest.Event:
    kind = event_class(received.name)
    if kind is not None:
        try:
            return _read(kind, received)
        except InvalidEventError:
            pass  # middleware may have made of it what no class reads, such as an encrypted text
    # The id and the time are in the details, so that it can be compared with what was sent.
    return inngest.Event(name=received.name, data=dict(received.data))
