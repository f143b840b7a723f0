"""Logging a workout by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from platform_events import ActivityType, ScoringCalculate, WorkoutLogged, send_events


@dataclass(frozen=True)
class Workout:
    """A workout as the service stores it."""

    id: str
    member_id: str
    gym_id: str
    activity_type: ActivityType
    started_at: datetime
    duration_s: float


def tell(workout: Workout) -> list[str]:
    """Tell the platform of a workout, and ask for the member's new score.

    May be repeated: what was accepted once, under the same keys, starts nothing again.

    Args:
        workout: A workout that is stored.

    Returns:
        The ids of both events.

    Raises:
        InvalidEventError: The workout cannot be told of as it is, such as one without a time zone.
        SendError: Not all was accepted; try again later.
    """
    logged = WorkoutLogged(
        member_id=workout.member_id,
        gym_id=workout.gym_id,
        workout_id=workout.id,
        activity_type=workout.activity_type,
        source="member",
        started_at=workout.started_at,
        duration_s=workout.duration_s,
    )
    calculate = ScoringCalculate(
        member_id=workout.member_id,
        gym_id=workout.gym_id,
        score="progress",
        reason="workout-logged",
    )
    return send_events(
        [
            logged.to_inngest(id=f"workout:{workout.id}"),
            calculate.to_inngest(id=f"score-of-workout:{workout.id}"),
        ]
    )
