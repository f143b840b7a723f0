"""The validators of the TypeScript module: from JSON Schema to expressions of zod 4.

They are of ``zod/mini``, of which a bundler keeps what is used. Rules that zod does not have, such
as ``rule.text``, are in ``typescript_runtime/events.ts``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final, cast

from pydantic import JsonValue

from ..errors import EventDefinitionError
from .schema_tree import JsonSchema, alternatives, is_map, properties, ref_name

_BOUNDS: Final = {
    "minimum": "gte", "exclusiveMinimum": "gt", "maximum": "lte", "exclusiveMaximum": "lt",
    "multipleOf": "multipleOf",
}  # fmt: skip
# What is written, and what needs no validator.
_KNOWN_KEYWORDS: Final = frozenset({
    *_BOUNDS, "$ref", "type", "const", "enum", "x-open", "anyOf", "oneOf", "discriminator",
    "x-fallback", "properties", "required", "additionalProperties", "patternProperties",
    "propertyNames", "minProperties", "maxProperties", "items", "prefixItems", "minItems",
    "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format", "x-minimum",
    "x-exclusive-maximum", "not", "$schema", "$id", "$comment", "$defs", "title", "description",
    "examples", "default", "deprecated", "x-deprecated-message", "x-event-name", "x-sensitive",
    "x-unit", "x-invariants",
})  # fmt: skip
# In the form that pydantic writes, though it reads others.
_FORMATS: Final = {"uuid": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"}
_IDENTIFIER: Final = re.compile("[A-Za-z_$][A-Za-z0-9_$]*")


def zod_of(schema: JsonSchema) -> str:
    """Write the validator of a schema."""
    if unknown := sorted(schema.keys() - _KNOWN_KEYWORDS):
        raise EventDefinitionError(f"`{unknown[0]}` cannot be written as TypeScript yet")
    match schema:
        case {"$ref": _}:
            return shape_call(schema)
        case {"anyOf": _} | {"oneOf": _}:
            return _union(schema)
        case {"const": value}:
            return f"z.literal({literal(value)})"
        case {"enum": values, "x-open": dict(opened)}:
            return f"side.choice({literal(values)}, {zod_of(opened)})"
        case {"enum": values}:
            return f"z.literal({literal(values)})"
        case {"type": str(name)}:
            return _WRITERS[name](schema)
        case _:
            return "z.unknown()"


def literal(value: JsonValue) -> str:
    """Write a JSON value as TypeScript."""
    return json.dumps(value, ensure_ascii=False)


def regex(pattern: str) -> str:
    """Write a pattern as a regular expression of TypeScript."""
    escaped = re.sub(r"(?<!\\)/", r"\/", pattern)
    return f"/{escaped}/u"


def property_key(name: str) -> str:
    """Write the name of a field, in quotes if it needs them."""
    if name == "__proto__":  # which would not be a property, but the prototype
        return '["__proto__"]'
    return name if _IDENTIFIER.fullmatch(name) else literal(name)


def shape_name(definition: str) -> str:
    """Give the name of the function that makes the validator of a definition."""
    return f"{definition[:1].lower()}{definition[1:]}Shape"


def shape_call(schema: JsonSchema) -> str:
    """Call the function that makes the validator of the definition that a schema refers to."""
    return f"{shape_name(ref_name(schema))}(side)"


def _union(schema: JsonSchema) -> str:
    if "discriminator" in schema:
        return _tagged_union(schema)
    others = [part for part in alternatives(schema) if part != {"type": "null"}]
    written = ", ".join(zod_of(part) for part in others)
    union = written if len(others) == 1 else f"z.union([{written}])"
    return union if others == alternatives(schema) else f"z.nullable({union})"


def _tagged_union(schema: JsonSchema) -> str:
    discriminator = cast("JsonSchema", schema["discriminator"])
    members = "".join(
        f"      {property_key(kind)}: () => {shape_call({'$ref': reference})},\n"
        for kind, reference in cast("JsonSchema", discriminator["mapping"]).items()
    )
    fallback = schema.get("x-fallback")
    rest = f", side.fallback(() => {shape_call({'$ref': fallback})})" if fallback else ""
    return f"rule.union({literal(discriminator['propertyName'])}, {{\n{members}    }}{rest})"


def _object(schema: JsonSchema) -> str:
    if is_map(schema) or schema.get("additionalProperties", False) is not False:
        return _map(schema)
    required = cast("list[str]", schema.get("required", []))
    fields = ""
    for name, field in properties(schema).items():
        written = zod_of(field) if name in required else f"z.optional({zod_of(field)})"
        fields += f"    {property_key(name)}: {written},\n"
    made = f"side.object({{\n{fields}  }})"
    invariants = schema.get("x-invariants")
    return f"rule.obeying({made}, {literal(invariants)})" if invariants else made


def _array(schema: JsonSchema) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    checks = [] if least is None else [f"z.minLength({least})"]
    checks += [] if most is None else [f"z.maxLength({most})"]
    items, first = schema.get("items", {}), schema.get("prefixItems")
    rest = zod_of(items) if isinstance(items, dict) else "z.unknown()"
    array = f"z.array({rest})"
    if isinstance(first, list):
        written = ", ".join(zod_of(part) for part in cast("list[JsonSchema]", first))
        array = f"rule.tuple([{written}], {rest})"
    checked = _checked(array, checks)
    return f"side.unique({checked})" if schema.get("uniqueItems") else checked


def _map(schema: JsonSchema) -> str:
    """Write an object whose keys are data, with rules of their own."""
    names = schema.get("propertyNames")
    keys = zod_of({"type": "string", **names}) if isinstance(names, dict) else "undefined"
    patterns = cast("dict[str, JsonSchema]", schema.get("patternProperties", {}))
    written = ", ".join(f"[{regex(part)}, {zod_of(values)}]" for part, values in patterns.items())
    rest = schema.get("additionalProperties", True)
    others = zod_of(rest) if isinstance(rest, dict) else "z.unknown()" if rest else "undefined"
    least, most = schema.get("minProperties", 0), schema.get("maxProperties", "Infinity")
    return f"rule.map({keys}, [{written}], {others}, {least}, {most})"


def _checked(schema: str, checks: list[str]) -> str:
    return f"{schema}.check({', '.join(checks)})" if checks else schema


def _text(schema: JsonSchema) -> str:
    pattern = schema.get("pattern", _FORMATS.get(str(schema.get("format"))))
    if pattern is None and "format" in schema:
        raise EventDefinitionError(
            f"the format `{schema['format']}` cannot be written as TypeScript yet"
        )
    given = [] if pattern is None else [regex(str(pattern))]
    if "x-minimum" in schema:
        ends = [literal(schema["x-minimum"]), literal(schema["x-exclusive-maximum"])]
        return f"rule.instant({', '.join([*given, *ends])})"
    lengths = [str(schema.get("minLength", 0)), str(schema.get("maxLength", "Infinity"))]
    return f"rule.text({', '.join([*lengths, *given])})"


def _number(schema: JsonSchema) -> str:
    kind = "z.int()" if schema["type"] == "integer" else "z.number()"
    return _checked(
        kind, [f"z.{check}({schema[bound]})" for bound, check in _BOUNDS.items() if bound in schema]
    )


_WRITERS: Final[dict[str, Callable[[JsonSchema], str]]] = {
    "object": _object,
    "array": _array,
    "string": _text,
    "number": _number,
    "integer": _number,
    "boolean": lambda _: "z.boolean()",
    "null": lambda _: "z.null()",
}
