"""How Inngest compares values in an expression, above all those that are not there.

CEL knows values, errors and unknowns (a path that leads nowhere). Inngest changes what an operator
makes of the last two, so that a filter over an optional field holds or does not hold, instead of
failing. Source of every rule here: inngest/inngest: pkg/expressions/unknown.go
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final, cast


class Integer(int):
    """An integer of CEL. A number of an event is never one: there every number is a double."""


class Unknown(Enum):
    """What stands for a value that cannot be had."""

    MISSING = "missing"
    FAILED = "failed"


ORDER: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "<": cast("Callable[[object, object], bool]", operator.lt),
    "<=": cast("Callable[[object, object], bool]", operator.le),
    ">": cast("Callable[[object, object], bool]", operator.gt),
    ">=": cast("Callable[[object, object], bool]", operator.ge),
}
_ORDERED: Final = frozenset({float, str, bool, datetime})
_ZEROS: Final[Mapping[type, object]] = {float: 0.0, str: ""}


def from_json(value: object) -> object:
    """Take a value of an event."""
    return float(value) if type(value) is int else value


def member(container: object, key: object) -> object:
    """Find a field of an object, or an item of a list."""
    if isinstance(container, Mapping) and isinstance(key, str):
        return from_json(cast("Mapping[str, object]", container).get(key, Unknown.MISSING))
    if isinstance(container, list) and type(key) in {Integer, float}:
        items = cast("list[object]", container)
        at = cast("float", key)
        return from_json(items[int(at)]) if at in range(len(items)) else Unknown.MISSING
    return Unknown.MISSING


def has(container: object, key: str) -> bool | Unknown:
    """Work out ``has(container.key)``."""
    if isinstance(container, Mapping):
        return key in cast("Mapping[str, object]", container)
    return Unknown.FAILED


def either(left: object, right: object) -> object:
    return left if truthy(left) else right


def both(left: object, right: object) -> object:
    return right if truthy(left) else left


def choose(condition: object, yes: object, no: object) -> object:
    return yes if truthy(condition) else no


def equal(left: object, right: object) -> bool:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return left is None or right is None
    return _kind(left) is _kind(right) and left == right


def unequal(left: object, right: object) -> bool:
    return not equal(left, right)


def ordered(sign: str, left: object, right: object) -> bool | Unknown:
    """Work out ``left < right`` and the like."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return (sign[0] == "<") is isinstance(left, Unknown)
    left = _ZEROS.get(_kind(right)) if left is None else left
    right = _ZEROS.get(_kind(left)) if right is None else right
    if _kind(left) is not _kind(right) or _kind(left) not in _ORDERED:
        return Unknown.FAILED
    return ORDER[sign](left, right)


def contained(item: object, container: object) -> bool | Unknown:
    """Work out ``item in container``."""
    if isinstance(item, Unknown) or isinstance(container, Unknown):
        return False
    if isinstance(container, Mapping):
        return item in cast("Mapping[object, object]", container)
    if not isinstance(container, list):
        return Unknown.FAILED
    return any(equal(item, other) for other in cast("list[object]", container))


def negated(value: object) -> bool | Unknown:
    """Work out ``!value``."""
    if isinstance(value, Unknown):
        return False
    return not value if isinstance(value, bool) else Unknown.FAILED


def truthy(value: object) -> bool:
    """Tell what ``&&`` and ``||`` take for true."""
    if isinstance(value, Unknown):
        return False
    return isinstance(value, (list, Mapping)) or bool(value)


def _kind(value: object) -> type:
    """Numbers of both types are one kind, and a bool is not a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return float if is_number else type(value)
