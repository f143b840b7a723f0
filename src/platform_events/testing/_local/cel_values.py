"""How Inngest compares values in an expression, above all those that are not there.

CEL knows values, errors and unknowns (a path that leads nowhere). Inngest changes what an operator
makes of the last two, so that a filter over an optional field holds or does not hold, instead of
failing. Source of every rule here: inngest/inngest: pkg/expressions/unknown.go
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final, cast


class Unknown(Enum):
    """What stands for a value that cannot be had.

    Attributes:
        MISSING: A path led nowhere.
        FAILED: Values were compared that cannot be.
    """

    MISSING = "missing"
    FAILED = "failed"


ORDER: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "<": cast("Callable[[object, object], bool]", operator.lt),
    "<=": cast("Callable[[object, object], bool]", operator.le),
    ">": cast("Callable[[object, object], bool]", operator.gt),
    ">=": cast("Callable[[object, object], bool]", operator.ge),
}
_ZEROS: Final[Mapping[type, object]] = {float: 0.0, str: "", bool: False}


def resolve_path(value: object, path: Sequence[str | int]) -> object:
    """Follow a path through JSON."""
    for part in path:
        if isinstance(value, Mapping) and part in value:
            value = cast("Mapping[str | int, object]", value)[part]
        elif isinstance(value, list) and part in range(len(cast("list[object]", value))):
            value = cast("list[object]", value)[int(part)]
        else:
            return Unknown.MISSING
    # In an event every number is a double.
    return float(value) if type(value) is int else value


def equal(left: object, right: object) -> bool:
    """Work out ``left == right``."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return left is None or right is None
    return _kind(left) is _kind(right) and left == right


def ordered(sign: str, left: object, right: object) -> bool | Unknown:
    """Work out ``left < right`` and the like."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return (sign[0] == "<") is isinstance(left, Unknown)
    left = _ZEROS.get(_kind(right)) if left is None else left
    right = _ZEROS.get(_kind(left)) if right is None else right
    if _kind(left) is not _kind(right) or _kind(left) not in _ZEROS:
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
    return float if type(value) is int else type(value)
