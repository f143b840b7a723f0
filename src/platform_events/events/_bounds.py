"""Lengths of lists, checked before what is inside them.

Pydantic validates every item of a list that is too long if the items are bad: three megabytes of
them took seconds, half a gigabyte, and made an error that was larger than the input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from annotated_types import MaxLen
from pydantic_core import from_json

from ..errors import InvalidEventError, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

_LARGE_BYTES: Final = 16 * 1024
_SEQUENCES: Final = (list, tuple)


@cache
def _list_limits(cls: type[BaseModel]) -> Mapping[str, int]:
    return {
        name: limit.max_length
        for name, field in cls.model_fields.items()
        for limit in field.metadata
        if isinstance(limit, MaxLen)
    }


def length_error(event: str, cls: type[BaseModel], data: object) -> InvalidEventError | None:
    """Find lists that are too long, without a look at what is inside."""
    if not isinstance(data, Mapping):
        return None  # which is left to the validator
    data = cast("Mapping[str, object]", data)
    problems: list[Problem] = []
    for name, limit in _list_limits(cls).items():
        value = data.get(name)
        if not isinstance(value, _SEQUENCES):
            continue
        count = len(cast("Sequence[object]", value))
        if count > limit:
            message = f"Must have at most {limit:,} items, not {count:,}"
            problems.append(Problem(name, "too_long", message))
    return InvalidEventError(event, problems) if problems else None


def length_error_in_json(event: str, cls: type[BaseModel], wire: bytes) -> InvalidEventError | None:
    """Do the same for JSON."""
    if len(wire) < _LARGE_BYTES or not _list_limits(cls):
        return None
    data: object = None
    with suppress(ValueError):
        data = from_json(wire)
    return length_error(event, cls, data)
