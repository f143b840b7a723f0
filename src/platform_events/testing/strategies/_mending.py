"""Changes values that were drawn one by one so that the invariants between them hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...events.invariants import (
    Absent,
    Among,
    AnyOf,
    AtMost,
    Between,
    Differ,
    Inside,
    Invariant,
    LastsAtMost,
    Needs,
    NotBefore,
    NotFraction,
    OneOf,
    Unique,
    When,
    invariants_of,
)
from ...events.payload import Payload

Values: TypeAlias = dict[str, Any]  # of the types that the fields have

# One repair may break what was repaired before.
_PASSES: Final = 6


@dataclass(frozen=True, slots=True)
class Mender:
    """Mends the values of one payload.

    Attributes:
        kind: The class of the payload.
        values: What was drawn for its fields; this is changed.
        strategies: What makes values of each field.
        given: Fields whose values somebody gave, so that they stay.
        draw: Draws from a strategy.
    """

    kind: type[Payload]
    values: Values
    strategies: Mapping[str, SearchStrategy[Any]]
    given: frozenset[str]
    draw: DrawFn

    def mend(self) -> bool:
        """Make the invariants hold.

        Returns:
            Whether they do, but for those that are only about given values.
        """
        invariants = invariants_of(self.kind)
        for _ in range(_PASSES):
            for invariant in invariants:
                if not self._holds(invariant):
                    _MENDERS[type(invariant)](self, invariant)
            if all(map(self._holds, invariants)):
                return True
        broken = [one for one in invariants if not self._holds(one)]
        return all(self.given.issuperset(one.fields) for one in broken)

    def _holds(self, invariant: Invariant) -> bool:
        return invariant.holds(SimpleNamespace(**self.values))

    def may_drop(self, name: str) -> bool:
        """Tell whether a field may be absent."""
        return name not in self.given and not self.kind.model_fields[name].is_required()

    def drop(self, *names: str) -> bool:
        """Drop the first of several fields that may be absent; tell whether there was one."""
        for name in names:
            default = self.kind.model_fields[name].default
            if self.may_drop(name) and self.values[name] not in (None, default):
                self.values[name] = default
                return True
        return False

    def put(self, name: str, value: object) -> None:
        """Set a field, unless somebody gave its value."""
        if name not in self.given:
            self.values[name] = value

    def redraw(self, name: str, condition: Callable[[Any], bool]) -> None:
        """Draw another value for a field."""
        if name not in self.given:
            self.values[name] = self.draw(self.strategies[name].filter(condition))

    def demand(self, *names: str) -> None:
        """Draw a value for one of the fields that nobody gave."""
        free = [name for name in names if name not in self.given]
        if free:
            name = self.draw(st.sampled_from(free))
            self.redraw(name, lambda value: value is not None and value != ())


def _limit(mender: Mender, name: str, low: float, high: float) -> None:
    value = mender.values[name]
    mender.put(name, type(value)(min(max(value, low), high)))


def _at_most(mender: Mender, invariant: AtMost) -> None:
    parts = (invariant.parts,) if isinstance(invariant.parts, str) else invariant.parts
    whole = mender.values[invariant.whole]
    if mender.drop(*parts):
        return
    if len(parts) == 1 and parts[0] not in mender.given:
        _limit(mender, parts[0], float("-inf"), invariant.times * whole + invariant.slack)
    elif not mender.drop(invariant.whole):
        total = sum(mender.values[part] or 0 for part in parts)
        mender.redraw(
            invariant.whole,
            lambda value: bool(value * invariant.times + invariant.slack >= total),
        )


def _not_before(mender: Mender, invariant: NotBefore) -> None:
    if not mender.drop(invariant.later, invariant.earlier):
        later, earlier = mender.values[invariant.later], mender.values[invariant.earlier]
        mender.put(invariant.later, earlier)
        mender.put(invariant.earlier, later)


def _differ(mender: Mender, invariant: Differ) -> None:
    if not mender.drop(invariant.other, invariant.one):
        name, other = invariant.other, invariant.one
        if name in mender.given:
            name, other = other, name
        value = mender.values[other]
        mender.redraw(name, lambda drawn: bool(drawn != value))


def _one_of(mender: Mender, invariant: OneOf) -> None:
    there = [name for name in invariant.of if mender.values[name] is not None]
    if not there:
        mender.demand(*invariant.of)
    else:
        given = [name for name in there if name in mender.given]
        kept = given[0] if given else mender.draw(st.sampled_from(there))
        for name in there:
            if name != kept:
                mender.drop(name)


def _needs(mender: Mender, invariant: Needs) -> None:
    if not mender.drop(invariant.field):
        mender.demand(invariant.other)


def _not_fraction(mender: Mender, invariant: NotFraction) -> None:
    if not mender.drop(invariant.field):
        mender.put(invariant.field, 1.0)


def _inside(mender: Mender, invariant: Inside) -> None:
    start, duration = mender.values[invariant.start], mender.values[invariant.duration]
    moved = [
        type(item)(
            **{
                **dict(item),
                "started_at": start,
                "duration_s": min(duration, item.duration_s),
            }
        )
        for item in mender.values[invariant.items]
    ]
    mender.put(invariant.items, tuple(moved))


def _unique(mender: Mender, invariant: Unique) -> None:
    mender.put(invariant.field, tuple(dict.fromkeys(mender.values[invariant.field])))


def _lasts_at_most(mender: Mender, invariant: LastsAtMost) -> None:
    count = len(mender.values[invariant.values])
    mender.put(invariant.interval, invariant.limit / count)


_MENDERS: Final[dict[type, Callable[[Mender, Any], object]]] = {
    Absent: lambda mender, one: mender.drop(one.field),
    Among: lambda mender, one: mender.redraw(one.field, lambda value: value in one.values),
    AnyOf: lambda mender, one: mender.demand(*one.of),
    AtMost: _at_most,
    Between: lambda mender, one: _limit(mender, one.field, one.low, one.high),
    Differ: _differ,
    Inside: _inside,
    LastsAtMost: _lasts_at_most,
    Needs: _needs,
    NotBefore: _not_before,
    NotFraction: _not_fraction,
    OneOf: _one_of,
    Unique: _unique,
    When: lambda mender, one: _MENDERS[type(one.then)](mender, one.then),
}
