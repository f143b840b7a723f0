"""Scores of members' performance and progress, and what they are calculated from."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..events.event import Event
from ..events.fields import (
    Count,
    DistanceM,
    DurationS,
    EnergyKcal,
    EventId,
    GymId,
    HeartRateBpm,
    MemberId,
    Open,
    Score,
    Sensitive,
    SensitiveDurationS,
    Slug,
    Timestamp,
    Version,
    WorkoutId,
)
from ..events.payload import Payload

ScoreKind: TypeAlias = Literal["performance", "progress"]
"""`performance`: how fit a member is today. `progress`: how that changed over the last weeks."""

ScoringReason: TypeAlias = Annotated[
    Literal[
        "workout-logged",
        "benchmark-recorded",
        "wearable-data-received",
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
        "cycling",
        "indoor-cycling",
        "rowing",
        "swimming",
        "walking",
        "hiking",
        "yoga",
        "pilates",
        "mobility",
        "martial-arts",
        "team-sport",
        "other",
    ],
    Open(),
]
"""What kind of training a workout was."""

LoadKg: TypeAlias = Annotated[float, Field(gt=0, le=1_000), Sensitive()]
"""Kilograms moved."""


class ScoringCalculate(Event, name="platform/scoring.calculate"):
    """Calculate, or calculate again, one member's score.

    Sent by any service that changed what a score depends on, and by the nightly schedule. Handled
    by scoring, which answers with `ScoringCalculated`.
    """

    member_id: MemberId
    gym_id: GymId
    score: ScoreKind
    reason: ScoringReason
    as_of: Timestamp | None = None
    """Take into account what happened before this instant; absent means everything."""
    caused_by: EventId | None = None
    """The event that made it necessary."""


class ScoringCalculated(Event, name="platform/scoring.calculated"):
    """One member's score was calculated.

    Sent by scoring after each calculation, also when the value stayed the same. Handled by alerts
    (risk checks, thresholds) and social (milestones in the feed).
    """

    member_id: MemberId
    gym_id: GymId
    score: ScoreKind
    value: Score
    previous_value: Score | None = None
    """The value before; absent for a first score."""
    algorithm_version: Version
    reason: ScoringReason
    calculated_at: Timestamp
    caused_by: EventId | None = None
    """The `ScoringCalculate` that asked for it."""


class TimeResult(Payload):
    """A benchmark done for time, such as a 2 km row: less is better."""

    kind: Literal["time"] = "time"
    duration_s: Annotated[DurationS, Field(gt=0), Sensitive()]


class LoadResult(Payload):
    """A benchmark done for load, such as a one-repetition maximum: more is better."""

    kind: Literal["load"] = "load"
    load_kg: LoadKg
    repetitions: Annotated[Count, Field(ge=1, le=1_000), Sensitive()] = 1
    """How often the load was moved in the one set."""


class RepetitionsResult(Payload):
    """A benchmark done for repetitions, or for rounds and repetitions: more is better."""

    kind: Literal["repetitions"] = "repetitions"
    repetitions: Annotated[Count, Field(le=1_000_000), Sensitive()]
    rounds: Annotated[Count, Field(le=10_000), Sensitive()] | None = None
    """Whole rounds; `repetitions` are then those of the round begun."""


class DistanceResult(Payload):
    """A benchmark done for distance, such as a 12-minute run: more is better."""

    kind: Literal["distance"] = "distance"
    distance_m: DistanceM


BenchmarkResult: TypeAlias = Annotated[
    TimeResult | LoadResult | RepetitionsResult | DistanceResult, Field(discriminator="kind")
]
"""What was reached, told apart by `kind`."""


class BenchmarkRecorded(Event, name="platform/scoring.benchmark-recorded"):
    """A member did a benchmark: a standard test that can be compared over time.

    Sent by scoring when a member or coach enters a result. Handled by scoring (calculates again)
    and social (personal records in the feed).
    """

    member_id: MemberId
    gym_id: GymId
    benchmark: Slug
    """Which test, such as `back-squat-1rm` or `row-2000m`."""
    result: BenchmarkResult
    is_personal_record: bool | None = None
    """Whether it is the member's best so far; absent when that is not known."""
    source: DataSource
    performed_at: Timestamp


class WorkoutLogged(Event, name="platform/scoring.workout-logged"):
    """A member's workout was logged, by hand or from a device.

    Sent by scoring when a workout is entered and by sync when one is imported. Handled by scoring
    (calculates again), alerts (training load) and social (the feed). Quantities are of the whole
    workout.
    """

    member_id: MemberId
    gym_id: GymId
    workout_id: WorkoutId
    activity_type: ActivityType
    source: DataSource
    started_at: Timestamp
    duration_s: SensitiveDurationS
    distance_m: DistanceM | None = None
    energy_kcal: EnergyKcal | None = None
    average_heart_rate_bpm: HeartRateBpm | None = None
    maximum_heart_rate_bpm: HeartRateBpm | None = None
    perceived_exertion: Annotated[float, Field(ge=0, le=10), Sensitive()] | None = None
    """How hard it felt, on Borg's CR10 scale: 0 nothing at all, 10 maximal."""
