"""Scores of members' performance and progress, and what they are calculated from.

Workouts follow what Strava's activities (https://developers.strava.com/docs/reference), WHOOP's and
Garmin's workouts and Health Connect's exercise sessions deliver; results of benchmarks follow
SugarWOD (https://app.sugarwod.com/developers-api-docs), Wodify and CrossFit's scoring: for time,
for load, for repetitions, as prescribed or scaled.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ..events.event import Event
from ..events.fields import (
    Count,
    DistanceM,
    EnergyKcal,
    EventId,
    Exertion,
    ExternalId,
    GymId,
    HeartRateBpm,
    Label,
    LoadKg,
    MemberId,
    Open,
    PowerW,
    ResultId,
    Sensitive,
    SensitiveCount,
    SessionId,
    Slug,
    Timestamp,
    Version,
    WorkoutId,
    WorkoutS,
)
from ..events.invariants import Absent, AnyOf, AtMost, Between, Invariants, Needs, When
from ..events.payload import Example, Payload
from .measurements import WorkoutLoad
from .sync import IntegrationService

ScoreKind: TypeAlias = Literal["performance", "progress"]
"""`performance`: how fit a member is today, 0 to 100. `progress`: how that changed over the last
weeks, in points of performance, -100 to 100."""

ScoreValue: TypeAlias = Annotated[float, Field(ge=-100, le=100), Sensitive()]
"""0 to 100 for a performance; -100 to 100 for progress, below 0 when the member lost."""

ScoringReason: TypeAlias = Annotated[
    Literal[
        "workout-logged",
        "workout-updated",
        "workout-removed",
        "benchmark-recorded",
        "benchmark-removed",
        "wearable-data-received",
        "wearable-data-removed",
        "correction",
        "algorithm-changed",
        "scheduled",
        "manual",
    ],
    Open(),
]
"""What made a calculation necessary."""

DataSource: TypeAlias = Annotated[
    Literal["member", "coach", "wearable", "integration", "import"], Open()
]
"""Where a record came from."""

ActivityType: TypeAlias = Annotated[
    Literal[
        "strength-training",
        "functional-fitness",
        "high-intensity-interval-training",
        "running",
        "trail-running",
        "treadmill-running",
        "cycling",
        "mountain-biking",
        "indoor-cycling",
        "rowing",
        "indoor-rowing",
        "swimming",
        "open-water-swimming",
        "walking",
        "hiking",
        "elliptical",
        "stair-climbing",
        "skiing",
        "cross-country-skiing",
        "snowboarding",
        "climbing",
        "paddling",
        "skating",
        "surfing",
        "golf",
        "wheelchair",
        "dance",
        "yoga",
        "pilates",
        "mobility",
        "martial-arts",
        "racket-sport",
        "team-sport",
        "triathlon",
        "other",
    ],
    Open(),
]
"""What kind of training a workout was."""


class _Scored(Event, abstract=True):
    member_id: MemberId
    gym_id: GymId | None = None
    """The gym; absent where the member acts alone."""


class ScoringCalculate(_Scored, name="platform/scoring.calculate"):
    """Calculate, or calculate again, one member's score.

    Sent by any service that changed what a score depends on, and by the nightly schedule. Handled
    by scoring, which answers with `ScoringCalculated`.
    """

    score: ScoreKind
    reason: ScoringReason
    as_of: Timestamp | None = None
    """Take into account what happened before this instant; absent means everything."""
    caused_by: EventId | None = None
    """The event that made it necessary."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "score": "progress",
        "reason": "benchmark-recorded",
        "as_of": "2026-11-23T00:00:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class ScoringCalculated(_Scored, name="platform/scoring.calculated"):
    """One member's score was calculated.

    Sent by scoring after each calculation, also when the value stayed the same. Handled by alerts
    (risk checks, thresholds) and social (milestones in the feed).
    """

    INVARIANTS: ClassVar[Invariants] = (
        When("score", ("performance",), Between("value", 0, 100)),
        When("score", ("performance",), Between("previous_value", 0, 100)),
    )

    score: ScoreKind
    value: ScoreValue
    """-100 to 100."""
    previous_value: ScoreValue | None = None
    """The value before, on the same scale; absent for a first score. -100 to 100."""
    algorithm_version: Version
    reason: ScoringReason
    calculated_at: Timestamp
    caused_by: EventId | None = None
    """The `ScoringCalculate` that asked for it."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "score": "performance",
        "value": 71.5,
        "previous_value": 68.0,
        "algorithm_version": "2026.4",
        "reason": "benchmark-recorded",
        "calculated_at": "2026-11-23T18:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class TimeResult(Payload):
    """A benchmark measured in time: a 2 km row, where less is better, or a plank, where more is.

    Who reaches the time cap is scored by repetitions: those left ("CAP + 23"), or those done.
    """

    INVARIANTS: ClassVar[Invariants] = (
        When("is_capped", (False,), Absent("repetitions_left")),
        When("is_capped", (False,), Absent("repetitions_done")),
    )

    kind: Literal["time"] = "time"
    duration_s: Annotated[float, Field(gt=0, le=2 * 86_400), Sensitive()]
    """More than 0, at most 172,800 seconds."""
    is_higher_better: bool = False
    """True for what is held as long as possible, such as a plank."""
    is_capped: bool = False
    """Whether the time cap came before the end; `duration_s` is then the cap."""
    repetitions_left: SensitiveCount | None = None
    """How many were left when the cap came. 0 to 10,000."""
    repetitions_done: SensitiveCount | None = None
    """How many were done when the cap came. 0 to 10,000."""
    tiebreak_s: Annotated[float, Field(gt=0, le=2 * 86_400), Sensitive()] | None = None
    """When the point that decides between equals was reached. More than 0, at most 172,800
    seconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "time",
        "duration_s": 1200.0,
        "is_higher_better": False,
        "is_capped": True,
        "repetitions_left": 23,
        "repetitions_done": 127,
        "tiebreak_s": 742.0,
    }


class LoadResult(Payload):
    """A benchmark done for load, such as a one-repetition maximum or a total: more is better."""

    kind: Literal["load"] = "load"
    load_kg: Annotated[float, Field(ge=0.25, le=1_500), Sensitive()]
    """Totals of three lifts are above a ton. 0.25 to 1,500 kilograms."""
    repetitions: Annotated[Count, Field(ge=1, le=1_000), Sensitive()] = 1
    """How often the load was moved in the one set. 1 to 1,000."""
    is_higher_better: bool = True

    EXAMPLE: ClassVar[Example] = {
        "kind": "load",
        "load_kg": 102.5,
        "repetitions": 1,
        "is_higher_better": True,
    }


class RepetitionsResult(Payload):
    """A benchmark done for repetitions, or for rounds and repetitions: more is better."""

    kind: Literal["repetitions"] = "repetitions"
    repetitions: Annotated[Count, Field(le=100_000), Sensitive()]
    """0 to 100,000."""
    rounds: Annotated[Count, Field(le=10_000), Sensitive()] | None = None
    """Whole rounds; `repetitions` are then those of the round begun. 0 to 10,000."""
    tiebreak_s: Annotated[float, Field(gt=0, le=2 * 86_400), Sensitive()] | None = None
    """When the point that decides between equals was reached. More than 0, at most 172,800
    seconds."""
    is_higher_better: bool = True

    EXAMPLE: ClassVar[Example] = {
        "kind": "repetitions",
        "repetitions": 12,
        "rounds": 18,
        "tiebreak_s": 1140.0,
        "is_higher_better": True,
    }


class DistanceResult(Payload):
    """A benchmark done for distance, such as a 12-minute run: more is better."""

    kind: Literal["distance"] = "distance"
    distance_m: DistanceM
    """0 to 1,000,000 metres."""
    is_higher_better: bool = True

    EXAMPLE: ClassVar[Example] = {
        "kind": "distance",
        "distance_m": 2810.0,
        "is_higher_better": True,
    }


class CaloriesResult(Payload):
    """A benchmark done for calories on a machine, such as a minute on a bike: more is better."""

    kind: Literal["calories"] = "calories"
    energy_kcal: EnergyKcal
    """What the machine shows. 0 to 20,000 kilocalories."""
    is_higher_better: bool = True

    EXAMPLE: ClassVar[Example] = {"kind": "calories", "energy_kcal": 32.0, "is_higher_better": True}


class PowerResult(Payload):
    """A benchmark done for power, such as a functional threshold power: more is better."""

    kind: Literal["power"] = "power"
    power_w: PowerW
    """0 to 3,000 W."""
    is_higher_better: bool = True

    EXAMPLE: ClassVar[Example] = {"kind": "power", "power_w": 285.0, "is_higher_better": True}


class PointsResult(Payload):
    """A benchmark with points of its own, such as rounds judged or a movement screen."""

    kind: Literal["points"] = "points"
    points: Annotated[float, Field(ge=-100_000, le=100_000), Sensitive()]
    """-100,000 to 100,000."""
    is_higher_better: bool = True
    """False where points are faults."""

    EXAMPLE: ClassVar[Example] = {"kind": "points", "points": 14.0, "is_higher_better": True}


BenchmarkResult: TypeAlias = Annotated[
    TimeResult
    | LoadResult
    | RepetitionsResult
    | DistanceResult
    | CaloriesResult
    | PowerResult
    | PointsResult,
    Field(discriminator="kind"),
]
"""What was reached, told apart by `kind`."""


class BenchmarkRecorded(_Scored, name="platform/scoring.benchmark-recorded"):
    """A member did a benchmark: a standard test that can be compared over time.

    Sent by scoring when a member or coach enters a result, or corrects one, and by sync when one is
    imported. Handled by scoring (calculates again) and social (personal records in the feed). A
    second event with the same `result_id` replaces the first.
    """

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("performed_at", "performed_on")),
        Needs("external_id", "provider"),
    )

    result_id: ResultId | None = None
    benchmark: Slug
    """Which test, such as `back-squat-1rm` or `row-2000m`."""
    result: BenchmarkResult
    scaling: Annotated[Literal["as-prescribed", "scaled", "beyond-prescribed"], Open()] | None = (
        None
    )
    """Whether it was done as prescribed (Rx), made easier (scaled), or made harder (Rx+)."""
    is_personal_record: bool | None = None
    """Whether it is the member's best so far; absent when that is not known."""
    source: DataSource
    provider: IntegrationService | None = None
    """Where it was imported from."""
    external_id: ExternalId | None = None
    """The result's id there."""
    session_id: SessionId | None = None
    """The class in which it was done."""
    performed_at: Timestamp | None = None
    performed_on: date | None = None
    """The member's local day, where no more is known."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "result_id": "res_42",
        "benchmark": "back-squat-1rm",
        "result": {"kind": "load", "load_kg": 102.5, "repetitions": 1, "is_higher_better": True},
        "scaling": "as-prescribed",
        "is_personal_record": True,
        "source": "coach",
        "provider": "sugarwod",
        "external_id": "6f1f2c",
        "session_id": "ses_14",
        "performed_at": "2026-11-23T17:40:00Z",
        "performed_on": "2026-11-23",
    }


class BenchmarkRemoved(_Scored, name="platform/scoring.benchmark-removed"):
    """A result of a benchmark is no longer there.

    Sent by scoring when a member or coach deletes it, and by sync when it was deleted where it was
    imported from. Handled by scoring (calculates again) and social (takes a record off the feed).
    """

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("result_id", "external_id")),
        Needs("external_id", "provider"),
    )

    result_id: ResultId | None = None
    benchmark: Slug | None = None
    """Which test, such as `back-squat-1rm`, where that is known."""
    provider: IntegrationService | None = None
    external_id: ExternalId | None = None
    """The result's id where it was imported from."""
    removed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "result_id": "res_42",
        "benchmark": "back-squat-1rm",
        "provider": "sugarwod",
        "external_id": "6f1f2c",
        "removed_at": "2026-11-23T18:30:00Z",
    }


class HeartRateZone(Payload):
    """Time spent in one zone of heart rate."""

    INVARIANTS: ClassVar[Invariants] = (AtMost("lower_bpm", "upper_bpm"),)

    zone: Annotated[int, Field(ge=0, le=10), Sensitive()]
    """The provider's number of the zone, the easiest first; WHOOP and Fitbit begin with 0. 0 to
    10."""
    lower_bpm: HeartRateBpm | None = None
    """20 to 300 per minute."""
    upper_bpm: HeartRateBpm | None = None
    """20 to 300 per minute."""
    duration_s: WorkoutS
    """0 to 604,800 seconds."""

    EXAMPLE: ClassVar[Example] = {
        "zone": 3,
        "lower_bpm": 131.0,
        "upper_bpm": 150.0,
        "duration_s": 1500.0,
    }


class ExerciseSet(Payload):
    """One set of one exercise."""

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("repetitions", "duration_s", "distance_m", "energy_kcal")),
    )

    exercise: Slug
    """What was done, such as `back-squat`."""
    repetitions: Annotated[Count, Field(ge=0, le=10_000), Sensitive()] | None = None
    """0 to 10,000."""
    load_kg: LoadKg | None = None
    """What was moved in each repetition, beside the body. 0.25 to 1,000 kilograms."""
    duration_s: WorkoutS | None = None
    """0 to 604,800 seconds."""
    distance_m: DistanceM | None = None
    """0 to 1,000,000 metres."""
    energy_kcal: EnergyKcal | None = None
    """0 to 20,000 kilocalories."""
    perceived_exertion: Exertion | None = None
    """How hard it felt, on Borg's CR10 scale; repetitions in reserve are 10 less. 0 to 10."""
    is_warm_up: bool = False

    EXAMPLE: ClassVar[Example] = {
        "exercise": "back-squat",
        "repetitions": 5,
        "load_kg": 80.0,
        "duration_s": 24.0,
        "perceived_exertion": 7.5,
        "is_warm_up": False,
    }


class _Workout(_Scored, abstract=True):
    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("started_at", "day")),
        Needs("external_id", "provider"),
        AtMost("average_heart_rate_bpm", "maximum_heart_rate_bpm"),
        AtMost("average_power_w", "maximum_power_w"),
        AtMost("moving_s", "duration_s", slack=60),
        AtMost("distance_m", "duration_s", times=42),
        AtMost("energy_kcal", "duration_s", times=0.6),
        AtMost("step_count", "duration_s", times=6),
        AtMost("elevation_gain_m", "duration_s", times=5),
        AtMost("elevation_loss_m", "duration_s", times=5),
    )

    workout_id: WorkoutId
    activity_type: ActivityType
    source: DataSource
    provider: IntegrationService | None = None
    """Where it was imported from, such as `strava`."""
    external_id: ExternalId | None = None
    """The workout's id there."""
    sport: Label | None = None
    """What it was in the provider's words, such as `TrailRun`."""
    session_id: SessionId | None = None
    """The class in which it was done."""
    started_at: Timestamp | None = None
    day: date | None = None
    """The member's local day, where no instant is known."""
    duration_s: WorkoutS
    """From the beginning to the end, pauses included. 0 to 604,800 seconds."""
    moving_s: WorkoutS | None = None
    """Without the pauses. 0 to 604,800 seconds."""
    distance_m: Annotated[float, Field(ge=0, le=5_000_000), Sensitive()] | None = None
    """0 to 5,000,000 metres."""
    energy_kcal: EnergyKcal | None = None
    """0 to 20,000 kilocalories."""
    step_count: Annotated[int, Field(ge=0, le=1_000_000), Sensitive()] | None = None
    """0 to 1,000,000."""
    average_heart_rate_bpm: HeartRateBpm | None = None
    """20 to 300 per minute."""
    maximum_heart_rate_bpm: HeartRateBpm | None = None
    """20 to 300 per minute."""
    heart_rate_zones: Annotated[tuple[HeartRateZone, ...], Field(max_length=20)] = ()
    """The easiest first; empty where there are none."""
    average_power_w: PowerW | None = None
    """0 to 3,000 W."""
    maximum_power_w: PowerW | None = None
    """0 to 3,000 W."""
    elevation_gain_m: Annotated[float, Field(ge=0, le=100_000), Sensitive()] | None = None
    """0 to 100,000 metres."""
    elevation_loss_m: Annotated[float, Field(ge=0, le=100_000), Sensitive()] | None = None
    """0 to 100,000 metres."""
    training_load: WorkoutLoad | None = None
    """How much it strained the body, with the method; not the weight that was moved."""
    volume_load_kg: Annotated[float, Field(ge=0, le=1_000_000), Sensitive()] | None = None
    """The weight moved in all sets together: load times repetitions. 0 to 1,000,000 kilograms."""
    sets: Annotated[tuple[ExerciseSet, ...], Field(max_length=500)] = ()
    """In the order in which they were done; empty where they were not noted."""
    perceived_exertion: Exertion | None = None
    """How hard it felt, on Borg's CR10 scale: 0 nothing at all, 10 maximal. 0 to 10."""


class WorkoutLogged(_Workout, name="platform/scoring.workout-logged"):
    """A member's workout was logged, by hand or from a device.

    Sent by scoring when a workout is entered and by sync when one is imported. Handled by scoring
    (calculates again), alerts (training load) and social (the feed). Quantities are of the whole
    workout.
    """

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "workout_id": "wko_81",
        "activity_type": "functional-fitness",
        "source": "wearable",
        "provider": "garmin",
        "external_id": "12345678987",
        "sport": "HIIT",
        "session_id": "ses_14",
        "started_at": "2026-11-23T17:30:00+01:00",
        "day": "2026-11-23",
        "duration_s": 3120.0,
        "moving_s": 2640.0,
        "distance_m": 2000.0,
        "energy_kcal": 540.0,
        "step_count": 1830,
        "average_heart_rate_bpm": 141.0,
        "maximum_heart_rate_bpm": 178.0,
        "heart_rate_zones": [
            {"zone": 3, "lower_bpm": 131.0, "upper_bpm": 150.0, "duration_s": 1500.0},
            {"zone": 4, "lower_bpm": 150.0, "upper_bpm": 169.0, "duration_s": 780.0},
        ],
        "average_power_w": 165.0,
        "maximum_power_w": 420.0,
        "elevation_gain_m": 12.0,
        "elevation_loss_m": 12.0,
        "training_load": {"value": 132.0, "method": "epoc"},
        "volume_load_kg": 2400.0,
        "sets": [
            {
                "exercise": "back-squat",
                "repetitions": 5,
                "load_kg": 80.0,
                "perceived_exertion": 7.5,
                "is_warm_up": False,
            },
            {"exercise": "row", "distance_m": 2000.0, "duration_s": 468.0, "is_warm_up": False},
        ],
        "perceived_exertion": 7.5,
    }


class WorkoutUpdated(_Workout, name="platform/scoring.workout-updated"):
    """A logged workout was corrected, or more of it is known.

    Sent by scoring when a member or coach edits it and by sync when a provider revises it (WHOOP's
    `workout.updated`, Strava's `update`). Handled by scoring (calculates again), alerts (training
    load) and social (the feed). It holds the whole workout, not only what changed.
    """

    updated_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "workout_id": "wko_81",
        "activity_type": "running",
        "source": "wearable",
        "provider": "strava",
        "external_id": "12345678987654321",
        "sport": "TrailRun",
        "started_at": "2026-11-23T06:32:00+01:00",
        "day": "2026-11-23",
        "duration_s": 3120.0,
        "moving_s": 2964.0,
        "distance_m": 9150.0,
        "energy_kcal": 640.0,
        "step_count": 8210,
        "average_heart_rate_bpm": 148.0,
        "maximum_heart_rate_bpm": 176.0,
        "heart_rate_zones": [
            {"zone": 2, "lower_bpm": 122.0, "upper_bpm": 140.0, "duration_s": 900.0},
            {"zone": 3, "lower_bpm": 140.0, "upper_bpm": 158.0, "duration_s": 1800.0},
        ],
        "average_power_w": 248.0,
        "maximum_power_w": 412.0,
        "elevation_gain_m": 210.0,
        "elevation_loss_m": 208.0,
        "training_load": {"value": 86.0, "method": "relative-effort"},
        "sets": [],
        "perceived_exertion": 6.5,
        "updated_at": "2026-11-23T07:41:12Z",
    }


class WorkoutRemoved(_Scored, name="platform/scoring.workout-removed"):
    """A workout is no longer there.

    Sent by scoring when a member deletes it and by sync when it was deleted where it was imported
    from (WHOOP's `workout.deleted`, Strava's `delete`). Handled by scoring (calculates again),
    alerts (training load) and social (takes it off the feed).
    """

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("workout_id", "external_id")),
        Needs("external_id", "provider"),
    )

    workout_id: WorkoutId | None = None
    provider: IntegrationService | None = None
    external_id: ExternalId | None = None
    """The workout's id where it was imported from."""
    removed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "workout_id": "wko_81",
        "provider": "strava",
        "external_id": "12345678987654321",
        "removed_at": "2026-11-23T18:30:00Z",
    }
