from __future__ import annotations

import pytest

from platform_events.contracts.field_text import FieldText
from platform_events.contracts.schema_tree import JsonSchema
from platform_events.events._envelope import EVENT_ID_PATTERN

TEXT = FieldText(
    {
        "Sleep": {"type": "object", "properties": {"kind": {"const": "sleep"}}},
        "Nap": {"type": "object", "properties": {"kind": {"const": "nap"}}},
        "Timestamp": {
            "type": "string", "format": "date-time", "pattern": "^.*$",
            "x-minimum": "1980-01-01T00:00:00Z", "x-exclusive-maximum": "2100-01-01T00:00:00Z",
        },
    },
)  # fmt: skip
NULL: JsonSchema = {"type": "null"}
SLEEP: JsonSchema = {"$ref": "#/$defs/Sleep"}
NAP: JsonSchema = {"$ref": "#/$defs/Nap"}
ONE_OF = "one of these, by `kind`: `Sleep`, `Nap`"
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
            ['`^<a>$`'],
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
        ({}, "any value", []),
        ({"type": "array"}, "list", []),
        ({"type": "array", "items": {}, "uniqueItems": True}, "list of any value",
         ["no two equal"]),
        ({"type": "array", "prefixItems": [{"type": "integer"}, SLEEP], "minItems": 2,
          "maxItems": 2}, "list of whole number, then `Sleep`", ["2 items"]),
        ({"type": "object", "additionalProperties": True}, "map of text to any value", []),
        ({"type": "object", "propertyNames": {"enum": ["a", "b"]},
          "additionalProperties": {"type": "integer"}}, "map of text to whole number",
         ["keys: `a`, `b`"]),
        ({"type": "string", "pattern": EVENT_ID_PATTERN}, "text", ["not blank"]),
        ({"type": "number", "minimum": 0, "maximum": 1_000}, "number", ["0 to 1,000"]),
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5, "x-unit": "kg"},
            "number",
            ["more than 0, at most 0.5 kilograms"],
        ),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, "number",
         ["at least 0, less than 1"]),
        ({"type": "number", "x-unit": "ms"}, "number", ["milliseconds"]),
        ({"type": "number", "x-unit": "mL/kg/min"}, "number", ["mL/kg/min"]),
        ({"type": "integer", "minimum": 0, "maximum": 2**53 - 1}, "whole number", ["at least 0"]),
        ({"type": "integer", "minimum": 1 - 2**53, "maximum": 2**53 - 1}, "whole number", []),
        ({"type": "integer", "minimum": 7, "maximum": 7}, "whole number", ["7"]),
        ({"const": "sleep"}, "always `sleep`", []),
        ({"const": 1.5}, "always `1.5`", []),
        ({"enum": ["a"]}, "choice", []),
        ({"enum": ["a"], "x-open": {"type": "string"}}, "open choice", ["more will come"]),
        (SLEEP, '`Sleep`', []),
        ({"anyOf": [SLEEP, NULL]}, '`Sleep`', []),
        ({"anyOf": [{"type": "string", "maxLength": 3}, NULL]}, "text", ["at most 3 characters"]),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}, NULL]}, "text or whole number", []),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5},
         "list of text", ["1 to 5 items"]),
        ({"type": "array", "items": {"type": "integer", "minimum": 1}, "maxItems": 5},
         "list of whole number", ["at most 5 items", "each at least 1"]),
        (UNION, ONE_OF, []),
        ({"type": "array", "items": UNION}, f"list, each {ONE_OF}", []),
        ({"type": "object", "additionalProperties": {"type": "integer"}},
         "map of text to whole number", []),
        ({"type": "object", "patternProperties": {"^a": SLEEP, "^b": {"type": "string"}},
          "propertyNames": {"maxLength": 9}, "minProperties": 1, "additionalProperties": False},
         "map of text to `Sleep` or text",
         ["at least 1 keys", "keys: at most 9 characters", "keys: `^a`", "keys: `^b`"]),
        ({"type": "object"}, "object", []),
    ],
)  # fmt: skip
def test_schemas_in_words(schema: JsonSchema, kind: str, limits: list[str]) -> None:
    assert TEXT.kind(schema) == kind
    assert list(TEXT.limits(schema)) == limits


def test_choices_are_found_wherever_they_are() -> None:
    choice: JsonSchema = {"enum": ["a", "b"]}
    assert TEXT.choices(choice) == ["a", "b"]
    assert TEXT.choices({"anyOf": [choice, NULL]}) == ["a", "b"]
    assert TEXT.choices({"type": "array", "items": choice}) == ["a", "b"]
    assert TEXT.choices({"type": "string"}) == []
