"""Single values: which shapes they are in, and what types they have."""

from __future__ import annotations

import json
from typing import Final

from ._patterns import matches
from ._rules import exceeding_numbers
from ._shapes import Array, Json, Number, Record, Shape, Text, Values, canonical

_MOST_LISTED: Final = 1_000


def admits(shape: Shape, text: str) -> bool:
    """Tell whether a value is certainly in a shape."""
    value: Json = json.loads(text)
    match shape, value:
        case Values(), _:
            return text in shape.texts
        case Number(), bool():
            return False
        case Number(), int() | float():
            return not any(exceeding_numbers(_only(value), shape))
        case Text(), str():
            return _admits_text(shape, value)
        case _:
            return False


def _only(value: float) -> Number:
    return Number((value, False), (value, True), frozenset({value}))


def _admits_text(shape: Text, value: str) -> bool:
    if shape.formats or shape.since or shape.until or value in shape.excluded:
        return False
    fewest, most = shape.lengths
    return fewest <= len(value) <= most and all(matches(part, value) for part in shape.patterns)


def listed(shape: Shape) -> Values | None:
    """Give a range of a few integers as the list of them."""
    if not isinstance(shape, Number) or 1 not in shape.steps:
        return None
    low, high = shape.lower[0], shape.upper[0]
    if not high - low < _MOST_LISTED:
        return None
    numbers = range(int(low), int(high) + 1)
    texts = (canonical(number) for number in numbers if admits(shape, canonical(number)))
    return Values(frozenset(texts), units=shape.units)


def are_apart(left: Shape, right: Shape) -> bool:
    """Tell whether no value is in both shapes, as far as they show; of objects see `inclusion`."""
    if not types_of(left) & types_of(right):
        return True
    match left, right:
        case Values(others=()), Values(others=()):
            return not left.texts & right.texts
        case (Values(others=()) as values, Text(excluded=excluded)) | (
            Text(excluded=excluded), Values(others=()) as values
        ):  # fmt: skip
            return all(json.loads(text) in excluded for text in values.texts if text[0] == '"')
        case _:
            return False


_TYPES: Final = {
    "null": "null", "true": "boolean", "false": "boolean", '"': "string", "[": "array",
    "{": "object",
}  # fmt: skip
_NAMES: Final = {Number: "number", Text: "string", Array: "array", Record: "object"}


def types_of(shape: Shape) -> frozenset[str]:
    """Give the JSON types of the values of a shape."""
    if isinstance(shape, Values):
        others = {"string"} if shape.others else set[str]()
        return frozenset({type_of(text) for text in shape.texts} | others)
    return frozenset({_NAMES[type(shape)]})


def type_of(text: str) -> str:
    """Give the JSON type of a value that :func:`~._shapes.canonical` wrote."""
    return _TYPES.get(text) or _TYPES.get(text[0], "number")
