"""Every event of the platform, one class each.

Generated from the catalogue by `make generate`. Do not edit.
"""

from typing import Final, TypeAlias

from ..events.event import Event
from .alerts import (
    Audience,
    CheckReason,
    ChurnRiskCheck,
    ChurnRiskDetected,
    InjuryRiskCheck,
    InjuryRiskDetected,
    RiskFactor,
    RiskFactors,
    RiskLevel,
    ThresholdCleared,
    ThresholdCrossed,
)
from .scoring import (
    ActivityType,
    BenchmarkRecorded,
    BenchmarkResult,
    DataSource,
    DistanceResult,
    LoadKg,
    LoadResult,
    RepetitionsResult,
    ScoreKind,
    ScoringCalculate,
    ScoringCalculated,
    ScoringReason,
    TimeResult,
    WorkoutLogged,
)
from .social import (
    ActivityKind,
    ActivityPublished,
    CommentAdded,
    CommentRemoved,
    MemberFollowed,
    MemberUnfollowed,
    Reaction,
    ReactionAdded,
    ReactionRemoved,
)
from .sync import (
    BodyWeight,
    Distance,
    EnergyBurned,
    HeartRate,
    HeartRateVariability,
    HeartRateVariabilitySdnn,
    IntegrationFailed,
    IntegrationPullRequested,
    IntegrationPushRequested,
    IntegrationReason,
    IntegrationResource,
    IntegrationService,
    IntegrationSynced,
    Measurement,
    OxygenSaturation,
    Readiness,
    RelationToSleep,
    RespiratoryRate,
    RestingHeartRate,
    RrInterval,
    SkinTemperature,
    Sleep,
    SleepStage,
    Statistic,
    StatisticWindow,
    Steps,
    Strain,
    Stress,
    UnrecognizedMeasurement,
    Vo2Max,
    WearableDataReceived,
    WearableProvider,
)

PlatformEvent: TypeAlias = (
    ChurnRiskCheck
    | ChurnRiskDetected
    | InjuryRiskCheck
    | InjuryRiskDetected
    | ThresholdCrossed
    | ThresholdCleared
    | ScoringCalculate
    | ScoringCalculated
    | BenchmarkRecorded
    | WorkoutLogged
    | ReactionAdded
    | ReactionRemoved
    | CommentAdded
    | CommentRemoved
    | MemberFollowed
    | MemberUnfollowed
    | ActivityPublished
    | WearableDataReceived
    | IntegrationPullRequested
    | IntegrationPushRequested
    | IntegrationSynced
    | IntegrationFailed
)
"""Any event of the catalogue; `match` on it is checked for exhaustiveness."""

EVENT_TYPES: Final[tuple[type[PlatformEvent], ...]] = (
    ChurnRiskCheck,
    ChurnRiskDetected,
    InjuryRiskCheck,
    InjuryRiskDetected,
    ThresholdCrossed,
    ThresholdCleared,
    ScoringCalculate,
    ScoringCalculated,
    BenchmarkRecorded,
    WorkoutLogged,
    ReactionAdded,
    ReactionRemoved,
    CommentAdded,
    CommentRemoved,
    MemberFollowed,
    MemberUnfollowed,
    ActivityPublished,
    WearableDataReceived,
    IntegrationPullRequested,
    IntegrationPushRequested,
    IntegrationSynced,
    IntegrationFailed,
)
"""Every event class of the catalogue, by category."""

__all__ = [
    "EVENT_TYPES",
    "ActivityKind",
    "ActivityPublished",
    "ActivityType",
    "Audience",
    "BenchmarkRecorded",
    "BenchmarkResult",
    "BodyWeight",
    "CheckReason",
    "ChurnRiskCheck",
    "ChurnRiskDetected",
    "CommentAdded",
    "CommentRemoved",
    "DataSource",
    "Distance",
    "DistanceResult",
    "EnergyBurned",
    "Event",
    "HeartRate",
    "HeartRateVariability",
    "HeartRateVariabilitySdnn",
    "InjuryRiskCheck",
    "InjuryRiskDetected",
    "IntegrationFailed",
    "IntegrationPullRequested",
    "IntegrationPushRequested",
    "IntegrationReason",
    "IntegrationResource",
    "IntegrationService",
    "IntegrationSynced",
    "LoadKg",
    "LoadResult",
    "Measurement",
    "MemberFollowed",
    "MemberUnfollowed",
    "OxygenSaturation",
    "PlatformEvent",
    "Reaction",
    "ReactionAdded",
    "ReactionRemoved",
    "Readiness",
    "RelationToSleep",
    "RepetitionsResult",
    "RespiratoryRate",
    "RestingHeartRate",
    "RiskFactor",
    "RiskFactors",
    "RiskLevel",
    "RrInterval",
    "ScoreKind",
    "ScoringCalculate",
    "ScoringCalculated",
    "ScoringReason",
    "SkinTemperature",
    "Sleep",
    "SleepStage",
    "Statistic",
    "StatisticWindow",
    "Steps",
    "Strain",
    "Stress",
    "ThresholdCleared",
    "ThresholdCrossed",
    "TimeResult",
    "UnrecognizedMeasurement",
    "Vo2Max",
    "WearableDataReceived",
    "WearableProvider",
    "WorkoutLogged",
]
