"""Workouts and results hold what gyms and providers send, and refuse what people mistake."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from platform_events import (
    BenchmarkRecorded,
    CaloriesResult,
    DistanceResult,
    ExerciseSet,
    HeartRateZone,
    InvalidEventError,
    LoadResult,
    Payload,
    PointsResult,
    PowerResult,
    RepetitionsResult,
    ScoringCalculated,
    TimeResult,
    WorkoutLoad,
    WorkoutLogged,
    WorkoutUpdated,
)

from .test_measurements import FACTORS, is_accepted, quantities

START = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
WORKOUT: dict[str, Any] = {
    "member_id": "mem_1", "workout_id": "wko_1", "activity_type": "running", "source": "wearable",
    "started_at": START, "duration_s": 3_120.0,
}  # fmt: skip
SMALLER = {1 / 60, 1 / 100, 1 / 1_000}

# The least that there can be of each kind, with a usual value for every quantity of it.
USUAL: dict[type[Payload], tuple[dict[str, Any], dict[str, Any]]] = {
    WorkoutLogged: (
        WORKOUT,
        {
            "duration_s": 3_120.0, "moving_s": 2_964.0, "distance_m": 9_150.0,
            "energy_kcal": 640.0, "step_count": 8_210, "average_heart_rate_bpm": 148.0,
            "maximum_heart_rate_bpm": 176.0, "average_power_w": 248.0, "maximum_power_w": 412.0,
            "elevation_gain_m": 210.0, "elevation_loss_m": 208.0, "volume_load_kg": 12_000.0,
            "perceived_exertion": 6.5,
        },
    ),
    HeartRateZone: (
        {"zone": 2, "duration_s": 900.0},
        {"zone": 2, "lower_bpm": 122.0, "upper_bpm": 140.0, "duration_s": 900.0},
    ),
    ExerciseSet: (
        {"exercise": "back-squat", "repetitions": 5},
        {
            "repetitions": 5, "load_kg": 80.0, "duration_s": 468.0, "distance_m": 2_000.0,
            "energy_kcal": 30.0, "perceived_exertion": 7.5,
        },
    ),
    WorkoutLoad: ({"value": 132.0, "method": "epoc"}, {"value": 132.0}),
    TimeResult: (
        {"duration_s": 468.0, "is_capped": True},
        {"duration_s": 468.0, "repetitions_left": 23, "repetitions_done": 127,
         "tiebreak_s": 312.0},
    ),
    LoadResult: ({"load_kg": 102.5}, {"load_kg": 102.5, "repetitions": 3}),
    RepetitionsResult: (
        {"repetitions": 12}, {"repetitions": 12, "rounds": 18, "tiebreak_s": 1_140.0}
    ),
    DistanceResult: ({"distance_m": 2_800.0}, {"distance_m": 2_800.0}),
    CaloriesResult: ({"energy_kcal": 32.0}, {"energy_kcal": 32.0}),
    PowerResult: ({"power_w": 285.0}, {"power_w": 285.0}),
    PointsResult: ({"points": 14.0}, {"points": 14.0}),
}  # fmt: skip

# A minute of effort or hours of it, a step or a marathon: what cannot be told from a mistake.
UNTOLD: dict[str, set[float]] = {
    "WorkoutLogged.duration_s": {60, 100, *SMALLER},  # the longest races last a week
    "moving_s": SMALLER,
    "distance_m": SMALLER,
    "energy_kcal": SMALLER,
    "step_count": SMALLER,
    "average_power_w": SMALLER,
    "maximum_power_w": SMALLER,
    "elevation_gain_m": {60, *SMALLER},
    "elevation_loss_m": {60, *SMALLER},
    "volume_load_kg": {60, *SMALLER},
    "perceived_exertion": SMALLER,
    "HeartRateZone.duration_s": {60, 100, *SMALLER},
    "ExerciseSet.duration_s": {60, 100, 1_000, *SMALLER},  # a plank, or a stage of days
    "ExerciseSet.distance_m": {60, 100, *SMALLER},
    "ExerciseSet.energy_kcal": {60, 100, *SMALLER},
    "ExerciseSet.load_kg": {1 / 60, 1 / 100},
    "LoadResult.load_kg": {1 / 60, 1 / 100},
    "WorkoutLoad.value": SMALLER,
    "TimeResult.duration_s": {60, 100, *SMALLER},
    "tiebreak_s": {60, 100, *SMALLER},
    "DistanceResult.distance_m": {60, 100, *SMALLER},
    "CaloriesResult.energy_kcal": {60, 100, *SMALLER},
    "PowerResult.power_w": SMALLER,
    # Numbers of times, of zones and of points have no unit.
    **{
        name: set(FACTORS)
        for name in ("repetitions", "repetitions_left", "repetitions_done", "rounds", "points")
    },
    "zone": SMALLER,
}


def test_every_quantity_has_a_usual_value() -> None:
    for kind, (_, usual) in USUAL.items():
        assert usual.keys() == set(quantities(kind)), kind


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, (_, usual) in USUAL.items() for name in usual],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_a_mistake_of_units_is_refused_wherever_it_can_be_told(kind: Any, name: str) -> None:
    least, values = USUAL[kind]
    usual = values[name]
    assert is_accepted(kind, least | {name: usual})
    scaled = {
        factor: round(usual * factor) if isinstance(usual, int) else usual * factor
        for factor in FACTORS
    }
    accepted = {f for f, value in scaled.items() if is_accepted(kind, least | {name: value})}
    assert accepted <= UNTOLD.get(f"{kind.__name__}.{name}", UNTOLD.get(name, set()))


class TestResults:
    def test_a_plank_is_better_when_it_is_longer(self) -> None:
        assert TimeResult(duration_s=180.0, is_higher_better=True).is_higher_better
        assert not TimeResult(duration_s=468.0).is_higher_better

    @pytest.mark.parametrize("name", ["repetitions_left", "repetitions_done"])
    def test_only_the_time_cap_leaves_repetitions(self, name: str) -> None:
        fields: Any = {name: 23}
        assert TimeResult(duration_s=1_200.0, is_capped=True, **fields).is_capped
        with pytest.raises(InvalidEventError, match=f"`{name}` must be absent"):
            TimeResult(duration_s=1_200.0, **fields)

    def test_a_total_of_three_lifts_may_be_above_a_ton(self) -> None:
        assert LoadResult(load_kg=1_105.0).load_kg == 1_105

    def test_a_result_may_have_a_day_alone(self) -> None:
        recorded = BenchmarkRecorded(
            member_id="m", benchmark="fran", source="coach", performed_on=date(2026, 11, 23),
            result=TimeResult(duration_s=252.0), scaling="scaled",
        )  # fmt: skip
        assert (recorded.gym_id, recorded.performed_at) == (None, None)


class TestScores:
    def test_progress_may_be_negative(self) -> None:
        fields: Any = {
            "member_id": "m", "algorithm_version": "1", "reason": "manual", "calculated_at": START,
        }  # fmt: skip
        assert ScoringCalculated(score="progress", value=-4.2, **fields).value == -4.2
        with pytest.raises(InvalidEventError, match="when `score` is performance"):
            ScoringCalculated(score="performance", value=-4.2, **fields)


class TestWorkouts:
    def test_an_average_is_not_above_the_maximum(self) -> None:
        for name, most in (("heart_rate_bpm", 160.0), ("power_w", 200.0)):
            given: dict[str, Any] = {f"average_{name}": most + 1, f"maximum_{name}": most}
            with pytest.raises(InvalidEventError, match=f"`maximum_{name}`"):
                WorkoutLogged(**WORKOUT, **given)

    def test_an_update_is_the_whole_workout(self) -> None:
        updated = WorkoutUpdated(**WORKOUT, updated_at=START)
        fields = updated.to_data()
        del fields["updated_at"]
        assert WorkoutLogged.from_data(fields) == WorkoutLogged(**WORKOUT)

    def test_an_id_elsewhere_needs_its_provider(self) -> None:
        with pytest.raises(InvalidEventError, match="`external_id` needs `provider`"):
            WorkoutLogged(**WORKOUT, external_id="1")

    def test_load_and_lifted_weight_are_told_apart(self) -> None:
        workout = WorkoutLogged(
            **WORKOUT, training_load=WorkoutLoad(value=143.0, method="trimp"),
            volume_load_kg=12_000.0,
            sets=(ExerciseSet(exercise="back-squat", repetitions=5, load_kg=80.0),),
        )  # fmt: skip
        assert workout.training_load is not None
        assert (workout.training_load.method, workout.volume_load_kg) == ("trimp", 12_000)
