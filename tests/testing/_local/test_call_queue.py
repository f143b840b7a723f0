"""Which calls are made at the same time, and in which order."""

from __future__ import annotations

import pytest

from platform_events.testing._local.call_queue import CALLS_AT_ONCE
from platform_events.testing._local.calls import Answer
from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.concurrency import Concurrency
from platform_events.testing._local.flow_control.throttle import Throttle
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.runs import Status
from tests.testing._local.engines import Bench, function

DONE = Answer(body=None)
K = parse("event.data.k")
SLEEP: dict[str, Json] = {
    "id": "s",
    "op": "Sleep",
    "displayName": "s",
    "name": "2100-01-01T00:00:00Z",
}


def called(bench: Bench) -> list[object]:
    return [run.event["data"] for run, _ in bench.calls]


def test_so_many_calls_are_made_at_a_time() -> None:
    bench = Bench(function(concurrency=(Concurrency(2),)))
    for n in range(4):
        bench.send(data={"n": n})
    assert called(bench) == [{"n": 0}, {"n": 1}]
    assert [run.status for run in bench.runs[2:]] == [Status.SCHEDULED] * 2
    bench.answer(DONE, 1)
    assert called(bench) == [{"n": 0}, {"n": 2}]


def test_a_run_that_sleeps_takes_no_place() -> None:
    bench = Bench(function(concurrency=(Concurrency(1),)))
    bench.send(data={"n": 0})
    bench.send(data={"n": 1})
    bench.report(SLEEP)
    assert called(bench) == [{"n": 1}]


def test_keys_count_apart() -> None:
    bench = Bench(function(concurrency=(Concurrency(1, K),)))
    for key in ("a", "a", "b"):
        bench.send(data={"k": key})
    assert called(bench) == [{"k": "a"}, {"k": "b"}]


@pytest.mark.parametrize(("scope", "at_once"), [("fn", 2), ("env", 1), ("account", 1)])
def test_functions_share_a_limit_of_a_wider_scope(scope: str, at_once: int) -> None:
    limit = (Concurrency(1, K, scope),)  # type: ignore[arg-type]  # one of the three  # pyright: ignore[reportArgumentType]
    bench = Bench(function("one", concurrency=limit), function("two", concurrency=limit))
    bench.send(data={"k": "a"})
    assert len(bench.calls) == at_once


def test_of_several_limits_each_is_kept() -> None:
    bench = Bench(function(concurrency=(Concurrency(2), Concurrency(1, K))))
    for key in ("a", "a", "b", "c"):
        bench.send(data={"k": key})
    assert called(bench) == [{"k": "a"}, {"k": "b"}]
    bench.answer(DONE, 1)
    assert called(bench) == [{"k": "a"}, {"k": "c"}]
    bench.answer(DONE)
    assert called(bench) == [{"k": "c"}, {"k": "a"}]


def test_what_waits_goes_by_priority_and_then_by_age() -> None:
    urgent = parse("int(event.data.n)")
    bench = Bench(function(concurrency=(Concurrency(1),), priority=urgent))
    for n in (0, 5, 90, 90):
        bench.send(data={"n": n})
    order = [bench.answer(DONE).event["data"] for _ in range(4)]
    assert order == [{"n": 0}, {"n": 90}, {"n": 90}, {"n": 5}]


def test_a_run_that_was_cancelled_while_it_waited_is_not_called() -> None:
    bench = Bench(function(concurrency=(Concurrency(1),)))
    bench.send(data={"n": 0})
    bench.send(data={"n": 1})
    bench.send(data={"n": 2})
    bench.engine.cancel(bench.runs[1])
    bench.answer(DONE)
    assert called(bench) == [{"n": 2}]


def test_a_hundred_calls_are_made_at_a_time_at_most() -> None:
    bench = Bench(function())
    for _ in range(CALLS_AT_ONCE + 2):
        bench.send()
    assert len(bench.calls) == CALLS_AT_ONCE
    bench.answer(DONE)
    assert len(bench.calls) == CALLS_AT_ONCE


def test_a_throttle_lets_its_limit_and_burst_begin_and_then_one_each_interval() -> None:
    bench = Bench(function(throttle=Throttle(2, 60.0, burst=1), max_attempts=2))
    for _ in range(5):
        bench.send()
    assert len(bench.calls) == 3
    bench.advance(29.9)
    assert len(bench.calls) == 3
    bench.advance(0.1)
    assert len(bench.calls) == 4
    bench.advance(30)
    assert len(bench.calls) == 5
    # Only the begin of a run counts, and not the calls that follow.
    bench.report({"id": "a", "op": "StepRun", "displayName": "a", "data": 1})
    assert len(bench.calls) == 5


def test_a_throttle_keeps_the_order_and_counts_keys_apart() -> None:
    bench = Bench(function(throttle=Throttle(1, 60.0, key=K)))
    for n, key in enumerate("aaab"):
        bench.send(data={"k": key, "n": n})
    assert called(bench) == [{"k": "a", "n": 0}, {"k": "b", "n": 3}]
    bench.advance(60)
    bench.advance(60)
    assert called(bench)[2:] == [{"k": "a", "n": 1}, {"k": "a", "n": 2}]


def test_a_run_that_does_not_begin_in_time_is_cancelled() -> None:
    bench = Bench(function(concurrency=(Concurrency(1),), start_timeout_s=10.0))
    bench.send()
    bench.send()
    bench.advance(10)
    assert [run.status for run in bench.runs] == [Status.RUNNING, Status.CANCELLED]


def test_the_time_to_finish_counts_from_the_first_call() -> None:
    bench = Bench(function(concurrency=(Concurrency(1),), finish_timeout_s=10.0))
    bench.send()
    bench.send()
    bench.advance(5)
    bench.answer(DONE)
    bench.advance(9)
    found = [bench.runs[1].status]
    bench.advance(1)
    assert [*found, bench.runs[1].status] == [Status.RUNNING, Status.CANCELLED]


def test_no_call_is_made_while_the_queue_is_paused() -> None:
    bench = Bench(function())
    bench.engine.queue.pause()
    bench.send(data={"n": 0})
    bench.send(data={"n": 1})
    assert bench.calls == []
    bench.engine.queue.resume()
    assert called(bench) == [{"n": 0}, {"n": 1}]


def test_after_clearing_there_is_room_again() -> None:
    limits = (Concurrency(1),)
    bench = Bench(function(concurrency=limits, throttle=Throttle(1, 3600.0)))
    for _ in range(3):
        bench.send()
    run, call = bench.calls.pop()
    bench.engine.clear()
    bench.engine.queue.end(run, call)
    assert (bench.runs, bench.clock.until_next()) == ([], None)
    bench.send()
    assert len(bench.calls) == 1
