"""Google Health, the successor of the Fitbit Web API: https://developers.google.com/health.

A data point has one field that is named after its type. Whole numbers are texts, lengths are in
millimetres and weights in grams; an offset is a duration such as `3600s`. Webhooks name a data type
and intervals, and hold no data (https://developers.google.com/health/webhooks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypedDict

from platform_events import (
    ActiveTime,
    BodyComposition,
    BodyWeight,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateVariability,
    IntegrationResource,
    Measurement,
    MeasurementKind,
    OxygenSaturation,
    RecordingMethod,
    RespiratoryRate,
    RestingHeartRate,
    SkinTemperature,
    Sleep,
    SleepStage,
    Statistic,
    Steps,
    TimeInterval,
    Vo2Max,
    WearableDataRemoved,
    WorkoutLogged,
)

from .records import (
    Account,
    Record,
    UnreadableError,
    activity_type,
    lasting_s,
    logged_or_updated,
    offset_of,
    pull,
    received,
    workout_id,
)

FIELDS: Final = {
    "name": "Sleep.record_id",
    "dataSource.recordingMethod": "Sleep.recording_method",
    "dataSource.device.displayName": "Sleep.source_device",
    "dataSource.application.packageName": "Sleep.source_app",
    "sleep.interval": "Sleep.measured_at, duration_s",
    "sleep.stages": "Sleep.stages",
    "sleep.metadata.nap": "Sleep.is_nap",
    "sleep.updateTime": "Sleep.revised_at",
    "sleep.summary.minutesInSleepPeriod": "Sleep.time_in_bed_s",
    "sleep.summary.minutesAsleep": "Sleep.asleep_s",
    "sleep.summary.minutesAwake": "Sleep.awake_s",
    "sleep.summary.minutesToFallAsleep": "Sleep.latency_s",
    "sleep.summary.stagesSummary": "Sleep.light_s, deep_s, rem_s",
    "steps.count": "Steps.step_count",
    "distance.millimeters": "Distance.distance_m",
    "activeEnergyBurned.kcal": "EnergyBurned.energy_kcal",
    "heartRate.beatsPerMinute": "HeartRate.heart_rate_bpm",
    "heartRateVariability.rootMeanSquareOfSuccessiveDifferencesMilliseconds": (
        "HeartRateVariability.rmssd_ms"
    ),
    "dailyHeartRateVariability.averageHeartRateVariabilityMilliseconds": (
        "HeartRateVariability.day"
    ),
    "dailyRestingHeartRate.beatsPerMinute": "RestingHeartRate.heart_rate_bpm",
    "oxygenSaturation.percentage": "OxygenSaturation.oxygen_saturation_percent",
    "dailyOxygenSaturation.averagePercentage, lowerBoundPercentage, upperBoundPercentage": (
        "OxygenSaturation.day, statistic"
    ),
    "dailySleepTemperatureDerivations.nightlyTemperatureCelsius": "SkinTemperature.temperature_c",
    "dailySleepTemperatureDerivations.baselineTemperatureCelsius": "SkinTemperature.deviation_c",
    "activeMinutes.activeMinutesByActivityLevel": "ActiveTime.light_s, moderate_s, vigorous_s",
    "dailyRespiratoryRate.breathsPerMinute": "RespiratoryRate.breaths_per_minute",
    "runVo2Max.runVo2Max, vo2Max.vo2Max, dailyVo2Max.vo2Max": "Vo2Max.vo2_max_ml_per_kg_min",
    "weight.weightGrams": "BodyWeight.weight_kg",
    "bodyFat.percentage": "BodyComposition.body_fat_percent",
    "exercise.interval": "WorkoutLogged.started_at, duration_s",
    "exercise.exerciseType": "WorkoutLogged.activity_type, sport",
    "exercise.activeDuration": "WorkoutLogged.moving_s",
    "exercise.metricsSummary": "WorkoutLogged.distance_m, energy_kcal, step_count",
    "webhook DELETE": "WearableDataRemoved.kinds, intervals",
}
LEFT_OUT: Final = {
    "bloodGlucose, hydrationLog, nutritionLog": "no purpose of the platform needs it",
    "activeZoneMinutes, timeInHeartRateZone": "activeMinutes and workouts say enough",
    "activityLevel, sedentaryPeriod, floors, altitude": "steps and workouts say enough",
    "basalEnergyBurned": "what a body burns at rest is not an effort",
    "dailyHeartRateZones, height": "of the member's profile, not measured",
    "heartRateVariability.standardDeviationMilliseconds": "RMSSD is what scores compare",
    "dailyHeartRateVariability.entropy, of deep sleep": "the average of the night says it",
    "respiratoryRateSleepSummary": "dailyRespiratoryRate holds its average",
    "coreBodyTemperature, electrocardiogram, irregularRhythmNotification": "medical",
    "rollups": "sums of the data points, which would count twice",
    "exercise.splits, GPS": "where a member went is not the platform's business",
}

_STAGES: Final[Mapping[str, Literal["awake", "light", "deep", "rem", "asleep", "restless"]]] = {
    "AWAKE": "awake",
    "LIGHT": "light",
    "DEEP": "deep",
    "REM": "rem",
    "ASLEEP": "asleep",
    "RESTLESS": "restless",
}
_METHODS: Final[Mapping[str, RecordingMethod]] = {
    "PASSIVELY_MEASURED": "automatic",
    "ACTIVELY_MEASURED": "active",
    "DERIVED": "derived",
    "MANUAL": "manual",
}
_TYPES: Final[Mapping[str, tuple[IntegrationResource, tuple[MeasurementKind, ...]]]] = {
    "sleep": ("sleep", ("sleep",)),
    "steps": ("activity", ("steps",)),
    "distance": ("activity", ("distance",)),
    "active-energy-burned": ("activity", ("energy-burned",)),
    "heart-rate": ("heart-rate", ("heart-rate",)),
    "heart-rate-variability": ("recovery", ("heart-rate-variability",)),
    "daily-resting-heart-rate": ("heart-rate", ("resting-heart-rate",)),
    "oxygen-saturation": ("recovery", ("oxygen-saturation",)),
    "daily-respiratory-rate": ("recovery", ("respiratory-rate",)),
    "daily-heart-rate-variability": ("recovery", ("heart-rate-variability",)),
    "daily-oxygen-saturation": ("recovery", ("oxygen-saturation",)),
    "daily-sleep-temperature-derivations": ("recovery", ("skin-temperature",)),
    "active-minutes": ("activity", ("active-time",)),
    "run-vo2-max": ("activity", ("vo2-max",)),
    "vo2-max": ("activity", ("vo2-max",)),
    "daily-vo2-max": ("activity", ("vo2-max",)),
    "weight": ("body", ("body-weight",)),
    "body-fat": ("body", ("body-composition",)),
    "exercise": ("workouts", ()),
}


_KNOWN_BY: Final = ("data", "dataPoints", "dataSource", "rollupDataPoints")


class _Said(TypedDict, total=False):
    record_id: str | None
    recording_method: RecordingMethod | None
    source_device: str | None
    source_app: str | None


class _When(TypedDict, total=False):
    measured_at: datetime | None
    day: date | None


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a webhook or of a page of data points.

    Args:
        payload: The JSON that Google sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Google documents.
        InvalidEventError: A value is not plausible.
    """
    record = Record(payload)
    record.expect("Google Health", _KNOWN_BY)
    if "data" in record:
        return _webhook(record.record("data"), account)
    points = list(record.records("dataPoints")) if "dataPoints" in record else [record]
    measurements = [measurement for point in points for measurement in _measurements(point)]
    workouts = [_workout(point, account) for point in points if "exercise" in point]
    return [*received("google-health", account, measurements), *workouts]


def _webhook(data: Record, account: Account) -> list[Event]:
    if data.text("dataType") not in _TYPES:
        return []
    resource, kinds = _TYPES[data.needed("dataType")]
    spans = [
        TimeInterval(started_at=start, ended_at=end)
        for item in data.records("intervals")
        for span in [item.record("physicalTimeInterval")]
        if (start := span.instant("startTime")) and (end := span.instant("endTime"))
    ]
    if data.text("operation") == "DELETE" and resource != "workouts":
        return [
            WearableDataRemoved(
                member_id=account.member_id,
                gym_id=account.gym_id,
                provider="google-health",
                connection_id=account.connection_id,
                kinds=kinds,
                intervals=tuple(spans),
                removed_at=account.received_at,
            )
        ]
    # Workouts that are gone are found by a pull, since the webhook has no ids.
    return [
        pull("google-health", account, resource, since=span.started_at, until=span.ended_at)
        for span in spans
    ]


def _measurements(point: Record) -> Iterator[Measurement]:
    source = point.record("dataSource")
    said: _Said = {
        "record_id": point.text("name"),
        "recording_method": _METHODS.get(source.text("recordingMethod") or ""),
        "source_device": source.record("device").text("displayName"),
        "source_app": source.record("application").text("packageName"),
    }
    for name, read in _READERS.items():
        if name in point:
            yield from read(point.record(name), said)


def _offset(interval: Record, name: str) -> timedelta | None:
    return offset_of(interval.text(name))


def _span(value: Record) -> tuple[_When, float | None]:
    interval = value.record("interval")
    offset = _offset(interval, "startUtcOffset")
    start, end = interval.instant("startTime", offset), interval.instant("endTime")
    return {"measured_at": start}, lasting_s(start, end)


def _at(value: Record) -> _When:
    sample = value.record("sampleTime")
    if "physicalTime" in sample:
        return {"measured_at": sample.instant("physicalTime", _offset(sample, "utcOffset"))}
    if not value.is_object("date"):
        return {"day": value.day("date")}
    day = value.record("date")
    if "year" not in day:
        return {}
    parts = [day.whole(name) or 1 for name in ("year", "month", "day")]
    try:
        return {"day": date(*parts)}
    except (ValueError, OverflowError):
        raise UnreadableError("date must be a day") from None


def _sleep(value: Record, said: _Said) -> Iterator[Measurement]:
    when, duration_s = _span(value)
    interval, summary = value.record("interval"), value.record("summary")
    end = interval.instant("endTime", _offset(interval, "endUtcOffset"))
    minutes = {
        stage.text("type"): stage.scaled("minutes", 60)
        for stage in summary.records("stagesSummary")
    }
    when["day"] = None if end is None else end.date()
    yield Sleep(
        duration_s=duration_s,
        time_in_bed_s=summary.scaled("minutesInSleepPeriod", 60),
        asleep_s=summary.scaled("minutesAsleep", 60),
        awake_s=summary.scaled("minutesAwake", 60),
        latency_s=summary.scaled("minutesToFallAsleep", 60),
        light_s=minutes.get("LIGHT"),
        deep_s=minutes.get("DEEP"),
        rem_s=minutes.get("REM"),
        is_nap=value.record("metadata").flag("nap"),
        revised_at=value.instant("updateTime"),
        stages=tuple(_stages(value)),
        **when,
        **said,
    )


def _stages(value: Record) -> Iterator[SleepStage]:
    for stage in value.records("stages"):
        start = stage.instant("startTime", _offset(stage, "startUtcOffset"))
        lasted_s = lasting_s(start, stage.instant("endTime"))
        if start is not None and lasted_s is not None:
            yield SleepStage(
                stage=_STAGES.get(stage.text("type") or "", "unknown"),
                started_at=start,
                duration_s=lasted_s,
            )


def _steps(value: Record, said: _Said) -> Iterator[Measurement]:
    when, duration_s = _span(value)
    yield Steps(step_count=value.whole("count") or 0, duration_s=duration_s, **when, **said)


def _distance(value: Record, said: _Said) -> Iterator[Measurement]:
    when, duration_s = _span(value)
    metres = value.scaled("millimeters", 1e-3) or 0
    yield Distance(distance_m=metres, duration_s=duration_s, **when, **said)


def _energy(value: Record, said: _Said) -> Iterator[Measurement]:
    when, duration_s = _span(value)
    yield EnergyBurned(
        energy_kcal=value.number("kcal") or 0, includes_basal=False, duration_s=duration_s,
        **when, **said,
    )  # fmt: skip


def _heart_rate(value: Record, said: _Said) -> Iterator[Measurement]:
    if (bpm := value.positive("beatsPerMinute")) is not None:
        yield HeartRate(heart_rate_bpm=bpm, **_at(value), **said)


def _resting(value: Record, said: _Said) -> Iterator[Measurement]:
    if (bpm := value.positive("beatsPerMinute")) is not None:
        yield RestingHeartRate(heart_rate_bpm=bpm, **_at(value), **said)


def _hrv(value: Record, said: _Said) -> Iterator[Measurement]:
    rmssd_ms = value.positive("rootMeanSquareOfSuccessiveDifferencesMilliseconds")
    if rmssd_ms is not None:
        yield HeartRateVariability(rmssd_ms=rmssd_ms, **_at(value), **said)


def _oxygen(value: Record, said: _Said) -> Iterator[Measurement]:
    if (percent := value.positive("percentage")) is not None:
        yield OxygenSaturation(oxygen_saturation_percent=percent, **_at(value), **said)


def _respiration(value: Record, said: _Said) -> Iterator[Measurement]:
    if (breaths := value.positive("breathsPerMinute")) is not None:
        yield RespiratoryRate(
            breaths_per_minute=breaths, statistic="average", relation_to_sleep="during-sleep",
            **_at(value), **said,
        )  # fmt: skip


def _daily_hrv(value: Record, said: _Said) -> Iterator[Measurement]:
    rmssd_ms = value.positive("averageHeartRateVariabilityMilliseconds")
    if rmssd_ms is not None:
        yield HeartRateVariability(
            rmssd_ms=rmssd_ms, statistic="average", relation_to_sleep="during-sleep",
            **_at(value), **said,
        )  # fmt: skip


def _daily_oxygen(value: Record, said: _Said) -> Iterator[Measurement]:
    names: dict[Statistic, str] = {
        "average": "averagePercentage",
        "minimum": "lowerBoundPercentage",
        "maximum": "upperBoundPercentage",
    }
    for statistic, name in names.items():
        if (percent := value.positive(name)) is not None:
            yield OxygenSaturation(
                oxygen_saturation_percent=percent, statistic=statistic,
                relation_to_sleep="during-sleep", **_at(value), **said,
            )  # fmt: skip


def _skin_temperature(value: Record, said: _Said) -> Iterator[Measurement]:
    nightly = value.positive("nightlyTemperatureCelsius")
    baseline = value.positive("baselineTemperatureCelsius")
    if nightly is not None:
        yield SkinTemperature(
            temperature_c=nightly, deviation_c=None if baseline is None else nightly - baseline,
            relation_to_sleep="during-sleep", **_at(value), **said,
        )  # fmt: skip


def _active(value: Record, said: _Said) -> Iterator[Measurement]:
    when, duration_s = _span(value)
    times = {
        level.text("activityLevel"): level.scaled("activeMinutes", 60)
        for level in value.records("activeMinutesByActivityLevel")
    }
    if any(time is not None for time in times.values()):
        yield ActiveTime(
            light_s=times.get("LIGHT"), moderate_s=times.get("MODERATE"),
            vigorous_s=times.get("VIGOROUS"), duration_s=duration_s, **when, **said,
        )  # fmt: skip


def _vo2_max(value: Record, said: _Said) -> Iterator[Measurement]:
    if (vo2 := value.positive("runVo2Max") or value.positive("vo2Max")) is not None:
        yield Vo2Max(vo2_max_ml_per_kg_min=vo2, **_at(value), **said)


def _weight(value: Record, said: _Said) -> Iterator[Measurement]:
    if (weight_kg := value.scaled("weightGrams", 1e-3)) is not None:
        yield BodyWeight(weight_kg=weight_kg, **_at(value), **said)


def _body_fat(value: Record, said: _Said) -> Iterator[Measurement]:
    if (percent := value.positive("percentage")) is not None:
        yield BodyComposition(body_fat_percent=percent, **_at(value), **said)


_READERS: Final[Mapping[str, Callable[[Record, _Said], Iterator[Measurement]]]] = {
    "sleep": _sleep,
    "steps": _steps,
    "distance": _distance,
    "activeEnergyBurned": _energy,
    "heartRate": _heart_rate,
    "dailyRestingHeartRate": _resting,
    "heartRateVariability": _hrv,
    "oxygenSaturation": _oxygen,
    "dailyRespiratoryRate": _respiration,
    "dailyHeartRateVariability": _daily_hrv,
    "dailyOxygenSaturation": _daily_oxygen,
    "dailySleepTemperatureDerivations": _skin_temperature,
    "activeMinutes": _active,
    "runVo2Max": _vo2_max,
    "vo2Max": _vo2_max,
    "dailyVo2Max": _vo2_max,
    "weight": _weight,
    "bodyFat": _body_fat,
}


def _workout(point: Record, account: Account) -> Event:
    id, exercise = point.needed("name"), point.record("exercise")
    when, duration_s = _span(exercise)
    metrics, sport = exercise.record("metricsSummary"), exercise.text("exerciseType")
    active = offset_of(exercise.text("activeDuration"))
    is_manual = point.record("dataSource").text("recordingMethod") == "MANUAL"
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("google-health", id),
            activity_type=activity_type(sport),
            source="member" if is_manual else "wearable",
            provider="google-health",
            external_id=id,
            sport=sport,
            started_at=when.get("measured_at"),
            duration_s=duration_s or 0,
            moving_s=None if active is None else active.total_seconds(),
            distance_m=metrics.scaled("distanceMillimeters", 1e-3),
            energy_kcal=metrics.positive("caloriesKcal"),
            step_count=metrics.whole("steps"),
            average_heart_rate_bpm=metrics.positive("averageHeartRateBeatsPerMinute"),
            elevation_gain_m=metrics.scaled("elevationGainMillimeters", 1e-3),
        ),
        account,
    )
