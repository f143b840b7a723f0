from __future__ import annotations

import pytest

from platform_events.contracts.field_text import Words
from platform_events.contracts.schema_tree import JsonSchema

WORDS = Words(
    {
        "Sleep": {"type": "object", "properties": {"kind": {"const": "sleep"}}},
        "Nap": {"type": "object", "properties": {"kind": {"const": "nap"}}},
        "Timestamp": {
            "type": "string", "format": "date-time", "pattern": "^.*$",
            "x-minimum": "1980-01-01T00:00:00Z", "x-exclusive-maximum": "2100-01-01T00:00:00Z",
        },
    },
    lambda name: f"#{name}",
)  # fmt: skip
NULL: JsonSchema = {"type": "null"}
SLEEP: JsonSchema = {"$ref": "#/$defs/Sleep"}
NAP: JsonSchema = {"$ref": "#/$defs/Nap"}
ONE_OF = 'one of these, by <code>kind</code>: <a href="#Sleep">Sleep</a>, <a href="#Nap">Nap</a>'
UNION: JsonSchema = {
    "oneOf": [SLEEP, NAP],
    "discriminator": {"propertyName": "kind", "mapping": {}},
}


@pytest.mark.parametrize(
    ("schema", "kind", "limits"),
    [
        ({"type": "string"}, "text", []),
        ({"type": "string", "minLength": 1, "maxLength": 9}, "text", ["1 to 9 characters"]),
        ({"type": "string", "maxLength": 9}, "text", ["at most 9 characters"]),
        (
            {"type": "string", "pattern": "^<a>$"},
            "text",
            ['<code class="pattern">^&lt;a&gt;$</code>'],
        ),
        ({"type": "string", "format": "uuid"}, "text", []),
        ({"type": "string", "format": "date"}, "day", ["ISO 8601"]),
        ({"type": "string", "format": "date-time"}, "instant", ["ISO 8601"]),
        (
            {"$ref": "#/$defs/Timestamp", "description": "When."},
            "instant",
            ["ISO 8601 with UTC offset", "from 1980-01-01, before 2100-01-01"],
        ),
        ({"type": "boolean"}, "true or false", []),
        ({"type": "number", "minimum": 0, "maximum": 1_000}, "number", ["0 to 1,000"]),
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5, "x-unit": "kg"},
            "number",
            ["above 0, at most 0.5 kilograms"],
        ),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, "number",
         ["0 or more, below 1"]),
        ({"type": "number", "x-unit": "ms"}, "number", ["milliseconds"]),
        ({"type": "number", "x-unit": "mL/kg/min"}, "number", ["mL/kg/min"]),
        ({"type": "integer", "minimum": 0, "maximum": 2**53 - 1}, "whole number", ["0 or more"]),
        ({"type": "integer", "minimum": 1 - 2**53, "maximum": 2**53 - 1}, "whole number", []),
        ({"type": "integer", "minimum": 7, "maximum": 7}, "whole number", ["7"]),
        ({"const": "sleep"}, "always <code>sleep</code>", []),
        ({"const": 1.5}, "always <code>1.5</code>", []),
        ({"enum": ["a"]}, "choice", []),
        ({"enum": ["a"], "x-open": {"type": "string"}}, "open choice", ["more will come"]),
        (SLEEP, '<a href="#Sleep">Sleep</a>', []),
        ({"anyOf": [SLEEP, NULL]}, '<a href="#Sleep">Sleep</a>', []),
        ({"anyOf": [{"type": "string", "maxLength": 3}, NULL]}, "text", ["at most 3 characters"]),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}, NULL]}, "text or whole number", []),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5},
         "list of text", ["1 to 5 items"]),
        ({"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 5},
         "list of whole number", ["at most 5 items", "each 1 or more"]),
        (UNION, ONE_OF, []),
        ({"type": "array", "items": UNION}, f"list, each {ONE_OF}", []),
        ({"type": "object", "additionalProperties": {"type": "integer"}},
         "text to whole number", []),
        ({"type": "object"}, "object", []),
    ],
)  # fmt: skip
def test_schemas_in_words(schema: JsonSchema, kind: str, limits: list[str]) -> None:
    assert WORDS.kind(schema) == kind
    assert list(WORDS.limits(schema)) == limits


def test_choices_are_found_wherever_they_are() -> None:
    choice: JsonSchema = {"enum": ["a", "b"]}
    assert WORDS.choices(choice) == ["a", "b"]
    assert WORDS.choices({"anyOf": [choice, NULL]}) == ["a", "b"]
    assert WORDS.choices({"type": "array", "items": choice}) == ["a", "b"]
    assert WORDS.choices({"type": "string"}) == []
