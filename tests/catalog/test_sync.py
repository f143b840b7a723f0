"""What wearables, gym software and integrations tell of has its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from platform_events import (
    AttendanceRecorded,
    ConnectionEstablished,
    IntegrationFailed,
    IntegrationPullRequested,
    IntegrationSynced,
    InvalidEventError,
    MembershipChanged,
    TimeInterval,
    WearableDataRemoved,
)
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import properties

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


class TestRemovals:
    def test_a_record_or_a_range_is_removed(self) -> None:
        interval = TimeInterval(started_at=NOW, ended_at=NOW)
        told: list[dict[str, Any]] = [
            {"record_ids": ("users/a/dataPoints/b",)},
            {"intervals": (interval,)},
        ]
        for fields in told:
            removed = WearableDataRemoved(
                member_id="m", provider="google-health", removed_at=NOW, **fields
            )
            assert removed.kinds == ()
        with pytest.raises(InvalidEventError, match="one of `record_ids` and `intervals`"):
            WearableDataRemoved(member_id="m", provider="whoop", removed_at=NOW, kinds=("sleep",))


class TestIntegrations:
    def test_a_webhook_with_an_id_becomes_a_pull_of_a_member(self) -> None:
        pull = IntegrationPullRequested(
            member_id="m", connection_id="c", service="oura", via="terra", resource="sleep",
            record_ids=("2f9a5f9e-1c0b",), reason="webhook",
        )  # fmt: skip
        assert pull.gym_id is None

    def test_what_changed_and_what_did_not_is_said(self) -> None:
        synced = IntegrationSynced(
            member_id="m", connection_id="c", service="whoop", resource="recovery",
            direction="pull", created_count=1, updated_count=0, unchanged_count=12,
            deleted_count=1, changed_record_ids=("a",), deleted_record_ids=("b",),
            started_at=NOW, duration_s=11.4,
        )  # fmt: skip
        assert (synced.unchanged_count, synced.deleted_record_ids) == (12, ("b",))

    def test_no_time_to_retry_what_cannot_be_retried(self) -> None:
        fields: Any = {
            "member_id": "m", "connection_id": "c", "service": "oura", "resource": "sleep",
            "direction": "pull", "error": "unauthorized", "failed_at": NOW,
        }  # fmt: skip
        failed = IntegrationFailed(**fields, error_code="invalid_grant", is_retriable=False)
        assert failed.error_code == "invalid_grant"
        with pytest.raises(InvalidEventError, match="`retry_at` must be absent"):
            IntegrationFailed(**fields, is_retriable=False, retry_at=NOW)

    def test_somebody_is_connected(self) -> None:
        with pytest.raises(InvalidEventError, match="one of `gym_id` and `member_id`"):
            ConnectionEstablished(connection_id="c", service="oura", established_at=NOW)


# Mindbody's signedInStatus and webhooks, TeamUp's status of an attendance, Zenoti's and PushPress'
# events, and what each becomes.
BOOKINGS = {
    "classRosterBooking.created": "booked",
    "classWaitlistRequest.created": "waitlisted",
    "EarlyCancelled": "cancelled",
    "LateCancelled": "late-cancelled",
    "class.cancelled": "session-cancelled",
    "SignedIn": "attended",
    "Absent": "no-show",
    "late_cancelled": "late-cancelled",
    "no_show": "no-show",
    "checkin.created": "attended",
}


class TestGymSoftware:
    @pytest.mark.parametrize("status", BOOKINGS.values(), ids=list(BOOKINGS))
    def test_every_state_of_a_booking_can_be_said(self, status: Any) -> None:
        recorded = AttendanceRecorded(
            member_id="m", gym_id="g", status=status, visit_type="class", service="mindbody",
            external_id="100000123", recorded_at=NOW,
        )  # fmt: skip
        assert recorded.session_id is None

    def test_a_visit_needs_no_session(self) -> None:
        visit = AttendanceRecorded(
            member_id="m", gym_id="g", status="attended", visit_type="open-gym", recorded_at=NOW
        )
        assert visit.service is None

    def test_a_freeze_is_of_days(self) -> None:
        fields: Any = {
            "member_id": "m", "gym_id": "g", "change": "frozen", "changed_by": "member",
            "reason": "Injury", "service": "mindbody", "changed_at": NOW,
        }  # fmt: skip
        first, last = date(2026, 12, 1), date(2027, 1, 1)
        frozen = MembershipChanged(**fields, effective_on=first, ends_on=last)
        assert MembershipChanged.from_data(frozen.to_data()) == frozen
        assert MembershipChanged(**fields, effective_on=first).ends_on is None
        with pytest.raises(InvalidEventError, match="`ends_on` must not be before `effective_on`"):
            MembershipChanged(**fields, effective_on=last, ends_on=first)

    def test_why_a_member_leaves_is_not_shown(self) -> None:
        fields = properties(event_schema(MembershipChanged))
        assert fields["reason"]["x-sensitive"] is True
