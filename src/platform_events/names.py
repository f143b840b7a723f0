"""One constant for every event name of the catalogue.

Generated from the catalogue by `make generate`. Do not edit.
"""

from typing import Final, Literal, TypeAlias

ALERTS_CHURN_RISK_CHECK: Final = "platform/alerts.churn-risk-check"
"""Check whether a member is about to leave the gym."""

ALERTS_CHURN_RISK_DETECTED: Final = "platform/alerts.churn-risk-detected"
"""A member may leave the gym."""

ALERTS_INJURY_RISK_CHECK: Final = "platform/alerts.injury-risk-check"
"""Check whether a member is about to be injured."""

ALERTS_INJURY_RISK_DETECTED: Final = "platform/alerts.injury-risk-detected"
"""A member may get injured if training goes on as it does."""

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

SCORING_WORKOUT_LOGGED: Final = "platform/scoring.workout-logged"
"""A member's workout was logged, by hand or from a device."""

SOCIAL_REACTION_ADDED: Final = "platform/social.reaction-added"
"""A member reacted to a post."""

SOCIAL_REACTION_REMOVED: Final = "platform/social.reaction-removed"
"""A member took a reaction back."""

SOCIAL_COMMENT_ADDED: Final = "platform/social.comment-added"
"""A member or coach commented on a session."""

SOCIAL_COMMENT_REMOVED: Final = "platform/social.comment-removed"
"""A comment was taken down."""

SOCIAL_MEMBER_FOLLOWED: Final = "platform/social.member-followed"
"""A member follows another from now on."""

SOCIAL_MEMBER_UNFOLLOWED: Final = "platform/social.member-unfollowed"
"""A member no longer follows another."""

SOCIAL_ACTIVITY_PUBLISHED: Final = "platform/social.activity-published"
"""Something that a member did goes to the activity feed."""

SYNC_WEARABLE_DATA_RECEIVED: Final = "platform/sync.wearable-data-received"
"""Measurements of one member arrived from one provider."""

SYNC_INTEGRATION_PULL_REQUESTED: Final = "platform/sync.integration-pull-requested"
"""Fetch records from an external service."""

SYNC_INTEGRATION_PUSH_REQUESTED: Final = "platform/sync.integration-push-requested"
"""Bring records of the platform to an external service."""

SYNC_INTEGRATION_SYNCED: Final = "platform/sync.integration-synced"
"""A pull or a push came to its end."""

SYNC_INTEGRATION_FAILED: Final = "platform/sync.integration-failed"
"""A pull or a push failed."""

KnownEventName: TypeAlias = Literal[
    "platform/alerts.churn-risk-check",
    "platform/alerts.churn-risk-detected",
    "platform/alerts.injury-risk-check",
    "platform/alerts.injury-risk-detected",
    "platform/alerts.threshold-crossed",
    "platform/alerts.threshold-cleared",
    "platform/scoring.calculate",
    "platform/scoring.calculated",
    "platform/scoring.benchmark-recorded",
    "platform/scoring.workout-logged",
    "platform/social.reaction-added",
    "platform/social.reaction-removed",
    "platform/social.comment-added",
    "platform/social.comment-removed",
    "platform/social.member-followed",
    "platform/social.member-unfollowed",
    "platform/social.activity-published",
    "platform/sync.wearable-data-received",
    "platform/sync.integration-pull-requested",
    "platform/sync.integration-push-requested",
    "platform/sync.integration-synced",
    "platform/sync.integration-failed",
]
"""The type of a name that the catalogue has."""

EVENT_NAMES: Final[frozenset[KnownEventName]] = frozenset(
    (
        ALERTS_CHURN_RISK_CHECK,
        ALERTS_CHURN_RISK_DETECTED,
        ALERTS_INJURY_RISK_CHECK,
        ALERTS_INJURY_RISK_DETECTED,
        ALERTS_THRESHOLD_CROSSED,
        ALERTS_THRESHOLD_CLEARED,
        SCORING_CALCULATE,
        SCORING_CALCULATED,
        SCORING_BENCHMARK_RECORDED,
        SCORING_WORKOUT_LOGGED,
        SOCIAL_REACTION_ADDED,
        SOCIAL_REACTION_REMOVED,
        SOCIAL_COMMENT_ADDED,
        SOCIAL_COMMENT_REMOVED,
        SOCIAL_MEMBER_FOLLOWED,
        SOCIAL_MEMBER_UNFOLLOWED,
        SOCIAL_ACTIVITY_PUBLISHED,
        SYNC_WEARABLE_DATA_RECEIVED,
        SYNC_INTEGRATION_PULL_REQUESTED,
        SYNC_INTEGRATION_PUSH_REQUESTED,
        SYNC_INTEGRATION_SYNCED,
        SYNC_INTEGRATION_FAILED,
    )
)
"""Every name of the catalogue."""
