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
    """What a schema says of its values beside the rules for one type.

    Attributes:
        units: The units of the quantities, as ``x-unit`` gives them.
        annotations: The keywords without a say in what is valid, of a member of a union.
    """

    units: frozenset[str] = field(default=frozenset(), repr=False)
    annotations: Mapping[str, Json] = field(
        default_factory=dict[str, Json], compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Values(ShapeMarks):
    """A finite set of values, as JSON texts.

    Attributes:
        texts: The values.
        others: For an open choice what a consumer takes instead; else nothing.
    """

    texts: frozenset[str]
    others: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Number(ShapeMarks):
    """Numbers in a range.

    Attributes:
        lower: The bound, and whether it is itself outside.
        upper: The bound, and whether it is itself inside.
        steps: What they are multiples of; an integer is one of 1.
    """

    lower: tuple[float, bool] = (-math.inf, False)
    upper: tuple[float, bool] = (math.inf, True)
    steps: frozenset[float] = frozenset()


@dataclass(frozen=True, slots=True)
class Text(ShapeMarks):
    """Strings with rules.

    Attributes:
        lengths: The fewest and the most code points.
        patterns: Regular expressions, all of which are found in it.
        formats: Names of formats, all of which it has.
        since: The first instant, for strings that are instants.
        until: The first instant that is too late.
        excluded: Strings that are not among them.
    """

    lengths: tuple[float, float] = (0, math.inf)
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Array(ShapeMarks):
    """Arrays.

    Attributes:
        counts: The fewest and the most items.
        first: The schemas of the first items, one each.
        rest: The schema of all others.
        is_unique: Whether no two items are equal.
    """

    counts: tuple[float, float] = (0, math.inf)
    first: tuple[Schema, ...] = ()
    rest: Schema = True
    is_unique: bool = False

    def at(self, index: int) -> Schema:
        """Give the schema of an item."""
        return self.first[index] if index < len(self.first) else self.rest


@dataclass(frozen=True, slots=True, eq=False)
class Record(ShapeMarks):
    """Objects.

    Attributes:
        fields: The schemas of the fields that are named.
        required: The fields that must be there.
        patterns: The schemas of fields whose names match a regular expression.
        names: The schema of all names of fields.
        rest: The schema of all other fields.
        counts: The fewest and the most fields.
        invariants: What holds between fields, as JSON texts without the sentences.
        title: What it is called.
        tags: The fields that tell it from the other members of its unions.
        is_fallback: Whether it takes the kinds of an open union that no other member has.
    """

    fields: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    required: frozenset[str] = frozenset()
    patterns: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    names: Schema = True
    rest: Schema = True
    counts: tuple[float, float] = (0, math.inf)
    invariants: frozenset[str] = frozenset()
    title: str = ""
    tags: frozenset[str] = frozenset()
    is_fallback: bool = False

    @property
    def certain(self) -> frozenset[str]:
        """The fields that are there: pydantic demands a tag even where it does not write so."""
        return self.required | self.tags

    @property
    def tolerated(self) -> Schema:
        """What consumers take as another field: classes ignore what they do not know, maps do not.

        Only maps have rules for the names of their keys.
        """
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
