"""Hypothesis strategies for every event and payload, derived from the types of their fields."""

from __future__ import annotations

import math
import types
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import annotated_types
from hypothesis import strategies as st
from pydantic import AwareDatetime, StringConstraints
from pydantic.fields import FieldInfo

from platform_events import EVENT_TYPES, Event, Payload
from platform_events.event import EARLIEST, LATEST
from platform_events.fields import MAX_CHOICE_LENGTH, Open
from platform_events.payload import MAX_SAFE_INTEGER

P = TypeVar("P", bound=Payload)

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
_NAIVE_EARLIEST = EARLIEST.replace(tzinfo=None) + timedelta(days=1)
_NAIVE_LATEST = LATEST.replace(tzinfo=None) - timedelta(days=1)
INSTANTS = st.datetimes(_NAIVE_EARLIEST, _NAIVE_LATEST, timezones=OFFSETS)


def events(kind: type[Event] | None = None) -> st.SearchStrategy[Event]:
    """Make events, of any kind or of one."""
    return payloads(kind) if kind else st.one_of([payloads(kind) for kind in EVENT_TYPES])


def payloads(kind: type[P]) -> st.SearchStrategy[P]:
    """Make payloads of one class."""
    return st.builds(kind, **{name: values_of(f) for name, f in kind.model_fields.items()})


def values_of(field: FieldInfo) -> st.SearchStrategy[Any]:
    """Make values that a field takes."""
    return _values(cast("Hashable", field.annotation), tuple(field.metadata))


@cache
def _values(annotation: Any, metadata: tuple[object, ...]) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(arguments[0], (*metadata, *arguments[1:]))
    if origin in {Union, types.UnionType}:
        return st.one_of([_values(argument, metadata) for argument in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        low, high = _length(metadata)
        items = st.lists(_values(arguments[0], ()), min_size=low, max_size=min(high, low + 3))
        return items.map(tuple)
    if annotation in {None, types.NoneType}:
        return st.none()
    if issubclass(annotation, Payload):
        return st.deferred(lambda: payloads(annotation))
    return _scalars(annotation, metadata)


def _scalars(kind: type, metadata: Iterable[object]) -> st.SearchStrategy[Any]:
    if kind is bool:
        return st.booleans()
    if kind is str:
        return _texts(metadata)
    if kind is int:
        low, high = _range(metadata, -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
        return st.integers(math.ceil(low), math.floor(high))
    if kind is float:
        low, high = _range(metadata, -1e300, 1e300)
        return st.floats(low, high) | st.integers(math.ceil(low), math.floor(high))
    if kind in {datetime, AwareDatetime}:
        return INSTANTS
    if kind is date:
        return st.dates()
    raise NotImplementedError(f"no values for {kind}")


def _texts(metadata: Iterable[object]) -> st.SearchStrategy[str]:
    low, high = _length(metadata)
    patterns = [p for m in _flat(metadata) if (p := getattr(m, "pattern", None))]
    if patterns:
        matching = st.from_regex(patterns[0], fullmatch=True)
        return matching.filter(lambda text: low <= len(text) <= high)
    # What UTF-8 cannot encode is no text.
    return st.text(st.characters(codec="utf-8"), min_size=low, max_size=min(high, low + 20))


def _flat(metadata: Iterable[object]) -> Iterator[object]:
    for item in metadata:
        if isinstance(item, FieldInfo):
            yield from _flat(item.metadata)
        elif isinstance(item, StringConstraints):
            yield from cast("Iterable[object]", item)
        else:
            yield item


def _length(metadata: Iterable[object]) -> tuple[int, int]:
    low, high = 0, 1_000_000
    for item in _flat(metadata):
        match item:
            case annotated_types.MinLen(low_given):
                low = max(low, low_given)
            case annotated_types.MaxLen(high_given):
                high = min(high, high_given)
            case _:
                pass
    return low, high


def _range(metadata: Iterable[object], low: float, high: float) -> tuple[float, float]:
    for item in _flat(metadata):
        match item:
            case annotated_types.Ge(bound):
                low = max(low, cast("float", bound))
            case annotated_types.Gt(bound):
                low = max(low, math.nextafter(cast("float", bound), math.inf))
            case annotated_types.Le(bound):
                high = min(high, cast("float", bound))
            case _:
                pass
    return low, high


def unknown_choices(field: FieldInfo) -> st.SearchStrategy[str] | None:
    """Make values that an open choice may have one day; None if the field is no open choice."""
    if not any(isinstance(item, Open) for item in field.metadata):
        return None
    known = get_args(field.annotation)
    texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=MAX_CHOICE_LENGTH)
    return texts.filter(lambda text: text not in known)
