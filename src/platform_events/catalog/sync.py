"""Data arriving from wearables and gym software, and integrations that pull or push data.

What a wearable measures is in `measurements`. Attendance and memberships take their states from
the public interfaces of gym software:

- Mindbody, webhooks and API v6 (https://developers.mindbodyonline.com)
- Zenoti's webhooks (https://docs.zenoti.com/reference/webhook-events)
- TeamUp's attendances (https://developers.goteamup.com)
- PushPress' check-ins and plan enrollments (https://ppe.apidocumentation.com)
- ClubReady's booking status events (https://clubready.com/api)
- Glofox's bookings (https://gf-dev-docs.glofox.com)
- EGYM's memberships and visits (https://developer.egym.com)
- Stripe's subscriptions and invoices (https://docs.stripe.com/api)
"""

from datetime import date
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ..events.event import Event
from ..events.fields import (
    ConnectionId,
    Count,
    DurationS,
    EventId,
    ExternalId,
    FreeText,
    GymId,
    Label,
    MemberId,
    Open,
    Sensitive,
    SessionId,
    Timestamp,
)
from ..events.invariants import Absent, AnyOf, Invariants, NotBefore, Unique, When
from ..events.payload import Example, Payload
from .measurements import Measurement, MeasurementKind

WearableProvider: TypeAlias = Annotated[
    Literal[
        "apple-health",
        "concept2",
        "coros",
        "fitbit",
        "garmin",
        "google-health",
        "health-connect",
        "huawei-health",
        "inbody",
        "myzone",
        "open-mhealth",
        "oura",
        "peloton",
        "polar",
        "samsung-health",
        "strava",
        "suunto",
        "technogym",
        "ultrahuman",
        "wahoo",
        "whoop",
        "withings",
        "zepp",
    ],
    Open(),
]
"""Who delivers the measurements: the service, not the device. `google-health` is the successor of
the Fitbit Web API, `fitbit`."""

Aggregator: TypeAlias = Annotated[
    Literal[
        "human-api",
        "junction",
        "metriport",
        "open-wearables",
        "rook",
        "sahha",
        "spike",
        "terra",
        "thryve",
        "validic",
    ],
    Open(),
]
"""A service that collects from many providers; Junction was called Vital."""

IntegrationService: TypeAlias = Annotated[
    Literal[
        "abc-fitness",
        "apple-health",
        "arbox",
        "beyond-the-whiteboard",
        "classpass",
        "clubready",
        "concept2",
        "coros",
        "egym",
        "fitbit",
        "garmin",
        "glofox",
        "gocardless",
        "google-calendar",
        "google-health",
        "gymdesk",
        "hapana",
        "health-connect",
        "huawei-health",
        "inbody",
        "mariana-tek",
        "mindbody",
        "momence",
        "myzone",
        "open-mhealth",
        "oura",
        "peloton",
        "perfectgym",
        "polar",
        "pushpress",
        "samsung-health",
        "strava",
        "stripe",
        "sugarwod",
        "suunto",
        "teamup",
        "technogym",
        "trainerize",
        "trainheroic",
        "trainingpeaks",
        "ultrahuman",
        "virtuagym",
        "wahoo",
        "wellhub",
        "whoop",
        "withings",
        "wodify",
        "zapier",
        "zen-planner",
        "zenoti",
        "zepp",
    ],
    Open(),
]
"""The external service that an integration talks to; wearable providers are among them."""

IntegrationResource: TypeAlias = Annotated[
    Literal[
        "activity",
        "attendance",
        "benchmarks",
        "body",
        "bookings",
        "classes",
        "heart-rate",
        "members",
        "memberships",
        "payments",
        "readiness",
        "recovery",
        "sleep",
        "stress",
        "training-load",
        "workouts",
    ],
    Open(),
]
"""What kind of records moves."""

IntegrationReason: TypeAlias = Annotated[
    Literal["scheduled", "manual", "webhook", "backfill", "retry", "record-changed"], Open()
]
"""Why a pull or a push was asked for."""

RecordIds: TypeAlias = Annotated[tuple[ExternalId, ...], Field(max_length=1_000)]
"""Records, by the ids that the external service gave them."""


class TimeInterval(Payload):
    """A stretch of time."""

    INVARIANTS: ClassVar[Invariants] = (NotBefore("ended_at", "started_at"),)

    started_at: Timestamp
    ended_at: Timestamp
    """The first instant that is no longer part of it."""

    EXAMPLE: ClassVar[Example] = {
        "started_at": "2026-11-22T21:45:00Z",
        "ended_at": "2026-11-23T05:40:00Z",
    }


class WearableDataReceived(Event, name="platform/sync.wearable-data-received"):
    """Measurements of one member arrived from one provider.

    Sent by sync when a provider's webhook or a poll delivered something new or revised; many
    measurements in one event rather than many events. Handled by scoring (calculates again) and
    alerts (risk checks). What arrives of one kind for a record that is known replaces everything
    of that kind that is stored for it, unless its `revised_at` is older; the event's own id must
    therefore name the revision.
    """

    member_id: MemberId
    gym_id: GymId | None = None
    """The gym on whose behalf the provider is connected; absent for a member's own connection."""
    provider: WearableProvider
    via: Aggregator | None = None
    """The aggregator that fetched it from the provider; absent without one."""
    connection_id: ConnectionId | None = None
    device: Label | None = None
    """The device as the provider names it, such as `Oura Ring Gen4`."""
    measurements: Annotated[tuple[Measurement, ...], Field(min_length=1, max_length=1_000)]
    is_backfill: bool = False
    """Whether it is history, fetched when the member connected the provider."""
    received_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "provider": "oura",
        "via": "terra",
        "connection_id": "con_7",
        "device": "Oura Ring Gen4",
        "measurements": [
            {
                "kind": "sleep",
                "measured_at": "2026-11-22T22:45:00+01:00",
                "day": "2026-11-23",
                "record_id": "2f9a5f9e-1c0b",
                "revised_at": "2026-11-23T06:58:00Z",
                "duration_s": 28500.0,
                "time_in_bed_s": 28500.0,
                "asleep_s": 26700.0,
                "awake_s": 1800.0,
                "light_s": 15000.0,
                "deep_s": 5400.0,
                "rem_s": 6300.0,
                "latency_s": 540.0,
                "efficiency_percent": 93.7,
                "is_nap": False,
                "stages": [
                    {
                        "stage": "awake",
                        "started_at": "2026-11-22T22:45:00+01:00",
                        "duration_s": 600.0,
                    },
                    {
                        "stage": "light",
                        "started_at": "2026-11-22T22:55:00+01:00",
                        "duration_s": 1800.0,
                    },
                ],
            },
            {
                "kind": "heart-rate-variability",
                "measured_at": "2026-11-22T22:45:00+01:00",
                "record_id": "2f9a5f9e-1c0b",
                "duration_s": 28500.0,
                "statistic": "average",
                "relation_to_sleep": "during-sleep",
                "rmssd_ms": 48.0,
            },
            {"kind": "readiness", "day": "2026-11-23", "score": 84.0},
        ],
        "is_backfill": False,
        "received_at": "2026-11-23T07:00:02Z",
    }


class WearableDataRemoved(Event, name="platform/sync.wearable-data-removed"):
    """Measurements that a provider delivered are no longer there.

    Sent by sync when a provider says so: WHOOP's `sleep.deleted` with the id of a record, Google
    Health's `DELETE` of a data type in an interval, an Oura sleep of type `deleted`. Handled by
    sync (deletes what is stored), scoring (calculates again) and alerts (risk checks).
    """

    INVARIANTS: ClassVar[Invariants] = (
        AnyOf(("record_ids", "intervals")),
        Unique("record_ids"),
        Unique("kinds"),
    )

    member_id: MemberId
    gym_id: GymId | None = None
    provider: WearableProvider
    via: Aggregator | None = None
    connection_id: ConnectionId | None = None
    record_ids: RecordIds = ()
    """The `record_id` of what is removed."""
    kinds: Annotated[tuple[MeasurementKind, ...], Field(max_length=100)] = ()
    """The kinds that are removed; empty for all of the records, or within the intervals."""
    intervals: Annotated[tuple[TimeInterval, ...], Field(max_length=1_000)] = ()
    """Where the provider names no records: the times in which what was measured is removed."""
    removed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "provider": "google-health",
        "via": "terra",
        "connection_id": "con_7",
        "record_ids": ["users/a/dataTypes/sleep/dataPoints/b"],
        "kinds": ["sleep"],
        "intervals": [{"started_at": "2026-11-22T21:45:00Z", "ended_at": "2026-11-23T05:40:00Z"}],
        "removed_at": "2026-11-23T18:30:00Z",
    }


class ConnectionEstablished(Event, name="platform/sync.connection-established"):
    """An account at a wearable provider or an external service was connected.

    Sent by sync after a member or an owner gave access, also when that is renewed or covers other
    data than before (Garmin's `userPermissionsChange`). Handled by sync (fetches the history) and
    alerts (no longer asks to connect).
    """

    INVARIANTS: ClassVar[Invariants] = (AnyOf(("gym_id", "member_id")), Unique("scopes"))

    connection_id: ConnectionId
    gym_id: GymId | None = None
    """The gym whose account it is, or on whose behalf a member connected."""
    member_id: MemberId | None = None
    """The member whose account it is; absent for an account of the gym."""
    service: IntegrationService
    via: Aggregator | None = None
    """The aggregator through which it is connected; absent without one."""
    external_id: ExternalId | None = None
    """The account's id at the service."""
    scopes: Annotated[tuple[Label, ...], Field(max_length=100)] = ()
    """What may be read or written, in the service's words, such as `activity:read_all`."""
    established_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "connection_id": "con_7",
        "gym_id": "gym_north",
        "member_id": "mem_anna",
        "service": "oura",
        "via": "terra",
        "external_id": "XB4K-77",
        "scopes": ["daily", "heartrate", "workout"],
        "established_at": "2026-11-23T18:30:00Z",
    }


class ConnectionRevoked(Event, name="platform/sync.connection-revoked"):
    """An account at a wearable provider or an external service is no longer connected.

    Sent by sync: on the member's wish, on the provider's (Garmin's deregistration, Strava's
    deauthorization, Withings' unlinking), or when no token can be renewed. Handled by sync (stops
    pulling, deletes what must not be kept) and alerts (tells who may connect again).
    """

    INVARIANTS: ClassVar[Invariants] = (AnyOf(("gym_id", "member_id")),)

    connection_id: ConnectionId
    gym_id: GymId | None = None
    member_id: MemberId | None = None
    service: IntegrationService
    via: Aggregator | None = None
    """The aggregator through which it was connected; absent without one."""
    revoked_by: Annotated[Literal["member", "gym", "service", "platform"], Open()]
    """`service` if the provider does not say who; `platform` if a token no longer works."""
    must_delete_data: bool = False
    """Whether what came through it must be deleted, as providers' terms may require."""
    revoked_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "connection_id": "con_7",
        "gym_id": "gym_north",
        "member_id": "mem_anna",
        "service": "oura",
        "via": "terra",
        "revoked_by": "member",
        "must_delete_data": True,
        "revoked_at": "2026-11-23T18:30:00Z",
    }


class AttendanceRecorded(Event, name="platform/sync.attendance-recorded"):
    """A member's booking of a session, or a visit to the gym, changed its state.

    Sent by sync when gym software tells of it (Mindbody's `classRosterBookingStatus.updated` and
    `classWaitlistRequest.created`, TeamUp's attendances, PushPress' check-ins) and by the
    platform's own check-in. Handled by alerts: the main input of the churn-risk pipeline, which it
    reaches as the `attendance-changed` of a `ChurnRiskCheck`. Software corrects itself, so a later
    event of the same `external_id` takes the place of an earlier one: a no-show may turn out to
    have attended.
    """

    member_id: MemberId
    gym_id: GymId
    status: Annotated[
        Literal[
            "booked",
            "waitlisted",
            "cancelled",
            "late-cancelled",
            "session-cancelled",
            "attended",
            "no-show",
        ],
        Open(),
    ]
    """`late-cancelled` after the time up to which it was free; `session-cancelled` when the gym
    called the session off, which says nothing of the member."""
    visit_type: (
        Annotated[Literal["class", "appointment", "event", "open-gym", "online"], Open()] | None
    ) = None
    """What the member came for; `open-gym` is a visit without a session."""
    session_id: SessionId | None = None
    """The session; absent for a visit without one."""
    session_starts_at: Timestamp | None = None
    service: IntegrationService | None = None
    """The gym software that told of it; absent for the platform's own."""
    external_id: ExternalId | None = None
    """The booking's or the visit's id there; later states have the same."""
    recorded_at: Timestamp
    """When the state changed: of a visit, when the member came."""
    caused_by: EventId | None = None

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_ben",
        "gym_id": "gym_north",
        "status": "no-show",
        "visit_type": "class",
        "session_id": "ses_14",
        "session_starts_at": "2026-11-23T17:30:00Z",
        "service": "mindbody",
        "external_id": "100000123",
        "recorded_at": "2026-11-23T18:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class MembershipChanged(Event, name="platform/sync.membership-changed"):
    """A member's contract with a gym changed, or a payment for it failed.

    Sent by sync when gym software or a payment service tells of it (Mindbody's `clientContract`
    webhooks, Zenoti's guest memberships, Stripe's `customer.subscription` and `invoice` events).
    Handled by alerts: the churn-risk pipeline, as the `membership-changed` of a `ChurnRiskCheck`,
    and owners' dashboards. Contracts are made for days, not for instants; the days are the gym's.
    """

    INVARIANTS: ClassVar[Invariants] = (NotBefore("ends_on", "effective_on"),)

    member_id: MemberId
    gym_id: GymId
    change: Annotated[
        Literal[
            "started",
            "renewed",
            "plan-changed",
            "frozen",
            "resumed",
            "cancelled",
            "reinstated",
            "expired",
            "payment-failed",
            "payment-recovered",
        ],
        Open(),
    ]
    """`cancelled` when notice is given, and `expired` when the contract has ended. A freeze is what
    Mindbody calls a suspension and others a hold or a pause."""
    changed_by: Annotated[Literal["member", "gym", "service"], Open()] | None = None
    """Who brought it about: `gym` where it ended the contract, `service` for what happens by
    itself, such as a failed payment; absent where that is not known."""
    reason: Annotated[Label, Sensitive()] | None = None
    """Why, in the gym software's words, such as `Injury` or `Moving` (Mindbody's termination codes
    and types of suspension)."""
    plan: Label | None = None
    """The membership's name, such as `Unlimited 12 months`."""
    service: IntegrationService | None = None
    external_id: ExternalId | None = None
    """The contract's id at the service."""
    effective_on: date | None = None
    """The first day on which it holds, which may be later; absent for at once."""
    ends_on: date | None = None
    """The first day on which the freeze, or the contract, is over; absent where it is open-ended
    or not known."""
    changed_at: Timestamp
    caused_by: EventId | None = None

    EXAMPLE: ClassVar[Example] = {
        "member_id": "mem_ben",
        "gym_id": "gym_north",
        "change": "frozen",
        "changed_by": "member",
        "reason": "Injury",
        "plan": "Unlimited 12 months",
        "service": "mindbody",
        "external_id": "55021",
        "effective_on": "2026-12-01",
        "ends_on": "2027-01-01",
        "changed_at": "2026-11-23T18:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class _Integration(Event, abstract=True):
    INVARIANTS: ClassVar[Invariants] = (AnyOf(("gym_id", "member_id")),)

    gym_id: GymId | None = None
    """The gym whose integration it is; absent for a member's own connection."""
    member_id: MemberId | None = None
    """The member whose records they are; absent for those of the whole gym."""
    connection_id: ConnectionId
    service: IntegrationService
    via: Aggregator | None = None
    """The aggregator that stands between; absent without one."""
    resource: IntegrationResource


class IntegrationPullRequested(_Integration, name="platform/sync.integration-pull-requested"):
    """Fetch records from an external service.

    Sent by the schedule, by the service's webhook and by a person's click. Handled by sync, which
    answers with `IntegrationSynced` or `IntegrationFailed`.
    """

    INVARIANTS: ClassVar[Invariants] = (
        Unique("record_ids"),
        NotBefore("changed_until", "changed_since"),
    )

    record_ids: RecordIds = ()
    """Only these records, as a wearable's webhook names them; empty for all that changed."""
    reason: IntegrationReason
    changed_since: Timestamp | None = None
    """Only what changed after it; absent for everything."""
    changed_until: Timestamp | None = None
    """Only what changed before it; absent for everything up to now."""
    caused_by: EventId | None = None

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "member_id": "mem_anna",
        "connection_id": "con_7",
        "service": "oura",
        "via": "terra",
        "resource": "sleep",
        "record_ids": ["2f9a5f9e-1c0b"],
        "reason": "webhook",
        "changed_since": "2026-11-22T00:00:00Z",
        "changed_until": "2026-11-23T07:00:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class IntegrationPushRequested(_Integration, name="platform/sync.integration-push-requested"):
    """Bring records of the platform to an external service.

    Sent by any service whose records changed. Handled by sync, which answers with
    `IntegrationSynced` or `IntegrationFailed`.
    """

    INVARIANTS: ClassVar[Invariants] = (Unique("record_ids"),)

    record_ids: Annotated[RecordIds, Field(min_length=1)]
    """The platform's records."""
    reason: IntegrationReason
    caused_by: EventId | None = None

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "member_id": "mem_anna",
        "connection_id": "con_4",
        "service": "strava",
        "via": "rook",
        "resource": "workouts",
        "record_ids": ["wko_81"],
        "reason": "record-changed",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class IntegrationSynced(_Integration, name="platform/sync.integration-synced"):
    """A pull or a push finished.

    Sent by sync. Handled by scoring (new workouts), alerts (attendance) and sync (the state shown
    to owners).
    """

    INVARIANTS: ClassVar[Invariants] = (
        Unique("changed_record_ids"),
        Unique("deleted_record_ids"),
    )

    direction: Literal["pull", "push"]
    created_count: Count
    """At least 0."""
    updated_count: Count
    """At least 0."""
    unchanged_count: Count = 0
    """Records that were the same as before. At least 0."""
    deleted_count: Count = 0
    """At least 0."""
    skipped_count: Count = 0
    """Records that were left out because they made no sense. At least 0."""
    changed_record_ids: RecordIds = ()
    """Those created or updated; empty if there are too many to name."""
    deleted_record_ids: RecordIds = ()
    started_at: Timestamp
    duration_s: Annotated[DurationS, Field(le=2 * 86_400)]
    """0 to 172,800 seconds."""
    caused_by: EventId | None = None
    """The request that it answers."""

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "member_id": "mem_anna",
        "connection_id": "con_7",
        "service": "oura",
        "via": "terra",
        "resource": "sleep",
        "direction": "pull",
        "created_count": 1,
        "updated_count": 1,
        "unchanged_count": 12,
        "deleted_count": 1,
        "skipped_count": 0,
        "changed_record_ids": ["2f9a5f9e-1c0b", "2f9a5f9e-1c0a"],
        "deleted_record_ids": ["2f9a5f9e-1b77"],
        "started_at": "2026-11-23T06:59:51Z",
        "duration_s": 11.4,
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class IntegrationFailed(_Integration, name="platform/sync.integration-failed"):
    """A pull or a push failed.

    Sent by sync after its own retries. Handled by sync (tries again later, if that may help) and
    alerts (tells the owner or the member to connect again).
    """

    INVARIANTS: ClassVar[Invariants] = (
        When("is_retriable", (False,), Absent("retry_at")),
        NotBefore("retry_at", "failed_at"),
    )

    direction: Literal["pull", "push"]
    error: Annotated[
        Literal[
            "unauthorized",
            "rate-limited",
            "unavailable",
            "time-out",
            "invalid-answer",
            "rejected",
            "internal",
        ],
        Open(),
    ]
    error_code: Label | None = None
    """The service's own code, such as `invalid_grant`."""
    message: FreeText | None = None
    """The service's own words, which may quote a member's data."""
    is_retriable: bool
    """Whether a retry may help without anybody's doing."""
    failed_at: Timestamp
    retry_at: Timestamp | None = None
    """When sync tries again; absent when it does not."""
    caused_by: EventId | None = None
    """The request that it answers."""

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "member_id": "mem_anna",
        "connection_id": "con_4",
        "service": "strava",
        "via": "rook",
        "resource": "workouts",
        "direction": "push",
        "error": "rate-limited",
        "error_code": "429 Too Many Requests",
        "message": "Rate limit exceeded, try again in 15 minutes.",
        "is_retriable": True,
        "failed_at": "2026-11-23T18:30:00Z",
        "retry_at": "2026-11-23T18:45:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }
