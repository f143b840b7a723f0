"""Every event of the platform, one class each.

Generated from the catalogue by `make generate`. Do not edit.
"""

from typing import Final, TypeAlias, get_args

from ..events.event import Event
from .alerts import (
    Audience,
    BodyRegion,
    CheckReason,
    ChurnRiskCheck,
    ChurnRiskCleared,
    ChurnRiskDetected,
    InjuryRiskCheck,
    InjuryRiskCleared,
    InjuryRiskDetected,
    RiskClearance,
    RiskFactor,
    RiskFactors,
    RiskLevel,
    ThresholdCleared,
    ThresholdCrossed,
)
from .measurements import (
    ActiveTime,
    AnsCharge,
    BodyBattery,
    BodyBatterySeries,
    BodyComposition,
    BodyWeight,
    DescriptiveStatistic,
    Distance,
    EnergyBurned,
    HeartRate,
    HeartRateSeries,
    HeartRateVariability,
    HeartRateVariabilitySdnn,
    HeartRateVariabilitySeries,
    LoadMethod,
    Measurement,
    MeasurementKind,
    OxygenSaturation,
    OxygenSaturationSeries,
    Readiness,
    RecordingMethod,
    RecoveryLevel,
    RelationToSleep,
    RespiratoryRate,
    RespiratoryRateSeries,
    RestingHeartRate,
    RrInterval,
    SkinTemperature,
    Sleep,
    SleepScore,
    SleepStage,
    Statistic,
    StatisticOfMany,
    StatisticSubject,
    StatisticUnit,
    StatisticWindow,
    Steps,
    Stress,
    StressSeries,
    StressTime,
    TrainingLoad,
    UnrecognizedMeasurement,
    Vo2Max,
    WheelchairPushes,
    WhoopStrain,
    WorkoutLoad,
)
from .scoring import (
    ActivityType,
    BenchmarkRecorded,
    BenchmarkRemoved,
    BenchmarkResult,
    CaloriesResult,
    DataSource,
    DistanceResult,
    ExerciseSet,
    HeartRateZone,
    LoadResult,
    PointsResult,
    PowerResult,
    RepetitionsResult,
    ScoreKind,
    ScoreValue,
    ScoringCalculate,
    ScoringCalculated,
    ScoringReason,
    TimeResult,
    WorkoutLogged,
    WorkoutRemoved,
    WorkoutUpdated,
)
from .social import (
    ActivityKind,
    ActivityPublished,
    ActivityRemoved,
    ActivityVisibilityChanged,
    CommentAdded,
    CommentEdited,
    CommentRemoved,
    MemberBlocked,
    MemberFollowed,
    MemberUnblocked,
    MemberUnfollowed,
    Reaction,
    ReactionAdded,
    ReactionRemoved,
    Visibility,
)
from .sync import (
    Aggregator,
    AttendanceRecorded,
    ConnectionEstablished,
    ConnectionRevoked,
    IntegrationFailed,
    IntegrationPullRequested,
    IntegrationPushRequested,
    IntegrationReason,
    IntegrationResource,
    IntegrationService,
    IntegrationSynced,
    MembershipChanged,
    RecordIds,
    TimeInterval,
    WearableDataReceived,
    WearableDataRemoved,
    WearableProvider,
)

PlatformEvent: TypeAlias = (
    ChurnRiskCheck
    | ChurnRiskDetected
    | ChurnRiskCleared
    | InjuryRiskCheck
    | InjuryRiskDetected
    | InjuryRiskCleared
    | ThresholdCrossed
    | ThresholdCleared
    | ScoringCalculate
    | ScoringCalculated
    | BenchmarkRecorded
    | BenchmarkRemoved
    | WorkoutLogged
    | WorkoutUpdated
    | WorkoutRemoved
    | ReactionAdded
    | ReactionRemoved
    | CommentAdded
    | CommentEdited
    | CommentRemoved
    | MemberFollowed
    | MemberUnfollowed
    | MemberBlocked
    | MemberUnblocked
    | ActivityPublished
    | ActivityVisibilityChanged
    | ActivityRemoved
    | WearableDataReceived
    | WearableDataRemoved
    | ConnectionEstablished
    | ConnectionRevoked
    | AttendanceRecorded
    | MembershipChanged
    | IntegrationPullRequested
    | IntegrationPushRequested
    | IntegrationSynced
    | IntegrationFailed
)
"""Any event of the catalogue; `match` on it is checked for exhaustiveness."""

EVENT_TYPES: Final[tuple[type[PlatformEvent], ...]] = get_args(PlatformEvent)
"""Every event class of the catalogue, by category."""

__all__ = [
    "EVENT_TYPES", "ActiveTime", "ActivityKind", "ActivityPublished", "ActivityRemoved",
    "ActivityType", "ActivityVisibilityChanged", "Aggregator", "AnsCharge", "AttendanceRecorded",
    "Audience", "BenchmarkRecorded", "BenchmarkRemoved", "BenchmarkResult", "BodyBattery",
    "BodyBatterySeries", "BodyComposition", "BodyRegion", "BodyWeight", "CaloriesResult",
    "CheckReason", "ChurnRiskCheck", "ChurnRiskCleared", "ChurnRiskDetected", "CommentAdded",
    "CommentEdited", "CommentRemoved", "ConnectionEstablished", "ConnectionRevoked", "DataSource",
    "DescriptiveStatistic", "Distance", "DistanceResult", "EnergyBurned", "Event", "ExerciseSet",
    "HeartRate", "HeartRateSeries", "HeartRateVariability", "HeartRateVariabilitySdnn",
    "HeartRateVariabilitySeries", "HeartRateZone", "InjuryRiskCheck", "InjuryRiskCleared",
    "InjuryRiskDetected", "IntegrationFailed", "IntegrationPullRequested",
    "IntegrationPushRequested", "IntegrationReason", "IntegrationResource", "IntegrationService",
    "IntegrationSynced", "LoadMethod", "LoadResult", "Measurement", "MeasurementKind",
    "MemberBlocked", "MemberFollowed", "MemberUnblocked", "MemberUnfollowed", "MembershipChanged",
    "OxygenSaturation", "OxygenSaturationSeries", "PlatformEvent", "PointsResult", "PowerResult",
    "Reaction", "ReactionAdded", "ReactionRemoved", "Readiness", "RecordIds", "RecordingMethod",
    "RecoveryLevel", "RelationToSleep", "RepetitionsResult", "RespiratoryRate",
    "RespiratoryRateSeries", "RestingHeartRate", "RiskClearance", "RiskFactor", "RiskFactors",
    "RiskLevel", "RrInterval", "ScoreKind", "ScoreValue", "ScoringCalculate", "ScoringCalculated",
    "ScoringReason", "SkinTemperature", "Sleep", "SleepScore", "SleepStage", "Statistic",
    "StatisticOfMany", "StatisticSubject", "StatisticUnit", "StatisticWindow", "Steps", "Stress",
    "StressSeries", "StressTime", "ThresholdCleared", "ThresholdCrossed", "TimeInterval",
    "TimeResult", "TrainingLoad", "UnrecognizedMeasurement", "Visibility", "Vo2Max",
    "WearableDataReceived", "WearableDataRemoved", "WearableProvider", "WheelchairPushes",
    "WhoopStrain", "WorkoutLoad", "WorkoutLogged", "WorkoutRemoved", "WorkoutUpdated",
]  # fmt: skip
