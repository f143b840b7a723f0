"""Strava, from the API v3 (https://developers.strava.com/docs/reference) and its webhooks.

An activity needs no gym. What Strava calls relative effort is its field `suffer_score`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from platform_events import ConnectionRevoked, Event, WorkoutLoad, WorkoutLogged

from .records import (
    Account,
    Record,
    UnreadableError,
    activity_type,
    logged_or_updated,
    pull,
    record_of,
    workout_id,
    workout_removed,
)

FIELDS: Final = {
    "activity.id": "WorkoutLogged.external_id",
    "activity.sport_type, type": "WorkoutLogged.activity_type, sport",
    "activity.start_date, utc_offset": "WorkoutLogged.started_at",
    "activity.start_date_local": "WorkoutLogged.day",
    "activity.elapsed_time": "WorkoutLogged.duration_s",
    "activity.moving_time": "WorkoutLogged.moving_s",
    "activity.distance": "WorkoutLogged.distance_m",
    "activity.calories": "WorkoutLogged.energy_kcal",
    "activity.average_heartrate": "WorkoutLogged.average_heart_rate_bpm",
    "activity.max_heartrate": "WorkoutLogged.maximum_heart_rate_bpm",
    "activity.average_watts, device_watts": "WorkoutLogged.average_power_w",
    "activity.max_watts": "WorkoutLogged.maximum_power_w",
    "activity.total_elevation_gain": "WorkoutLogged.elevation_gain_m",
    "activity.suffer_score": "WorkoutLogged.training_load",
    "activity.perceived_exertion": "WorkoutLogged.perceived_exertion",
    "activity.manual": "WorkoutLogged.source",
    "webhook.object_id": "IntegrationPullRequested.record_ids",
    "webhook.updates.authorized": "ConnectionRevoked.revoked_by",
}
LEFT_OUT: Final = {
    "map, laps, splits, segment_efforts": "where a member went is not the platform's business",
    "name, description, photos": "words and pictures stay where the member put them",
    "kudos_count, comment_count": "reactions elsewhere do not belong to the platform",
    "average_cadence, average_speed": "speed follows from distance and time",
    "kilojoules": "work at the pedals is not the energy that a body burns",
    "average_watts without device_watts": "estimated power is not measured power",
}


_KNOWN_BY: Final = ("aspect_type", "list", "sport_type", "elapsed_time", "resource_state")


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a webhook, of an activity or of a list of them.

    Args:
        payload: The JSON that Strava sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Strava documents.
        InvalidEventError: A value is not plausible.
    """
    record = record_of(payload)
    record.expect("Strava", _KNOWN_BY)
    if "aspect_type" in record:
        return _webhook(record, account)
    activities = list(record.records("list")) if "list" in record else [record]
    return [_workout(one, account) for one in activities]


def _webhook(record: Record, account: Account) -> list[Event]:
    id = record.needed("object_id")
    if record.text("object_type") == "athlete":
        if record.record("updates").text("authorized") != "false":
            return []
        return [
            ConnectionRevoked(
                connection_id=account.connection_id,
                gym_id=account.gym_id,
                member_id=account.member_id,
                service="strava",
                revoked_by="member",
                must_delete_data=True,
                revoked_at=record.epoch("event_time") or account.received_at,
            )
        ]
    if record.text("aspect_type") == "delete":
        return [workout_removed("strava", account, id)]
    return [pull("strava", account, "workouts", record_ids=[id])]


def _workout(record: Record, account: Account) -> Event:
    id, sport = record.needed("id"), record.text("sport_type") or record.text("type")
    duration_s = record.number("elapsed_time")
    if duration_s is None:
        raise UnreadableError("elapsed_time is missing")
    offset = _offset(record)
    has_meter = record.flag("device_watts") is True
    effort, exertion = record.positive("suffer_score"), record.number("perceived_exertion")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("strava", id),
            activity_type=activity_type(sport),
            source="member" if record.flag("manual") else "wearable",
            provider="strava",
            external_id=id,
            sport=sport,
            started_at=record.instant("start_date", offset),
            day=record.day("start_date_local"),
            duration_s=duration_s,
            moving_s=record.number("moving_time"),
            distance_m=record.positive("distance"),
            energy_kcal=record.positive("calories"),
            average_heart_rate_bpm=record.positive("average_heartrate"),
            maximum_heart_rate_bpm=record.positive("max_heartrate"),
            average_power_w=record.positive("average_watts") if has_meter else None,
            maximum_power_w=record.positive("max_watts") if has_meter else None,
            elevation_gain_m=record.positive("total_elevation_gain"),
            training_load=None
            if effort is None
            else WorkoutLoad(value=effort, method="relative-effort"),
            perceived_exertion=exertion,
        ),
        account,
    )


def _offset(record: Record) -> timedelta:
    """Read the offset, or find it from the local time, which is written as if it were in UTC."""
    seconds = record.number("utc_offset")
    if seconds is not None:
        return timedelta(seconds=seconds)
    start, local = record.instant("start_date"), record.instant("start_date_local")
    if start is None or local is None:
        return timedelta()
    return _utc(local) - _utc(start)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
