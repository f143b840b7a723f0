"""Shapes: sets of JSON values of one type, with what is needed to compare them.

What a schema allows is a union of shapes. They are compared in :mod:`._rules`, and what is nested
in arrays and objects in :mod:`.inclusion`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from ._patterns import matches

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A JSON value."""
Schema: TypeAlias = "bool | dict[str, Json]"
"""A JSON Schema, or a part of one."""


class UnsupportedSchema(Exception):  # noqa: N818  # always caught: nobody sees it as an error
    """A schema says something that cannot be compared; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeMarks:
    """What a schema says of its values beside the rules for one type."""

    units: frozenset[str] = field(default=frozenset(), repr=False)  # as ``x-unit`` gives them
    # The keywords without a say in what is valid, of a member of a union.
    annotations: Mapping[str, Json] = field(
        default_factory=dict[str, Json], compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Values(ShapeMarks):
    """A finite set of values, as JSON texts."""

    texts: frozenset[str]
    others: tuple[Text, ...] = ()  # what a consumer of an open choice takes instead


@dataclass(frozen=True, slots=True)
class Number(ShapeMarks):
    """Numbers in a range."""

    lower: tuple[float, bool] = (-math.inf, False)  # and whether it is itself outside
    upper: tuple[float, bool] = (math.inf, True)  # and whether it is itself inside
    steps: frozenset[float] = frozenset()  # what they are multiples of; an integer is one of 1


@dataclass(frozen=True, slots=True)
class Text(ShapeMarks):
    """Strings with rules."""

    lengths: tuple[float, float] = (0, math.inf)  # the fewest and the most code points
    patterns: frozenset[str] = frozenset()  # all of which are found in it
    formats: frozenset[str] = frozenset()  # all of which it has
    since: datetime | None = None
    until: datetime | None = None  # the first instant that is too late
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Array(ShapeMarks):
    """Arrays."""

    counts: tuple[float, float] = (0, math.inf)  # the fewest and the most items
    first: tuple[Schema, ...] = ()  # one for each of the first items
    rest: Schema = True
    is_unique: bool = False

    def at(self, index: int) -> Schema:
        return self.first[index] if index < len(self.first) else self.rest


@dataclass(frozen=True, slots=True, eq=False)
class Record(ShapeMarks):
    """Objects."""

    fields: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    required: frozenset[str] = frozenset()
    patterns: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    names: Schema = True  # the schema of all names of fields
    rest: Schema = True  # that of all other fields
    counts: tuple[float, float] = (0, math.inf)  # the fewest and the most fields
    invariants: frozenset[str] = frozenset()  # JSON texts without the sentences
    title: str = ""
    tags: frozenset[str] = frozenset()  # the fields that tell it from the others of its unions
    is_fallback: bool = False  # whether it takes the kinds of an open union that no other has

    @property
    def certain(self) -> frozenset[str]:
        """The fields that are there: pydantic demands a tag even where it does not write so."""
        return self.required | self.tags

    @property
    def tolerated(self) -> Schema:
        """What consumers take as another field."""
        # Classes ignore what they do not know. Maps, which alone have rules for names, do not.
        is_map = self.patterns or self.names is not True
        return True if self.rest is False and not is_map else self.rest

    def at(self, name: str, rest: Schema | None = None) -> Iterator[Schema]:
        """Give every schema that a field of this name may have to satisfy."""
        if name in self.fields:
            yield self.fields[name]
        found = {part: matches(part, name) for part in self.patterns}
        yield from (self.patterns[part] for part, it_does in found.items() if it_does is not False)
        if name not in self.fields and not any(found.values()):
            yield self.rest if rest is None else rest


_encoder: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
Shape: TypeAlias = Values | Number | Text | Array | Record


def canonical(value: Json) -> str:
    """Write a JSON value so that what JSON Schema takes for equal has the same text."""
    return _encoder.encode(_plain(value))


def _plain(value: Json) -> Json:
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_plain(part) for part in value]
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case _:
            return value
