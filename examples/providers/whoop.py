"""WHOOP, from the API v2 (https://developer.whoop.com/api) and its webhooks.

Records are told apart by their fields. A record whose `score_state` is `PENDING_SCORE` or
`UNSCORABLE` has times alone: a sleep is told of without its stages, a recovery is not told of yet.
Every instant is in UTC, and the offset of the member stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from platform_events import (
    BodyWeight,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateVariability,
    HeartRateZone,
    Measurement,
    MeasurementKind,
    OxygenSaturation,
    Readiness,
    RespiratoryRate,
    RestingHeartRate,
    SkinTemperature,
    Sleep,
    WhoopStrain,
    WorkoutLoad,
    WorkoutLogged,
)

from .records import (
    Account,
    Origin,
    Record,
    activity_type,
    lasting_s,
    logged_or_updated,
    offset_of,
    pull,
    received,
    removed,
    workout_id,
    workout_removed,
)

FIELDS: Final = {
    "sleep.start, end, timezone_offset": "Sleep.measured_at, duration_s",
    "sleep.id": "Sleep.record_id",
    "sleep.updated_at": "Sleep.revised_at",
    "sleep.nap": "Sleep.is_nap",
    "sleep.score.stage_summary.total_in_bed_time_milli": "Sleep.time_in_bed_s",
    "sleep.score.stage_summary.total_awake_time_milli": "Sleep.awake_s",
    "sleep.score.stage_summary.total_no_data_time_milli": "Sleep.unknown_s",
    "sleep.score.stage_summary.total_light_sleep_time_milli": "Sleep.light_s",
    "sleep.score.stage_summary.total_slow_wave_sleep_time_milli": "Sleep.deep_s",
    "sleep.score.stage_summary.total_rem_sleep_time_milli": "Sleep.rem_s",
    "sleep.score.stage_summary.disturbance_count": "Sleep.awakening_count",
    "sleep.score.sleep_performance_percentage": "Sleep.score",
    "sleep.score.sleep_efficiency_percentage": "Sleep.efficiency_percent",
    "sleep.score.respiratory_rate": "RespiratoryRate.breaths_per_minute",
    "recovery.score.recovery_score": "Readiness.score",
    "recovery.score.resting_heart_rate": "RestingHeartRate.heart_rate_bpm",
    "recovery.score.hrv_rmssd_milli": "HeartRateVariability.rmssd_ms",
    "recovery.score.spo2_percentage": "OxygenSaturation.oxygen_saturation_percent",
    "recovery.score.skin_temp_celsius": "SkinTemperature.temperature_c",
    "cycle.score.strain": "WhoopStrain.strain",
    "cycle.score.kilojoule": "EnergyBurned.energy_kcal",
    "cycle.score.average_heart_rate, max_heart_rate": "HeartRate.heart_rate_bpm",
    "workout.start, end": "WorkoutLogged.started_at, duration_s",
    "workout.sport_name": "WorkoutLogged.activity_type, sport",
    "workout.score.strain": "WorkoutLogged.training_load",
    "workout.score.average_heart_rate": "WorkoutLogged.average_heart_rate_bpm",
    "workout.score.max_heart_rate": "WorkoutLogged.maximum_heart_rate_bpm",
    "workout.score.kilojoule": "WorkoutLogged.energy_kcal",
    "workout.score.distance_meter": "WorkoutLogged.distance_m",
    "workout.score.altitude_gain_meter": "WorkoutLogged.elevation_gain_m",
    "workout.score.zone_durations": "WorkoutLogged.heart_rate_zones",
    "body_measurement.weight_kilogram": "BodyWeight.weight_kg",
}
LEFT_OUT: Final = {
    "sleep.score.sleep_needed, sleep_consistency_percentage": "WHOOP's advice to its members",
    "sleep.score.stage_summary.sleep_cycle_count": "no purpose of the platform needs it",
    "recovery.score.user_calibrating": "a recovery is told of only when it is scored",
    "workout.score.percent_recorded, altitude_change_meter": "quality of the recording",
    "body_measurement.height_meter, max_heart_rate": "of the member's profile, not measured",
}

_KCAL: Final = 1 / 4.184
_OF_RECOVERY: Final[tuple[MeasurementKind, ...]] = (
    "readiness", "resting-heart-rate", "heart-rate-variability", "oxygen-saturation",
    "skin-temperature",
)  # fmt: skip
_KNOWN_BY: Final = ("records", "trace_id", "user_id", "weight_kilogram")
_ZONES: Final = ("zero", "one", "two", "three", "four", "five")


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a webhook, of one record or of a page of them.

    Args:
        payload: The JSON that WHOOP sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell yet.

    Raises:
        UnreadableError: It is not what WHOOP documents.
        InvalidEventError: A value is not plausible.
    """
    record = Record(payload)
    record.expect("WHOOP", _KNOWN_BY)
    if "type" in record and "trace_id" in record:
        return _webhook(record, account)
    found = list(record.records("records")) if "records" in record else [record]
    measurements = [measurement for one in found for measurement in _measurements(one, account)]
    workouts = [_workout(one, account) for one in found if _is_workout(one)]
    return [*received("whoop", account, measurements), *workouts]


def _webhook(record: Record, account: Account) -> list[Event]:
    kind, _, change = record.needed("type").partition(".")
    id = record.needed("id")
    if change == "deleted":
        if kind == "workout":
            return [workout_removed("whoop", account, id)]
        # The webhook of a recovery has the id of its sleep.
        return [removed("whoop", account, [id], _OF_RECOVERY if kind == "recovery" else ())]
    match kind:
        case "workout":
            return [pull("whoop", account, "workouts", record_ids=[id])]
        case "recovery":
            return [pull("whoop", account, "recovery", record_ids=[id])]
        case "sleep":
            return [pull("whoop", account, "sleep", record_ids=[id])]
        case _:
            return []


def _is_workout(record: Record) -> bool:
    return "sport_name" in record or "sport_id" in record


def _measurements(record: Record, account: Account) -> Iterator[Measurement]:
    if "weight_kilogram" in record:
        weight_kg = record.positive("weight_kilogram")
        if weight_kg is not None:
            yield BodyWeight(
                measured_at=account.received_at, weight_kg=weight_kg, recording_method="manual"
            )
        return
    if _is_workout(record):
        return
    offset = offset_of(record.text("timezone_offset"))
    origin: Origin = {
        "record_id": record.text("sleep_id") or record.text("id"),
        "revised_at": record.instant("updated_at"),
        "measured_at": record.instant("start", offset) or record.instant("created_at"),
    }
    if "nap" in record:
        yield from _sleep(record, origin)
    elif record.text("score_state") != "SCORED":
        return
    elif "sleep_id" in record:
        yield from _recovery(record.record("score"), origin)
    else:
        yield from _cycle(record, origin)


def _sleep(record: Record, origin: Origin) -> Iterator[Measurement]:
    score = record.record("score")
    stages = score.record("stage_summary")
    parts = [stages.seconds_of_ms(f"total_{name}_sleep_time_milli") for name in
             ("light", "slow_wave", "rem")]  # fmt: skip
    known = [part for part in parts if part is not None]
    end = record.instant("end", offset_of(record.text("timezone_offset")))
    duration_s = lasting_s(origin.get("measured_at"), end)
    origin = {**origin, "day": None if end is None else end.date()}
    yield Sleep(
        duration_s=duration_s,
        time_in_bed_s=stages.seconds_of_ms("total_in_bed_time_milli"),
        asleep_s=sum(known) if known else None,
        awake_s=stages.seconds_of_ms("total_awake_time_milli"),
        unknown_s=stages.seconds_of_ms("total_no_data_time_milli"),
        light_s=parts[0],
        deep_s=parts[1],
        rem_s=parts[2],
        awakening_count=stages.whole("disturbance_count"),
        efficiency_percent=score.positive("sleep_efficiency_percentage"),
        score=score.number("sleep_performance_percentage"),
        is_nap=record.flag("nap"),
        **origin,
    )
    breaths = score.positive("respiratory_rate")
    if breaths is not None:
        yield RespiratoryRate(
            duration_s=duration_s, statistic="average", relation_to_sleep="during-sleep",
            breaths_per_minute=breaths, **origin,
        )  # fmt: skip


def _recovery(score: Record, origin: Origin) -> Iterator[Measurement]:
    readiness, bpm = score.number("recovery_score"), score.positive("resting_heart_rate")
    rmssd_ms, percent = score.positive("hrv_rmssd_milli"), score.positive("spo2_percentage")
    celsius = score.positive("skin_temp_celsius")
    if readiness is not None:
        yield Readiness(score=readiness, **origin)
    if bpm is not None:
        yield RestingHeartRate(heart_rate_bpm=bpm, **origin)
    if rmssd_ms is not None:
        yield HeartRateVariability(
            rmssd_ms=rmssd_ms, statistic="average", relation_to_sleep="during-sleep", **origin
        )
    if percent is not None:
        yield OxygenSaturation(
            oxygen_saturation_percent=percent, statistic="average",
            relation_to_sleep="during-sleep", **origin,
        )  # fmt: skip
    if celsius is not None:
        yield SkinTemperature(temperature_c=celsius, relation_to_sleep="during-sleep", **origin)


def _cycle(record: Record, origin: Origin) -> Iterator[Measurement]:
    score = record.record("score")
    duration_s = lasting_s(origin.get("measured_at"), record.instant("end"))
    strain, kcal = score.number("strain"), score.scaled("kilojoule", _KCAL)
    if strain is not None:
        yield WhoopStrain(strain=strain, duration_s=duration_s, **origin)
    if kcal is not None and duration_s is not None:  # of a cycle that goes on, it is half a day's
        yield EnergyBurned(energy_kcal=kcal, includes_basal=True, duration_s=duration_s, **origin)
    average, most = score.positive("average_heart_rate"), score.positive("max_heart_rate")
    if average is not None:
        yield HeartRate(
            heart_rate_bpm=average, statistic="average", duration_s=duration_s, **origin
        )
    if most is not None:
        yield HeartRate(heart_rate_bpm=most, statistic="maximum", duration_s=duration_s, **origin)


def _workout(record: Record, account: Account) -> Event:
    id, sport, score = record.needed("id"), record.text("sport_name"), record.record("score")
    start = record.instant("start", offset_of(record.text("timezone_offset")))
    strain = score.number("strain")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("whoop", id),
            activity_type=activity_type(sport),
            source="wearable",
            provider="whoop",
            external_id=id,
            sport=sport,
            started_at=start,
            duration_s=lasting_s(start, record.instant("end")) or 0,
            distance_m=score.positive("distance_meter"),
            energy_kcal=score.scaled("kilojoule", _KCAL),
            average_heart_rate_bpm=score.positive("average_heart_rate"),
            maximum_heart_rate_bpm=score.positive("max_heart_rate"),
            heart_rate_zones=tuple(_zones(score.record("zone_durations"))),
            elevation_gain_m=score.positive("altitude_gain_meter"),
            training_load=None
            if strain is None
            else WorkoutLoad(value=strain, method="whoop-strain"),
        ),
        account,
    )


def _zones(zones: Record) -> Iterator[HeartRateZone]:
    for number, name in enumerate(_ZONES):
        lasted_s = zones.seconds_of_ms(f"zone_{name}_milli")
        if lasted_s is not None:
            yield HeartRateZone(zone=number, duration_s=lasted_s)
