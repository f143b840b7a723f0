"""Withings, from its Public API (https://developer.withings.com/api-reference) and notifications.

A measure is `value` times ten to the power of `unit`; a group's `attrib` says who it belongs to,
and `category` 2 is a goal. Sleep summaries are of the time in bed; `sleep_efficiency` is a
fraction. What is called `series` are summaries of nights, the stages of one night (which have a
`state`), or workouts (which have a `category`). A notification names a user, a kind of data
(`appli`) and a time; its fields are those of a form, so that numbers are texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from platform_events import (
    ActiveTime,
    BodyComposition,
    BodyWeight,
    ConnectionRevoked,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateSeries,
    HeartRateZone,
    IntegrationResource,
    Measurement,
    OxygenSaturation,
    RespiratoryRate,
    SkinTemperature,
    Sleep,
    SleepStage,
    Statistic,
    Steps,
    Vo2Max,
    WorkoutLogged,
)

from .records import (
    Account,
    Origin,
    Record,
    UnreadableError,
    activity_type,
    lasting_s,
    logged_or_updated,
    pull,
    received,
    removed,
    samples_on_grid,
    workout_id,
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
    "sleep.data.hr_average, hr_min, hr_max": "HeartRate.heart_rate_bpm",
    "sleep.data.rr_average, rr_min, rr_max": "RespiratoryRate.breaths_per_minute",
    "sleep.state, startdate, enddate": "Sleep.stages",
    "sleep.hr": "HeartRateSeries.values_bpm",
    "activities.steps": "Steps.step_count",
    "activities.distance": "Distance.distance_m",
    "activities.calories, totalcalories": "EnergyBurned.energy_kcal",
    "activities.soft, moderate, intense": "ActiveTime.light_s, moderate_s, vigorous_s",
    "activities.hr_average, hr_min, hr_max": "HeartRate.heart_rate_bpm, statistic",
    "workouts.id": "WorkoutLogged.external_id",
    "workouts.category": "WorkoutLogged.activity_type, sport",
    "workouts.startdate, enddate, timezone": "WorkoutLogged.started_at, duration_s",
    "workouts.data.calories": "WorkoutLogged.energy_kcal",
    "workouts.data.distance": "WorkoutLogged.distance_m",
    "workouts.data.steps": "WorkoutLogged.step_count",
    "workouts.data.hr_average": "WorkoutLogged.average_heart_rate_bpm",
    "workouts.data.hr_max": "WorkoutLogged.maximum_heart_rate_bpm",
    "workouts.data.hr_zone_0 to hr_zone_3": "WorkoutLogged.heart_rate_zones",
    "workouts.data.pause_duration": "WorkoutLogged.moving_s",
    "workouts.attrib": "WorkoutLogged.source",
    "notify.action": "ConnectionRevoked.revoked_by",
}
LEFT_OUT: Final = {
    "measures type 9, 10": "blood pressure: no purpose of the platform needs it",
    "measures type 4": "the height is of the member's profile",
    "measures type 71, 12": "body temperature: no purpose of the platform needs it",
    "measures type 91, 130, 135, 155": "pulse wave, ECG and vascular age are medical",
    "measures type 174, 175": "fat and muscle of one arm, leg or the trunk",
    "measures type 167, 168, 169, 196, 227": "no purpose of the platform needs it",
    "sleep.data.snoring, apnea_hypopnea_index": "medical",
    "sleep.rr, rmssd, sdnn_1, mvt_score": "the summaries of nights hold what scores compare",
    "activities.elevation": "no purpose of the platform needs floors",
    "activities.hr_zone_0 to hr_zone_3": "workouts have their zones",
    "intraday activity": "the activities of days hold the same",
    "workouts.data.pool_laps, strokes, spo2_average": "no purpose of the platform needs it",
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
_STATISTICS: Final[Mapping[str, Statistic]] = {
    "average": "average", "min": "minimum", "max": "maximum"
}  # fmt: skip
_USER_ACTION: Final = 46
_BY_HAND: Final = frozenset({2, 4})
_GOAL: Final = 2
_MOST_DIGITS: Final = 12
_KNOWN_BY: Final = ("appli", "status", "body", "measuregrps", "series", "activities")
_Stage: TypeAlias = Literal["awake", "light", "deep", "rem", "asleep", "unknown"]
_STATES: Final[Mapping[int, _Stage]] = {
    0: "awake", 1: "light", 2: "deep", 3: "rem", 4: "asleep", 5: "asleep"
}  # fmt: skip
# The states of one night follow each other; another night begins after a gap.
_SAME_NIGHT: Final = timedelta(hours=1)
_MOST_HEART_RATES: Final = 86_400
_CATEGORIES: Final[Mapping[int, str]] = {
    1: "Walk", 2: "Run", 3: "Hiking", 4: "Skating", 5: "BMX", 6: "Bicycling", 7: "Swimming",
    8: "Surfing", 9: "Kitesurfing", 10: "Windsurfing", 11: "Bodyboard", 12: "Tennis",
    13: "Table tennis", 14: "Squash", 15: "Badminton", 16: "Lift weights", 17: "Calisthenics",
    18: "Elliptical", 19: "Pilates", 20: "Basketball", 21: "Soccer", 22: "Football", 23: "Rugby",
    24: "Volleyball", 25: "Waterpolo", 26: "Horse riding", 27: "Golf", 28: "Yoga", 29: "Dancing",
    30: "Boxing", 31: "Fencing", 32: "Wrestling", 33: "Martial arts", 34: "Skiing",
    35: "Snowboarding", 187: "Rowing", 188: "Zumba", 191: "Baseball", 192: "Handball",
    193: "Hockey", 194: "Ice hockey", 195: "Climbing", 196: "Ice skating", 272: "Multi-sport",
    306: "Indoor walk", 307: "Indoor running", 308: "Indoor cycling",
}  # fmt: skip
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
    record.expect("Withings", _KNOWN_BY)
    if "appli" in record:
        return _notification(record, account)
    if record.number("status") not in {None, 0}:
        raise UnreadableError("status is that of an error")
    body = record.record("body") if "body" in record else record
    zone = body.text("timezone")
    # What an intraday activity calls its series is an object, and is left out.
    series = [] if body.is_object("series") else list(body.records("series"))
    nights = [one for one in series if not {"state", "category"} & set(one.names())]
    measurements = [
        *(one for group in body.records("measuregrps") for one in _group(group, zone)),
        *(one for night in nights for one in _night(night)),
        *_states([one for one in series if "state" in one]),
        *(one for day in body.records("activities") for one in _activity(day)),
    ]
    workouts = [_workout(one, account) for one in series if "category" in one]
    return [*received("withings", account, measurements), *workouts]


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
    for end_of_name, statistic in _STATISTICS.items():
        if (bpm := data.positive(f"hr_{end_of_name}")) is not None:
            yield HeartRate(
                heart_rate_bpm=bpm, statistic=statistic, relation_to_sleep="during-sleep",
                duration_s=duration_s, **origin,
            )  # fmt: skip
        if (breaths := data.positive(f"rr_{end_of_name}")) is not None:
            yield RespiratoryRate(
                breaths_per_minute=breaths, statistic=statistic, relation_to_sleep="during-sleep",
                duration_s=duration_s, **origin,
            )  # fmt: skip


def _states(states: list[Record]) -> Iterator[Measurement]:
    """Make a sleep of the states of each night, and a series of its heart rates."""
    night: list[SleepStage] = []
    rates: dict[float, float] = {}
    for state in sorted(states, key=lambda one: one.number("startdate") or 0):
        start = state.epoch("startdate")
        lasted_s = lasting_s(start, state.epoch("enddate"))
        if start is None or not lasted_s:
            continue
        if night and start - _end(night) > _SAME_NIGHT:
            yield from _night_of_states(night, rates)
            night, rates = [], {}
        night.append(SleepStage(stage=_stage(state), started_at=start, duration_s=lasted_s))
        samples = state.record("hr").numbers().items()
        rates |= {float(at): bpm for at, bpm in samples if at.isdecimal() and bpm > 0}
    if night:
        yield from _night_of_states(night, rates)


def _stage(state: Record) -> _Stage:
    code = state.whole("state")
    return "unknown" if code is None else _STATES.get(code, "unknown")


def _end(night: list[SleepStage]) -> datetime:
    return night[-1].started_at + timedelta(seconds=night[-1].duration_s)


def _night_of_states(night: list[SleepStage], rates: dict[float, float]) -> Iterator[Measurement]:
    start = night[0].started_at
    duration_s = (_end(night) - start).total_seconds()
    yield Sleep(measured_at=start, duration_s=duration_s, stages=tuple(night))
    since = {at - start.timestamp(): bpm for at, bpm in rates.items()}
    if grid := samples_on_grid(start, since, _MOST_HEART_RATES):
        began, interval_s, values = grid
        whole = tuple(None if value is None else round(value) for value in values)
        yield HeartRateSeries(measured_at=began, interval_s=interval_s, values_bpm=whole)


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
    for end_of_name, statistic in _STATISTICS.items():
        if (bpm := day.positive(f"hr_{end_of_name}")) is not None:
            yield HeartRate(heart_rate_bpm=bpm, statistic=statistic, **origin)
    times = [day.number(name) for name in ("soft", "moderate", "intense")]
    if any(time is not None for time in times):
        yield ActiveTime(light_s=times[0], moderate_s=times[1], vigorous_s=times[2], **origin)


def _workout(record: Record, account: Account) -> Event:
    id, data, zone = record.needed("id"), record.record("data"), record.text("timezone")
    start, end = _local(record.epoch("startdate"), zone), record.epoch("enddate")
    sport = _CATEGORIES.get(record.whole("category") or 0)
    duration_s, pause_s = lasting_s(start, end) or 0, data.positive("pause_duration")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("withings", id),
            activity_type=activity_type(sport),
            source="member" if record.whole("attrib") in _BY_HAND else "wearable",
            provider="withings",
            external_id=id,
            sport=sport,
            started_at=start,
            day=record.day("date"),
            duration_s=duration_s,
            moving_s=None if pause_s is None else max(duration_s - pause_s, 0),
            distance_m=data.positive("distance") or data.positive("manual_distance"),
            energy_kcal=data.positive("calories") or data.positive("manual_calories"),
            step_count=data.whole("steps"),
            average_heart_rate_bpm=data.positive("hr_average"),
            maximum_heart_rate_bpm=data.positive("hr_max"),
            heart_rate_zones=tuple(
                HeartRateZone(zone=number, duration_s=lasted_s)
                for number in range(4)
                if (lasted_s := data.number(f"hr_zone_{number}")) is not None
            ),
        ),
        account,
    )
