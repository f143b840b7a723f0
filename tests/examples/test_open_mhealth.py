"""Documents of Open mHealth become measurements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.json_members import DocumentError
from examples.open_mhealth import Mapped, map_document
from platform_events import (
    BodyWeight,
    EnergyBurned,
    HeartRate,
    InvalidEventError,
    Measurement,
    OxygenSaturation,
    RespiratoryRate,
    RestingHeartRate,
    RrInterval,
    Sleep,
    Steps,
)

from ..support.clients import chain

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "openmhealth"
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
    return result.measurement


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
                measured_at=MOMENT, duration_s=3_600, energy_kcal=100, includes_basal=True
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
            Sleep(measured_at=MOMENT, duration_s=3_600, asleep_s=2_700, is_nap=True),
        ),
    ],
)
def test_every_schema_is_mapped(document: dict[str, object], measurement: Measurement) -> None:
    assert measured(document) == measurement


def test_an_episode_becomes_the_time_in_bed() -> None:
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

    assert result.measurement == Sleep(
        measured_at=MOMENT - timedelta(minutes=20),
        duration_s=8.5 * 3_600,
        asleep_s=27_000,
        awake_s=3_600,
        latency_s=1_200,
        is_nap=False,
    )
    assert result.left_out == ("number_of_awakenings", "sleep_maintenance_efficiency_percentage")


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

    assert isinstance(weight, BodyWeight)
    assert weight.weight_kg == pytest.approx(4 * 0.45359237**2)


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
    st.integers(0, 366 * 86_400),
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


@pytest.mark.parametrize(
    ("word", "statistic"),
    [
        ("average", "average"),
        ("maximum", "maximum"),
        ("median", "median"),
        ("minimum", "minimum"),
        ("standard deviation", "standard-deviation"),
        ("sum", "sum"),
        ("variance", "variance"),
    ],
)
@pytest.mark.parametrize(
    ("denominator", "window"),
    [(None, None), ("d", "day"), ("episode", "episode"), ("meal", "meal"), ("session", "session")],
)
def test_statistics_are_kept(
    word: str, statistic: str, denominator: str | None, window: str | None
) -> None:
    statistics = {
        "descriptive_statistic": word,
        "descriptive_statistic_denominator": denominator,
    }

    steps = measured({"step_count": 9.5} | HOUR | statistics)

    assert isinstance(steps, Steps)
    assert (steps.statistic, steps.statistic_window) == (statistic, window)


def test_a_statistic_of_sleep_may_exceed_its_interval() -> None:
    document = {"sleep_duration": quantity(8, "h"), "descriptive_statistic": "sum"} | HOUR

    assert measured(document) == Sleep(
        measured_at=MOMENT, duration_s=3_600, asleep_s=28_800, statistic="sum"
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

    assert result.measurement == HeartRate(measured_at=MOMENT, heart_rate_bpm=60)
    assert result.left_out == ("header.id", "header.creation_date_time")


def test_the_header_decides_between_measures() -> None:
    header = HEADER | {"schema_id": HEADER["schema_id"] | {"name": "step-count"}}
    body = {"step_count": 10} | PULSE | HOUR

    result = mapped({"header": header, "body": body})

    assert result.measurement == Steps(measured_at=MOMENT, duration_s=3_600, step_count=10)
    assert result.left_out[-1] == "body.heart_rate"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"header": HEADER}, "a data point must have both header and body"),
        ({"body": PULSE | INSTANT}, "a data point must have both header and body"),
        ({"header": {}, "body": PULSE}, "header.schema_id is missing"),
        (
            {"header": {"schema_id": {"namespace": "granola", "name": "heart-rate"}}, "body": {}},
            "header.schema_id.namespace must be omh",
        ),
        (
            {"header": {"schema_id": {"namespace": "omh"}}, "body": PULSE},
            "header.schema_id.name is missing",
        ),
        (
            {"header": {"schema_id": {"namespace": "omh", "name": "pace"}}, "body": {}},
            (
                "header.schema_id.name must be one of body-weight, calories-burned, heart-rate, "
                "oxygen-saturation, respiratory-rate, rr-interval, sleep-duration, sleep-episode, "
                "step-count, total-sleep-time"
            ),
        ),
        ({"header": HEADER, "body": INSTANT}, "body.heart_rate is missing"),
        (
            {"body_temperature": quantity(36.6, "C")} | INSTANT,
            (
                "it has none of the measures that are known: body_weight, heart_rate, kcal_burned, "
                "oxygen_saturation, respiratory_rate, rr_interval, sleep_duration, step_count, "
                "total_sleep_time"
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
            PULSE | interval(date="2026-11-23", part_of_day="morning"),
            f"{INTERVAL}.part_of_day is no exact time, which the catalogue needs",
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
            PULSE | INSTANT | {"descriptive_statistic": "80th percentile"},
            (
                "descriptive_statistic must be one of average, maximum, median, minimum, standard "
                "deviation, sum, variance"
            ),
        ),
        (
            PULSE
            | INSTANT
            | {"descriptive_statistic": "sum", "descriptive_statistic_denominator": "wk"},
            "descriptive_statistic_denominator must be one of d, episode, meal, session",
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

    assert isinstance(result.measurement, EnergyBurned)
    assert not result.measurement.includes_basal
    assert result.left_out == ("activity_name",)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


FROM_REAL_DOCUMENTS: dict[str, Measurement | str] = {
    "heart-rate-1.1-with-temporal-relationship-to-sleep": HeartRate(
        measured_at=at("2013-02-05T07:25:00+00:00"),
        heart_rate_bpm=50,
        relation_to_sleep="on-waking",
    ),
    "heart-rate-2.0-with-descriptive-statistic": HeartRate(
        measured_at=at("2020-02-05T06:00:00+01:00"),
        duration_s=86_400,
        heart_rate_bpm=50,
        statistic="minimum",
    ),
    "heart-rate-2.0-with-temporal-relationship-to-sleep": HeartRate(
        measured_at=at("2020-02-05T07:25:00-08:00"),
        heart_rate_bpm=67.5,
        relation_to_sleep="on-waking",
    ),
    "oxygen-saturation-2.0-saturation-only": OxygenSaturation(
        measured_at=at("2013-02-05T07:25:00-08:00"), oxygen_saturation_percent=95
    ),
    "respiratory-rate-2.0-with-statistic": RespiratoryRate(
        measured_at=at("2020-02-05T07:05:00-08:00"),
        duration_s=3_600,
        breaths_per_minute=10,
        statistic="minimum",
    ),
    "rr-interval-1.0-with-statistic": RrInterval(
        measured_at=at("2013-02-05T07:25:00+00:00"),
        duration_s=86_400,
        rr_ms=30,
        statistic="average",
    ),
    "rr-interval-1.0-with-time-frame": RrInterval(
        measured_at=at("2013-02-05T07:25:00+00:00"), rr_ms=30
    ),
    "sleep-duration-2.0-valid-sleep-duration": Sleep(
        measured_at=at("2016-02-05T20:35:00+00:00"), duration_s=36_000, asleep_s=27_000
    ),
    "sleep-duration-2.0-with-descriptive-statistic": (
        "effective_time_frame.time_interval ends before it begins"
    ),
    "step-count-2.0-valid-step-count": Steps(
        measured_at=at("2016-02-05T06:25:00+00:00"), duration_s=3_600, step_count=6_000
    ),
    "step-count-2.0-with-session": Steps(
        measured_at=at("2016-02-05T07:00:00+00:00"),
        duration_s=121 * 86_400,
        step_count=20_000,
        statistic="maximum",
        statistic_window="session",
    ),
    "total-sleep-time-1.0-valid-total-sleep-time": Sleep(
        measured_at=at("2016-02-05T20:35:00-08:00"), duration_s=36_000, asleep_s=27_900
    ),
}

needs_real_documents = pytest.mark.skipif(
    not REAL.is_dir(), reason="the shared documents of Open mHealth are not beside this checkout"
)


@needs_real_documents
def test_no_real_document_is_forgotten() -> None:
    assert {file.stem for file in REAL.glob("*.json")} == set(FROM_REAL_DOCUMENTS)


@needs_real_documents
@pytest.mark.parametrize("name", FROM_REAL_DOCUMENTS)
def test_real_documents_are_mapped(name: str) -> None:
    expected = FROM_REAL_DOCUMENTS[name]
    document = (REAL / f"{name}.json").read_bytes()

    if isinstance(expected, str):
        with pytest.raises(DocumentError, match=f"^{expected}$"):
            map_document(document)
    else:
        left_out = ("system", "measurement_method") if name.startswith("oxygen") else ()
        assert map_document(document) == Mapped(expected, left_out)
