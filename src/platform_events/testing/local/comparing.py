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


def walk(value: object, path: Sequence[str | int]) -> object:
    """Follow a path through JSON.

    Args:
        value: Where to begin.
        path: Keys and places, one after the other.

    Returns:
        What is there, or :attr:`Unknown.MISSING`.

    Example:
        >>> walk({"data": {"ids": [7]}}, ["data", "ids", 0])
        7
    """
    for part in path:
        if isinstance(value, Mapping) and part in value:
            value = cast("Mapping[str | int, object]", value)[part]
        elif isinstance(value, list) and part in range(len(cast("list[object]", value))):
            value = cast("list[object]", value)[int(part)]
        else:
            return Unknown.MISSING
    return value


def equal(left: object, right: object) -> bool:
    """Work out ``left == right``.

    Args:
        left: A JSON value or an unknown.
        right: Likewise.

    Returns:
        Whether they are equal: an unknown equals null and nothing else, not even an unknown.

    Example:
        >>> equal(1, 1.0), equal(1, True), equal(Unknown.MISSING, None)
        (True, False, True)
    """
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return left is None or right is None
    return _kind(left) is _kind(right) and left == right


def ordered(sign: str, left: object, right: object) -> bool | Unknown:
    """Work out ``left < right`` and the like.

    Args:
        sign: One of the keys of :data:`ORDER`.
        left: A JSON value or an unknown; an unknown is less than anything.
        right: Likewise; null counts as the zero, the empty text or the false of the other's type.

    Returns:
        Whether it holds, or :attr:`Unknown.FAILED` for values without an order.

    Example:
        >>> ordered("<", Unknown.MISSING, 5), ordered(">", 2, None)
        (True, True)
    """
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return (sign[0] == "<") is isinstance(left, Unknown)
    left = _ZEROS.get(_kind(right)) if left is None else left
    right = _ZEROS.get(_kind(left)) if right is None else right
    if _kind(left) is not _kind(right) or _kind(left) not in _ZEROS:
        return Unknown.FAILED
    return ORDER[sign](left, right)


def contained(item: object, container: object) -> bool | Unknown:
    """Work out ``item in container``.

    Args:
        item: A JSON value or an unknown.
        container: A list, or an object whose keys are looked through.

    Returns:
        Whether it is in; :attr:`Unknown.FAILED` for any other container.

    Example:
        >>> contained("b", ["a", "b"]), contained("a", {"a": 1})
        (True, True)
    """
    if isinstance(item, Unknown) or isinstance(container, Unknown):
        return False
    if isinstance(container, Mapping):
        return item in cast("Mapping[object, object]", container)
    if not isinstance(container, list):
        return Unknown.FAILED
    return any(equal(item, other) for other in cast("list[object]", container))


def negated(value: object) -> bool | Unknown:
    """Work out ``!value``.

    Args:
        value: True, false or an unknown.

    Returns:
        The opposite; false for an unknown; :attr:`Unknown.FAILED` for anything else.

    Example:
        >>> negated(True), negated(Unknown.MISSING)
        (False, False)
    """
    if isinstance(value, Unknown):
        return False
    return not value if isinstance(value, bool) else Unknown.FAILED


def truthy(value: object) -> bool:
    """Tell what ``&&`` and ``||`` take for true.

    Args:
        value: A JSON value or an unknown.

    Returns:
        False for unknowns, null, false, zero and the empty text; else true, as in JavaScript.

    Example:
        >>> truthy(""), truthy([]), truthy(Unknown.FAILED)
        (False, True, False)
    """
    if isinstance(value, Unknown):
        return False
    return isinstance(value, (list, Mapping)) or bool(value)


def _kind(value: object) -> type:
    """Numbers of both types are one kind, and a bool is not a number."""
    return float if type(value) is int else type(value)
