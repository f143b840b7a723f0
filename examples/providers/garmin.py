"""Garmin, from the Health API and the Activity API, whose documentation partners get.

See https://developer.garmin.com/gc-developer-program/health-api. A push holds lists of summaries by
their names, of several users at once; a ping holds only where they can be fetched. A summary that
comes again replaces the one with the same day and start. Samples are by their seconds from the
start of the summary; below 0 is what could not be measured. The length of a sleep is without the
time awake and the time that could not be measured, though not in all records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from platform_events import (
    ActiveTime,
    BodyBatterySeries,
    BodyComposition,
    BodyWeight,
    ConnectionEstablished,
    ConnectionRevoked,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateSeries,
    HeartRateVariability,
    HeartRateVariabilitySdnn,
    HeartRateVariabilitySeries,
    IntegrationResource,
    Measurement,
    OxygenSaturation,
    OxygenSaturationSeries,
    RecordingMethod,
    RespiratoryRate,
    RespiratoryRateSeries,
    RestingHeartRate,
    SkinTemperature,
    Sleep,
    SleepStage,
    Statistic,
    Steps,
    Stress,
    StressSeries,
    StressTime,
    Vo2Max,
    WheelchairPushes,
    WorkoutLogged,
)

from .records import (
    MOST_SAMPLES,
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
    "sleeps.durationInSeconds and the times awake and unmeasurable": (
        "Sleep.duration_s, sleep_period_s"
    ),
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
    "sleeps.naps": "Sleep.is_nap",
    "dailies.steps": "Steps.step_count",
    "dailies.pushes": "WheelchairPushes.push_count",
    "dailies.distanceInMeters": "Distance.distance_m",
    "dailies.activeKilocalories, bmrKilocalories": "EnergyBurned.energy_kcal",
    "dailies.restingHeartRateInBeatsPerMinute": "RestingHeartRate.heart_rate_bpm",
    "dailies.averageHeartRateInBeatsPerMinute, min, max": "HeartRate.heart_rate_bpm",
    "dailies.timeOffsetHeartRateSamples": "HeartRateSeries.values_bpm",
    "dailies.averageStressLevel, maxStressLevel": "Stress.score",
    "dailies.restStressDurationInSeconds": "StressTime.rest_s",
    "dailies.lowStressDurationInSeconds": "StressTime.low_s",
    "dailies.mediumStressDurationInSeconds": "StressTime.medium_s",
    "dailies.highStressDurationInSeconds": "StressTime.high_s",
    "dailies.moderateIntensityDurationInSeconds": "ActiveTime.moderate_s",
    "dailies.vigorousIntensityDurationInSeconds": "ActiveTime.vigorous_s",
    "epochs.steps": "Steps.step_count",
    "hrv.lastNightAvg, lastNight5MinHigh": "HeartRateVariability.rmssd_ms",
    "hrv.hrvValues": "HeartRateVariabilitySeries.values_ms",
    "stressDetails.timeOffsetStressLevelValues": "StressSeries.scores",
    "stressDetails.timeOffsetBodyBatteryValues": "BodyBatterySeries.scores",
    "pulseox.timeOffsetSpo2Values": "OxygenSaturationSeries.values_percent",
    "allDayRespiration.timeOffsetEpochToBreaths": "RespiratoryRateSeries.values_per_minute",
    "skinTemp.avgDeviationCelsius": "SkinTemperature.deviation_c",
    "userMetrics.vo2Max, vo2MaxCycling": "Vo2Max.vo2_max_ml_per_kg_min",
    "bodyComps.weightInGrams": "BodyWeight.weight_kg",
    "bodyComps.bodyFatInPercent": "BodyComposition.body_fat_percent",
    "bodyComps.bodyWaterInPercent": "BodyComposition.body_water_percent",
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
    "activityDetails.samples.heartRate": "HeartRateSeries.values_bpm",
    "deregistrations": "ConnectionRevoked.connection_id",
    "healthSnapshot.summaries of hrv": "HeartRateVariability.rmssd_ms, statistic",
    "healthSnapshot.summaries of sdrr": "HeartRateVariabilitySdnn.sdnn_ms",
    "healthSnapshot.summaries of spo2": "OxygenSaturation.oxygen_saturation_percent",
    "healthSnapshot.summaries of respiration": "RespiratoryRate.breaths_per_minute",
    "userPermissionsChange.permissions": "ConnectionEstablished.scopes",
}
LEFT_OUT: Final = {
    "dailies.floorsClimbed": "no purpose of the platform needs floors",
    "dailies goals, qualifiers": "Garmin's advice and goals for its users",
    "dailies.bodyBatteryChargedValue": "a change; stressDetails hold the level",
    "dailies.activeTimeInSeconds": "it counts other movement than the intensities do",
    "dailies.activityStressDurationInSeconds": "it comes from moving, and is not stress",
    "epochs other than steps": "they are the dailies again, by quarters of an hour",
    "moveIQActivities": "guesses, which are in the dailies already",
    "stressDetails.bodyBatteryActivityEvents": "the effect of what comes as sleeps and activities",
    "sleeps.sleepScores": "parts of the sleep score, in words",
    "sleeps.timeOffsetSleepSpo2, timeOffsetSleepRespiration": "pulseox and respiration hold them",
    "userMetrics.fitnessAge": "no purpose of the platform needs it",
    "dailies stress times that are longer than the day": "they contradict themselves",
    "healthSnapshot.summaries.epochSummaries": "two minutes, of which the averages are taken",
    "bloodPressures, mct": "no purpose of the platform needs it",
    "bodyComps.bodyMassIndex": "it follows from weight and height",
    "activities with parentSummaryId": "legs of a multisport activity, which holds them all",
    "activityDetails other than heart rate": "where a member went is not the platform's business",
}

_STAGES: Final[Mapping[str, Literal["deep", "light", "rem", "awake", "unknown"]]] = {
    "deep": "deep",
    "light": "light",
    "rem": "rem",
    "awake": "awake",
    "unmeasurable": "unknown",
}
_METHODS: Final[Mapping[str, RecordingMethod]] = {"MANUAL": "manual", "DEVICE": "active"}
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
    "activityDetails": "workouts",
    "healthSnapshot": "recovery",
}
_OF_CONNECTION: Final = ("deregistrations", "userPermissionsChange")
_LEFT_OUT: Final = ("moveIQActivities", "bloodPressures", "mct", "activityFiles")
_KNOWN_BY: Final = (*_RESOURCES, *_OF_CONNECTION, *_LEFT_OUT)
_MOST_HEART_RATES: Final = 86_400
_DAY_S: Final = 86_400.0
_ROUNDED_S: Final = 180.0
_AVERAGE: Final[Statistic] = "average"


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
    record.expect("Garmin", _KNOWN_BY)
    measurements: list[Measurement] = []
    others: list[Event] = []
    for name, resource in _RESOURCES.items():
        for summary in _of_user(record, name, account):
            if "callbackURL" in summary:
                others.append(_ping(summary, resource, account))
            elif name in _READERS:
                measurements += _READERS[name](summary, _origin(summary))
            elif "parentSummaryId" not in summary:
                others.append(_workout(summary, account))
    others += [
        _permissions(change, account) for change in _of_user(record, _OF_CONNECTION[1], account)
    ]
    others += [
        _revoked(account, account.received_at) for _ in _of_user(record, _OF_CONNECTION[0], account)
    ]
    return [*received("garmin", account, measurements), *others]


def _of_user(record: Record, name: str, account: Account) -> Iterator[Record]:
    """Find the summaries of one user among those of many."""
    for summary in record.records(name):
        user_id = summary.text("userId")
        if None in (account.user_id, user_id) or user_id == account.user_id:
            yield summary


def _permissions(change: Record, account: Account) -> Event:
    """Read what Garmin may tell from now on; without a permission there is no connection."""
    changed_at = change.epoch("changeTimeInSeconds") or account.received_at
    scopes = [Record({"scope": one}).needed("scope") for one in change.items("permissions")]
    if not scopes:
        return _revoked(account, changed_at)
    return ConnectionEstablished(
        connection_id=account.connection_id,
        gym_id=account.gym_id,
        member_id=account.member_id,
        service="garmin",
        external_id=change.text("userId"),
        scopes=tuple(dict.fromkeys(scopes)),
        established_at=changed_at,
    )


def _revoked(account: Account, revoked_at: datetime) -> Event:
    return ConnectionRevoked(
        connection_id=account.connection_id,
        gym_id=account.gym_id,
        member_id=account.member_id,
        service="garmin",
        revoked_by="member",
        revoked_at=revoked_at,
    )


def _ping(summary: Record, resource: IntegrationResource, account: Account) -> Event:
    return pull(
        "garmin",
        account,
        resource,
        since=summary.epoch("uploadStartTimeInSeconds"),
        until=summary.epoch("uploadEndTimeInSeconds"),
    )


def _origin(summary: Record) -> Origin:
    names = ("startTimeOffset", "measurementTimeOffset", "offsetStartTime")
    offsets = [summary.number(f"{name}InSeconds") for name in names]
    offset_s = next((offset for offset in offsets if offset is not None), None)
    start = summary.epoch("startTimeInSeconds", offset_s)
    return {
        "record_id": summary.text("summaryId"),
        "day": summary.day("calendarDate"),
        "measured_at": start or summary.epoch("measurementTimeInSeconds", offset_s),
    }


def _sleep(summary: Record, origin: Origin) -> Iterator[Measurement]:
    names = ("lightSleepDurationInSeconds", "deepSleepDurationInSeconds", "remSleepInSeconds")
    parts = [summary.number(name) for name in names]
    asleep_s = sum(part for part in parts if part is not None)
    awake_s = summary.number("awakeDurationInSeconds")
    unknown_s = summary.number("unmeasurableSleepInSeconds")
    if unknown_s is None:
        unknown_s = summary.number("unmeasurableSleepDurationInSeconds")
    if not asleep_s:  # off the wrist: the times alone are known
        parts, awake_s, unknown_s = [None, None, None], None, None
    stages, start = _stages(summary), origin.get("measured_at")
    duration_s = summary.positive("durationInSeconds")
    if start is not None and duration_s is not None:
        whole_s = asleep_s + (awake_s or 0) + (unknown_s or 0)
        ends = [stage.started_at + timedelta(seconds=stage.duration_s) for stage in stages]
        duration_s = max(duration_s, whole_s, *((end - start).total_seconds() for end in ends))
    yield Sleep(
        duration_s=duration_s,
        sleep_period_s=duration_s,
        asleep_s=asleep_s or None,
        awake_s=awake_s,
        light_s=parts[0],
        deep_s=parts[1],
        rem_s=parts[2],
        unknown_s=unknown_s,
        score=summary.record("overallSleepScore").positive("value"),
        is_nap=False,
        stages=tuple(stages),
        recording_method=_METHODS.get(summary.text("validation") or "", "automatic"),
        **origin,
    )
    for nap in summary.records("naps"):
        yield Sleep(
            measured_at=nap.epoch("napStartTimeInSeconds", nap.number("napOffsetInSeconds")),
            day=origin.get("day"),
            record_id=origin.get("record_id"),
            duration_s=nap.positive("napDurationInSeconds"),
            is_nap=True,
            recording_method="manual" if nap.text("napValidation") == "MANUAL" else "automatic",
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
    pushes = summary.whole("pushes")
    if steps is not None:
        yield Steps(step_count=steps, duration_s=duration_s, **origin)
    if pushes is not None:
        yield WheelchairPushes(push_count=pushes, duration_s=duration_s, **origin)
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
    times = [
        summary.number(f"{level}StressDurationInSeconds")
        for level in ("rest", "low", "medium", "high")
    ]
    known = [time for time in times if time is not None]
    if known and sum(known) <= (duration_s or _DAY_S) + _ROUNDED_S:
        yield StressTime(
            rest_s=times[0], low_s=times[1], medium_s=times[2], high_s=times[3],
            duration_s=duration_s, **origin,
        )  # fmt: skip
    grid = _grid(summary, "timeOffsetHeartRateSamples", origin, _MOST_HEART_RATES)
    if grid:
        placed, interval_s, values = grid
        yield HeartRateSeries(interval_s=interval_s, values_bpm=_whole(values), **placed)


def _epoch(summary: Record, origin: Origin) -> Iterator[Measurement]:
    steps = summary.whole("steps")
    if steps is not None:
        yield Steps(step_count=steps, duration_s=summary.positive("durationInSeconds"), **origin)


def _hrv(summary: Record, origin: Origin) -> Iterator[Measurement]:
    names: dict[Statistic, str] = {"average": "lastNightAvg", "maximum": "lastNight5MinHigh"}
    for statistic, name in names.items():
        if (rmssd_ms := summary.positive(name)) is not None:
            yield HeartRateVariability(
                rmssd_ms=rmssd_ms, statistic=statistic, relation_to_sleep="during-sleep",
                duration_s=summary.positive("durationInSeconds"), **origin,
            )  # fmt: skip
    if grid := _grid(summary, "hrvValues", origin):
        placed, interval_s, values = grid
        yield HeartRateVariabilitySeries(interval_s=interval_s, values_ms=tuple(values), **placed)


def _stress(summary: Record, origin: Origin) -> Iterator[Measurement]:
    if grid := _grid(summary, "timeOffsetStressLevelValues", origin):
        placed, interval_s, values = grid
        yield StressSeries(interval_s=interval_s, scores=_whole(values), **placed)
    if grid := _grid(summary, "timeOffsetBodyBatteryValues", origin):
        placed, interval_s, values = grid
        yield BodyBatterySeries(interval_s=interval_s, scores=_whole(values), **placed)


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
    for name in ("vo2Max", "vo2MaxCycling"):  # of a runner, of a cyclist, of one who is both
        if (vo2 := summary.positive(name)) is not None:
            yield Vo2Max(vo2_max_ml_per_kg_min=vo2, **origin)


def _body(summary: Record, origin: Origin) -> Iterator[Measurement]:
    weight_kg = summary.scaled("weightInGrams", 1e-3)
    fat, water = summary.positive("bodyFatInPercent"), summary.positive("bodyWaterInPercent")
    muscle_kg, bone_kg = (summary.scaled(f"{name}MassInGrams", 1e-3) for name in ("muscle", "bone"))
    if weight_kg:
        yield BodyWeight(weight_kg=weight_kg, **origin)
    if fat is not None or water is not None or muscle_kg or bone_kg:
        yield BodyComposition(
            weight_kg=weight_kg or None,
            body_fat_percent=fat,
            body_water_percent=water,
            muscle_mass_kg=muscle_kg or None,
            bone_mass_kg=bone_kg or None,
            **origin,
        )


def _snapshot(summary: Record, origin: Origin) -> Iterator[Measurement]:
    duration_s, average = summary.positive("durationInSeconds"), _AVERAGE
    for part in summary.records("summaries"):
        value = part.positive("avgValue")
        if value is None:
            continue
        match part.text("summaryType"):
            case "heart_rate":
                yield HeartRate(
                    heart_rate_bpm=value, statistic=average, duration_s=duration_s, **origin
                )
            case "respiration":
                yield RespiratoryRate(
                    breaths_per_minute=value, statistic=average, duration_s=duration_s, **origin
                )
            case "stress":
                yield Stress(score=value, statistic=average, duration_s=duration_s, **origin)
            case "spo2":
                yield OxygenSaturation(
                    oxygen_saturation_percent=value, statistic=average, duration_s=duration_s,
                    **origin,
                )  # fmt: skip
            case "rmssd_hrv":
                yield HeartRateVariability(rmssd_ms=value, duration_s=duration_s, **origin)
            case "sdrr_hrv":
                yield HeartRateVariabilitySdnn(sdnn_ms=value, duration_s=duration_s, **origin)
            case _:
                pass


def _details(summary: Record, origin: Origin) -> Iterator[Measurement]:
    start = summary.record("summary").epoch("startTimeInSeconds")
    rates = {
        (at - start).total_seconds(): bpm
        for sample in summary.records("samples")
        if start is not None
        and (at := sample.epoch("startTimeInSeconds")) is not None
        and (bpm := sample.positive("heartRate")) is not None
    }
    grid = None if start is None else samples_on_grid(start, rates, _MOST_HEART_RATES)
    if grid:
        began, interval_s, values = grid
        origin = {**origin, "measured_at": began}
        yield HeartRateSeries(interval_s=interval_s, values_bpm=_whole(values), **origin)


def _grid(
    summary: Record, name: str, origin: Origin, most: int = MOST_SAMPLES
) -> tuple[Origin, float, list[float | None]] | None:
    """Lay samples on a grid that begins with the first of them; not what is 0 or below."""
    start = origin.get("measured_at")
    samples = {
        float(offset): value
        for offset, value in summary.record(name).numbers().items()
        if value > 0
    }
    grid = None if start is None else samples_on_grid(start, samples, most)
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
    "activityDetails": _details,
    "healthSnapshot": _snapshot,
}
