"""Oura, from the API v2 (https://cloud.ouraring.com/v2/docs), its collections and webhooks.

Collections are told apart by their fields. Naps have a type of their own; a sleep of type
`deleted` is one that the member threw away, and one of type `rest` is one that the member says was
none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Literal

from platform_events import (
    ActiveTime,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateSeries,
    HeartRateVariability,
    HeartRateVariabilitySeries,
    IntegrationResource,
    Measurement,
    MeasurementKind,
    OxygenSaturation,
    Readiness,
    RecoveryLevel,
    RespiratoryRate,
    SkinTemperature,
    Sleep,
    SleepScore,
    SleepStage,
    Steps,
    StressTime,
    Vo2Max,
    WorkoutLogged,
)

from .records import (
    Account,
    Origin,
    Record,
    activity_type,
    lasting_s,
    logged_or_updated,
    pull,
    received,
    removed,
    workout_id,
    workout_removed,
)

FIELDS: Final = {
    "sleep.bedtime_start, bedtime_end": "Sleep.measured_at, duration_s",
    "sleep.day": "Sleep.day",
    "sleep.id": "Sleep.record_id",
    "sleep.time_in_bed": "Sleep.time_in_bed_s",
    "sleep.total_sleep_duration": "Sleep.asleep_s",
    "sleep.awake_time": "Sleep.awake_s",
    "sleep.light_sleep_duration": "Sleep.light_s",
    "sleep.deep_sleep_duration": "Sleep.deep_s",
    "sleep.rem_sleep_duration": "Sleep.rem_s",
    "sleep.latency": "Sleep.latency_s",
    "sleep.efficiency": "Sleep.efficiency_percent",
    "sleep.type": "Sleep.is_nap",
    "sleep.sleep_phase_5_min": "Sleep.stages",
    "sleep.average_hrv": "HeartRateVariability.rmssd_ms",
    "sleep.average_heart_rate, lowest_heart_rate": "HeartRate.heart_rate_bpm",
    "sleep.average_breath": "RespiratoryRate.breaths_per_minute",
    "sleep.heart_rate": "HeartRateSeries.values_bpm",
    "sleep.hrv": "HeartRateVariabilitySeries.values_ms",
    "daily_sleep.score": "SleepScore.score",
    "daily_readiness.score": "Readiness.score",
    "daily_readiness.temperature_deviation": "SkinTemperature.deviation_c",
    "daily_spo2.spo2_percentage.average": "OxygenSaturation.oxygen_saturation_percent",
    "daily_resilience.level": "RecoveryLevel.level",
    "daily_stress.stress_high, recovery_high": "StressTime.high_s, rest_s",
    "daily_activity.steps": "Steps.step_count",
    "daily_activity.total_calories, active_calories": "EnergyBurned.energy_kcal",
    "daily_activity.equivalent_walking_distance": "Distance.distance_m",
    "daily_activity.high_activity_time": "ActiveTime.vigorous_s",
    "daily_activity.medium_activity_time": "ActiveTime.moderate_s",
    "daily_activity.low_activity_time": "ActiveTime.light_s",
    "daily_activity.sedentary_time": "ActiveTime.sedentary_s",
    "vO2_max.vo2_max": "Vo2Max.vo2_max_ml_per_kg_min",
    "heartrate.bpm": "HeartRate.heart_rate_bpm",
    "heartrate.source": "HeartRate.relation_to_sleep",
    "session.heart_rate": "HeartRateSeries.values_bpm",
    "session.heart_rate_variability": "HeartRateVariabilitySeries.values_ms",
    "workout.start_datetime, end_datetime": "WorkoutLogged.started_at, duration_s",
    "workout.activity": "WorkoutLogged.activity_type, sport",
    "workout.calories": "WorkoutLogged.energy_kcal",
    "workout.distance": "WorkoutLogged.distance_m",
}
LEFT_OUT: Final = {
    "contributors": "shares of Oura's own scores, which nobody else can use",
    "sleep.movement_30_sec, restless_periods": "no purpose of the platform needs it",
    "sleep.readiness": "it comes again as daily_readiness",
    "daily_activity.score, targets": "how Oura's own goals were met",
    "daily_activity.met, class_5_min": "the times by intensity and the workouts say enough",
    "daily_stress.day_summary": "the two times say it",
    "daily_spo2.breathing_disturbance_index": "medical",
    "daily_cardiovascular_age": "vascular age and pulse wave velocity are medical",
    "sleep_time": "Oura's advice to its members",
    "workout.intensity, session.mood, motion_count": "words and counts without a scale",
    "tag, enhanced_tag, rest_mode_period": "a member's notes",
    "personal_info, ring_configuration": "the member's profile, and the ring's settings",
}

_STAGES: Final[dict[str, Literal["awake", "light", "deep", "rem"]]] = {
    "1": "deep",
    "2": "light",
    "3": "rem",
    "4": "awake",
}
_LEVELS: Final = ("limited", "adequate", "solid", "strong", "exceptional")
_DISCARDED: Final = frozenset({"deleted", "rest"})
_KNOWN_BY: Final = ("data", "event_type", "day", "start_day", "bpm", "hardware_type", "email")
_RESOURCES: Final[dict[str, tuple[IntegrationResource, tuple[MeasurementKind, ...]]]] = {
    "sleep": ("sleep", ("sleep",)),
    "daily_sleep": ("sleep", ("sleep-score",)),
    "daily_readiness": ("readiness", ("readiness", "skin-temperature")),
    "daily_spo2": ("recovery", ("oxygen-saturation",)),
    "daily_resilience": ("recovery", ("recovery-level",)),
    "daily_stress": ("stress", ("stress-time",)),
    "daily_activity": ("activity", ("steps", "distance", "energy-burned", "active-time")),
    "session": ("heart-rate", ("heart-rate-series", "heart-rate-variability-series")),
    "vO2_max": ("activity", ("vo2-max",)),
    "vo2_max": ("activity", ("vo2-max",)),
}


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a webhook or of a page of a collection.

    Args:
        payload: The JSON that Oura sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Oura documents.
        InvalidEventError: A value is not plausible.
    """
    record = Record(payload)
    record.expect("Oura", _KNOWN_BY)
    if "event_type" in record:
        return _webhook(record, account)
    found = list(record.records("data")) if "data" in record else [record]
    sleeps = [one for one in found if "bedtime_start" in one]
    discarded = [one.needed("id") for one in sleeps if one.text("type") in _DISCARDED]
    measurements = [
        measurement
        for one in found
        if one.text("type") not in _DISCARDED or "bedtime_start" not in one
        for measurement in _measurements(one)
    ]
    # A session has a beginning, too, and is not a workout.
    workouts = [_workout(one, account) for one in found if "activity" in one]
    return [
        *received("oura", account, measurements),
        *([removed("oura", account, discarded)] if discarded else []),
        *workouts,
    ]


def _webhook(record: Record, account: Account) -> list[Event]:
    data_type, id = record.needed("data_type"), record.needed("object_id")
    is_deleted = record.text("event_type") == "delete"
    if data_type == "workout":
        if is_deleted:
            return [workout_removed("oura", account, id)]
        return [pull("oura", account, "workouts", record_ids=[id])]
    if data_type not in _RESOURCES:
        return []
    resource, kinds = _RESOURCES[data_type]
    if is_deleted:
        # A sleep brings heart rates with it, under the same id.
        return [removed("oura", account, [id], () if data_type == "sleep" else kinds)]
    return [pull("oura", account, resource, record_ids=[id])]


def _measurements(record: Record) -> Iterator[Measurement]:
    origin: Origin = {"record_id": record.text("id"), "day": record.day("day")}
    if "bedtime_start" in record:
        yield from _sleep(record, origin)
    elif "bpm" in record:
        bpm = record.positive("bpm")
        if bpm is not None:
            yield HeartRate(
                measured_at=record.instant("timestamp"),
                heart_rate_bpm=bpm,
                relation_to_sleep="during-sleep" if record.text("source") == "sleep" else None,
            )
    elif "spo2_percentage" in record:
        average = record.record("spo2_percentage").positive("average")
        if average is not None:
            yield OxygenSaturation(
                oxygen_saturation_percent=average, statistic="average",
                relation_to_sleep="during-sleep", **origin,
            )  # fmt: skip
    elif "vo2_max" in record:
        vo2 = record.positive("vo2_max")
        if vo2 is not None:
            yield Vo2Max(vo2_max_ml_per_kg_min=vo2, **origin)
    elif record.text("level") in _LEVELS:
        yield RecoveryLevel(
            scale="resilience",
            level=_LEVELS.index(record.needed("level")) + 1,
            level_count=len(_LEVELS),
            **origin,
        )
    elif "stress_high" in record or "recovery_high" in record:
        yield StressTime(
            high_s=record.number("stress_high"), rest_s=record.number("recovery_high"), **origin
        )
    elif "steps" in record:
        yield from _activity(record, origin)
    elif "heart_rate" in record or "heart_rate_variability" in record:
        yield from _series(record, ("heart_rate", "heart_rate_variability"), origin)
    elif "contributors" in record:
        yield from _daily_score(record, origin)


def _daily_score(record: Record, origin: Origin) -> Iterator[Measurement]:
    # Every field may be null, so that the names of the contributors tell what the score is of.
    is_readiness = "recovery_index" in record.record("contributors").names() or (
        "temperature_deviation" in record.names()
    )
    score, deviation = record.number("score"), record.number("temperature_deviation")
    if score is not None:
        yield (Readiness if is_readiness else SleepScore)(score=score, **origin)
    if deviation is not None:
        yield SkinTemperature(deviation_c=deviation, **origin)


def _activity(record: Record, origin: Origin) -> Iterator[Measurement]:
    yield Steps(step_count=record.whole("steps") or 0, **origin)
    for name, is_basal in (("total_calories", True), ("active_calories", False)):
        kcal = record.number(name)
        if kcal is not None:
            yield EnergyBurned(energy_kcal=kcal, includes_basal=is_basal, **origin)
    distance_m = record.number("equivalent_walking_distance")
    if distance_m is not None:
        yield Distance(distance_m=distance_m, **origin)
    times = [
        record.number(f"{name}_time")
        for name in ("high_activity", "medium_activity", "low_activity", "sedentary")
    ]
    if any(time is not None for time in times):
        yield ActiveTime(
            vigorous_s=times[0], moderate_s=times[1], light_s=times[2], sedentary_s=times[3],
            **origin,
        )  # fmt: skip


def _sleep(record: Record, origin: Origin) -> Iterator[Measurement]:
    start, end = record.instant("bedtime_start"), record.instant("bedtime_end")
    duration_s = lasting_s(start, end)
    if start is None or duration_s is None:
        return
    origin = {**origin, "measured_at": start}
    yield Sleep(
        duration_s=duration_s,
        time_in_bed_s=record.number("time_in_bed"),
        asleep_s=record.number("total_sleep_duration"),
        awake_s=record.number("awake_time"),
        light_s=record.number("light_sleep_duration"),
        deep_s=record.number("deep_sleep_duration"),
        rem_s=record.number("rem_sleep_duration"),
        latency_s=record.number("latency"),
        efficiency_percent=record.positive("efficiency"),
        is_nap=record.text("type") != "long_sleep" if "type" in record else None,
        stages=_stages(record.text("sleep_phase_5_min") or "", start, duration_s),
        **origin,
    )
    rmssd_ms, breaths = record.positive("average_hrv"), record.positive("average_breath")
    if rmssd_ms is not None:
        yield HeartRateVariability(
            duration_s=duration_s, statistic="average", relation_to_sleep="during-sleep",
            rmssd_ms=rmssd_ms, **origin,
        )  # fmt: skip
    for name, statistic in (("average_heart_rate", "average"), ("lowest_heart_rate", "minimum")):
        bpm = record.positive(name)
        if bpm is not None:
            yield HeartRate(
                duration_s=duration_s, relation_to_sleep="during-sleep", heart_rate_bpm=bpm,
                statistic="average" if statistic == "average" else "minimum", **origin,
            )  # fmt: skip
    if breaths is not None:
        yield RespiratoryRate(
            duration_s=duration_s, statistic="average", relation_to_sleep="during-sleep",
            breaths_per_minute=breaths, **origin,
        )  # fmt: skip
    yield from _series(record, ("heart_rate", "hrv"), origin)


def _series(record: Record, names: tuple[str, str], origin: Origin) -> Iterator[Measurement]:
    for name in names:
        series = record.record(name)
        start, interval_s = series.instant("timestamp"), series.positive("interval")
        values = [Record({"item": item}).positive("item") for item in series.items("items")]
        if start is None or interval_s is None or not any(values):
            continue
        origin = {**origin, "measured_at": start}
        if name != "heart_rate":
            yield HeartRateVariabilitySeries(
                interval_s=interval_s, values_ms=tuple(values), **origin
            )
        else:
            whole = tuple(None if value is None else round(value) for value in values)
            yield HeartRateSeries(interval_s=interval_s, values_bpm=whole, **origin)


def _stages(phases: str, start: datetime, duration_s: float) -> tuple[SleepStage, ...]:
    """Read one character for each five minutes; the last may be cut short."""
    stages: list[SleepStage] = []
    begin_s = 0.0
    for phase, group in groupby(phases):
        lasted_s = min(300.0 * len(list(group)), duration_s - begin_s)
        if lasted_s <= 0:
            break
        stages.append(
            SleepStage(
                stage=_STAGES.get(phase, "unknown"),
                started_at=start + timedelta(seconds=begin_s),
                duration_s=lasted_s,
            )
        )
        begin_s += lasted_s
    return tuple(stages)


def _workout(record: Record, account: Account) -> Event:
    id = record.needed("id")
    start, end = record.instant("start_datetime"), record.instant("end_datetime")
    sport = record.text("activity")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("oura", id),
            activity_type=activity_type(sport),
            source="member" if record.text("source") == "manual" else "wearable",
            provider="oura",
            external_id=id,
            sport=sport,
            started_at=start,
            day=record.day("day"),
            duration_s=lasting_s(start, end) or 0,
            distance_m=record.positive("distance"),
            energy_kcal=record.positive("calories"),
        ),
        account,
    )
