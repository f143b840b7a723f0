"""Every keyword, tightened: who is broken, and a witness that shows it.

A witness is a value that the looser schema allows to be sent and the tighter one refuses to read. A
pair without a witness allows the same values, however it is written, and must break nobody.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from platform_events.contracts.compatibility import Role, compare_schemas
from platform_events.contracts.compatibility._keywords import (
    OWN,
    is_annotation,
)

from .schemas import Node, consumer


class Pair(NamedTuple):
    loose: Any
    tight: Any
    witness: Any


class _Same:
    def __repr__(self) -> str:
        return "SAME"


SAME = _Same()
TEXT: Node = {"type": "string"}
NUMBER: Node = {"type": "number"}
LIST: Node = {"type": "array"}
MAP: Node = {"type": "object"}


def record(required: str = "", /, **fields: Any) -> Node:
    names = {"required": required.split()} if required else {}
    return {"type": "object", "properties": fields, **names, "additionalProperties": False}


def member(kind: str, **fields: Any) -> Node:
    return record("kind", kind={"const": kind}, **fields)


def union(*members: Node) -> Node:
    return {"oneOf": list(members), "discriminator": {"propertyName": "kind"}}


CASES: dict[str, list[Pair]] = {
    "type": [
        Pair({"type": ["string", "null"]}, TEXT, None),
        Pair(NUMBER, {"type": "integer"}, 0.5),
        Pair({"type": ["integer", "number"]}, NUMBER, SAME),
        Pair({}, {"type": "string"}, 1),
    ],
    "enum": [
        Pair({"enum": ["a", "b"]}, {"enum": ["a"]}, "b"),
        Pair({"enum": [1, "1"]}, {"enum": [1]}, "1"),
        Pair({"enum": [1, 1.0, True]}, {"enum": [True, 1]}, SAME),
        Pair({"enum": [[1], {"a": 1}]}, {"enum": [[1]]}, {"a": 1}),
        Pair(TEXT, {"enum": ["a"]}, "b"),
        Pair({"type": "integer", "minimum": 1, "maximum": 2}, {"enum": [2, 1]}, SAME),
    ],
    "const": [
        Pair({"enum": ["a", None]}, {"const": "a"}, None),
        Pair({"const": 1}, {"enum": [1]}, SAME),
    ],
    "not": [
        Pair(TEXT, {**TEXT, "not": {"enum": ["a"]}}, "a"),
        Pair({**TEXT, "not": {"const": "a"}}, {**TEXT, "not": {"enum": ["a"]}}, SAME),
        Pair({**TEXT, "maxLength": 1, "not": {"const": "abc"}}, {**TEXT, "maxLength": 1}, SAME),
    ],
    "minimum": [
        Pair({**NUMBER, "minimum": 1}, {**NUMBER, "minimum": 2}, 1),
        Pair({"type": "integer", "minimum": 0.5}, {"type": "integer", "minimum": 1}, SAME),
    ],
    "maximum": [Pair(NUMBER, {**NUMBER, "maximum": 2}, 3)],
    "exclusiveMinimum": [
        Pair({**NUMBER, "minimum": 1}, {**NUMBER, "exclusiveMinimum": 1}, 1),
        Pair({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}, SAME),
    ],
    "exclusiveMaximum": [Pair({**NUMBER, "maximum": 1}, {**NUMBER, "exclusiveMaximum": 1}, 1)],
    "multipleOf": [
        Pair({**NUMBER, "multipleOf": 2}, {**NUMBER, "multipleOf": 4}, 2),
        Pair({"type": "integer"}, {**NUMBER, "multipleOf": 1}, SAME),
    ],
    "minLength": [
        Pair(TEXT, {**TEXT, "minLength": 1}, ""),
        Pair(TEXT, {**TEXT, "minLength": 0}, SAME),
    ],
    "maxLength": [Pair({**TEXT, "maxLength": 2}, {**TEXT, "maxLength": 1}, "ab")],
    "pattern": [
        Pair(TEXT, {**TEXT, "pattern": "^a"}, "b"),
        Pair({"enum": ["a", "b"]}, {**TEXT, "pattern": "^a"}, "b"),
        Pair({"enum": ["ab", "a"]}, {"enum": ["ab", "a"], "type": "string"}, SAME),
        Pair({**TEXT, "pattern": ""}, TEXT, SAME),
    ],
    "items": [
        Pair({**LIST, "items": NUMBER}, {**LIST, "items": {"type": "integer"}}, [0.5]),
        Pair(LIST, {**LIST, "items": False}, [1]),
        Pair({**LIST, "maxItems": 0}, {**LIST, "items": False}, SAME),
    ],
    "prefixItems": [
        Pair({**LIST, "prefixItems": [NUMBER]}, {**LIST, "prefixItems": [TEXT]}, [1]),
        Pair({**LIST, "prefixItems": [TEXT], "items": TEXT}, {**LIST, "items": TEXT}, SAME),
    ],
    "minItems": [Pair(LIST, {**LIST, "minItems": 1}, [])],
    "maxItems": [Pair({**LIST, "maxItems": 2}, {**LIST, "maxItems": 1}, [1, 2])],
    "uniqueItems": [
        Pair(LIST, {**LIST, "uniqueItems": True}, [1, 1]),
        Pair({**LIST, "maxItems": 1}, {**LIST, "maxItems": 1, "uniqueItems": True}, SAME),
    ],
    "properties": [
        Pair(record(a=NUMBER), record(a={"type": "integer"}), {"a": 0.5}),
        Pair(record(a=NUMBER), record(), SAME),
    ],
    "required": [
        Pair(record(a=TEXT), record("a", a=TEXT), {}),
        Pair(
            union(member("a"), member("b")), union(record(kind={"const": "a"}), member("b")), SAME
        ),
    ],
    "additionalProperties": [
        Pair(MAP, {**MAP, "additionalProperties": TEXT}, {"x": 1}),
        Pair(MAP, {**MAP, "additionalProperties": False}, SAME),  # consumers ignore what is unknown
    ],
    "patternProperties": [
        Pair(MAP, {**MAP, "patternProperties": {"^a": TEXT}}, {"a": 1}),
        Pair(
            {**MAP, "patternProperties": {"^a": NUMBER}},
            {**MAP, "patternProperties": {"^a": NUMBER}, "additionalProperties": False},
            {"b": 1},
        ),
        Pair(
            {**MAP, "patternProperties": {"^a": TEXT, "^b": NUMBER}},
            {**MAP, "patternProperties": {"^b": NUMBER, "^a": TEXT}},
            SAME,
        ),
    ],
    "propertyNames": [
        Pair(MAP, {**MAP, "propertyNames": {"maxLength": 1}}, {"ab": 1}),
        Pair(
            {**MAP, "propertyNames": {"pattern": "^a$"}},
            {**MAP, "propertyNames": {"pattern": "^a$", "type": "string"}},
            SAME,
        ),
    ],
    "minProperties": [Pair(MAP, {**MAP, "minProperties": 1}, {})],
    "maxProperties": [
        Pair({**MAP, "maxProperties": 2}, {**MAP, "maxProperties": 1}, {"a": 1, "b": 2})
    ],
    "$ref": [
        Pair(
            {"$ref": "#/$defs/A", "$defs": {"A": NUMBER}},
            {"$ref": "#/$defs/A", "$defs": {"A": {"type": "integer"}}},
            0.5,
        ),
        Pair(
            {"$ref": "#/$defs/A", "maxLength": 1, "$defs": {"A": TEXT}},
            {**TEXT, "maxLength": 1},
            SAME,
        ),
    ],
    "allOf": [
        Pair({"allOf": [TEXT]}, {"allOf": [TEXT, {"maxLength": 1}]}, "ab"),
        Pair({"allOf": [TEXT, {"maxLength": 1}]}, {**TEXT, "maxLength": 1}, SAME),
    ],
    "anyOf": [
        Pair({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT]}, 1),
        Pair({"anyOf": [TEXT, NUMBER]}, {"anyOf": [NUMBER, TEXT, TEXT, False]}, SAME),
        Pair(
            {"anyOf": [member("a"), member("b")]}, record("kind", kind={"enum": ["a", "b"]}), SAME
        ),
    ],
    "oneOf": [
        Pair({"oneOf": [TEXT, NUMBER]}, {"oneOf": [TEXT]}, 1),
        Pair({"oneOf": [TEXT, NUMBER]}, {"oneOf": [NUMBER, TEXT]}, SAME),
        Pair({"anyOf": [TEXT, NUMBER]}, {"oneOf": [NUMBER, TEXT]}, SAME),
    ],
    "discriminator": [
        Pair(union(member("a"), member("b")), union(member("a")), {"kind": "b"}),
        Pair(
            union(member("a", x=NUMBER), member("b")),
            union(member("b"), member("a", x=NUMBER)),
            SAME,
        ),
    ],
}
# What no validator knows, and what is compared as a whole; tried elsewhere.
ELSEWHERE = {
    "format", "contentEncoding", "contentMediaType", "x-minimum", "x-exclusive-maximum", "x-open",
    "x-unit", "x-fallback", "x-invariants",
}  # fmt: skip


def test_every_keyword_has_its_cases() -> None:
    combining = {"$ref", "allOf", "anyOf", "oneOf", "discriminator"}
    assert CASES.keys() | ELSEWHERE == OWN | combining | {"x-fallback"}
    assert not any(map(is_annotation, CASES))


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(pair, id=f"{keyword} {number}")
        for keyword, pairs in CASES.items()
        for number, pair in enumerate(pairs)
    ],
)
class TestKeywords:
    def test_the_witness_is_right(self, pair: Pair) -> None:
        if pair.witness is not SAME:
            assert Draft202012Validator(pair.loose).is_valid(pair.witness)
            assert not Draft202012Validator(consumer(pair.tight)).is_valid(pair.witness)

    def test_tightening_breaks_producers_and_loosening_consumers(self, pair: Pair) -> None:
        is_same = pair.witness is SAME
        assert (Role.PRODUCERS in broken(pair.loose, pair.tight)) is not is_same
        assert (Role.CONSUMERS in broken(pair.tight, pair.loose)) is not is_same

    def test_what_breaks_somebody_is_told_wherever_it_is(self, pair: Pair) -> None:
        loose, tight, witness = pair
        if witness is not SAME and "$defs" not in loose:
            assert Role.PRODUCERS in broken(record(f=loose), record(f=tight))
            assert Role.PRODUCERS in broken({**LIST, "items": loose}, {**LIST, "items": tight})


def broken(old: Any, new: Any) -> set[Role]:
    return {role for finding in compare_schemas(old, new) for role in finding.breaks}
