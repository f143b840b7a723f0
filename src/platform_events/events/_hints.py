"""Adds to a problem what its author probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, get_args

from pydantic import BaseModel

from ..errors import Problem
from ._units import unit_hint

# For those who construct an event; what came over the wire is text anyway.
_DATETIME_HINTS: Final[Mapping[str, str]] = {
    "timezone_aware": "such as datetime.now(UTC)",
    "datetime_type": "a datetime object; from_data reads text",
}


def with_hint(cls: type[BaseModel], problem: Problem, *, is_constructed: bool = False) -> Problem:
    hint = unit_hint(problem.location, problem.rule)
    if problem.rule == "extra_forbidden":
        near = _near_field(cls, problem.location.split("."))
        hint = f"did you mean {near}?" if near else ""
    elif is_constructed:
        hint = _DATETIME_HINTS.get(problem.rule, hint)
    return replace(problem, message=f"{problem.message} ({hint})") if hint else problem


def _near_field(cls: type[BaseModel], path: list[str]) -> str | None:
    """Find the field that is named like the last step of a path."""
    from difflib import get_close_matches  # only mistakes need it, and every import would load it

    *steps, name = path
    candidates = [cls]
    for step in steps:
        inside = [
            part
            for one in candidates
            if step in one.model_fields
            for part in _models_in(one.model_fields[step].annotation)
        ]
        # The number of an item, or the kind that a union was read as.
        candidates = inside or [one for one in candidates if _is_of_kind(one, step)] or candidates
    fields = [field for one in candidates for field in one.model_fields]
    return next(iter(get_close_matches(name, fields, n=1, cutoff=0.7)), None)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _is_of_kind(cls: type[BaseModel], kind: str) -> bool:
    return any(field.default == kind for field in cls.model_fields.values())
