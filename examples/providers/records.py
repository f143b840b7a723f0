"""Reading what providers send: JSON in which anything may be null, and nothing may be trusted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Final, Literal, TypedDict, cast

from platform_events import (
    ActivityType,
    IntegrationPullRequested,
    IntegrationResource,
    Measurement,
    MeasurementKind,
    WearableDataReceived,
    WearableDataRemoved,
    WearableProvider,
    WorkoutLogged,
    WorkoutRemoved,
    WorkoutUpdated,
)

_MOST: Final = 1_000
MOST_SAMPLES: Final = 10_000
"""The most values of a series, but for one of heart rates."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")

Service = Literal[
    "apple-health", "garmin", "google-health", "oura", "polar", "strava", "whoop", "withings"
]


class UnreadableError(ValueError):
    """A payload is not what its provider documents. The message names the field, not its value."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose payload it is, and what the platform knows already.

    Attributes:
        member_id: The member who connected the provider.
        connection_id: The connection.
        received_at: When the payload arrived.
        gym_id: The gym on whose behalf it is connected, if any.
        known_workouts: The provider's ids of workouts that are logged already.
        user_id: The provider's id of the member. Where one payload holds the records of many, as
            Garmin's does, those of others are left out; None takes them all.
        zone: The member's time zone, for clocks that a provider sends without an offset; what
            needs it is left out without it.
    """

    member_id: str
    connection_id: str
    received_at: datetime
    gym_id: str | None = None
    known_workouts: Collection[str] = ()
    user_id: str | None = None
    zone: tzinfo | None = None


class Record:
    """A JSON object. What is null is absent.

    Example:
        >>> Record({"bpm": 61, "note": None}).number("bpm")
        61.0
    """

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise UnreadableError(f"{path or 'the payload'} must be a JSON object")
        self._value = cast("dict[str, object]", value)
        self._path = path

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def names(self) -> list[str]:
        """The names of its fields, also of those that are null."""
        return list(self._value)

    def expect(self, provider: str, names: Iterable[str]) -> None:
        """Refuse a payload that has none of the fields by which one of a provider is known."""
        if self._value.keys().isdisjoint(names):
            raise UnreadableError(f"none of the fields by which a payload of {provider} is known")

    def is_object(self, name: str) -> bool:
        """Whether a field is an object, where it may be a list, too."""
        return isinstance(self._value.get(name), dict)

    def number(self, name: str) -> float | None:
        """A number, also one in a text, as Google writes 64-bit integers."""
        value = self._value.get(name)
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                raise self._unreadable(name, "a number") from None
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return None if value is None else float(value)
        raise self._unreadable(name, "a number")

    def positive(self, name: str) -> float | None:
        """A number above 0; providers write 0 or less where there is none."""
        value = self.number(name)
        return value if value is not None and value > 0 else None

    def seconds_of_ms(self, name: str) -> float | None:
        """Milliseconds as seconds."""
        value = self.number(name)
        return None if value is None else value / 1_000

    def scaled(self, name: str, factor: float) -> float | None:
        """A number in another unit."""
        value = self.number(name)
        return None if value is None else value * factor

    def whole(self, name: str) -> int | None:
        """A number without its fraction."""
        value = self.number(name)
        return None if value is None else round(value)

    def text(self, name: str) -> str | None:
        """A text, also a number that is an id."""
        value = self._value.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return (value or "").strip() or None
        raise self._unreadable(name, "a text")

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise UnreadableError(f"{self._at(name)} is missing")
        return value

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._value.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self._unreadable(name, "true or false")

    def day(self, name: str) -> date | None:
        """A day such as ``2026-11-23``; what follows it is left."""
        text = self.text(name)
        try:
            return None if text is None else date.fromisoformat(text[:10])
        except ValueError:
            raise self._unreadable(name, "a day") from None

    def instant(self, name: str, offset: timedelta | None = None) -> datetime | None:
        """An instant in ISO 8601; where it has no offset, it is local time at the given one."""
        text = self.text(name)
        if text is None:
            return None
        try:
            read = datetime.fromisoformat(_iso(text))
        except ValueError:
            raise self._unreadable(name, "an instant") from None
        try:
            if read.tzinfo is None:
                return read.replace(tzinfo=timezone(offset or timedelta()))
            return read if offset is None else read.astimezone(timezone(offset))
        except (ValueError, OverflowError):
            raise self._unreadable(name, "an instant with an offset of less than a day") from None

    def epoch(self, name: str, offset_s: float | None = None) -> datetime | None:
        """An instant in seconds since 1970, in local time where the offset is known."""
        value = self.number(name)
        if value is None:
            return None
        try:
            return datetime.fromtimestamp(value, timezone(timedelta(seconds=offset_s or 0)))
        except (ValueError, OverflowError, OSError):
            raise self._unreadable(name, "an instant") from None

    def record(self, name: str) -> Record:
        """An object; an empty one if it is absent."""
        return Record(self._value.get(name) or {}, self._at(name))

    def records(self, name: str) -> Iterator[Record]:
        """The objects of an array."""
        for place, item in enumerate(self.items(name)):
            yield Record(item, f"{self._at(name)}.{place}")

    def items(self, name: str) -> Sequence[object]:
        """An array; an empty one if it is absent."""
        value = self._value.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._unreadable(name, "a list")
        return cast("list[object]", value)

    def numbers(self) -> dict[str, float]:
        """All fields, if each is a number or null: the samples by offset that Garmin sends."""
        found = {name: self.number(name) for name in self._value}
        return {name: value for name, value in found.items() if value is not None}

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _unreadable(self, name: str, kind: str) -> UnreadableError:
        return UnreadableError(f"{self._at(name)} must be {kind}")


def record_of(payload: object) -> Record:
    """Read a payload that is an object, or an array, which becomes its field ``list``."""
    if isinstance(payload, list):
        return Record({"list": cast("list[object]", payload)})
    return Record(payload)


def _iso(text: str) -> str:
    """Write an instant as Python 3.11 reads it: no nanoseconds, a colon in the offset."""
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    return re.sub(r" ([+-]\d\d):?(\d\d)$", r"\1:\2", text)


def offset_of(text: str | None) -> timedelta | None:
    """Read an offset such as ``-05:00``, ``Z`` or ``7200s``."""
    if text is None:
        return None
    if text == "Z":
        return timedelta()
    if found := re.fullmatch(r"(-?\d{1,9}(?:\.\d+)?)s", text):
        return timedelta(seconds=float(found[1]))
    found = re.fullmatch(r"([+-])(\d\d):?(\d\d)?", text)
    if found is None:
        raise UnreadableError("an offset must be written as -05:00, Z or 7200s")
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -size if found[1] == "-" else size


def iso_duration_s(text: str | None) -> float | None:
    """Read a duration such as ``PT2H44M45.5S`` in seconds."""
    if text is None:
        return None
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
    if found is None:
        raise UnreadableError("a duration must be written as PT2H44M45S")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3_600 + minutes * 60 + seconds


def lasting_s(start: datetime | None, end: datetime | None) -> float | None:
    """Give the seconds from one instant to another; None if one is missing, or they are turned."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


class Origin(TypedDict, total=False):
    """What every measurement of a record has in common."""

    record_id: str | None
    revised_at: datetime | None
    day: date | None
    measured_at: datetime | None


def received(
    provider: WearableProvider,
    account: Account,
    measurements: Sequence[Measurement],
    device: str | None = None,
) -> list[WearableDataReceived]:
    """Put measurements into as many events as they need."""
    return [
        WearableDataReceived(
            member_id=account.member_id,
            gym_id=account.gym_id,
            provider=provider,
            connection_id=account.connection_id,
            device=device,
            measurements=tuple(measurements[begin : begin + _MOST]),
            received_at=account.received_at,
        )
        for begin in range(0, len(measurements), _MOST)
    ]


def removed(
    provider: WearableProvider,
    account: Account,
    record_ids: Sequence[str],
    kinds: Sequence[MeasurementKind] = (),
) -> WearableDataRemoved:
    """Say that records are no longer there."""
    return WearableDataRemoved(
        member_id=account.member_id,
        gym_id=account.gym_id,
        provider=provider,
        connection_id=account.connection_id,
        record_ids=tuple(record_ids),
        kinds=tuple(kinds),
        removed_at=account.received_at,
    )


def pull(
    service: Service,
    account: Account,
    resource: IntegrationResource,
    *,
    record_ids: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> IntegrationPullRequested:
    """Ask for what a webhook tells of without delivering it."""
    return IntegrationPullRequested(
        gym_id=account.gym_id,
        member_id=account.member_id,
        connection_id=account.connection_id,
        service=service,
        resource=resource,
        record_ids=tuple(record_ids),
        reason="webhook",
        changed_since=since,
        changed_until=until,
    )


def workout_removed(service: Service, account: Account, external_id: str) -> WorkoutRemoved:
    """Say that a workout is no longer there."""
    return WorkoutRemoved(
        member_id=account.member_id,
        gym_id=account.gym_id,
        workout_id=workout_id(service, external_id),
        provider=service,
        external_id=external_id,
        removed_at=account.received_at,
    )


def logged_or_updated(workout: WorkoutLogged, account: Account) -> WorkoutLogged | WorkoutUpdated:
    """Tell a workout that is new from one that is known and came again."""
    if workout.external_id not in account.known_workouts:
        return workout
    fields: Mapping[str, object] = workout.to_data() | {
        "updated_at": account.received_at.astimezone(UTC).isoformat()
    }
    return WorkoutUpdated.from_data(fields)


_WORDS: Final[Mapping[ActivityType, str]] = {
    "running": "run running jogging virtualrun streetrunning trackrunning ultrarun",
    "trail-running": "trailrun trailrunning",
    "treadmill-running": "treadmillrunning treadmill indoorrun indoorrunning virtualrunning",
    "cycling": (
        "ride cycling biking roadbiking outdoorcycling gravelride gravelcycling ebikeride "
        "ebiking bicycling roadcycling commuting"
    ),
    "mountain-biking": "mountainbikeride mountainbiking emountainbikeride mountaincycling",
    "indoor-cycling": (
        "virtualride indoorcycling indoorcycle spinning spin stationarybiking "
        "bikingstationary assaultbike"
    ),
    "rowing": "rowing outdoorrowing",
    "indoor-rowing": "indoorrowing virtualrow rowingmachine",
    "swimming": "swim swimming lapswimming poolswim poolswimming swimmingpool",
    "open-water-swimming": "openwaterswimming openwaterswim swimmingopenwater",
    "walking": (
        "walk walking outdoorwalk indoorwalk indoorwalking treadmillwalking casualwalking "
        "speedwalking"
    ),
    "hiking": "hike hiking snowshoe snowshoeing",
    "elliptical": "elliptical ellipticaltrainer",
    "stair-climbing": (
        "stairstepper stairclimbing stairs stairclimber stairclimbingmachine stairmaster"
    ),
    "skiing": (
        "alpineski skiing resortskiing backcountryski backcountryskiing downhillskiing skitouring"
    ),
    "cross-country-skiing": "nordicski crosscountryskiing rollerski",
    "snowboarding": "snowboard snowboarding backcountrysnowboarding",
    "climbing": "rockclimbing bouldering climbing indoorclimbing",
    "paddling": "canoeing kayaking standuppaddling standuppaddleboarding paddling",
    "skating": "iceskate iceskating inlineskate inlineskating skating skateboard skateboarding",
    "surfing": "surfing kitesurf kitesurfing windsurf windsurfing",
    "golf": "golf",
    "wheelchair": (
        "wheelchair handcycle wheelchairpushwalk wheelchairpushrun wheelchairwalkpace "
        "wheelchairrunpace"
    ),
    "dance": "dance dancing zumba cardiodance socialdance",
    "yoga": "yoga hotyoga",
    "pilates": "pilates",
    "mobility": "stretching flexibility mobility",
    "strength-training": (
        "weighttraining strengthtraining traditionalstrengthtraining weightlifting "
        "powerlifting liftweights coretraining calisthenics"
    ),
    "functional-fitness": (
        "crossfit functionalfitness functionalstrengthtraining functionaltraining "
        "circuittraining bootcamp hiitworkout"
    ),
    "high-intensity-interval-training": "highintensityintervaltraining hiit intervaltraining",
    "martial-arts": (
        "boxing kickboxing martialarts wrestling fencing jiujitsu judo karate taekwondo"
    ),
    "racket-sport": (
        "tennis tabletennis squash badminton padel pickleball racquetball racketsport racketsports"
    ),
    "team-sport": (
        "soccer football americanfootball basketball volleyball beachvolleyball hockey "
        "icehockey fieldhockey rugby handball baseball softball cricket lacrosse waterpolo "
        "netball"
    ),
    "triathlon": "triathlon multisport duathlon",
}
_ACTIVITIES: Final[Mapping[str, ActivityType]] = {
    word: kind for kind, words in _WORDS.items() for word in words.split()
}


def activity_type(sport: str | None) -> ActivityType:
    """Find what kind of training a provider's word for a sport is.

    Args:
        sport: The word, however it is written: ``TrailRun``, ``TRAIL_RUNNING``, ``Trail running``.

    Returns:
        The kind; ``"other"`` if there is none for it.

    Example:
        >>> activity_type("TRAIL_RUNNING")
        'trail-running'
    """
    return _ACTIVITIES.get(re.sub("[^a-z]", "", (sport or "").lower()), "other")


def workout_id(service: Service, external_id: str) -> str:
    """Make the platform's id of a workout: always the same for the same one."""
    if _PLAIN.fullmatch(external_id):
        return f"{service}:{external_id}"
    return f"{service}:{hashlib.sha256(external_id.encode()).hexdigest()[:32]}"


def clock_after(start: datetime, text: str) -> datetime:
    """Find when a clock next shows a time of day such as ``23:41`` or ``00:02:08``.

    Args:
        start: Not before this; its own minute counts.
        text: What the clock shows, at the offset of the start.

    Returns:
        The instant, within a day.
    """
    found = re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d))?", text)
    try:
        hour, minute, second = (int(part or 0) for part in found.groups()) if found else (99, 0, 0)
        at = start.replace(hour=hour, minute=minute, second=second, microsecond=0)
    except ValueError:
        raise UnreadableError("a time of day must be written as 23:41 or 23:41:08") from None
    return at if at >= start.replace(second=0, microsecond=0) else at + timedelta(days=1)


def samples_on_grid(
    start: datetime, samples: Mapping[float, float], most: int = MOST_SAMPLES
) -> tuple[datetime, float, list[float | None]] | None:
    """Lay samples by their seconds from a start on an even grid, with None where there is none.

    Args:
        start: The instant that the seconds count from.
        samples: The values.
        most: As many places as the grid may have. Where the least gap between samples would need
            more, it is coarser, and of two samples in one place the later stays.

    Returns:
        When the grid begins, the seconds between its places, and the values; None without samples.
    """
    if not samples:
        return None
    places = sorted(samples)
    gaps = [late - early for early, late in pairwise(places)]
    span = places[-1] - places[0]
    step = max(min(gaps, default=60.0), span / (most - 1))
    values: list[float | None] = [None] * (round(span / step) + 1)
    for place in places:
        values[round((place - places[0]) / step)] = samples[place]
    return start + timedelta(seconds=places[0]), step, values
