"""Withings, from its Public API (https://developer.withings.com/api-reference) and notifications.

A measure is `value` times ten to the power of `unit`; a group's `attrib` says who it belongs to,
and `category` 2 is a goal. Sleep summaries are of the time in bed; `sleep_efficiency` is a
fraction. A notification names a user, a kind of data (`appli`) and a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from platform_events import (
    BodyComposition,
    BodyWeight,
    ConnectionRevoked,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    IntegrationResource,
    Measurement,
    OxygenSaturation,
    RespiratoryRate,
    SkinTemperature,
    Sleep,
    Steps,
    Vo2Max,
)

from .records import (
    Account,
    Origin,
    Record,
    UnreadableError,
    lasting_s,
    pull,
    received,
    removed,
)

FIELDS: Final = {
    "measuregrps.grpid": "BodyWeight.record_id",
    "measuregrps.date": "BodyWeight.measured_at",
    "measuregrps.modified": "BodyWeight.revised_at",
    "measuregrps.attrib": "BodyWeight.recording_method",
    "measures type 1": "BodyWeight.weight_kg",
    "measures type 5": "BodyComposition.fat_free_mass_kg",
    "measures type 6": "BodyComposition.body_fat_percent",
    "measures type 8": "BodyComposition.fat_mass_kg",
    "measures type 76": "BodyComposition.muscle_mass_kg",
    "measures type 77": "BodyComposition.body_water_kg",
    "measures type 88": "BodyComposition.bone_mass_kg",
    "measures type 170": "BodyComposition.visceral_fat_level",
    "measures type 226": "BodyComposition.basal_metabolism_kcal",
    "measures type 11": "HeartRate.heart_rate_bpm",
    "measures type 54": "OxygenSaturation.oxygen_saturation_percent",
    "measures type 73": "SkinTemperature.temperature_c",
    "measures type 123": "Vo2Max.vo2_max_ml_per_kg_min",
    "sleep.startdate, enddate, timezone": "Sleep.measured_at, duration_s",
    "sleep.date": "Sleep.day",
    "sleep.id": "Sleep.record_id",
    "sleep.data.total_timeinbed": "Sleep.time_in_bed_s",
    "sleep.data.total_sleep_time": "Sleep.asleep_s",
    "sleep.data.wakeupduration": "Sleep.awake_s",
    "sleep.data.lightsleepduration": "Sleep.light_s",
    "sleep.data.deepsleepduration": "Sleep.deep_s",
    "sleep.data.remsleepduration": "Sleep.rem_s",
    "sleep.data.sleep_latency": "Sleep.latency_s",
    "sleep.data.sleep_efficiency": "Sleep.efficiency_percent",
    "sleep.data.wakeupcount": "Sleep.awakening_count",
    "sleep.data.sleep_score": "Sleep.score",
    "sleep.data.hr_average, hr_min": "HeartRate.heart_rate_bpm",
    "sleep.data.rr_average": "RespiratoryRate.breaths_per_minute",
    "activities.steps": "Steps.step_count",
    "activities.distance": "Distance.distance_m",
    "activities.calories, totalcalories": "EnergyBurned.energy_kcal",
    "notify.action": "ConnectionRevoked.revoked_by",
}
LEFT_OUT: Final = {
    "measures type 9, 10": "blood pressure: no purpose of the platform needs it",
    "measures type 4": "the height is of the member's profile",
    "measures type 71, 12": "body temperature: no purpose of the platform needs it",
    "measures type 91, 130, 135, 155": "pulse wave, ECG and vascular age are medical",
    "sleep.data.snoring, apnea_hypopnea_index": "medical",
    "activities.elevation, soft, moderate, intense": "workouts say enough",
    "groups with category 2": "goals, not measurements",
}

_RESOURCES: Final[Mapping[int, IntegrationResource]] = {
    1: "body",
    2: "body",
    4: "heart-rate",
    16: "activity",
    44: "sleep",
    62: "heart-rate",
}
_USER_ACTION: Final = 46
_BY_HAND: Final = frozenset({2, 4})
_GOAL: Final = 2
_MOST_DIGITS: Final = 12
_PARTS: Final = {
    5: "fat_free_mass_kg",
    6: "body_fat_percent",
    8: "fat_mass_kg",
    76: "muscle_mass_kg",
    77: "body_water_kg",
    88: "bone_mass_kg",
    170: "visceral_fat_level",
    226: "basal_metabolism_kcal",
}


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a notification or of an answer.

    Args:
        payload: The JSON that Withings sent; of a notification, its form fields as an object.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Withings documents, or an answer with an error.
        InvalidEventError: A value is not plausible.
    """
    record = Record(payload)
    if "appli" in record:
        return _notification(record, account)
    if record.number("status") not in {None, 0}:
        raise UnreadableError("status is that of an error")
    body = record.record("body") if "body" in record else record
    zone = body.text("timezone")
    measurements = [
        *(one for group in body.records("measuregrps") for one in _group(group, zone)),
        *(one for night in body.records("series") for one in _night(night)),
        *(one for day in body.records("activities") for one in _activity(day)),
    ]
    return [*received("withings", account, measurements)]


def _notification(record: Record, account: Account) -> list[Event]:
    appli = record.whole("appli") or 0
    if appli == _USER_ACTION:
        if record.text("action") not in {"delete", "unlink"}:
            return []
        return [
            ConnectionRevoked(
                connection_id=account.connection_id,
                gym_id=account.gym_id,
                member_id=account.member_id,
                service="withings",
                revoked_by="member",
                must_delete_data=record.text("action") == "delete",
                revoked_at=account.received_at,
            )
        ]
    if appli not in _RESOURCES:
        return []
    if record.text("action") == "delete" and "grpid" in record:
        return [removed("withings", account, [record.needed("grpid")])]
    return [
        pull(
            "withings",
            account,
            _RESOURCES[appli],
            since=record.epoch("startdate"),
            until=record.epoch("enddate"),
        )
    ]


def _local(moment: datetime | None, zone: str | None) -> datetime | None:
    """Give an instant the offset that the member's zone had then."""
    if moment is None or zone is None:
        return moment
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError):
        return moment.astimezone(UTC)


def _group(group: Record, zone: str | None) -> Iterator[Measurement]:
    if group.whole("category") == _GOAL:
        return
    measured_at = _local(group.epoch("date"), zone)
    revised_at = group.epoch("modified")
    by_hand = group.whole("attrib") in _BY_HAND
    origin: Origin = {
        "record_id": group.text("grpid"),
        "revised_at": revised_at,
        "measured_at": measured_at,
    }
    values: dict[int, float] = {}
    for measure in group.records("measures"):
        value, unit = measure.number("value"), measure.whole("unit")
        if value is not None and unit is not None:
            values[measure.whole("type") or 0] = _power(value, unit)
    weight_kg = values.get(1)
    if weight_kg is not None:
        yield BodyWeight(
            weight_kg=weight_kg, recording_method="manual" if by_hand else "active", **origin
        )
    parts = {name: values[number] for number, name in _PARTS.items() if number in values}
    if parts:
        yield _composition(parts, weight_kg, origin)
    if 11 in values:
        yield HeartRate(heart_rate_bpm=values[11], **origin)
    if 54 in values:
        yield OxygenSaturation(oxygen_saturation_percent=values[54], **origin)
    if 73 in values:
        yield SkinTemperature(temperature_c=values[73], **origin)
    if 123 in values:
        yield Vo2Max(vo2_max_ml_per_kg_min=values[123], **origin)


def _power(value: float, unit: int) -> float:
    if not -_MOST_DIGITS <= unit <= _MOST_DIGITS:
        raise UnreadableError("unit must be a small power of ten")
    return value * 10.0**unit


def _composition(
    parts: Mapping[str, float], weight_kg: float | None, origin: Origin
) -> BodyComposition:
    return BodyComposition(
        weight_kg=weight_kg,
        body_fat_percent=parts.get("body_fat_percent"),
        fat_mass_kg=parts.get("fat_mass_kg"),
        fat_free_mass_kg=parts.get("fat_free_mass_kg"),
        muscle_mass_kg=parts.get("muscle_mass_kg"),
        bone_mass_kg=parts.get("bone_mass_kg"),
        body_water_kg=parts.get("body_water_kg"),
        visceral_fat_level=parts.get("visceral_fat_level"),
        basal_metabolism_kcal=parts.get("basal_metabolism_kcal"),
        **origin,
    )


def _night(night: Record) -> Iterator[Measurement]:
    zone, data = night.text("timezone"), night.record("data")
    start, end = _local(night.epoch("startdate"), zone), night.epoch("enddate")
    duration_s = lasting_s(start, end)
    if duration_s is None:
        return
    origin: Origin = {
        "record_id": night.text("id"),
        "revised_at": night.epoch("modified"),
        "day": night.day("date"),
        "measured_at": start,
    }
    fraction = data.positive("sleep_efficiency")
    yield Sleep(
        duration_s=duration_s,
        time_in_bed_s=data.number("total_timeinbed"),
        asleep_s=data.number("total_sleep_time"),
        awake_s=data.number("wakeupduration"),
        light_s=data.number("lightsleepduration"),
        deep_s=data.number("deepsleepduration"),
        rem_s=data.number("remsleepduration"),
        latency_s=data.number("sleep_latency"),
        efficiency_percent=None if fraction is None else fraction * 100,
        awakening_count=data.whole("wakeupcount"),
        score=data.positive("sleep_score"),
        **origin,
    )
    average, least = data.positive("hr_average"), data.positive("hr_min")
    if average is not None:
        yield HeartRate(
            heart_rate_bpm=average, statistic="average", relation_to_sleep="during-sleep",
            duration_s=duration_s, **origin,
        )  # fmt: skip
    if least is not None:
        yield HeartRate(
            heart_rate_bpm=least, statistic="minimum", relation_to_sleep="during-sleep",
            duration_s=duration_s, **origin,
        )  # fmt: skip
    if (breaths := data.positive("rr_average")) is not None:
        yield RespiratoryRate(
            breaths_per_minute=breaths, statistic="average", relation_to_sleep="during-sleep",
            duration_s=duration_s, **origin,
        )  # fmt: skip


def _activity(day: Record) -> Iterator[Measurement]:
    origin: Origin = {
        "day": day.day("date"),
        "record_id": f"activity:{day.text('date')}",
        "revised_at": day.epoch("modified"),
    }
    steps, distance_m = day.whole("steps"), day.number("distance")
    if steps is not None:
        yield Steps(step_count=steps, **origin)
    if distance_m is not None:
        yield Distance(distance_m=distance_m, **origin)
    for name, is_basal in (("calories", False), ("totalcalories", True)):
        kcal = day.number(name)
        if kcal is not None:
            yield EnergyBurned(energy_kcal=kcal, includes_basal=is_basal, **origin)
