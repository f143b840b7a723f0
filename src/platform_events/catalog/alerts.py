"""Risks and thresholds that gym owners and coaches should hear of."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ..events.event import Event
from ..events.fields import (
    Count,
    EventId,
    GymId,
    MemberId,
    Open,
    Probability,
    RuleId,
    Sensitive,
    Slug,
    Timestamp,
    Version,
)
from ..events.invariants import AtMost, Invariants, Needs, Unique, When
from ..events.payload import Example, Payload

CheckReason: TypeAlias = Annotated[
    Literal[
        "score-calculated",
        "workout-logged",
        "wearable-data-received",
        "attendance-changed",
        "membership-changed",
        "wearable-data-removed",
        "scheduled",
        "manual",
    ],
    Open(),
]
"""What made a risk check necessary."""

RiskLevel: TypeAlias = Annotated[Literal["low", "moderate", "high"], Sensitive()]
"""A risk as dashboards show it; the detecting pipeline draws the lines."""

RiskClearance: TypeAlias = Annotated[
    Literal["recovered", "dismissed", "member-left", "superseded"], Open()
]
"""Why a risk is no longer shown: it is over, a person said so, the member is no longer there, or
another detection takes its place."""

BodyRegion: TypeAlias = Annotated[
    Literal[
        "head",
        "neck",
        "shoulder",
        "upper-arm",
        "elbow",
        "forearm",
        "wrist",
        "hand",
        "chest",
        "abdomen",
        "back",
        "upper-back",
        "lower-back",
        "hip",
        "groin",
        "thigh",
        "knee",
        "lower-leg",
        "ankle",
        "foot",
        "whole-body",
    ],
    Open(),
    Sensitive(),
]
"""A part of the body: the areas of the IOC consensus statement on recording injuries in sport
(Bahr et al., British Journal of Sports Medicine 54:372, 2020), with `back` for either half of the
spine where the model does not tell. The back of the thigh and the calf belong to `thigh` and
`lower-leg`, fingers to `hand`, toes to `foot`."""

Audience: TypeAlias = Literal["owner", "coach"]
"""Whose dashboard shows an alert."""


class RiskFactor(Payload):
    """One thing that speaks for a risk, and how much."""

    factor: Annotated[Slug, Sensitive()]
    """What it is, such as `missed-sessions` or `low-hrv`."""
    weight: Annotated[float, Field(ge=-1, le=1), Sensitive()]
    """Its share in the result: 1 speaks for the risk alone, below 0 speaks against it. -1 to 1."""

    EXAMPLE: ClassVar[Example] = {"factor": "missed-sessions", "weight": 0.7}


RiskFactors: TypeAlias = Annotated[tuple[RiskFactor, ...], Field(max_length=50)]
"""The strongest first."""


class ChurnRiskCheck(Event, name="platform/alerts.churn-risk-check"):
    """Check whether a member is about to leave the gym.

    Sent by scoring after a new score and by the nightly schedule. Handled by the churn-risk
    pipeline, which sends `ChurnRiskDetected` when there is a risk.
    """

    member_id: MemberId
    gym_id: GymId
    reason: CheckReason
    caused_by: EventId | None = None
    """The event that made it necessary."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_ben",
        "gym_id": "gym_north",
        "reason": "attendance-changed",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class ChurnRiskDetected(Event, name="platform/alerts.churn-risk-detected"):
    """A member may leave the gym.

    Sent by the churn-risk pipeline. Handled by alerts (dashboards and messages of owners and
    coaches).
    """

    member_id: MemberId
    gym_id: GymId
    probability: Probability
    """That the member leaves within the horizon, as the model says. 0 to 1."""
    horizon_days: Annotated[Count, Field(ge=1, le=366)]
    """1 to 366 days."""
    level: RiskLevel
    factors: RiskFactors = ()
    model_version: Version
    detected_at: Timestamp
    caused_by: EventId | None = None
    """The `ChurnRiskCheck` that found it."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_ben",
        "gym_id": "gym_north",
        "probability": 0.62,
        "horizon_days": 30,
        "level": "high",
        "factors": [
            {"factor": "missed-sessions", "weight": 0.7},
            {"factor": "payment-failed", "weight": 0.2},
        ],
        "model_version": "churn-7",
        "detected_at": "2026-11-23T18:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class ChurnRiskCleared(Event, name="platform/alerts.churn-risk-cleared"):
    """A member is no longer about to leave the gym.

    Sent by the churn-risk pipeline when a check finds no risk any more, and by alerts when an owner
    or coach closes the alert. Handled by alerts (takes it off the dashboards).
    """

    member_id: MemberId
    gym_id: GymId
    reason: RiskClearance
    cleared_at: Timestamp
    caused_by: EventId | None = None
    """The `ChurnRiskDetected` that it ends."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_ben",
        "gym_id": "gym_north",
        "reason": "recovered",
        "cleared_at": "2026-12-07T06:00:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class InjuryRiskCheck(Event, name="platform/alerts.injury-risk-check"):
    """Check whether a member is about to be injured.

    Sent by scoring after a workout and by sync after new wearable data. Handled by the injury-risk
    pipeline, which sends `InjuryRiskDetected` when there is a risk.
    """

    member_id: MemberId
    gym_id: GymId
    reason: CheckReason
    caused_by: EventId | None = None
    """The event that made it necessary."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "reason": "workout-logged",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class InjuryRiskDetected(Event, name="platform/alerts.injury-risk-detected"):
    """A member may get injured if training goes on as it does.

    Sent by the injury-risk pipeline. Handled by alerts (the coach's dashboard and message).
    """

    INVARIANTS: ClassVar[Invariants] = (Needs("body_side", "body_region"),)

    member_id: MemberId
    gym_id: GymId
    probability: Probability
    """Of an injury within the horizon, as the model says. 0 to 1."""
    horizon_days: Annotated[Count, Field(ge=1, le=366)]
    """1 to 366 days."""
    level: RiskLevel
    body_region: BodyRegion | None = None
    """The part of the body that is at risk, where the model tells."""
    body_side: Annotated[Literal["left", "right", "both", "middle"], Sensitive()] | None = None
    """Which of the two it is; `middle` for what there is one of."""
    acute_chronic_workload_ratio: Annotated[float, Field(ge=0, le=20), Sensitive()] | None = None
    """Training load of the last 7 days over the weekly mean of the last 28 days. 0 to 20."""
    factors: RiskFactors = ()
    model_version: Version
    detected_at: Timestamp
    caused_by: EventId | None = None
    """The `InjuryRiskCheck` that found it."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "probability": 0.21,
        "horizon_days": 14,
        "level": "moderate",
        "body_region": "knee",
        "body_side": "left",
        "acute_chronic_workload_ratio": 1.52,
        "factors": [
            {"factor": "high-load-ratio", "weight": 0.6},
            {"factor": "low-hrv", "weight": 0.3},
        ],
        "model_version": "injury-3",
        "detected_at": "2026-11-23T18:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class InjuryRiskCleared(Event, name="platform/alerts.injury-risk-cleared"):
    """A member is no longer about to be injured.

    Sent by the injury-risk pipeline when a check finds no risk any more, and by alerts when a coach
    closes the alert. Handled by alerts (takes it off the coach's dashboard).
    """

    INVARIANTS: ClassVar[Invariants] = (Needs("body_side", "body_region"),)

    member_id: MemberId
    gym_id: GymId
    body_region: BodyRegion | None = None
    """The part of the body; absent for every risk of injury."""
    body_side: Annotated[Literal["left", "right", "both", "middle"], Sensitive()] | None = None
    reason: RiskClearance
    cleared_at: Timestamp
    caused_by: EventId | None = None
    """The `InjuryRiskDetected` that it ends."""

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "body_region": "knee",
        "body_side": "left",
        "reason": "dismissed",
        "cleared_at": "2026-11-26T09:15:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class ThresholdCrossed(Event, name="platform/alerts.threshold-crossed"):
    """A metric crossed a threshold that a gym set up.

    Sent by alerts, once for each crossing and not while the metric stays beyond. Handled by alerts
    (dashboards and messages).
    """

    INVARIANTS: ClassVar[Invariants] = (
        When("direction", ("rising",), AtMost("threshold", "value")),
        When("direction", ("falling",), AtMost("value", "threshold")),
        Unique("audience"),
    )

    gym_id: GymId
    member_id: MemberId | None = None
    """Whose metric it is; absent for a metric of the whole gym."""
    rule_id: RuleId
    metric: Slug
    """What is measured, such as `weekly-active-members`."""
    unit: Annotated[str, Field(min_length=1, max_length=32)]
    """The unit of `value` and `threshold` in UCUM (https://ucum.org), such as `%` or `kg`."""
    value: Annotated[float, Sensitive()]
    threshold: float
    direction: Literal["rising", "falling"]
    """The way in which the metric went through the threshold."""
    audience: Annotated[tuple[Audience, ...], Field(min_length=1, max_length=2)]
    crossed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "member_id": "mem_ben",
        "rule_id": "rule_5",
        "metric": "days-since-last-visit",
        "unit": "d",
        "value": 15.0,
        "threshold": 14.0,
        "direction": "rising",
        "audience": ["owner", "coach"],
        "crossed_at": "2026-11-23T18:30:00Z",
    }


class ThresholdCleared(Event, name="platform/alerts.threshold-cleared"):
    """A metric came back from beyond its threshold, so that the alert ends.

    Sent by alerts, once after each `ThresholdCrossed`. Handled by alerts (takes the alert off the
    dashboards).
    """

    gym_id: GymId
    member_id: MemberId | None = None
    """Whose metric it is; absent for a metric of the whole gym."""
    rule_id: RuleId
    cleared_at: Timestamp
    caused_by: EventId | None = None
    """The `ThresholdCrossed` that it ends."""

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "member_id": "mem_ben",
        "rule_id": "rule_5",
        "cleared_at": "2026-11-24T17:00:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }
