"""JSON Schema documents as Python has them: what they are made of, and how they are changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias, cast

from pydantic import JsonValue

from ..errors import EventDefinitionError

JsonSchema: TypeAlias = dict[str, JsonValue]
"""A JSON Schema, or a part of one."""

_ORDER: Final = (
    "$schema", "$id", "$comment", "$ref", "title", "description", "deprecated",
    "x-deprecated-message", "x-event-name", "x-data-schema", "x-sensitive", "x-unit", "type",
    "format", "const", "enum", "x-open", "not", "pattern", "minLength", "maxLength", "minimum",
    "exclusiveMinimum", "maximum", "exclusiveMaximum", "x-minimum", "x-exclusive-maximum", "items",
    "prefixItems", "minItems", "maxItems", "uniqueItems", "anyOf", "oneOf", "discriminator",
    "x-fallback", "default",
    "properties", "required", "patternProperties", "propertyNames", "additionalProperties",
    "x-invariants", "examples", "$defs",
)  # fmt: skip
# What is in these is not a schema, or maps names to schemas.
_DATA: Final = frozenset({"examples", "default", "const", "enum", "discriminator", "x-invariants"})
_NAMED: Final = frozenset({"properties", "patternProperties", "$defs"})


def each_object(value: JsonValue) -> Iterator[JsonSchema]:
    """Find every object in a document.

    Args:
        value: The document, or a part of it.

    Yields:
        Each object, the outermost first. It may be changed before the next is asked for.
    """
    if isinstance(value, dict):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in list(parts):
        yield from each_object(part)


def properties(schema: JsonSchema) -> dict[str, JsonSchema]:
    """Give the fields of an object by their names; none if it is not an object."""
    return cast("dict[str, JsonSchema]", schema.get("properties", {}))


def definitions(document: JsonSchema) -> dict[str, JsonSchema]:
    """Give what a document defines, by name."""
    return cast("dict[str, JsonSchema]", document.get("$defs", {}))


def merge_definitions(documents: Sequence[JsonSchema]) -> dict[str, JsonSchema]:
    """Collect what documents define, by name.

    Args:
        documents: The documents, whose titles and definitions are to share one namespace.

    Returns:
        The definitions of all.

    Raises:
        EventDefinitionError: A name stands for two different classes.

    Example:
        >>> from platform_events.contracts.schema_tree import merge_definitions
        >>> merge_definitions([{"title": "A", "$defs": {"B": {"type": "null"}}}])
        {'B': {'type': 'null'}}
    """
    found: dict[str, JsonSchema] = {}
    titles: set[str] = set()
    for document in documents:
        title = str(document["title"])
        clashes = [name for name, part in definitions(document).items()
                   if found.setdefault(name, part) != part]  # fmt: skip
        clashes += [name for name in (title,) if name in titles]
        titles.add(title)
        if clashes or (clashes := sorted(titles & found.keys())):
            raise EventDefinitionError(
                f"{document['x-event-name']}: there is another class named {clashes[0]}: "
                "rename one of them"
            )
    return found


def alternatives(schema: JsonSchema) -> list[JsonSchema]:
    """Give the members of a union; none if it is not a union."""
    return cast("list[JsonSchema]", schema.get("anyOf") or schema.get("oneOf") or [])


def is_map(schema: JsonSchema) -> bool:
    """Tell whether an object is a map: its keys are data, with rules of their own."""
    return "patternProperties" in schema or "propertyNames" in schema


def map_values(schema: JsonSchema) -> list[JsonSchema]:
    """Give the schemas of the values of a map; none if it is not one."""
    parts = [*cast("JsonSchema", schema.get("patternProperties", {})).values()]
    rest = schema.get("additionalProperties")
    parts.append({} if rest is True else rest)
    return [part for part in parts if isinstance(part, dict)]


def ref_name(schema: JsonSchema) -> str:
    """Give the name of the definition that a schema refers to; empty if it refers to none."""
    return str(schema.get("$ref", "")).removeprefix("#/$defs/")


def ref_to(name: str) -> str:
    """Refer to a definition: what :func:`target` reads."""
    return f"#/$defs/{name}"


def map_schemas(schema: JsonSchema, change: Callable[[JsonSchema], JsonSchema]) -> JsonSchema:
    """Change every schema in a document, the innermost first.

    Args:
        schema: The document, or a part of it.
        change: What is done to each schema. What is not a schema, such as an example, stays.

    Returns:
        Another document.

    Example:
        >>> from platform_events.contracts.schema_tree import map_schemas
        >>> map_schemas({"items": {"title": "A"}}, lambda node: {**node, "x-seen": True})
        {'items': {'title': 'A', 'x-seen': True}, 'x-seen': True}
    """
    return change({key: _mapped_part(key, part, change) for key, part in schema.items()})


def sort_keywords(document: JsonSchema) -> JsonSchema:
    """Put the keywords of a document in the order in which a reader wants them.

    Args:
        document: The document.

    Returns:
        Another one, whose fields, definitions and values are in the order that they had.

    Example:
        >>> from platform_events.contracts.schema_tree import sort_keywords
        >>> sort_keywords({"maximum": 1, "type": "number", "properties": {"b": {}, "a": {}}})
        {'type': 'number', 'maximum': 1, 'properties': {'b': {}, 'a': {}}}
    """
    return map_schemas(document, lambda node: {key: node[key] for key in sorted(node, key=_rank)})


def _mapped_part(
    keyword: str, value: JsonValue, change: Callable[[JsonSchema], JsonSchema]
) -> JsonValue:
    if keyword in _DATA:
        return value
    if keyword in _NAMED:
        parts = cast("dict[str, JsonSchema]", value)
        return {name: map_schemas(part, change) for name, part in parts.items()}
    if isinstance(value, list):
        return [map_schemas(part, change) if isinstance(part, dict) else part for part in value]
    return map_schemas(value, change) if isinstance(value, dict) else value


def _rank(keyword: str) -> tuple[int, str]:
    return _ORDER.index(keyword) if keyword in _ORDER else len(_ORDER), keyword


def rules_of(schema: JsonSchema) -> list[str]:
    """Read what holds between the fields of an object, as sentences.

    Args:
        schema: The schema of the object.

    Returns:
        The ``message`` of each of its ``x-invariants``, each once.

    Example:
        >>> rules_of({"x-invariants": [{"rule": "differ", "message": "`a` must differ from `b`"}]})
        ['`a` must differ from `b`']
    """
    invariants = cast("list[JsonSchema]", schema.get("x-invariants", []))
    return list(dict.fromkeys(str(invariant["message"]) for invariant in invariants))
