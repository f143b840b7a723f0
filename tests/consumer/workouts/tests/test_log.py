from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from platform_events import InvalidEventError, ScoringCalculate, SendError, WorkoutLogged
from platform_events.testing import SentEvents

from ..log import Workout, tell

ROW = Workout(
    id="workout_1",
    member_id="mem_1",
    gym_id="gym_1",
    activity_type="rowing",
    started_at=datetime(2026, 11, 23, 18, tzinfo=UTC),
    duration_s=1_800.0,
)


def test_a_workout_and_the_wish_for_a_score_are_sent(sent_events: SentEvents) -> None:
    assert len(tell(ROW)) == 2
    assert sent_events.one(WorkoutLogged).duration_s == 1_800.0
    assert sent_events.of(ScoringCalculate) == [
        ScoringCalculate(
            member_id="mem_1", gym_id="gym_1", score="progress", reason="workout-logged"
        )
    ]


def test_telling_twice_uses_the_same_keys(sent_events: SentEvents) -> None:
    tell(ROW)
    tell(ROW)
    keys = [sent.key for sent in sent_events.details]
    assert keys == ["workout:workout_1", "score-of-workout:workout_1"] * 2


def test_what_was_not_accepted_reaches_the_caller(sent_events: SentEvents) -> None:
    sent_events.fail = "rate-limited"
    with pytest.raises(SendError) as caught:
        tell(ROW)
    assert caught.value.is_retriable
    assert len(caught.value.unsent) == 2
    assert sent_events == []


def test_a_time_without_a_zone_is_refused_before_anything_is_sent(sent_events: SentEvents) -> None:
    with pytest.raises(InvalidEventError, match="started_at"):
        tell(replace(ROW, started_at=ROW.started_at.replace(tzinfo=None)))
    assert sent_events == []
