"""Where each public name lives.

Generated from the catalogue by `make generate`. Do not edit.
"""

from typing import Final

_NAMES: Final = {
    ".catalog": """
        catalog ActiveTime ActivityKind ActivityPublished ActivityRemoved ActivityType
        ActivityVisibilityChanged Aggregator AnsCharge AttendanceRecorded Audience
        BenchmarkRecorded BenchmarkRemoved BenchmarkResult BodyBattery BodyBatterySeries
        BodyComposition BodyRegion BodyWeight CaloriesResult CheckReason ChurnRiskCheck
        ChurnRiskCleared ChurnRiskDetected CommentAdded CommentEdited CommentRemoved
        ConnectionEstablished ConnectionRevoked DataSource DescriptiveStatistic Distance
        DistanceResult EVENT_TYPES EnergyBurned ExerciseSet HeartRate HeartRateSeries
        HeartRateVariability HeartRateVariabilitySdnn HeartRateVariabilitySeries HeartRateZone
        InjuryRiskCheck InjuryRiskCleared InjuryRiskDetected IntegrationFailed
        IntegrationPullRequested IntegrationPushRequested IntegrationReason IntegrationResource
        IntegrationService IntegrationSynced LoadMethod LoadResult Measurement MeasurementKind
        MemberBlocked MemberFollowed MemberUnblocked MemberUnfollowed MembershipChanged
        OxygenSaturation OxygenSaturationSeries PlatformEvent PointsResult PowerResult Reaction
        ReactionAdded ReactionRemoved Readiness RecordIds RecordingMethod RecoveryLevel
        RelationToSleep RepetitionsResult RespiratoryRate RespiratoryRateSeries RestingHeartRate
        RiskClearance RiskFactor RiskFactors RiskLevel RrInterval ScoreKind ScoreValue
        ScoringCalculate ScoringCalculated ScoringReason SkinTemperature Sleep SleepScore
        SleepStage Statistic StatisticOfMany StatisticSubject StatisticUnit StatisticWindow
        Steps Stress StressSeries StressTime ThresholdCleared ThresholdCrossed TimeInterval
        TimeResult TrainingLoad UnrecognizedMeasurement Visibility Vo2Max WearableDataReceived
        WearableDataRemoved WearableProvider WheelchairPushes WhoopStrain WorkoutLoad
        WorkoutLogged WorkoutRemoved WorkoutUpdated
    """,
    ".errors": """
        errors ConfigurationError EventDefinitionError EventTooLargeError
        FunctionDefinitionError InvalidEventError InvalidEventNameError NameRule
        PlatformEventsError Problem SendError UnknownEventError
    """,
    ".events": "events",
    ".functions": "functions",
    ".names": "names EVENT_NAMES KnownEventName",
    ".naming": """
        naming Category EventName EventNameStr build_event_name is_event_name
        is_known_event_name parse_event_name suggest_event_names validate_event_name
    """,
    ".parsing": "parsing parse_event",
    ".sending": "sending",
    ".serving": "serving",
    ".events.fields": "fields Open Sensitive",
    ".events.event": "Event",
    ".events.payload": "Payload",
    ".functions.declaration": "create_function",
    ".functions.event_function": "EventFunction Servable",
    ".functions.failures": "Failure InvalidEvent",
    ".functions.options": "FunctionOptions OnFailure OnInvalid",
    ".functions.steps": "invoke_function send_events_step wait_for_event",
    ".functions.triggers": "On",
    ".sending.client": "Client configure get_client override_client",
    ".sending.send": "asend_event asend_events send_event send_events",
}
HOMES: Final = {name: home for home, names in _NAMES.items() for name in names.split()}
