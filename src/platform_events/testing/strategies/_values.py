"""From a type and its rules to values: mostly short and plain ones, at times those at the ends."""

from __future__ import annotations

import math
import re
import string
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import cycle, islice
from types import NoneType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import AwareDatetime, create_model

from ...errors import InvalidEventError
from ...events.fields import OpenKinds
from ...events.payload import MAX_SAFE_INTEGER, Payload
from ...naming import EventNameRule
from ._event_names import event_names
from ._rarely import rarely
from ._rules import Annotation, Rules, read

Nested: TypeAlias = Callable[[type[Payload], bool], SearchStrategy[Payload]]
"""Makes payloads of a class inside of another, and says whether without long sequences."""

_MOMENT: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
# A day within what Python can express, so that no offset leads beyond it.
_FIRST_INSTANT: Final = datetime.min.replace(tzinfo=UTC) + _DAY
_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC) - _DAY
_PLAIN_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FEW: Final = 2
_SHORT: Final = 20
_PRINTABLE: Final = string.digits + string.ascii_letters + string.punctuation + " "
# Of ASCII alone: beyond it Python and pydantic do not agree on what \w and \d are.
_LETTERS: Final = _PRINTABLE + "".join(sorted({*map(chr, range(128))}.difference(_PRINTABLE)))

# All but surrogates, which UTF-8 cannot encode. Hypothesis takes ten times as long to find that out
# from codec="utf-8" where it has no cache, as in CI, and then finds its own test too slow.
CHARACTERS: Final = st.characters(exclude_categories=["Cs"])
_ASCII: Final = st.characters(codec="ascii")
_OFFSETS: Final = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)


def values(
    annotation: Annotation, nested: Nested, *, brief: bool = False
) -> SearchStrategy[Any]:  # Any: the values are of the type that the annotation has at run time
    """Make values of a type."""
    kind: Any = annotation.kind
    rules = annotation.rules
    if kind is Union:
        fallbacks = [mark.fallback for mark in rules.metadata if isinstance(mark, OpenKinds)]
        members = [member for member in annotation.members if member.kind not in fallbacks]
        return st.one_of([values(member, nested, brief=brief) for member in members])
    if kind is Literal:
        return st.sampled_from(annotation.arguments)
    if kind is NoneType:
        return st.none()
    if kind is tuple and annotation.arguments[1:] == (...,):
        return _sequences(annotation.item, rules, nested, brief=brief).map(tuple)
    if kind is list:
        return _sequences(annotation.item, rules, nested, brief=brief)
    if isinstance(kind, type) and issubclass(kind, Payload):
        return nested(kind, brief)
    make = _SCALARS.get(annotation.kind)
    return make(rules) if make else _others(annotation, nested)


def longest(text: str, rules: Rules) -> str:
    """Make a text as long as may be, by repeating its last character."""
    if not rules.has_max_length:
        return text
    # Whatever a pattern ends with, most patterns let it be repeated.
    padded = (text or "a").ljust(rules.max_length, (text or "a")[-1])
    return padded if _matches(padded, rules) else text


def _matches(text: str, rules: Rules) -> bool:
    return rules.pattern is None or re.fullmatch(rules.pattern, text) is not None


def _texts(rules: Rules) -> SearchStrategy[str]:
    if rules.marked_with(EventNameRule):
        return event_names()
    low, high = rules.min_length, rules.max_length
    short = min(high, low + _SHORT)
    if rules.pattern is None:
        general = st.text(CHARACTERS, min_size=low, max_size=short)
    elif rules.pattern.isascii() and (letters := _letters(rules)):
        # A word over an alphabet is drawn many times faster than a regular expression is.
        general = st.text(letters, min_size=low, max_size=short).filter(
            lambda text: _matches(text, rules)
        )
    else:
        alphabet = _ASCII if rules.pattern.isascii() else None
        general = st.from_regex(rules.pattern, fullmatch=True, alphabet=alphabet).filter(
            lambda text: low <= len(text) <= high
        )
    # What would have become longer becomes as long as it may be.
    return general.map(lambda text: longest(text, rules) if len(text) >= short else text)


def _letters(rules: Rules) -> str:
    """Find the letters of a pattern that is mostly repetition; nothing if it is not."""
    first, many = _LETTERS[0], max(rules.min_length, _SHORT)
    if not _matches(first, rules) or not _matches(first * many, rules):
        return ""
    return "".join(letter for letter in _LETTERS if _matches(first + letter + first, rules))


def _integers(rules: Rules) -> SearchStrategy[int]:
    step = rules.multiple_of or 1
    low = -MAX_SAFE_INTEGER if rules.low is None else max(rules.low, -MAX_SAFE_INTEGER)
    high = MAX_SAFE_INTEGER if rules.high is None else min(rules.high, MAX_SAFE_INTEGER)
    least, most = math.ceil(low / step), math.floor(high / step)
    # Only whole numbers, as a quotient of two large ones loses digits.
    if step == 1:
        least, most = math.ceil(low), math.floor(high)
    least += rules.gt is not None and least * step == rules.gt
    most -= rules.lt is not None and most * step == rules.lt
    numbers = _often_ends(least, most)
    return numbers if step == 1 else numbers.map(lambda number: number * step)


def _often_ends(least: int, most: int) -> SearchStrategy[int]:
    return st.integers(least, most) | st.sampled_from((least, most))


def _floats(rules: Rules) -> SearchStrategy[float]:
    if rules.multiple_of is not None:
        return _integers(rules).map(float)
    low = -sys.float_info.max if rules.low is None else float(rules.low)
    high = sys.float_info.max if rules.high is None else float(rules.high)
    if rules.gt is not None and low == rules.gt:
        low = math.nextafter(low, math.inf)
    if rules.lt is not None and high == rules.lt:
        high = math.nextafter(high, -math.inf)
    return st.floats(low, high) | st.sampled_from((low, high))


def _instants(rules: Rules) -> SearchStrategy[datetime]:
    low = _FIRST_INSTANT if rules.low is None else rules.low + _MOMENT * (rules.ge is None)
    high = _LAST_INSTANT if rules.high is None else rules.high - _MOMENT * (rules.le is None)
    # One number, which is drawn many times faster than year, month, day and so on.
    base = min(max(_PLAIN_INSTANT, low), high)
    moments = _often_ends((low - base) // _MOMENT, (high - base) // _MOMENT)
    return st.tuples(moments, _OFFSETS).map(
        lambda drawn: (base + drawn[0] * _MOMENT).astimezone(drawn[1])
    )


def _dates(rules: Rules) -> SearchStrategy[date]:
    low = date.min if rules.low is None else rules.low + _DAY * (rules.ge is None)
    high = date.max if rules.high is None else rules.high - _DAY * (rules.le is None)
    base = min(max(_PLAIN_INSTANT.date(), low), high)
    days = _often_ends((low - base) // _DAY, (high - base) // _DAY)
    return days.map(lambda number: base + number * _DAY)


def _sequences(
    item: Annotation, rules: Rules, nested: Nested, *, brief: bool
) -> SearchStrategy[list[Any]]:
    low, high = rules.min_length, rules.max_length
    few = min(high, max(low + 1, _FEW))
    some = st.lists(values(item, nested, brief=brief), min_size=low, max_size=few)
    if brief or not rules.has_max_length:
        return some
    # The same items over and over, since to draw thousands takes seconds.
    many = st.lists(values(item, nested, brief=True), min_size=low, max_size=few)
    full = many.map(lambda items: [*islice(cycle(items), high)])
    return rarely(full, some)


def _decimals(rules: Rules) -> SearchStrategy[Decimal]:
    # What payloads refuse is not made at all, rather than filtered out.
    digits, places = rules.first("max_digits"), rules.first("decimal_places")
    if digits is not None and places is None:
        places = 0
    low, high = (None if end is None else Decimal(str(end)) for end in (rules.low, rules.high))
    if digits is not None:
        most = Decimal(10) ** (digits - places) - Decimal(1).scaleb(-places)
        low = -most if low is None else max(low, -most)
        high = most if high is None else min(high, most)
    if rules.multiple_of is not None:
        step = Decimal(str(rules.multiple_of))
        least = None if low is None else math.ceil(low / step)
        greatest = None if high is None else math.floor(high / step)
        return st.integers(least, greatest).map(lambda number: number * step)
    return st.decimals(low, high, allow_nan=False, allow_infinity=False, places=places)


def _others(annotation: Annotation, nested: Nested) -> SearchStrategy[Any]:
    kind: Any = annotation.kind
    accepted: Any = annotation.kind
    if annotation.arguments:
        accepted = accepted[annotation.arguments]
        kind = kind[tuple(_made_here(argument, nested) for argument in annotation.arguments)]
    if annotation.rules.metadata:
        kind = Annotated[(kind, *annotation.rules.metadata)]
        accepted = Annotated[(accepted, *annotation.rules.metadata)]
    # Hypothesis does not know what payloads refuse, such as integers that lose their digits.
    probe = create_model("Probe", __base__=Payload, value=(accepted, ...))
    made = _decimals(annotation.rules) if annotation.kind is Decimal else st.from_type(kind)
    return made.filter(lambda value: _is_accepted(probe, value))


def _made_here(argument: object, nested: Nested) -> object:
    """Have Hypothesis make what is inside of a generic type as this module does."""
    return Annotated[argument, values(read(argument), nested, brief=True)]


def _is_accepted(probe: type[Payload], value: object) -> bool:
    try:
        probe.model_construct(value=value)  # with all checks
    except InvalidEventError:
        return False
    return True


_SCALARS: Final[dict[object, Callable[[Rules], SearchStrategy[Any]]]] = {
    bool: lambda _: st.booleans(),
    str: _texts,
    int: _integers,
    float: _floats,
    datetime: _instants,
    AwareDatetime: _instants,
    date: _dates,
}
