"""What wearables measure: the members of the union `Measurement`, told apart by `kind`.

Names and units are those of Open mHealth and IEEE 1752.1 (https://w3id.org/openmhealth) where they
have the measure; the kinds are what the public interfaces of these providers deliver:

- Oura API v2 (https://cloud.ouraring.com/v2/docs)
- WHOOP API v2 (https://developer.whoop.com/api)
- Garmin Health API (https://developer.garmin.com/gc-developer-program/health-api)
- Google Health API (https://developers.google.com/health) and Fitbit Web API
  (https://dev.fitbit.com/build/reference/web-api)
- Polar AccessLink v3 (https://www.polar.com/accesslink-api)
- Withings API (https://developer.withings.com/api-reference)
- Apple HealthKit (https://developer.apple.com/documentation/healthkit/data_types)
- Health Connect (https://developer.android.com/health-and-fitness/guides/health-connect)

What lasts has a beginning and a duration, so that it cannot end before it begins. Ranges are wide
enough for every body, and narrow enough to refuse the usual mistakes of units.
"""

from datetime import date
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

from pydantic import Field

from ..events.fields import (
    DistanceM,
    DurationS,
    EnergyKcal,
    ExternalId,
    HeartRateBpm,
    Label,
    Open,
    OpenKinds,
    Score,
    Sensitive,
    SensitiveCount,
    Slug,
    SpanS,
    StageS,
    Timestamp,
)
from ..events.invariants import (
    Absent,
    Among,
    AnyOf,
    AtMost,
    Between,
    Inside,
    Invariants,
    LastsAtMost,
    Needs,
    NotFraction,
    When,
)
from ..events.payload import Example, Payload

RecordingMethod: TypeAlias = Annotated[Literal["automatic", "active", "manual", "derived"], Open()]
"""How a value came to be: sensed all day, recorded as a session that the member started, entered by
hand, or calculated from others; after Health Connect's recording methods."""

Statistic: TypeAlias = Annotated[Literal["average", "maximum", "median", "minimum"], Open()]
"""What one value says of all the values within a time, in the same unit and range."""

RelationToSleep: TypeAlias = Annotated[Literal["before-sleep", "during-sleep", "on-waking"], Open()]
"""When a value was measured in relation to the member's sleep; after Open mHealth."""

# What examples have in common: a night, a morning's reading, a day.
_NIGHT: Final = {
    "measured_at": "2026-11-22T22:45:00+01:00", "day": "2026-11-23",
    "record_id": "2f9a5f9e-1c0b", "revised_at": "2026-11-23T06:58:00Z",
    "source_device": "Oura Ring Gen4", "source_app": "com.ouraring.oura",
    "recording_method": "automatic",
}  # fmt: skip
_WHILE_ASLEEP: Final = {
    **_NIGHT, "duration_s": 28500.0, "statistic": "average", "relation_to_sleep": "during-sleep",
}  # fmt: skip
_MORNING: Final = {
    "measured_at": "2026-11-23T06:45:10+01:00", "day": "2026-11-23", "record_id": "4830193",
    "revised_at": "2026-11-23T05:46:02Z", "source_device": "Body Scan",
    "source_app": "com.withings.wiScaleNG", "recording_method": "active",
    "relation_to_sleep": "on-waking",
}  # fmt: skip
_DAY: Final = {
    "measured_at": "2026-11-22T00:00:00+01:00", "day": "2026-11-22", "record_id": "x153a9f3-6",
    "revised_at": "2026-11-23T05:10:44Z", "source_device": "Forerunner 965",
    "source_app": "com.garmin.connect", "recording_method": "automatic",
}  # fmt: skip
_WHOLE_DAY: Final = {**_DAY, "duration_s": 86400.0}

# What providers round, in seconds: one total to the minute, or the sum of several.
_ROUNDED: Final = 60
_SUMMED: Final = 180


class _Measurement(Payload):
    INVARIANTS: ClassVar[Invariants] = (AnyOf(("measured_at", "day")),)

    measured_at: Timestamp | None = None
    """When it was measured; for what lasts, when it began. Absent for the value of a day if the
    provider gives no instant."""
    day: date | None = None
    """The member's local day that it belongs to; for a sleep, the day that it counts for, usually
    the day of waking."""
    record_id: ExternalId | None = None
    """The provider's id of the record. What arrives of one kind for a record replaces everything of
    that kind that is stored for it, unless its `revised_at` is older."""
    revised_at: Timestamp | None = None
    """When the provider last changed the record; absent if it does not say."""
    source_device: Label | None = None
    """What measured it, such as `Apple Watch`, if that is not the device of the event. Do not add
    up two sources of the same minutes."""
    source_app: Label | None = None
    """The application that wrote it, such as `com.strava.run`, if the provider collects from
    many."""
    recording_method: RecordingMethod | None = None


class _Reading(_Measurement):
    duration_s: SpanS | None = None
    """How long the measured time lasted; absent for an instant. 0 to 172,800 seconds."""
    statistic: Statistic | None = None
    """Absent if the value is a single reading."""
    relation_to_sleep: RelationToSleep | None = None


class _Span(_Measurement):
    INVARIANTS: ClassVar[Invariants] = (Needs("measured_at", "duration_s"),)

    duration_s: SpanS | None = None
    """How long it lasted; absent only for the total of a `day`. 0 to 172,800 seconds."""


class HeartRate(_Reading):
    """Heart rate (omh:heart-rate)."""

    kind: Literal["heart-rate"] = "heart-rate"
    heart_rate_bpm: HeartRateBpm
    """20 to 300 per minute."""

    EXAMPLE: ClassVar[Example] = {"kind": "heart-rate", **_WHILE_ASLEEP, "heart_rate_bpm": 52.0}


class RestingHeartRate(_Reading):
    """Heart rate at rest, which every provider derives in its own way, mostly from the night."""

    kind: Literal["resting-heart-rate"] = "resting-heart-rate"
    heart_rate_bpm: Annotated[float, Field(ge=20, le=200), Sensitive()]
    """20 to 200 per minute."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "resting-heart-rate",
        **_WHILE_ASLEEP,
        "statistic": "minimum",
        "heart_rate_bpm": 47.0,
    }


class HeartRateVariability(_Reading):
    """Heart rate variability as RMSSD, which Oura, WHOOP, Garmin, Polar and Fitbit deliver."""

    kind: Literal["heart-rate-variability"] = "heart-rate-variability"
    rmssd_ms: Annotated[float, Field(ge=1, le=1_000), Sensitive()]
    """Root mean square of successive differences between heartbeats. 1 to 1,000 milliseconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "heart-rate-variability",
        **_WHILE_ASLEEP,
        "rmssd_ms": 48.0,
    }


class HeartRateVariabilitySdnn(_Reading):
    """Heart rate variability as SDNN, which Apple Health delivers; not to be mixed with RMSSD."""

    kind: Literal["heart-rate-variability-sdnn"] = "heart-rate-variability-sdnn"
    sdnn_ms: Annotated[float, Field(ge=1, le=1_000), Sensitive()]
    """Standard deviation of the intervals between heartbeats. 1 to 1,000 milliseconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "heart-rate-variability-sdnn",
        **_MORNING,
        "duration_s": 60.0,
        "sdnn_ms": 52.4,
    }


class RrInterval(_Reading):
    """Time between two heartbeats (omh:rr-interval)."""

    kind: Literal["rr-interval"] = "rr-interval"
    rr_ms: Annotated[float, Field(ge=25, le=10_000), Sensitive()]
    """From extra beats to a pause of ten seconds. 25 to 10,000 milliseconds."""

    EXAMPLE: ClassVar[Example] = {"kind": "rr-interval", **_WHILE_ASLEEP, "rr_ms": 1152.0}


class OxygenSaturation(_Reading):
    """Oxygen saturation of the blood (omh:oxygen-saturation)."""

    kind: Literal["oxygen-saturation"] = "oxygen-saturation"
    oxygen_saturation_percent: Annotated[float, Field(ge=50, le=100), Sensitive()]
    """Pulse oximeters are specified from 70 (ISO 80601-2-61). 50 to 100 percent."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "oxygen-saturation",
        **_WHILE_ASLEEP,
        "oxygen_saturation_percent": 96.5,
    }


class RespiratoryRate(_Reading):
    """Breaths a minute (omh:respiratory-rate)."""

    kind: Literal["respiratory-rate"] = "respiratory-rate"
    breaths_per_minute: Annotated[float, Field(ge=2, le=100), Sensitive()]
    """2 to 100 per minute."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "respiratory-rate",
        **_WHILE_ASLEEP,
        "breaths_per_minute": 14.5,
    }


class SkinTemperature(_Reading):
    """Skin temperature: measured (WHOOP, Apple), or its difference from the usual (Oura, Garmin).

    Both where the provider delivers both, as Polar does. The ranges do not meet, so that one cannot
    be taken for the other.
    """

    INVARIANTS: ClassVar[Invariants] = (AnyOf(("temperature_c", "deviation_c")),)

    kind: Literal["skin-temperature"] = "skin-temperature"
    temperature_c: Annotated[float, Field(ge=15, le=45), Sensitive()] | None = None
    """Degrees Celsius. 15 to 45 degrees Celsius."""
    deviation_c: Annotated[float, Field(ge=-10, le=10), Sensitive()] | None = None
    """Degrees Celsius above the member's baseline, below 0 when colder. -10 to 10 degrees
    Celsius."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "skin-temperature",
        **_WHILE_ASLEEP,
        "temperature_c": 33.7,
        "deviation_c": -0.2,
    }


class Stress(_Reading):
    """Stress from 0 to 100, derived from heart rate variability, as Garmin has it."""

    INVARIANTS: ClassVar[Invariants] = (NotFraction("score"),)

    kind: Literal["stress"] = "stress"
    score: Score
    """0 to 100."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "stress",
        **_WHOLE_DAY,
        "statistic": "average",
        "score": 31.0,
    }


class StressTime(_Span):
    """Time by level of stress, as Garmin and Oura tell it for a day.

    Garmin counts rest, low, medium and high stress; Oura's daily stress knows only `recovery_high`
    and `stress_high`.
    """

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("rest_s", "low_s", "medium_s", "high_s")),
        AtMost(("rest_s", "low_s", "medium_s", "high_s"), "duration_s", slack=_SUMMED),
    )

    kind: Literal["stress-time"] = "stress-time"
    rest_s: SpanS | None = None
    """Without stress: Garmin's rest, Oura's time of high recovery. 0 to 172,800 seconds."""
    low_s: SpanS | None = None
    """0 to 172,800 seconds."""
    medium_s: SpanS | None = None
    """0 to 172,800 seconds."""
    high_s: SpanS | None = None
    """0 to 172,800 seconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "stress-time",
        **_WHOLE_DAY,
        "rest_s": 27660.0,
        "low_s": 12060.0,
        "medium_s": 6480.0,
        "high_s": 1320.0,
    }


class BodyBattery(_Reading):
    """Energy left, 0 to 100: Garmin's Body Battery, Samsung's energy score."""

    INVARIANTS: ClassVar[Invariants] = (NotFraction("score"),)

    kind: Literal["body-battery"] = "body-battery"
    score: Score
    """0 to 100."""

    EXAMPLE: ClassVar[Example] = {"kind": "body-battery", **_MORNING, "score": 78.0}


class Vo2Max(_Reading):
    """Maximal oxygen uptake, estimated."""

    kind: Literal["vo2-max"] = "vo2-max"
    vo2_max_ml_per_kg_min: Annotated[float, Field(ge=5, le=100), Sensitive()]
    """5 to 100 mL/kg/min."""

    EXAMPLE: ClassVar[Example] = {"kind": "vo2-max", **_MORNING, "vo2_max_ml_per_kg_min": 44.5}


class BodyWeight(_Reading):
    """Body weight (omh:body-weight)."""

    kind: Literal["body-weight"] = "body-weight"
    duration_s: Annotated[DurationS, Sensitive()] | None = None
    """How long the measured time lasted, at most a year; absent for an instant. 0 to 31,622,400
    seconds."""
    weight_kg: Annotated[float, Field(ge=20, le=500), Sensitive()]
    """20 to 500 kilograms."""

    EXAMPLE: ClassVar[Example] = {"kind": "body-weight", **_MORNING, "weight_kg": 82.5}


class BodyComposition(_Reading):
    """What a body is made of, from a scale or an analyzer (Withings, Garmin Index, InBody)."""

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(
            (
                "body_fat_percent",
                "fat_mass_kg",
                "fat_free_mass_kg",
                "muscle_mass_kg",
                "skeletal_muscle_mass_kg",
                "bone_mass_kg",
                "body_water_kg",
                "body_water_percent",
                "visceral_fat_level",
                "basal_metabolism_kcal",
            )
        ),
        AtMost(("fat_mass_kg", "fat_free_mass_kg"), "weight_kg", slack=1),
        AtMost("skeletal_muscle_mass_kg", "muscle_mass_kg"),
        AtMost(("muscle_mass_kg", "bone_mass_kg"), "fat_free_mass_kg", slack=1),
        AtMost("muscle_mass_kg", "weight_kg"),
        AtMost("bone_mass_kg", "weight_kg"),
        AtMost("body_water_kg", "weight_kg"),
    )

    kind: Literal["body-composition"] = "body-composition"
    duration_s: Annotated[DurationS, Sensitive()] | None = None
    """How long the measured time lasted, at most a year; absent for an instant. 0 to 31,622,400
    seconds."""
    weight_kg: Annotated[float, Field(ge=20, le=500), Sensitive()] | None = None
    """The weight that the parts are of. 20 to 500 kilograms."""
    body_fat_percent: Annotated[float, Field(ge=2, le=80), Sensitive()] | None = None
    """2 to 80 percent."""
    fat_mass_kg: Annotated[float, Field(ge=0.4, le=350), Sensitive()] | None = None
    """0.4 to 350 kilograms."""
    fat_free_mass_kg: Annotated[float, Field(ge=10, le=200), Sensitive()] | None = None
    """Everything but fat; also called lean body mass. 10 to 200 kilograms."""
    muscle_mass_kg: Annotated[float, Field(ge=5, le=150), Sensitive()] | None = None
    """5 to 150 kilograms."""
    skeletal_muscle_mass_kg: Annotated[float, Field(ge=2, le=100), Sensitive()] | None = None
    """2 to 100 kilograms."""
    bone_mass_kg: Annotated[float, Field(ge=0.5, le=15), Sensitive()] | None = None
    """0.5 to 15 kilograms."""
    body_water_kg: Annotated[float, Field(ge=5, le=200), Sensitive()] | None = None
    """5 to 200 kilograms."""
    body_water_percent: Annotated[float, Field(ge=20, le=90), Sensitive()] | None = None
    """Body water of the weight, as Garmin tells it. 20 to 90 percent."""
    visceral_fat_level: Annotated[float, Field(ge=0, le=60), Sensitive()] | None = None
    """The analyzer's own level; up to about 9 counts as healthy. 0 to 60."""
    basal_metabolism_kcal: Annotated[float, Field(ge=300, le=10_000), Sensitive()] | None = None
    """Kilocalories that the body burns in a day at rest. 300 to 10,000 kilocalories."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "body-composition",
        **_MORNING,
        "weight_kg": 82.5,
        "body_fat_percent": 21.8,
        "fat_mass_kg": 18.0,
        "fat_free_mass_kg": 64.5,
        "muscle_mass_kg": 61.3,
        "skeletal_muscle_mass_kg": 36.2,
        "bone_mass_kg": 3.2,
        "body_water_kg": 47.2,
        "body_water_percent": 57.2,
        "visceral_fat_level": 7.0,
        "basal_metabolism_kcal": 1780.0,
    }


class SleepStage(Payload):
    """A stretch of one sleep stage."""

    stage: Annotated[
        Literal[
            "awake", "light", "deep", "rem", "asleep", "restless", "in-bed", "out-of-bed", "unknown"
        ],
        Open(),
        Sensitive(),
    ]
    """`asleep` and `in-bed` if the provider says no more than that, as Apple Health may;
    `restless` is Fitbit's classic sleep; `unknown` is where there was no signal."""
    started_at: Timestamp
    duration_s: StageS
    """0 to 86,400 seconds."""

    EXAMPLE: ClassVar[Example] = {
        "stage": "light",
        "started_at": "2026-11-22T22:55:00+01:00",
        "duration_s": 1800.0,
    }


class Sleep(_Span):
    """One sleep, a night's or a nap (omh:sleep-episode, omh:total-sleep-time).

    `measured_at` and `duration_s` are what the provider's record covers: usually the time in bed,
    or the time from falling asleep to waking up. `time_in_bed_s` and `sleep_period_s` say which;
    each is absent if the provider does not say. Totals need not add up, because providers round
    and leave gaps, but no part is longer than the whole.
    """

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("duration_s", "time_in_bed_s", "sleep_period_s", "asleep_s")),
        AtMost("sleep_period_s", "time_in_bed_s", slack=_ROUNDED),
        AtMost("asleep_s", "duration_s", slack=_ROUNDED),
        AtMost("asleep_s", "sleep_period_s", slack=_ROUNDED),
        AtMost("asleep_s", "time_in_bed_s", slack=_ROUNDED),
        AtMost(("asleep_s", "awake_s"), "time_in_bed_s", slack=_SUMMED),
        AtMost(("light_s", "deep_s", "rem_s"), "asleep_s", slack=_SUMMED),
        AtMost(("awake_s", "light_s", "deep_s", "rem_s"), "duration_s", slack=_SUMMED),
        AtMost("latency_s", "time_in_bed_s", slack=_ROUNDED),
        Inside("stages", "measured_at", "duration_s", slack=_ROUNDED),
        NotFraction("score"),
    )

    kind: Literal["sleep"] = "sleep"
    time_in_bed_s: SpanS | None = None
    """From lying down to getting up. 0 to 172,800 seconds."""
    sleep_period_s: SpanS | None = None
    """From falling asleep to the last waking, with the time awake in between. 0 to 172,800
    seconds."""
    asleep_s: SpanS | None = None
    """Time asleep in all stages together. 0 to 172,800 seconds."""
    awake_s: StageS | None = None
    """Time awake within the record. 0 to 86,400 seconds."""
    light_s: StageS | None = None
    """Light sleep, N1 and N2; Apple Health calls it core sleep. 0 to 86,400 seconds."""
    deep_s: StageS | None = None
    """Deep sleep, N3; WHOOP calls it slow wave sleep. 0 to 86,400 seconds."""
    rem_s: StageS | None = None
    """0 to 86,400 seconds."""
    unknown_s: StageS | None = None
    """Time for which there was no signal. 0 to 86,400 seconds."""
    latency_s: StageS | None = None
    """From lying down to falling asleep. 0 to 86,400 seconds."""
    efficiency_percent: Annotated[float, Field(ge=5, le=100), Sensitive()] | None = None
    """Time asleep of the time in bed. 5 to 100 percent."""
    awakening_count: SensitiveCount | None = None
    """0 to 10,000."""
    score: Score | None = None
    """How good the provider found this sleep, 0 to 100; not comparable between providers. 0 to
    100."""
    is_nap: bool | None = None
    """Absent if the provider does not tell a nap from the night."""
    stages: Annotated[tuple[SleepStage, ...], Field(max_length=2_000)] = ()
    """In the order of time; empty if the provider delivers totals only."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "sleep",
        **_NIGHT,
        "duration_s": 28500.0,
        "time_in_bed_s": 28500.0,
        "sleep_period_s": 27660.0,
        "asleep_s": 26400.0,
        "awake_s": 1800.0,
        "light_s": 14700.0,
        "deep_s": 5400.0,
        "rem_s": 6300.0,
        "unknown_s": 300.0,
        "latency_s": 540.0,
        "efficiency_percent": 92.6,
        "awakening_count": 4,
        "score": 84.0,
        "is_nap": False,
        "stages": [SleepStage.EXAMPLE],
    }


class SleepScore(_Measurement):
    """How good the sleep of a day was, 0 to 100: Oura's daily sleep, Fitbit's sleep score.

    A score of one sleep is a field of that `Sleep`.
    """

    INVARIANTS: ClassVar[Invariants] = (NotFraction("score"),)

    kind: Literal["sleep-score"] = "sleep-score"
    score: Score
    """0 to 100."""

    EXAMPLE: ClassVar[Example] = {"kind": "sleep-score", **_NIGHT, "score": 81.0}


class Readiness(_Reading):
    """How ready a body is for strain, 0 to 100.

    Oura's readiness, WHOOP's recovery, Garmin's training readiness and Fitbit's daily readiness,
    which cannot be compared with each other. Recovery told in levels is a `RecoveryLevel`.
    """

    INVARIANTS: ClassVar[Invariants] = (NotFraction("score"),)

    kind: Literal["readiness"] = "readiness"
    score: Score
    """0 to 100."""

    EXAMPLE: ClassVar[Example] = {"kind": "readiness", **_NIGHT, "score": 84.0}


class RecoveryLevel(_Measurement):
    """How recovered a body is, as one of a few levels: Polar's Nightly Recharge, Oura's resilience.

    The levels go from 1, the worst, to `level_count`, the best.
    """

    INVARIANTS: ClassVar[Invariants] = (AtMost("level", "level_count"),)

    kind: Literal["recovery-level"] = "recovery-level"
    scale: Slug
    """Whose levels they are, such as `nightly-recharge`."""
    level: Annotated[int, Field(ge=1, le=20), Sensitive()]
    """1 to 20."""
    level_count: Annotated[int, Field(ge=2, le=20), Sensitive()]
    """How many levels there are, such as the 6 of Nightly Recharge. 2 to 20."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "recovery-level",
        **_NIGHT,
        "scale": "nightly-recharge",
        "level": 4,
        "level_count": 6,
    }


class AnsCharge(_Measurement):
    """Recovery of the autonomic nervous system in a night, compared with the usual (Polar).

    From the AccessLink field `ans_charge`.
    """

    kind: Literal["ans-charge"] = "ans-charge"
    charge: Annotated[float, Field(ge=-10, le=10), Sensitive()]
    """-10 far below the usual, 0 as usual, 10 far above. -10 to 10."""

    EXAMPLE: ClassVar[Example] = {"kind": "ans-charge", **_NIGHT, "charge": 1.4}


class Steps(_Span):
    """Steps taken in a time (omh:step-count)."""

    INVARIANTS: ClassVar[Invariants] = (AtMost("step_count", "duration_s", times=6),)

    kind: Literal["steps"] = "steps"
    step_count: Annotated[int, Field(ge=0, le=200_000), Sensitive()]
    """No more than 6 in a second; sprinters take 5. 0 to 200,000."""

    EXAMPLE: ClassVar[Example] = {"kind": "steps", **_WHOLE_DAY, "step_count": 8210}


class WheelchairPushes(_Span):
    """Pushes of a wheelchair in a time, which Apple, Garmin and Health Connect count for steps."""

    INVARIANTS: ClassVar[Invariants] = (AtMost("push_count", "duration_s", times=6),)

    kind: Literal["wheelchair-pushes"] = "wheelchair-pushes"
    push_count: Annotated[int, Field(ge=0, le=200_000), Sensitive()]
    """No more than 6 in a second. 0 to 200,000."""

    EXAMPLE: ClassVar[Example] = {"kind": "wheelchair-pushes", **_WHOLE_DAY, "push_count": 3400}


class Distance(_Span):
    """Distance covered in a time."""

    INVARIANTS: ClassVar[Invariants] = (AtMost("distance_m", "duration_s", times=42),)

    kind: Literal["distance"] = "distance"
    distance_m: DistanceM
    """No faster than 42 metres a second, 150 km/h. 0 to 1,000,000 metres."""

    EXAMPLE: ClassVar[Example] = {"kind": "distance", **_WHOLE_DAY, "distance_m": 6400.0}


class EnergyBurned(_Span):
    """Energy burned in a time (omh:calories-burned)."""

    INVARIANTS: ClassVar[Invariants] = (AtMost("energy_kcal", "duration_s", times=0.6),)

    kind: Literal["energy-burned"] = "energy-burned"
    energy_kcal: EnergyKcal
    """No more than 0.6 in a second, 36 in a minute. 0 to 20,000 kilocalories."""
    includes_basal: bool | None = None
    """Whether it is all that the body burned, or what activity burned; absent if the provider does
    not say."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "energy-burned",
        **_WHOLE_DAY,
        "energy_kcal": 540.0,
        "includes_basal": False,
    }


class ActiveTime(_Span):
    """Time by intensity: Apple's exercise time, Garmin's intensity and Fitbit's zone minutes."""

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("active_s", "light_s", "moderate_s", "vigorous_s", "sedentary_s")),
        AtMost(("sedentary_s", "light_s", "moderate_s", "vigorous_s"), "duration_s", slack=_SUMMED),
        AtMost(("light_s", "moderate_s", "vigorous_s"), "active_s", slack=_SUMMED),
        AtMost("active_s", "duration_s", slack=_ROUNDED),
    )

    kind: Literal["active-time"] = "active-time"
    active_s: SpanS | None = None
    """In all intensities together. 0 to 172,800 seconds."""
    sedentary_s: SpanS | None = None
    """0 to 172,800 seconds."""
    light_s: SpanS | None = None
    """0 to 172,800 seconds."""
    moderate_s: SpanS | None = None
    """0 to 172,800 seconds."""
    vigorous_s: SpanS | None = None
    """0 to 172,800 seconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "active-time",
        **_WHOLE_DAY,
        "active_s": 18300.0,
        "sedentary_s": 34200.0,
        "light_s": 14400.0,
        "moderate_s": 2700.0,
        "vigorous_s": 1200.0,
    }


class WhoopStrain(_Measurement):
    """Cardiovascular load of a day as WHOOP has it, on Borg's scale stretched to 21."""

    kind: Literal["whoop-strain"] = "whoop-strain"
    strain: Annotated[float, Field(ge=0, le=21), Sensitive()]
    """0 to 21."""
    duration_s: SpanS | None = None
    """How long the cycle lasted; absent while it goes on. 0 to 172,800 seconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "whoop-strain",
        **_DAY,
        "strain": 12.4,
        "duration_s": 84600.0,
    }


LoadMethod: TypeAlias = Annotated[
    Literal[
        "trimp",
        "cardio-load",
        "muscle-load",
        "perceived-load",
        "tss",
        "session-rpe",
        "epoc",
        "relative-effort",
        "whoop-strain",
        "myzone-effort-points",
        "peloton-strive-score",
        "technogym-moves",
    ],
    Open(),
]
"""How a training load is calculated: Banister's TRIMP; Polar's three loads, of which the cardio
load is a TRIMP; TrainingPeaks' Training Stress Score; exertion times minutes (Foster); Garmin's,
from EPOC; Strava's relative effort; WHOOP's strain, 0 to 21; Myzone's MEPs, Peloton's Strive Score
and Technogym's MOVEs. Loads of different methods cannot be compared."""


class WorkoutLoad(Payload):
    """A training load, which means nothing without its method."""

    INVARIANTS: ClassVar[Invariants] = (
        When("method", ("whoop-strain",), Between("value", 0, 21)),
        When("method", ("tss", "epoc", "relative-effort"), Between("value", 0, 2_000)),
    )

    value: Annotated[float, Field(ge=0, le=10_000), Sensitive()]
    """0 to 10,000."""
    method: LoadMethod

    EXAMPLE: ClassVar[Example] = {"value": 132.0, "method": "epoc"}


class TrainingLoad(_Measurement, WorkoutLoad):
    """Training load of a day, and how it compares with the last weeks (Polar, Garmin, Suunto).

    From Polar's AccessLink: `cardio_load`, `strain` (7 days), `tolerance` (28 days) and
    `cardio_load_ratio`.
    """

    kind: Literal["training-load"] = "training-load"
    acute_load: Annotated[float, Field(ge=0, le=10_000), Sensitive()] | None = None
    """The average of a day in the last 7 days. 0 to 10,000."""
    chronic_load: Annotated[float, Field(ge=0, le=10_000), Sensitive()] | None = None
    """The average of a day in the last 28 days. 0 to 10,000."""
    acute_chronic_ratio: Annotated[float, Field(ge=0, le=20), Sensitive()] | None = None
    """The acute load over the chronic one. 0 to 20."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "training-load",
        **_DAY,
        "value": 143.0,
        "method": "cardio-load",
        "acute_load": 96.0,
        "chronic_load": 88.0,
        "acute_chronic_ratio": 1.09,
    }


class _Series(_Measurement):
    """Values at even intervals, the first of them at `measured_at`; None where there is none."""

    INVARIANTS: ClassVar[Invariants] = (AnyOf(("measured_at",)),)

    interval_s: Annotated[float, Field(gt=0, le=86_400)]
    """From one value to the next. More than 0, at most 86,400 seconds."""


# A day and a journey, and a day of one value a second.
_LONGEST_SERIES: Final = 172_800
_MOST_VALUES: Final = 86_400


class HeartRateSeries(_Series):
    """Heart rate over hours: a day at one value a second fits into one event."""

    INVARIANTS: ClassVar[Invariants] = (LastsAtMost("values_bpm", "interval_s", _LONGEST_SERIES),)

    kind: Literal["heart-rate-series"] = "heart-rate-series"
    values_bpm: Annotated[
        tuple[Annotated[int, Field(ge=20, le=300)] | None, ...],
        Field(min_length=1, max_length=_MOST_VALUES),
        Sensitive(),
    ]
    """Whole beats a minute; None where there is a gap."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "heart-rate-series",
        **_DAY,
        "interval_s": 15.0,
        "values_bpm": [61, 62, None, 64],
    }


class HeartRateVariabilitySeries(_Series):
    """Heart rate variability as RMSSD over a night, mostly of five minutes each."""

    INVARIANTS: ClassVar[Invariants] = (LastsAtMost("values_ms", "interval_s", _LONGEST_SERIES),)

    kind: Literal["heart-rate-variability-series"] = "heart-rate-variability-series"
    values_ms: Annotated[
        tuple[Annotated[float, Field(ge=1, le=1_000)] | None, ...],
        Field(min_length=1, max_length=10_000),
        Sensitive(),
    ]
    """None where there is a gap."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "heart-rate-variability-series",
        **_NIGHT,
        "interval_s": 300.0,
        "values_ms": [44.0, None, 51.0],
    }


class OxygenSaturationSeries(_Series):
    """Oxygen saturation of the blood over a night."""

    INVARIANTS: ClassVar[Invariants] = (
        LastsAtMost("values_percent", "interval_s", _LONGEST_SERIES),
    )

    kind: Literal["oxygen-saturation-series"] = "oxygen-saturation-series"
    values_percent: Annotated[
        tuple[Annotated[float, Field(ge=50, le=100)] | None, ...],
        Field(min_length=1, max_length=10_000),
        Sensitive(),
    ]
    """None where there is a gap."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "oxygen-saturation-series",
        **_NIGHT,
        "interval_s": 60.0,
        "values_percent": [96.0, None, 95.0],
    }


class RespiratoryRateSeries(_Series):
    """Breaths a minute over a night or a day."""

    INVARIANTS: ClassVar[Invariants] = (
        LastsAtMost("values_per_minute", "interval_s", _LONGEST_SERIES),
    )

    kind: Literal["respiratory-rate-series"] = "respiratory-rate-series"
    values_per_minute: Annotated[
        tuple[Annotated[float, Field(ge=2, le=100)] | None, ...],
        Field(min_length=1, max_length=10_000),
        Sensitive(),
    ]
    """None where there is a gap."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "respiratory-rate-series",
        **_NIGHT,
        "interval_s": 60.0,
        "values_per_minute": [14.6, 14.4, None, 14.3],
    }


class StressSeries(_Series):
    """Stress from 0 to 100 over a day, mostly of three minutes each (Garmin)."""

    INVARIANTS: ClassVar[Invariants] = (LastsAtMost("scores", "interval_s", _LONGEST_SERIES),)

    kind: Literal["stress-series"] = "stress-series"
    scores: Annotated[
        tuple[Annotated[int, Field(ge=0, le=100)] | None, ...],
        Field(min_length=1, max_length=10_000),
        Sensitive(),
    ]
    """Whole numbers; None where there is a gap, or the member was too active to tell."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "stress-series",
        **_DAY,
        "interval_s": 180.0,
        "scores": [18, 51, None, 28],
    }


class BodyBatterySeries(_Series):
    """Energy left, 0 to 100, over a day (Garmin's Body Battery)."""

    INVARIANTS: ClassVar[Invariants] = (LastsAtMost("scores", "interval_s", _LONGEST_SERIES),)

    kind: Literal["body-battery-series"] = "body-battery-series"
    scores: Annotated[
        tuple[Annotated[int, Field(ge=0, le=100)] | None, ...],
        Field(min_length=1, max_length=10_000),
        Sensitive(),
    ]
    """Whole numbers; None where there is a gap."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "body-battery-series",
        **_DAY,
        "interval_s": 180.0,
        "scores": [61, 60, 58],
    }


DescriptiveStatistic: TypeAlias = Annotated[
    Literal[
        "average",
        "count",
        "maximum",
        "median",
        "minimum",
        "percentile",
        "quartile-deviation",
        "standard-deviation",
        "sum",
        "variance",
    ],
    Open(),
]
"""What a value says of many: the descriptive statistics of Open mHealth, whose quartiles, quintiles
and percentiles are all a `percentile` here."""

StatisticWindow: TypeAlias = Annotated[
    Literal[
        "second", "minute", "hour", "day", "week", "month", "year", "episode", "meal", "session"
    ],
    Open(),
]
"""What each of the many was: the statistic denominators of Open mHealth."""

StatisticSubject: TypeAlias = Annotated[
    Literal[
        "body-fat",
        "body-weight",
        "distance",
        "energy-burned",
        "heart-rate",
        "heart-rate-variability",
        "oxygen-saturation",
        "respiratory-rate",
        "resting-heart-rate",
        "rr-interval",
        "sleep-duration",
        "step-count",
    ],
    Open(),
]
"""What was measured many times."""

StatisticUnit: TypeAlias = Literal[
    "/min", "ms", "s", "%", "kg", "m", "kcal", "1", "/min2", "ms2", "s2", "%2", "kg2", "m2", "kcal2"
]
"""The unit of a statistic in UCUM (https://ucum.org); that of a variance is a square."""

_PLAIN_UNITS: Final = {
    "/min": 300,
    "ms": 10_000,
    "s": 172_800,
    "%": 100,
    "kg": 500,
    "m": 1_000_000,
    "kcal": 20_000,
    "1": 200_000,
}
_SQUARES: Final = ("/min2", "ms2", "s2", "%2", "kg2", "m2", "kcal2", "1")
_OF_ONE: Final = (
    "average", "maximum", "median", "minimum", "quartile-deviation", "standard-deviation",
    "percentile",
)  # fmt: skip


class StatisticOfMany(_Measurement):
    """What many measurements have in common, such as the average night of a month.

    A statistic of the values within one time, in their unit, is a `statistic` of that measurement.
    From Open mHealth's `descriptive_statistic` and `descriptive_statistic_denominator`.
    """

    INVARIANTS: ClassVar[Invariants] = (
        When("statistic", ("percentile",), AnyOf(("percentile",))),
        When("statistic", ("count", "sum", "variance", *_OF_ONE[:-1]), Absent("percentile")),
        When("statistic", ("variance",), Among("unit", _SQUARES)),
        When("statistic", ("count",), Among("unit", ("1",))),
        When("statistic", (*_OF_ONE, "sum"), Among("unit", tuple(_PLAIN_UNITS))),
        *(
            When("statistic", _OF_ONE, When("unit", (unit,), Between("value", 0, most)))
            for unit, most in _PLAIN_UNITS.items()
        ),
    )

    kind: Literal["statistic"] = "statistic"
    of: StatisticSubject
    statistic: DescriptiveStatistic
    percentile: Annotated[float, Field(ge=0, le=100)] | None = None
    """Which one, if the statistic is a percentile: 25 for the lower quartile. 0 to 100."""
    per: StatisticWindow | None = None
    """What each of the many was of, such as the average *day*."""
    value: Annotated[float, Field(ge=0), Sensitive()]
    """At least 0."""
    unit: StatisticUnit
    duration_s: Annotated[DurationS, Sensitive()] | None = None
    """How long the time lasted in which the many were, at most a year. 0 to 31,622,400 seconds."""

    EXAMPLE: ClassVar[Example] = {
        "kind": "statistic",
        **_DAY,
        "of": "sleep-duration",
        "statistic": "average",
        "per": "day",
        "value": 26400.0,
        "unit": "s",
        "duration_s": 2592000.0,
    }


class UnrecognizedMeasurement(Payload):
    """A measurement of a kind that this version does not know, sent by a newer producer.

    Only reading makes one: a handler can skip it or store its kind, and its run does not fail.
    """

    kind: Annotated[str, Field(min_length=1, max_length=64)]

    EXAMPLE: ClassVar[Example] = {"kind": "grip-strength"}


Measurement: TypeAlias = Annotated[
    HeartRate
    | RestingHeartRate
    | HeartRateVariability
    | HeartRateVariabilitySdnn
    | RrInterval
    | OxygenSaturation
    | RespiratoryRate
    | SkinTemperature
    | Stress
    | StressTime
    | BodyBattery
    | Vo2Max
    | BodyWeight
    | BodyComposition
    | Sleep
    | SleepScore
    | Readiness
    | RecoveryLevel
    | AnsCharge
    | Steps
    | WheelchairPushes
    | Distance
    | EnergyBurned
    | ActiveTime
    | WhoopStrain
    | TrainingLoad
    | HeartRateSeries
    | HeartRateVariabilitySeries
    | OxygenSaturationSeries
    | RespiratoryRateSeries
    | StressSeries
    | BodyBatterySeries
    | StatisticOfMany
    | UnrecognizedMeasurement,
    OpenKinds(fallback=UnrecognizedMeasurement),
]
"""What a wearable measured, told apart by `kind`."""

MeasurementKind: TypeAlias = Annotated[
    Literal[
        "heart-rate",
        "resting-heart-rate",
        "heart-rate-variability",
        "heart-rate-variability-sdnn",
        "rr-interval",
        "oxygen-saturation",
        "respiratory-rate",
        "skin-temperature",
        "stress",
        "stress-time",
        "body-battery",
        "vo2-max",
        "body-weight",
        "body-composition",
        "sleep",
        "sleep-score",
        "readiness",
        "recovery-level",
        "ans-charge",
        "steps",
        "wheelchair-pushes",
        "distance",
        "energy-burned",
        "active-time",
        "whoop-strain",
        "training-load",
        "heart-rate-series",
        "heart-rate-variability-series",
        "oxygen-saturation-series",
        "respiratory-rate-series",
        "stress-series",
        "body-battery-series",
        "statistic",
    ],
    Open(),
]
"""The kind of a measurement."""
