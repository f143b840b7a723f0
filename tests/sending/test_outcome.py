"""What an answer means for the events of a request."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx2
import inngest
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platform_events.sending._outcome import Outcome, Verdict, judge_answer, judge_failure
from platform_events.sending._transport import Answer

from ..support.clients import chain

if TYPE_CHECKING:
    from platform_events.events._encoding import Sendable

ORIGIN = "http://h.test"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
IDS = st.lists(st.sampled_from(["", "a", "b", "c"]) | JSON, max_size=5)
BODIES = (
    st.binary()
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries({"ids": IDS | JSON}, optional={"error": JSON, "message": JSON}).map(
        lambda value: json.dumps(value).encode()
    )
)
HEADERS = st.dictionaries(st.just("retry-after"), st.text(max_size=40))


def outcome_of(count: int, *answers: Answer) -> Outcome:
    events: list[Sendable] = [inngest.Event(name="a", data={"n": n}) for n in range(count)]
    outcome = Outcome(events)
    for answer in answers:
        take(outcome, judge_answer(answer, count, ORIGIN))
    return outcome


def take(outcome: Outcome, verdict: Verdict) -> None:
    outcome.take(verdict, range(len(outcome.events)), verdict.ids)


def answered(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers or {}, content)


@given(st.integers(1, 4), st.integers(200, 599) | st.sampled_from([200, 400, 500]), BODIES, HEADERS)
@example(3, 200, b"[" * 100_000, {})
@example(3, 200, b"9" * 10_000, {})
@example(3, 503, b"{}", {"retry-after": "Mon, 01 Jan 2024 00:00:00 +99999999999999999999"})
@example(3, 503, b"{}", {"retry-after": "Mon, 01 Jan 99999 00:00:00 GMT"})
@example(3, 503, b"{}", {"retry-after": "9" * 5_000})
def test_any_answer_gives_an_account_of_every_event(
    count: int, status: int, body: bytes, headers: dict[str, str]
) -> None:
    outcome = outcome_of(count, Answer(status, headers, body))
    error = outcome.error()
    # Every event is either accepted or unsent, and in its place.
    assert len(outcome.ids) == count
    assert error.accepted_ids == [id for id in outcome.ids if id]
    assert error.unsent == [e for e, id in zip(outcome.events, outcome.ids, strict=True) if not id]
    assert outcome.is_complete == (not error.unsent)
    # An id is the server's, and of one event alone.
    assert len(set(error.accepted_ids)) == len(error.accepted_ids)
    if error.accepted_ids:
        assert status < 300 or status == 400
        ids = json.loads(body)["ids"]
        assert all(
            id in ["", *ids[position : position + 1]] for position, id in enumerate(outcome.ids)
        )
    assert error.status_code == status
    assert error.is_retriable == (status >= 300 and status not in {400, 413, 415, 422})
    assert error.retry_after is None or error.retry_after >= 0
    # The message is made of what is known here, and not of what the server said.
    lost = "the event was" if count == 1 else f"{len(error.unsent)} of {count} events were"
    assert str(error).startswith(f"{lost} not accepted: {ORIGIN}")
    assert len(str(error)) < 250
    # Only a clear refusal says that nothing arrived.
    assert error.may_have_arrived == (status < 300 or status >= 500)
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("status", "ids", "accepted"),
    [
        (200, ["a", "b", "c"], ["a", "b", "c"]),
        (202, ["a", "b", "c"], ["a", "b", "c"]),
        (200, ["a", "b"], ["a", "b", ""]),
        (200, [], ["", "", ""]),
        (200, ["a", "a", "b"], ["a", "", "b"]),
        (200, ["", "", "b"], ["", "", "b"]),
        (200, ["a", 2, None], ["a", "", ""]),
        (200, ["a", "b", "c", "d"], ["", "", ""]),
        (200, "abc", ["", "", ""]),
        (200, {"0": "a"}, ["", "", ""]),
        (200, None, ["", "", ""]),
        (400, ["a"], ["a", "", ""]),
        (400, [""], ["", "", ""]),
        (302, ["a", "b", "c"], ["", "", ""]),
        (401, ["a", "b", "c"], ["", "", ""]),
        (429, ["a", "b", "c"], ["", "", ""]),
        (500, ["a", "b", "c"], ["", "", ""]),
    ],
)
def test_an_event_counts_with_an_id_of_its_own(
    status: int, ids: object, accepted: list[str]
) -> None:
    outcome = outcome_of(3, answered(status, {"ids": ids}))
    assert outcome.ids == accepted
    assert outcome.is_complete == all(accepted)


def test_an_answer_without_ids_says_so() -> None:
    message = str(outcome_of(2, answered(200, {"ids": ["a"]})).error())
    assert message == (
        f"1 of 2 events were not accepted: {ORIGIN} answered with status 200 without an id for "
        "every event; they may have arrived all the same."
    )


def test_a_body_that_is_no_json_is_the_cause_and_stays_out_of_the_message() -> None:
    outcome = outcome_of(1, answered(200, b"<html>secret"))
    assert "and a body that is not JSON;" in str(outcome.error())
    cause = outcome.verdict.cause
    assert cause is not None
    assert str(cause) == "the answer is not JSON (JSONDecodeError)"
    assert chain(cause) == [cause]


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "One of the events was refused; see server_message."),
        (401, "Check INNGEST_EVENT_KEY."),
        (403, "Check INNGEST_EVENT_KEY."),
        (404, "Check the base URL of the Event API."),
        (413, "Lower max_event_bytes to the limit of your plan."),
        (429, "Send less often, or later."),
        (500, f"{ORIGIN} answered with status 500; it may have arrived all the same."),
    ],
)
def test_the_message_says_what_to_do(status: int, remedy: str) -> None:
    assert str(outcome_of(1, answered(status, {})).error()).endswith(remedy)


@pytest.mark.parametrize(
    ("body", "message", "is_shown"),
    [
        ({"error": "Event key not found"}, "Event key not found", True),
        ({"error": "event name is empty"}, "event name is empty", True),
        ({"error": "bad event: {...}"}, "bad event: {...}", False),
        ({"message": "Unauthorized"}, "Unauthorized", False),
        ({"error": "", "message": "Both"}, "Both", False),
        ({"error": {"code": 1}}, None, False),
        ({"detail": "Not Found"}, None, False),
    ],
)
def test_of_the_servers_words_only_known_ones_are_shown(
    body: object, message: str | None, *, is_shown: bool
) -> None:
    error = outcome_of(1, answered(418, body)).error()
    assert error.server_message == message
    assert (str(message) in str(error)) == is_shown


def test_the_last_attempt_counts() -> None:
    outcome = outcome_of(1, answered(503, b"<html>", {"retry-after": "5"}))
    assert (outcome.verdict.retry_after, outcome.verdict.is_retriable) == (5, True)
    take(outcome, judge_answer(answered(404, {"error": "no"}), 1, ORIGIN))
    assert (outcome.verdict.retry_after, outcome.verdict.is_retriable) == (None, False)
    take(outcome, judge_failure(httpx2.ConnectError("secret"), ORIGIN))
    assert (outcome.verdict.status_code, outcome.verdict.is_retriable) == (None, True)
    assert "gave no answer (ConnectError)" in str(outcome.error())
    assert "secret" not in str(outcome.error())
    take(outcome, judge_answer(answered(200, {"ids": ["a"]}), 1, ORIGIN))
    assert outcome.is_complete


@pytest.mark.parametrize(
    ("failure", "is_retriable", "is_unclear"),
    [
        (httpx2.ConnectError("x"), True, False),
        (httpx2.ConnectTimeout("x"), True, False),
        (httpx2.PoolTimeout("x"), True, False),
        (httpx2.ReadTimeout("x"), True, True),
        (httpx2.WriteError("x"), True, True),
        (httpx2.RemoteProtocolError("x"), True, True),
        (httpx2.UnsupportedProtocol("x"), False, False),
        (RuntimeError("cannot schedule new futures after shutdown"), False, True),
    ],
)
def test_a_failure_says_whether_events_may_have_arrived(
    failure: Exception, *, is_retriable: bool, is_unclear: bool
) -> None:
    verdict = judge_failure(failure, ORIGIN)
    assert (verdict.is_retriable, verdict.is_unclear) == (is_retriable, is_unclear)
    assert type(verdict.cause) is type(failure)
    assert verdict.cause is not None
    assert verdict.cause.__traceback__ is None


def test_an_attempt_that_may_have_delivered_is_not_forgotten() -> None:
    outcome = outcome_of(1)
    take(outcome, judge_failure(httpx2.ReadTimeout("x"), ORIGIN))
    take(outcome, judge_failure(httpx2.ConnectError("x"), ORIGIN))
    error = outcome.error()
    assert error.may_have_arrived
    assert str(error) == (
        f"the event was not accepted: {ORIGIN} gave no answer (ConnectError); "
        "it may have arrived all the same. Check the base URL of the Event API, and whether this "
        "network reaches it."
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 0),
        ("Mon, 01 Jan 2024 00:00:00 -0000", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert outcome_of(1, answered(503, {}, {"retry-after": header})).verdict.retry_after == seconds


def test_retry_after_may_be_a_date_to_come() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    seconds = outcome_of(1, answered(503, {}, {"retry-after": date})).verdict.retry_after
    assert seconds is not None
    assert 90 < seconds <= 100


def test_many_ids_are_read_in_linear_time() -> None:
    ids = [f"01ID{number}" for number in range(50_000)]
    assert outcome_of(len(ids), answered(200, {"ids": ids})).ids == ids
