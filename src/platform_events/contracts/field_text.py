"""What a schema says of a value, in words: text with marks, as docstrings have it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, cast

from pydantic import JsonValue

from ..events._envelope import EVENT_ID_PATTERN
from ._limits import at_least, at_most, between
from .schema_tree import JsonSchema, alternatives, map_values, ref_name

_NULL: Final[JsonSchema] = {"type": "null"}
_UNITS: Final = {
    "ms": "milliseconds", "s": "seconds", "d": "days", "m": "metres", "kg": "kilograms",
    "kcal": "kilocalories", "%": "percent", "/min": "per minute", "Cel": "degrees Celsius",
}  # fmt: skip
_KINDS: Final = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
    "object": "object", "null": "null",
}  # fmt: skip
_PATTERNS: Final = {EVENT_ID_PATTERN: "not blank"}
_FORMATS: Final = {"date-time": "instant", "date": "day"}
# Beyond them JSON loses digits: no limit that anybody meets.
_SAFE: Final = 2**53 - 1


class FieldText:
    """Describes the values of one document.

    Args:
        known: What the document defines, by name.

    Example:
        >>> from platform_events.contracts.field_text import FieldText
        >>> text = FieldText({})
        >>> text.kind({"type": "array", "items": {"$ref": "#/$defs/Sleep"}})
        'list of `Sleep`'
        >>> list(text.limits({"type": "number", "minimum": 0, "maximum": 100, "x-unit": "kg"}))
        ['0 to 100 kilograms']
    """

    def __init__(self, known: dict[str, JsonSchema]) -> None:
        self._known = known

    def kind(self, schema: JsonSchema) -> str:
        """Say of what kind a value is."""
        match self._plain(schema):
            case {"$ref": _} as referring:
                return code(ref_name(referring))
            case {"anyOf": _} | {"oneOf": _} as union:
                return _one_of(union, list(dict.fromkeys(map(self.kind, alternatives(union)))))
            case {"const": value}:
                return f"always {code(value)}"
            case {"enum": _, "x-open": _}:
                return "open choice"
            case {"enum": _}:
                return "choice"
            case {"type": "array"} as array:
                return self._array_kind(array)
            case {"type": "object"} as found if map_values(found):
                kinds = dict.fromkeys(map(self.kind, map_values(found)))
                return f"map of text to {' or '.join(kinds)}"
            case {"format": str(known)} if known in _FORMATS:
                return _FORMATS[known]
            case plain:
                return _KINDS.get(str(plain.get("type")), "any value")

    def limits(self, schema: JsonSchema) -> Iterator[str]:
        """Say within which limits a value is, one after the other."""
        plain = self._plain(schema)
        unit = _UNITS.get(str(plain.get("x-unit")), str(plain.get("x-unit", "")))
        span = _span(plain, "minimum", "maximum")
        if span or unit:
            yield " ".join(filter(None, [span, unit]))
        for low, high, of in (
            ("minLength", "maxLength", "characters"),
            ("minItems", "maxItems", "items"),
            ("minProperties", "maxProperties", "keys"),
        ):
            if span := _span(plain, low, high):
                yield f"{span} {of}"
        if "x-open" in plain:
            yield "more will come"
        if plain.get("uniqueItems"):
            yield "no two equal"
        yield from _format_limits(plain)
        yield from self._limits_inside(plain)

    def choices(self, schema: JsonSchema) -> list[JsonValue]:
        """Give the values that may be chosen from; none if it is not a choice."""
        match self._plain(schema):
            case {"enum": list(values)}:
                return values
            case {"items": dict(items)}:
                return self.choices(items)
            case _:
                return []

    def _array_kind(self, schema: JsonSchema) -> str:
        match schema:
            case {"prefixItems": list(first)}:
                kinds = [self.kind(part) for part in cast("list[JsonSchema]", first)]
                return f"list of {', then '.join(kinds)}"
            case {"items": dict(items)}:
                between_them = "list, each " if alternatives(items) else "list of "
                return between_them + self.kind(items)
            case _:
                return "list"

    def _limits_inside(self, plain: JsonSchema) -> Iterator[str]:
        if isinstance(items := plain.get("items"), dict):
            yield from (f"each {limit}" for limit in self.limits(items))
        if isinstance(names := plain.get("propertyNames"), dict):
            known = ", ".join(map(code, self.choices(names)))
            limits = [known] if known else self.limits({"type": "string", **names})
            yield from (f"keys: {limit}" for limit in limits)
        for pattern in cast("JsonSchema", plain.get("patternProperties", {})):
            yield f"keys: {code(pattern)}"

    def _plain(self, schema: JsonSchema) -> JsonSchema:
        """Give a schema without null, and with what it refers to if that is not an object."""
        others = [part for part in alternatives(schema) if part != _NULL]
        said = {key: part for key, part in schema.items() if key not in {"anyOf", "oneOf"}}
        if len(others) == 1:
            return self._plain({**others[0], **said})
        referred = self._known.get(ref_name(schema), _NULL)
        if referred != _NULL and "properties" not in referred:
            return {**referred, **{key: part for key, part in said.items() if key != "$ref"}}
        return {**said, "anyOf": [*others]} if others else schema


def code(value: JsonValue) -> str:
    """Mark a value as code: a text as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text}`"


def _one_of(union: JsonSchema, kinds: list[str]) -> str:
    match union:
        case {"discriminator": {"propertyName": str(name)}}:
            return f"one of these, by {code(name)}: {', '.join(kinds)}"
        case _:
            return " or ".join(kinds)


def _format_limits(plain: JsonSchema) -> Iterator[str]:
    if "x-minimum" in plain:
        low, high = (str(plain[key])[:10] for key in ("x-minimum", "x-exclusive-maximum"))
        yield "ISO 8601 with UTC offset"
        yield f"from {low}, before {high}"
    elif plain.get("format") in _FORMATS:
        yield "ISO 8601"
    elif "pattern" in plain:
        pattern = str(plain["pattern"])
        yield _PATTERNS.get(pattern, code(pattern))


def _span(schema: JsonSchema, low: str, high: str) -> str:
    least, most = _number(schema, low), _number(schema, high)
    above, below = _number(schema, _exclusive(low)), _number(schema, _exclusive(high))
    lower = "" if least is None else at_least(least)
    lower = lower if above is None else at_least(above, is_exclusive=True)
    upper = "" if most is None else at_most(most)
    upper = upper if below is None else at_most(below, is_exclusive=True)
    return between(lower, upper, least, most)


def _exclusive(keyword: str) -> str:
    return f"exclusive{keyword[:1].upper()}{keyword[1:]}"


def _number(schema: JsonSchema, keyword: str) -> float | None:
    value = cast("float | None", schema.get(keyword))
    return None if value is None or abs(value) == _SAFE else value
