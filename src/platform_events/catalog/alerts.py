"""Risks and thresholds that gym owners and coaches should hear of."""

from typing import Annotated, Literal, TypeAlias

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
from ..events.payload import Payload

CheckReason: TypeAlias = Annotated[
    Literal[
        "score-calculated",
        "workout-logged",
        "wearable-data-received",
        "attendance-changed",
        "membership-changed",
        "scheduled",
        "manual",
    ],
    Open(),
]
"""What made a risk check necessary."""

RiskLevel: TypeAlias = Annotated[Literal["low", "moderate", "high"], Sensitive()]
"""A risk as dashboards show it; the detecting pipeline draws the lines."""

Audience: TypeAlias = Literal["owner", "coach"]
"""Whose dashboard shows an alert."""


class RiskFactor(Payload):
    """One thing that speaks for a risk, and how much."""

    factor: Annotated[Slug, Sensitive()]
    """What it is, such as `missed-sessions` or `low-hrv`."""
    weight: Annotated[float, Field(ge=-1, le=1), Sensitive()]
    """Its share in the result: 1 speaks for the risk alone, below 0 speaks against it."""


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


class ChurnRiskDetected(Event, name="platform/alerts.churn-risk-detected"):
    """A member may leave the gym.

    Sent by the churn-risk pipeline. Handled by alerts (dashboards and messages of owners and
    coaches).
    """

    member_id: MemberId
    gym_id: GymId
    probability: Probability
    """That the member leaves within the horizon, as the model says."""
    horizon_days: Annotated[Count, Field(ge=1, le=366)]
    level: RiskLevel
    factors: RiskFactors = ()
    model_version: Version
    detected_at: Timestamp
    caused_by: EventId | None = None
    """The `ChurnRiskCheck` that found it."""


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


class InjuryRiskDetected(Event, name="platform/alerts.injury-risk-detected"):
    """A member may get injured if training goes on as it does.

    Sent by the injury-risk pipeline. Handled by alerts (the coach's dashboard and message).
    """

    member_id: MemberId
    gym_id: GymId
    probability: Probability
    """Of an injury within the horizon, as the model says."""
    horizon_days: Annotated[Count, Field(ge=1, le=366)]
    level: RiskLevel
    body_region: (
        Annotated[
            Literal[
                "neck", "shoulder", "elbow", "wrist", "back", "hip", "knee", "ankle", "whole-body"
            ],
            Open(),
            Sensitive(),
        ]
        | None
    ) = None
    """The part of the body that is at risk, where the model tells."""
    acute_chronic_workload_ratio: Annotated[float, Field(ge=0, le=20), Sensitive()] | None = None
    """Training load of the last 7 days over the weekly mean of the last 28 days."""
    factors: RiskFactors = ()
    model_version: Version
    detected_at: Timestamp
    caused_by: EventId | None = None
    """The `InjuryRiskCheck` that found it."""


class ThresholdCrossed(Event, name="platform/alerts.threshold-crossed"):
    """A metric crossed a threshold that a gym set up.

    Sent by alerts, once for each crossing and not while the metric stays beyond. Handled by alerts
    (dashboards and messages).
    """

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
