"""The attempts at one request, driven by hand: no network, no clock and no chance."""

from __future__ import annotations

import logging
from dataclasses import replace

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_events.events._encoding import encode_any
from platform_events.sending._batches import Batch
from platform_events.sending._outcome import Outcome, Verdict
from platform_events.sending._pace import Pace
from platform_events.sending._queue import QueuedSend, Seed, SharedRequest
from platform_events.sending._retries import AttemptFlow, Delay, RetryPolicy
from platform_events.sending._transport import Answer, HttpRequest
from platform_events.sending.settings import Settings

from ..support.clients import sdk_events

SETTINGS = Settings.resolve(
    {}, app_id="tests", is_production=False, event_api_base_url="http://h.test"
)
SEED = Seed(1_700_000_000_000, bytes(10))


class Flow:
    """Drives the attempts at one request: each gets the same answer and takes some time."""

    def __init__(
        self,
        answer: Answer | Exception,
        *,
        timeout_s: float = 10,
        took_s: float = 0,
        jitter: float = 0,
        settings: Settings = SETTINGS,
        callers: int = 1,
    ) -> None:
        self.now = 1000.0
        self.requests: list[HttpRequest] = []
        self.delays: list[float] = []
        self.noted: list[Verdict] = []
        self.pace = Pace()
        [event] = sdk_events(1)
        self.outcome = Outcome([event])
        batch = Batch([event], [encode_any(event)])
        send = QueuedSend(batch, self.outcome, deadline=self.now + timeout_s)
        others = [QueuedSend(batch, Outcome([event]), send.deadline) for _ in range(callers - 1)]
        self.request = SharedRequest([(one, [0]) for one in (send, *others)], SEED)
        policy = RetryPolicy(
            replace(settings, send_timeout_s=timeout_s),
            {"x-one": "1"},
            lambda: self.now,
            self.pace,
            lambda: jitter,
        )
        self._drive(policy.flow(self.request, self.noted.append), answer, took_s)

    def _drive(self, flow: AttemptFlow, answer: Answer | Exception, took_s: float) -> None:
        try:
            command = next(flow)
            while True:
                if isinstance(command, Delay):
                    self.delays.append(command.seconds)
                    self.now += command.seconds
                    command = flow.send(None)
                    continue
                self.requests.append(command)
                self.now += min(took_s, command.timeout_s)
                command = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
        except StopIteration as end:
            self.verdict: Verdict = end.value


FAILURES = st.sampled_from(
    [
        Answer(500, {}, b"{}"),
        Answer(429, {}, b""),
        Answer(503, {"retry-after": "1"}, b"<html>"),
        httpx2.ConnectError("refused"),
    ]
)


@given(FAILURES, st.floats(0.001, 60), st.floats(0, 5), st.floats(0, 1))
@settings(deadline=None, max_examples=60)
def test_attempts_end_with_the_deadline(
    answer: Answer | httpx2.RequestError, timeout_s: float, took_s: float, jitter: float
) -> None:
    flow = Flow(answer, timeout_s=timeout_s, took_s=took_s, jitter=jitter)
    assert flow.now <= 1000 + timeout_s + 0.002
    assert len(flow.requests) == len(flow.delays) + 1
    asked = 1 if isinstance(answer, Answer) and answer.headers else 0
    expected = 0.1
    for slept in flow.delays:
        # It grows, is capped, and is never shorter than the server asked for.
        assert slept == pytest.approx(max(expected * (1 + jitter / 2), asked))
        expected = min(2 * expected, 2.0)
    # It gave up only because there was no time for the next delay.
    assert flow.now + max(expected * 1.5, asked) + 0.05 >= 1000 + timeout_s - 0.002
    assert not flow.outcome.is_complete
    assert flow.noted[-1] is flow.verdict is flow.outcome.verdict


@pytest.mark.parametrize(
    ("timeout_s", "attempt_timeout_s", "expected"),
    [
        (10, None, [10 / 3, 10 - 10 / 3 - 0.1]),
        (3, None, [1, 3 - 1 - 0.1]),
        (1, None, [1]),
        (0.5, None, [0.5]),
        (10, 4, [4, 4, 10 - 8 - 0.3]),
        (10, 60, [10]),
    ],
)
def test_a_hanging_attempt_leaves_time_for_another(
    timeout_s: float, attempt_timeout_s: float | None, expected: list[float]
) -> None:
    settings = replace(SETTINGS, attempt_timeout_s=attempt_timeout_s)
    flow = Flow(httpx2.ReadTimeout("x"), timeout_s=timeout_s, took_s=99, settings=settings)
    assert [request.timeout_s for request in flow.requests] == pytest.approx(expected)
    assert flow.outcome.is_unclear


def test_all_attempts_are_the_same_request() -> None:
    flow = Flow(Answer(500, {}, b""), timeout_s=5)
    assert flow.delays == [0.1, 0.2, 0.4, 0.8, 1.6]
    assert len({(r.url, r.body, *r.headers.items()) for r in flow.requests}) == 1
    [seed] = {request.headers["x-inngest-event-id-seed"] for request in flow.requests}
    assert seed == "1700000000000,AAAAAAAAAAAAAA=="


@pytest.mark.parametrize(
    ("answer", "attempts"),
    [
        (Answer(500, {}, b""), 2),
        (Answer(500, {"retry-after": "1"}, b""), 5),
        (Answer(503, {}, b""), 6),
        (httpx2.ConnectError("refused"), 6),
    ],
)
def test_a_failure_that_may_be_about_one_caller_is_not_repeated_for_all(
    answer: Answer | Exception, attempts: int
) -> None:
    assert len(Flow(answer, timeout_s=5, callers=2).requests) == attempts


def test_delays_are_capped() -> None:
    flow = Flow(Answer(500, {}, b""), timeout_s=12)
    assert flow.delays == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 413, 422])
def test_what_another_attempt_cannot_change_is_tried_once(status: int) -> None:
    flow = Flow(Answer(status, {"retry-after": "0"}, b"{}"), timeout_s=5)
    assert len(flow.requests) == 1
    assert not flow.verdict.is_retriable


def test_what_is_no_failure_of_the_network_ends_the_attempts() -> None:
    flow = Flow(RuntimeError("cannot schedule new futures after shutdown"))
    assert len(flow.requests) == 1
    assert isinstance(flow.outcome.verdict.cause, RuntimeError)


def test_an_answer_at_the_last_moment_counts() -> None:
    flow = Flow(Answer(200, {}, b'{"ids":["a"]}'), timeout_s=1, took_s=1)
    assert flow.outcome.ids == ["a"]


@pytest.mark.parametrize(("is_production", "level"), [(True, "INFO"), (False, "WARNING")])
def test_every_repeat_is_logged(
    caplog: pytest.LogCaptureFixture, level: str, *, is_production: bool
) -> None:
    """With a dev server at hand somebody is waiting, and wants to know for what."""
    caplog.set_level(logging.INFO, "platform_events.sending")
    settings = replace(SETTINGS, is_production=is_production)
    Flow(Answer(503, {}, b"{}"), timeout_s=0.2, settings=settings)
    [record] = caplog.records
    assert record.getMessage() == (
        "http://h.test answered with status 503; the next attempt is in 0.1 s"
    )
    assert record.levelname == level


def test_the_pace_follows_the_answers() -> None:
    assert Flow(Answer(200, {}, b'{"ids":["a"]}'), took_s=5).pace == Pace()  # of one event
    assert Flow(httpx2.ReadTimeout("x"), took_s=99).pace == Pace()


def test_a_request_shows_nothing_of_what_it_holds() -> None:
    flow = Flow(Answer(404, {}, b"{}"))
    for shown in (flow.requests[0], flow.request, flow.outcome, flow.verdict, SEED):
        assert "\x27" not in repr(shown)
        assert repr(shown).startswith("<platform_events.sending.")
