"""JSON as a server in Go reads and writes it: numbers are doubles, texts are valid Unicode."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

import jcs  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # no types

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""Whatever JSON can say, as Python's ``json`` reads it."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class JsonError(ValueError):
    """A text is not JSON; the message is in the manner of Go's ``encoding/json``."""


def dumps(value: object) -> bytes:
    """Write JSON canonically, as every call to an app is written."""
    # inngest/inngest: pkg/execution/driver/request.go
    try:
        plain = _plain(value)
    except _NotPlainError:
        return _CANONICALIZE(_unicode(value))
    return _WRITE(plain).encode()


def normal(value: Json) -> Json:
    """Give a value the form that it has after a passage through the server."""
    try:
        return cast("Json", json.loads(dumps(value)))
    except (OverflowError, ValueError):
        raise JsonError("json: cannot unmarshal number into Go value of type float64") from None


def loads(text: str) -> Json:
    """Read JSON that fills a whole text."""
    value, end = read_value(text, skip_space(text, 0), at_end="unexpected end of JSON input")
    rest = skip_space(text, end)
    if rest < len(text):
        raise JsonError(f"invalid character {text[rest]!r} after top-level value")
    return value


def read_value(text: str, place: int, at_end: str = "unexpected EOF") -> tuple[Json, int]:
    """Read the JSON value that begins at a place in a text."""
    try:
        return cast("tuple[Json, int]", _DECODER.raw_decode(text, place))
    except json.JSONDecodeError as error:
        raise _json_error(text, error, at_end) from None
    except RecursionError:
        raise JsonError("exceeded max depth") from None


def skip_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _json_error(text: str, error: json.JSONDecodeError, at_end: str) -> JsonError:
    if error.pos >= len(text) or error.msg.startswith("Unterminated"):
        return JsonError(at_end)
    where = next((go for python, go in _WHERE.items() if error.msg.startswith(python)), "")
    return JsonError(f"invalid character {text[error.pos]!r} {where or 'in JSON'}")


def _refuse_constant(name: str) -> Json:
    raise JsonError(f"invalid character {name[0]!r} looking for beginning of value")


class _NotPlainError(Exception):
    """A value is one that Python's fast encoder does not write canonically."""


def _plain(value: object) -> object:
    """Prepare a value for Python's encoder, which is ten times as fast as a canonical one."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _plain_number(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        # Other names may be in another order there.
        if all(key.isascii() for key, _ in items):
            return {key: _plain(item) for key, item in items}
    elif isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    raise _NotPlainError


def _plain_number(value: float) -> float:
    if abs(value) <= _EXACT and value == int(value):
        return int(value)
    # Python writes these as JavaScript does, without an exponent.
    if 1e-4 <= abs(value) < _EXACT:
        return value
    raise _NotPlainError


def _unicode(value: object) -> object:
    if isinstance(value, str):
        # A pair of surrogates that belong together is one character; json has joined them.
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list | tuple):
        return [_unicode(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {_SURROGATE.sub("\ufffd", key): _unicode(item) for key, item in items}
    return value


_EXACT: Final = 2**53
_WRITE: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
_CANONICALIZE: Final = cast("Callable[[object], bytes]", vars(jcs)["canonicalize"])
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_WHERE: Final = {
    "Expecting value": "looking for beginning of value",
    "Expecting property name": "looking for beginning of object key string",
    "Expecting ':'": "after object key",
    "Expecting ','": "after object key:value pair or array element",
    "Invalid control character": "in string literal",
    "Invalid \\escape": "in string escape code",
    "Invalid \\uXXXX": "in \\u hexadecimal character escape",
    "Illegal trailing comma": "looking for beginning of value",
}
