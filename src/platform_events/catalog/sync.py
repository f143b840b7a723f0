"""Data arriving from wearables, and integrations that pull or push data.

Measurements take their names and units from Open mHealth and IEEE 1752.1
(https://w3id.org/openmhealth); their kinds are what Oura, WHOOP, Garmin, Fitbit and Apple Health
deliver. Something that lasts is a beginning and a duration, so that none can end before it begins.
"""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..events.event import Event
from ..events.fields import (
    ConnectionId,
    Count,
    DistanceM,
    DurationS,
    EnergyKcal,
    EventId,
    FreeText,
    GymId,
    HeartRateBpm,
    MemberId,
    Open,
    OpenKinds,
    Percentage,
    RecordId,
    Score,
    Sensitive,
    SensitiveDurationS,
    Slug,
    Timestamp,
)
from ..events.payload import Payload

WearableProvider: TypeAlias = Annotated[
    Literal[
        "apple-health",
        "coros",
        "fitbit",
        "garmin",
        "health-connect",
        "open-mhealth",
        "oura",
        "polar",
        "samsung-health",
        "suunto",
        "ultrahuman",
        "whoop",
        "withings",
    ],
    Open(),
]
"""Who delivers the measurements: the service, not the device."""

Statistic: TypeAlias = Annotated[
    Literal["average", "maximum", "median", "minimum", "standard-deviation", "sum", "variance"],
    Open(),
]
"""What a value says of many: the descriptive statistics of Open mHealth."""

StatisticWindow: TypeAlias = Annotated[Literal["day", "episode", "meal", "session"], Open()]
"""What each of the many was: the statistic denominators of Open mHealth."""

RelationToSleep: TypeAlias = Annotated[Literal["before-sleep", "during-sleep", "on-waking"], Open()]
"""When a value was measured, seen from the member's sleep; after Open mHealth."""


class _Measurement(Payload):
    measured_at: Timestamp
    """When it was measured; of something that lasts, when that began."""
    statistic: Statistic | None = None
    """Absent when the value is the thing itself: one reading, one total, one night."""
    statistic_window: StatisticWindow | None = None
    """With a statistic: what each of its many values was of, such as the average *day*."""
    relation_to_sleep: RelationToSleep | None = None


class _Reading(_Measurement):
    duration_s: SensitiveDurationS | None = None
    """How long the time lasted that the value is of; absent for an instant."""


class _Span(_Measurement):
    duration_s: SensitiveDurationS
    """How long it lasted."""


class HeartRate(_Reading):
    """Heart rate (omh:heart-rate)."""

    kind: Literal["heart-rate"] = "heart-rate"
    heart_rate_bpm: Annotated[float, Field(ge=0, le=300), Sensitive()]
    """Below 10 only as a statistic, such as a standard deviation."""


class RestingHeartRate(_Reading):
    """Heart rate at rest, which every provider derives in its own way, mostly from the night."""

    kind: Literal["resting-heart-rate"] = "resting-heart-rate"
    heart_rate_bpm: HeartRateBpm


class HeartRateVariability(_Reading):
    """Heart rate variability as RMSSD, which Oura, WHOOP, Garmin and Fitbit deliver."""

    kind: Literal["heart-rate-variability"] = "heart-rate-variability"
    rmssd_ms: Annotated[float, Field(ge=0, le=1_000), Sensitive()]
    """Root mean square of successive differences between heartbeats."""


class HeartRateVariabilitySdnn(_Reading):
    """Heart rate variability as SDNN, which Apple Health delivers; not to be mixed with RMSSD."""

    kind: Literal["heart-rate-variability-sdnn"] = "heart-rate-variability-sdnn"
    sdnn_ms: Annotated[float, Field(ge=0, le=1_000), Sensitive()]
    """Standard deviation of the intervals between heartbeats."""


class RrInterval(_Reading):
    """Time between two heartbeats (omh:rr-interval)."""

    kind: Literal["rr-interval"] = "rr-interval"
    rr_ms: Annotated[float, Field(gt=0, le=10_000), Sensitive()]


class SleepStage(Payload):
    """A stretch of one sleep stage."""

    stage: Annotated[Literal["awake", "light", "deep", "rem", "asleep"], Open(), Sensitive()]
    """`asleep` where the provider tells no more than that."""
    started_at: Timestamp
    duration_s: SensitiveDurationS


class Sleep(_Span):
    """One sleep, a night's or a nap (omh:sleep-episode, omh:total-sleep-time).

    `measured_at` and `duration_s` are the time in bed. Totals are given where the provider
    delivers them; they need not add up, because providers round and leave gaps.
    """

    kind: Literal["sleep"] = "sleep"
    asleep_s: SensitiveDurationS | None = None
    """Time asleep in all stages together."""
    awake_s: SensitiveDurationS | None = None
    light_s: SensitiveDurationS | None = None
    """Light sleep, N1 and N2; Apple Health calls it core sleep."""
    deep_s: SensitiveDurationS | None = None
    """Deep sleep, N3."""
    rem_s: SensitiveDurationS | None = None
    latency_s: SensitiveDurationS | None = None
    """From going to bed to falling asleep."""
    efficiency_percent: Percentage | None = None
    """Time asleep of the time in bed."""
    is_nap: bool | None = None
    """Absent where the provider does not tell a nap from the night."""
    stages: Annotated[tuple[SleepStage, ...], Field(max_length=2_000)] = ()
    """In the order of time; empty where the provider delivers totals alone."""


class Readiness(_Reading):
    """How ready a body is for strain, 0 to 100.

    Oura's readiness, WHOOP's recovery, Garmin's training readiness and Fitbit's daily readiness;
    they are not comparable with each other.
    """

    kind: Literal["readiness"] = "readiness"
    day: date
    """The member's local day that it is for."""
    score: Score


class Steps(_Span):
    """Steps taken in a time (omh:step-count)."""

    kind: Literal["steps"] = "steps"
    step_count: Annotated[float, Field(ge=0, le=10_000_000), Sensitive()]
    """A whole number, unless it is a statistic."""


class Distance(_Span):
    """Distance covered in a time."""

    kind: Literal["distance"] = "distance"
    distance_m: DistanceM


class EnergyBurned(_Span):
    """Energy burned in a time (omh:calories-burned)."""

    kind: Literal["energy-burned"] = "energy-burned"
    energy_kcal: EnergyKcal
    includes_basal: bool
    """Whether the energy is all that the body burned, or by activity alone."""


class OxygenSaturation(_Reading):
    """Oxygen saturation of the blood (omh:oxygen-saturation)."""

    kind: Literal["oxygen-saturation"] = "oxygen-saturation"
    oxygen_saturation_percent: Percentage


class RespiratoryRate(_Reading):
    """Breaths a minute (omh:respiratory-rate)."""

    kind: Literal["respiratory-rate"] = "respiratory-rate"
    breaths_per_minute: Annotated[float, Field(gt=0, le=200), Sensitive()]


class SkinTemperature(_Reading):
    """Skin temperature, as most rings and watches deliver it: the difference from the usual."""

    kind: Literal["skin-temperature"] = "skin-temperature"
    deviation_c: Annotated[float, Field(ge=-20, le=20), Sensitive()]
    """Degrees Celsius above the member's baseline, below 0 when colder."""


class Strain(_Reading):
    """Cardiovascular load as WHOOP has it, on Borg's scale stretched to 21."""

    kind: Literal["strain"] = "strain"
    strain: Annotated[float, Field(ge=0, le=21), Sensitive()]


class Stress(_Reading):
    """Stress derived from heart rate variability, as Garmin has it."""

    kind: Literal["stress"] = "stress"
    score: Score


class Vo2Max(_Reading):
    """Maximal oxygen uptake, estimated."""

    kind: Literal["vo2-max"] = "vo2-max"
    vo2_max_ml_per_kg_min: Annotated[float, Field(gt=0, le=120), Sensitive()]


class BodyWeight(_Reading):
    """Body weight (omh:body-weight)."""

    kind: Literal["body-weight"] = "body-weight"
    weight_kg: Annotated[float, Field(gt=0, le=700), Sensitive()]


class UnrecognizedMeasurement(Payload):
    """A measurement of a kind that this version does not know, sent by a newer producer.

    Only reading makes one: a handler can skip it or store its kind, and its run does not fail.
    """

    kind: Annotated[str, Field(min_length=1, max_length=64)]


Measurement: TypeAlias = Annotated[
    HeartRate
    | RestingHeartRate
    | HeartRateVariability
    | HeartRateVariabilitySdnn
    | RrInterval
    | Sleep
    | Readiness
    | Steps
    | Distance
    | EnergyBurned
    | OxygenSaturation
    | RespiratoryRate
    | SkinTemperature
    | Strain
    | Stress
    | Vo2Max
    | BodyWeight
    | UnrecognizedMeasurement,
    OpenKinds(fallback=UnrecognizedMeasurement),
]
"""What a wearable measured, told apart by `kind`."""

IntegrationService: TypeAlias = Annotated[
    Literal[
        "glofox",
        "google-calendar",
        "mindbody",
        "stripe",
        "strava",
        "trainingpeaks",
        "wodify",
        "zapier",
    ],
    Open(),
]
"""The external service that an integration talks to."""

IntegrationResource: TypeAlias = Annotated[
    Literal["members", "memberships", "attendance", "classes", "workouts", "payments"], Open()
]
"""What kind of records moves."""

IntegrationReason: TypeAlias = Annotated[
    Literal["scheduled", "manual", "webhook", "backfill", "retry", "record-changed"], Open()
]
"""Why a pull or a push was asked for."""


class WearableDataReceived(Event, name="platform/sync.wearable-data-received"):
    """Measurements of one member arrived from one provider.

    Sent by sync when a provider's webhook or a poll delivered something new; many measurements in
    one event rather than many events. Handled by scoring (calculates again) and alerts (risk
    checks).
    """

    member_id: MemberId
    gym_id: GymId | None = None
    """The gym on whose behalf the provider is connected; absent for a member's own connection."""
    provider: WearableProvider
    connection_id: ConnectionId | None = None
    device: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """The device as the provider names it."""
    measurements: Annotated[tuple[Measurement, ...], Field(min_length=1, max_length=1_000)]
    is_backfill: bool = False
    """Whether it is history, fetched when the member connected the provider."""
    received_at: Timestamp


class IntegrationPullRequested(Event, name="platform/sync.integration-pull-requested"):
    """Fetch records from an external service.

    Sent by the schedule, by the service's webhook and by a person's click. Handled by sync, which
    answers with `IntegrationSynced` or `IntegrationFailed`.
    """

    gym_id: GymId
    connection_id: ConnectionId
    service: IntegrationService
    resource: IntegrationResource
    reason: IntegrationReason
    changed_since: Timestamp | None = None
    """Only what changed after it; absent for everything."""
    caused_by: EventId | None = None


class IntegrationPushRequested(Event, name="platform/sync.integration-push-requested"):
    """Bring records of the platform to an external service.

    Sent by any service whose records changed. Handled by sync, which answers with
    `IntegrationSynced` or `IntegrationFailed`.
    """

    gym_id: GymId
    connection_id: ConnectionId
    service: IntegrationService
    resource: IntegrationResource
    record_ids: Annotated[tuple[RecordId, ...], Field(min_length=1, max_length=1_000)]
    reason: IntegrationReason
    caused_by: EventId | None = None


class IntegrationSynced(Event, name="platform/sync.integration-synced"):
    """A pull or a push came to its end.

    Sent by sync. Handled by scoring (new workouts), alerts (attendance) and sync (the state shown
    to owners).
    """

    gym_id: GymId
    connection_id: ConnectionId
    service: IntegrationService
    resource: IntegrationResource
    direction: Literal["pull", "push"]
    created_count: Count
    updated_count: Count
    skipped_count: Count = 0
    """Records that made no sense and were left out."""
    started_at: Timestamp
    duration_s: DurationS
    caused_by: EventId | None = None
    """The request that it answers."""


class IntegrationFailed(Event, name="platform/sync.integration-failed"):
    """A pull or a push failed.

    Sent by sync after its own retries. Handled by sync (tries again later, if that may help) and
    alerts (tells the owner to connect again).
    """

    gym_id: GymId
    connection_id: ConnectionId
    service: IntegrationService
    resource: IntegrationResource
    direction: Literal["pull", "push"]
    error: Annotated[
        Literal[
            "unauthorized",
            "rate-limited",
            "unavailable",
            "time-out",
            "invalid-answer",
            "rejected",
            "internal",
        ],
        Open(),
    ]
    error_code: Slug | None = None
    """The service's own code."""
    message: FreeText | None = None
    """The service's own words, which may quote a member's data."""
    is_retriable: bool
    """Whether trying again may help without a person's doing."""
    failed_at: Timestamp
    retry_at: Timestamp | None = None
    """When sync tries again; absent when it does not."""
    caused_by: EventId | None = None
    """The request that it answers."""
