"""Functions of every shape, run by a server."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Mapping, Sequence

import inngest
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from platform_events import (
    EVENT_TYPES,
    Event,
    ScoringCalculate,
    ScoringCalculated,
    send_event,
    send_events,
)
from platform_events.testing.strategies import events
from tests.server_conformance.event_api import EventApi, accepted, answer
from tests.server_conformance.served_app import ServedApp

asynchronous = pytest.mark.asynchronous
slow_on_real = pytest.mark.slow_on_real
waits = pytest.mark.waits
RETRY_S = 50
"""The first retry of a real server comes within 45 seconds, unless it is told otherwise."""
LATER_S = 6


@given(sent=st.tuples(*map(events, EVENT_TYPES)))
@settings(
    max_examples=3,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_every_event_arrives_as_it_was_sent(served: ServedApp, sent: Sequence[Event]) -> None:
    ids = send_events(sent)
    assert len(set(ids)) == len(EVENT_TYPES)
    for event_id, event in zip(ids, sent, strict=True):
        assert served.note("catalogue", "returned", event_id).value == event


def test_an_event_starts_a_run_of_every_function_that_it_triggers(
    served: ServedApp, member: str
) -> None:
    event_id = served.start("plain", member)
    assert served.result("plain", event_id) == member
    assert served.result("catalogue", event_id) == served.event("plain", member)


def test_what_a_function_gets_besides(served: ServedApp, event_api: EventApi, member: str) -> None:
    event = served.raw("plain", member)
    data = {**event["data"], "number": 10.0, "_inngest": {"mine": 1}}
    before = int(time.time() * 1000)
    (event_id,) = accepted(event_api.post({**event, "data": data}))
    (got,) = served.note("plain", "returned", event_id).events
    assert (got.name, got.id) == (event["name"], event_id)
    assert got.data == {**event["data"], "number": 10}
    assert type(got.data["number"]) is int
    # Clocks of different machines differ.
    assert abs(got.ts - before) < 60_000


def check_steps(served: ServedApp, shape: str, member: str) -> None:
    event_id = served.start(shape, member)
    first, sent, second = served.result(shape, event_id)
    assert (first, second) == (1, 2)
    assert [note.value for note in served.notes(shape, "step", event_id)] == [1, 2]
    told = served.result("catalogue", sent)
    assert isinstance(told, ScoringCalculated)
    assert (told.member_id, told.value) == (member, 72.0)


def test_steps_run_once_each(served: ServedApp, member: str) -> None:
    check_steps(served, "steps", member)


@asynchronous
def test_asynchronous_steps_run_once_each(served: ServedApp, member: str) -> None:
    check_steps(served, "async_steps", member)


def check_parallel(served: ServedApp, shape: str, member: str) -> None:
    event_id = served.start(shape, member)
    assert served.result(shape, event_id, within=3) == [1, 2, None, 3]
    ran = [note.value for note in served.notes(shape, "step", event_id)]
    assert (sorted(ran), ran[-1]) == ([1, 2, 3], 3)


def test_parallel_steps_run_once_each(served: ServedApp, member: str) -> None:
    check_parallel(served, "parallel", member)


@asynchronous
def test_asynchronous_parallel_steps_run_once_each(served: ServedApp, member: str) -> None:
    check_parallel(served, "async_parallel", member)


@waits
def test_sleeping(served: ServedApp, member: str) -> None:
    event_id = served.start("sleeping", member)
    assert served.result("sleeping", event_id, within=10) == "awake"
    assert len(served.notes("sleeping", "step", event_id)) == 1


@slow_on_real
def test_a_failing_step_is_tried_again_and_may_be_caught(
    served: ServedApp, retried: Mapping[str, str]
) -> None:
    event_id = retried["failing_step"]
    error = served.result("failing_step", event_id, within=RETRY_S)
    assert error == ["ValueError", "attempt 1"]
    assert [note.attempt for note in served.notes("failing_step", "failed", event_id)] == [0, 1]


def test_a_step_that_fails_for_good_fails_the_run(served: ServedApp, member: str) -> None:
    event_id = served.start("uncaught_step", member)
    failed = served.note("uncaught_step", "failed", event_id)
    data, failure = served.failure("uncaught_step", event_id)
    assert data["run_id"] == failure.run_id == failed.run_id


def test_a_step_says_when_to_try_it_again(served: ServedApp, member: str) -> None:
    event_id = served.start("recovering_step", member)
    # A function error with a time, in the SDK's eyes: so all of it is called again.
    assert served.result("recovering_step", event_id, within=5) == 1
    assert len(served.notes("recovering_step", "failed", event_id)) == 1


@slow_on_real
def test_a_failing_function_is_tried_again(served: ServedApp, retried: Mapping[str, str]) -> None:
    event_id = retried["recovering"]
    assert served.result("recovering", event_id, within=RETRY_S) == 1
    assert len(served.notes("recovering", "step", event_id)) == 1
    assert {note.attempt for note in served.notes("recovering", "failed", event_id)} == {0}


@slow_on_real
def test_a_function_that_fails_for_good_is_told_of(
    served: ServedApp, retried: Mapping[str, str]
) -> None:
    event_id = retried["broken"]
    attempts = served.notes("broken", "failed", event_id, count=2, within=RETRY_S)
    assert [note.attempt for note in attempts] == [0, 1]
    failure, read = served.failure("broken", event_id)
    assert isinstance(read.event, ScoringCalculate)
    assert read.event.gym_id == served.desk.address("broken")
    assert (read.name, read.message) == ("ValueError", "attempt 1")
    assert failure["function_id"] == f"{served.app_id}-broken"
    assert failure["run_id"] == attempts[0].run_id
    assert failure["event"]["data"] == read.event.to_data()
    assert [event["id"] for event in failure["events"]] == [event_id]
    error = failure["error"]
    assert (error["name"], error["message"]) == ("ValueError", "attempt 1")
    assert failure["result"]["message"] == "attempt 1"


def test_a_final_error_is_not_tried_again(served: ServedApp, member: str) -> None:
    event_id = served.start("final", member)
    served.note("final", "failed", event_id)
    error = served.failure("final", event_id)[0]["error"]
    assert (error["error"], error["message"]) == ("NonRetriableError", "never")
    assert len(served.notes("final", "failed", event_id)) == 1


def test_an_invalid_event_fails_at_once(
    served: ServedApp, event_api: EventApi, member: str
) -> None:
    event = served.raw("strict", member)
    del event["data"]["reason"]
    event["data"]["score"] = "secret-7f3a9"
    (event_id,) = accepted(event_api.post(event))
    failure, read = served.failure("strict", event_id)
    assert isinstance(read.event, inngest.Event)
    assert read.event.data == event["data"]
    assert failure["error"]["error"] == "NonRetriableError"
    assert "reason" in failure["error"]["message"]
    assert "secret-7f3a9" not in str(failure["error"])
    assert not served.desk.journal.of(event_id, "returned", "strict")


def test_events_of_newer_producers_are_read(
    served: ServedApp, event_api: EventApi, member: str
) -> None:
    event = served.raw("plain", member)
    event["data"] |= {"reason": "moon-phase", "added_later": {"deep": [1]}}
    (event_id,) = accepted(event_api.post(event | {"v": "2"}))
    assert served.result("plain", event_id) == member
    assert served.result("catalogue", event_id).reason == "moon-phase"


def test_events_of_older_producers_are_read(
    served: ServedApp, event_api: EventApi, member: str
) -> None:
    event = served.raw("plain", member)
    assert "caused_by" not in event["data"]
    (event_id,) = accepted(event_api.post(event))
    assert served.result("catalogue", event_id).caused_by is None


def check_waiting(served: ServedApp, shape: str, member: str) -> None:
    event_id = served.start(shape, member)
    served.note(shape, "waits", event_id)
    served.target.pass_time()
    send_event(served.calculated(f"not_{member}", 1.0))
    send_event(served.calculated(member, 81.5))
    assert served.result(shape, event_id) == served.calculated(member, 81.5)


def test_waiting_for_an_event(served: ServedApp, member: str) -> None:
    check_waiting(served, "waiting", member)


@asynchronous
def test_waiting_for_an_event_asynchronously(served: ServedApp, member: str) -> None:
    check_waiting(served, "async_waiting", member)


@waits
def test_waiting_in_vain(served: ServedApp, member: str) -> None:
    event_id = served.start("waiting", member)
    assert served.result("waiting", event_id, within=LATER_S + 2) is None


@waits
def test_an_event_of_the_past_ends_no_wait(served: ServedApp, member: str) -> None:
    send_event(served.calculated(member, 1.0))
    served.target.pass_time()
    event_id = served.start("waiting", member)
    assert served.result("waiting", event_id, within=LATER_S + 2) is None


@waits
def test_a_repeated_id_ends_a_wait_all_the_same(served: ServedApp, member: str) -> None:
    send_event(served.calculated(member, 1.0), id=member)
    event_id = served.start("waiting", member)
    served.note("waiting", "waits", event_id)
    served.target.pass_time()
    send_event(served.calculated(member, 2.0), id=member)
    assert served.result("waiting", event_id).value == 2.0


def test_invoking(served: ServedApp, member: str) -> None:
    event_id = served.start("invoking", member)
    assert served.result("invoking", event_id) == ["inngest/function.invoked", member]


def test_invoking_what_fails(served: ServedApp, member: str) -> None:
    event_id = served.start("invoking", member, reason="correction")
    assert served.result("invoking", event_id) == "no child"


@waits
def test_cancelling(served: ServedApp, member: str) -> None:
    one, other = served.start("cancelled", member), served.start("cancelled", f"not_{member}")
    served.note("cancelled", "step", one)
    served.note("cancelled", "step", other)
    served.target.pass_time()
    send_event(served.calculated(member, 1.0))
    assert served.result("cancelled", other, within=LATER_S + 2) == "not cancelled"
    assert not served.desk.journal.of(one, "returned", "cancelled")


@waits
def test_batches(served: ServedApp, member: str) -> None:
    members = [f"{member}_{number}" for number in range(4)]
    ids = send_events([served.event("batched", one) for one in members[:3]])
    full = served.note("batched", "returned", ids[0])
    assert sorted(full.value) == members[:3]
    late = served.start("batched", members[3])
    rest = served.note("batched", "returned", late, within=5)
    assert rest.value == members[3:]


def test_filters(served: ServedApp, member: str) -> None:
    gym_id = served.desk.address("filtered")
    low, high = (served.calculated(member, value, gym_id=gym_id) for value in (50.0, 50.5))
    low_id, high_id = send_events([low, high])
    assert served.result("filtered", high_id) == 50.5
    served.target.pass_time()
    assert not served.desk.journal.of(low_id, "returned", "filtered")


def test_an_id_starts_one_run(served: ServedApp, member: str) -> None:
    first, second = (send_event(served.event("plain", member), id=member) for _ in range(2))
    assert first != second
    served.note("plain", "returned", member)
    served.target.pass_time()
    (note,) = served.desk.journal.of(member, "returned", "plain")
    # A server handles both at the same time, so that either of them may be the one that ran.
    assert note.value == member


def test_an_id_counts_within_one_request(served: ServedApp, member: str) -> None:
    event = served.event("plain", member).to_inngest(id=member)
    assert len(set(send_events([event, event]))) == 2
    served.note("plain", "returned", member)
    served.target.pass_time()
    assert len(served.desk.journal.of(member, "returned", "plain")) == 1


def test_a_repeated_request_starts_one_run(
    served: ServedApp, event_api: EventApi, member: str
) -> None:
    headers = {"x-inngest-event-id-seed": f"{int(time.time() * 1000)},{_entropy()}"}
    event = served.raw("plain", member)
    (event_id,) = accepted(event_api.post([event], headers))
    assert accepted(event_api.post([event], headers)) == [event_id]
    served.note("plain", "returned", event_id)
    served.target.pass_time()
    assert len(served.desk.journal.of(event_id, "returned", "plain")) == 1


def test_a_function_may_run_once_for_each_key(served: ServedApp, member: str) -> None:
    first = served.start("once", member)
    assert served.result("once", first) == member
    again, other = served.start("once", member), served.start("once", f"not_{member}")
    assert served.result("once", other) == f"not_{member}"
    served.target.pass_time()
    assert not served.desk.journal.of(again, "returned", "once")


def test_what_stands_before_a_bad_event_runs(
    served: ServedApp, event_api: EventApi, member: str
) -> None:
    good, late = served.raw("plain", member), served.raw("plain", member)
    response = event_api.post([good, {"name": ""}, late | {"id": member}])
    assert response.status_code == 400
    (event_id,) = answer(response)["ids"]
    assert served.result("plain", event_id) == member
    served.target.pass_time()
    assert not served.desk.journal.of(member, "returned", "plain")


@waits
def test_an_event_of_the_future_waits_for_its_time(served: ServedApp, member: str) -> None:
    now = int(time.time() * 1000)
    event_id = send_event(served.event("plain", member), ts=now + LATER_S * 1000)
    served.target.pass_time()
    assert not served.desk.journal.of(event_id, "returned", "plain")
    note = served.note("plain", "returned", event_id, within=LATER_S + 2)
    assert note.events[0].ts == now + LATER_S * 1000


def _entropy() -> str:
    return base64.b64encode(os.urandom(10)).decode()
