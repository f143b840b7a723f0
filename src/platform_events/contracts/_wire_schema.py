"""From an event class to the schema of its data: pydantic's, and what pydantic does not tell."""

from __future__ import annotations

import inspect
import re
from datetime import datetime
from typing import Final, cast

from pydantic import JsonValue
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ..events._envelope import EARLIEST, LATEST
from ..events._instants import ANY_INSTANT_PATTERN, DAY_PATTERN, INSTANT_PATTERN
from ..events._units import unit_of
from ..events.event import Event
from ..events.invariants import invariants_of, to_json
from ..events.payload import Payload
from ._field_docs import FieldDoc, field_docs
from .schema_tree import (
    JsonSchema,
    alternatives,
    definitions,
    each_object,
    properties,
    ref_name,
    ref_to,
)

KIND: Final = "kind"
"""The field that tells the members of a union apart."""


def wire_schema(cls: type[Event]) -> JsonSchema:
    """Describe the data of an event."""
    schema: JsonSchema = cls.model_json_schema(schema_generator=_WireSchema)
    known = definitions(schema)
    for node in list(each_object(schema)):
        targets = filter(None, map(ref_name, alternatives(node)))
        _tell_apart({name: known[name] for name in targets}, node)
    _define(schema, "Timestamp", INSTANT_PATTERN, {
        "description": "An instant with its UTC offset, from 1980 to 2099.",
        "x-minimum": _instant(EARLIEST),
        "x-exclusive-maximum": _instant(LATEST),
    })  # fmt: skip
    _define(schema, "CalendarDay", DAY_PATTERN, {"description": "A day, in no time zone."})
    return schema


def deprecation(message: str | None) -> JsonSchema:
    """Say in the keywords of a schema that something is deprecated, if there is a message."""
    return {} if message is None else {"deprecated": True, "x-deprecated-message": message}


class _WireSchema(GenerateJsonSchema):
    """Adds what the source and the types say of each field and class."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written = super().model_schema(schema)
        cls = schema["cls"]
        docs = field_docs(cls) if issubclass(cls, Payload) else {}
        for name, field in properties(written).items():
            field.update(deprecation(cls.model_fields[name].deprecation_message))
            _mark(name, field)
            _describe(name, field, docs.get(name, FieldDoc("", "")))
        if invariants := invariants_of(cls):
            written["x-invariants"] = [to_json(invariant) for invariant in invariants]
        # Those of bases lack the fields of the class, and an event's document has several.
        if not issubclass(cls, Event) and (example := vars(cls).get("EXAMPLE")):
            written["examples"] = [dict(example)]
        if cls.__doc__:
            written["description"] = _unwrapped(cls.__doc__)
        return written

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        written = super().datetime_schema(schema)
        is_timestamp = (schema.get("ge"), schema.get("lt")) == (EARLIEST, LATEST)
        pattern = INSTANT_PATTERN if is_timestamp else ANY_INSTANT_PATTERN.replace("?$", "$")
        return {**written, "pattern": pattern}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        written = super().dict_schema(schema)
        # Pydantic refuses other keys, and does not write so.
        closed = {"additionalProperties": False} if "patternProperties" in written else {}
        return {**closed, **written}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {**super().date_schema(schema), "pattern": DAY_PATTERN}


def _mark(name: str, field: JsonSchema) -> None:
    """Give the field the marks of its types, wherever in it they are, and its unit."""
    if field.get("default", ...) is None:
        del field["default"]  # it is not sent
    for node in each_object(field):
        known = node.pop("x-known-values", None)
        if known is not None:
            lengths = {key: node.pop(key) for key in ("minLength", "maxLength")}
            node |= {"enum": known, "x-open": {"type": node["type"], **lengths}}
        if node.pop("x-sensitive", None):
            field["x-sensitive"] = True
    unit = unit_of(name)
    field |= {"x-unit": unit.ucum} if unit and unit.ucum else {}


def _describe(name: str, field: JsonSchema, doc: FieldDoc) -> None:
    if doc.text:
        field["description"] = doc.text
    if doc.type_name.endswith("Id") and not re.search("_ids?$", name):
        # A name such as caused_by does not tell what an id of it looks like.
        field["examples"] = [f"{doc.type_name.removesuffix('Id').lower()}_1"]


def _tell_apart(members: dict[str, JsonSchema], union: JsonSchema) -> None:
    """Make a union of payloads say which field tells its members apart, and demand the field."""
    kinds: dict[str, JsonValue] = {
        str(properties(member)[KIND]["const"]): ref_to(name)
        for name, member in members.items()
        if "const" in properties(member).get(KIND, {})
    }
    if not kinds:
        return
    union["discriminator"] = {"propertyName": KIND, "mapping": kinds}
    for name, member in members.items():
        kind = properties(member)[KIND]
        kind.pop("default", None)
        required = cast("list[JsonValue]", member.get("required", []))
        member["required"] = [KIND, *(other for other in required if other != KIND)]
        if "const" not in kind:
            kind["not"] = {"enum": list(kinds)}
            union["x-fallback"] = ref_to(name)
            # Nobody sends it, and whoever reads adds it.
            union["oneOf"] = [part for part in alternatives(union) if ref_name(part) != name]


def _define(schema: JsonSchema, name: str, pattern: str, notes: JsonSchema) -> None:
    """Say once what every text with a pattern is."""
    for node in list(each_object(schema)):
        if node.get("pattern") == pattern:
            definition = {key: node.pop(key) for key in ("type", "format", "pattern")}
            node["$ref"] = ref_to(name)
            known = {**definitions(schema), name: {**definition, **notes}}
            schema["$defs"] = dict(sorted(known.items()))


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _unwrapped(docstring: str) -> str:
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
