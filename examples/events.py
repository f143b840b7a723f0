# mypy: disable-error-code="deprecated"
# pyright: reportDeprecated=false
# For as long as a deprecated event is sent it needs an example, too.
"""One realistic instance of every event, or the least that it can be until somebody writes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from platform_events import (
    EVENT_TYPES,
    ActivityPublished,
    BenchmarkRecorded,
    ChurnRiskCheck,
    ChurnRiskDetected,
    CommentAdded,
    CommentRemoved,
    Event,
    HeartRateVariability,
    InjuryRiskCheck,
    InjuryRiskDetected,
    IntegrationFailed,
    IntegrationPullRequested,
    IntegrationPushRequested,
    IntegrationSynced,
    LoadResult,
    MemberFollowed,
    MemberUnfollowed,
    PlatformEvent,
    ReactionAdded,
    ReactionRemoved,
    Readiness,
    RiskFactor,
    ScoringCalculate,
    ScoringCalculated,
    Sleep,
    SleepStage,
    ThresholdCleared,
    ThresholdCrossed,
    WearableDataReceived,
    WorkoutLogged,
)

from .minimal import minimal

NOW: Final = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
BEDTIME: Final = datetime(2026, 11, 22, 22, 45, tzinfo=timezone(timedelta(hours=1)))

EVENTS: Final[tuple[PlatformEvent, ...]] = (
    WorkoutLogged(
        member_id="mem_anna",
        gym_id="gym_north",
        workout_id="wko_81",
        activity_type="functional-fitness",
        source="coach",
        started_at=NOW - timedelta(hours=1),
        duration_s=3_120,
        energy_kcal=540,
        average_heart_rate_bpm=141,
        maximum_heart_rate_bpm=178,
        perceived_exertion=7.5,
    ),
    BenchmarkRecorded(
        member_id="mem_anna",
        gym_id="gym_north",
        benchmark="back-squat-1rm",
        result=LoadResult(load_kg=102.5),
        is_personal_record=True,
        source="coach",
        performed_at=NOW,
    ),
    ScoringCalculate(
        member_id="mem_anna", gym_id="gym_north", score="progress", reason="benchmark-recorded"
    ),
    ScoringCalculated(
        member_id="mem_anna",
        gym_id="gym_north",
        score="progress",
        value=71.5,
        previous_value=68.0,
        algorithm_version="2026.4",
        reason="benchmark-recorded",
        calculated_at=NOW,
    ),
    ChurnRiskCheck(member_id="mem_ben", gym_id="gym_north", reason="scheduled"),
    ChurnRiskDetected(
        member_id="mem_ben",
        gym_id="gym_north",
        probability=0.62,
        horizon_days=30,
        level="high",
        factors=(RiskFactor(factor="missed-sessions", weight=0.7),),
        model_version="churn-7",
        detected_at=NOW,
    ),
    InjuryRiskCheck(member_id="mem_anna", gym_id="gym_north", reason="workout-logged"),
    InjuryRiskDetected(
        member_id="mem_anna",
        gym_id="gym_north",
        probability=0.21,
        horizon_days=14,
        level="moderate",
        body_region="knee",
        acute_chronic_workload_ratio=1.52,
        model_version="injury-3",
        detected_at=NOW,
    ),
    ThresholdCrossed(
        gym_id="gym_north",
        rule_id="rule_5",
        metric="weekly-active-members",
        unit="1",
        value=79,
        threshold=80,
        direction="falling",
        audience=("owner",),
        crossed_at=NOW,
    ),
    ThresholdCleared(gym_id="gym_north", rule_id="rule_5", cleared_at=NOW),
    WearableDataReceived(
        member_id="mem_anna",
        provider="oura",
        device="Oura Ring Gen4",
        measurements=(
            Sleep(
                measured_at=BEDTIME,
                duration_s=28_500,
                asleep_s=26_700,
                deep_s=5_400,
                rem_s=6_300,
                light_s=15_000,
                efficiency_percent=93.7,
                is_nap=False,
                stages=(SleepStage(stage="light", started_at=BEDTIME, duration_s=1_800),),
            ),
            HeartRateVariability(
                measured_at=BEDTIME, duration_s=28_500, statistic="average", rmssd_ms=48.5
            ),
            Readiness(measured_at=NOW, day=date(2026, 11, 23), score=84),
        ),
        received_at=NOW,
    ),
    IntegrationPullRequested(
        gym_id="gym_north",
        connection_id="con_3",
        service="mindbody",
        resource="attendance",
        reason="scheduled",
        changed_since=NOW - timedelta(days=1),
    ),
    IntegrationPushRequested(
        gym_id="gym_north",
        connection_id="con_4",
        service="strava",
        resource="workouts",
        record_ids=("wko_81",),
        reason="record-changed",
    ),
    IntegrationSynced(
        gym_id="gym_north",
        connection_id="con_3",
        service="mindbody",
        resource="attendance",
        direction="pull",
        created_count=214,
        updated_count=3,
        skipped_count=1,
        started_at=NOW - timedelta(seconds=12),
        duration_s=11.4,
    ),
    IntegrationFailed(
        gym_id="gym_north",
        connection_id="con_4",
        service="strava",
        resource="workouts",
        direction="push",
        error="rate-limited",
        is_retriable=True,
        failed_at=NOW,
        retry_at=NOW + timedelta(minutes=15),
    ),
    ReactionAdded(
        member_id="mem_ben",
        gym_id="gym_north",
        post_id="post_9",
        author_id="mem_anna",
        reaction="fire",
        added_at=NOW,
    ),
    ReactionRemoved(
        member_id="mem_ben", gym_id="gym_north", post_id="post_9", reaction="fire", removed_at=NOW
    ),
    CommentAdded(
        comment_id="com_2",
        session_id="ses_14",
        gym_id="gym_north",
        member_id="mem_ben",
        text="Same time on Thursday?",
        mentioned_member_ids=("mem_anna",),
        added_at=NOW,
    ),
    CommentRemoved(
        comment_id="com_2",
        session_id="ses_14",
        gym_id="gym_north",
        removed_by="author",
        removed_at=NOW,
    ),
    MemberFollowed(follower_id="mem_ben", followee_id="mem_anna", followed_at=NOW),
    MemberUnfollowed(follower_id="mem_ben", followee_id="mem_anna", unfollowed_at=NOW),
    ActivityPublished(
        activity_id="act_77",
        member_id="mem_anna",
        gym_id="gym_north",
        kind="personal-record",
        visibility="gym",
        summary="A new best back squat",
        published_at=NOW,
    ),
)
"""One of each class, in an order in which they could have happened."""


def one_of_each() -> list[Event]:
    """Give one event of every class of the catalogue.

    Returns:
        The examples above, and the least possible event of a class that has none yet.
    """
    have = {type(event) for event in EVENTS}
    return [*EVENTS, *(minimal(kind) for kind in EVENT_TYPES if kind not in have)]
