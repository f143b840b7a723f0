"""Operators, functions and methods of expressions, as Inngest does them.

``+`` joins values of different types as text, and a value that is not there counts for nothing in
a sum. A function of such a value is false, and its size is 0. Source of these rules:
inngest/inngest: pkg/expressions/unknown.go, pkg/expressions/exprenv/overloads.go
"""

from __future__ import annotations

import base64
import json
import math
import operator
import re
import time
from collections.abc import Callable, Mapping, Sized
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeAlias, cast

from .cel_values import (
    ORDER,
    Integer,
    Unknown,
    both,
    choose,
    contained,
    either,
    equal,
    negated,
    ordered,
    unequal,
)
from .durations import duration_s
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
_FIRST_DATE_S: Final = 946_684_800
_FIRST_MILLIS: Final = 9_999_999_999


def add(left: object, right: object) -> object:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        known = [value for value in (left, right) if not isinstance(value, Unknown)]
        return known[0] if known else False
    if type(left) is type(right):
        if isinstance(left, str | list | Integer | float):
            return _number(cast("float", left) + cast("float", right), cast("object", left))
        return Unknown.FAILED
    return f"{_joined(left)}{_joined(right)}"


def calculate(sign: str, left: object, right: object) -> object:
    """Work out ``left - right`` and the like; there is no ``%`` for numbers with a fraction."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return False
    is_number = type(left) is type(right) and type(left) in {Integer, float}
    if not is_number or (sign in "/%" and not right) or (sign == "%" and type(left) is float):
        return Unknown.FAILED
    first, second = cast("float", left), cast("float", right)
    return _number(_ARITHMETIC[sign](first, second), first)


def negative(value: object) -> object:
    if isinstance(value, Unknown):
        return False
    return _number(-value, value) if isinstance(value, Integer | float) else Unknown.FAILED


def _number(value: object, like: object) -> object:
    """Give integers as integers; what is too large for 64 bits cannot be worked out."""
    if not isinstance(like, Integer):
        return value
    whole = Integer(cast("float", value))
    return whole if -(1 << _INTEGER_BITS) <= whole < 1 << _INTEGER_BITS else Unknown.FAILED


def _joined(value: object) -> str:
    # What Go prints for the null of CEL.
    return "NULL_VALUE" if value is None else _to_text(value)


def _to_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str) else dumps(value).decode()


def _same(value: object) -> object:
    return value


def _size(value: object) -> object:
    if isinstance(value, Unknown):
        return Integer(0)
    if isinstance(value, str | list | Mapping):
        return Integer(len(cast("Sized", value)))
    return Unknown.FAILED


def _to_int(value: object) -> object:
    if isinstance(value, datetime):
        return Integer(value.timestamp())
    return Integer(value) if isinstance(value, str | Integer | float) else Unknown.FAILED


def _to_uint(value: object) -> object:
    whole = _to_int(value)
    return whole if isinstance(whole, Integer) and whole >= 0 else Unknown.FAILED


def _to_double(value: object) -> object:
    return float(value) if isinstance(value, str | Integer | float) else Unknown.FAILED


def _to_bool(value: object) -> object:
    if isinstance(value, bool):
        return value
    known = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    return known.get(value.lower(), Unknown.FAILED) if isinstance(value, str) else Unknown.FAILED


def _to_date(value: object) -> object:
    """Read a date as Inngest does; a date and time without a zone is in UTC."""
    # inngest/inngest: pkg/dateutil/dateutil.go
    if isinstance(value, datetime):
        return value
    if isinstance(value, Integer) and value >= _FIRST_DATE_S:
        return datetime.fromtimestamp(value / (1 if value < _FIRST_MILLIS else 1000), UTC)
    if not isinstance(value, str):
        return Unknown.FAILED
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _now(sign: int = 0, duration: object = "0s") -> object:
    if not isinstance(duration, str):
        return Unknown.FAILED
    return datetime.fromtimestamp(time.time(), UTC) + sign * timedelta(seconds=duration_s(duration))


def _decode(text: str) -> str:
    with suppress(ValueError):  # what cannot be read counts as empty
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    return ""


def _parse_json(text: str) -> object:
    with suppress(ValueError):
        found = json.loads(text)
        return cast("object", found) if isinstance(found, dict) else {}
    return {}


def _of_known(function: Function) -> Function:
    def checked(*values: object) -> object:
        if any(isinstance(value, Unknown) for value in values):
            return False
        try:
            return function(*values)
        except (ValueError, OverflowError, re.error):
            return Unknown.FAILED

    return checked


def _of_texts(function: Function) -> Function:
    @_of_known
    def checked(*values: object) -> object:
        is_text = all(isinstance(value, str) for value in values)
        return function(*values) if is_text else Unknown.FAILED

    return checked


def _of_text_or_nothing(function: Function) -> Function:
    """Take what is not a text for an empty one."""

    @_of_known
    def checked(value: object) -> object:
        return function(value if isinstance(value, str) else "")

    return checked


def _matches(text: str, pattern: str) -> bool:
    return re.search(pattern, text) is not None


_MATCHES: Final = _of_texts(_matches)

FUNCTIONS: Final[Mapping[tuple[str, int], Function]] = {
    ("||", 2): either,
    ("&&", 2): both,
    ("?:", 3): choose,
    ("==", 2): equal,
    ("!=", 2): unequal,
    **{(sign, 2): partial(ordered, sign) for sign in ORDER},
    ("in", 2): contained,
    ("!", 1): negated,
    ("+", 2): add,
    **{(sign, 2): partial(calculate, sign) for sign in _ARITHMETIC},
    ("-", 1): negative,
    ("size", 1): _size,
    ("string", 1): _of_known(_to_text),
    ("int", 1): _of_known(_to_int),
    ("uint", 1): _of_known(_to_uint),
    ("double", 1): _of_known(_to_double),
    ("bool", 1): _of_known(_to_bool),
    ("dyn", 1): _same,
    ("matches", 2): _MATCHES,
    ("lowercase", 1): _of_text_or_nothing(str.lower),
    ("uppercase", 1): _of_text_or_nothing(str.upper),
    ("b64decode", 1): _of_text_or_nothing(_decode),
    ("json_parse", 1): _of_text_or_nothing(_parse_json),
    ("date", 1): _of_known(_to_date),
    ("timestamp", 1): _of_known(_to_date),
    ("now", 0): _now,
    ("now_plus", 1): _of_known(partial(_now, 1)),
    ("now_minus", 1): _of_known(partial(_now, -1)),
}
"""Operators and functions, by name and number of operands, such as ``size(event.data.ids)``."""

METHODS: Final[Mapping[tuple[str, int], Function]] = {
    ("size", 0): _size,
    ("startsWith", 1): _of_texts(str.startswith),
    ("endsWith", 1): _of_texts(str.endswith),
    ("contains", 1): _of_texts(str.__contains__),
    ("matches", 1): _MATCHES,
}
"""What is called on a value, such as ``event.data.id.startsWith("mem_")``."""
