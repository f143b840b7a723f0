"""The keywords of JSON Schema that are compared, and the tree of schemas that they make.

Anything that is neither here nor an annotation raises :class:`~._shapes.UnsupportedSchema`: no
keyword is ignored in silence.
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
    "properties", "required", "additionalProperties", "minProperties", "maxProperties"
})  # fmt: skip
VALUES: Final = frozenset({"enum", "const", "x-open"})
OF_ONE_TYPE: Final = NUMBER | TEXT | ARRAY | RECORD
OWN: Final = OF_ONE_TYPE | VALUES | {"type", "not"}
"""What a schema says itself, as opposed to through other schemas."""

_COMBINING: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "discriminator", "x-fallback"})
_NOTES: Final = frozenset({
    "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default",
    "examples", "deprecated", "readOnly", "writeOnly",
})  # fmt: skip
_NAMED_SCHEMAS: Final = frozenset({"properties", "patternProperties"})


def is_note(keyword: str) -> bool:
    """Tell whether a keyword has no say in which values are valid.

    Example:
        >>> from platform_events.contracts.compatibility._keywords import is_note
        >>> [is_note(keyword) for keyword in ("title", "x-sensitive", "x-open", "maxLength")]
        [True, True, False, False]
    """
    known = OWN | _COMBINING
    return keyword in _NOTES or (keyword.startswith("x-") and keyword not in known)


def refuse_unknown(node: dict[str, Json], *, is_root: bool) -> None:
    """Check that all keywords of a schema can be compared.

    Raises:
        UnsupportedSchema: One cannot.
    """
    unknown = sorted(key for key in node if key not in OWN | _COMBINING and not is_note(key))
    if unknown:
        raise UnsupportedSchema(f"the keyword `{unknown[0]}` cannot be compared")
    if "$id" in node and not is_root:
        raise UnsupportedSchema("a `$id` inside of a document changes what `$ref` means")


def stripped(schema: Schema) -> Schema:
    """Leave out the notes of a schema and of all schemas in it.

    Raises:
        UnsupportedSchema: Something in it that has to be a schema is none.

    Example:
        >>> from platform_events.contracts.compatibility._keywords import stripped
        >>> stripped({"title": "A", "properties": {"title": {"description": "its title"}}})
        {'properties': {'title': {}}}
    """
    if isinstance(schema, bool):
        return schema
    return {key: _stripped_part(key, part) for key, part in schema.items() if not is_note(key)}


def _stripped_part(keyword: str, value: Json) -> Json:
    match value:
        case dict() if keyword in _NAMED_SCHEMAS:
            return {name: stripped(part) for name, part in schemas(value).items()}
        case dict() if keyword in OWN | _COMBINING and keyword not in VALUES | {"discriminator"}:
            return stripped(value)
        case list() if keyword in {"allOf", "anyOf", "oneOf", "prefixItems"}:
            return [stripped(part) for part in schema_list(value)]
        case list() if keyword in {"enum", "required", "type"}:
            return sorted(value, key=canonical)
        case _:
            return value


def schemas(value: Json) -> dict[str, Schema]:
    """Take a value for schemas by name.

    Raises:
        UnsupportedSchema: It is nothing of the kind.
    """
    if not isinstance(value, dict) or not all(map(_is_schema, value.values())):
        raise UnsupportedSchema("schemas by name are not written as such")
    return cast("dict[str, Schema]", value)


def schema_list(value: Json) -> list[Schema]:
    """Take a value for a list of schemas.

    Raises:
        UnsupportedSchema: It is nothing of the kind.
    """
    if not isinstance(value, list) or not all(map(_is_schema, value)):
        raise UnsupportedSchema("a list of schemas is not written as such")
    return cast("list[Schema]", value)


def schema(value: Json) -> Schema:
    """Take a value for a schema.

    Raises:
        UnsupportedSchema: It is none.
    """
    if not _is_schema(value):
        raise UnsupportedSchema("a schema is neither an object nor a boolean")
    return cast("Schema", value)


def _is_schema(value: Json) -> bool:
    return isinstance(value, bool | dict)


def references(schema: Json) -> Iterator[str]:
    """Find every ``$ref`` in a schema, and whatever looks like one."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield cast("str", schema["$ref"])
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)
