"""Garmin, from the Health API and the Activity API, whose documentation partners get.

See https://developer.garmin.com/gc-developer-program/health-api. A push holds lists of summaries by
their names; a ping holds only where they can be fetched. A summary that comes again replaces the
one with the same day and start. Samples are by their seconds from the start of the summary; below
0 is what could not be measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

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
    HeartRateVariability,
    HeartRateVariabilitySeries,
    IntegrationResource,
    Measurement,
    OxygenSaturationSeries,
    RespiratoryRateSeries,
    RestingHeartRate,
    SkinTemperature,
    Sleep,
    SleepStage,
    Statistic,
    Steps,
    Stress,
    StressSeries,
    Vo2Max,
    WorkoutLogged,
)

from .records import (
    Account,
    Origin,
    Record,
    activity_type,
    logged_or_updated,
    pull,
    received,
    samples_on_grid,
    workout_id,
)

FIELDS: Final = {
    "sleeps.startTimeInSeconds, startTimeOffsetInSeconds": "Sleep.measured_at",
    "sleeps.durationInSeconds": "Sleep.duration_s, sleep_period_s",
    "sleeps.calendarDate": "Sleep.day",
    "sleeps.summaryId": "Sleep.record_id",
    "sleeps.deepSleepDurationInSeconds": "Sleep.deep_s",
    "sleeps.lightSleepDurationInSeconds": "Sleep.light_s",
    "sleeps.remSleepInSeconds": "Sleep.rem_s",
    "sleeps.awakeDurationInSeconds": "Sleep.awake_s",
    "sleeps.unmeasurableSleepInSeconds": "Sleep.unknown_s",
    "sleeps.overallSleepScore.value": "Sleep.score",
    "sleeps.sleepLevelsMap": "Sleep.stages",
    "sleeps.validation": "Sleep.recording_method",
    "dailies.steps": "Steps.step_count",
    "dailies.distanceInMeters": "Distance.distance_m",
    "dailies.activeKilocalories, bmrKilocalories": "EnergyBurned.energy_kcal",
    "dailies.restingHeartRateInBeatsPerMinute": "RestingHeartRate.heart_rate_bpm",
    "dailies.averageHeartRateInBeatsPerMinute, min, max": "HeartRate.heart_rate_bpm",
    "dailies.timeOffsetHeartRateSamples": "HeartRateSeries.values_bpm",
    "dailies.averageStressLevel, maxStressLevel": "Stress.score",
    "dailies.moderateIntensityDurationInSeconds": "ActiveTime.moderate_s",
    "dailies.vigorousIntensityDurationInSeconds": "ActiveTime.vigorous_s",
    "epochs.steps": "Steps.step_count",
    "hrv.lastNightAvg": "HeartRateVariability.rmssd_ms",
    "hrv.hrvValues": "HeartRateVariabilitySeries.values_ms",
    "stressDetails.timeOffsetStressLevelValues": "StressSeries.scores",
    "pulseox.timeOffsetSpo2Values": "OxygenSaturationSeries.values_percent",
    "allDayRespiration.timeOffsetEpochToBreaths": "RespiratoryRateSeries.values_per_minute",
    "skinTemp.avgDeviationCelsius": "SkinTemperature.deviation_c",
    "userMetrics.vo2Max": "Vo2Max.vo2_max_ml_per_kg_min",
    "bodyComps.weightInGrams": "BodyWeight.weight_kg",
    "bodyComps.bodyFatInPercent": "BodyComposition.body_fat_percent",
    "bodyComps.muscleMassInGrams": "BodyComposition.muscle_mass_kg",
    "bodyComps.boneMassInGrams": "BodyComposition.bone_mass_kg",
    "activities.activityId": "WorkoutLogged.external_id",
    "activities.activityType": "WorkoutLogged.activity_type, sport",
    "activities.durationInSeconds": "WorkoutLogged.duration_s",
    "activities.distanceInMeters": "WorkoutLogged.distance_m",
    "activities.activeKilocalories": "WorkoutLogged.energy_kcal",
    "activities.averageHeartRateInBeatsPerMinute": "WorkoutLogged.average_heart_rate_bpm",
    "activities.maxHeartRateInBeatsPerMinute": "WorkoutLogged.maximum_heart_rate_bpm",
    "activities.steps": "WorkoutLogged.step_count",
    "activities.totalElevationGainInMeters": "WorkoutLogged.elevation_gain_m",
    "activities.totalElevationLossInMeters": "WorkoutLogged.elevation_loss_m",
    "activities.averagePowerInWatts": "WorkoutLogged.average_power_w",
    "activities.manual": "WorkoutLogged.source",
    "deregistrations": "ConnectionRevoked.connection_id",
}
LEFT_OUT: Final = {
    "dailies.floorsClimbed": "no purpose of the platform needs floors",
    "dailies goals, qualifiers": "advice and goals of Garmin's to its users",
    "dailies.bodyBatteryChargedValue": "a change, where a level is what is measured",
    "epochs other than steps": "they are the dailies again, by quarters of an hour",
    "sleeps.timeOffsetSleepSpo2, timeOffsetSleepRespiration": "pulseox and respiration hold them",
    "userMetrics.fitnessAge": "no purpose of the platform needs it",
    "bloodPressures, menstrualCycleTracking, healthSnapshot": "the platform takes no such data",
    "activityDetails": "a member's ways are no business of the platform's",
}

_STAGES: Final[Mapping[str, Literal["deep", "light", "rem", "awake", "unknown"]]] = {
    "deep": "deep",
    "light": "light",
    "rem": "rem",
    "awake": "awake",
    "unmeasurable": "unknown",
}
_RESOURCES: Final[Mapping[str, IntegrationResource]] = {
    "sleeps": "sleep",
    "dailies": "activity",
    "epochs": "activity",
    "hrv": "recovery",
    "stressDetails": "stress",
    "pulseox": "recovery",
    "allDayRespiration": "recovery",
    "skinTemp": "recovery",
    "userMetrics": "activity",
    "bodyComps": "body",
    "activities": "workouts",
    "manuallyUpdatedActivities": "workouts",
}


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a push or of a ping.

    Args:
        payload: The JSON that Garmin sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Garmin documents.
        InvalidEventError: A value is not plausible.
    """
    record = Record(payload)
    if "deregistrations" in record:
        return [
            ConnectionRevoked(
                connection_id=account.connection_id,
                gym_id=account.gym_id,
                member_id=account.member_id,
                service="garmin",
                revoked_by="member",
                revoked_at=account.received_at,
            )
        ]
    measurements: list[Measurement] = []
    others: list[Event] = []
    for name, resource in _RESOURCES.items():
        for summary in record.records(name):
            if "callbackURL" in summary:
                others.append(_ping(summary, resource, account))
            elif resource == "workouts":
                others.append(_workout(summary, account))
            else:
                measurements += _READERS[name](summary, _origin(summary))
    return [*received("garmin", account, measurements), *others]


def _ping(summary: Record, resource: IntegrationResource, account: Account) -> Event:
    return pull(
        "garmin",
        account,
        resource,
        since=summary.epoch("uploadStartTimeInSeconds"),
        until=summary.epoch("uploadEndTimeInSeconds"),
    )


def _origin(summary: Record) -> Origin:
    offset_s = summary.number("startTimeOffsetInSeconds")
    if offset_s is None:
        offset_s = summary.number("measurementTimeOffsetInSeconds")
    start = summary.epoch("startTimeInSeconds", offset_s)
    return {
        "record_id": summary.text("summaryId"),
        "day": summary.day("calendarDate"),
        "measured_at": start or summary.epoch("measurementTimeInSeconds", offset_s),
    }


def _sleep(summary: Record, origin: Origin) -> Iterator[Measurement]:
    duration_s = summary.positive("durationInSeconds")
    names = ("lightSleepDurationInSeconds", "deepSleepDurationInSeconds", "remSleepInSeconds")
    parts = [summary.number(name) for name in names]
    known = [part for part in parts if part is not None]
    awake_s = summary.number("awakeDurationInSeconds")
    is_manual = "MANUAL" in (summary.text("validation") or "")
    yield Sleep(
        duration_s=duration_s,
        sleep_period_s=duration_s,
        asleep_s=sum(known) if known else None,
        awake_s=awake_s,
        light_s=parts[0],
        deep_s=parts[1],
        rem_s=parts[2],
        unknown_s=summary.number("unmeasurableSleepInSeconds"),
        score=summary.record("overallSleepScore").positive("value"),
        stages=tuple(_stages(summary)),
        recording_method="manual" if is_manual else "automatic",
        **origin,
    )


def _stages(summary: Record) -> list[SleepStage]:
    levels = summary.record("sleepLevelsMap")
    offset_s = summary.number("startTimeOffsetInSeconds")
    found: list[SleepStage] = []
    for level in levels.names():
        for stretch in levels.records(level):
            start = stretch.epoch("startTimeInSeconds", offset_s)
            end = stretch.epoch("endTimeInSeconds", offset_s)
            if start is not None and end is not None and end > start:
                found.append(
                    SleepStage(
                        stage=_STAGES.get(level, "unknown"),
                        started_at=start,
                        duration_s=(end - start).total_seconds(),
                    )
                )
    return sorted(found, key=lambda stage: stage.started_at)


def _daily(summary: Record, origin: Origin) -> Iterator[Measurement]:
    duration_s = summary.positive("durationInSeconds")
    steps, distance_m = summary.whole("steps"), summary.number("distanceInMeters")
    if steps is not None:
        yield Steps(step_count=steps, duration_s=duration_s, **origin)
    if distance_m is not None:
        yield Distance(distance_m=distance_m, duration_s=duration_s, **origin)
    active, basal = summary.number("activeKilocalories"), summary.number("bmrKilocalories")
    if active is not None:
        yield EnergyBurned(
            energy_kcal=active, includes_basal=False, duration_s=duration_s, **origin
        )
    if active is not None and basal is not None:
        yield EnergyBurned(
            energy_kcal=active + basal, includes_basal=True, duration_s=duration_s, **origin
        )
    moderate_s = summary.number("moderateIntensityDurationInSeconds")
    vigorous_s = summary.number("vigorousIntensityDurationInSeconds")
    if moderate_s is not None or vigorous_s is not None:
        yield ActiveTime(
            moderate_s=moderate_s, vigorous_s=vigorous_s, duration_s=duration_s, **origin
        )
    yield from _daily_heart(summary, origin, duration_s)


def _daily_heart(
    summary: Record, origin: Origin, duration_s: float | None
) -> Iterator[Measurement]:
    resting = summary.positive("restingHeartRateInBeatsPerMinute")
    if resting is not None:
        yield RestingHeartRate(heart_rate_bpm=resting, **origin)
    rates: dict[Statistic, str] = {
        "average": "averageHeartRateInBeatsPerMinute",
        "minimum": "minHeartRateInBeatsPerMinute",
        "maximum": "maxHeartRateInBeatsPerMinute",
    }
    for statistic, name in rates.items():
        if (bpm := summary.positive(name)) is not None:
            yield HeartRate(
                heart_rate_bpm=bpm, statistic=statistic, duration_s=duration_s, **origin
            )
    levels: dict[Statistic, str] = {"average": "averageStressLevel", "maximum": "maxStressLevel"}
    for statistic, name in levels.items():
        if (score := summary.positive(name)) is not None:  # -1 and -2 are no levels
            yield Stress(score=score, statistic=statistic, duration_s=duration_s, **origin)
    grid = _grid(summary, "timeOffsetHeartRateSamples", origin)
    if grid:
        placed, interval_s, values = grid
        yield HeartRateSeries(interval_s=interval_s, values_bpm=_whole(values), **placed)


def _epoch(summary: Record, origin: Origin) -> Iterator[Measurement]:
    steps = summary.whole("steps")
    if steps is not None:
        yield Steps(step_count=steps, duration_s=summary.positive("durationInSeconds"), **origin)


def _hrv(summary: Record, origin: Origin) -> Iterator[Measurement]:
    rmssd_ms = summary.positive("lastNightAvg")
    if rmssd_ms is not None:
        yield HeartRateVariability(
            rmssd_ms=rmssd_ms, statistic="average", relation_to_sleep="during-sleep",
            duration_s=summary.positive("durationInSeconds"), **origin,
        )  # fmt: skip
    if grid := _grid(summary, "hrvValues", origin):
        placed, interval_s, values = grid
        yield HeartRateVariabilitySeries(interval_s=interval_s, values_ms=tuple(values), **placed)


def _stress(summary: Record, origin: Origin) -> Iterator[Measurement]:
    if grid := _grid(summary, "timeOffsetStressLevelValues", origin):
        placed, interval_s, values = grid
        yield StressSeries(interval_s=interval_s, scores=_whole(values), **placed)


def _pulse_ox(summary: Record, origin: Origin) -> Iterator[Measurement]:
    if grid := _grid(summary, "timeOffsetSpo2Values", origin):
        placed, interval_s, values = grid
        yield OxygenSaturationSeries(interval_s=interval_s, values_percent=tuple(values), **placed)


def _respiration(summary: Record, origin: Origin) -> Iterator[Measurement]:
    if grid := _grid(summary, "timeOffsetEpochToBreaths", origin):
        placed, interval_s, values = grid
        yield RespiratoryRateSeries(
            interval_s=interval_s, values_per_minute=tuple(values), **placed
        )


def _skin_temperature(summary: Record, origin: Origin) -> Iterator[Measurement]:
    deviation = summary.number("avgDeviationCelsius")
    if deviation is not None:
        yield SkinTemperature(deviation_c=deviation, relation_to_sleep="during-sleep", **origin)


def _user_metrics(summary: Record, origin: Origin) -> Iterator[Measurement]:
    vo2 = summary.positive("vo2Max")
    if vo2 is not None:
        yield Vo2Max(vo2_max_ml_per_kg_min=vo2, **origin)


def _body(summary: Record, origin: Origin) -> Iterator[Measurement]:
    weight_kg = summary.scaled("weightInGrams", 1e-3)
    fat = summary.positive("bodyFatInPercent")
    muscle_kg, bone_kg = (summary.scaled(f"{name}MassInGrams", 1e-3) for name in ("muscle", "bone"))
    if weight_kg:
        yield BodyWeight(weight_kg=weight_kg, **origin)
    if fat is not None or muscle_kg or bone_kg:
        yield BodyComposition(
            weight_kg=weight_kg or None,
            body_fat_percent=fat,
            muscle_mass_kg=muscle_kg or None,
            bone_mass_kg=bone_kg or None,
            **origin,
        )


def _grid(
    summary: Record, name: str, origin: Origin
) -> tuple[Origin, float, list[float | None]] | None:
    """Lay samples on a grid that begins with the first of them; not what is 0 or below."""
    start = origin.get("measured_at")
    samples = {
        float(offset): value
        for offset, value in summary.record(name).numbers().items()
        if value > 0
    }
    grid = None if start is None else samples_on_grid(start, samples)
    if grid is None:
        return None
    began, interval_s, values = grid
    return {**origin, "measured_at": began}, interval_s, values


def _whole(values: list[float | None]) -> tuple[int | None, ...]:
    return tuple(None if value is None else round(value) for value in values)


def _workout(summary: Record, account: Account) -> Event:
    id, sport = summary.needed("activityId"), summary.text("activityType")
    offset_s = summary.number("startTimeOffsetInSeconds")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("garmin", id),
            activity_type=activity_type(sport),
            source="member" if summary.flag("manual") else "wearable",
            provider="garmin",
            external_id=id,
            sport=sport,
            started_at=summary.epoch("startTimeInSeconds", offset_s),
            duration_s=summary.number("durationInSeconds") or 0,
            distance_m=summary.positive("distanceInMeters"),
            energy_kcal=summary.positive("activeKilocalories"),
            step_count=summary.whole("steps"),
            average_heart_rate_bpm=summary.positive("averageHeartRateInBeatsPerMinute"),
            maximum_heart_rate_bpm=summary.positive("maxHeartRateInBeatsPerMinute"),
            average_power_w=summary.positive("averagePowerInWatts"),
            maximum_power_w=summary.positive("maxPowerInWatts"),
            elevation_gain_m=summary.positive("totalElevationGainInMeters"),
            elevation_loss_m=summary.positive("totalElevationLossInMeters"),
        ),
        account,
    )


_READERS: Final[Mapping[str, Callable[[Record, Origin], Iterator[Measurement]]]] = {
    "sleeps": _sleep,
    "dailies": _daily,
    "epochs": _epoch,
    "hrv": _hrv,
    "stressDetails": _stress,
    "pulseox": _pulse_ox,
    "allDayRespiration": _respiration,
    "skinTemp": _skin_temperature,
    "userMetrics": _user_metrics,
    "bodyComps": _body,
}
