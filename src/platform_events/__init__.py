"""The typed events of the fitness platform, and the one client that sends them to Inngest.

Everything public can be imported from here. Importing the package loads nothing heavy: each name
loads its module when it is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The one list of what is public: editors and type checkers read it here, and at run time
    # __getattr__ reads what `make generate` makes of it.
    from . import catalog as catalog
    from . import errors as errors
    from . import events as events
    from . import functions as functions
    from . import names as names
    from . import naming as naming
    from . import parsing as parsing
    from . import sending as sending
    from . import serving as serving
    from .catalog import EVENT_TYPES as EVENT_TYPES
    from .catalog import ActiveTime as ActiveTime
    from .catalog import ActivityKind as ActivityKind
    from .catalog import ActivityPublished as ActivityPublished
    from .catalog import ActivityRemoved as ActivityRemoved
    from .catalog import ActivityType as ActivityType
    from .catalog import ActivityVisibilityChanged as ActivityVisibilityChanged
    from .catalog import Aggregator as Aggregator
    from .catalog import AnsCharge as AnsCharge
    from .catalog import AttendanceRecorded as AttendanceRecorded
    from .catalog import Audience as Audience
    from .catalog import BenchmarkRecorded as BenchmarkRecorded
    from .catalog import BenchmarkRemoved as BenchmarkRemoved
    from .catalog import BenchmarkResult as BenchmarkResult
    from .catalog import BodyBattery as BodyBattery
    from .catalog import BodyBatterySeries as BodyBatterySeries
    from .catalog import BodyComposition as BodyComposition
    from .catalog import BodyRegion as BodyRegion
    from .catalog import BodyWeight as BodyWeight
    from .catalog import CaloriesResult as CaloriesResult
    from .catalog import CheckReason as CheckReason
    from .catalog import ChurnRiskCheck as ChurnRiskCheck
    from .catalog import ChurnRiskCleared as ChurnRiskCleared
    from .catalog import ChurnRiskDetected as ChurnRiskDetected
    from .catalog import CommentAdded as CommentAdded
    from .catalog import CommentEdited as CommentEdited
    from .catalog import CommentRemoved as CommentRemoved
    from .catalog import ConnectionEstablished as ConnectionEstablished
    from .catalog import ConnectionRevoked as ConnectionRevoked
    from .catalog import DataSource as DataSource
    from .catalog import DescriptiveStatistic as DescriptiveStatistic
    from .catalog import Distance as Distance
    from .catalog import DistanceResult as DistanceResult
    from .catalog import EnergyBurned as EnergyBurned
    from .catalog import ExerciseSet as ExerciseSet
    from .catalog import HeartRate as HeartRate
    from .catalog import HeartRateSeries as HeartRateSeries
    from .catalog import HeartRateVariability as HeartRateVariability
    from .catalog import HeartRateVariabilitySdnn as HeartRateVariabilitySdnn
    from .catalog import HeartRateVariabilitySeries as HeartRateVariabilitySeries
    from .catalog import HeartRateZone as HeartRateZone
    from .catalog import InjuryRiskCheck as InjuryRiskCheck
    from .catalog import InjuryRiskCleared as InjuryRiskCleared
    from .catalog import InjuryRiskDetected as InjuryRiskDetected
    from .catalog import IntegrationFailed as IntegrationFailed
    from .catalog import IntegrationPullRequested as IntegrationPullRequested
    from .catalog import IntegrationPushRequested as IntegrationPushRequested
    from .catalog import IntegrationReason as IntegrationReason
    from .catalog import IntegrationResource as IntegrationResource
    from .catalog import IntegrationService as IntegrationService
    from .catalog import IntegrationSynced as IntegrationSynced
    from .catalog import LoadMethod as LoadMethod
    from .catalog import LoadResult as LoadResult
    from .catalog import Measurement as Measurement
    from .catalog import MeasurementKind as MeasurementKind
    from .catalog import MemberBlocked as MemberBlocked
    from .catalog import MemberFollowed as MemberFollowed
    from .catalog import MembershipChanged as MembershipChanged
    from .catalog import MemberUnblocked as MemberUnblocked
    from .catalog import MemberUnfollowed as MemberUnfollowed
    from .catalog import OxygenSaturation as OxygenSaturation
    from .catalog import OxygenSaturationSeries as OxygenSaturationSeries
    from .catalog import PlatformEvent as PlatformEvent
    from .catalog import PointsResult as PointsResult
    from .catalog import PowerResult as PowerResult
    from .catalog import Reaction as Reaction
    from .catalog import ReactionAdded as ReactionAdded
    from .catalog import ReactionRemoved as ReactionRemoved
    from .catalog import Readiness as Readiness
    from .catalog import RecordIds as RecordIds
    from .catalog import RecordingMethod as RecordingMethod
    from .catalog import RecoveryLevel as RecoveryLevel
    from .catalog import RelationToSleep as RelationToSleep
    from .catalog import RepetitionsResult as RepetitionsResult
    from .catalog import RespiratoryRate as RespiratoryRate
    from .catalog import RespiratoryRateSeries as RespiratoryRateSeries
    from .catalog import RestingHeartRate as RestingHeartRate
    from .catalog import RiskClearance as RiskClearance
    from .catalog import RiskFactor as RiskFactor
    from .catalog import RiskFactors as RiskFactors
    from .catalog import RiskLevel as RiskLevel
    from .catalog import RrInterval as RrInterval
    from .catalog import ScoreKind as ScoreKind
    from .catalog import ScoreValue as ScoreValue
    from .catalog import ScoringCalculate as ScoringCalculate
    from .catalog import ScoringCalculated as ScoringCalculated
    from .catalog import ScoringReason as ScoringReason
    from .catalog import SkinTemperature as SkinTemperature
    from .catalog import Sleep as Sleep
    from .catalog import SleepScore as SleepScore
    from .catalog import SleepStage as SleepStage
    from .catalog import Statistic as Statistic
    from .catalog import StatisticOfMany as StatisticOfMany
    from .catalog import StatisticSubject as StatisticSubject
    from .catalog import StatisticUnit as StatisticUnit
    from .catalog import StatisticWindow as StatisticWindow
    from .catalog import Steps as Steps
    from .catalog import Stress as Stress
    from .catalog import StressSeries as StressSeries
    from .catalog import StressTime as StressTime
    from .catalog import ThresholdCleared as ThresholdCleared
    from .catalog import ThresholdCrossed as ThresholdCrossed
    from .catalog import TimeInterval as TimeInterval
    from .catalog import TimeResult as TimeResult
    from .catalog import TrainingLoad as TrainingLoad
    from .catalog import UnrecognizedMeasurement as UnrecognizedMeasurement
    from .catalog import Visibility as Visibility
    from .catalog import Vo2Max as Vo2Max
    from .catalog import WearableDataReceived as WearableDataReceived
    from .catalog import WearableDataRemoved as WearableDataRemoved
    from .catalog import WearableProvider as WearableProvider
    from .catalog import WheelchairPushes as WheelchairPushes
    from .catalog import WhoopStrain as WhoopStrain
    from .catalog import WorkoutLoad as WorkoutLoad
    from .catalog import WorkoutLogged as WorkoutLogged
    from .catalog import WorkoutRemoved as WorkoutRemoved
    from .catalog import WorkoutUpdated as WorkoutUpdated
    from .errors import ConfigurationError as ConfigurationError
    from .errors import EventDefinitionError as EventDefinitionError
    from .errors import EventTooLargeError as EventTooLargeError
    from .errors import FunctionDefinitionError as FunctionDefinitionError
    from .errors import InvalidEventError as InvalidEventError
    from .errors import InvalidEventNameError as InvalidEventNameError
    from .errors import NameRule as NameRule
    from .errors import PlatformEventsError as PlatformEventsError
    from .errors import Problem as Problem
    from .errors import SendError as SendError
    from .errors import UnknownEventError as UnknownEventError
    from .events import fields as fields
    from .events.event import Event as Event
    from .events.fields import Open as Open
    from .events.fields import Sensitive as Sensitive
    from .events.payload import Payload as Payload
    from .functions.declaration import create_function as create_function
    from .functions.event_function import EventFunction as EventFunction
    from .functions.event_function import Servable as Servable
    from .functions.failures import Failure as Failure
    from .functions.failures import InvalidEvent as InvalidEvent
    from .functions.options import FunctionOptions as FunctionOptions
    from .functions.options import OnFailure as OnFailure
    from .functions.options import OnInvalid as OnInvalid
    from .functions.steps import invoke_function as invoke_function
    from .functions.steps import send_events_step as send_events_step
    from .functions.steps import wait_for_event as wait_for_event
    from .functions.triggers import On as On
    from .names import EVENT_NAMES as EVENT_NAMES
    from .names import KnownEventName as KnownEventName
    from .naming import Category as Category
    from .naming import EventName as EventName
    from .naming import EventNameStr as EventNameStr
    from .naming import build_event_name as build_event_name
    from .naming import is_event_name as is_event_name
    from .naming import is_known_event_name as is_known_event_name
    from .naming import parse_event_name as parse_event_name
    from .naming import suggest_event_names as suggest_event_names
    from .naming import validate_event_name as validate_event_name
    from .parsing import parse_event as parse_event
    from .sending.client import Client as Client
    from .sending.client import configure as configure
    from .sending.client import get_client as get_client
    from .sending.client import override_client as override_client
    from .sending.send import asend_event as asend_event
    from .sending.send import asend_events as asend_events
    from .sending.send import send_event as send_event
    from .sending.send import send_events as send_events
else:
    # Hidden from checkers, which would accept any name.
    from importlib import import_module

    from ._exports import HOMES

    __all__ = list(HOMES)

    def __getattr__(name: str) -> object:
        if name not in HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(HOMES[name], __name__)
        value = module if HOMES[name].endswith(f".{name}") else getattr(module, name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *HOMES})
