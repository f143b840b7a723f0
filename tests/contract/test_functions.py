"""Functions of every shape, run by a server."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Sequence

import inngest
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from platform_events import EVENT_TYPES, Event, ScoringCalculated, send_event, send_events
from platform_events.testing.strategies import events
from tests.contract.event_api import EventApi, accepted, answer
from tests.contract.world import World

asynchronous = pytest.mark.asynchronous
slow_on_real = pytest.mark.slow_on_real
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
def test_every_event_arrives_as_it_was_sent(world: World, sent: Sequence[Event]) -> None:
    ids = send_events(sent)
    assert len(set(ids)) == len(EVENT_TYPES)
    for event_id, event in zip(ids, sent, strict=True):
        assert world.note("catalogue", "returned", event_id).value == event


def test_an_event_starts_a_run_of_every_function_that_it_triggers(
    world: World, member: str
) -> None:
    event_id = world.start("plain", member)
    plain = world.note("plain", "returned", event_id)
    catalogue = world.note("catalogue", "returned", event_id)
    assert catalogue.value == world.event("plain", member)
    assert world.status(event_id, plain.run_id) == "Completed"
    assert world.status(event_id, catalogue.run_id) == "Completed"


def test_what_a_function_gets_besides(world: World, event_api: EventApi, member: str) -> None:
    event = world.raw("plain", member)
    data = {**event["data"], "number": 10.0, "_inngest": {"mine": 1}}
    before = int(time.time() * 1000)
    (event_id,) = accepted(event_api.post({**event, "data": data}))
    (got,) = world.note("plain", "returned", event_id).events
    assert (got.name, got.id) == (event["name"], event_id)
    assert got.data == {**event["data"], "number": 10}
    assert type(got.data["number"]) is int
    # Clocks of different machines differ.
    assert abs(got.ts - before) < 60_000


def check_steps(world: World, shape: str, member: str) -> None:
    event_id = world.start(shape, member)
    first, sent, second = world.result(shape, event_id)
    assert (first, second) == (1, 2)
    assert [note.value for note in world.notes(shape, "step", event_id)] == [1, 2]
    told = world.result("catalogue", sent)
    assert isinstance(told, ScoringCalculated)
    assert (told.member_id, told.value) == (member, 72.0)


def test_steps_run_once_each(world: World, member: str) -> None:
    check_steps(world, "steps", member)


@asynchronous
def test_asynchronous_steps_run_once_each(world: World, member: str) -> None:
    check_steps(world, "async_steps", member)


def check_parallel(world: World, shape: str, member: str) -> None:
    event_id = world.start(shape, member)
    assert world.result(shape, event_id, within=3) == [1, 2, None, 3]
    ran = [note.value for note in world.notes(shape, "step", event_id)]
    assert (sorted(ran), ran[-1]) == ([1, 2, 3], 3)


def test_parallel_steps_run_once_each(world: World, member: str) -> None:
    check_parallel(world, "parallel", member)


@asynchronous
def test_asynchronous_parallel_steps_run_once_each(world: World, member: str) -> None:
    check_parallel(world, "async_parallel", member)


def test_sleeping(world: World, member: str) -> None:
    event_id = world.start("sleeping", member)
    assert world.result("sleeping", event_id, within=10) == "awake"
    assert len(world.notes("sleeping", "step", event_id)) == 1


@slow_on_real
def test_a_failing_step_is_tried_again_and_may_be_caught(world: World, member: str) -> None:
    event_id = world.start("failing_step", member)
    error = world.result("failing_step", event_id, within=RETRY_S)
    assert error == ["ValueError", "attempt 1"]
    assert [note.attempt for note in world.notes("failing_step", "failed", event_id)] == [0, 1]


def test_a_step_that_fails_for_good_fails_the_run(world: World, member: str) -> None:
    event_id = world.start("uncaught_step", member)
    failed = world.note("uncaught_step", "failed", event_id)
    assert world.status(event_id, failed.run_id) == "Failed"
    data, failure = world.failure("uncaught_step", event_id)
    assert data["run_id"] == failure.run_id == failed.run_id


def test_a_step_says_when_to_try_it_again(world: World, member: str) -> None:
    event_id = world.start("recovering_step", member)
    # A function error with a time, in the SDK's eyes: so all of it is called again.
    assert world.result("recovering_step", event_id, within=5) == 1
    assert len(world.notes("recovering_step", "failed", event_id)) == 1


@slow_on_real
def test_a_failing_function_is_tried_again(world: World, member: str) -> None:
    event_id = world.start("recovering", member)
    assert world.result("recovering", event_id, within=RETRY_S) == 1
    assert len(world.notes("recovering", "step", event_id)) == 1
    assert {note.attempt for note in world.notes("recovering", "failed", event_id)} == {0}


@slow_on_real
def test_a_function_that_fails_for_good_is_told_of(world: World, member: str) -> None:
    event_id = world.start("broken", member)
    attempts = world.notes("broken", "failed", event_id, count=2, within=RETRY_S)
    assert [note.attempt for note in attempts] == [0, 1]
    assert world.status(event_id, attempts[0].run_id) == "Failed"
    failure, read = world.failure("broken", event_id)
    assert read.event == world.event("broken", member)
    assert (read.name, read.message) == ("ValueError", "attempt 1")
    assert failure["function_id"] == f"{world.app_id}-broken"
    assert failure["run_id"] == attempts[0].run_id
    assert failure["event"]["data"] == world.event("broken", member).to_data()
    assert [event["id"] for event in failure["events"]] == [event_id]
    error = failure["error"]
    assert (error["name"], error["message"]) == ("ValueError", "attempt 1")
    assert failure["result"]["message"] == "attempt 1"


def test_a_final_error_is_not_tried_again(world: World, member: str) -> None:
    event_id = world.start("final", member)
    failed = world.note("final", "failed", event_id)
    assert world.status(event_id, failed.run_id) == "Failed"
    error = world.failure("final", event_id)[0]["error"]
    assert (error["error"], error["message"]) == ("NonRetriableError", "never")
    assert len(world.notes("final", "failed", event_id)) == 1


def test_an_invalid_event_fails_at_once(world: World, event_api: EventApi, member: str) -> None:
    event = world.raw("strict", member)
    del event["data"]["reason"]
    event["data"]["score"] = "secret-7f3a9"
    (event_id,) = accepted(event_api.post(event))
    failure, read = world.failure("strict", event_id)
    assert isinstance(read.event, inngest.Event)
    assert read.event.data == event["data"]
    assert failure["error"]["error"] == "NonRetriableError"
    assert "reason" in failure["error"]["message"]
    assert "secret-7f3a9" not in str(failure["error"])
    assert world.status(event_id, failure["run_id"]) == "Failed"
    assert not world.desk.journal.of(event_id, "returned", "strict")


def test_events_of_newer_producers_are_read(world: World, event_api: EventApi, member: str) -> None:
    event = world.raw("plain", member)
    event["data"] |= {"reason": "moon-phase", "added_later": {"deep": [1]}}
    (event_id,) = accepted(event_api.post(event | {"v": "2"}))
    assert world.result("plain", event_id) == member
    assert world.result("catalogue", event_id).reason == "moon-phase"


def test_events_of_older_producers_are_read(world: World, event_api: EventApi, member: str) -> None:
    event = world.raw("plain", member)
    assert "caused_by" not in event["data"]
    (event_id,) = accepted(event_api.post(event))
    assert world.result("catalogue", event_id).caused_by is None


def check_waiting(world: World, shape: str, member: str) -> None:
    event_id = world.start(shape, member)
    world.note(shape, "waits", event_id)
    world.target.pass_time()
    send_event(world.calculated(f"not_{member}", 1.0))
    send_event(world.calculated(member, 81.5))
    assert world.result(shape, event_id) == world.calculated(member, 81.5)


def test_waiting_for_an_event(world: World, member: str) -> None:
    check_waiting(world, "waiting", member)


@asynchronous
def test_waiting_for_an_event_asynchronously(world: World, member: str) -> None:
    check_waiting(world, "async_waiting", member)


def test_waiting_in_vain(world: World, member: str) -> None:
    event_id = world.start("waiting", member)
    assert world.result("waiting", event_id, within=LATER_S + 2) is None


def test_an_event_of_the_past_ends_no_wait(world: World, member: str) -> None:
    send_event(world.calculated(member, 1.0))
    world.target.pass_time()
    event_id = world.start("waiting", member)
    assert world.result("waiting", event_id, within=LATER_S + 2) is None


def test_a_repeated_id_ends_a_wait_all_the_same(world: World, member: str) -> None:
    send_event(world.calculated(member, 1.0), id=member)
    event_id = world.start("waiting", member)
    world.note("waiting", "waits", event_id)
    world.target.pass_time()
    send_event(world.calculated(member, 2.0), id=member)
    assert world.result("waiting", event_id).value == 2.0


def test_invoking(world: World, member: str) -> None:
    event_id = world.start("invoking", member)
    assert world.result("invoking", event_id) == ["inngest/function.invoked", member]


def test_invoking_what_fails(world: World, member: str) -> None:
    event_id = world.start("invoking", member, reason="correction")
    assert world.result("invoking", event_id) == "no child"


def test_cancelling(world: World, member: str) -> None:
    one, other = world.start("cancelled", member), world.start("cancelled", f"not_{member}")
    run = world.note("cancelled", "step", one)
    world.note("cancelled", "step", other)
    world.target.pass_time()
    send_event(world.calculated(member, 1.0))
    assert world.status(one, run.run_id) == "Cancelled"
    assert world.result("cancelled", other, within=LATER_S + 2) == "not cancelled"
    assert not world.desk.journal.of(one, "returned", "cancelled")


def test_batches(world: World, member: str) -> None:
    members = [f"{member}_{number}" for number in range(4)]
    ids = send_events([world.event("batched", one) for one in members[:3]])
    full = world.note("batched", "returned", ids[0])
    assert sorted(full.value) == members[:3]
    late = world.start("batched", members[3])
    rest = world.note("batched", "returned", late, within=5)
    assert rest.value == members[3:]
    # A batch is listed under its first event.
    assert world.status(full.events[0].id, full.run_id) == "Completed"
    assert world.status(late, rest.run_id) == "Completed"


def test_filters(world: World, member: str) -> None:
    gym_id = world.desk.address("filtered")
    low, high = (world.calculated(member, value, gym_id=gym_id) for value in (50.0, 50.5))
    low_id, high_id = send_events([low, high])
    assert world.result("filtered", high_id) == 50.5
    world.target.pass_time()
    assert not world.desk.journal.of(low_id, "returned", "filtered")


def test_an_id_starts_one_run(world: World, member: str) -> None:
    first, second = (send_event(world.event("plain", member), id=member) for _ in range(2))
    assert first != second
    world.note("plain", "returned", member)
    world.target.pass_time()
    (note,) = world.desk.journal.of(member, "returned", "plain")
    assert world.status(first, note.run_id) == "Completed"
    assert note.run_id not in world.runs(second)


def test_an_id_counts_within_one_request(world: World, member: str) -> None:
    event = world.event("plain", member).to_inngest(id=member)
    assert len(set(send_events([event, event]))) == 2
    world.note("plain", "returned", member)
    world.target.pass_time()
    assert len(world.desk.journal.of(member, "returned", "plain")) == 1


def test_a_repeated_request_starts_one_run(world: World, event_api: EventApi, member: str) -> None:
    headers = {"x-inngest-event-id-seed": f"{int(time.time() * 1000)},{_entropy()}"}
    event = world.raw("plain", member)
    (event_id,) = accepted(event_api.post([event], headers))
    assert accepted(event_api.post([event], headers)) == [event_id]
    world.note("plain", "returned", event_id)
    world.target.pass_time()
    assert len(world.desk.journal.of(event_id, "returned", "plain")) == 1


def test_a_function_may_run_once_for_each_key(world: World, member: str) -> None:
    first = world.start("once", member)
    assert world.result("once", first) == member
    again, other = world.start("once", member), world.start("once", f"not_{member}")
    assert world.result("once", other) == f"not_{member}"
    world.target.pass_time()
    assert not world.desk.journal.of(again, "returned", "once")


def test_what_stands_before_a_bad_event_runs(
    world: World, event_api: EventApi, member: str
) -> None:
    good, late = world.raw("plain", member), world.raw("plain", member)
    response = event_api.post([good, {"name": ""}, late | {"id": member}])
    assert response.status_code == 400
    (event_id,) = answer(response)["ids"]
    assert world.result("plain", event_id) == member
    world.target.pass_time()
    assert not world.desk.journal.of(member, "returned", "plain")


def test_an_event_of_the_future_waits_for_its_time(world: World, member: str) -> None:
    now = int(time.time() * 1000)
    event_id = send_event(world.event("plain", member), ts=now + LATER_S * 1000)
    world.target.pass_time()
    assert not world.desk.journal.of(event_id, "returned", "plain")
    note = world.note("plain", "returned", event_id, within=LATER_S + 2)
    assert note.events[0].ts == now + LATER_S * 1000


def _entropy() -> str:
    return base64.b64encode(os.urandom(10)).decode()
