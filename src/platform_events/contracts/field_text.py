"""What a schema says of a value, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias, cast

from pydantic import JsonValue

from .markup import Html, joined, tag
from .schema_tree import JsonSchema, alternatives, ref_name

Address: TypeAlias = Callable[[str], str]
"""Gives the address of a definition by its name."""

_NULL: Final[JsonSchema] = {"type": "null"}
_UNITS: Final = {
    "ms": "milliseconds", "s": "seconds", "d": "days", "m": "metres", "kg": "kilograms",
    "kcal": "kilocalories", "%": "percent", "/min": "per minute", "Cel": "degrees Celsius",
}  # fmt: skip
_KINDS: Final = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
    "object": "object", "null": "null",
}  # fmt: skip
_FORMATS: Final = {"date-time": "instant", "date": "day"}
# Beyond them JSON loses digits: no limit that anybody meets.
_SAFE: Final = 2**53 - 1


class Words:
    """Describes the values of one document.

    Args:
        known: What the document defines, by name.
        address_of: Where each definition that is an object is described.

    Example:
        >>> from platform_events.contracts.field_text import Words
        >>> words = Words({}, lambda name: f"#{name}")
        >>> words.kind({"type": "array", "items": {"$ref": "#/$defs/Sleep"}})
        'list of <a href="#Sleep">Sleep</a>'
        >>> list(words.limits({"type": "number", "minimum": 0, "maximum": 100, "x-unit": "kg"}))
        ['0 to 100 kilograms']
    """

    def __init__(self, known: dict[str, JsonSchema], address_of: Address) -> None:
        self._known = known
        self._address_of = address_of

    def kind(self, schema: JsonSchema) -> Html:
        """Say of what kind a value is: inline HTML."""
        match self._plain(schema):
            case {"$ref": _} as referring:
                name = ref_name(referring)
                return tag("a", name, href=self._address_of(name))
            case {"anyOf": _} | {"oneOf": _} as union:
                kinds = list(dict.fromkeys(map(self.kind, alternatives(union))))
                return self._one_of(union, kinds)
            case {"const": value}:
                return joined(["always ", code(value)])
            case {"enum": _, "x-open": _}:
                return joined(["open choice"])
            case {"enum": _}:
                return joined(["choice"])
            case {"type": "array", "items": dict(items)}:
                between = "list, each " if alternatives(items) else "list of "
                return joined([between, self.kind(items)])
            case {"type": "object", "additionalProperties": dict(values)}:
                return joined(["text to ", self.kind(values)])
            case {"format": str(known)} if known in _FORMATS:
                return joined([_FORMATS[known]])
            case plain:
                return joined([_KINDS[str(plain["type"])]])

    def limits(self, schema: JsonSchema) -> Iterator[Html]:
        """Say within which limits a value is: a piece of inline HTML for each of them."""
        plain = self._plain(schema)
        unit = _UNITS.get(str(plain.get("x-unit")), str(plain.get("x-unit", "")))
        span = _span(plain, "minimum", "maximum")
        if span or unit:
            yield joined(filter(None, [span, unit]), " ")
        for low, high, of in (
            ("minLength", "maxLength", "characters"),
            ("minItems", "maxItems", "items"),
        ):
            if span := _span(plain, low, high):
                yield joined([f"{span} {of}"])
        if "x-open" in plain:
            yield joined(["more will come"])
        if "x-minimum" in plain:
            low, high = (str(plain[key])[:10] for key in ("x-minimum", "x-exclusive-maximum"))
            yield joined(["ISO 8601 with UTC offset"])
            yield joined([f"from {low}, before {high}"])
        elif plain.get("format") in _FORMATS:
            yield joined(["ISO 8601"])
        elif "pattern" in plain:
            yield tag("code", str(plain["pattern"]), class_="pattern")
        if isinstance(items := plain.get("items"), dict):
            yield from (joined(["each ", limit]) for limit in self.limits(items))

    def choices(self, schema: JsonSchema) -> list[JsonValue]:
        """Give the values that may be chosen from; none if it is no choice."""
        match self._plain(schema):
            case {"enum": list(values)}:
                return values
            case {"items": dict(items)}:
                return self.choices(items)
            case _:
                return []

    def _plain(self, schema: JsonSchema) -> JsonSchema:
        """Give a schema without null, and with what it refers to if that is no object."""
        others = [part for part in alternatives(schema) if part != _NULL]
        said = {key: part for key, part in schema.items() if key not in {"anyOf", "oneOf"}}
        if len(others) == 1:
            return self._plain({**others[0], **said})
        referred = self._known.get(ref_name(schema), _NULL)
        if referred != _NULL and "properties" not in referred:
            return {**referred, **{key: part for key, part in said.items() if key != "$ref"}}
        return {**said, "anyOf": [*others]} if others else schema

    def _one_of(self, union: JsonSchema, kinds: list[Html]) -> Html:
        match union:
            case {"discriminator": {"propertyName": str(name)}}:
                return joined(["one of these, by ", tag("code", name), ": ", joined(kinds, ", ")])
            case _:
                return joined(kinds, " or ")


def code(value: JsonValue) -> Html:
    """Write a value as code: a text as it is, anything else as JSON."""
    return tag("code", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _span(schema: JsonSchema, low: str, high: str) -> str:
    least, most = _number(schema, low), _number(schema, high)
    above, below = _number(schema, _exclusive(low)), _number(schema, _exclusive(high))
    if least is not None and most is not None:
        return f"{least:,}" if least == most else f"{least:,} to {most:,}"
    lower = f"{least:,} or more" if least is not None else ""
    lower = f"above {above:,}" if above is not None else lower
    upper = f"at most {most:,}" if most is not None else ""
    upper = f"below {below:,}" if below is not None else upper
    return ", ".join(filter(None, [lower, upper]))


def _exclusive(keyword: str) -> str:
    return f"exclusive{keyword[:1].upper()}{keyword[1:]}"


def _number(schema: JsonSchema, keyword: str) -> float | None:
    value = cast("float | None", schema.get(keyword))
    return None if value is None or abs(value) == _SAFE else value
