"""What errors and log lines say, word by word."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import inngest
import pytest

from platform_events import InvalidEventError, Problem, SendError, send_event
from platform_events.events._encoding import encode_any
from platform_events.sending._outcome import Outcome, judge_answer, judge_failure
from platform_events.sending._transport import Answer

from ..support.clients import connect, follow, sdk_events
from ..support.http import EventServer, reply

pytestmark = pytest.mark.usefixtures("clean_client")

ORIGIN = "http://h.test"
UNCLEAR = "; they may have arrived all the same."


def error_of(
    status: int, body: object, *, count: int = 2, headers: dict[str, str] | None = None
) -> SendError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    outcome = Outcome([*sdk_events(count)])
    verdict = judge_answer(Answer(status, headers or {}, content), count, ORIGIN)
    outcome.take(verdict, range(count), verdict.ids)
    return outcome.error()


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (500, {}, f"http://h.test answered with status 500{UNCLEAR}"),
        (302, b"", "http://h.test answered with status 302 and a body that is not JSON."),
        (
            400,
            {"ids": [""], "status": 400, "error": "event name is empty"},
            (
                "http://h.test answered with status 400: event name is empty. "
                "One of the events was refused; see server_message."
            ),
        ),
        (
            401,
            {"error": "Event key not found"},
            "http://h.test answered with status 401: Event key not found. Check INNGEST_EVENT_KEY.",
        ),
        (
            404,
            {"detail": "Not Found"},
            "http://h.test answered with status 404. Check the base URL of the Event API.",
        ),
        (
            413,
            b"<html>",
            (
                "http://h.test answered with status 413 and a body that is not JSON. "
                "Lower max_event_bytes to the limit of your plan."
            ),
        ),
        (
            429,
            {"error": "what you sent"},
            "http://h.test answered with status 429. Send less often, or later.",
        ),
        (
            200,
            {"ids": []},
            f"http://h.test answered with status 200 without an id for every event{UNCLEAR}",
        ),
        (
            200,
            b"ok",
            f"http://h.test answered with status 200 and a body that is not JSON{UNCLEAR}",
        ),
    ],
)
def test_an_answer_is_told_with_its_remedy(status: int, body: object, message: str) -> None:
    assert str(error_of(status, body)) == f"2 of 2 events were not accepted: {message}"


def test_a_failure_is_told_by_its_kind() -> None:
    outcome = Outcome([*sdk_events(1)])
    outcome.take(judge_failure(httpx2.ConnectError("[Errno 111]"), ORIGIN), [0], [])
    assert str(outcome.error()) == (
        "the event was not accepted: http://h.test gave no answer (ConnectError). "
        "Check the base URL of the Event API, and whether this network reaches it."
    )
    assert repr(outcome.verdict.cause) == "ConnectError('[Errno 111]')"


def test_a_certificate_that_is_not_trusted_is_told() -> None:
    error = httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    assert "check SSL_CERT_FILE, SSL_CERT_DIR" in str(judge_failure(error, ORIGIN).remedy)


def test_what_the_server_asked_for_is_part_of_the_error() -> None:
    error = error_of(429, {"error": "slow down"}, headers={"retry-after": "7"})
    assert (error.retry_after, error.server_message) == (7.0, "slow down")
    assert "slow down" not in str(error)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (
            inngest.Event.model_construct(name="", data={}),
            Problem("name", "event_name", "must be a non-empty string"),
        ),
        (
            inngest.Event.model_construct(name="x", data={"a": float("nan")}),
            Problem("data", "json_type", "must hold JSON values only"),
        ),
        (
            inngest.Event.model_construct(name="x", data={"a": [float("inf")]}),
            Problem("data", "json_type", "must hold JSON values only"),
        ),
    ],
)
def test_a_refused_sdk_event_is_told_by_its_rule(event: inngest.Event, problem: Problem) -> None:
    with pytest.raises(InvalidEventError) as caught:
        encode_any(event)
    assert caught.value.problems == (problem,)


def test_nothing_is_too_deep_to_be_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InvalidEventError, match="must hold JSON values only"):
        encode_any(inngest.Event.model_construct(name="x", data={"a": deep}))


@pytest.mark.parametrize(
    ("value", "text"), [(7, "an int is"), ("x", "a str is"), (follow(), "a MemberFollowed is")]
)
def test_what_is_no_sdk_event_is_told_by_its_type(value: Any, text: str) -> None:
    with pytest.raises(TypeError) as caught:
        encode_any(value)
    assert str(caught.value) == f"{text} not an inngest.Event: use send_event() for other events"


def test_an_sdk_event_is_no_event_to_send_alone(server: EventServer) -> None:
    connect(server.url)
    wrong: Any = follow().to_inngest()
    with pytest.raises(TypeError) as caught:
        send_event(wrong)
    assert str(caught.value) == (
        "send_event takes an event class's instance: use send_events([...])"
    )
    assert server.requests == []


def test_the_event_itself_comes_back(server: EventServer) -> None:
    connect(server.url)
    server.answer_with(reply(404, b"{}"))
    event = follow()
    with pytest.raises(SendError) as caught:
        send_event(event)
    assert caught.value.unsent[0] is event
    assert str(caught.value).startswith(f"the event was not accepted: {server.url} answered")


class Failing(inngest.MiddlewareSync):
    """Takes an event away, or fails after the send."""

    takes = False

    def before_send_events(self, events: list[inngest.Event]) -> None:
        del events[: self.takes]

    def after_send_events(self, result: inngest.SendEventsResult) -> None:  # noqa: ARG002  # the hook's own name
        raise OSError("the disk is full")


class Taking(Failing):
    """Takes an event away."""

    takes = True


def test_middleware_that_fails_is_told(server: EventServer) -> None:
    connect(server.url, middleware=[Failing])
    with pytest.raises(SendError) as caught:
        send_event(follow())
    assert str(caught.value) == (
        "middleware failed with OSError, but all 1 events were accepted before"
    )
    connect(server.url, middleware=[Taking])
    with pytest.raises(SendError) as caught:
        send_event(follow())
    assert str(caught.value) == "middleware changed the number of events"
