"""The flow of a delivery, driven by hand: no network, no clock and no chance."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Self

import httpx
import inngest
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_events import Client, SendError
from platform_events.events.encoding import encode_any
from platform_events.sending.batches import Batcher
from platform_events.sending.delivery import AwaitHook, Delay, HttpRequest, SendFlow
from platform_events.sending.settings import Settings
from platform_events.sending.transport import Answer

from ..support.clients import sdk_events

pytestmark = pytest.mark.usefixtures("clean_client")


SETTINGS = Settings.resolve({}, app_id="tests", is_production=False)
SHARED = Client(SETTINGS)


def client(timeout_s: float = 10) -> Client:
    SHARED.settings = replace(SETTINGS, send_timeout_s=timeout_s)
    return SHARED


class OneDelivery:
    """Drives the delivery of one event: every attempt gets the same answer and takes some time."""

    def __init__(
        self, answer: Answer | httpx.RequestError, *, timeout_s: float, took_s: float, jitter: float
    ) -> None:
        self.now = 1000.0
        self.posts: list[HttpRequest] = []
        self.sleeps: list[float] = []
        [batch] = Batcher(encode_any, 1000).split(sdk_events(1))
        delivery = replace(
            client(timeout_s).delivery, clock=lambda: self.now, jitter=lambda: jitter
        )
        with pytest.raises(SendError) as caught:
            self._drive(delivery.send_batch(batch), answer, took_s)
        self.error = caught.value

    def _drive(
        self,
        flow: SendFlow,
        answer: Answer | httpx.RequestError,
        took_s: float,
    ) -> None:
        command = next(flow)
        while True:
            if isinstance(command, Delay):
                self.sleeps.append(command.seconds)
                self.now += command.seconds
                command = flow.send(None)
                continue
            assert isinstance(command, HttpRequest)
            self.posts.append(command)
            self.now += min(took_s, command.timeout_s)
            if isinstance(answer, httpx.RequestError):
                command = flow.throw(answer)
                continue
            command = flow.send(answer)


FAILURES = st.sampled_from(
    [
        Answer(500, {}, b"{}"),
        Answer(429, {}, b""),
        Answer(503, {"retry-after": "1"}, b"<html>"),
        httpx.ConnectError("refused"),
    ]
)


@given(FAILURES, st.floats(0.001, 60), st.floats(0, 5), st.floats(0, 1))
@settings(deadline=None, max_examples=60)
def test_attempts_end_with_the_deadline(
    answer: Answer | httpx.RequestError, timeout_s: float, took_s: float, jitter: float
) -> None:
    flow = OneDelivery(answer, timeout_s=timeout_s, took_s=took_s, jitter=jitter)
    assert flow.now <= 1000 + timeout_s + 0.002
    assert len(flow.posts) == len(flow.sleeps) + 1
    asked = 1 if isinstance(answer, Answer) and answer.headers else 0
    expected = 0.1
    for slept in flow.sleeps:
        # It grows, is capped, and is never shorter than the server asked for.
        assert slept == pytest.approx(max(expected * (1 + jitter / 2), asked))
        expected = min(2 * expected, 2.0)
    # It gave up only because there was no time for the next delay.
    assert flow.now + max(expected * 1.5, asked) >= 1000 + timeout_s - 0.002


@given(st.floats(0.001, 60), st.floats(0, 5))
@settings(deadline=None, max_examples=30)
def test_an_attempt_has_the_time_that_is_left(timeout_s: float, took_s: float) -> None:
    flow = OneDelivery(Answer(500, {}, b""), timeout_s=timeout_s, took_s=took_s, jitter=0)
    left = [post.timeout_s for post in flow.posts]
    assert left[0] == pytest.approx(timeout_s)
    assert left == sorted(left, reverse=True)
    assert all(seconds > 0 for seconds in left)


def test_all_attempts_are_the_same_request() -> None:
    flow = OneDelivery(Answer(500, {}, b""), timeout_s=5, took_s=0, jitter=0)
    assert flow.sleeps == [0.1, 0.2, 0.4, 0.8, 1.6]
    assert len({(post.url, post.body, json.dumps(post.headers)) for post in flow.posts}) == 1


def test_delays_are_capped() -> None:
    flow = OneDelivery(Answer(500, {}, b""), timeout_s=12, took_s=0, jitter=0)
    assert flow.sleeps == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 413, 422])
def test_what_another_attempt_cannot_mend_is_tried_once(status: int) -> None:
    flow = OneDelivery(Answer(status, {"retry-after": "0"}, b"{}"), timeout_s=5, took_s=0, jitter=0)
    assert len(flow.posts) == 1
    assert not flow.error.is_retriable


def test_an_answer_at_the_last_moment_counts() -> None:
    now = [0.0]
    [batch] = Batcher(encode_any, 1000).split(sdk_events(1))
    flow = replace(client(1).delivery, clock=lambda: now[0]).send_batch(batch)
    assert isinstance(next(flow), HttpRequest)
    now[0] = 5.0
    with pytest.raises(StopIteration) as ended:
        flow.send(Answer(200, {}, b'{"ids":["a"]}'))
    assert ended.value.value == ["a"]


def test_what_is_no_failure_of_the_network_passes_through() -> None:
    [batch] = Batcher(encode_any, 1000).split(sdk_events(1))
    flow = client().delivery.send_batch(batch)
    next(flow)
    with pytest.raises(KeyboardInterrupt):
        flow.throw(KeyboardInterrupt())


async def wait(command: AwaitHook) -> None:
    await command.awaitable


def test_asynchronous_middleware_is_left_to_the_driver() -> None:
    [batch] = Batcher(encode_any, 1000).split(sdk_events(1))
    flow = Client(replace(SETTINGS, middleware=(inngest.Middleware,))).delivery.send_batch(batch)
    before = next(flow)
    assert isinstance(before, AwaitHook)
    asyncio.run(wait(before))
    assert isinstance(flow.send(None), HttpRequest)
    after = flow.send(Answer(200, {}, b'{"ids":["a"]}'))
    assert isinstance(after, AwaitHook)
    asyncio.run(wait(after))
    with pytest.raises(StopIteration):
        flow.send(None)


class Scripted:
    """Accepts or refuses request after request, and keeps what it accepted."""

    def __init__(self, script: list[bool]) -> None:
        self.script = iter(script)
        self.accepted: list[int] = []

    def answer(self, post: HttpRequest) -> Answer:
        if not next(self.script, True):
            return Answer(404, {}, b"{}")
        numbers = [event["data"]["n"] for event in json.loads(post.body)]
        self.accepted += numbers
        return Answer(200, {}, json.dumps({"ids": [f"id-{n}" for n in numbers]}).encode())

    def drive(self, flow: SendFlow) -> list[str]:
        try:
            command = next(flow)
            while True:
                assert isinstance(command, HttpRequest)
                command = flow.send(self.answer(command))
        except StopIteration as end:
            ids: list[str] = end.value
            return ids


class Source:
    """An iterator that fails at one place, and can be asked for the rest all the same."""

    def __init__(self, events: list[inngest.Event], fails_at: int | None) -> None:
        self.events = events
        self.fails_at = fails_at
        self.position = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> inngest.Event:
        if self.position == self.fails_at:
            raise OSError
        if self.position == len(self.events):
            raise StopIteration
        self.position += 1
        return self.events[self.position - 1]


@given(
    st.integers(0, 12),
    st.lists(st.booleans(), max_size=6),
    st.none() | st.integers(0, 12),
    st.booleans(),
)
@settings(deadline=None)
def test_every_event_is_accepted_or_handed_back_or_still_with_the_caller(
    count: int,
    script: list[bool],
    fails_at: int | None,
    is_list: bool,
) -> None:
    """For any number of events, failing requests and failing iterators; some three to a request."""
    server = Scripted(script)
    events = sdk_events(count)
    source = Source(events, fails_at)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("platform_events.sending.batches.MAX_REQUEST_BYTES", 200)
            flow = client().delivery.send_many(events if is_list else source, encode_any)
            ids, unsent = server.drive(flow), list[object]()
    except SendError as error:
        ids, unsent = error.accepted_ids, list[object](error.unsent)
    except OSError:
        ids, unsent = [], []
        assert source.position == 0  # there was nothing to hand back
    assert ids == [f"id-{n}" for n in server.accepted] == [f"id-{n}" for n in range(len(ids))]
    rest = [] if is_list else events[source.position :]
    assert unsent + rest == events[len(ids) :]
