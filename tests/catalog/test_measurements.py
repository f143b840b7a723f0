"""Measurements hold what providers send, and refuse what people mistake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_events import (
    ActiveTime,
    AnsCharge,
    BodyComposition,
    EnergyBurned,
    HeartRate,
    HeartRateSeries,
    InvalidEventError,
    Measurement,
    MeasurementKind,
    OxygenSaturation,
    Payload,
    Readiness,
    RecoveryLevel,
    SkinTemperature,
    Sleep,
    SleepScore,
    SleepStage,
    StatisticOfMany,
    Steps,
    StressTime,
    TrainingLoad,
    WearableDataReceived,
    WhoopStrain,
)
from platform_events.catalog import UnrecognizedMeasurement, WorkoutLogged
from platform_events.events._encoding import encode_event
from platform_events.testing.strategies import payloads
from platform_events.testing.strategies._rules import read_fields

START = datetime(2026, 11, 22, 22, 45, tzinfo=UTC)
DAY = date(2026, 11, 23)
KINDS: list[type[Payload]] = [
    kind for kind in get_args(get_args(Measurement)[0]) if kind is not UnrecognizedMeasurement
]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)

# A value that any grown member of a gym may have, by the name of the field.
USUAL: dict[str, Any] = {
    "heart_rate_bpm": 62.0, "rmssd_ms": 48.5, "sdnn_ms": 52.0, "rr_ms": 812.5,
    "oxygen_saturation_percent": 96.5, "breaths_per_minute": 14.5, "temperature_c": 33.7,
    "vo2_max_ml_per_kg_min": 44.5, "weight_kg": 82.5, "body_fat_percent": 22.0,
    "fat_mass_kg": 18.0, "fat_free_mass_kg": 64.0, "muscle_mass_kg": 60.0,
    "skeletal_muscle_mass_kg": 34.0, "bone_mass_kg": 3.1, "body_water_kg": 45.0,
    "basal_metabolism_kcal": 1_750.0, "efficiency_percent": 93.7, "score": 84.0,
    "step_count": 8_210, "distance_m": 6_400.0, "energy_kcal": 540.0, "strain": 12.4,
    "duration_s": 28_500.0, "time_in_bed_s": 28_500.0, "sleep_period_s": 27_900.0,
    "asleep_s": 26_700.0, "awake_s": 1_800.0, "light_s": 15_000.0, "deep_s": 5_400.0,
    "rem_s": 6_300.0, "unknown_s": 600.0, "latency_s": 540.0, "sedentary_s": 20_000.0,
    "active_s": 7_200.0, "moderate_s": 2_700.0, "vigorous_s": 900.0, "value": 143.0,
    "acute_load": 96.0, "chronic_load": 88.0, "acute_chronic_ratio": 1.09, "charge": -3.2,
    "deviation_c": -0.3, "level": 3, "level_count": 6, "visceral_fat_level": 7.0,
    "awakening_count": 4, "interval_s": 300.0, "percentile": 25.0, "rest_s": 18_000.0,
    "low_s": 12_060.0, "medium_s": 6_480.0, "high_s": 1_320.0, "body_water_percent": 57.0,
    "push_count": 3_400,
}  # fmt: skip

FACTORS = (1_000, 100, 60, 1 / 60, 1 / 100, 1 / 1_000)

# Why a mistake cannot be told from a value that some body, some night or some walk has. All others
# are refused.
UNTOLD: dict[str, set[float]] = {
    # A nap lasts minutes, a stage seconds; a walk to the door is ten steps.
    **{
        name: {1 / 60, 1 / 100, 1 / 1_000}
        for name in (
            "duration_s", "time_in_bed_s", "sleep_period_s", "asleep_s", "awake_s", "light_s",
            "deep_s", "rem_s", "unknown_s", "latency_s", "sedentary_s", "active_s", "moderate_s",
            "vigorous_s", "rest_s", "low_s", "medium_s", "step_count", "push_count", "energy_kcal",
        )
    },
    # Ten minutes to fall asleep, or ten hours; half an hour of effort, or a day of it.
    "latency_s": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    "unknown_s": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    "vigorous_s": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    "high_s": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    "interval_s": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    # Of no unit, or on scales that begin at 0.
    "score": {1 / 60},
    "strain": {1 / 60, 1 / 100, 1 / 1_000},
    "value": {60, 1 / 60, 1 / 100, 1 / 1_000},
    "acute_load": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    "chronic_load": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    "acute_chronic_ratio": {1 / 60, 1 / 100, 1 / 1_000},
    "charge": {1 / 60, 1 / 100, 1 / 1_000},
    "deviation_c": {1 / 60, 1 / 100, 1 / 1_000},
    "visceral_fat_level": {1 / 60, 1 / 100, 1 / 1_000},
    "percentile": {1 / 60, 1 / 100, 1 / 1_000},
    # A number of times has no unit.
    "awakening_count": set(FACTORS),
    "level": {1 / 60, 1 / 100, 1 / 1_000},
    "level_count": set(),
    # What is slow may be sixty times as fast; what is fast may not.
    "distance_m": {60, 100, 1 / 60, 1 / 100, 1 / 1_000},
    # These may be of a year.
    "BodyWeight.duration_s": set(FACTORS),
    "BodyComposition.duration_s": set(FACTORS),
    "StatisticOfMany.duration_s": set(FACTORS),
    "StatisticOfMany.value": {1 / 60, 1 / 100, 1 / 1_000},
}  # fmt: skip


def quantities(kind: type[Payload]) -> Iterator[str]:
    for name, field in read_fields(kind).items():
        members = [field, *(field.members if field.arguments and field.kind is not tuple else [])]
        if any(member.kind in {int, float} for member in members):
            yield name


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in KINDS for name in quantities(kind)],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_a_mistake_of_units_is_refused_wherever_it_can_be_told(kind: Any, name: str) -> None:
    usual = USUAL[name]
    fields = least(kind) | {"measured_at": START}
    if "duration_s" in kind.model_fields:
        fields["duration_s"] = USUAL["duration_s"]
    if kind is StatisticOfMany:
        fields |= {"value": 27_000.0} | (
            {"statistic": "percentile"} if name == "percentile" else {}
        )
        usual = 27_000.0 if name == "value" else usual
    assert is_accepted(kind, fields | {name: usual})

    scaled = {factor: usual * factor for factor in FACTORS}
    if isinstance(usual, int):
        scaled = {factor: round(value) for factor, value in scaled.items()}
    accepted = {
        factor for factor, value in scaled.items() if is_accepted(kind, fields | {name: value})
    }

    assert accepted <= UNTOLD.get(f"{kind.__name__}.{name}", UNTOLD.get(name, set()))


def is_accepted(kind: Any, fields: dict[str, Any]) -> bool:
    try:
        kind(**fields)
    except InvalidEventError:
        return False
    return True


def least(kind: type[Payload]) -> dict[str, Any]:
    """Give the least that a measurement can be, but for when it was measured."""
    required = {
        name: USUAL.get(name, _TEXTS.get(name))
        for name, field in kind.model_fields.items()
        if field.is_required()
    }
    return required | _NEEDED.get(kind, {})


_NEEDED: dict[type[Payload], dict[str, Any]] = {
    ActiveTime: {"active_s": 20_000.0},
    BodyComposition: {"body_fat_percent": 22.0},
    SkinTemperature: {"temperature_c": 33.7},
    Sleep: {"asleep_s": 26_700.0},
    StressTime: {"high_s": 1_320.0},
}
_TEXTS: dict[str, Any] = {
    "method": "cardio-load",
    "scale": "nightly-recharge",
    "of": "sleep-duration",
    "statistic": "average",
    "unit": "s",
    "values_bpm": (60, None),
    "values_ms": (48.5, None),
    "values_percent": (96.5, None),
    "values_per_minute": (14.5, None),
    "scores": (20, None),
}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("values_bpm", 62_000), ("values_bpm", 1), ("values_ms", 0.0485), ("values_ms", 48_500.0),
     ("values_percent", 0.965), ("values_per_minute", 0.24), ("scores", 8_400)],
)  # fmt: skip
def test_a_mistake_of_units_in_a_series_is_refused(name: str, wrong: float) -> None:
    kind: Any = next(kind for kind in KINDS if name in kind.model_fields)
    with pytest.raises(InvalidEventError, match=rf"{name}\.1"):
        kind(measured_at=START, interval_s=300.0, **{name: (_TEXTS[name][0], wrong)})


@pytest.mark.parametrize(
    ("attempt", "hint"),
    [
        (lambda: Sleep(measured_at=START, duration_s=27_180_000.0), "milliseconds are divided"),
        (
            lambda: OxygenSaturation(measured_at=START, oxygen_saturation_percent=0.97),
            "a fraction such as 0.97 is multiplied by 100",
        ),
        (
            lambda: Sleep(measured_at=START, duration_s=28_500.0, efficiency_percent=0.94),
            "a fraction such as 0.97 is multiplied by 100",
        ),
        (lambda: HeartRate(measured_at=START, heart_rate_bpm=1.03), "hertz are multiplied by 60"),
        (lambda: Readiness(day=DAY, score=0.84), "a fraction such as 0.84 is multiplied by 100"),
        (
            lambda: SkinTemperature(measured_at=START, temperature_c=92.7),
            "Fahrenheit",
        ),
    ],
)
def test_the_error_says_what_to_do(attempt: Any, hint: str) -> None:
    with pytest.raises(InvalidEventError, match=hint):
        attempt()


@every_kind
@settings(max_examples=25)
@given(data=st.data())
def test_every_measurement_survives_the_wire(kind: type[Payload], data: st.DataObject) -> None:
    event = WearableDataReceived(
        member_id="mem_1",
        provider="oura",
        measurements=(data.draw(payloads(kind)),),  # type: ignore[arg-type]  # it is one of them  # pyright: ignore[reportArgumentType]
        received_at=START,
    )
    assert WearableDataReceived.from_data(event.to_data()) == event
    assert WearableDataReceived.from_data(json.loads(event.to_json())) == event


@every_kind
def test_a_measurement_is_of_an_instant_or_of_a_day(kind: Any) -> None:
    fields = least(kind)
    if kind is StatisticOfMany:
        fields["value"] = 27_000.0
    is_series = kind.__name__.endswith("Series")
    assert kind(**fields, day=DAY, measured_at=START if is_series else None).day == DAY
    if not is_series:
        with pytest.raises(InvalidEventError, match="one of `measured_at` and `day`"):
            kind(**fields)


def test_the_kinds_that_can_be_removed_are_all() -> None:
    [literal, _] = get_args(MeasurementKind)
    assert set(get_args(literal)) == {kind.model_fields["kind"].default for kind in KINDS}


class TestSleep:
    def test_both_lengths_are_told_apart(self) -> None:
        night = Sleep(
            measured_at=START, duration_s=28_500.0, time_in_bed_s=28_500.0, sleep_period_s=27_900.0
        )
        assert (night.time_in_bed_s, night.sleep_period_s) == (28_500, 27_900)

    def test_a_day_that_it_counts_for_is_not_that_of_its_beginning(self) -> None:
        assert Sleep(measured_at=START, duration_s=28_500.0, day=DAY).day == DAY

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"asleep_s": 28_600.0}, "`asleep_s` must not be above `duration_s`"),
            ({"time_in_bed_s": 20_000.0, "asleep_s": 21_000.0}, "must not be above"),
            ({"sleep_period_s": 28_000.0, "time_in_bed_s": 27_000.0}, "must not be above"),
            ({"asleep_s": 20_000.0, "light_s": 15_000.0, "deep_s": 6_000.0}, "`asleep_s`"),
            ({"awake_s": 9_000.0, "light_s": 15_000.0, "rem_s": 6_000.0}, "`duration_s`"),
            ({"latency_s": 30_000.0, "time_in_bed_s": 28_500.0}, "`time_in_bed_s`"),
            ({"score": 0.9}, "out of 100"),
        ],
    )
    def test_no_part_is_longer_than_the_whole(self, fields: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidEventError, match=message):
            Sleep(measured_at=START, duration_s=28_500.0, **fields)

    def test_what_providers_round_is_accepted(self) -> None:
        night = Sleep(
            measured_at=START, duration_s=28_500.0, asleep_s=28_530.0, light_s=20_000.0,
            deep_s=8_600.0,
        )  # fmt: skip
        assert night.deep_s == 8_600

    @pytest.mark.parametrize("minutes", [-10, 476])
    def test_a_stage_outside_is_refused(self, minutes: int) -> None:
        stage = SleepStage(
            stage="rem", started_at=START + timedelta(minutes=minutes), duration_s=60.0
        )
        with pytest.raises(InvalidEventError, match="`stages` must lie within"):
            Sleep(measured_at=START, duration_s=28_500.0, stages=(stage,))

    @pytest.mark.parametrize("stage", ["restless", "in-bed", "out-of-bed", "unknown", "asleep"])
    def test_stages_that_providers_send_are_there(self, stage: Any) -> None:
        assert SleepStage(stage=stage, started_at=START, duration_s=60.0).stage == stage

    def test_a_stage_of_more_than_a_day_is_refused(self) -> None:
        with pytest.raises(InvalidEventError, match="milliseconds"):
            SleepStage(stage="rem", started_at=START, duration_s=1_800_000.0)

    def test_an_instant_needs_a_length(self) -> None:
        with pytest.raises(InvalidEventError, match="`measured_at` needs `duration_s`"):
            Sleep(measured_at=START, asleep_s=1.0)

    def test_a_score_of_a_day_needs_no_night(self) -> None:
        assert SleepScore(day=DAY, score=81).day == DAY


def test_two_sources_of_the_same_minutes_are_told_apart() -> None:
    phone, watch = (
        Steps(
            measured_at=START, duration_s=300, step_count=count, source_device=device,
            source_app="com.apple.health", recording_method="automatic",
        )
        for count, device in [(66, "iPhone"), (71, "Apple Watch")]
    )  # fmt: skip
    assert phone.source_device != watch.source_device


def test_a_revision_replaces_the_first_version() -> None:
    first = Sleep(measured_at=START, duration_s=10_800.0, record_id="r/1", day=DAY)
    revised = first.model_copy(
        update={"duration_s": 28_800.0, "revised_at": START + timedelta(hours=9)}
    )
    assert (first.record_id, first.revised_at) == (revised.record_id, None)
    assert revised.revised_at is not None


@pytest.mark.parametrize(
    "text", ["users/a/dataTypes/sleep/dataPoints/b", "A b", "ключ", "1", "x" * 512, "a|b;c=d"]
)
def test_a_providers_id_is_any_printable_text(text: str) -> None:
    assert Steps(day=DAY, step_count=1, record_id=text).record_id == text


@pytest.mark.parametrize(
    "text", ["", " ", " a", "a ", "a\n", "a\nb", "\x00", "a\u2028b", "x" * 513]
)
def test_an_id_that_cannot_be_printed_is_refused(text: str) -> None:
    with pytest.raises(InvalidEventError, match="record_id"):
        Steps(day=DAY, step_count=1, record_id=text)


class TestScales:
    def test_a_level_says_of_how_many(self) -> None:
        level = RecoveryLevel(day=DAY, scale="nightly-recharge", level=3, level_count=6)
        assert (level.level, level.level_count) == (3, 6)
        with pytest.raises(InvalidEventError, match="`level` must not be above `level_count`"):
            RecoveryLevel(day=DAY, scale="nightly-recharge", level=7, level_count=6)

    def test_a_charge_may_be_negative(self) -> None:
        assert AnsCharge(day=DAY, charge=-3.2).charge == -3.2

    def test_absolute_temperatures_and_differences_are_not_mistaken(self) -> None:
        both = SkinTemperature(day=DAY, temperature_c=33.7, deviation_c=0.4)
        assert (both.temperature_c, both.deviation_c) == (33.7, 0.4)
        wrong: list[dict[str, Any]] = [{"temperature_c": 0.4}, {"deviation_c": 33.7}, {}]
        for fields in wrong:
            with pytest.raises(InvalidEventError):
                SkinTemperature(day=DAY, **fields)

    def test_a_training_load_has_a_method(self) -> None:
        load = TrainingLoad(
            day=DAY, value=143.0, method="cardio-load", acute_load=96.0, chronic_load=88.0,
            acute_chronic_ratio=1.09,
        )  # fmt: skip
        assert (load.value, load.method) == (143, "cardio-load")
        with pytest.raises(InvalidEventError, match="when `method` is whoop-strain"):
            TrainingLoad(day=DAY, value=143.0, method="whoop-strain")
        assert WhoopStrain(day=DAY, strain=20.9).strain == 20.9

    def test_energy_may_be_of_unknown_parts(self) -> None:
        assert EnergyBurned(day=DAY, energy_kcal=2_100.0).includes_basal is None


class TestStatistics:
    def test_a_variance_has_a_unit_of_its_own(self) -> None:
        spread = StatisticOfMany(
            day=DAY, of="heart-rate", statistic="variance", value=650.0, unit="/min2"
        )
        assert spread.value == 650
        with pytest.raises(InvalidEventError, match="`unit` must be one of /min2"):
            spread.model_copy(update={"unit": "/min"})

    def test_a_standard_deviation_is_below_what_a_heart_can_do(self) -> None:
        spread = StatisticOfMany(
            day=DAY, of="resting-heart-rate", statistic="standard-deviation", value=3.1, unit="/min"
        )
        assert spread.value == 3.1

    def test_a_window_needs_a_statistic(self) -> None:
        for kind in KINDS:
            assert ("per" in kind.model_fields) == (kind is StatisticOfMany)
        assert StatisticOfMany.model_fields["statistic"].is_required()

    @pytest.mark.parametrize(
        ("unit", "wrong"),
        [("s", 27_180_000.0), ("/min", 62_000.0), ("%", 9_650.0), ("kg", 82_500.0), ("1", 1e9)],
    )
    def test_a_mistake_of_units_is_refused(self, unit: Any, wrong: float) -> None:
        with pytest.raises(InvalidEventError, match=f"when `unit` is {unit}, `value` must be"):
            StatisticOfMany(
                day=DAY, of="sleep-duration", statistic="average", value=wrong, unit=unit
            )

    def test_a_sum_may_be_larger(self) -> None:
        total = StatisticOfMany(
            day=DAY, of="step-count", statistic="sum", value=310_000.0, unit="1", per="month"
        )
        assert total.per == "month"

    def test_a_percentile_says_which(self) -> None:
        with pytest.raises(InvalidEventError, match="`percentile` must be given"):
            StatisticOfMany(
                day=DAY, of="heart-rate", statistic="percentile", value=71.0, unit="/min"
            )
        with pytest.raises(InvalidEventError, match="`percentile` must be absent"):
            StatisticOfMany(
                day=DAY, of="heart-rate", statistic="average", value=71.0, unit="/min",
                percentile=25.0,
            )  # fmt: skip

    def test_many_nights_are_not_one_sleep(self) -> None:
        with pytest.raises(InvalidEventError):
            Sleep(measured_at=START, duration_s=122 * 86_400.0, asleep_s=27_000.0)


class TestSeries:
    def test_a_day_at_one_hertz_fits_into_one_event(self) -> None:
        values: list[int | None] = [100 + second % 90 for second in range(86_400)]
        values[3_600:7_200] = [None] * 3_600
        event = WearableDataReceived(
            member_id="mem_1",
            provider="polar",
            measurements=(
                HeartRateSeries(measured_at=START, interval_s=1.0, values_bpm=tuple(values)),
            ),
            received_at=START + timedelta(days=1),
        )
        assert len(encode_event(event)) < 512_000
        assert WearableDataReceived.from_data(event.to_data()) == event

    def test_a_series_is_not_longer_than_two_days(self) -> None:
        with pytest.raises(InvalidEventError, match="must not last above"):
            HeartRateSeries(measured_at=START, interval_s=1_000.0, values_bpm=(60,) * 500)

    def test_a_series_has_a_beginning(self) -> None:
        with pytest.raises(InvalidEventError, match="`measured_at` must be given"):
            HeartRateSeries(day=DAY, interval_s=1.0, values_bpm=(60,))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Steps, {"step_count": 1_670, "duration_s": 60.0}),
        (EnergyBurned, {"energy_kcal": 900.0, "duration_s": 600.0}),
        (WorkoutLogged, {"distance_m": 500_000.0}),
        (WorkoutLogged, {"energy_kcal": 5_400.0}),
        (WorkoutLogged, {"elevation_gain_m": 21_000.0}),
    ],
)
def test_rates_that_no_body_reaches_are_refused(
    kind: type[Payload], fields: dict[str, Any]
) -> None:
    workout = {
        "member_id": "m", "workout_id": "w", "activity_type": "running", "source": "wearable",
        "started_at": START, "duration_s": 3_120.0,
    }  # fmt: skip
    given = (workout if kind is WorkoutLogged else {"measured_at": START}) | fields
    with pytest.raises(InvalidEventError, match="must not be above"):
        kind(**given)  # pyright: ignore[reportArgumentType]  # wrong on purpose
