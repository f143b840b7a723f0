"""Documents of each schema that the examples map, as providers of Open mHealth write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from examples.json_members import DocumentError
from examples.open_mhealth import Mapped, map_document
from platform_events import (
    HeartRate,
    OxygenSaturation,
    RespiratoryRate,
    RrInterval,
    Sleep,
    StatisticOfMany,
    Steps,
)
from platform_events.catalog import Measurement

from .test_demo import demo, row


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def instant(text: str) -> dict[str, object]:
    return {"effective_time_frame": {"date_time": text}}


def interval(begin: str, end: str) -> dict[str, object]:
    times = {"start_date_time": begin, "end_date_time": end}
    return {"effective_time_frame": {"time_interval": times}}


def quantity(value: float, unit: str) -> dict[str, object]:
    return {"value": value, "unit": unit}


ENDS_EARLY = "effective_time_frame.time_interval ends before it begins"

DOCUMENTS: dict[str, tuple[dict[str, object], Measurement | str]] = {
    "heart-rate-1.1-on-waking": (
        {"heart_rate": quantity(52, "beats/min"), "temporal_relationship_to_sleep": "on waking"}
        | instant("2026-03-02T06:40:00Z"),
        HeartRate(
            measured_at=at("2026-03-02T06:40:00+00:00"),
            heart_rate_bpm=52,
            relation_to_sleep="on-waking",
        ),
    ),
    "heart-rate-2.0-least-of-a-day": (
        {"heart_rate": quantity(47.0, "beats/min"), "descriptive_statistic": "minimum"}
        | interval("2026-03-02T06:00:00+01:00", "2026-03-03T06:00:00+01:00"),
        HeartRate(
            measured_at=at("2026-03-02T06:00:00+01:00"),
            duration_s=86_400,
            heart_rate_bpm=47,
            statistic="minimum",
        ),
    ),
    "heart-rate-2.0-west-of-greenwich": (
        {"heart_rate": quantity(66.5, "beats/min"), "temporal_relationship_to_sleep": "on waking"}
        | instant("2026-03-02T07:10:00-08:00"),
        HeartRate(
            measured_at=at("2026-03-02T07:10:00-08:00"),
            heart_rate_bpm=66.5,
            relation_to_sleep="on-waking",
        ),
    ),
    "oxygen-saturation-2.0-by-a-finger-clip": (
        {
            "oxygen_saturation": quantity(96, "%"),
            "system": "peripheral capillary",
            "measurement_method": "pulse oximetry",
        }
        | instant("2026-03-02T07:10:00-08:00"),
        OxygenSaturation(measured_at=at("2026-03-02T07:10:00-08:00"), oxygen_saturation_percent=96),
    ),
    "respiratory-rate-2.0-least-of-an-hour": (
        {"respiratory_rate": quantity(11, "breaths/min"), "descriptive_statistic": "minimum"}
        | interval("2026-03-02T03:05:00-08:00", "2026-03-02T04:05:00-08:00"),
        RespiratoryRate(
            measured_at=at("2026-03-02T03:05:00-08:00"),
            duration_s=3_600,
            breaths_per_minute=11,
            statistic="minimum",
        ),
    ),
    "rr-interval-1.0-average-of-a-day": (
        {"rr_interval": quantity(910, "ms"), "descriptive_statistic": "average"}
        | interval("2026-03-02T07:25:00Z", "2026-03-03T07:25:00Z"),
        RrInterval(
            measured_at=at("2026-03-02T07:25:00+00:00"),
            duration_s=86_400,
            rr_ms=910,
            statistic="average",
        ),
    ),
    "rr-interval-1.0-one-beat": (
        {"rr_interval": quantity(884, "ms")} | instant("2026-03-02T07:25:00Z"),
        RrInterval(measured_at=at("2026-03-02T07:25:00+00:00"), rr_ms=884),
    ),
    "sleep-duration-2.0-in-hours": (
        {"sleep_duration": quantity(7.5, "h")}
        | interval("2026-03-01T21:35:00Z", "2026-03-02T06:35:00Z"),
        Sleep(measured_at=at("2026-03-01T21:35:00+00:00"), duration_s=32_400, asleep_s=27_000),
    ),
    "sleep-duration-2.0-that-ends-early": (
        {"sleep_duration": quantity(7.5, "h"), "descriptive_statistic": "average"}
        | interval("2026-03-02T06:35:00Z", "2023-06-02T06:35:00Z"),
        ENDS_EARLY,
    ),
    "step-count-2.0-of-an-hour": (
        {"step_count": 5_400} | interval("2026-03-02T06:25:00Z", "2026-03-02T07:25:00Z"),
        Steps(measured_at=at("2026-03-02T06:25:00+00:00"), duration_s=3_600, step_count=5_400),
    ),
    "step-count-2.0-most-of-a-session": (
        {
            "step_count": 21_000,
            "descriptive_statistic": "maximum",
            "descriptive_statistic_denominator": "session",
        }
        | interval("2026-01-05T07:00:00Z", "2026-05-05T07:00:00Z"),
        StatisticOfMany(
            measured_at=at("2026-01-05T07:00:00+00:00"),
            duration_s=120 * 86_400,
            of="step-count",
            statistic="maximum",
            per="session",
            value=21_000,
            unit="1",
        ),
    ),
    "total-sleep-time-1.0-in-minutes": (
        {"total_sleep_time": quantity(455, "min")}
        | interval("2026-03-01T21:35:00-08:00", "2026-03-02T06:35:00-08:00"),
        Sleep(measured_at=at("2026-03-01T21:35:00-08:00"), duration_s=32_400, asleep_s=27_300),
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_each_schema_are_mapped(name: str) -> None:
    document, expected = DOCUMENTS[name]
    if isinstance(expected, str):
        with pytest.raises(DocumentError, match=f"^{expected}$"):
            map_document(encoded(document))
    else:
        left_out = ("system", "measurement_method") if name.startswith("oxygen") else ()
        assert map_document(encoded(document)) == Mapped((expected,), left_out)


def test_a_folder_of_them_is_sent_where_they_make_sense(tmp_path: Path) -> None:
    for name, (document, _) in DOCUMENTS.items():
        (tmp_path / f"{name}.json").write_bytes(encoded(document))

    done = demo("--data", tmp_path)

    assert done.returncode == 0
    assert "12 documents: 11 mapped, 1 refused." in done.stdout
    assert row(done.stdout, "sleep-duration-2.0-that-ends-early.json")[1:] == [
        "mapping", ENDS_EARLY
    ]  # fmt: skip


def encoded(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode()
