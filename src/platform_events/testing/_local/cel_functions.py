"""Arithmetic and functions of expressions, as Inngest does them.

``+`` joins values of different types as text, and a value that is not there counts for nothing in
a sum. A function of such a value is false, and its size is 0. Source of these rules:
inngest/inngest: pkg/expressions/unknown.go, pkg/expressions/exprenv/overloads.go
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sized
from typing import Final, TypeAlias, cast

from .cel_values import Unknown
from .go_json import dumps

Function: TypeAlias = Callable[..., object]

_Arithmetic: TypeAlias = Callable[[float, float], float]

_ARITHMETIC: Final[Mapping[str, _Arithmetic]] = {
    "-": cast("_Arithmetic", operator.sub),
    "*": cast("_Arithmetic", operator.mul),
    "/": lambda left, right: left / right,
    "%": math.fmod,
}
_INTEGER_BITS: Final = 63


def add(left: object, right: object) -> object:
    """Work out ``left + right``."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        known = [value for value in (left, right) if not isinstance(value, Unknown)]
        return known[0] if known else False
    if type(left) is type(right) and isinstance(left, int | float | str | list):
        if isinstance(left, bool):
            return Unknown.FAILED
        return _number(cast("float", left) + cast("float", right), cast("object", left))
    return f"{to_text(left)}{to_text(right)}"


def calculate(sign: str, left: object, right: object) -> object:
    """Work out ``left - right`` and the like; there is no ``%`` for numbers with a fraction."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return False
    is_number = type(left) is type(right) and type(left) in {int, float}
    if not is_number or (sign in "/%" and not right) or (sign == "%" and type(left) is float):
        return Unknown.FAILED
    first, second = cast("float", left), cast("float", right)
    return _number(_ARITHMETIC[sign](first, second), first)


def negative(value: object) -> object:
    """Work out ``-value``."""
    if isinstance(value, Unknown):
        return False
    return -cast("float", value) if type(value) in {int, float} else Unknown.FAILED


def to_text(value: object) -> str:
    """Write a value as text, as Go does."""
    if value is None:
        return "<nil>"
    return value if isinstance(value, str) else dumps(value).decode()


def _number(value: object, like: object) -> object:
    """Give integers as integers; what is too large for 64 bits cannot be worked out."""
    if type(like) is not int:
        return value
    whole = int(cast("float", value))
    return whole if -(1 << _INTEGER_BITS) <= whole < 1 << _INTEGER_BITS else Unknown.FAILED


def _size(value: object) -> object:
    if isinstance(value, Unknown):
        return 0
    if isinstance(value, str | list | Mapping):
        return len(cast("Sized", value))
    return Unknown.FAILED


def _to_int(value: object) -> object:
    try:
        whole = isinstance(value, str) or (isinstance(value, int | float) and value is not True)
        return int(cast("float", value)) if whole and value is not False else Unknown.FAILED
    except (ValueError, OverflowError):
        return Unknown.FAILED


def _to_double(value: object) -> object:
    try:
        return float(cast("float", value)) if not isinstance(value, bool) else Unknown.FAILED
    except (TypeError, ValueError):
        return Unknown.FAILED


def _matches(text: str, pattern: str) -> object:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return Unknown.FAILED


def _of_texts(function: Function) -> Function:
    def checked(*values: object) -> object:
        if any(isinstance(value, Unknown) for value in values):
            return False
        is_text = all(isinstance(value, str) for value in values)
        return function(*values) if is_text else Unknown.FAILED

    return checked


def _of_known(function: Function) -> Function:
    def checked(value: object) -> object:
        return False if isinstance(value, Unknown) else function(value)

    return checked


FUNCTIONS: Final[Mapping[str, Function]] = {
    "size": _size,
    "string": _of_known(to_text),
    "int": _of_known(_to_int),
    "double": _of_known(_to_double),
    "lowercase": _of_texts(str.lower),
    "uppercase": _of_texts(str.upper),
}
"""What is called with one value, such as ``size(event.data.ids)``."""

METHODS: Final[Mapping[str, Function]] = {
    "startsWith": _of_texts(str.startswith),
    "endsWith": _of_texts(str.endswith),
    "contains": _of_texts(str.__contains__),
    "matches": _of_texts(_matches),
}
"""What is called on a text with another one, such as ``event.data.id.startsWith("mem_")``."""
