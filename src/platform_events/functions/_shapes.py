"""What JSON a path can lead to, by the schemas of events.

Where a schema does not say, every value is possible: nothing is called impossible that can exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from typing import Any, Final, TypeAlias, cast

from pydantic.errors import PydanticUserError

from ..events.event import Event
from .triggers import CRON, INVOKED

Constant: TypeAlias = str | bool | int | float | None
_Schema: TypeAlias = Mapping[str, Any]  # Any: what a keyword holds is its own affair

_KINDS: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    type(None): "null",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The values that are possible in one place."""

    alternatives: tuple[_Schema, ...]  # without references and unions
    definitions: _Schema = field(default_factory=dict[str, Any], repr=False)

    @classmethod
    def of(cls, schemas: Iterable[_Schema | bool], definitions: _Schema) -> Shape:
        flat = (part for schema in schemas for part in _flatten(schema, definitions))
        return cls(tuple(flat), definitions)

    @property
    def is_open(self) -> bool:
        """Whether a value of any type is possible."""
        return not all(map(_kinds, self.alternatives))

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types that are possible, but for null, which stands for what is absent."""
        return frozenset[str]().union(*map(_kinds, self.alternatives)) - {"null"}

    @property
    def constants(self) -> list[Constant] | None:
        """The possible values but for null, if all are listed."""
        lists = [_constants(schema) for schema in self._not_null()]
        if not lists or None in lists:
            return None
        return list(dict.fromkeys(value for values in lists for value in values or ()))

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the largest number that are possible."""
        numbers = self._not_null()
        return (
            min((s.get("minimum", s.get("exclusiveMinimum", -inf)) for s in numbers), default=-inf),
            max((s.get("maximum", s.get("exclusiveMaximum", inf)) for s in numbers), default=inf),
        )

    @property
    def is_whole(self) -> bool:
        """Whether every possible number is an integer."""
        return all(schema.get("type") == "integer" for schema in self._not_null())

    def names(self) -> list[str]:
        names = (name for s in self.alternatives for name in s.get("properties", ()))
        return [name for name in dict.fromkeys(names) if name[0] != "_"]

    def member(self, name: str) -> Shape:
        """Give the shape of a field; without alternatives if no value has it."""
        schemas = [s for alternative in self.alternatives for s in _field(alternative, name)]
        if self._is_open_union():
            schemas.append(True)
        return Shape.of(schemas, self.definitions)

    def item(self) -> Shape:
        """Give the shape of the items of a list; without alternatives if no value is one."""
        schemas = [s for alternative in self.alternatives for s in _items(alternative)]
        return Shape.of(schemas, self.definitions)

    def _not_null(self) -> list[_Schema]:
        return [schema for schema in self.alternatives if schema.get("type") != "null"]

    def _is_open_union(self) -> bool:
        """Tell a union of kinds, one member of which stands for kinds that do not exist yet."""
        fields = [schema.get("properties", {}) for schema in self.alternatives]
        return len({"const" in kinds["kind"] for kinds in fields if "kind" in kinds}) > 1


ANYTHING: Final = Shape(({},))
"""The shape of what nobody described."""


def shape_of(schema: _Schema) -> Shape:
    """Give the shape that a schema without references describes."""
    return Shape.of([schema], {})


@dataclass(frozen=True, slots=True)
class EventKinds:
    """Which events a variable of an expression can be."""

    classes: tuple[type[Event], ...] = ()
    crons: bool = False  # the event of a schedule
    others: bool = False  # an event that nobody described


@lru_cache(maxsize=128)
def event_shape(kinds: EventKinds) -> Shape:
    """Give the shape of an event, as the server hands it to expressions."""
    # inngest/inngest: pkg/event/event.go, Event.Map, NewInvocationEvent and IsCron
    data, definitions = _data_schemas(kinds.classes)
    data += [_object(_inngest=True)] if kinds.classes else []
    data += [_object(cron={"type": "string"})] if kinds.crons else []
    names = [*(cls.event_name for cls in kinds.classes), INVOKED, *([CRON] if kinds.crons else [])]
    name = {"type": "string"} if kinds.others else {"enum": names}
    string, anything = {"type": "string"}, True
    whole = _object(
        name=name,
        data={"anyOf": [*data, *([anything] if kinds.others else [])]},
        id=string,
        ts={"type": "number"},
        user=anything,
        v=string,
        meta=anything,
    )
    return Shape.of([whole], definitions)


def _object(**fields: object) -> _Schema:
    return {"type": "object", "properties": fields, "additionalProperties": False}


def _data_schemas(classes: tuple[type[Event], ...]) -> tuple[list[_Schema | bool], _Schema]:
    from pydantic.json_schema import models_json_schema

    try:
        # What any producer may send, which is all that one here does send.
        by_class, document = models_json_schema([(cls, "validation") for cls in classes])
    except PydanticUserError:  # a type that JSON Schema cannot say
        return [True], {}
    return list(by_class.values()), cast("_Schema", document.get("$defs", {}))


def _flatten(schema: _Schema | bool, definitions: _Schema) -> Iterator[_Schema]:
    """Resolve references and unions; what is not known becomes the schema of everything."""
    if isinstance(schema, bool):
        yield from [{}] if schema else []
    elif "$ref" in schema:
        target = definitions.get(schema["$ref"].removeprefix("#/$defs/"), True)
        # A type that is nothing but itself is no type.
        yield from _flatten(True if target == schema else target, definitions)
    elif unions := schema.get("anyOf") or schema.get("oneOf"):
        for part in unions:
            yield from _flatten(part, definitions)
    else:
        yield schema


def _kinds(schema: _Schema) -> frozenset[str]:
    """Give the JSON types that a schema names, all numbers being one; none if it names none."""
    values = _constants(schema)
    if values is not None:
        return frozenset(_KINDS[type(value)] for value in values)
    kind = schema.get("type", ())
    kinds: list[str] = [kind] if isinstance(kind, str) else list(kind)
    return frozenset("number" if one == "integer" else one for one in kinds)


def _constants(schema: _Schema) -> list[Constant] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is None or not all(type(value) in _KINDS for value in values):
        return None
    return list(values)


def _field(schema: _Schema, name: str) -> Iterator[_Schema | bool]:
    kinds = _kinds(schema)
    if kinds and "object" not in kinds:
        return
    if name in schema.get("properties", ()):
        yield schema["properties"][name]
    else:
        yield schema.get("additionalProperties", True)
        yield from schema.get("patternProperties", {}).values()


def _items(schema: _Schema) -> Iterator[_Schema | bool]:
    kinds = _kinds(schema)
    if kinds and "array" not in kinds:
        return
    yield from schema.get("prefixItems", ())
    yield schema.get("items", "prefixItems" not in schema)
