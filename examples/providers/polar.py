"""Polar, from AccessLink v3 (https://www.polar.com/accesslink-api) and its webhooks.

A sleep lasts from falling asleep to waking up. Exercises are in local time, with their offset in
minutes beside it; days of activity are in local time without one, so they are of a day. Samples
that have a clock and no offset need the member's time zone. The older interface, by transactions,
writes the same names with hyphens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final, Literal, cast

from platform_events import (
    ActiveTime,
    AnsCharge,
    BodyWeight,
    Distance,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateSeries,
    HeartRateVariability,
    HeartRateVariabilitySeries,
    HeartRateZone,
    IntegrationResource,
    Measurement,
    OxygenSaturation,
    RecoveryLevel,
    RespiratoryRate,
    RespiratoryRateSeries,
    RrInterval,
    SkinTemperature,
    Sleep,
    SleepStage,
    Steps,
    TrainingLoad,
    Vo2Max,
    WorkoutLoad,
    WorkoutLogged,
)

from .records import (
    Account,
    Origin,
    Record,
    activity_type,
    clock_after,
    iso_duration_s,
    lasting_s,
    logged_or_updated,
    pull,
    received,
    record_of,
    samples_on_grid,
    workout_id,
)

FIELDS: Final = {
    "sleep.sleep_start_time, sleep_end_time": "Sleep.measured_at, duration_s, sleep_period_s",
    "sleep.date": "Sleep.day",
    "sleep.light_sleep": "Sleep.light_s",
    "sleep.deep_sleep": "Sleep.deep_s",
    "sleep.rem_sleep": "Sleep.rem_s",
    "sleep.unrecognized_sleep_stage": "Sleep.unknown_s",
    "sleep.total_interruption_duration": "Sleep.awake_s",
    "sleep.sleep_score": "Sleep.score",
    "sleep.hypnogram": "Sleep.stages",
    "sleep.heart_rate_samples, continuous heart_rate_samples": "HeartRateSeries.values_bpm",
    "nightly-recharge.nightly_recharge_status": "RecoveryLevel.level",
    "nightly-recharge.ans_charge": "AnsCharge.charge",
    "nightly-recharge.heart_rate_avg": "HeartRate.heart_rate_bpm",
    "nightly-recharge.heart_rate_variability_avg": "HeartRateVariability.rmssd_ms",
    "nightly-recharge.breathing_rate_avg": "RespiratoryRate.breaths_per_minute",
    "nightly-recharge.beat_to_beat_avg": "RrInterval.rr_ms",
    "nightly-recharge.hrv_samples": "HeartRateVariabilitySeries.values_ms",
    "nightly-recharge.breathing_samples": "RespiratoryRateSeries.values_per_minute",
    "cardio-load.cardio_load": "TrainingLoad.value",
    "cardio-load.strain": "TrainingLoad.acute_load",
    "cardio-load.tolerance": "TrainingLoad.chronic_load",
    "cardio-load.cardio_load_ratio": "TrainingLoad.acute_chronic_ratio",
    "exercise.start_time, start_time_utc_offset": "WorkoutLogged.started_at",
    "exercise.duration": "WorkoutLogged.duration_s",
    "exercise.sport, detailed_sport_info": "WorkoutLogged.activity_type, sport",
    "exercise.calories": "WorkoutLogged.energy_kcal",
    "exercise.distance": "WorkoutLogged.distance_m",
    "exercise.heart_rate": "WorkoutLogged.average_heart_rate_bpm, maximum_heart_rate_bpm",
    "exercise.heart_rate_zones": "WorkoutLogged.heart_rate_zones",
    "exercise.training_load_pro.cardio_load, training_load": "WorkoutLogged.training_load",
    "activity.steps": "Steps.step_count",
    "activity.calories, active_calories": "EnergyBurned.energy_kcal",
    "activity.distance_from_steps": "Distance.distance_m",
    "activity.active_duration": "ActiveTime.active_s",
    "activity.inactive_duration": "ActiveTime.sedentary_s",
    "physical-info.weight": "BodyWeight.weight_kg",
    "physical-info.vo2_max": "Vo2Max.vo2_max_ml_per_kg_min",
    "spo2.blood_oxygen_percent": "OxygenSaturation.oxygen_saturation_percent",
    "skin-temperature": "SkinTemperature.temperature_c, deviation_c",
}
LEFT_OUT: Final = {
    "sleep.continuity, sleep_cycles, group scores": "parts of the sleep score",
    "sleep.sleep_charge, ans_charge_status": "the charges against the usual, in words",
    "sleep.sleep_goal, sleep_rating": "the member's goals and opinions",
    "samples by a clock, without Account.zone": "a clock without an offset is no instant",
    "exercise.route, samples": "where a member went is not the platform's business",
    "exercise.training_load_pro, other loads": "a workout has one load: the cardio load",
    "exercise.fat_percentage, running_index": "no purpose of the platform needs it",
    "activity.daily_activity, inactivity_alert_count": "how Polar's own goals were met",
    "physical-info.birthday, gender, height": "of the member's profile, not measured",
    "physical-info.resting_heart_rate, maximum_heart_rate": "settings of the member's profile",
    "ecg, body temperature": "no purpose of the platform needs it",
    "SLEEP_WISE_ALERTNESS, SLEEP_WISE_CIRCADIAN_BEDTIME": "forecasts, not measurements",
}

_STAGES: Final[dict[int, Literal["awake", "rem", "light", "deep", "unknown"]]] = {
    0: "awake", 1: "rem", 2: "light", 3: "light", 4: "deep", 5: "unknown"
}  # fmt: skip
_RESOURCES: Final[dict[str, IntegrationResource]] = {
    "EXERCISE": "workouts",
    "SLEEP": "sleep",
    "CONTINUOUS_HEART_RATE": "heart-rate",
    "ACTIVITY_SUMMARY": "activity",
    "PHYSICAL_INFORMATION": "body",
}
_LOAD_UNKNOWN: Final = -1.0
_LISTS: Final = ("nights", "recharges", "heart_rates", "list")
_KNOWN_BY: Final = (
    "event", "available_user_data", *_LISTS, "polar_user", "date", "sport", "start_time",
    "cardio_load", "weight", "vo2_max", "sleep_date", "test_time",
)  # fmt: skip
_MOST_HEART_RATES: Final = 86_400
_NOON: Final = 12


def events_of(payload: object, account: Account) -> list[Event]:
    """Make events of a webhook, of one record or of a list of them.

    Args:
        payload: The JSON that AccessLink sent.
        account: Whose it is.

    Returns:
        The events; none where there is nothing to tell.

    Raises:
        UnreadableError: It is not what Polar documents.
        InvalidEventError: A value is not plausible.
    """
    record = record_of(_underscored(payload))
    record.expect("Polar", _KNOWN_BY)
    if "event" in record:
        return _webhook(record, account)
    if "available_user_data" in record:
        told = {one.text("data_type") or "" for one in record.records("available_user_data")}
        return [
            pull("polar", account, resource)
            for kind, resource in _RESOURCES.items()
            if kind in told
        ]
    found = [one for name in _LISTS for one in record.records(name)]
    found = found or [record]
    measurements = [measurement for one in found for measurement in _measurements(one, account)]
    workouts = [_workout(one, account) for one in found if "sport" in one]
    return [*received("polar", account, measurements), *workouts]


def _underscored(payload: object) -> object:
    """Write names as the newer interface does; a clock such as ``00:41`` has no hyphen."""
    if isinstance(payload, dict):
        fields = cast("dict[str, object]", payload).items()
        return {name.replace("-", "_"): _underscored(value) for name, value in fields}
    if isinstance(payload, list):
        return [_underscored(one) for one in cast("list[object]", payload)]
    return payload


def _webhook(record: Record, account: Account) -> list[Event]:
    resource = _RESOURCES.get(record.needed("event"))
    if resource is None:  # a PING, and what is left out
        return []
    id, day = record.text("entity_id"), record.text("date")
    ids = [id] if id else [day] if day else []
    return [pull("polar", account, resource, record_ids=ids)]


def _measurements(record: Record, account: Account) -> Iterator[Measurement]:
    day = record.day("date")
    # AccessLink has no ids for what there is one of in a day.
    if "sleep_start_time" in record:
        yield from _sleep(record, {"day": day, "record_id": f"sleep:{day}"})
    elif "nightly_recharge_status" in record or "ans_charge" in record:
        origin: Origin = {"day": day, "record_id": f"nightly-recharge:{day}"}
        yield from _recharge(record, origin)
        yield from _recharge_samples(record, origin, account)
    elif "cardio_load" in record:
        yield from _cardio_load(record, {"day": day, "record_id": f"cardio-load:{day}"})
    elif "heart_rate_samples" in record:
        yield from _continuous(record, {"day": day, "record_id": f"heart-rate:{day}"}, account)
    elif "blood_oxygen_percent" in record:
        yield from _oxygen(record)
    elif "steps" in record or "active_steps" in record:
        day = record.day("start_time") or day
        yield from _activity(record, {"day": day, "record_id": f"activity:{day}"})
    elif "sleep_time_skin_temperature_celsius" in record:
        yield SkinTemperature(
            day=record.day("sleep_date"),
            temperature_c=record.positive("sleep_time_skin_temperature_celsius"),
            deviation_c=record.number("deviation_from_baseline_celsius"),
            relation_to_sleep="during-sleep",
        )
    elif "weight" in record or "vo2_max" in record:
        yield from _physical(record, account)


def _sleep(record: Record, origin: Origin) -> Iterator[Measurement]:
    start, end = record.instant("sleep_start_time"), record.instant("sleep_end_time")
    duration_s = lasting_s(start, end)
    if start is None or duration_s is None:
        return
    parts = [record.number(f"{name}_sleep") for name in ("light", "deep", "rem")]
    known = [part for part in parts if part is not None]
    origin = {**origin, "measured_at": start}
    yield Sleep(
        duration_s=duration_s,
        sleep_period_s=duration_s,
        asleep_s=sum(known) if known else None,
        awake_s=record.number("total_interruption_duration"),
        light_s=parts[0],
        deep_s=parts[1],
        rem_s=parts[2],
        unknown_s=record.number("unrecognized_sleep_stage"),
        score=record.positive("sleep_score"),
        source_device=record.text("device_id"),
        stages=_stages(record.record("hypnogram"), start, duration_s),
        **origin,
    )
    rates = record.record("heart_rate_samples").numbers()
    yield from _rates({_since(start, clock): bpm for clock, bpm in rates.items()}, origin)


def _since(start: datetime, clock: str) -> float:
    """Give the seconds until a clock shows a time; none for what is of the same minute."""
    return max((clock_after(start, clock) - start).total_seconds(), 0)


def _rates(samples: dict[float, float], origin: Origin) -> Iterator[Measurement]:
    start = origin.get("measured_at")
    samples = {at: bpm for at, bpm in samples.items() if bpm > 0}
    grid = None if start is None else samples_on_grid(start, samples, _MOST_HEART_RATES)
    if grid:
        began, interval_s, values = grid
        origin = {**origin, "measured_at": began}
        whole = tuple(None if value is None else round(value) for value in values)
        yield HeartRateSeries(interval_s=interval_s, values_bpm=whole, **origin)


def _continuous(record: Record, origin: Origin, account: Account) -> Iterator[Measurement]:
    day = origin.get("day")
    if day is None or account.zone is None:
        return
    midnight = datetime.combine(day, time(), account.zone)
    samples = {
        _since(midnight, sample.needed("sample_time")): sample.number("heart_rate") or 0
        for sample in record.records("heart_rate_samples")
    }
    yield from _rates(samples, {**origin, "measured_at": midnight})


def _recharge_samples(record: Record, origin: Origin, account: Account) -> Iterator[Measurement]:
    """Read the samples of a night, which ends on its day, and begins after the noon before."""
    day = origin.get("day")
    if day is None or account.zone is None:
        return
    noon = datetime.combine(day - timedelta(days=1), time(_NOON), account.zone)
    for name in ("hrv_samples", "breathing_samples"):
        samples = record.record(name).numbers()
        placed = {_since(noon, clock): value for clock, value in samples.items() if value > 0}
        grid = samples_on_grid(noon, placed)
        if grid is None:
            continue
        began, interval_s, values = grid
        origin = {**origin, "measured_at": began}
        if name == "hrv_samples":
            yield HeartRateVariabilitySeries(
                interval_s=interval_s, values_ms=tuple(values), **origin
            )
        else:
            yield RespiratoryRateSeries(
                interval_s=interval_s, values_per_minute=tuple(values), **origin
            )


def _oxygen(record: Record) -> Iterator[Measurement]:
    """Read a test that the member made; its time is in seconds, its offset in minutes."""
    percent = record.positive("blood_oxygen_percent")
    if percent is not None and record.text("test_status") in {None, "SPO2_TEST_PASSED"}:
        yield OxygenSaturation(
            measured_at=record.epoch("test_time", (record.number("time_zone_offset") or 0) * 60),
            oxygen_saturation_percent=percent,
            recording_method="active",
        )


def _stages(hypnogram: Record, start: datetime, duration_s: float) -> tuple[SleepStage, ...]:
    """Read when each stage began: a local time of day, on the day of the start or the next."""
    begun = sorted(
        (_since(start, clock), hypnogram.whole(clock) or 0) for clock in hypnogram.names()
    )
    ends = [begin for begin, _ in begun[1:]] + [duration_s]
    return tuple(
        SleepStage(
            stage=_STAGES.get(code, "unknown"),
            started_at=start + timedelta(seconds=begin),
            duration_s=end - begin,
        )
        for (begin, code), end in zip(begun, ends, strict=False)
        if end > begin
    )


def _recharge(record: Record, origin: Origin) -> Iterator[Measurement]:
    level, charge = record.whole("nightly_recharge_status"), record.number("ans_charge")
    bpm, rmssd_ms = record.positive("heart_rate_avg"), record.positive("heart_rate_variability_avg")
    breaths, rr_ms = record.positive("breathing_rate_avg"), record.positive("beat_to_beat_avg")
    if level:
        yield RecoveryLevel(scale="nightly-recharge", level=level, level_count=6, **origin)
    if charge is not None:
        yield AnsCharge(charge=charge, **origin)
    if bpm is not None:
        yield HeartRate(
            heart_rate_bpm=bpm, statistic="average", relation_to_sleep="during-sleep", **origin
        )
    if rmssd_ms is not None:
        yield HeartRateVariability(
            rmssd_ms=rmssd_ms, statistic="average", relation_to_sleep="during-sleep", **origin
        )
    if breaths is not None:
        yield RespiratoryRate(
            breaths_per_minute=breaths, statistic="average", relation_to_sleep="during-sleep",
            **origin,
        )  # fmt: skip
    if rr_ms is not None:
        yield RrInterval(
            rr_ms=rr_ms, statistic="average", relation_to_sleep="during-sleep", **origin
        )


def _cardio_load(record: Record, origin: Origin) -> Iterator[Measurement]:
    """Read a day's load; AccessLink writes -1 for what is not known yet."""
    loads = {
        name: value if value is not None and value > _LOAD_UNKNOWN else None
        for name in ("cardio_load", "strain", "tolerance", "cardio_load_ratio")
        for value in [record.number(name)]
    }
    if loads["cardio_load"] is not None:
        yield TrainingLoad(
            value=loads["cardio_load"],
            method="cardio-load",
            acute_load=loads["strain"],
            chronic_load=loads["tolerance"],
            acute_chronic_ratio=loads["cardio_load_ratio"],
            **origin,
        )


def _activity(record: Record, origin: Origin) -> Iterator[Measurement]:
    steps = record.whole("steps")
    yield Steps(step_count=steps or record.whole("active_steps") or 0, **origin)
    for name, is_basal in (("calories", True), ("active_calories", False)):
        kcal = record.number(name)
        if kcal is not None:
            yield EnergyBurned(energy_kcal=kcal, includes_basal=is_basal, **origin)
    distance_m = record.number("distance_from_steps")
    if distance_m is not None:
        yield Distance(distance_m=distance_m, **origin)
    active_s = iso_duration_s(record.text("active_duration"))
    sedentary_s = iso_duration_s(record.text("inactive_duration"))
    if active_s is not None or sedentary_s is not None:
        yield ActiveTime(active_s=active_s, sedentary_s=sedentary_s, **origin)


def _physical(record: Record, account: Account) -> Iterator[Measurement]:
    changed = record.instant("modified") or record.instant("created") or account.received_at
    weight_kg, vo2 = record.positive("weight"), record.positive("vo2_max")
    is_measured = record.text("weight_source") == "SOURCE_MEASURED"
    if weight_kg is not None:
        yield BodyWeight(
            measured_at=changed,
            weight_kg=weight_kg,
            recording_method="automatic" if is_measured else "manual",
        )
    if vo2 is not None:
        yield Vo2Max(measured_at=changed, vo2_max_ml_per_kg_min=vo2)


def _workout(record: Record, account: Account) -> Event:
    id = record.needed("id")
    sport = record.text("detailed_sport_info") or record.text("sport")
    offset = timedelta(minutes=record.number("start_time_utc_offset") or 0)
    heart_rate = record.record("heart_rate")
    load = record.record("training_load_pro").positive("cardio_load")
    load = load if load is not None else record.positive("training_load")
    return logged_or_updated(
        WorkoutLogged(
            member_id=account.member_id,
            gym_id=account.gym_id,
            workout_id=workout_id("polar", id),
            activity_type=activity_type(sport),
            source="wearable",
            provider="polar",
            external_id=id,
            sport=sport,
            started_at=record.instant("start_time", offset),
            duration_s=iso_duration_s(record.text("duration")) or 0,
            distance_m=record.positive("distance"),
            energy_kcal=record.positive("calories"),
            average_heart_rate_bpm=heart_rate.positive("average"),
            maximum_heart_rate_bpm=heart_rate.positive("maximum"),
            heart_rate_zones=tuple(map(_zone, record.records("heart_rate_zones"))),
            training_load=None if load is None else WorkoutLoad(value=load, method="cardio-load"),
        ),
        account,
    )


def _zone(zone: Record) -> HeartRateZone:
    return HeartRateZone(
        zone=zone.whole("index") or 0,
        lower_bpm=zone.positive("lower_limit"),
        upper_bpm=zone.positive("upper_limit"),
        duration_s=iso_duration_s(zone.text("in_zone")) or 0,
    )
