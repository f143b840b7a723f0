"""Functions whose options say when, and whether, they run; judged by what the app saw."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from platform_events import send_event, send_events
from tests.server_conformance.flow_shapes import PERIOD, QUIET
from tests.server_conformance.served_app import ServedApp
from tests.server_conformance.shapes import LATER

QUIET_S = int(QUIET.total_seconds())
PERIOD_S = int(PERIOD.total_seconds())
LATER_S = int(LATER.total_seconds())
MINUTE_S = 60

pytestmark = pytest.mark.of_server


def returned(served: ServedApp, shape: str, *ids: str) -> list[object]:
    """Give what the runs of events have returned by now."""
    notes = [note for one in ids for note in served.desk.journal.of(one, "returned", shape)]
    return [note.value for note in notes]


def test_a_debounced_function_runs_with_the_latest_event(served: ServedApp, member: str) -> None:
    first = served.start("debounced", member, "manual")
    last = served.start("debounced", member, "correction")
    assert served.result("debounced", last, within=QUIET_S + 2) == "correction"
    assert returned(served, "debounced", first) == []


def test_a_rate_limit_starts_nothing_beyond(served: ServedApp, member: str) -> None:
    first = served.start("rate_limited", member)
    assert served.result("rate_limited", first) == member
    again, other = (
        served.start("rate_limited", member),
        served.start("rate_limited", f"not_{member}"),
    )
    assert served.result("rate_limited", other) == f"not_{member}"
    served.target.pass_time()
    assert returned(served, "rate_limited", again) == []


def test_a_throttle_lets_its_limit_and_burst_begin(served: ServedApp, member: str) -> None:
    ids = send_events([served.event("throttled", member)] * 3)
    served.target.wait_until(lambda: len(returned(served, "throttled", *ids)) >= 2)
    assert len(returned(served, "throttled", *ids)) == 2
    served.target.wait_until(lambda: len(returned(served, "throttled", *ids)) == 3, PERIOD_S + 2)


def test_of_one_key_one_call_is_made_at_a_time(served: ServedApp, member: str) -> None:
    ids = send_events([served.event("concurrent", member)] * 3)
    other = served.start("concurrent", f"not_{member}")
    spans = sorted(served.result("concurrent", one, within=5) for one in ids)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
    assert served.result("concurrent", other, within=5)


def test_what_is_urgent_goes_first(served: ServedApp, member: str) -> None:
    ids = [
        served.start("urgent", member, reason)
        for reason in ("workout-logged", "manual", "correction")
    ]
    served.target.wait_until(lambda: len(returned(served, "urgent", *ids)) == 3, 10)
    notes = [note for note in served.desk.journal.notes if note.shape == "urgent"]
    mine = [note.value for note in notes if note.events[0].id in ids]
    assert mine == ["workout-logged", "correction", "manual"]


def test_a_singleton_skips_what_comes_while_it_runs(served: ServedApp, member: str) -> None:
    first = served.start("skipping", member)
    served.note("skipping", "step", first)
    second = served.start("skipping", member)
    assert served.result("skipping", first, within=5) == "manual"
    served.target.pass_time(2)
    assert returned(served, "skipping", second) == []
    third = served.start("skipping", member, "correction")
    assert served.result("skipping", third, within=5) == "correction"


def test_a_singleton_is_cancelled_for_a_new_run(served: ServedApp, member: str) -> None:
    first = served.start("replacing", member)
    served.note("replacing", "step", first)
    second = served.start("replacing", member, "correction")
    assert served.result("replacing", second, within=LATER_S + 2) == "correction"
    assert returned(served, "replacing", first) == []


def test_a_run_that_does_not_begin_in_time_is_cancelled(served: ServedApp, member: str) -> None:
    ids = send_events([served.event("late_to_start", member)] * 2)
    served.target.wait_until(lambda: len(returned(served, "late_to_start", *ids)) == 1)
    served.target.pass_time(PERIOD_S + 2)
    assert returned(served, "late_to_start", *ids) == [member]


def test_a_run_that_does_not_finish_in_time_is_cancelled(served: ServedApp, member: str) -> None:
    event_id = served.start("late_to_finish", member)
    served.note("late_to_finish", "step", event_id)
    served.target.pass_time(LATER_S + 2)
    assert returned(served, "late_to_finish", event_id) == []


def test_a_condition_keeps_events_out_of_a_batch(served: ServedApp, member: str) -> None:
    first = served.start("partly_batched", member, "manual")
    alone = served.start("partly_batched", member, "correction")
    assert served.result("partly_batched", alone) == ["correction"]
    assert returned(served, "partly_batched", first) == []
    second = served.start("partly_batched", member, "workout-logged")
    assert sorted(served.result("partly_batched", second)) == ["manual", "workout-logged"]


def test_a_function_may_have_several_triggers(served: ServedApp, member: str) -> None:
    one = served.start("either", member)
    other = send_event(served.calculated(member, 1.0, served.desk.address("either")))
    assert served.result("either", one) == "ScoringCalculate"
    assert served.result("either", other) == "ScoringCalculated"


def test_a_filter_may_use_macros_and_functions(served: ServedApp, member: str) -> None:
    other = served.start("chosen", member, "workout-logged")
    assert served.result("chosen", served.start("chosen", member, "correction")) == "correction"
    served.target.pass_time()
    assert returned(served, "chosen", other) == []


def fired(served: ServedApp, shape: str) -> tuple[str, dict[str, Any]]:  # Any: JSON
    """Wait until a cron has started a shape; give the name and the data of its event."""

    def found() -> list[Any]:  # Any: as the shape notes it
        notes = list(served.desk.journal.notes)
        return [note.value for note in notes if note.shape == shape]

    served.target.wait_until(lambda: len(found()) > 0, MINUTE_S + 5)
    name, data = found()[-1]
    return name, data


@pytest.mark.slow_on_real
def test_a_cron_starts_a_function(served: ServedApp) -> None:
    name, data = fired(served, "timed")
    assert name == "inngest/scheduled.timer"
    assert data["cron"] == "TZ=Europe/Berlin * * * * *"
    assert data["fireAt"] == data["scheduledAt"]


@pytest.mark.slow_on_real
def test_a_cron_with_jitter_is_late(served: ServedApp) -> None:
    _, data = fired(served, "jittered")
    assert data["fireAt"] > data["scheduledAt"]
