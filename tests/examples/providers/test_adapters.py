"""Payloads of providers become events, edge cases included."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import platform_events
from examples.providers.records import (
    Account,
    Record,
    UnreadableError,
    activity_type,
    clock_after,
    iso_duration_s,
    offset_of,
    received,
    samples_on_grid,
    workout_id,
)
from examples.providers.registry import ADAPTERS, tables
from platform_events import (
    ActiveTime,
    AnsCharge,
    BodyBatterySeries,
    BodyComposition,
    BodyWeight,
    ConnectionEstablished,
    ConnectionRevoked,
    EnergyBurned,
    Event,
    HeartRate,
    HeartRateSeries,
    HeartRateVariability,
    HeartRateVariabilitySeries,
    IntegrationPullRequested,
    InvalidEventError,
    OxygenSaturation,
    Readiness,
    RecoveryLevel,
    SkinTemperature,
    Sleep,
    SleepScore,
    Steps,
    StressSeries,
    StressTime,
    TrainingLoad,
    Vo2Max,
    WearableDataReceived,
    WearableDataRemoved,
    WorkoutLogged,
    WorkoutRemoved,
    WorkoutUpdated,
)

ROOT = Path(__file__).parents[3]
PAYLOADS = sorted((ROOT / "examples" / "payloads").glob("*.json"))
ZONE = timezone(timedelta(hours=1))
ACCOUNT = Account(
    "mem_1", "con_1", datetime(2026, 11, 23, 20, tzinfo=UTC), gym_id="gym_1", zone=ZONE
)
T = TypeVar("T")


def provider_of(file: Path) -> str:
    return next(name for name in ADAPTERS if file.name.startswith(name))


def payload(name: str) -> Any:  # Any: JSON, which tests change
    return json.loads((ROOT / "examples" / "payloads" / f"{name}.json").read_text("utf-8"))


def events(provider: str, given: object, account: Account = ACCOUNT) -> list[Event]:
    return ADAPTERS[provider].events_of(given, account)


def measured(provider: str, given: object, kind: type[T]) -> list[T]:
    return [
        one
        for event in events(provider, given)
        if isinstance(event, WearableDataReceived)
        for one in event.measurements
        if isinstance(one, kind)
    ]


@pytest.mark.parametrize("file", PAYLOADS, ids=lambda file: file.stem)
def test_every_payload_becomes_events_that_survive_the_wire(file: Path) -> None:
    made = events(provider_of(file), json.loads(file.read_text("utf-8")))
    assert made
    for event in made:
        event.check_json(event.to_json())
        assert type(event).from_data(event.to_data()) == event


@pytest.mark.parametrize("file", PAYLOADS, ids=lambda file: file.stem)
@given(data=st.data())
def test_any_field_may_be_null_or_not_what_it_should_be(file: Path, data: st.DataObject) -> None:
    broken = json.loads(file.read_text("utf-8"))
    holder, key = data.draw(st.sampled_from(list(_places(broken))))
    holder[key] = data.draw(st.sampled_from([None, [], {}, "", "x", -1, True, 1e9]))
    try:
        made = events(provider_of(file), broken)
    except (UnreadableError, InvalidEventError):
        return
    assert all(isinstance(event, Event) for event in made)


@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.parametrize(
    "given", [{}, {"hello": "world"}, {"event": {"a": 1}}, ["x"], "text", None]
)
def test_what_is_not_of_the_provider_is_refused(name: str, given: object) -> None:
    with pytest.raises(UnreadableError):
        events(name, given)


@pytest.mark.parametrize("file", PAYLOADS, ids=lambda file: file.stem)
def test_no_two_adapters_take_the_same_payload_for_data(file: Path) -> None:
    given = json.loads(file.read_text("utf-8"))
    for name in ADAPTERS.keys() - {provider_of(file)}:
        try:
            made = events(name, given)
        except (UnreadableError, InvalidEventError):
            continue
        assert made == [], name


def _places(data: Any) -> Any:
    for key, part in data.items() if isinstance(data, dict) else enumerate(data):
        yield data, key
        if isinstance(part, dict | list):
            yield from _places(part)


class TestOura:
    def test_naps_and_deleted_sleeps_are_told_apart(self) -> None:
        made = events("oura", payload("oura-sleep"))
        night, nap = measured("oura", payload("oura-sleep"), Sleep)
        assert (night.is_nap, nap.is_nap) == (False, True)
        assert (night.day, night.record_id) == (
            date(2026, 11, 23), "8f9a5221-639e-4a85-81cb-4065ef23f979",
        )  # fmt: skip
        assert night.stages[0].stage == "awake"
        assert sum(stage.duration_s for stage in night.stages) <= 28_500
        [gone] = [event for event in made if isinstance(event, WearableDataRemoved)]
        assert gone.record_ids == ("thrown-away", "rejected")

    def test_samples_keep_their_gaps(self) -> None:
        [series] = measured("oura", payload("oura-sleep"), HeartRateSeries)
        assert series.values_bpm == (None, 54, 53, None)

    def test_a_session_is_not_a_workout(self) -> None:
        [event] = events("oura", payload("oura-session"))
        assert isinstance(event, WearableDataReceived)
        assert [one.kind for one in event.measurements] == [
            "heart-rate-series", "heart-rate-variability-series",
        ]  # fmt: skip

    def test_a_readiness_without_a_temperature_is_not_a_sleep_score(self) -> None:
        daily = payload("oura-daily")
        assert [one.score for one in measured("oura", daily, Readiness)] == [84, 76]
        assert [one.score for one in measured("oura", daily, SleepScore)] == [81]

    def test_times_of_stress_and_activity(self) -> None:
        [stress] = measured("oura", payload("oura-daily"), StressTime)
        assert (stress.high_s, stress.rest_s, stress.day) == (5_400, 9_000, date(2026, 11, 23))
        [active] = measured("oura", payload("oura-daily"), ActiveTime)
        assert (active.vigorous_s, active.sedentary_s) == (1_200, 30_600)

    @pytest.mark.parametrize(
        "record",
        [
            {"id": "x", "day": "2026-11-23", "score": None, "contributors": {"timing": None}},
            {"id": "x", "day": "2026-11-23", "vo2_max": None},
            {"id": "x", "day": "2026-11-23", "level": None, "contributors": {}},
            {"id": "x", "day": "2026-11-23", "vascular_age": 31, "pulse_wave_velocity": 6.9},
            {"id": "x", "day": "2026-11-23", "tags": ["tag_generic_coffee"], "text": "two"},
            {"id": "x", "start_day": "2026-11-23", "end_day": None, "tag_type_code": "custom"},
            {"id": "x", "color": "stealth_black", "hardware_type": "gen4", "size": 10},
            {"id": "x", "age": 31, "weight": 74.8, "height": 1.8, "email": None},
            {"data": [], "next_token": None},
        ],
    )
    def test_what_is_null_or_left_out_makes_no_event(self, record: dict[str, object]) -> None:
        assert events("oura", record) == []

    def test_the_value_of_a_day_has_no_invented_midnight(self) -> None:
        [oxygen] = measured("oura", payload("oura-daily"), OxygenSaturation)
        assert (oxygen.day, oxygen.measured_at) == (date(2026, 11, 23), None)
        [level] = measured("oura", payload("oura-daily"), RecoveryLevel)
        assert (level.level, level.level_count) == (3, 5)

    @pytest.mark.parametrize(
        ("change", "kind"),
        [
            ({}, IntegrationPullRequested),
            ({"event_type": "delete"}, WearableDataRemoved),
            ({"data_type": "workout"}, IntegrationPullRequested),
            ({"data_type": "workout", "event_type": "delete"}, WorkoutRemoved),
            ({"data_type": "daily_readiness", "event_type": "delete"}, WearableDataRemoved),
            ({"data_type": "daily_stress"}, IntegrationPullRequested),
            ({"data_type": "vo2_max"}, IntegrationPullRequested),
        ],
    )
    def test_webhooks(self, change: dict[str, str], kind: type[Event]) -> None:
        [event] = events("oura", payload("oura-webhook") | change)
        assert type(event) is kind

    def test_a_tag_is_left_out(self) -> None:
        assert events("oura", payload("oura-webhook") | {"data_type": "tag"}) == []


class TestWhoop:
    def test_a_pending_score_is_a_sleep_without_its_parts(self) -> None:
        night, nap = measured("whoop", payload("whoop-sleep"), Sleep)
        assert (nap.duration_s, nap.asleep_s, nap.is_nap) == (1_800, None, True)
        assert night.time_in_bed_s == pytest.approx(30_272.735)
        assert night.measured_at is not None
        assert night.measured_at.utcoffset() == timedelta(hours=-5)
        assert night.revised_at == datetime(2026, 11, 23, 8, 25, 44, 774_000, UTC)

    def test_an_unscorable_recovery_tells_nothing(self) -> None:
        assert len(measured("whoop", payload("whoop-recovery"), SkinTemperature)) == 1
        [temperature] = measured("whoop", payload("whoop-recovery"), SkinTemperature)
        assert (temperature.temperature_c, temperature.deviation_c) == (33.7, None)

    def test_a_cycle_that_goes_on_has_no_energy_yet(self) -> None:
        cycle = payload("whoop-cycle-and-workout")["records"][0]
        assert measured("whoop", cycle, EnergyBurned)
        assert not measured("whoop", {**cycle, "end": None}, EnergyBurned)

    def test_workouts_have_their_load(self) -> None:
        run, yoga = [
            event
            for event in events("whoop", payload("whoop-cycle-and-workout"))
            if isinstance(event, WorkoutLogged)
        ]
        assert run.training_load is not None
        assert run.training_load.method == "whoop-strain"
        assert [zone.duration_s for zone in run.heart_rate_zones][:2] == [300, 600]
        assert (yoga.training_load, yoga.activity_type) == (None, "yoga")

    def test_a_workout_of_the_first_version_has_a_number_for_a_sport(self) -> None:
        run = payload("whoop-cycle-and-workout")["records"][1]
        del run["sport_name"]
        [event] = events("whoop", run | {"sport_id": 0})
        assert isinstance(event, WorkoutLogged)
        assert (event.sport, event.activity_type) == (None, "other")

    def test_a_profile_makes_no_event(self) -> None:
        profile = {"user_id": 10_129, "email": "a@b.c", "first_name": "A", "last_name": "B"}
        assert events("whoop", profile) == []

    @pytest.mark.parametrize(
        ("type_", "kind"),
        [
            ("sleep.updated", IntegrationPullRequested),
            ("sleep.deleted", WearableDataRemoved),
            ("recovery.updated", IntegrationPullRequested),
            ("recovery.deleted", WearableDataRemoved),
            ("workout.updated", IntegrationPullRequested),
            ("workout.deleted", WorkoutRemoved),
        ],
    )
    def test_webhooks(self, type_: str, kind: type[Event]) -> None:
        [event] = events("whoop", payload("whoop-webhook") | {"type": type_})
        assert type(event) is kind

    def test_a_body_measurement_is_of_when_it_came(self) -> None:
        [weight] = measured("whoop", {"height_meter": 1.8, "weight_kilogram": 82.5}, BodyWeight)
        assert weight.measured_at == ACCOUNT.received_at
        assert events("whoop", payload("whoop-webhook") | {"type": "something.new"}) == []


class TestGarmin:
    def test_local_time_and_manual_sleep(self) -> None:
        push = payload("garmin-push")
        sleep, nap = measured("garmin", push, Sleep)
        assert sleep.measured_at is not None
        assert sleep.measured_at.utcoffset() == timedelta(hours=1)
        assert [stage.stage for stage in sleep.stages] == ["light", "deep"]
        assert (nap.is_nap, nap.duration_s, nap.recording_method) == (True, 1_200, "automatic")
        push["sleeps"][0]["validation"] = "MANUAL"
        sleep, _ = measured("garmin", push, Sleep)
        assert sleep.recording_method == "manual"

    @pytest.mark.parametrize("told_s", [26_700, 28_200])
    def test_the_length_of_a_sleep_is_told_in_two_ways(self, told_s: int) -> None:
        push = payload("garmin-push")
        push["sleeps"][0]["durationInSeconds"] = told_s
        sleep, _ = measured("garmin", push, Sleep)
        assert (sleep.duration_s, sleep.asleep_s, sleep.awake_s) == (28_200, 26_700, 1_500)

    def test_off_the_wrist_only_the_times_are_known(self) -> None:
        [sleep] = measured("garmin", {"sleeps": [{
            "summaryId": "x", "calendarDate": "2021-01-29", "durationInSeconds": 28_260,
            "startTimeInSeconds": 1_611_840_660, "startTimeOffsetInSeconds": 32_400,
            "unmeasurableSleepInSeconds": 0, "deepSleepDurationInSeconds": 0,
            "lightSleepDurationInSeconds": 0, "remSleepInSeconds": 0,
            "awakeDurationInSeconds": 0, "validation": "OFF_WRIST", "timeOffsetSleepSpo2": {},
        }]}, Sleep)  # fmt: skip
        assert (sleep.duration_s, sleep.asleep_s, sleep.light_s) == (28_260, None, None)

    def test_stages_may_end_after_the_length_that_is_told(self) -> None:
        push = payload("garmin-push")
        levels = push["sleeps"][0]["sleepLevelsMap"]
        levels["rem"] = [{"startTimeInSeconds": 1_795_411_000, "endTimeInSeconds": 1_795_412_800}]
        sleep, _ = measured("garmin", push, Sleep)
        assert sleep.duration_s == 28_900

    def test_records_of_other_users_are_left_out(self) -> None:
        push = payload("garmin-push")
        push["sleeps"].append({**push["sleeps"][0], "userId": "another", "summaryId": "y"})
        push["activities"].append({**push["activities"][0], "userId": "another"})
        made = events("garmin", push, replace(ACCOUNT, user_id="u"))
        assert made == events("garmin", payload("garmin-push"))
        gone = {"deregistrations": [{"userId": "another"}]}
        assert events("garmin", gone, replace(ACCOUNT, user_id="u")) == []

    def test_permissions_connect_and_revoke(self) -> None:
        change = payload("garmin-permissions")
        [connected] = events("garmin", change)
        assert isinstance(connected, ConnectionEstablished)
        assert connected.scopes[0] == "ACTIVITY_EXPORT"
        change["userPermissionsChange"][0]["permissions"] = []
        [revoked] = events("garmin", change)
        assert isinstance(revoked, ConnectionRevoked)

    def test_a_leg_of_a_multisport_activity_is_not_counted_twice(self) -> None:
        workouts = [one for one in events("garmin", payload("garmin-push"))
                    if isinstance(one, WorkoutLogged)]  # fmt: skip
        assert len(workouts) == 1

    def test_heart_rates_of_an_activity_are_a_series_without_its_ways(self) -> None:
        [series] = measured("garmin", payload("garmin-details"), HeartRateSeries)
        assert (series.interval_s, series.values_bpm) == (1, (112, 113, None, 115))

    def test_a_snapshot_is_its_averages(self) -> None:
        [event] = events("garmin", payload("garmin-snapshot"))
        assert isinstance(event, WearableDataReceived)
        assert [one.kind for one in event.measurements] == [
            "heart-rate", "respiratory-rate", "stress", "oxygen-saturation",
            "heart-rate-variability", "heart-rate-variability-sdnn",
        ]  # fmt: skip
        first = event.measurements[0]
        assert isinstance(first, HeartRate)
        assert first.measured_at is not None
        assert first.measured_at.utcoffset() == timedelta(hours=1)

    def test_times_of_stress_longer_than_the_day_are_left_out(self) -> None:
        push = payload("garmin-push")
        push["dailies"][0]["highStressDurationInSeconds"] = (
            108_000  # as Garmin's own example has it
        )
        assert measured("garmin", push, StressTime) == []
        assert measured("garmin", push, Steps)

    def test_times_of_stress_and_the_body_battery(self) -> None:
        [times] = measured("garmin", payload("garmin-push"), StressTime)
        assert (times.rest_s, times.high_s) == (27_660, 1_320)
        [battery] = measured("garmin", payload("garmin-push"), BodyBatterySeries)
        assert battery.scores == (61, 60, 58)

    def test_what_could_not_be_measured_is_a_gap(self) -> None:
        [series] = measured("garmin", payload("garmin-push"), StressSeries)
        assert (series.interval_s, series.scores) == (180, (18, 51, None, 28))

    def test_pings_are_pulls_and_deregistrations_revoke(self) -> None:
        [pull] = events("garmin", payload("garmin-ping"))
        assert isinstance(pull, IntegrationPullRequested)
        assert pull.changed_since is not None
        [revoked] = events("garmin", payload("garmin-deregistration"))
        assert isinstance(revoked, ConnectionRevoked)

    def test_grams_become_kilograms(self) -> None:
        [weight] = measured("garmin", payload("garmin-push"), BodyWeight)
        assert weight.weight_kg == pytest.approx(75.45)
        [body] = measured("garmin", payload("garmin-push"), BodyComposition)
        assert body.body_water_percent == 59.4

    def test_what_is_left_out_makes_no_event(self) -> None:
        assert events("garmin", {"moveIQActivities": [{"summaryId": "x"}]}) == []


class TestGoogleHealth:
    def test_ids_with_slashes_and_texts_for_numbers(self) -> None:
        points = payload("google-health-points")
        [sleep] = measured("google-health", points, Sleep)
        assert sleep.record_id == "users/1234/dataTypes/sleep/dataPoints/b1"
        assert (sleep.asleep_s, sleep.deep_s, sleep.day) == (26_700, 5_400, date(2026, 11, 23))
        assert [stage.stage for stage in sleep.stages] == ["light", "restless"]
        [steps] = measured("google-health", points, Steps)
        assert (steps.source_app, steps.step_count) == ("com.example.steps", 71)
        [weight] = measured("google-health", points, BodyWeight)
        assert (weight.weight_kg, weight.recording_method) == (82.5, "manual")

    def test_values_of_a_day(self) -> None:
        points = payload("google-health-points")
        [temperature] = measured("google-health", points, SkinTemperature)
        assert temperature.deviation_c == pytest.approx(-0.3)
        assert temperature.day == date(2026, 11, 23)
        daily = [one for one in measured("google-health", points, HeartRateVariability) if one.day]
        assert [one.rmssd_ms for one in daily] == [41.5]
        saturations = measured("google-health", points, OxygenSaturation)
        assert [one.statistic for one in saturations if one.day] == [
            "average", "minimum", "maximum",
        ]  # fmt: skip
        [active] = measured("google-health", points, ActiveTime)
        assert (active.light_s, active.vigorous_s, active.duration_s) == (720, 240, 3_600)

    def test_a_day_may_be_a_text(self) -> None:
        point = {"dataSource": {}, "dailyVo2Max": {"date": "2026-10-09", "vo2Max": 44.44}}
        [vo2] = measured("google-health", point, Vo2Max)
        assert vo2.day == date(2026, 10, 9)

    def test_a_deletion_names_kinds_and_times(self) -> None:
        [gone] = events("google-health", payload("google-health-webhook"))
        assert isinstance(gone, WearableDataRemoved)
        assert (gone.kinds, len(gone.intervals), gone.record_ids) == (("sleep",), 1, ())

    def test_other_notifications_are_pulls(self) -> None:
        notification = payload("google-health-webhook")
        notification["data"]["operation"] = "UPSERT"
        [pull] = events("google-health", notification)
        assert isinstance(pull, IntegrationPullRequested)
        notification["data"]["dataType"] = "nutrition-log"
        assert events("google-health", notification) == []


class TestPolar:
    def test_levels_charges_and_loads_keep_their_scales(self) -> None:
        [level] = measured("polar", payload("polar-recharge"), RecoveryLevel)
        [charge] = measured("polar", payload("polar-recharge"), AnsCharge)
        [load] = measured("polar", payload("polar-cardio-load"), TrainingLoad)
        assert (level.level, level.level_count, charge.charge) == (3, 6, -3.2)
        assert (load.value, load.method, load.acute_chronic_ratio) == (143, "cardio-load", 1.09)

    def test_a_sleep_is_the_time_from_falling_asleep_to_waking(self) -> None:
        [sleep] = measured("polar", payload("polar-sleep"), Sleep)
        assert sleep.sleep_period_s == sleep.duration_s == 27_630
        assert sleep.time_in_bed_s is None
        assert [stage.stage for stage in sleep.stages] == [
            "light", "light", "deep", "rem", "unknown", "awake",
        ]  # fmt: skip

    def test_an_exercise_is_at_its_own_offset(self) -> None:
        [run] = events("polar", payload("polar-exercise"))
        assert isinstance(run, WorkoutLogged)
        assert run.started_at == datetime(2026, 11, 23, 6, 40, 2, tzinfo=UTC)
        assert run.duration_s == pytest.approx(44 * 60 + 45.5)
        assert run.training_load is not None

    def test_the_older_interface_writes_hyphens(self) -> None:
        [other] = events("polar", payload("polar-exercise-transaction"))
        assert isinstance(other, WorkoutLogged)
        assert (other.external_id, other.average_heart_rate_bpm) == ("1937529874", 129)
        assert other.started_at == datetime(2026, 11, 23, 6, 40, 2, tzinfo=UTC)
        [steps] = measured("polar", {
            "id": 1234, "polar-user": "https://…", "transaction-id": 1, "date": "2026-11-23",
            "created": "2026-11-23T20:11:33.000Z", "calories": 2329, "active-calories": 428,
            "duration": "PT2H44M", "active-steps": 250,
        }, Steps)  # fmt: skip
        assert (steps.day, steps.step_count) == (date(2026, 11, 23), 250)

    @pytest.mark.parametrize("shape", [lambda one: one, lambda one: [one]])
    def test_clocks_without_an_offset_need_a_zone(self, shape: Any) -> None:
        [day] = payload("polar-continuous")["heart_rates"]
        [series] = measured("polar", shape(day), HeartRateSeries)
        assert series.measured_at == datetime(2026, 11, 23, 0, 2, 8, tzinfo=ZONE)
        assert (series.interval_s, series.values_bpm) == (5, (63, 62, None, 64))
        assert events("polar", shape(day), replace(ACCOUNT, zone=None)) == []

    def test_samples_of_a_night_begin_on_the_evening_before(self) -> None:
        [series] = measured("polar", payload("polar-recharge"), HeartRateVariabilitySeries)
        assert series.measured_at == datetime(2026, 11, 22, 23, 41, tzinfo=ZONE)
        [rates] = measured("polar", payload("polar-sleep"), HeartRateSeries)
        assert rates.values_bpm == (61, 55)

    def test_a_test_that_failed_tells_nothing(self) -> None:
        [test] = payload("polar-spo2")
        assert len(measured("polar", test, OxygenSaturation)) == 1
        assert events("polar", test | {"test_status": "SPO2_TEST_TIMEOUT"}) == []

    def test_webhooks(self) -> None:
        [pull] = events("polar", payload("polar-webhook"))
        assert isinstance(pull, IntegrationPullRequested)
        assert pull.record_ids == ("aQlC83",)
        [pull] = events("polar", {"event": "SLEEP", "date": "2026-11-23"})
        assert isinstance(pull, IntegrationPullRequested)
        assert pull.record_ids == ("2026-11-23",)
        assert events("polar", {"event": "PING"}) == []

    def test_what_is_available_is_pulled(self) -> None:
        told = [{"user-id": 475, "data-type": kind, "url": "https://…"}
                for kind in ("EXERCISE", "ACTIVITY_SUMMARY", "SOMETHING_NEW")]  # fmt: skip
        pulls = events("polar", {"available-user-data": told})
        assert [one.resource for one in pulls if isinstance(one, IntegrationPullRequested)] == [
            "workouts", "activity",
        ]  # fmt: skip


class TestWithings:
    def test_values_have_their_power_of_ten_and_goals_are_left_out(self) -> None:
        scale, by_hand = measured("withings", payload("withings-measures"), BodyWeight)
        assert scale.weight_kg == pytest.approx(65.75)
        assert (scale.recording_method, by_hand.recording_method) == ("active", "manual")
        [body] = measured("withings", payload("withings-measures"), BodyComposition)
        assert body.body_fat_percent == pytest.approx(15.2)

    def test_a_fraction_becomes_a_percentage(self) -> None:
        [sleep] = measured("withings", payload("withings-sleep"), Sleep)
        assert sleep.efficiency_percent == pytest.approx(94)
        assert sleep.measured_at is not None
        assert sleep.measured_at.utcoffset() == timedelta(hours=1)

    def test_notifications(self) -> None:
        [pull] = events("withings", payload("withings-notify"))
        assert isinstance(pull, IntegrationPullRequested)
        [revoked] = events("withings", {"appli": 46, "action": "delete", "userid": 1})
        assert isinstance(revoked, ConnectionRevoked)
        assert revoked.must_delete_data
        [gone] = events("withings", {"appli": 1, "action": "delete", "grpid": 12})
        assert isinstance(gone, WearableDataRemoved)
        assert events("withings", {"appli": 46, "action": "update"}) == []
        assert events("withings", {"appli": 50}) == []

    def test_the_fields_of_a_form_are_texts(self) -> None:
        form = {"userid": "1", "appli": "44", "startdate": "1795383900", "enddate": "1795412400"}
        [pull] = events("withings", form)
        assert isinstance(pull, IntegrationPullRequested)
        assert pull.changed_since == datetime.fromtimestamp(1_795_383_900, UTC)

    def test_states_of_a_night_are_one_sleep(self) -> None:
        night, nap = measured("withings", payload("withings-sleep-states"), Sleep)
        assert [stage.stage for stage in night.stages] == ["awake", "light", "deep"]
        assert (night.duration_s, nap.duration_s) == (6_600, 1_200)
        assert [stage.stage for stage in nap.stages] == ["unknown"]
        [rates] = measured("withings", payload("withings-sleep-states"), HeartRateSeries)
        assert rates.values_bpm == (58, 57, 54)

    def test_workouts_are_not_sleeps(self) -> None:
        [run] = events("withings", payload("withings-workouts"))
        assert isinstance(run, WorkoutLogged)
        assert (run.activity_type, run.duration_s, run.moving_s) == ("running", 3_120, 3_000)
        assert [zone.duration_s for zone in run.heart_rate_zones] == [120, 600, 2_000, 400]

    def test_intraday_activity_is_left_out(self) -> None:
        intraday = {"status": 0, "body": {"series": {"1795341600": {"steps": 20, "duration": 60}}}}
        assert events("withings", intraday) == []

    def test_an_answer_with_an_error_is_refused(self) -> None:
        with pytest.raises(UnreadableError, match="status"):
            events("withings", {"status": 401, "body": {}})

    def test_an_unknown_zone_is_utc(self) -> None:
        body = payload("withings-sleep")
        body["body"]["series"][0]["timezone"] = "Nowhere/City"
        [sleep] = measured("withings", body, Sleep)
        assert sleep.measured_at is not None
        assert sleep.measured_at.utcoffset() == timedelta()


class TestAppleHealth:
    def test_phone_and_watch_are_told_apart(self) -> None:
        phone, watch = measured("apple-health", payload("apple-health-export"), Steps)
        assert (phone.source_device, phone.step_count) == ("iPhone", 66)
        assert (watch.source_device, watch.step_count) == ("Apple Watch", 71)

    def test_units_are_converted(self) -> None:
        export = payload("apple-health-export")
        assert [one.oxygen_saturation_percent for one in
                measured("apple-health", export, OxygenSaturation)] == [97, 96]  # fmt: skip
        [temperature] = measured("apple-health", export, SkinTemperature)
        assert temperature.temperature_c == pytest.approx(35)
        [energy] = measured("apple-health", export, EnergyBurned)
        assert energy.energy_kcal == pytest.approx(540, abs=0.1)
        [weight] = measured("apple-health", export, BodyWeight)
        assert weight.weight_kg == pytest.approx(82.5, abs=0.1)

    def test_a_time_in_bed_that_is_shorter_than_the_sleep_is_left_out(self) -> None:
        night = {
            "date": "2026-11-23 00:00:00 +0100", "totalSleep": 6.4, "core": 3.9, "deep": 1.0,
            "rem": 1.5, "awake": 0.3, "inBed": 5.2, "source": "Apple Watch|iPhone",
            "inBedStart": "2026-11-23 00:10:00 +0100", "inBedEnd": "2026-11-23 05:22:00 +0100",
            "sleepStart": "2026-11-23 00:01:00 +0100", "sleepEnd": "2026-11-23 06:43:00 +0100",
        }  # fmt: skip
        metric = {"name": "sleep_analysis", "units": "hr", "data": [night]}
        [sleep] = measured("apple-health", {"data": {"metrics": [metric]}}, Sleep)
        assert (sleep.time_in_bed_s, sleep.duration_s) == (None, 24_120)

    def test_workouts_of_the_first_version(self) -> None:
        [run] = events("apple-health", payload("apple-health-workouts-v1"))
        assert isinstance(run, WorkoutLogged)
        assert run.energy_kcal == pytest.approx(621.4, abs=0.1)
        assert (run.maximum_heart_rate_bpm, run.elevation_gain_m) == (176, 31)
        assert run.external_id == "Outdoor Run:2026-11-23 07:32:00 +0100"

    def test_one_beat_is_no_statistic(self) -> None:
        rates = measured("apple-health", payload("apple-health-export"), HeartRate)
        assert [rate.statistic for rate in rates] == ["average", "minimum", "maximum", None]

    def test_stages_become_one_sleep(self) -> None:
        [sleep] = measured("apple-health", payload("apple-health-stages"), Sleep)
        assert [stage.stage for stage in sleep.stages] == ["in-bed", "light", "rem"]
        assert sleep.duration_s == 6_900

    def test_a_unit_that_is_not_known_is_refused(self) -> None:
        export = payload("apple-health-export")
        export["data"]["metrics"][1]["units"] = "furlong"
        with pytest.raises(UnreadableError, match="units"):
            events("apple-health", export)


class TestStrava:
    def test_a_run_needs_no_gym(self) -> None:
        alone = Account("mem_1", "con_1", ACCOUNT.received_at)
        [run] = events("strava", payload("strava-activity"), alone)
        assert isinstance(run, WorkoutLogged)
        assert (run.gym_id, run.activity_type) == (None, "trail-running")
        assert (run.average_power_w, run.moving_s) == (None, 2_964)
        assert run.day == date(2026, 11, 23)

    def test_a_known_activity_is_an_update(self) -> None:
        known = Account("mem_1", "con_1", ACCOUNT.received_at, known_workouts={"12345678987654321"})
        [run] = events("strava", [payload("strava-activity")], known)
        assert isinstance(run, WorkoutUpdated)
        assert run.updated_at == ACCOUNT.received_at

    def test_webhooks(self) -> None:
        hook = payload("strava-webhook")
        [gone] = events("strava", hook)
        assert isinstance(gone, WorkoutRemoved)
        assert gone.workout_id == "strava:12345678987654321"
        [pull] = events("strava", hook | {"aspect_type": "create"})
        assert isinstance(pull, IntegrationPullRequested)
        [revoked] = events("strava", payload("strava-deauthorization"))
        assert isinstance(revoked, ConnectionRevoked)
        other = payload("strava-deauthorization") | {"updates": {}}
        assert events("strava", other) == []

    @pytest.mark.parametrize(
        ("change", "hours"),
        [({"utc_offset": -18_000.0}, -5), ({"utc_offset": None}, 1), ({"start_date_local": None,
          "utc_offset": None}, 0)],
    )  # fmt: skip
    def test_an_offset_is_told_or_follows_from_the_local_time(
        self, change: dict[str, object], hours: int
    ) -> None:
        [run] = events("strava", payload("strava-activity") | change)
        assert isinstance(run, WorkoutLogged)
        assert run.started_at is not None
        assert run.started_at.utcoffset() == timedelta(hours=hours)

    def test_an_activity_without_a_length_is_refused(self) -> None:
        with pytest.raises(UnreadableError, match="elapsed_time is missing"):
            events("strava", payload("strava-activity") | {"elapsed_time": None})


class TestRecords:
    def test_many_measurements_are_several_events(self) -> None:
        many = [HeartRate(measured_at=ACCOUNT.received_at, heart_rate_bpm=60)] * 1_001
        assert [len(event.measurements) for event in received("oura", ACCOUNT, many)] == [1_000, 1]

    @pytest.mark.parametrize(
        ("text", "hours"), [("Z", 0), ("-05:00", -5), ("+05:30", 5.5), ("7200s", 2), (None, None)]
    )
    def test_offsets(self, text: str | None, hours: float | None) -> None:
        expected = None if hours is None else timedelta(hours=hours)
        assert offset_of(text) == expected
        with pytest.raises(UnreadableError, match="offset"):
            offset_of("noon")

    def test_durations(self) -> None:
        assert iso_duration_s("PT2H44M45.5S") == 9_885.5
        assert iso_duration_s(None) is None
        with pytest.raises(UnreadableError, match="duration"):
            iso_duration_s("2:44")

    def test_grids(self) -> None:
        start = ACCOUNT.received_at
        assert samples_on_grid(start, {}) is None
        assert samples_on_grid(start, {0.0: 1.0}) == (start, 60, [1])
        assert samples_on_grid(start, {60.0: 1.0, 120.0: 2.0, 240.0: 3.0}) == (
            start + timedelta(seconds=60), 60, [1, 2, None, 3],
        )  # fmt: skip

    def test_a_grid_is_no_larger_than_a_series_may_be(self) -> None:
        far = {0.0: 1.0, 1.0: 2.0, 86_400.0: 3.0}
        found = samples_on_grid(ACCOUNT.received_at, far)
        assert found is not None
        assert (len(found[2]), found[2][-1]) == (10_000, 3)

    @pytest.mark.parametrize(
        ("clock", "expected"),
        [("23:41", "2026-11-22T23:41"), ("23:39", "2026-11-22T23:39"), ("00:02:08",
          "2026-11-23T00:02:08"), ("23:38", "2026-11-23T23:38")],
    )  # fmt: skip
    def test_clocks(self, clock: str, expected: str) -> None:
        start = datetime(2026, 11, 22, 23, 39, 7, tzinfo=UTC)
        assert clock_after(start, clock) == datetime.fromisoformat(f"{expected}Z")

    @pytest.mark.parametrize("clock", ["", "7:00", "25:00", "12:61", "noon"])
    def test_what_is_not_a_clock_is_refused(self, clock: str) -> None:
        with pytest.raises(UnreadableError, match="a time of day"):
            clock_after(datetime(2026, 11, 22, tzinfo=UTC), clock)

    def test_ids_of_workouts_are_those_of_the_platform(self) -> None:
        assert workout_id("strava", "123") == "strava:123"
        assert re.fullmatch("google-health:[0-9a-f]{32}", workout_id("google-health", "a/b"))

    def test_sports_are_known_however_they_are_written(self) -> None:
        for sport in ("TrailRun", "TRAIL_RUNNING", "Trail running"):
            assert activity_type(sport) == "trail-running"
        assert activity_type("StandUpPaddling") == "paddling"
        assert activity_type("Lift weights") == "strength-training"
        assert activity_type(None) == activity_type("Quidditch") == "other"

    @pytest.mark.parametrize(
        ("value", "read"),
        [
            (True, lambda one: one.number("x")),
            ("a", lambda one: one.number("x")),
            ([], lambda one: one.text("x")),
            (None, lambda one: one.needed("x")),
            ("yes", lambda one: one.flag("x")),
            ("23.11.2026", lambda one: one.day("x")),
            ("noon", lambda one: one.instant("x")),
            (7, lambda one: list(one.records("x"))),
            ([7], lambda one: list(one.records("x"))),
        ],
    )
    def test_what_is_not_readable_is_named_and_not_shown(self, value: object, read: Any) -> None:
        with pytest.raises(UnreadableError, match=r"^x(\.0)? "):
            read(Record({"x": value}))

    def test_the_payload_must_be_an_object(self) -> None:
        with pytest.raises(UnreadableError, match="the payload must be a JSON object"):
            Record(7)


class TestTables:
    def test_the_page_shows_them(self) -> None:
        page = (ROOT / "docs" / "guide" / "providers.md").read_text("utf-8")
        assert tables() in page, "run `python -m examples.providers.registry` and copy it"

    @pytest.mark.parametrize("name", ADAPTERS)
    def test_every_place_is_a_field(self, name: str) -> None:
        for place in ADAPTERS[name].fields.values():
            owner, _, fields = place.partition(".")
            known = getattr(platform_events, owner).model_fields
            assert {field.strip() for field in fields.split(",")} <= known.keys(), place

    @pytest.mark.parametrize("name", ADAPTERS)
    def test_every_place_is_filled_by_a_payload(self, name: str) -> None:
        filled: set[str] = set()
        for file in PAYLOADS:
            if provider_of(file) == name:
                for event in _variants(name, json.loads(file.read_text("utf-8"))):
                    filled |= _filled(event)
        wanted = {
            f"{owner}.{field.strip()}"
            for place in ADAPTERS[name].fields.values()
            for owner, _, fields in [place.partition(".")]
            for field in fields.split(",")
        }
        assert wanted <= filled, wanted - filled


def _variants(name: str, given: Any) -> list[Event]:
    made = events(name, given)
    if name == "strava" and "device_watts" in given:
        made += events(name, {**given, "device_watts": True, "perceived_exertion": 7})
        made += events(name, {**copy.deepcopy(given), "manual": True})
    if name == "strava" and "aspect_type" in given:
        made += events(name, {**given, "aspect_type": "create"})
    if name == "withings" and "appli" in given:
        made += events(name, {"appli": 46, "action": "unlink"})
    if name == "apple-health" and "metrics" in given["data"] and given["data"]["workouts"]:
        [workout] = given["data"]["workouts"]
        workout["distance"] = {"qty": 4.2, "units": "km"}
        workout["elevationUp"] = {"qty": 31, "units": "m"}
        given["data"]["metrics"][-2]["data"][0]["inBed"] = 7.9
        made += events(name, given)
    if name == "google-health" and "dataPoints" in given:
        given["dataPoints"][0]["dataSource"]["application"] = {"packageName": "com.example"}
        made += events(name, given)
    if name == "whoop" and "trace_id" in given:
        made += events(name, {"weight_kilogram": 82.5, "height_meter": 1.8})
    if name == "garmin" and "activities" in given:
        activity = given["activities"][0]
        made += events(name, {"activities": [activity | {"averagePowerInWatts": 210}]})
    return made


def _filled(event: Event) -> set[str]:
    owners = [event, *getattr(event, "measurements", ())]
    return {
        f"{type(owner).__name__}.{field}"
        for owner in owners
        for field in type(owner).model_fields
        if getattr(owner, field) not in (None, ())
    }
