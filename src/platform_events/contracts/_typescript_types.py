"""The types of the TypeScript module: from JSON Schema to TypeScript.

A type that depends on what a newer producer may send has a parameter for it: ``never`` for
producers, which are closed, and ``NewerValue`` for consumers.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final, cast

from ._typescript_zod import literal, property_key
from .schema_tree import JsonSchema, alternatives, each_object, map_values, properties, ref_name

_PARAMETER: Final = "Newer"
_WIDTH: Final = 100
_MOST_INLINE_MEMBERS: Final = 4
_PRIMITIVES: Final = {
    "string": "string", "number": "number", "integer": "number", "boolean": "boolean",
    "null": "null",
}  # fmt: skip


class TypeWriter:
    """Writes types; ``known`` are all definitions, by name."""

    def __init__(self, known: dict[str, JsonSchema]) -> None:
        self.known = known
        self._open: set[str] = set()
        # A definition is open, too, if it refers to one that is.
        while found := {name for name in known.keys() - self._open if self.is_open(known[name])}:
            self._open |= found

    def is_open(self, schema: JsonSchema) -> bool:
        """Tell whether what consumers read differs from what producers send."""
        return any(
            "x-open" in node
            or "x-fallback" in node
            or "not" in node
            or ref_name(node) in self._open
            for node in each_object(schema)
        )

    def parameter(self, schema: JsonSchema) -> str:
        """Declare the parameter of a type; nothing if it has none."""
        return f"<{_PARAMETER} extends string = never>" if self.is_open(schema) else ""

    def write(self, schema: JsonSchema) -> str:
        match schema:
            case {"$ref": _}:
                name = ref_name(schema)
                return f"{name}<{_PARAMETER}>" if name in self._open else name
            case {"anyOf": _} | {"oneOf": _}:
                read = [{"$ref": schema["x-fallback"]}] if "x-fallback" in schema else []
                members = dict.fromkeys(map(self.write, [*alternatives(schema), *read]))
                is_short = len(members) <= _MOST_INLINE_MEMBERS
                return " | ".join(members) if is_short else "".join(f"\n    | {m}" for m in members)
            case {"const": value}:
                return literal(value)
            case {"enum": list(values)}:
                opened = [_PARAMETER] if "x-open" in schema else []
                return " | ".join([*map(literal, values), *opened])
            case {"not": _}:
                return _PARAMETER
            case {"type": "object"}:
                return self._object(schema)
            case {"type": "array"}:
                return self._array(schema)
            case {"type": str(name)}:
                return _PRIMITIVES[name]
            case _:
                return "unknown"

    def _object(self, schema: JsonSchema) -> str:
        if not map_values(schema):
            return "\n".join(["{", *self._fields(schema), "}"])
        written = " | ".join(dict.fromkeys(map(self.write, map_values(schema))))
        return f"Readonly<Record<string, {written}>>"

    def _array(self, schema: JsonSchema) -> str:
        items = schema.get("items")
        item = self.write(items) if isinstance(items, dict) else "unknown"
        is_simple = " | " not in item and not item.startswith("readonly ")
        array = f"{item}[]" if is_simple else f"({item})[]"
        if "prefixItems" not in schema:
            return f"readonly {array}"
        first = cast("list[JsonSchema]", schema["prefixItems"])
        rest = [] if schema.get("maxItems") == len(first) else [f"...{array}"]
        return f"readonly [{', '.join([*map(self.write, first), *rest])}]"

    def _fields(self, schema: JsonSchema) -> Iterator[str]:
        required = cast("list[str]", schema.get("required", []))
        for name, field in properties(schema).items():
            mark, absent = ("", "") if name in required else ("?", " | undefined")
            declared = f"readonly {property_key(name)}{mark}: {self.write(field)}{absent};\n"
            yield textwrap.indent(comment(field) + declared, "  ").rstrip()


def comment(schema: JsonSchema, *, brief: bool = False) -> str:
    """Write the documentation of a schema as JSDoc."""
    described = str(schema.get("description", "")).split("\n\n")
    paragraphs = [*(described[:1] if brief else described), *_notes(schema)]
    lines: list[str] = []
    for paragraph in filter(None, paragraphs):
        lines += ["", *textwrap.wrap(paragraph.replace("*/", "*\\/"), _WIDTH - 5)]
    match lines[1:]:
        case []:
            return ""
        case [line]:
            return f"/** {line} */\n"
        case several:
            return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in several) + " */\n"


def _notes(schema: JsonSchema) -> Iterator[str]:
    if "x-unit" in schema:
        yield f"Unit: {schema['x-unit']}."
    if schema.get("x-sensitive"):
        yield "Sensitive: not to be logged or shown."
    if "default" in schema:
        yield f"@defaultValue `{literal(schema['default'])}`"
    if schema.get("deprecated"):
        yield f"@deprecated {schema.get('x-deprecated-message', '')}".rstrip()
