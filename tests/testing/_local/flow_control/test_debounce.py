from __future__ import annotations

from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.debounce import Debounce
from platform_events.testing._local.flow_control.rate_limit import RateLimit
from tests.testing._local.engines import NOW, Bench, function


def test_the_latest_event_starts_a_run_when_none_came_for_a_while() -> None:
    bench = Bench(function(debounce=Debounce(10.0)))
    first = bench.send()
    bench.advance(9)
    last = bench.send()
    bench.advance(9)
    assert bench.runs == []
    assert bench.engine.scheduler.due_in_s(last) == 1.0
    bench.advance(1)
    assert [run.event_id for run in bench.runs] == [last]
    assert bench.why(first).endswith(f"app-fn: debounced, and replaced by event {last}")


def test_it_never_waits_longer_than_its_time_out() -> None:
    bench = Bench(function(debounce=Debounce(10.0, timeout_s=25.0)))
    for _ in range(3):
        bench.send()
        bench.advance(8)
    last = bench.send()
    bench.advance(0.9)
    assert bench.runs == []
    bench.advance(0.1)
    assert [run.event_id for run in bench.runs] == [last]


def test_a_time_out_shorter_than_the_period_counts_for_the_first_event_too() -> None:
    bench = Bench(function(debounce=Debounce(10.0, timeout_s=2.0)))
    bench.send()
    bench.advance(2)
    assert len(bench.runs) == 1


def test_an_older_event_puts_off_without_taking_the_place() -> None:
    bench = Bench(function(debounce=Debounce(10.0)))
    newer = bench.send()
    older = bench.send(ts=int(NOW * 1000) - 1)
    bench.advance(10)
    assert [run.event_id for run in bench.runs] == [newer]
    assert bench.why(older).endswith(f"replaced by event {newer}")


def test_each_key_waits_for_itself() -> None:
    bench = Bench(function(debounce=Debounce(10.0, key=parse("event.data.k"))))
    ids = [bench.send(data={"k": value}) for value in ("a", "b", "a")]
    assert [bench.engine.scheduler.due_in_s(one) for one in ids] == [None, 10.0, 10.0]
    bench.advance(10)
    assert sorted(str(run.event["data"]) for run in bench.runs) == ["{'k': 'a'}", "{'k': 'b'}"]


def test_a_rate_limit_counts_before() -> None:
    bench = Bench(function(debounce=Debounce(10.0), rate_limit=RateLimit(1, 3600.0)))
    first, second = bench.send(), bench.send()
    bench.advance(10)
    assert [run.event_id for run in bench.runs] == [first]
    assert bench.why(second).endswith("its rate_limit is exceeded")


def test_a_function_that_is_gone_runs_no_more() -> None:
    bench = Bench(function(debounce=Debounce(10.0)))
    bench.send()
    bench.register()
    bench.advance(10)
    assert bench.runs == []
