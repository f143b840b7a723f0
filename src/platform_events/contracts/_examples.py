"""Plausible data for a JSON Schema document of an event, the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeVar, cast

from pydantic import JsonValue

from ..errors import EventDefinitionError
from .schema_tree import JsonSchema, alternatives, definitions, properties, ref_name

T = TypeVar("T")

_FORMATTED: Final = {
    "date-time": "2026-11-23T18:30:00Z", "date": "2026-11-23",
    "uuid": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
}  # fmt: skip
# What is usual in each unit; without a unit, or where that is out of range, the rest is tried.
_USUAL: Final[dict[str, float]] = {
    "ms": 48.5, "s": 2700, "d": 30, "m": 5000, "kg": 82.5, "kcal": 540, "%": 96.5, "/min": 62,
    "Cel": 0.3, "mL/kg/min": 44.5,
}  # fmt: skip
_NUMBERS: Final = (71.5, 1.5, 0.7, 0)
_COUNTS: Final = (12, 5, 1, 0)
# Deeper down, what may be left out is, since a payload may be inside of itself.
_DEPTH: Final = 3
_SUCH_AS: Final = re.compile("such as `+([^`]+)`")


def example_of(document: JsonSchema, *, complete: bool) -> JsonValue:
    """Make data that a document describes; a text is what follows "such as" in its description."""
    return _Builder(definitions(document), _DEPTH * complete).build("", document)


class _Builder:
    def __init__(self, known: dict[str, JsonSchema], depth: int) -> None:
        self._known = known
        self._depth = depth

    def build(self, name: str, schema: JsonSchema) -> JsonValue:
        match schema:
            case {"const": value} | {"examples": [value, *_]} | {"enum": [value, *_]}:
                return value
            case {"$ref": _}:
                nested = _Builder(self._known, self._depth - 1)
                return nested.build(name, self._known[ref_name(schema)])
            case {"anyOf": _} | {"oneOf": _}:
                # What is said of the whole goes for its first alternative.
                said = {key: part for key, part in schema.items() if key not in {"anyOf", "oneOf"}}
                return self.build(name, {**said, **alternatives(schema)[0]})
            case {"type": "object"}:
                return dict(self._fields(schema))
            case {"type": "array"}:
                return [self.build(name, part) for part in self._items(schema)]
            case {"type": "boolean"}:
                return True
            case {"type": "string"}:
                fitting = (text for text in _texts(name, schema) if _fits_text(text, schema))
                return _first(fitting, name)
            case {"type": "number" | "integer"}:
                numbers = (number for number in _numbers(schema) if _fits_number(number, schema))
                return _first(numbers, name)
            case _:
                return None

    def _items(self, schema: JsonSchema) -> list[JsonSchema]:
        match schema:
            case {"prefixItems": list(first)}:
                return cast("list[JsonSchema]", first)
            case {"items": dict(items)} if self._depth > 0 or "minItems" in schema:
                return [items]
            case _:
                return []

    def _fields(self, schema: JsonSchema) -> Iterator[tuple[str, JsonValue]]:
        required = cast("list[str]", schema.get("required", []))
        for name, field in properties(schema).items():
            if self._depth > 0 or name in required:
                yield name, self.build(name, field)


def _first(values: Iterator[T], name: str) -> T:
    for value in values:
        return value
    raise EventDefinitionError(
        f"no example of the field {name!r} is known: give it one, `Field(examples=[...])`, or name "
        "one in its docstring, such as `this`"
    )


def _texts(name: str, schema: JsonSchema) -> Iterator[str]:
    if schema.get("format") in _FORMATTED:
        yield _FORMATTED[str(schema["format"])]
    yield from _SUCH_AS.findall(str(schema.get("description", "")))
    identified = re.fullmatch("(.+)_ids?", name)
    if identified:
        yield f"{identified[1]}_1"
    if name.endswith("version"):
        yield "2026.4"
    yield name.replace("_", "-")
    yield "a"


def _fits_text(text: str, schema: JsonSchema) -> bool:
    low, high = cast("int", schema.get("minLength", 0)), cast("int", schema.get("maxLength", 9999))
    return low <= len(text) <= high and bool(re.search(str(schema.get("pattern", "")), text))


def _numbers(schema: JsonSchema) -> Iterator[float]:
    is_whole = schema["type"] == "integer"
    usual = _USUAL.get(str(schema.get("x-unit")))
    if usual is not None:
        yield int(usual) if is_whole else usual
    yield from _COUNTS if is_whole else _NUMBERS
    # Whatever else the range is, it has ends.
    ends = ("multipleOf", "minimum", "maximum")
    yield from (cast("float", schema.get(end, 0)) for end in ends)


def _fits_number(number: float, schema: JsonSchema) -> bool:
    bounds = cast("dict[str, float]", schema)
    return (
        bounds.get("minimum", number) <= number <= bounds.get("maximum", number)
        and bounds.get("exclusiveMinimum", -1e308) < number < bounds.get("exclusiveMaximum", 1e308)
        and ("multipleOf" not in bounds or (number / bounds["multipleOf"]).is_integer())
    )  # fmt: skip
