from __future__ import annotations

from platform_events.testing._local.calls import Answer
from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.singleton import Singleton
from platform_events.testing._local.runs import Status
from tests.testing._local.engines import Bench, function

DONE = Answer(body=None)


def test_a_run_is_skipped_while_another_goes_on() -> None:
    bench = Bench(function(singleton=Singleton("skip")))
    bench.send()
    skipped = bench.send()
    (run,) = bench.runs
    assert bench.why(skipped).endswith(f"app-fn: a singleton, of which run {run.id} goes on")
    bench.answer(DONE)
    bench.send()
    assert len(bench.runs) == 2


def test_a_run_is_cancelled_for_another() -> None:
    bench = Bench(function(singleton=Singleton("cancel")))
    bench.send()
    bench.send()
    assert [run.status for run in bench.runs] == [Status.CANCELLED, Status.RUNNING]


def test_each_key_has_its_own_and_false_has_none() -> None:
    key = parse("event.data.k == 'free' ? false : event.data.k")
    bench = Bench(function(singleton=Singleton("skip", key)))
    for value in ("a", "a", "b", "free", "free"):
        bench.send(data={"k": value})
    assert len(bench.runs) == 4


def test_a_key_that_cannot_be_worked_out_makes_no_singleton() -> None:
    bench = Bench(function(singleton=Singleton("skip", parse("event.data.k - 'a'"))))
    bench.send(data={"k": 1})
    bench.send(data={"k": 1})
    assert len(bench.runs) == 2
