"""Invariants: what holds between the fields of a payload, and no type of one field can say.

A payload lists them in ``INVARIANTS``; those of its bases hold, too. An invariant is data: Python
checks it, the JSON Schema states it as ``x-invariants``, and the TypeScript module checks it by
that. A field that is None or empty is absent; what is said of an absent field holds.

Example:
    >>> from typing import ClassVar
    >>> from platform_events import InvalidEventError, Payload
    >>> class Split(Payload):
    ...     INVARIANTS: ClassVar[Invariants] = (AtMost("lap_s", "total_s"),)
    ...     lap_s: float
    ...     total_s: float
    >>> try:
    ...     Split(lap_s=80.0, total_s=60.0)
    ... except InvalidEventError as error:
    ...     print(error)
    invalid Split: `lap_s` must not be above `total_s`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar, Protocol, TypeAlias, cast

Scalar: TypeAlias = str | bool | float
"""What the value of a field is compared with."""


class Invariant(Protocol):
    """One invariant. Its attributes are what ``x-invariants`` holds of it."""

    name: ClassVar[str]

    @property
    def message(self) -> str:
        """It as a sentence, without a value of the payload."""
        ...

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it is about."""
        ...

    def holds(self, payload: object) -> bool:
        """Tell whether it holds for a payload."""
        ...


Invariants: TypeAlias = tuple[Invariant, ...]
"""What ``INVARIANTS`` of a payload holds."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """Parts together are not above a whole: ``AtMost(("light_s", "deep_s"), "asleep_s")``.

    Attributes:
        parts: A field, or several whose sum is meant; absent ones count as 0.
        whole: The field that is not below them.
        times: How many times the whole the parts may be, such as a speed in metres a second.
        slack: By how much they may be above it, since providers round; in the unit of the parts.
    """

    name: ClassVar[str] = "at-most"
    parts: str | tuple[str, ...]
    whole: str
    times: float = 1
    slack: float = 0

    @property
    def message(self) -> str:
        parts = " + ".join(f"`{part}`" for part in _names(self.parts))
        whole = f"`{self.whole}`" if self.times == 1 else f"{self.times:g} times `{self.whole}`"
        slack = f" by more than {self.slack:g}" if self.slack else ""
        return f"{parts} must not be above {whole}{slack}"

    @property
    def fields(self) -> tuple[str, ...]:
        return (*_names(self.parts), self.whole)

    def holds(self, payload: object) -> bool:
        # Of numbers alone, so that nothing can be empty.
        whole = getattr(payload, self.whole)
        if whole is None:
            return True
        total = 0.0
        for part in _names(self.parts):  # not sum(), which rounds otherwise than JavaScript does
            total += getattr(payload, part) or 0.0
        return bool(total <= self.times * whole + self.slack)


@dataclass(frozen=True, slots=True)
class NotBefore:
    """An instant is not before another one."""

    name: ClassVar[str] = "not-before"
    later: str
    earlier: str

    @property
    def message(self) -> str:
        return f"`{self.later}` must not be before `{self.earlier}`"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.later, self.earlier)

    def holds(self, payload: object) -> bool:
        later, earlier = _get(payload, self.later), _get(payload, self.earlier)
        if later is None or earlier is None:
            return True
        return bool(later >= earlier)


@dataclass(frozen=True, slots=True)
class Differ:
    """Two fields are not equal."""

    name: ClassVar[str] = "differ"
    one: str
    other: str

    @property
    def message(self) -> str:
        return f"`{self.one}` must differ from `{self.other}`"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.one, self.other)

    def holds(self, payload: object) -> bool:
        one = _get(payload, self.one)
        return one is None or one != _get(payload, self.other)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several fields is there."""

    name: ClassVar[str] = "any-of"
    of: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{'one of ' * (len(self.of) > 1)}{_listed(self.of)} must be given"

    @property
    def fields(self) -> tuple[str, ...]:
        return self.of

    def holds(self, payload: object) -> bool:
        return any(_get(payload, name) is not None for name in self.of)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of several fields is there."""

    name: ClassVar[str] = "one-of"
    of: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"exactly one of {_listed(self.of)} must be given"

    @property
    def fields(self) -> tuple[str, ...]:
        return self.of

    def holds(self, payload: object) -> bool:
        return sum(_get(payload, name) is not None for name in self.of) == 1


@dataclass(frozen=True, slots=True)
class Needs:
    """A field makes sense only together with another."""

    name: ClassVar[str] = "needs"
    field: str
    other: str

    @property
    def message(self) -> str:
        return f"`{self.field}` needs `{self.other}`"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field, self.other)

    def holds(self, payload: object) -> bool:
        return _get(payload, self.field) is None or _get(payload, self.other) is not None


@dataclass(frozen=True, slots=True)
class _OfField:
    field: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)


@dataclass(frozen=True, slots=True)
class Absent(_OfField):
    """A field is not there; of use within :class:`When`."""

    name: ClassVar[str] = "absent"

    @property
    def message(self) -> str:
        return f"`{self.field}` must be absent"

    def holds(self, payload: object) -> bool:
        return _get(payload, self.field) is None


@dataclass(frozen=True, slots=True)
class Between(_OfField):
    """A number is within a range; of use within :class:`When`."""

    name: ClassVar[str] = "between"
    low: float
    high: float

    @property
    def message(self) -> str:
        return f"`{self.field}` must be from {self.low:g} to {self.high:g}"

    def holds(self, payload: object) -> bool:
        value = _get(payload, self.field)
        return value is None or self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class NotFraction(_OfField):
    """A score out of 100 is not a fraction of 1: it is 0, or 1 and more."""

    name: ClassVar[str] = "not-fraction"

    @property
    def message(self) -> str:
        return f"`{self.field}` is out of 100: a fraction such as 0.84 is multiplied by 100"

    def holds(self, payload: object) -> bool:
        value = _get(payload, self.field)
        return value is None or not 0 < value < 1


@dataclass(frozen=True, slots=True)
class Among(_OfField):
    """A choice is one of a few; of use within :class:`When`."""

    name: ClassVar[str] = "among"
    values: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.field}` must be one of {', '.join(self.values)}"

    def holds(self, payload: object) -> bool:
        value = _get(payload, self.field)
        return value is None or value in self.values


@dataclass(frozen=True, slots=True)
class Unique(_OfField):
    """The items of a sequence differ from each other."""

    name: ClassVar[str] = "unique"

    @property
    def message(self) -> str:
        return f"`{self.field}` must not name anything twice"

    def holds(self, payload: object) -> bool:
        items = _get(payload, self.field)
        return items is None or len(set(items)) == len(items)


@dataclass(frozen=True, slots=True)
class Inside:
    """Items that begin and last are within what they are part of.

    Attributes:
        items: The sequence; each item has ``started_at`` and ``duration_s``.
        start: When the whole begins.
        duration: How long it lasts, in seconds.
        slack: By how many seconds an item may lie outside, since providers round.
    """

    name: ClassVar[str] = "inside"
    items: str
    start: str
    duration: str
    slack: float = 0

    @property
    def message(self) -> str:
        return f"`{self.items}` must lie within `{self.start}` and `{self.duration}`"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.items, self.start, self.duration)

    def holds(self, payload: object) -> bool:
        start, duration = _get(payload, self.start), _get(payload, self.duration)
        if start is None or duration is None:
            return True
        slack = timedelta(seconds=self.slack)
        end = timedelta(seconds=duration) + slack
        return all(
            -slack <= item.started_at - start
            and item.started_at - start + timedelta(seconds=item.duration_s) <= end
            for item in _get(payload, self.items) or ()
        )


@dataclass(frozen=True, slots=True)
class LastsAtMost:
    """A series, with one value for each interval, does not last too long.

    Attributes:
        values: The sequence.
        interval: The seconds from one value to the next.
        limit: The most seconds that all may last.
    """

    name: ClassVar[str] = "lasts-at-most"
    values: str
    interval: str
    limit: float

    @property
    def message(self) -> str:
        return f"`{self.values}` at every `{self.interval}` must not last above {self.limit:g} s"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.values, self.interval)

    def holds(self, payload: object) -> bool:
        count = len(_get(payload, self.values) or ())
        return count * (_get(payload, self.interval) or 0) <= self.limit


@dataclass(frozen=True, slots=True)
class When:
    """An invariant that holds for some values of a field alone.

    Attributes:
        field: The field.
        values: The values; for any other, it need not hold.
        then: The invariant.
    """

    name: ClassVar[str] = "when"
    field: str
    values: tuple[Scalar, ...]
    then: Invariant

    @property
    def message(self) -> str:
        values = " or ".join(str(value).lower() for value in self.values)
        return f"when `{self.field}` is {values}, {self.then.message}"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field, *self.then.fields)

    def holds(self, payload: object) -> bool:
        return _get(payload, self.field) not in self.values or self.then.holds(payload)


def invariants_of(cls: type) -> Invariants:
    """Collect the invariants of a class and of its bases.

    Args:
        cls: A class, mostly a payload.

    Returns:
        The invariants, those of the farthest base first.
    """
    return tuple(
        invariant
        for base in reversed(cls.__mro__)
        for invariant in vars(base).get("INVARIANTS", ())
    )


def to_json(invariant: Invariant) -> dict[str, Any]:  # Any: JSON
    """Write an invariant down as ``x-invariants`` has it.

    Args:
        invariant: The invariant.

    Returns:
        A JSON object: its name as ``rule``, its attributes, and its ``message``.

    Example:
        >>> to_json(Differ("follower_id", "followee_id"))["rule"]
        'differ'
    """
    attributes = {
        field.name: _to_json_value(getattr(invariant, field.name))
        for field in fields(cast("Any", invariant))  # every one is a dataclass
    }
    return {"rule": invariant.name, **attributes, "message": invariant.message}


def _to_json_value(value: object) -> object:
    if isinstance(value, tuple):
        return [_to_json_value(part) for part in cast("Sequence[object]", value)]
    return value if isinstance(value, Scalar | int) else to_json(cast("Invariant", value))


def _get(payload: object, name: str) -> Any:  # Any: a field of any type
    value = getattr(payload, name)
    return None if value == () else value


def _names(parts: str | tuple[str, ...]) -> tuple[str, ...]:
    return (parts,) if isinstance(parts, str) else parts


def _listed(names: Sequence[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}" if first else last
