from __future__ import annotations

import logging

import pytest

from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.batch import Batch
from platform_events.testing._local.flow_control.debounce import Debounce
from platform_events.testing._local.flow_control.rate_limit import RateLimit
from platform_events.testing._local.runs import Status
from platform_events.testing._local.triggers import patterns
from tests.testing._local.engines import NOW, Bench, function, on


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app/user.created", {"app/user.created", "app/*", "app/user.*"}),
        ("api/v1/users", {"api/v1/users", "api/*", "api/v1/*"}),
        ("user.a.b", {"user.a.b", "user.*", "user.a.*"}),
        ("simple", {"simple"}),
    ],
)
def test_what_a_name_answers_to(name: str, expected: set[str]) -> None:
    assert patterns(name) == expected


def test_names_filters_and_wildcards() -> None:
    bench = Bench(
        function("exact"),
        function("wild", "t/*"),
        function("all", "*"),
        function("other", "T/x"),
        function("small", triggers=on("t/x", "event.data.n < 2")),
        function("large", triggers=on("t/x", "event.data.n >= 2")),
        function("either", triggers=on("t/x") + on("t/*")),
    )
    bench.send(data={"n": 5})
    found = [run.function_id for run in bench.runs]
    assert found == ["app-exact", "app-wild", "app-large", "app-either"]


def test_a_filter_that_cannot_be_worked_out_counts_as_false(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench(function(triggers=on("t/x", "event.data.n < 'a'")))
    with caplog.at_level(logging.WARNING):
        bench.send(data={"n": 987654})
    assert bench.runs == []
    assert "do not go together" in caplog.text
    assert "987654" not in caplog.text


def test_an_id_starts_a_function_once_a_day() -> None:
    bench = Bench(function(), function("other", "t/y"))
    bench.send(id="mine")
    bench.send(id="mine")
    bench.send("t/y", id="mine")
    assert [run.function_id for run in bench.runs] == ["app-fn", "app-other"]
    bench.advance(86400)
    bench.send(id="mine")
    assert len(bench.runs) == 3


def test_an_idempotency_key_starts_a_function_once_a_day() -> None:
    bench = Bench(function(rate_limit=RateLimit(1, 86400.0, parse("event.data.k"))))
    for key in (1, 1, 2):
        bench.send(data={"k": key})
    assert [run.event["data"] for run in bench.runs] == [{"k": 1}, {"k": 2}]


def test_a_full_batch_runs_at_once_and_the_rest_after_its_time_out() -> None:
    bench = Bench(function(batch=Batch(3, 5.0)))
    ids = [bench.send(data={"n": n}) for n in range(4)]
    assert [[event["data"] for event in run.events] for run in bench.runs] == [
        [{"n": 0}, {"n": 1}, {"n": 2}]
    ]
    bench.advance(4.9)
    assert len(bench.runs) == 1
    bench.advance(0.1)
    assert bench.runs[1].event_id == ids[3]
    bench.advance(10)
    assert len(bench.runs) == 2


def test_a_batch_knows_events_by_the_servers_id() -> None:
    bench = Bench(function(batch=Batch(2, 5.0)))
    bench.send(id="mine")
    bench.send(id="mine")
    assert len(bench.runs[0].events) == 2


def test_an_event_is_in_a_batch_once() -> None:
    bench = Bench(function(batch=Batch(2, 5.0)))
    bench.send()
    found = bench.engine.triggers.function("app-fn")
    assert found is not None
    bench.send()
    bench.engine.scheduler.start(found, bench.runs[0].accepted[0])
    bench.advance(5)
    assert len(bench.runs) == 1


def test_batches_are_kept_apart_by_key_and_condition() -> None:
    batch = Batch(2, 5.0, parse("event.data.k"), parse("event.data.k != 'alone'"))
    bench = Bench(function(batch=batch))
    for key in ("a", "b", "alone", "a", "b"):
        bench.send(data={"k": key})
    found = [[event["data"] for event in run.events] for run in bench.runs]
    assert found == [[{"k": "alone"}], [{"k": "a"}] * 2, [{"k": "b"}] * 2]


def test_a_key_that_cannot_be_worked_out_counts_as_empty() -> None:
    bench = Bench(function(batch=Batch(2, 5.0, parse("event.data.k < 'a'"))))
    bench.send(data={"k": 1})
    bench.send(data={"k": 2})
    assert len(bench.runs) == 1


def test_an_event_of_the_future_starts_its_run_then() -> None:
    bench = Bench(function())
    bench.send(ts=int(NOW * 1000) + 60_000)
    assert bench.runs[0].status is Status.SCHEDULED
    bench.advance(59)
    assert bench.calls == []
    bench.advance(1)
    assert len(bench.calls) == 1


def test_registering_again_replaces_functions() -> None:
    bench = Bench(function("old"))
    assert bench.register(function("new")) is True
    assert bench.register(function("new")) is False
    bench.send()
    assert [run.function_id for run in bench.runs] == ["app-new"]


def test_what_a_function_gathered_is_lost_with_it() -> None:
    bench = Bench(function(batch=Batch(2, 5.0)), function("slow", debounce=Debounce(5.0)))
    bench.send()
    bench.register()
    bench.advance(5)
    assert bench.runs == []
