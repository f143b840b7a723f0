"""One constant for every event name of the catalogue.

Generated from the catalogue by `make generate`. Do not edit.
"""

from typing import Final, Literal, TypeAlias, get_args

ALERTS_CHURN_RISK_CHECK: Final = "platform/alerts.churn-risk-check"
"""Check whether a member is about to leave the gym."""

ALERTS_CHURN_RISK_DETECTED: Final = "platform/alerts.churn-risk-detected"
"""A member may leave the gym."""

ALERTS_CHURN_RISK_CLEARED: Final = "platform/alerts.churn-risk-cleared"
"""A member is no longer about to leave the gym."""

ALERTS_INJURY_RISK_CHECK: Final = "platform/alerts.injury-risk-check"
"""Check whether a member is about to be injured."""

ALERTS_INJURY_RISK_DETECTED: Final = "platform/alerts.injury-risk-detected"
"""A member may get injured if training goes on as it does."""

ALERTS_INJURY_RISK_CLEARED: Final = "platform/alerts.injury-risk-cleared"
"""A member is no longer about to be injured."""

ALERTS_THRESHOLD_CROSSED: Final = "platform/alerts.threshold-crossed"
"""A metric crossed a threshold that a gym set up."""

ALERTS_THRESHOLD_CLEARED: Final = "platform/alerts.threshold-cleared"
"""A metric came back from beyond its threshold, so that the alert ends."""

SCORING_CALCULATE: Final = "platform/scoring.calculate"
"""Calculate, or calculate again, one member's score."""

SCORING_CALCULATED: Final = "platform/scoring.calculated"
"""One member's score was calculated."""

SCORING_BENCHMARK_RECORDED: Final = "platform/scoring.benchmark-recorded"
"""A member did a benchmark: a standard test that can be compared over time."""

SCORING_BENCHMARK_REMOVED: Final = "platform/scoring.benchmark-removed"
"""A result of a benchmark is no longer there."""

SCORING_WORKOUT_LOGGED: Final = "platform/scoring.workout-logged"
"""A member's workout was logged, by hand or from a device."""

SCORING_WORKOUT_UPDATED: Final = "platform/scoring.workout-updated"
"""A logged workout was corrected, or more of it is known."""

SCORING_WORKOUT_REMOVED: Final = "platform/scoring.workout-removed"
"""A workout is no longer there."""

SOCIAL_REACTION_ADDED: Final = "platform/social.reaction-added"
"""A member reacted to a post, a session, a workout, a result, a feed entry or a comment."""

SOCIAL_REACTION_REMOVED: Final = "platform/social.reaction-removed"
"""A member took a reaction back."""

SOCIAL_COMMENT_ADDED: Final = "platform/social.comment-added"
"""A member or coach commented on a session, a post, a workout, a result or a feed entry."""

SOCIAL_COMMENT_EDITED: Final = "platform/social.comment-edited"
"""The author of a comment changed its text."""

SOCIAL_COMMENT_REMOVED: Final = "platform/social.comment-removed"
"""A comment was taken down."""

SOCIAL_MEMBER_FOLLOWED: Final = "platform/social.member-followed"
"""A member follows another from now on."""

SOCIAL_MEMBER_UNFOLLOWED: Final = "platform/social.member-unfollowed"
"""A member no longer follows another."""

SOCIAL_MEMBER_BLOCKED: Final = "platform/social.member-blocked"
"""A member no longer wants to see, or be seen by, another."""

SOCIAL_MEMBER_UNBLOCKED: Final = "platform/social.member-unblocked"
"""A member took a block back; follows do not come back with it."""

SOCIAL_ACTIVITY_PUBLISHED: Final = "platform/social.activity-published"
"""Something that a member did goes to the activity feed."""

SOCIAL_ACTIVITY_VISIBILITY_CHANGED: Final = "platform/social.activity-visibility-changed"
"""Others may see an entry of the activity feed from now on, or no longer may."""

SOCIAL_ACTIVITY_REMOVED: Final = "platform/social.activity-removed"
"""An entry of the activity feed was taken down."""

SYNC_WEARABLE_DATA_RECEIVED: Final = "platform/sync.wearable-data-received"
"""Measurements of one member arrived from one provider."""

SYNC_WEARABLE_DATA_REMOVED: Final = "platform/sync.wearable-data-removed"
"""Measurements that a provider delivered are no longer there."""

SYNC_CONNECTION_ESTABLISHED: Final = "platform/sync.connection-established"
"""An account at a wearable provider or an external service was connected."""

SYNC_CONNECTION_REVOKED: Final = "platform/sync.connection-revoked"
"""An account at a wearable provider or an external service is no longer connected."""

SYNC_ATTENDANCE_RECORDED: Final = "platform/sync.attendance-recorded"
"""A member's booking of a session, or a visit to the gym, changed its state."""

SYNC_MEMBERSHIP_CHANGED: Final = "platform/sync.membership-changed"
"""A member's contract with a gym changed, or a payment for it failed."""

SYNC_INTEGRATION_PULL_REQUESTED: Final = "platform/sync.integration-pull-requested"
"""Fetch records from an external service."""

SYNC_INTEGRATION_PUSH_REQUESTED: Final = "platform/sync.integration-push-requested"
"""Bring records of the platform to an external service."""

SYNC_INTEGRATION_SYNCED: Final = "platform/sync.integration-synced"
"""A pull or a push finished."""

SYNC_INTEGRATION_FAILED: Final = "platform/sync.integration-failed"
"""A pull or a push failed."""

KnownEventName: TypeAlias = Literal[
    "platform/alerts.churn-risk-check",
    "platform/alerts.churn-risk-detected",
    "platform/alerts.churn-risk-cleared",
    "platform/alerts.injury-risk-check",
    "platform/alerts.injury-risk-detected",
    "platform/alerts.injury-risk-cleared",
    "platform/alerts.threshold-crossed",
    "platform/alerts.threshold-cleared",
    "platform/scoring.calculate",
    "platform/scoring.calculated",
    "platform/scoring.benchmark-recorded",
    "platform/scoring.benchmark-removed",
    "platform/scoring.workout-logged",
    "platform/scoring.workout-updated",
    "platform/scoring.workout-removed",
    "platform/social.reaction-added",
    "platform/social.reaction-removed",
    "platform/social.comment-added",
    "platform/social.comment-edited",
    "platform/social.comment-removed",
    "platform/social.member-followed",
    "platform/social.member-unfollowed",
    "platform/social.member-blocked",
    "platform/social.member-unblocked",
    "platform/social.activity-published",
    "platform/social.activity-visibility-changed",
    "platform/social.activity-removed",
    "platform/sync.wearable-data-received",
    "platform/sync.wearable-data-removed",
    "platform/sync.connection-established",
    "platform/sync.connection-revoked",
    "platform/sync.attendance-recorded",
    "platform/sync.membership-changed",
    "platform/sync.integration-pull-requested",
    "platform/sync.integration-push-requested",
    "platform/sync.integration-synced",
    "platform/sync.integration-failed",
]
"""The type of a name that the catalogue has."""

EVENT_NAMES: Final[frozenset[KnownEventName]] = frozenset(get_args(KnownEventName))
"""Every name of the catalogue."""
