"""From documents of Open mHealth (https://www.openmhealth.org) to measurements of the catalogue.

A document is a data point, an envelope of ``header`` and ``body``, or a body alone. Its schema is
what the header names, or else is told by the measure that is there. The schemas are those of
https://github.com/openmhealth/schemas, in the versions up to the end of 2025, and those of IEEE
1752.1 that have the same names (https://opensource.ieee.org/omh/1752): body-weight,
body-fat-percentage, calories-burned, heart-rate, oxygen-saturation, physical-activity,
respiratory-rate, rr-interval, sleep-duration, sleep-episode, step-count and total-sleep-time.

Nothing is dropped silently. What makes no sense, or has no place in the catalogue at all, is
refused with its reason. A member beside the measure that has no place, such as a blood pressure's
posture, does not make the measurement wrong: that is mapped, and the member is named in
``left_out``, so that whoever runs an import sees what the platform does not keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias, TypedDict

from platform_events import (
    ActiveTime,
    BodyComposition,
    BodyWeight,
    DescriptiveStatistic,
    Distance,
    EnergyBurned,
    HeartRate,
    Measurement,
    OxygenSaturation,
    RecordingMethod,
    RelationToSleep,
    RespiratoryRate,
    RestingHeartRate,
    RrInterval,
    Sleep,
    Statistic,
    StatisticOfMany,
    StatisticSubject,
    StatisticUnit,
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

_METRES: Final = {
    "m": 1.0, "km": 1_000.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "nm": 1e-9, "pm": 1e-12,
    "in": 0.025_4, "ft": 0.304_8, "yd": 0.914_4, "mi": 1_609.344,
}  # fmt: skip

# Of the values within one time; a measurement has these itself.
_STATISTICS: Final[Mapping[str, Statistic]] = {
    "average": "average",
    "maximum": "maximum",
    "median": "median",
    "minimum": "minimum",
}
_OF_MANY: Final[Mapping[str, tuple[DescriptiveStatistic, float | None]]] = {
    **{word: (statistic, None) for word, statistic in _STATISTICS.items()},
    "count": ("count", None),
    "standard deviation": ("standard-deviation", None),
    "sum": ("sum", None),
    "variance": ("variance", None),
    "quartile deviation": ("quartile-deviation", None),
    "lower quartile": ("percentile", 25),
    "upper quartile": ("percentile", 75),
    "20th percentile": ("percentile", 20),
    "80th percentile": ("percentile", 80),
    "1st quintile": ("percentile", 20),
    "2nd quintile": ("percentile", 40),
    "3rd quintile": ("percentile", 60),
    "4th quintile": ("percentile", 80),
}
# A denominator may be any unit of time, too.
_WINDOWS: Final[Mapping[str, StatisticWindow]] = {
    "s": "second",
    "sec": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "Mo": "month",
    "a": "year",
    "yr": "year",
    "episode": "episode",
    "meal": "meal",
    "session": "session",
}
_UNITS: Final[Mapping[str, StatisticUnit]] = {
    "/min": "/min", "ms": "ms", "s": "s", "%": "%", "kg": "kg", "kcal": "kcal", "1": "1",
}  # fmt: skip
_SQUARES: Final[Mapping[str, StatisticUnit]] = {
    "/min": "/min2", "ms": "ms2", "s": "s2", "%": "%2", "kg": "kg2", "kcal": "kcal2", "1": "1",
}  # fmt: skip
_TWO_DAYS: Final = 172_800
_RELATIONS: Final[Mapping[str, RelationToSleep]] = {
    "before sleeping": "before-sleep",
    "during sleep": "during-sleep",
    "on waking": "on-waking",
}


_MODALITIES: Final[Mapping[str, RecordingMethod]] = {
    "sensed": "automatic",
    "self-reported": "manual",
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a document came to.

    Attributes:
        measurements: The measurements of the catalogue: one, or several of a physical activity.
        left_out: The paths of members that have no place in them.
    """

    measurements: tuple[Measurement, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the header of a data point says of every measurement in it."""

    record_id: str | None = None
    source_app: str | None = None
    recording_method: RecordingMethod | None = None


def map_document(document: bytes) -> Mapped:
    """Map a document to measurements.

    Args:
        document: The document as it was received.

    Returns:
        The measurements, and what of the document has no place in them.

    Raises:
        DocumentError: The document makes no sense, or the catalogue has no measurement for it.
        InvalidEventError: A value is out of the range that the catalogue allows.

    Example:
        >>> [weight] = map_document(b'''{
        ...     "body_weight": {"value": 70, "unit": "kg"},
        ...     "effective_time_frame": {"date_time": "2026-11-23T07:00:00Z"}
        ... }''').measurements
        >>> weight.kind
        'body-weight'
    """
    members = parse_document(document)
    is_data_point = "header" in members or "body" in members
    provenance = Provenance()
    if is_data_point:
        schema, body, provenance = _open_envelope(members)
    else:
        schema, body = _tell_schema(members), members
    made = _SCHEMAS[schema](_Reader(body, provenance))
    return Mapped(made, tuple(members.left_over()))


def _open_envelope(members: Members) -> tuple[str, Members, Provenance]:
    header, body = members.section("header"), members.section("body")
    if header is None or body is None:
        raise DocumentError("a data point must have both header and body")
    schema_id = header.section("schema_id")
    if schema_id is None:
        header.refuse("schema_id", "is missing")
    if not (schema_id.take_if("namespace", "omh") or schema_id.take_if("namespace", "ieee")):
        schema_id.refuse("namespace", "must be omh or ieee")
    schema_id.take("version")  # what is read of a body is told apart by itself
    name = schema_id.choice("name", {schema: schema for schema in _SCHEMAS})
    if name is None:
        schema_id.refuse("name", "is missing")
    return name, body, _provenance(header)


def _provenance(header: Members) -> Provenance:
    """Read where a data point comes from: Open mHealth's header, or IEEE 1752.1's."""
    record_id = header.text("uuid" if "uuid" in header else "id")
    source = header.section("acquisition_provenance") or header
    return Provenance(
        record_id=record_id,
        source_app=source.text("source_name"),
        recording_method=source.choice("modality", _MODALITIES) if "modality" in source else None,
    )


def _tell_schema(body: Members) -> str:
    if "activity_name" in body and "distance" in body:
        return "physical-activity"
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
    measured_at: datetime | None
    day: date | None
    duration_s: float | None
    record_id: str | None
    source_app: str | None
    recording_method: RecordingMethod | None


class _Reading(_Circumstances):
    statistic: Statistic | None
    relation_to_sleep: RelationToSleep | None


@dataclass(frozen=True, slots=True)
class _ManyValues:
    """A statistic that no measurement has itself."""

    statistic: DescriptiveStatistic
    percentile: float | None
    per: StatisticWindow | None


class _Reader:
    """Reads the body of a document: when, what of many, and the measure itself."""

    def __init__(self, body: Members, provenance: Provenance) -> None:
        measured_at, day, duration_s = _time_frame(body)
        self.body = body
        self._circumstances: _Circumstances = {
            "measured_at": measured_at,
            "day": day,
            "duration_s": duration_s,
            "record_id": provenance.record_id,
            "source_app": provenance.source_app,
            "recording_method": provenance.recording_method,
        }

    def reading(self) -> _Reading:
        """Read when a value was measured, and what it says of those of its time."""
        return {
            **self._circumstances,
            "statistic": self.body.choice("descriptive_statistic", _STATISTICS),
            "relation_to_sleep": self.body.choice("temporal_relationship_to_sleep", _RELATIONS),
        }

    def span(self) -> _Circumstances:
        """Read the same of something that cannot happen in an instant."""
        read = self._circumstances
        if read["measured_at"] is not None and read["duration_s"] is None:
            self.body.refuse(
                "effective_time_frame", "must have a time_interval: it is of what lasts"
            )
        return read

    def many(self, *, is_span: bool) -> _ManyValues | None:
        """Read a statistic, unless it is one that a measurement has itself."""
        body = self.body
        per = body.choice("descriptive_statistic_denominator", _WINDOWS)
        if per and "descriptive_statistic" not in body:
            body.refuse("descriptive_statistic_denominator", "makes no sense without a statistic")
        is_short = (self._circumstances["duration_s"] or 0) <= _TWO_DAYS
        is_own = not is_span and per is None and is_short
        if is_own and body.is_among("descriptive_statistic", _STATISTICS):
            return None
        found = body.choice("descriptive_statistic", _OF_MANY)
        return _ManyValues(*found, per) if found else None

    def value(self, name: str, units: Mapping[str, float], *, power: int = 1) -> float:
        """Read the measure, which must be there."""
        value = self.body.quantity(name, units, power=power)
        if value is None:
            self.body.refuse(name, "is missing")
        return value

    def statistic(
        self,
        many: _ManyValues,
        of: StatisticSubject,
        name: str,
        units: Mapping[str, float],
        unit: str,
    ) -> StatisticOfMany:
        """Read the measure as a statistic of many."""
        is_variance = many.statistic == "variance"
        if many.statistic == "count":
            value, unit = self.count(name), "1"
        elif name == "step_count" and self.body.has_number(name):
            value = self.body.number(name)
        else:
            # The variance of values in a unit is in its square, whatever its label says.
            value = self.value(name, units, power=2 if is_variance else 1)
        self.body.take("temporal_relationship_to_sleep")
        return StatisticOfMany(
            of=of,
            statistic=many.statistic,
            percentile=many.percentile,
            per=many.per,
            value=value,
            unit=_SQUARES[unit] if is_variance else _UNITS[unit],
            **self._circumstances,
        )

    def count(self, name: str) -> float:
        """Read how many there were, whatever their unit is called."""
        if self.body.has_number(name):
            return self.body.number(name)
        section = self.body.section(name)
        if section is None:
            self.body.refuse(name, "is missing")
        section.take("unit")
        return section.number("value")


def _time_frame(body: Members) -> tuple[datetime | None, date | None, float | None]:
    frame = body.section("effective_time_frame")
    if frame is None:
        body.refuse("effective_time_frame", "is missing, so nobody knows when it was measured")
    instant, interval = frame.instant("date_time"), frame.section("time_interval")
    if instant is not None and interval is None:
        return instant, None, None
    if instant is not None or interval is None:
        frame.refuse("", "must have one of date_time and time_interval")
    if "part_of_day" in interval or "date" in interval:
        return None, _day(interval), None
    start, duration_s = _time_interval(interval)
    return start, None, duration_s


def _day(interval: Members) -> date:
    """Read the day; the part of it has no place, and is told of as left out."""
    text = interval.text("date")
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        interval.refuse("date", "must be a day such as 2026-11-23")


def _time_interval(interval: Members) -> tuple[datetime, float]:
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


_Made: TypeAlias = tuple[Measurement, ...]


def _heart_rate(reader: _Reader) -> _Made:
    is_at_rest = reader.body.take_if("temporal_relationship_to_physical_activity", "at rest")
    units = {"beats/min": 1.0}
    if many := reader.many(is_span=False):
        of: StatisticSubject = "resting-heart-rate" if is_at_rest else "heart-rate"
        return (reader.statistic(many, of, "heart_rate", units, "/min"),)
    reading, bpm = reader.reading(), reader.value("heart_rate", units)
    kind = RestingHeartRate if is_at_rest else HeartRate
    return (kind(heart_rate_bpm=bpm, **reading),)


def _rr_interval(reader: _Reader) -> _Made:
    if many := reader.many(is_span=False):
        return (reader.statistic(many, "rr-interval", "rr_interval", _MILLISECONDS, "ms"),)
    reading = reader.reading()
    return (RrInterval(rr_ms=reader.value("rr_interval", _MILLISECONDS), **reading),)


def _oxygen_saturation(reader: _Reader) -> _Made:
    units = {"%": 1.0}
    if many := reader.many(is_span=False):
        return (reader.statistic(many, "oxygen-saturation", "oxygen_saturation", units, "%"),)
    reading, percent = reader.reading(), reader.value("oxygen_saturation", units)
    return (OxygenSaturation(oxygen_saturation_percent=percent, **reading),)


def _respiratory_rate(reader: _Reader) -> _Made:
    units = {"breaths/min": 1.0}
    if many := reader.many(is_span=False):
        return (reader.statistic(many, "respiratory-rate", "respiratory_rate", units, "/min"),)
    reading, rate = reader.reading(), reader.value("respiratory_rate", units)
    return (RespiratoryRate(breaths_per_minute=rate, **reading),)


def _body_weight(reader: _Reader) -> _Made:
    if many := reader.many(is_span=False):
        return (reader.statistic(many, "body-weight", "body_weight", _KILOGRAMS, "kg"),)
    reading, weight_kg = reader.reading(), reader.value("body_weight", _KILOGRAMS)
    return (BodyWeight(weight_kg=weight_kg, **reading),)


def _body_fat(reader: _Reader) -> _Made:
    units = {"%": 1.0}
    if many := reader.many(is_span=False):
        return (reader.statistic(many, "body-fat", "body_fat_percentage", units, "%"),)
    reading, percent = reader.reading(), reader.value("body_fat_percentage", units)
    return (BodyComposition(body_fat_percent=percent, **reading),)


def _calories_burned(reader: _Reader) -> _Made:
    if many := reader.many(is_span=True):
        return (reader.statistic(many, "energy-burned", "kcal_burned", _KILOCALORIES, "kcal"),)
    span, kcal = reader.span(), reader.value("kcal_burned", _KILOCALORIES)
    # With an activity it is what that burned; without one nobody says.
    includes_basal = False if "activity_name" in reader.body else None
    return (EnergyBurned(energy_kcal=kcal, includes_basal=includes_basal, **span),)


def _step_count(reader: _Reader) -> _Made:
    units = {"steps": 1.0}
    if many := reader.many(is_span=True):
        return (reader.statistic(many, "step-count", "step_count", units, "1"),)
    # A bare number until version 2 of the schema, a value with a unit from version 3.
    body = reader.body
    is_bare = body.has_number("step_count")
    count = body.number("step_count") if is_bare else reader.value("step_count", units)
    if not count.is_integer():
        body.refuse("step_count", "must be a whole number, unless it is a statistic")
    return (Steps(step_count=int(count), **reader.span()),)


def _sleep_duration(reader: _Reader) -> _Made:
    return _time_asleep(reader, "sleep_duration")


def _total_sleep_time(reader: _Reader) -> _Made:
    return _time_asleep(reader, "total_sleep_time")


def _time_asleep(reader: _Reader, measure: str) -> _Made:
    if many := reader.many(is_span=True):
        return (reader.statistic(many, "sleep-duration", measure, _SECONDS, "s"),)
    span, asleep_s = reader.span(), reader.value(measure, _SECONDS)
    _check_asleep(reader.body, measure, asleep_s, span)
    return (Sleep(asleep_s=asleep_s, **span),)


def _sleep_episode(reader: _Reader) -> _Made:
    """Map an episode, which lasts from falling asleep to waking up.

    ``sleep_maintenance_efficiency_percentage`` is left out: it is of the episode, and
    ``efficiency_percent`` is of the time in bed.
    """
    body = reader.body
    if "descriptive_statistic" in body:
        body.refuse("descriptive_statistic", "has no meaning for one episode")
    span = reader.span()
    latency_s = body.quantity("latency_to_sleep_onset", _SECONDS)
    arising_s = body.quantity("latency_to_arising", _SECONDS)
    is_main_sleep = body.take("is_main_sleep")
    if not isinstance(is_main_sleep, bool | None):
        body.refuse("is_main_sleep", "must be true or false")
    asleep_s = body.quantity("total_sleep_time", _SECONDS)
    _check_asleep(body, "total_sleep_time", asleep_s or 0, span)
    return (
        Sleep(
            sleep_period_s=span["duration_s"],
            time_in_bed_s=_total(span["duration_s"], latency_s, arising_s),
            asleep_s=asleep_s,
            awake_s=body.quantity("wake_after_sleep_onset", _SECONDS),
            latency_s=latency_s,
            awakening_count=body.whole_number("number_of_awakenings"),
            is_nap=None if is_main_sleep is None else not is_main_sleep,
            **span,
        ),
    )


def _total(*parts: float | None) -> float | None:
    """Add up what is all there, or give nothing."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _check_asleep(body: Members, measure: str, asleep_s: float, span: _Circumstances) -> None:
    if asleep_s > (asleep_s if span["duration_s"] is None else span["duration_s"]):
        body.refuse(measure, "is longer than the time in which it was")


def _physical_activity(reader: _Reader) -> _Made:
    """Map what an activity covered and burned; its name and its MET have no place.

    IEEE 1752.1 has the number of steps as ``base_movement_quantity``.
    """
    body, span = reader.body, reader.span()
    distance_m = body.quantity("distance", _METRES)
    kcal = body.quantity("kcal_burned", _KILOCALORIES)
    steps = body.quantity("base_movement_quantity", {"steps": 1.0})
    intensity = body.choice("reported_activity_intensity", {name: name for name in _INTENSITIES})
    found = [
        None if distance_m is None else Distance(distance_m=distance_m, **span),
        None if kcal is None else EnergyBurned(energy_kcal=kcal, includes_basal=False, **span),
        None if steps is None else Steps(step_count=int(steps), **span),
        _active_time(intensity, span) if intensity else None,
    ]
    made = tuple(one for one in found if one is not None)
    if not made:
        body.refuse("", "says of an activity nothing that is measured")
    return made


def _active_time(intensity: str, span: _Circumstances) -> ActiveTime:
    lasted_s = span["duration_s"]
    match intensity:
        case "light":
            return ActiveTime(light_s=lasted_s, active_s=lasted_s, **span)
        case "moderate":
            return ActiveTime(moderate_s=lasted_s, active_s=lasted_s, **span)
        case _:
            return ActiveTime(vigorous_s=lasted_s, active_s=lasted_s, **span)


_INTENSITIES: Final = ("light", "moderate", "vigorous")
_SCHEMAS: Final[Mapping[str, Callable[[_Reader], _Made]]] = {
    "body-fat-percentage": _body_fat,
    "body-weight": _body_weight,
    "calories-burned": _calories_burned,
    "heart-rate": _heart_rate,
    "oxygen-saturation": _oxygen_saturation,
    "physical-activity": _physical_activity,
    "respiratory-rate": _respiratory_rate,
    "rr-interval": _rr_interval,
    "sleep-duration": _sleep_duration,
    "sleep-episode": _sleep_episode,
    "step-count": _step_count,
    "total-sleep-time": _total_sleep_time,
}
_MEASURES: Final = {
    "body_fat_percentage": "body-fat-percentage",
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
