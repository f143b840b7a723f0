"""From documents of Open mHealth (https://www.openmhealth.org) to measurements of the catalogue.

A document is a data point, an envelope of ``header`` and ``body``, or a body alone. Its schema is
what the header names, or else is told by the measure that is there. The schemas are those of
https://github.com/openmhealth/schemas in all their versions.

Nothing is dropped silently. What makes no sense, or has no place in the catalogue at all, is
refused with its reason. A member beside the measure that has no place, such as how it was taken,
does not make the measurement wrong: that is mapped, and the member is named in ``left_out``, so
that whoever runs an import sees what the platform does not keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypedDict

from platform_events import (
    BodyWeight,
    EnergyBurned,
    HeartRate,
    Measurement,
    OxygenSaturation,
    RelationToSleep,
    RespiratoryRate,
    RestingHeartRate,
    RrInterval,
    Sleep,
    Statistic,
    StatisticWindow,
    Steps,
)

from .json_members import DocumentError, Members, parse_document

# Months and years are of no one length, so they are not among the durations.
_SECONDS: Final = {
    "ps": 1e-12,
    "ns": 1e-9,
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "min": 60.0,
    "h": 3_600.0,
    "d": 86_400.0,
    "wk": 604_800.0,
}
_MILLISECONDS: Final = {"ms": 1.0, "sec": 1_000.0}
_KILOGRAMS: Final = {"kg": 1.0, "g": 1e-3, "lb": 0.453_592_37, "oz": 0.028_349_523_125}
# The schema has kcal alone; kJ is what many devices show, and has but one meaning.
_KILOCALORIES: Final = {"kcal": 1.0, "kJ": 1 / 4.184}

_STATISTICS: Final[Mapping[str, Statistic]] = {
    "average": "average",
    "maximum": "maximum",
    "median": "median",
    "minimum": "minimum",
    "standard deviation": "standard-deviation",
    "sum": "sum",
    "variance": "variance",
}
_WINDOWS: Final[Mapping[str, StatisticWindow]] = {
    "d": "day",
    "episode": "episode",
    "meal": "meal",
    "session": "session",
}
_RELATIONS: Final[Mapping[str, RelationToSleep]] = {
    "before sleeping": "before-sleep",
    "during sleep": "during-sleep",
    "on waking": "on-waking",
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a document came to.

    Attributes:
        measurement: The measurement of the catalogue.
        left_out: The paths of members that have no place in it.
    """

    measurement: Measurement
    left_out: tuple[str, ...]


def map_document(document: bytes) -> Mapped:
    """Map a document to a measurement.

    Args:
        document: The document as it was received.

    Returns:
        The measurement, and what of the document has no place in it.

    Raises:
        DocumentError: The document makes no sense, or the catalogue has no measurement for it.
        InvalidEventError: A value is out of the range that the catalogue allows.

    Example:
        >>> map_document(b'''{
        ...     "body_weight": {"value": 70, "unit": "kg"},
        ...     "effective_time_frame": {"date_time": "2026-11-23T07:00:00Z"}
        ... }''').measurement.kind
        'body-weight'
    """
    members = parse_document(document)
    is_data_point = "header" in members or "body" in members
    schema, body = _open_envelope(members) if is_data_point else (_tell_schema(members), members)
    measurement = _SCHEMAS[schema](body)
    return Mapped(measurement, tuple(members.left_over()))


def _open_envelope(members: Members) -> tuple[str, Members]:
    header, body = members.section("header"), members.section("body")
    if header is None or body is None:
        raise DocumentError("a data point must have both header and body")
    schema_id = header.section("schema_id")
    if schema_id is None:
        header.refuse("schema_id", "is missing")
    if not schema_id.take_if("namespace", "omh"):
        schema_id.refuse("namespace", "must be omh")
    schema_id.take("version")  # what is read of a body is told apart by itself
    name = schema_id.choice("name", {schema: schema for schema in _SCHEMAS})
    if name is None:
        schema_id.refuse("name", "is missing")
    return name, body


def _tell_schema(body: Members) -> str:
    # An episode may hold the measure of total-sleep-time, too.
    if any(name in body for name in _OF_SLEEP_EPISODE):
        return "sleep-episode"
    found = [name for name in _MEASURES if name in body]
    if not found:
        raise DocumentError(f"it has none of the measures that are known: {', '.join(_MEASURES)}")
    if len(found) > 1:
        raise DocumentError(f"it has more than one measure: {', '.join(found)}")
    return _MEASURES[found[0]]


class _Circumstances(TypedDict):
    measured_at: datetime
    statistic: Statistic | None
    statistic_window: StatisticWindow | None
    relation_to_sleep: RelationToSleep | None


class _Reading(_Circumstances):
    duration_s: float | None


class _Span(_Circumstances):
    duration_s: float


def _reading(body: Members) -> _Reading:
    """Read when a value was measured, and what it says of many."""
    measured_at, duration_s = _time_frame(body)
    return {"duration_s": duration_s, **_circumstances(body, measured_at)}


def _span(body: Members) -> _Span:
    """Read the same of something that cannot happen in an instant."""
    measured_at, duration_s = _time_frame(body)
    if duration_s is None:
        body.refuse("effective_time_frame", "must have a time_interval: it is of what lasts")
    return {"duration_s": duration_s, **_circumstances(body, measured_at)}


def _circumstances(body: Members, measured_at: datetime) -> _Circumstances:
    statistic = body.choice("descriptive_statistic", _STATISTICS)
    window = body.choice("descriptive_statistic_denominator", _WINDOWS)
    if window and not statistic:
        body.refuse("descriptive_statistic_denominator", "makes no sense without a statistic")
    return {
        "measured_at": measured_at,
        "statistic": statistic,
        "statistic_window": window,
        "relation_to_sleep": body.choice("temporal_relationship_to_sleep", _RELATIONS),
    }


def _time_frame(body: Members) -> tuple[datetime, float | None]:
    frame = body.section("effective_time_frame")
    if frame is None:
        body.refuse("effective_time_frame", "is missing, so nobody knows when it was measured")
    instant, interval = frame.instant("date_time"), frame.section("time_interval")
    if instant is not None and interval is None:
        return instant, None
    if instant is not None or interval is None:
        frame.refuse("", "must have one of date_time and time_interval")
    return _time_interval(interval)


def _time_interval(interval: Members) -> tuple[datetime, float]:
    if "part_of_day" in interval:
        interval.refuse("part_of_day", "is no exact time, which the catalogue needs")
    start, end = interval.instant("start_date_time"), interval.instant("end_date_time")
    duration_s = interval.quantity("duration", _SECONDS)
    if start and end and duration_s is None:
        duration_s = (end - start).total_seconds()
    elif end and duration_s is not None and not start:
        start = _earlier(end, duration_s)
    elif end or not start or duration_s is None:
        interval.refuse("", "must have two of start_date_time, end_date_time and duration")
    if duration_s < 0:
        interval.refuse("", "ends before it begins")
    return start, duration_s


def _earlier(instant: datetime, seconds: float) -> datetime:
    try:
        return instant - timedelta(seconds=seconds)
    except OverflowError:
        raise DocumentError("a duration is longer than the calendar goes back") from None


def _measure(
    body: Members, name: str, units: Mapping[str, float], statistic: Statistic | None
) -> float:
    # The variance of values in a unit is in the square of that unit, whatever its label says.
    value = body.quantity(name, units, power=2 if statistic == "variance" else 1)
    if value is None:
        body.refuse(name, "is missing")
    return value


def _heart_rate(body: Members) -> Measurement:
    reading = _reading(body)
    bpm = _measure(body, "heart_rate", {"beats/min": 1.0}, reading["statistic"])
    if body.take_if("temporal_relationship_to_physical_activity", "at rest"):
        return RestingHeartRate(heart_rate_bpm=bpm, **reading)
    return HeartRate(heart_rate_bpm=bpm, **reading)


def _rr_interval(body: Members) -> Measurement:
    reading = _reading(body)
    rr_ms = _measure(body, "rr_interval", _MILLISECONDS, reading["statistic"])
    return RrInterval(rr_ms=rr_ms, **reading)


def _oxygen_saturation(body: Members) -> Measurement:
    reading = _reading(body)
    percent = _measure(body, "oxygen_saturation", {"%": 1.0}, reading["statistic"])
    return OxygenSaturation(oxygen_saturation_percent=percent, **reading)


def _respiratory_rate(body: Members) -> Measurement:
    reading = _reading(body)
    rate = _measure(body, "respiratory_rate", {"breaths/min": 1.0}, reading["statistic"])
    return RespiratoryRate(breaths_per_minute=rate, **reading)


def _body_weight(body: Members) -> Measurement:
    reading = _reading(body)
    weight_kg = _measure(body, "body_weight", _KILOGRAMS, reading["statistic"])
    return BodyWeight(weight_kg=weight_kg, **reading)


def _calories_burned(body: Members) -> Measurement:
    span = _span(body)
    kcal = _measure(body, "kcal_burned", _KILOCALORIES, span["statistic"])
    # With an activity it is what that burned; without one it is what the body burned.
    return EnergyBurned(energy_kcal=kcal, includes_basal="activity_name" not in body, **span)


def _step_count(body: Members) -> Measurement:
    span = _span(body)
    # A bare number until version 2 of the schema, a value with a unit from version 3.
    count = (
        body.number("step_count")
        if body.has_number("step_count")
        else _measure(body, "step_count", {"steps": 1.0}, span["statistic"])
    )
    if not span["statistic"] and not count.is_integer():
        body.refuse("step_count", "must be a whole number, unless it is a statistic")
    return Steps(step_count=count, **span)


def _sleep_duration(body: Members) -> Measurement:
    return _time_asleep(body, "sleep_duration")


def _total_sleep_time(body: Members) -> Measurement:
    return _time_asleep(body, "total_sleep_time")


def _time_asleep(body: Members, measure: str) -> Measurement:
    span = _span(body)
    asleep_s = _measure(body, measure, _SECONDS, span["statistic"])
    if not span["statistic"]:
        _check_asleep(body, measure, asleep_s, span)
    return Sleep(asleep_s=asleep_s, **span)


def _sleep_episode(body: Members) -> Measurement:
    """Map an episode, which lasts from falling asleep to waking up; a Sleep is the time in bed.

    For the same reason ``sleep_maintenance_efficiency_percentage`` is left out: it is of the
    episode, and ``efficiency_percent`` is of the time in bed.
    """
    if "descriptive_statistic" in body:
        body.refuse("descriptive_statistic", "has no meaning for one episode")
    span = _span(body)
    latency_s = body.quantity("latency_to_sleep_onset", _SECONDS)
    arising_s = body.quantity("latency_to_arising", _SECONDS)
    awake_s = body.quantity("wake_after_sleep_onset", _SECONDS)
    asleep_s = body.quantity("total_sleep_time", _SECONDS)
    is_main_sleep = body.take("is_main_sleep")
    if not isinstance(is_main_sleep, bool | None):
        body.refuse("is_main_sleep", "must be true or false")
    _check_asleep(body, "total_sleep_time", asleep_s or 0, span)
    around_s = (latency_s or 0) + (arising_s or 0)
    in_bed: _Span = {
        **span,
        "measured_at": _earlier(span["measured_at"], latency_s or 0),
        "duration_s": span["duration_s"] + around_s,
    }
    return Sleep(
        asleep_s=asleep_s,
        awake_s=None if awake_s is None else awake_s + around_s,
        latency_s=latency_s,
        is_nap=None if is_main_sleep is None else not is_main_sleep,
        **in_bed,
    )


def _check_asleep(body: Members, measure: str, asleep_s: float, span: _Span) -> None:
    if asleep_s > span["duration_s"]:
        body.refuse(measure, "is longer than the time in which it was")


_SCHEMAS: Final[Mapping[str, Callable[[Members], Measurement]]] = {
    "body-weight": _body_weight,
    "calories-burned": _calories_burned,
    "heart-rate": _heart_rate,
    "oxygen-saturation": _oxygen_saturation,
    "respiratory-rate": _respiratory_rate,
    "rr-interval": _rr_interval,
    "sleep-duration": _sleep_duration,
    "sleep-episode": _sleep_episode,
    "step-count": _step_count,
    "total-sleep-time": _total_sleep_time,
}
_MEASURES: Final = {
    "body_weight": "body-weight",
    "heart_rate": "heart-rate",
    "kcal_burned": "calories-burned",
    "oxygen_saturation": "oxygen-saturation",
    "respiratory_rate": "respiratory-rate",
    "rr_interval": "rr-interval",
    "sleep_duration": "sleep-duration",
    "step_count": "step-count",
    "total_sleep_time": "total-sleep-time",
}
_OF_SLEEP_EPISODE: Final = (
    "is_main_sleep",
    "latency_to_arising",
    "latency_to_sleep_onset",
    "number_of_awakenings",
    "sleep_maintenance_efficiency_percentage",
    "wake_after_sleep_onset",
)
