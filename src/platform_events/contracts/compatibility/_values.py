"""Single values: which shapes they are in, and what types they have."""

from __future__ import annotations

import json
import re
from typing import Final

from ._rules import exceeding_numbers
from ._shapes import Array, Json, Number, Record, Shape, Text, Values

# What ECMA-262, Python and Rust read in the same way, on ASCII.
_COMMON_SYNTAX: Final = re.compile(
    r"(?:[^\\(]|\\[dDwWsS]|\\(?![<>])\W|\((?:\?[:=!])?(?!\?))*", re.ASCII
)
_DIFFERING_SYNTAX: Final = re.compile(r"\[\^?\]|\[\[|[*+?}]\+|\{,|--|&&|\|\||~~")
_PLAIN: Final = re.compile(r"[ -~]*")


def admits(shape: Shape, text: str) -> bool:
    """Tell whether a value is certainly in a shape.

    Args:
        shape: The shape.
        text: The value as :func:`canonical` writes it.

    Returns:
        False also for what cannot be judged: formats, patterns that not everybody reads in the
        same way, and the parts of arrays and objects.
    """
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
    return fewest <= len(value) <= most and all(_finds(part, value) for part in shape.patterns)


def _finds(pattern: str, value: str) -> bool:
    is_common = _COMMON_SYNTAX.fullmatch(pattern) and not _DIFFERING_SYNTAX.search(pattern)
    if not is_common or not _PLAIN.fullmatch(value):
        return False
    try:
        return bool(re.search(pattern, value))
    except (re.error, OverflowError):  # of a count that has too many digits
        return False


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
    """Give the JSON types of the values of a shape.

    Example:
        >>> from platform_events.contracts.compatibility._shapes import Values
        >>> from platform_events.contracts.compatibility._values import types_of
        >>> sorted(types_of(Values(frozenset({"null", "1.5"}))))
        ['null', 'number']
    """
    if isinstance(shape, Values):
        others = {"string"} if shape.others else set[str]()
        return frozenset({type_of(text) for text in shape.texts} | others)
    return frozenset({_NAMES[type(shape)]})


def type_of(text: str) -> str:
    """Give the JSON type of a value that :func:`~._shapes.canonical` wrote."""
    return _TYPES.get(text) or _TYPES.get(text[0], "number")
