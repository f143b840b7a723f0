from __future__ import annotations

from datetime import UTC, datetime

import pytest

from platform_events import ScoringCalculate, ScoringCalculated, WorkoutLogged, send_event
from platform_events.testing import LocalInngest

from ..app import create
from ..functions import MINUTES, calculate, progress, watch

WANTED = ScoringCalculate(
    member_id="mem_1", gym_id="gym_1", score="progress", reason="workout-logged"
)
LOGGED = WorkoutLogged(
    member_id="mem_1",
    gym_id="gym_1",
    workout_id="workout_1",
    activity_type="rowing",
    source="member",
    started_at=datetime(2026, 11, 23, 18, tzinfo=UTC),
    duration_s=1_800.0,
)


@pytest.fixture(autouse=True)
def minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MINUTES, "mem_1", [20.0, 20.0, 50.0])


@pytest.mark.parametrize(
    ("minutes", "expected"), [([30], 50), ([20, 20, 50], 83.3), ([0.5, 99], 99.5)]
)
def test_progress_is_relative_to_what_is_usual(minutes: list[float], expected: float) -> None:
    assert progress(minutes) == pytest.approx(expected, abs=0.1)


def test_a_score_is_calculated_and_told_of(inngest_server: LocalInngest) -> None:
    inngest_server.serve([calculate, watch])
    event_id = send_event(WANTED)

    run = inngest_server.run_of(event_id)

    assert run.output == pytest.approx(83.3, abs=0.1)
    told = inngest_server.events.one(ScoringCalculated)
    assert (told.value, told.caused_by) == (run.output, event_id)


def test_a_score_that_cannot_be_calculated_is_reported(
    inngest_server: LocalInngest, caplog: pytest.LogCaptureFixture
) -> None:
    inngest_server.serve([calculate, watch])
    MINUTES["mem_1"].clear()

    run = inngest_server.run_of(send_event(WANTED))
    inngest_server.wait_idle()

    assert run.status == "Failed"
    reports = [
        record.getMessage() for record in caplog.records if record.name.endswith("scores.functions")
    ]
    assert reports == ["a progress score was not calculated: ZeroDivisionError"]


def test_a_workout_is_followed_until_its_score(inngest_server: LocalInngest) -> None:
    inngest_server.serve([calculate, watch])
    event_id = send_event(LOGGED)
    send_event(WANTED)
    assert inngest_server.run_of(event_id).output == "scored by version 1"


def test_a_score_that_does_not_come_is_noticed(inngest_server: LocalInngest) -> None:
    inngest_server.serve([calculate, watch])
    event_id = send_event(LOGGED)
    inngest_server.wait_idle()
    inngest_server.advance(3_600)
    assert inngest_server.run_of(event_id).output == "late"


def test_the_app_serves_the_functions(inngest_server: LocalInngest) -> None:
    assert "/api/inngest" in {getattr(route, "path", "") for route in create().routes}
