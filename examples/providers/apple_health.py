"""Apple Health, as Health Auto Export sends it (https://github.com/Lybron/health-auto-export/wiki).

Apple has no interface for servers: an application on the phone reads HealthKit and sends what it
reads. This format is a common one, with one list for each metric. Units are the member's choice,
so they are converted. Sleep comes night by night, in hours, or stage by stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, TypedDict

from platform_events import (
    ActiveTime,
    BodyComposition,
    BodyWeight,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateVariabilitySdnn,
    Measurement,
    OxygenSaturation,
    RespiratoryRate,
    RestingHeartRate,
    SkinTemperature,
    Sleep,
    SleepStage,
    Statistic,
    Steps,
    Vo2Max,
    WheelchairPushes,
    WorkoutLogged,
)

from .records import (
    Account,
    Record,
    UnreadableError,
    activity_type,
    lasting_s,
    logged_or_updated,
    received,
    workout_id,
)

FIELDS: Final = {
    "metrics.data.date": "HeartRate.measured_at",
    "metrics.data.source": "HeartRate.source_device",
    "heart_rate.Avg, Min, Max": "HeartRate.heart_rate_bpm",
    "resting_heart_rate": "RestingHeartRate.heart_rate_bpm",
    "heart_rate_variability": "HeartRateVariabilitySdnn.sdnn_ms",
    "blood_oxygen_saturation": "OxygenSaturation.oxygen_saturation_percent",
    "respiratory_rate": "RespiratoryRate.breaths_per_minute",
    "apple_sleeping_wrist_temperature": "SkinTemperature.temperature_c",
    "vo2_max": "Vo2Max.vo2_max_ml_per_kg_min",
    "step_count": "Steps.step_count",
    "push_count": "WheelchairPushes.push_count",
    "walking_running_distance, cycling_distance, swimming_distance": "Distance.distance_m",
    "active_energy": "EnergyBurned.energy_kcal",
    "apple_exercise_time": "ActiveTime.active_s",
    "weight_body_mass": "BodyWeight.weight_kg",
    "body_fat_percentage": "BodyComposition.body_fat_percent",
    "lean_body_mass": "BodyComposition.fat_free_mass_kg",
    "sleep_analysis.sleepStart, inBedStart": "Sleep.measured_at, duration_s",
    "sleep_analysis.date": "Sleep.day",
    "sleep_analysis.inBed": "Sleep.time_in_bed_s",
    "sleep_analysis.totalSleep": "Sleep.asleep_s",
    "sleep_analysis.core, deep, rem, awake": "Sleep.light_s, deep_s, rem_s, awake_s",
    "sleep_analysis.value": "Sleep.stages",
    "workouts.id": "WorkoutLogged.external_id",
    "workouts.name": "WorkoutLogged.activity_type, sport",
    "workouts.start, end": "WorkoutLogged.started_at, duration_s",
    "workouts.distance": "WorkoutLogged.distance_m",
    "workouts.activeEnergyBurned, activeEnergy": "WorkoutLogged.energy_kcal",
    "workouts.avgHeartRate, maxHeartRate, heartRate": (
        "WorkoutLogged.average_heart_rate_bpm, maximum_heart_rate_bpm"
    ),
    "workouts.elevationUp, elevation.ascent": "WorkoutLogged.elevation_gain_m",
}
LEFT_OUT: Final = {
    "blood_pressure, blood_glucose, ecg, cycleTracking": "no purpose of the platform needs it",
    "workouts.route": "where a member went is not the platform's business",
    "heartRateData, heartRateRecovery of a workout": "the metric heart_rate holds them",
    "stateOfMind, medications, symptoms": "no purpose of the platform needs it",
    "basal_energy_burned": "what a body burns at rest is not an effort",
    "walking_heart_rate_average, heart_rate_recovery": "no purpose of the platform needs it",
    "body_mass_index, height": "they follow from the weight and the member's profile",
    "flights_climbed, apple_stand_time, time_in_daylight": "no purpose of the platform needs it",
    "metrics that are not named above": "they have no kind; the list of names is open",
}

_KNOWN_BY: Final = (
    "metrics", "workouts", "stateOfMind", "medications", "symptoms", "cycleTracking", "ecg",
    "heartRateNotifications",
)  # fmt: skip
_HOUR: Final = 3_600.0
_UNITS: Final[Mapping[str, tuple[float, float]]] = {
    # The factor to the catalogue's unit, and what is taken off before.
    "count/min": (1, 0), "bpm": (1, 0), "ms": (1, 0), "%": (1, 0), "count": (1, 0),
    "degC": (1, 0), "degF": (1 / 1.8, 32), "kg": (1, 0), "lb": (0.453_592_37, 0),
    "st": (6.350_293_18, 0), "g": (1e-3, 0), "m": (1, 0), "km": (1_000, 0), "mi": (1_609.344, 0),
    "ft": (0.304_8, 0), "kcal": (1, 0), "kJ": (1 / 4.184, 0), "Cal": (1, 0), "min": (60, 0),
    "hr": (_HOUR, 0), "s": (1, 0), "ml/(kg\u00b7min)": (1, 0), "mL/min\u00b7kg": (1, 0),
}  # fmt: skip
_STAGES: Final[Mapping[str, Literal["awake", "asleep", "in-bed", "light", "rem", "deep"]]] = {
    "awake": "awake",
    "asleep": "asleep",
    "unspecified": "asleep",
    "in bed": "in-bed",
    "inbed": "in-bed",
    "core": "light",
    "rem": "rem",
    "deep": "deep",
}


class _At(TypedDict):
    measured_at: datetime | None
    source_device: str | None


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of an export.

    Args:
        payload: The JSON that Health Auto Export sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Health Auto Export documents, or a unit is not known.
        InvalidEventError: A value is not plausible.
    """
    record = Record(payload)
    record.expect("Health Auto Export", ("data",))
    data = record.record("data")
    data.expect("Health Auto Export", _KNOWN_BY)
    measurements = [
        measurement for metric in data.records("metrics") for measurement in _metric(metric)
    ]
    workouts = [_workout(one, account) for one in data.records("workouts")]
    return [*received("apple-health", account, measurements), *workouts]


def _metric(metric: Record) -> Iterator[Measurement]:
    name, unit = metric.needed("name"), metric.text("units") or "count"
    if name == "sleep_analysis":
        yield from _sleep(list(metric.records("data")))
    elif name == "heart_rate":
        for sample in metric.records("data"):
            yield from _heart_rate(sample)
    elif name in _READERS:
        for sample in metric.records("data"):
            value = _converted(sample, unit)
            if value is not None:
                yield _READERS[name](value, _at(sample))


def _converted(sample: Record, unit: str, name: str = "qty") -> float | None:
    value = sample.number(name)
    if unit not in _UNITS:
        raise UnreadableError("units must be one that is known")
    factor, offset = _UNITS[unit]
    return None if value is None else (value - offset) * factor


def _at(sample: Record) -> _At:
    return {"measured_at": sample.instant("date"), "source_device": sample.text("source")}


def _heart_rate(sample: Record) -> Iterator[Measurement]:
    readings: dict[Statistic, float | None] = {
        "average": sample.positive("Avg"),
        "minimum": sample.positive("Min"),
        "maximum": sample.positive("Max"),
    }
    if readings["minimum"] == readings["maximum"]:  # one beat of the sensor is no statistic
        bpm = readings["average"] or sample.positive("qty")
        if bpm is not None:
            yield HeartRate(heart_rate_bpm=bpm, **_at(sample))
        return
    for statistic, value in readings.items():
        if value is not None:
            yield HeartRate(
                heart_rate_bpm=value, statistic=statistic, duration_s=60.0, **_at(sample)
            )


def _percent(value: float) -> float:
    """HealthKit has fractions, and exports write either."""
    return value * 100 if value <= 1 else value


# The values of an export are of a minute or of a day, whose length the format does not tell.
_READERS: Final[Mapping[str, Callable[[float, _At], Measurement]]] = {
    "resting_heart_rate": lambda value, at: RestingHeartRate(heart_rate_bpm=value, **at),
    "heart_rate_variability": lambda value, at: HeartRateVariabilitySdnn(sdnn_ms=value, **at),
    "blood_oxygen_saturation": lambda value, at: OxygenSaturation(
        oxygen_saturation_percent=_percent(value), **at
    ),
    "respiratory_rate": lambda value, at: RespiratoryRate(breaths_per_minute=value, **at),
    "apple_sleeping_wrist_temperature": lambda value, at: SkinTemperature(
        temperature_c=value, relation_to_sleep="during-sleep", **at
    ),
    "vo2_max": lambda value, at: Vo2Max(vo2_max_ml_per_kg_min=value, **at),
    "weight_body_mass": lambda value, at: BodyWeight(weight_kg=value, **at),
    "body_fat_percentage": lambda value, at: BodyComposition(
        body_fat_percent=_percent(value), **at
    ),
    "lean_body_mass": lambda value, at: BodyComposition(fat_free_mass_kg=value, **at),
    "step_count": lambda value, at: Steps(step_count=round(value), **_of_day(at)),
    "push_count": lambda value, at: WheelchairPushes(push_count=round(value), **_of_day(at)),
    "walking_running_distance": lambda value, at: Distance(distance_m=value, **_of_day(at)),
    "cycling_distance": lambda value, at: Distance(distance_m=value, **_of_day(at)),
    "swimming_distance": lambda value, at: Distance(distance_m=value, **_of_day(at)),
    "active_energy": lambda value, at: EnergyBurned(
        energy_kcal=value, includes_basal=False, **_of_day(at)
    ),
    "apple_exercise_time": lambda value, at: ActiveTime(active_s=value, **_of_day(at)),
}


class _Span(_At):
    duration_s: float


def _of_day(at: _At) -> _Span:
    """Take a value that stands at midnight for that of a day, and any other for a minute's."""
    moment = at["measured_at"]
    is_day = moment is not None and (moment.hour, moment.minute) == (0, 0)
    return {**at, "duration_s": 86_400.0 if is_day else 60.0}


def _sleep(entries: list[Record]) -> Iterator[Measurement]:
    nights = [entry for entry in entries if "value" not in entry]
    for night in nights:
        yield from _night(night)
    stages = [stage for entry in entries if "value" in entry for stage in _stage(entry)]
    if stages:
        yield _of_stages(sorted(stages, key=lambda stage: stage.started_at))


def _night(night: Record) -> Iterator[Measurement]:
    asleep_from, asleep_to = night.instant("sleepStart"), night.instant("sleepEnd")
    starts = [one for one in (night.instant("inBedStart"), asleep_from) if one is not None]
    ends = [one for one in (night.instant("inBedEnd"), asleep_to) if one is not None]
    start, end = min(starts, default=None), max(ends, default=None)
    duration_s, period_s = lasting_s(start, end), lasting_s(asleep_from, asleep_to)
    if duration_s is None:
        return
    hours = {
        name: night.scaled(name, _HOUR)
        for name in ("inBed", "totalSleep", "asleep", "core", "deep", "rem", "awake")
    }
    asleep_s = hours["totalSleep"] or hours["asleep"]
    # The phone's time in bed may be shorter than the watch's sleep, and 0 if nothing recorded it.
    in_bed_s = hours["inBed"] or 0
    is_whole = in_bed_s >= max(period_s or 0, (asleep_s or 0) + (hours["awake"] or 0))
    yield Sleep(
        measured_at=start,
        duration_s=duration_s,
        day=night.day("date"),
        time_in_bed_s=in_bed_s if in_bed_s and is_whole else None,
        sleep_period_s=period_s,
        asleep_s=asleep_s,
        light_s=hours["core"],
        deep_s=hours["deep"],
        rem_s=hours["rem"],
        awake_s=hours["awake"],
        source_device=night.text("source"),
    )


def _stage(entry: Record) -> Iterator[SleepStage]:
    start, end = entry.instant("startDate"), entry.instant("endDate")
    lasted_s = lasting_s(start, end)
    if start is not None and lasted_s:
        yield SleepStage(
            stage=_STAGES.get((entry.text("value") or "").lower(), "unknown"),
            started_at=start,
            duration_s=lasted_s,
        )


def _of_stages(stages: list[SleepStage]) -> Sleep:
    """Make one sleep of the stages of a night."""
    end = max(stage.started_at + timedelta(seconds=stage.duration_s) for stage in stages)
    start = stages[0].started_at
    return Sleep(
        measured_at=start,
        duration_s=(end - start).total_seconds(),
        day=end.date(),
        stages=tuple(stages),
    )


def _workout(workout: Record, account: Account) -> Event:
    sport, start, end = workout.text("name"), workout.instant("start"), workout.instant("end")
    # The first version of the format has no ids.
    id = workout.text("id") or f"{sport}:{workout.needed('start')}"
    rate, elevation = workout.record("heartRate"), workout.record("elevation")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("apple-health", id),
            activity_type=activity_type(sport),
            source="wearable",
            provider="apple-health",
            external_id=id,
            sport=sport,
            started_at=start,
            duration_s=lasting_s(start, end) or 0,
            distance_m=_quantity(workout, "distance"),
            energy_kcal=_quantity(workout, "activeEnergyBurned")
            or _quantity(workout, "activeEnergy"),
            average_heart_rate_bpm=_quantity(workout, "avgHeartRate") or _quantity(rate, "avg"),
            maximum_heart_rate_bpm=_quantity(workout, "maxHeartRate") or _quantity(rate, "max"),
            elevation_gain_m=_quantity(workout, "elevationUp")
            or _converted(elevation, elevation.text("units") or "m", "ascent"),
        ),
        account,
    )


def _quantity(workout: Record, name: str) -> float | None:
    if not workout.is_object(name):  # absent, or a list of samples
        return None
    quantity = workout.record(name)
    return _converted(quantity, quantity.text("units") or "count") or None
