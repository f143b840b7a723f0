"""Documents of Open mHealth become measurements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.json_members import DocumentError
from examples.open_mhealth import Mapped, map_document
from platform_events import (
    ActiveTime,
    BodyComposition,
    BodyWeight,
    Distance,
    EnergyBurned,
    HeartRate,
    InvalidEventError,
    Measurement,
    OxygenSaturation,
    RespiratoryRate,
    RestingHeartRate,
    RrInterval,
    Sleep,
    StatisticOfMany,
    Steps,
)

from ..support.clients import chain

MOMENT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
INSTANT: dict[str, object] = {"effective_time_frame": {"date_time": "2026-11-23T06:30:00Z"}}


def quantity(value: object, unit: object) -> dict[str, object]:
    return {"value": value, "unit": unit}


def interval(**members: object) -> dict[str, object]:
    return {"effective_time_frame": {"time_interval": members}}


def lasting(value: float, unit: str = "h") -> dict[str, object]:
    return interval(start_date_time="2026-11-23T06:30:00Z", duration=quantity(value, unit))


INTERVAL = "effective_time_frame.time_interval"
HOUR = lasting(1)
PULSE: dict[str, object] = {"heart_rate": quantity(60, "beats/min")}


def mapped(document: Mapping[str, object]) -> Mapped:
    return map_document(json.dumps(document).encode())


def measured(document: Mapping[str, object]) -> Measurement:
    """Map a document of which nothing may be left out."""
    result = mapped(document)
    assert result.left_out == ()
    [measurement] = result.measurements
    return measurement


def refused(document: Mapping[str, object]) -> str:
    with pytest.raises(DocumentError) as caught:
        mapped(document)
    return str(caught.value)


@pytest.mark.parametrize(
    ("document", "measurement"),
    [
        (PULSE | INSTANT, HeartRate(measured_at=MOMENT, heart_rate_bpm=60)),
        (PULSE | HOUR, HeartRate(measured_at=MOMENT, duration_s=3_600, heart_rate_bpm=60)),
        (
            PULSE | INSTANT | {"temporal_relationship_to_physical_activity": "at rest"},
            RestingHeartRate(measured_at=MOMENT, heart_rate_bpm=60),
        ),
        (
            {"rr_interval": quantity(812.5, "ms")} | INSTANT,
            RrInterval(measured_at=MOMENT, rr_ms=812.5),
        ),
        (
            {"oxygen_saturation": quantity(96, "%")} | INSTANT,
            OxygenSaturation(measured_at=MOMENT, oxygen_saturation_percent=96),
        ),
        (
            {"respiratory_rate": quantity(14, "breaths/min")} | INSTANT,
            RespiratoryRate(measured_at=MOMENT, breaths_per_minute=14),
        ),
        (
            {"body_weight": quantity(70, "kg")} | INSTANT,
            BodyWeight(measured_at=MOMENT, weight_kg=70),
        ),
        (
            {"kcal_burned": quantity(100, "kcal")} | HOUR,
            EnergyBurned(
                measured_at=MOMENT, duration_s=3_600, energy_kcal=100, includes_basal=None
            ),
        ),
        ({"step_count": 900} | HOUR, Steps(measured_at=MOMENT, duration_s=3_600, step_count=900)),
        (
            {"step_count": quantity(900, "steps")} | HOUR,
            Steps(measured_at=MOMENT, duration_s=3_600, step_count=900),
        ),
        (
            {"sleep_duration": quantity(0.5, "h")} | HOUR,
            Sleep(measured_at=MOMENT, duration_s=3_600, asleep_s=1_800),
        ),
        (
            {"total_sleep_time": quantity(45, "min")} | HOUR,
            Sleep(measured_at=MOMENT, duration_s=3_600, asleep_s=2_700),
        ),
        (
            {"is_main_sleep": False, "total_sleep_time": quantity(45, "min")} | HOUR,
            Sleep(
                measured_at=MOMENT,
                duration_s=3_600,
                sleep_period_s=3_600,
                asleep_s=2_700,
                is_nap=True,
            ),
        ),
    ],
)
def test_every_schema_is_mapped(document: dict[str, object], measurement: Measurement) -> None:
    assert measured(document) == measurement


def test_an_episode_is_the_time_from_falling_asleep_to_waking() -> None:
    episode = {
        "latency_to_sleep_onset": quantity(20, "min"),
        "latency_to_arising": quantity(10, "min"),
        "wake_after_sleep_onset": quantity(30, "min"),
        "total_sleep_time": quantity(7.5, "h"),
        "is_main_sleep": True,
        "number_of_awakenings": 2,
        "sleep_maintenance_efficiency_percentage": quantity(93.75, "%"),
    }

    result = mapped(episode | lasting(8))

    assert result.measurements == (
        Sleep(
            measured_at=MOMENT,
            duration_s=8 * 3_600,
            sleep_period_s=8 * 3_600,
            time_in_bed_s=8.5 * 3_600,
            asleep_s=27_000,
            awake_s=1_800,
            latency_s=1_200,
            awakening_count=2,
            is_nap=False,
        ),
    )
    assert result.left_out == ("sleep_maintenance_efficiency_percentage",)


def test_the_time_in_bed_is_known_only_with_both_latencies() -> None:
    sleep = measured({"latency_to_sleep_onset": quantity(20, "min")} | lasting(8))

    assert sleep == Sleep(
        measured_at=MOMENT, duration_s=28_800, sleep_period_s=28_800, latency_s=1_200
    )


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"),
    [(70, "kg", 70), (70_000, "g", 70), (150, "lb", 68.0388555), (2_400, "oz", 68.0388555)],
)
def test_weights_are_converted(value: float, unit: str, kilograms: float) -> None:
    weight = measured({"body_weight": quantity(value, unit)} | INSTANT)

    assert isinstance(weight, BodyWeight)
    assert weight.weight_kg == pytest.approx(kilograms, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit"),
    [(6e14, "ps"), (6e11, "ns"), (6e8, "us"), (6e5, "ms"), (600, "s"), (600, "sec"), (10, "min"),
     (1 / 6, "h"), (1 / 144, "d"), (1 / 1008, "wk")],
)  # fmt: skip
def test_durations_are_converted(value: float, unit: str) -> None:
    sleep = measured({"total_sleep_time": quantity(value, unit)} | lasting(2 * value, unit))

    assert isinstance(sleep, Sleep)
    assert sleep.asleep_s == pytest.approx(600)
    assert sleep.duration_s == pytest.approx(1_200)


def test_energy_and_intervals_between_beats_are_converted() -> None:
    energy = measured({"kcal_burned": quantity(418.4, "kJ")} | HOUR)
    beats = measured({"rr_interval": quantity(0.8125, "sec")} | INSTANT)

    assert isinstance(energy, EnergyBurned)
    assert energy.energy_kcal == pytest.approx(100)
    assert beats == RrInterval(measured_at=MOMENT, rr_ms=812.5)


def test_a_variance_is_in_squares_of_the_unit() -> None:
    document = {"body_weight": quantity(4, "lb"), "descriptive_statistic": "variance"} | INSTANT

    weight = measured(document)

    assert isinstance(weight, StatisticOfMany)
    assert (weight.of, weight.statistic, weight.unit) == ("body-weight", "variance", "kg2")
    assert weight.value == pytest.approx(4 * 0.45359237**2)


@pytest.mark.parametrize(
    "members",
    [
        {"start_date_time": "2026-11-23T06:30:00Z", "end_date_time": "2026-11-23T08:00:00Z"},
        {"start_date_time": "2026-11-23T06:30:00Z", "duration": quantity(90, "min")},
        {"end_date_time": "2026-11-23T08:00:00Z", "duration": quantity(1.5, "h")},
        {
            "start_date_time": "2026-11-23T07:30:00+01:00",
            "end_date_time": "2026-11-23T00:00:00-08:00",
        },
    ],
)
def test_every_form_of_an_interval_is_read(members: dict[str, object]) -> None:
    steps = measured({"step_count": 900} | interval(**members))

    assert steps == Steps(measured_at=MOMENT, duration_s=5_400, step_count=900)


@given(
    st.datetimes(datetime(1981, 1, 1), datetime(2098, 1, 1)),  # noqa: DTZ001  # gets an offset below
    st.integers(-14 * 60, 14 * 60),
    st.integers(1, 2 * 86_400),
)
def test_all_forms_of_an_interval_are_the_same(
    moment: datetime, minutes: int, seconds: int
) -> None:
    start = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    end = start + timedelta(seconds=seconds)
    expected = Steps(measured_at=start, duration_s=seconds, step_count=1)
    forms: list[dict[str, object]] = [
        {"start_date_time": start.isoformat(), "end_date_time": end.isoformat()},
        {"start_date_time": start.isoformat(), "duration": quantity(seconds, "sec")},
        {"end_date_time": end.isoformat(), "duration": quantity(seconds, "sec")},
    ]

    assert [measured({"step_count": 1} | interval(**form)) for form in forms] == [expected] * 3


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T06:30:00", MOMENT),  # of no offset: UTC, as the schema of instants has it
        ("2026-11-23t06:30:00z", MOMENT),
        ("2026-11-23T06:30:00.250Z", MOMENT + timedelta(milliseconds=250)),
        ("2026-11-23T06:30:00-08:00", MOMENT + timedelta(hours=8)),
    ],
)
def test_instants_are_read(text: str, moment: datetime) -> None:
    document = PULSE | {"effective_time_frame": {"date_time": text}}

    assert measured(document) == HeartRate(measured_at=moment, heart_rate_bpm=60)


@pytest.mark.parametrize("word", ["average", "maximum", "median", "minimum"])
def test_a_statistic_of_one_time_is_that_of_the_measurement(word: str) -> None:
    assert measured(PULSE | HOUR | {"descriptive_statistic": word}) == HeartRate(
        measured_at=MOMENT, duration_s=3_600, heart_rate_bpm=60, statistic=word  # type: ignore[arg-type]  # one of them  # pyright: ignore[reportArgumentType]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "statistic", "percentile"),
    [
        ("average", "average", None),
        ("standard deviation", "standard-deviation", None),
        ("sum", "sum", None),
        ("quartile deviation", "quartile-deviation", None),
        ("lower quartile", "percentile", 25),
        ("80th percentile", "percentile", 80),
        ("4th quintile", "percentile", 80),
    ],
)
@pytest.mark.parametrize(
    ("denominator", "window"),
    [(None, None), ("d", "day"), ("wk", "week"), ("Mo", "month"), ("h", "hour"),
     ("episode", "episode"), ("meal", "meal"), ("session", "session")],
)  # fmt: skip
def test_statistics_of_many_are_of_a_kind_of_their_own(
    word: str, statistic: str, percentile: float | None, denominator: str | None, window: str | None
) -> None:
    statistics = {
        "descriptive_statistic": word,
        "descriptive_statistic_denominator": denominator,
    }

    steps = measured({"step_count": 9.5} | HOUR | statistics)

    assert isinstance(steps, StatisticOfMany)
    assert (steps.of, steps.value, steps.unit) == ("step-count", 9.5, "1")
    assert (steps.statistic, steps.percentile, steps.per) == (statistic, percentile, window)


@pytest.mark.parametrize(
    ("document", "of", "value", "unit"),
    [
        (PULSE, "heart-rate", 60, "/min"),
        (
            PULSE | {"temporal_relationship_to_physical_activity": "at rest"},
            "resting-heart-rate",
            60,
            "/min",
        ),
        ({"rr_interval": quantity(812.5, "ms")}, "rr-interval", 812.5, "ms"),
        ({"oxygen_saturation": quantity(96, "%")}, "oxygen-saturation", 96, "%"),
        ({"respiratory_rate": quantity(14, "breaths/min")}, "respiratory-rate", 14, "/min"),
        ({"body_weight": quantity(70, "kg")}, "body-weight", 70, "kg"),
        ({"body_fat_percentage": quantity(22, "%")}, "body-fat", 22, "%"),
        ({"kcal_burned": quantity(2100, "kcal")}, "energy-burned", 2100, "kcal"),
        ({"step_count": quantity(9_000, "steps")}, "step-count", 9_000, "1"),
        ({"sleep_duration": quantity(7.5, "h")}, "sleep-duration", 27_000, "s"),
        ({"total_sleep_time": quantity(7.5, "h")}, "sleep-duration", 27_000, "s"),
    ],
)
def test_the_average_day_of_a_month_is_not_one_measurement(
    document: dict[str, object], of: str, value: float, unit: str
) -> None:
    month = lasting(30, "d") | {
        "descriptive_statistic": "average",
        "descriptive_statistic_denominator": "d",
    }

    average = measured(document | month)

    assert isinstance(average, StatisticOfMany)
    assert (average.of, average.value, average.unit) == (of, value, unit)
    assert (average.per, average.duration_s) == ("day", 30 * 86_400)


@pytest.mark.parametrize("steps", [12, quantity(12, "of whatever")])
def test_a_count_is_a_number_whatever_its_unit_is_called(steps: object) -> None:
    count = measured({"step_count": steps, "descriptive_statistic": "count"} | HOUR)

    assert isinstance(count, StatisticOfMany)
    assert (count.value, count.unit) == (12, "1")


def test_an_average_over_months_is_of_many_without_a_denominator() -> None:
    average = measured(PULSE | lasting(30, "d") | {"descriptive_statistic": "average"})

    assert isinstance(average, StatisticOfMany)
    assert (average.of, average.per) == ("heart-rate", None)


def test_body_fat_is_mapped() -> None:
    assert measured({"body_fat_percentage": quantity(22, "%")} | INSTANT) == BodyComposition(
        measured_at=MOMENT, body_fat_percent=22
    )


@pytest.mark.parametrize(
    ("word", "relation"),
    [
        ("before sleeping", "before-sleep"),
        ("during sleep", "during-sleep"),
        ("on waking", "on-waking"),
    ],
)
def test_the_relation_to_sleep_is_kept(word: str, relation: str) -> None:
    pulse = measured(PULSE | INSTANT | {"temporal_relationship_to_sleep": word})

    assert isinstance(pulse, HeartRate)
    assert pulse.relation_to_sleep == relation


HEADER: dict[str, Any] = {  # Any: JSON, which some tests take apart
    "id": "dp-1",
    "creation_date_time": "2026-11-23T06:31:00Z",
    "schema_id": {"namespace": "omh", "name": "heart-rate", "version": "2.0"},
}


def test_a_data_point_is_mapped_by_the_schema_of_its_header() -> None:
    result = mapped({"header": HEADER, "body": PULSE | INSTANT})

    assert result.measurements == (
        HeartRate(measured_at=MOMENT, heart_rate_bpm=60, record_id="dp-1"),
    )
    assert result.left_out == ("header.creation_date_time",)


def test_the_header_says_who_measured_and_how() -> None:
    header = HEADER | {
        "acquisition_provenance": {"source_name": "RunKeeper", "modality": "self-reported"}
    }
    [pulse] = mapped({"header": header, "body": PULSE | INSTANT}).measurements

    assert isinstance(pulse, HeartRate)
    assert (pulse.source_app, pulse.recording_method) == ("RunKeeper", "manual")


def test_a_data_point_of_ieee_1752_is_mapped() -> None:
    header = {
        "uuid": "5f3e",
        "schema_id": {"namespace": "ieee", "name": "physical-activity", "version": "1.0"},
        "modality": "sensed",
    }
    body = {
        "activity_name": "run",
        "base_movement_quantity": quantity(9_000, "steps"),
        "distance": quantity(10, "km"),
        "reported_activity_intensity": "vigorous",
    }
    result = mapped({"header": header, "body": body | HOUR})

    said: Any = {
        "measured_at": MOMENT,
        "duration_s": 3_600,
        "record_id": "5f3e",
        "recording_method": "automatic",
    }
    assert result.measurements == (
        Distance(distance_m=10_000, **said),
        Steps(step_count=9_000, **said),
        ActiveTime(vigorous_s=3_600, active_s=3_600, **said),
    )
    assert result.left_out == ("body.activity_name",)


@pytest.mark.parametrize("intensity", ["light", "moderate"])
def test_the_intensity_of_an_activity_is_kept(intensity: str) -> None:
    result = mapped({"activity_name": "walk", "reported_activity_intensity": intensity,
                     "distance": quantity(3.1, "mi")} | HOUR)  # fmt: skip

    distance, active = result.measurements
    assert isinstance(distance, Distance)
    assert distance.distance_m == pytest.approx(4_989, abs=1)
    assert isinstance(active, ActiveTime)
    assert getattr(active, f"{intensity}_s") == 3_600


def test_a_part_of_a_day_is_of_that_day() -> None:
    document = PULSE | interval(date="2026-11-23", part_of_day="morning")
    result = mapped(document)

    assert result.measurements == (HeartRate(day=MOMENT.date(), heart_rate_bpm=60),)
    assert result.left_out == (f"{INTERVAL}.part_of_day",)


def test_the_header_decides_between_measures() -> None:
    header = HEADER | {"schema_id": HEADER["schema_id"] | {"name": "step-count"}}
    body = {"step_count": 10} | PULSE | HOUR

    result = mapped({"header": header, "body": body})

    assert result.measurements == (
        Steps(measured_at=MOMENT, duration_s=3_600, step_count=10, record_id="dp-1"),
    )
    assert result.left_out[-1] == "body.heart_rate"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"header": HEADER}, "a data point must have both header and body"),
        ({"body": PULSE | INSTANT}, "a data point must have both header and body"),
        ({"header": {}, "body": PULSE}, "header.schema_id is missing"),
        (
            {"header": {"schema_id": {"namespace": "granola", "name": "heart-rate"}}, "body": {}},
            "header.schema_id.namespace must be omh or ieee",
        ),
        (
            {"header": {"schema_id": {"namespace": "omh"}}, "body": PULSE},
            "header.schema_id.name is missing",
        ),
        (
            {"header": {"schema_id": {"namespace": "omh", "name": "pace"}}, "body": {}},
            (
                "header.schema_id.name must be one of body-fat-percentage, body-weight, "
                "calories-burned, heart-rate, oxygen-saturation, physical-activity, "
                "respiratory-rate, rr-interval, sleep-duration, sleep-episode, step-count, "
                "total-sleep-time"
            ),
        ),
        ({"header": HEADER, "body": INSTANT}, "body.heart_rate is missing"),
        (
            {"body_temperature": quantity(36.6, "C")} | INSTANT,
            (
                "it has none of the measures that are known: body_fat_percentage, body_weight, "
                "heart_rate, kcal_burned, oxygen_saturation, respiratory_rate, rr_interval, "
                "sleep_duration, step_count, total_sleep_time"
            ),
        ),
        (PULSE | {"step_count": 1} | HOUR, "it has more than one measure: heart_rate, step_count"),
        (PULSE, "effective_time_frame is missing, so nobody knows when it was measured"),
        (
            PULSE | {"effective_time_frame": {}},
            "effective_time_frame must have one of date_time and time_interval",
        ),
        (
            PULSE
            | {
                "effective_time_frame": {
                    "date_time": "2026-11-23T06:30:00Z",
                    "time_interval": {},
                }
            },
            "effective_time_frame must have one of date_time and time_interval",
        ),
        (
            {"step_count": 9} | INSTANT,
            "effective_time_frame must have a time_interval: it is of what lasts",
        ),
        (
            PULSE | interval(start_date_time="2026-11-23T06:30:00Z"),
            f"{INTERVAL} must have two of start_date_time, end_date_time and duration",
        ),
        (
            PULSE
            | interval(
                start_date_time="2026-11-23T06:30:00Z",
                end_date_time="2026-11-23T07:30:00Z",
                duration=quantity(1, "h"),
            ),
            f"{INTERVAL} must have two of start_date_time, end_date_time and duration",
        ),
        (
            PULSE | interval(date="23.11.2026", part_of_day="morning"),
            f"{INTERVAL}.date must be a day such as 2026-11-23",
        ),
        (
            PULSE
            | interval(
                start_date_time="2026-11-23T06:30:00Z", end_date_time="2026-11-23T06:29:59Z"
            ),
            f"{INTERVAL} ends before it begins",
        ),
        (PULSE | lasting(-1), "effective_time_frame.time_interval ends before it begins"),
        (
            PULSE | interval(end_date_time="2026-11-23T06:30:00Z", duration=quantity(1e300, "d")),
            "a duration is longer than the calendar goes back",
        ),
        (
            PULSE | lasting(1, "Mo"),
            f"{INTERVAL}.duration.unit must be one of ps, ns, us, ms, s, sec, min, h, d, wk",
        ),
        (
            {"body_weight": quantity(11.8, "stone")} | INSTANT,
            "body_weight.unit must be one of kg, g, lb, oz",
        ),
        ({"body_weight": {"value": 70}} | INSTANT, "body_weight.unit is missing"),
        ({"body_weight": 70} | INSTANT, "body_weight must be a JSON object"),
        (
            {"step_count": 9.5} | HOUR,
            "step_count must be a whole number, unless it is a statistic",
        ),
        (
            {"total_sleep_time": quantity(61, "min")} | HOUR,
            "total_sleep_time is longer than the time in which it was",
        ),
        ({"is_main_sleep": "yes"} | HOUR, "is_main_sleep must be true or false"),
        (
            {"is_main_sleep": True, "descriptive_statistic": "average"} | HOUR,
            "descriptive_statistic has no meaning for one episode",
        ),
        (
            PULSE | INSTANT | {"descriptive_statistic": "mode"},
            (
                "descriptive_statistic must be one of average, maximum, median, minimum, count, "
                "standard deviation, sum, variance, quartile deviation, lower quartile, upper "
                "quartile, 20th percentile, 80th percentile, 1st quintile, 2nd quintile, 3rd "
                "quintile, 4th quintile"
            ),
        ),
        (
            PULSE
            | INSTANT
            | {"descriptive_statistic": "sum", "descriptive_statistic_denominator": "ps"},
            (
                "descriptive_statistic_denominator must be one of s, sec, min, h, d, wk, Mo, a, "
                "yr, episode, meal, session"
            ),
        ),
        (
            {"activity_name": "walking", "distance": None} | HOUR,
            " says of an activity nothing that is measured",
        ),
        (
            {"is_main_sleep": True, "number_of_awakenings": 1.5} | HOUR,
            "number_of_awakenings must be a whole number",
        ),
        (
            {"header": HEADER | {"id": 7}, "body": PULSE | INSTANT},
            "header.id must be a text",
        ),
        (
            {
                "header": HEADER,
                "body": {"descriptive_statistic": "count"} | HOUR,
            },
            "body.heart_rate is missing",
        ),
        (
            PULSE | INSTANT | {"descriptive_statistic_denominator": "d"},
            "descriptive_statistic_denominator makes no sense without a statistic",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(
    document: dict[str, object], reason: str
) -> None:
    assert refused(document) == reason


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-11-23", "20261123T063000Z", "2026-11-23 06:30"]
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    reason = refused(PULSE | {"effective_time_frame": {"date_time": text}})

    assert reason == (
        "effective_time_frame.date_time must be a date and a time, as RFC 3339 writes them"
    )


@pytest.mark.parametrize("text", ["2026-02-30T06:30:00Z", "2026-11-23T06:61:00Z"])
def test_an_instant_that_does_not_exist_is_refused(text: str) -> None:
    reason = refused(PULSE | {"effective_time_frame": {"date_time": text}})

    assert reason == "effective_time_frame.date_time must be a date and a time that exist"


@pytest.mark.parametrize("value", [-61.25, 3161.25, 1e400])
def test_a_value_out_of_range_is_refused_and_not_shown(value: float) -> None:
    body = json.dumps(PULSE | INSTANT).replace("60", "1e999" if value > 1e300 else str(value))

    with pytest.raises(InvalidEventError) as caught:
        map_document(body.encode())

    assert [problem.location for problem in caught.value.problems] == ["heart_rate_bpm"]
    assert not any("61.25" in str(error) for error in chain(caught.value))


def test_members_without_a_place_are_named() -> None:
    beside = {
        "temporal_relationship_to_physical_activity": "after exercise",
        "user_notes": "hot",
        "heart_rate": quantity(60, "beats/min") | {"precision": 1},
    }

    assert mapped(PULSE | INSTANT | beside).left_out == (
        "temporal_relationship_to_physical_activity",
        "user_notes",
        "heart_rate.precision",
    )


def test_energy_of_an_activity_is_of_that_alone() -> None:
    result = mapped({"kcal_burned": quantity(9, "kcal"), "activity_name": "walking"} | HOUR)

    [energy] = result.measurements
    assert isinstance(energy, EnergyBurned)
    assert energy.includes_basal is False
    assert result.left_out == ("activity_name",)
