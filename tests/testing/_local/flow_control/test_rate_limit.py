from __future__ import annotations

import pytest

from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.rate_limit import RateLimit
from tests.testing._local.engines import Bench, function


@pytest.mark.parametrize(("limit", "at_once", "interval_s"), [(1, 1, 60), (6, 1, 10), (20, 3, 3)])
def test_a_tenth_of_the_limit_and_one_pass_at_once_and_then_one_each_interval(
    limit: int, at_once: int, interval_s: float
) -> None:
    bench = Bench(function(rate_limit=RateLimit(limit, 60.0)))
    for _ in range(limit + 1):
        bench.send()
    assert len(bench.runs) == at_once
    bench.advance(interval_s - 0.001)
    bench.send()
    assert len(bench.runs) == at_once
    bench.advance(0.001)
    bench.send()
    bench.send()
    assert len(bench.runs) == at_once + 1


def test_each_key_has_a_limit_of_its_own_and_false_has_none() -> None:
    key = parse("event.data.k == 'free' ? false : event.data.k")
    bench = Bench(function(rate_limit=RateLimit(1, 60.0, key)))
    for value in ("a", "a", "b", "free", "free"):
        bench.send(data={"k": value})
    found = [run.event["data"] for run in bench.runs]
    assert found == [{"k": "a"}, {"k": "b"}, {"k": "free"}, {"k": "free"}]


def test_nothing_starts_whose_key_cannot_be_worked_out() -> None:
    bench = Bench(function(rate_limit=RateLimit(1, 60.0, parse("event.data.k - 'a'"))))
    event_id = bench.send(data={"k": "x"})
    assert bench.runs == []
    assert bench.why(event_id).startswith(
        f"event {event_id} started no run: app-fn: the key of its rate_limit fails"
    )


def test_a_repeated_id_does_not_count() -> None:
    bench = Bench(function(rate_limit=RateLimit(20, 60.0)))
    bench.send(id="one")
    for _ in range(5):
        repeated = bench.send(id="one")
    bench.send()
    assert len(bench.runs) == 2
    assert bench.why(repeated).endswith("app-fn: its id has started a run within 24 h")  # pyright: ignore[reportPossiblyUnboundVariable]  # wrong on purpose


def test_why_an_event_started_nothing() -> None:
    bench = Bench(function(rate_limit=RateLimit(1, 60.0)))
    bench.send()
    assert bench.why(bench.send()).endswith("app-fn: its rate_limit is exceeded")
