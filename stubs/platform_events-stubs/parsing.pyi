# The exact class for each literal name.
# Generated from the catalogue by `make generate`. Do not edit.
# An unknown name gives what every known one is more than, on purpose:
# pyright: reportOverlappingOverload=false
from collections.abc import Mapping
from typing import Final, Literal, final, overload

from typing_extensions import deprecated

from platform_events.catalog import PlatformEvent
from platform_events.catalog.alerts import (
    ChurnRiskCheck,
    ChurnRiskCleared,
    ChurnRiskDetected,
    InjuryRiskCheck,
    InjuryRiskCleared,
    InjuryRiskDetected,
    ThresholdCleared,
    ThresholdCrossed,
)
from platform_events.catalog.scoring import (
    BenchmarkRecorded,
    BenchmarkRemoved,
    ScoringCalculate,
    ScoringCalculated,
    WorkoutLogged,
    WorkoutRemoved,
    WorkoutUpdated,
)
from platform_events.catalog.social import (
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
    ReactionAdded,
    ReactionRemoved,
)
from platform_events.catalog.sync import (
    AttendanceRecorded,
    ConnectionEstablished,
    ConnectionRevoked,
    IntegrationFailed,
    IntegrationPullRequested,
    IntegrationPushRequested,
    IntegrationSynced,
    MembershipChanged,
    WearableDataReceived,
    WearableDataRemoved,
)
from platform_events.names import KnownEventName

# The literals that are left when every name is taken end in an overload for LiteralString. Its mark
# reports the call itself; its result is good for nothing, so that each use of it is an error where
# such marks are not looked at. pyright and ty see the mark for a name of type Any, too: hence what
# it says of those. To mypy LiteralString is str, and would take all that is left: it alone takes
# MYPY for true, and sees a type there that no name has. platform_events.plugins.mypy reports there.
class _Checker:
    MYPY: Final = False

if _Checker.MYPY:
    from types import EllipsisType as _AnyLiteral
else:
    from typing import LiteralString as _AnyLiteral

@final
class _NoEventHasThisName: ...

@overload
def parse_event(
    name: Literal["platform/alerts.churn-risk-check"], data: Mapping[str, object]
) -> ChurnRiskCheck: ...
@overload
def parse_event(
    name: Literal["platform/alerts.churn-risk-detected"], data: Mapping[str, object]
) -> ChurnRiskDetected: ...
@overload
def parse_event(
    name: Literal["platform/alerts.churn-risk-cleared"], data: Mapping[str, object]
) -> ChurnRiskCleared: ...
@overload
def parse_event(
    name: Literal["platform/alerts.injury-risk-check"], data: Mapping[str, object]
) -> InjuryRiskCheck: ...
@overload
def parse_event(
    name: Literal["platform/alerts.injury-risk-detected"], data: Mapping[str, object]
) -> InjuryRiskDetected: ...
@overload
def parse_event(
    name: Literal["platform/alerts.injury-risk-cleared"], data: Mapping[str, object]
) -> InjuryRiskCleared: ...
@overload
def parse_event(
    name: Literal["platform/alerts.threshold-crossed"], data: Mapping[str, object]
) -> ThresholdCrossed: ...
@overload
def parse_event(
    name: Literal["platform/alerts.threshold-cleared"], data: Mapping[str, object]
) -> ThresholdCleared: ...
@overload
def parse_event(
    name: Literal["platform/scoring.calculate"], data: Mapping[str, object]
) -> ScoringCalculate: ...
@overload
def parse_event(
    name: Literal["platform/scoring.calculated"], data: Mapping[str, object]
) -> ScoringCalculated: ...
@overload
def parse_event(
    name: Literal["platform/scoring.benchmark-recorded"], data: Mapping[str, object]
) -> BenchmarkRecorded: ...
@overload
def parse_event(
    name: Literal["platform/scoring.benchmark-removed"], data: Mapping[str, object]
) -> BenchmarkRemoved: ...
@overload
def parse_event(
    name: Literal["platform/scoring.workout-logged"], data: Mapping[str, object]
) -> WorkoutLogged: ...
@overload
def parse_event(
    name: Literal["platform/scoring.workout-updated"], data: Mapping[str, object]
) -> WorkoutUpdated: ...
@overload
def parse_event(
    name: Literal["platform/scoring.workout-removed"], data: Mapping[str, object]
) -> WorkoutRemoved: ...
@overload
def parse_event(
    name: Literal["platform/social.reaction-added"], data: Mapping[str, object]
) -> ReactionAdded: ...
@overload
def parse_event(
    name: Literal["platform/social.reaction-removed"], data: Mapping[str, object]
) -> ReactionRemoved: ...
@overload
def parse_event(
    name: Literal["platform/social.comment-added"], data: Mapping[str, object]
) -> CommentAdded: ...
@overload
def parse_event(
    name: Literal["platform/social.comment-edited"], data: Mapping[str, object]
) -> CommentEdited: ...
@overload
def parse_event(
    name: Literal["platform/social.comment-removed"], data: Mapping[str, object]
) -> CommentRemoved: ...
@overload
def parse_event(
    name: Literal["platform/social.member-followed"], data: Mapping[str, object]
) -> MemberFollowed: ...
@overload
def parse_event(
    name: Literal["platform/social.member-unfollowed"], data: Mapping[str, object]
) -> MemberUnfollowed: ...
@overload
def parse_event(
    name: Literal["platform/social.member-blocked"], data: Mapping[str, object]
) -> MemberBlocked: ...
@overload
def parse_event(
    name: Literal["platform/social.member-unblocked"], data: Mapping[str, object]
) -> MemberUnblocked: ...
@overload
def parse_event(
    name: Literal["platform/social.activity-published"], data: Mapping[str, object]
) -> ActivityPublished: ...
@overload
def parse_event(
    name: Literal["platform/social.activity-visibility-changed"], data: Mapping[str, object]
) -> ActivityVisibilityChanged: ...
@overload
def parse_event(
    name: Literal["platform/social.activity-removed"], data: Mapping[str, object]
) -> ActivityRemoved: ...
@overload
def parse_event(
    name: Literal["platform/sync.wearable-data-received"], data: Mapping[str, object]
) -> WearableDataReceived: ...
@overload
def parse_event(
    name: Literal["platform/sync.wearable-data-removed"], data: Mapping[str, object]
) -> WearableDataRemoved: ...
@overload
def parse_event(
    name: Literal["platform/sync.connection-established"], data: Mapping[str, object]
) -> ConnectionEstablished: ...
@overload
def parse_event(
    name: Literal["platform/sync.connection-revoked"], data: Mapping[str, object]
) -> ConnectionRevoked: ...
@overload
def parse_event(
    name: Literal["platform/sync.attendance-recorded"], data: Mapping[str, object]
) -> AttendanceRecorded: ...
@overload
def parse_event(
    name: Literal["platform/sync.membership-changed"], data: Mapping[str, object]
) -> MembershipChanged: ...
@overload
def parse_event(
    name: Literal["platform/sync.integration-pull-requested"], data: Mapping[str, object]
) -> IntegrationPullRequested: ...
@overload
def parse_event(
    name: Literal["platform/sync.integration-push-requested"], data: Mapping[str, object]
) -> IntegrationPushRequested: ...
@overload
def parse_event(
    name: Literal["platform/sync.integration-synced"], data: Mapping[str, object]
) -> IntegrationSynced: ...
@overload
def parse_event(
    name: Literal["platform/sync.integration-failed"], data: Mapping[str, object]
) -> IntegrationFailed: ...
@overload
def parse_event(name: KnownEventName, data: Mapping[str, object]) -> PlatformEvent: ...
@overload
@deprecated("no event has this name (if it is of type Any, declare it as str)")
def parse_event(name: _AnyLiteral, data: Mapping[str, object]) -> _NoEventHasThisName: ...
@overload
def parse_event(name: str, data: Mapping[str, object]) -> PlatformEvent: ...
