"""The keywords of JSON Schema that are compared, and the tree of schemas that they make.

These are the keywords of draft 2020-12 that pydantic writes, and ours. Anything else, such as
``if``, ``contains``, ``dependentRequired`` and ``unevaluatedProperties``, raises
:class:`~._shapes.UnsupportedSchema`: such a schema is compared as a whole, and any change of it
counts as breaking.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from ._shapes import Json, Schema, UnsupportedSchema, canonical

NUMBER: Final = frozenset({
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"
})  # fmt: skip
TEXT: Final = frozenset({
    "minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType",
    "x-minimum", "x-exclusive-maximum",
})  # fmt: skip
ARRAY: Final = frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems"})
RECORD: Final = frozenset({
    "properties", "required", "additionalProperties", "patternProperties", "propertyNames",
    "minProperties", "maxProperties", "x-invariants",
})  # fmt: skip
VALUES: Final = frozenset({"enum", "const", "x-open"})
OF_ONE_TYPE: Final = NUMBER | TEXT | ARRAY | RECORD
UNIT: Final = "x-unit"
OWN: Final = OF_ONE_TYPE | VALUES | {"type", "not", UNIT}
"""What a schema says itself, as opposed to through other schemas."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_COMBINING: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "discriminator", "x-fallback"})
_COMPARED: Final = OWN | _COMBINING
_ANNOTATIONS: Final = frozenset({
    "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default",
    "examples", "deprecated", "readOnly", "writeOnly",
})  # fmt: skip
# What changes without being told: it has no meaning for who sends or reads.
_SILENT: Final = frozenset({
    "$schema", "$id", "$comment", "$defs", "definitions", "title", "examples", "readOnly",
    "writeOnly", "x-event-name",
})  # fmt: skip
_NAMED_SCHEMAS: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_UNORDERED_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf"})
_ONE_SCHEMA: Final = frozenset({
    "additionalProperties", "propertyNames", "items", "not", "x-open", "contains", "if", "then",
    "else", "unevaluatedItems", "unevaluatedProperties",
})  # fmt: skip
_SCHEMA_LISTS: Final = _UNORDERED_SCHEMAS | {"prefixItems"}
_UNORDERED_VALUES: Final = frozenset({"enum", "required", "type"})


def is_annotation(keyword: str) -> bool:
    """Tell whether a keyword has no say in which values are valid, nor in what they mean."""
    return keyword in _ANNOTATIONS or (keyword.startswith("x-") and keyword not in _COMPARED)


def is_told(keyword: str) -> bool:
    """Tell whether a keyword is an annotation whose changes are reported."""
    return is_annotation(keyword) and keyword not in _SILENT


def refuse_unknown(node: dict[str, Json], *, is_root: bool) -> None:
    """Check that all keywords of a schema can be compared."""
    unknown = sorted(key for key in node if key not in _COMPARED and not is_annotation(key))
    if unknown:
        raise UnsupportedSchema(f"the keyword `{unknown[0]}` cannot be compared")
    dialect = node.get("$schema", _DIALECT)
    if not isinstance(dialect, str) or dialect.rstrip("#") != _DIALECT:
        raise UnsupportedSchema("the keyword `$schema` names another draft than 2020-12")
    if "$id" in node and not is_root:
        raise UnsupportedSchema("an `$id` inside of a document changes what `$ref` means")


def stripped(schema: Schema, *, keeps_annotations: bool = False) -> Schema:
    """Leave out the annotations of a schema and of those in it, and sort what has no order."""
    if isinstance(schema, bool):
        return schema
    return {
        key: _stripped_part(key, part, keeps_annotations)
        for key, part in schema.items()
        if not is_annotation(key) or (keeps_annotations and is_told(key))
    }


def _stripped_part(keyword: str, value: Json, keeps_annotations: bool) -> Json:
    def strip(part: Schema) -> Schema:
        return stripped(part, keeps_annotations=keeps_annotations)

    match value:
        case dict() if keyword in _NAMED_SCHEMAS:
            return {name: strip(part) for name, part in schemas(value).items()}
        case dict() if keyword in _ONE_SCHEMA:
            return strip(value)
        case list() if keyword in _SCHEMA_LISTS:
            parts: list[Json] = [strip(part) for part in schema_list(value)]
            return sorted(parts, key=canonical) if keyword in _UNORDERED_SCHEMAS else parts
        case list() if keyword in _UNORDERED_VALUES:
            return sorted(value, key=canonical)
        case _:
            return value


def schemas(value: Json) -> dict[str, Schema]:
    if not isinstance(value, dict) or not all(map(_is_schema, value.values())):
        raise UnsupportedSchema("a map of schemas is not written as one")
    return cast("dict[str, Schema]", value)


def schema_list(value: Json) -> list[Schema]:
    if not isinstance(value, list) or not all(map(_is_schema, value)):
        raise UnsupportedSchema("a list of schemas is not written as one")
    return cast("list[Schema]", value)


def schema(value: Json) -> Schema:
    if not _is_schema(value):
        raise UnsupportedSchema("a schema is neither an object nor a boolean")
    return cast("Schema", value)


def _is_schema(value: Json) -> bool:
    return isinstance(value, bool | dict)


def references(schema: Json) -> Iterator[str]:
    """Find every ``$ref`` and ``x-fallback`` in a schema, and whatever looks like one."""
    if isinstance(schema, dict):
        found = (schema.get(keyword) for keyword in ("$ref", "x-fallback"))
        yield from (target for target in found if isinstance(target, str))
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)
