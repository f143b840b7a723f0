"""Every change by name: where it is, what it is called, and whom it breaks."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from typing import Any

import pytest

from platform_events.contracts.compatibility import ChangeKind, Finding, Role, compare_schemas
from platform_events.contracts.json_schema import documents

from .schemas import Node

NAMES = {"P": Role.PRODUCERS, "C": Role.CONSUMERS}


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """Give path, kind and whom it breaks of each finding."""
    letters = {role: letter for letter, role in NAMES.items()}
    return [
        (finding.path, finding.kind.value, "".join(letters[r] for r in Role if r in finding.breaks))
        for finding in compare_schemas(old, new)
    ]


def record(required: str = "", /, **fields: Any) -> Node:
    """An event's data, as closed as ours is."""
    names = {"required": required.split()} if required else {}
    return {"type": "object", "properties": fields, **names, "additionalProperties": False}


def open_choice(*values: str, **rules: Any) -> Node:
    return {"type": "string", "enum": list(values), "x-open": {"type": "string", **rules}}


def kinds(*members: Node, fallback: bool = False) -> Node:
    """Data with a union that is told apart by kind, and perhaps open."""
    union: Node = {"oneOf": list(members), "discriminator": {"propertyName": "kind"}}
    definitions: Node = {}
    if fallback:
        known = [member["properties"]["kind"]["const"] for member in members]
        kind = {"type": "string", "not": {"enum": known}, "minLength": 1}
        definitions = {"Unknown": record("kind", kind=kind)}
        union["oneOf"].append({"$ref": "#/$defs/Unknown"})
        union["x-fallback"] = "#/$defs/Unknown"
    return {**record("one", one=union), "$defs": definitions}


def member(kind: str, **fields: Any) -> Node:
    return record("kind", kind={"type": "string", "const": kind}, **fields)


A_YEAR: Node = {
    "type": "string",
    "x-minimum": "2026-01-01T00:00:00Z",
    "x-exclusive-maximum": "2027-01-01T00:00:00Z",
}
NUMBER: Node = {"type": "number"}
TEXT: Node = {"type": "string"}
NOTHING: Node = {"type": "null"}
UNKNOWN: Node = {"dependentRequired": {"a": ["b"]}}
MAYBE_TEXT = {"anyOf": [TEXT, NOTHING]}

RULES: dict[str, tuple[Any, Any, list[tuple[str, str, str]]]] = {
    "range narrowed": (
        {**NUMBER, "maximum": 9}, {**NUMBER, "maximum": 5}, [("data", "maximum", "P")]),
    "range widened": (
        {**NUMBER, "minimum": 3}, {**NUMBER, "minimum": 1}, [("data", "minimum", "C")]),
    "range moved": (
        {**NUMBER, "minimum": 0, "maximum": 5}, {**NUMBER, "minimum": 1, "maximum": 6},
        [("data", "minimum", "P"), ("data", "maximum", "C")]),
    "bound excluded": (
        {**NUMBER, "minimum": 0}, {**NUMBER, "exclusiveMinimum": 0}, [("data", "minimum", "P")]),
    "the same range in other words": (
        {"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}, []),
    "multiple added": (NUMBER, {**NUMBER, "multipleOf": 5}, [("data", "multiple", "P")]),
    "multiple of a multiple": (
        {**NUMBER, "multipleOf": 10}, {**NUMBER, "multipleOf": 5}, [("data", "multiple", "C")]),
    "longer text": (
        {**TEXT, "maxLength": 5}, {**TEXT, "maxLength": 9}, [("data", "max-length", "C")]),
    "shorter text": ({**TEXT, "minLength": 2}, TEXT, [("data", "min-length", "C")]),
    "pattern added": (TEXT, {**TEXT, "pattern": "^a"}, [("data", "pattern", "P")]),
    "pattern changed": (
        {**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^ab"}, [("data", "pattern", "PC")]),
    "format added": (TEXT, {**TEXT, "format": "uuid"}, [("data", "format", "P")]),
    "later instants": (
        A_YEAR, {**A_YEAR, "x-exclusive-maximum": "2028-01-01T00:00:00Z"},
        [("data", "latest", "C")]),
    "earliest instant later": (
        A_YEAR, {**A_YEAR, "x-minimum": "2026-02-01T00:00:00Z"}, [("data", "earliest", "P")]),
    "no instants any more": (A_YEAR, TEXT, [("data", "earliest", "C"), ("data", "latest", "C")]),
    "the same instants in other words": (
        A_YEAR, {**A_YEAR, "x-minimum": "2026-01-01T02:00:00+02:00"}, []),
    "integer to number": ({"type": "integer"}, NUMBER, [("data", "type", "C")]),
    "number to integer": (NUMBER, {"type": "integer"}, [("data", "type", "P")]),
    "number to string": (NUMBER, TEXT, [("data", "type", "PC")]),
    "boolean to string": ({"type": "boolean"}, TEXT, [("data", "type", "PC")]),
    "choice to string": ({"enum": ["a"]}, TEXT, [("data", "type", "C")]),
    "null added": (TEXT, MAYBE_TEXT, [("data", "null-added", "C")]),
    "null removed": (MAYBE_TEXT, TEXT, [("data", "null-removed", "P")]),
    "null alone": (NOTHING, MAYBE_TEXT, [("data", "type", "C")]),
    "boolean added": (
        TEXT, {"type": ["string", "boolean"]}, [("data", "value-added", "C")]),
    "value added": ({"enum": ["a"]}, {"enum": ["a", "b"]}, [("data", "value-added", "C")]),
    "value removed": ({"enum": ["a", "b"]}, {"enum": ["a"]}, [("data", "value-removed", "P")]),
    "value renamed": (
        {"enum": ["a", "b"]}, {"enum": ["a", "c"]},
        [("data", "value-removed", "P"), ("data", "value-added", "C")]),
    "constant to choice": ({"const": "a"}, {"enum": ["a", "b"]}, [("data", "value-added", "C")]),
    "choice in another order": ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}, []),
    "value added to an open choice": (
        open_choice("a"), open_choice("a", "b"), [("data", "value-added", "")]),
    "value removed from an open choice": (
        open_choice("a", "b"), open_choice("a"), [("data", "value-removed", "")]),
    "choice opened": ({"enum": ["a"], **TEXT}, open_choice("a"), [("data", "opened", "")]),
    "choice closed": (open_choice("a"), {"enum": ["a"], **TEXT}, [("data", "closed", "P")]),
    "open choice with less room": (
        open_choice("a", maxLength=64), open_choice("a", maxLength=32),
        [("data", "max-length", "P")]),
    "open choice with more room": (
        open_choice("a", maxLength=32), open_choice("a", maxLength=64),
        [("data", "max-length", "")]),
    "excluded value": (
        TEXT, {**TEXT, "not": {"const": "a"}}, [("data", "excluded-values", "P")]),
    "more items": (
        {"type": "array", "maxItems": 5}, {"type": "array", "maxItems": 9},
        [("data", "max-items", "C")]),
    "fewer items": (
        {"type": "array"}, {"type": "array", "minItems": 1}, [("data", "min-items", "P")]),
    "unique items": (
        {"type": "array"}, {"type": "array", "uniqueItems": True}, [("data", "unique-items", "P")]),
    "items": (
        {"type": "array", "items": NUMBER}, {"type": "array", "items": TEXT},
        [("data[]", "type", "PC")]),
    "first items": (
        {"type": "array", "prefixItems": [NUMBER], "items": False},
        {"type": "array", "prefixItems": [TEXT], "items": False}, [("data[0]", "type", "PC")]),
    "fewest fields": (
        {"type": "object"}, {"type": "object", "minProperties": 1}, [("data", "min-fields", "P")]),
    "most fields": (
        {"type": "object", "maxProperties": 1}, {"type": "object"}, [("data", "max-fields", "C")]),
    "values of a map": (
        {"type": "object", "additionalProperties": NUMBER},
        {"type": "object", "additionalProperties": TEXT}, [("data.*", "type", "PC")]),
    "other fields": (
        record(), {"type": "object", "properties": {}}, [("data", "other-fields", "")]),
    "items beyond the last": (
        {"type": "array", "prefixItems": [TEXT, TEXT], "maxItems": 1},
        {"type": "array", "prefixItems": [TEXT, NUMBER], "maxItems": 1},
        []),
    "items that cannot be there on the one side": (
        {"type": "array", "prefixItems": [NUMBER], "minItems": 1, "maxItems": 1},
        {"type": "array", "prefixItems": [NUMBER, TEXT], "minItems": 2, "maxItems": 2},
        [("data", "min-items", "P"), ("data", "max-items", "C")]),
    "a tuple as a list": (
        {"type": "array", "prefixItems": [NUMBER, NUMBER], "minItems": 2, "maxItems": 2},
        {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}, []),
    "anything to something": (
        {"anyOf": [True]}, {"type": ["null", "boolean", "number", "array", "object"]},
        [("data", "alternative-removed", "P")]),
    "exclusive, and apart": (
        {"oneOf": [TEXT, NUMBER]}, {"oneOf": [TEXT, NUMBER, NOTHING]},
        [("data", "null-added", "C")]),
}  # fmt: skip

FIELDS: dict[str, tuple[Any, Any, list[tuple[str, str, str]]]] = {
    "optional field added": (record(), record(a=TEXT), [("data.a", "field-added", "")]),
    "required field added": (
        record(), record("a", a=TEXT), [("data.a", "required-field-added", "P")]),
    "optional field removed": (record(a=TEXT), record(), [("data.a", "field-removed", "")]),
    "required field removed": (
        record("a", a=TEXT), record(), [("data.a", "required-field-removed", "C")]),
    "became required": (record(a=TEXT), record("a", a=TEXT), [("data.a", "became-required", "P")]),
    "became optional": (record("a", a=TEXT), record(a=TEXT), [("data.a", "became-optional", "C")]),
    "became optional, and null": (
        record("a", a=TEXT), record(a=MAYBE_TEXT),
        [("data.a", "null-added", "C"), ("data.a", "became-optional", "C")]),
    "renamed": (
        record("a", a=NUMBER), record("b", b=NUMBER),
        [("data.a", "required-field-removed", "C"), ("data.b", "required-field-added", "P")]),
    "field added to an open object": (
        {"type": "object", "properties": {}}, {"type": "object", "properties": {"a": TEXT}},
        [("data.a", "field-added", "P")]),
    "required by name alone": (
        {"type": "object"}, {"type": "object", "required": ["a"]},
        [("data.a", "required-field-added", "P")]),
    "a field's rule": (
        record(**{"a b": {**TEXT, "maxLength": 2}}), record(**{"a b": {**TEXT, "maxLength": 1}}),
        [('data["a b"]', "max-length", "P")]),
    "deep inside": (
        record(a={"type": "array", "items": record(b=NUMBER)}),
        record(a={"type": "array", "items": record(b={**NUMBER, "maximum": 1})}),
        [("data.a[].b", "maximum", "P")]),
    "other order": (record("a b", a=TEXT, b=NUMBER), record("b a", b=NUMBER, a=TEXT), []),
    "removed field that others take the place of": (
        {"type": "object", "properties": {"a": TEXT}, "additionalProperties": NUMBER},
        {"type": "object", "additionalProperties": NUMBER}, [("data.a", "field-removed", "PC")]),
}  # fmt: skip

UNIONS: dict[str, tuple[Any, Any, list[tuple[str, str, str]]]] = {
    "member added": (
        kinds(member("a")), kinds(member("a"), member("b")),
        [("data.one[kind=b]", "alternative-added", "C")]),
    "member removed": (
        kinds(member("a"), member("b")), kinds(member("a")),
        [("data.one[kind=b]", "alternative-removed", "P")]),
    "member renamed": (
        kinds(member("a"), member("b")), kinds(member("a"), member("c")),
        [("data.one", "tag", "PC")]),
    "the only member renamed": (
        kinds(member("a")), kinds(member("c")),
        [("data.one.kind", "value-removed", "P"), ("data.one.kind", "value-added", "C")]),
    "field of a member": (
        kinds(member("a"), member("b")), kinds(member("a"), member("b", x=NUMBER)),
        [("data.one[kind=b].x", "field-added", "")]),
    "required field of a member": (
        kinds(member("a", x=NUMBER), member("b")),
        kinds(record("kind x", kind={"const": "a"}, x=NUMBER), member("b")),
        [("data.one[kind=a].x", "became-required", "P")]),
    "kind added to an open union": (
        kinds(member("a"), fallback=True), kinds(member("a"), member("b"), fallback=True),
        [("data.one[kind=b]", "alternative-added", "")]),
    "union opened": (
        kinds(member("a"), member("b")), kinds(member("a"), member("b"), fallback=True),
        [("data.one", "opened", "")]),
    "union closed": (
        kinds(member("a"), member("b"), fallback=True), kinds(member("a"), member("b")),
        [("data.one", "closed", "P")]),
    "plain alternative added": (
        {"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT, NUMBER, {"type": "array"}]},
        [("data", "alternative-added", "C")]),
    "alternatives by title": (
        {"anyOf": [{"title": "A", **record(a=TEXT)}, {"title": "B", **record(b=TEXT)}]},
        {"anyOf": [{"title": "B", **record(b=TEXT)}, {"title": "A", **record(a=TEXT, c=TEXT)}]},
        [("data[A].c", "field-added", "")]),
}  # fmt: skip

NOTES: dict[str, tuple[Any, Any, list[tuple[str, str, str]]]] = {
    "title": ({"title": "A"}, {"title": "B"}, []),
    "examples": ({"examples": [1]}, {"examples": [2]}, []),
    "description": ({"description": "A"}, {"description": "B"}, [("data", "description", "")]),
    "default": ({"default": 1}, {"default": 2}, [("data", "default", "")]),
    "sensitive": ({}, {"x-sensitive": True}, [("data", "sensitive", "")]),
    "deprecated": (
        {}, {"deprecated": True, "x-deprecated-message": "use b"},
        [("data", "deprecated", ""), ("data", "deprecated", "")]),
    "unit inside": (
        {"allOf": [{"x-unit": "kg"}]}, {"allOf": [{"x-unit": "g"}]}, [("data", "unit", "PC")]),
    "unit of what may be null": (
        {"anyOf": [{"x-unit": "kg"}, NOTHING]}, {"anyOf": [{"x-unit": "g"}, NOTHING]},
        [("data", "unit", "PC")]),
    "unit of one alternative": (
        {"anyOf": [{**NUMBER, "x-unit": "kg"}, TEXT]}, {"anyOf": [{**NUMBER, "x-unit": "g"}, TEXT]},
        [("data", "unit", "PC")]),
    "unit": ({"x-unit": "kg"}, {"x-unit": "g"}, [("data", "unit", "PC")]),
    "unit named": ({}, {"x-unit": "g"}, [("data", "unit", "")]),
    "another mark": ({"x-team": "a"}, {"x-team": "b"}, [("data", "mark", "")]),
    "definition in place": (
        {"$ref": "#/$defs/A", "$defs": {"A": {**TEXT, "maxLength": 4}}},
        {**TEXT, "maxLength": 4}, []),
    "definition renamed": (
        {"$ref": "#/$defs/A", "$defs": {"A": TEXT}},
        {"$ref": "#/$defs/B", "$defs": {"B": TEXT}}, []),
}  # fmt: skip

PARTLY_JUDGED: dict[str, tuple[Any, Any, list[tuple[str, str, str]]]] = {
    "optional field removed, not judged": (
        record(a=UNKNOWN), record(), [("data.a", "field-removed", "")]),
    "required field removed, not judged": (
        record("a", a=UNKNOWN), record(), [("data.a", "required-field-removed", "C")]),
    "optional field added, not judged": (
        record(), record(a=UNKNOWN), [("data.a", "field-added", "")]),
    "required field added, not judged": (
        record(), record("a", a=UNKNOWN), [("data.a", "required-field-added", "P")]),
    "beside a field": (
        record(a=UNKNOWN, b={**TEXT, "maxLength": 4}), record(a=UNKNOWN, b=TEXT),
        [("data.b", "max-length", "C")]),
    "a member whose tag cannot be read goes by its title": (
        kinds(member("a"), {**record("kind", kind=UNKNOWN), "title": "B"}), kinds(member("a")),
        [("data.one[B]", "alternative-removed", "P"), ("data.one", "content", "C")]),
    "a field that refers to nothing": (
        record(a={"$ref": "#/$defs/A"}), record(), [("data.a", "field-removed", "")]),
}  # fmt: skip
EVERYTHING = {**RULES, **FIELDS, **UNIONS, **NOTES, **PARTLY_JUDGED}


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_change_has_its_name_its_place_and_whom_it_breaks(name: str) -> None:
    old, new, expected = EVERYTHING[name]
    assert told(old, new) == expected


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_change_is_the_same_inside_of_a_field(name: str) -> None:
    """But for definitions, which stay at the root."""
    old, new, expected = EVERYTHING[name]
    if "$defs" not in old and "$defs" not in new:
        inside = [(path.replace("data", "data.f", 1), kind, who) for path, kind, who in expected]
        assert told(record(f=old), record(f=new)) == inside


def recursive(*, kids: Node, **fields: Any) -> Node:
    """A union that is open, and contains itself."""
    document = kinds(member("a", kids=kids), fallback=True)
    union = document["properties"]["one"]
    document["properties"]["one"] = {"$ref": "#/$defs/U"}
    document["$defs"]["U"] = union
    document["$defs"]["Unknown"]["properties"] |= fields
    return document


KIDS: Node = {"type": "array", "items": {"$ref": "#/$defs/U"}}


def of_itself(keyword: str, *members: Node) -> Node:
    inner = {"type": "array", "items": {"$ref": "#/$defs/T"}}
    return {"$ref": "#/$defs/T", "$defs": {"T": {keyword: [*members, inner]}}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            recursive(kids=KIDS, n=TEXT), recursive(kids=KIDS, n=NUMBER),
            [("data.one[kind=a].kids[].n", "type", "P"), ("data.one.n", "type", "P")],
        ),
        (
            recursive(kids=KIDS),
            recursive(kids=KIDS, kind={"type": "string", "not": {"enum": ["a"]}, "maxLength": 8}),
            [
                ("data.one[kind=a].kids[].kind", "min-length", ""),
                ("data.one[kind=a].kids[].kind", "max-length", "P"),
                ("data.one.kind", "min-length", ""),
                ("data.one.kind", "max-length", "P"),
            ],
        ),
        (
            of_itself("anyOf", {"type": "integer"}, NUMBER),
            of_itself("oneOf", {"type": "integer"}, NUMBER),
            [("data[]", "content", "P")],
        ),
        (
            of_itself("oneOf", record(x=NUMBER), record("y", y=NUMBER)),
            of_itself("oneOf", record(x=NUMBER, y=NUMBER), record("y", y=NUMBER)),
            [
                ("data.y", "field-added", ""), ("data[].y", "field-added", ""),
                ("data[]", "content", "PC"),
            ],
        ),
    ],
    ids=["field of a fallback", "kind of a fallback", "overlapping", "field that overlaps"],
)  # fmt: skip
def test_what_contains_itself_hides_no_change(
    old: Node, new: Node, expected: list[tuple[str, str, str]]
) -> None:
    assert told(old, new) == expected


@pytest.mark.parametrize(
    "schema", [{"multipleOf": 0}, {"multipleOf": -1}, {"type": {}}, {"type": [[]]}]
)
def test_a_rule_that_makes_no_sense_is_not_judged(schema: Node) -> None:
    schema = {"type": "integer", **schema}
    assert told({"type": "integer"}, schema) == [("data", "not-judged", "PC")]


@pytest.mark.parametrize("pattern", [r"^\<a\>$", "a{99999999999}"])
def test_a_pattern_that_is_not_read_by_all_alike_is_not_trusted(pattern: str) -> None:
    [finding] = compare_schemas({"enum": ["<a>"]}, {**TEXT, "pattern": pattern})
    assert Role.PRODUCERS in finding.breaks


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"enum": ["true"]}, {"enum": [True]}, '"true" → true'),
        ({"enum": ["1"]}, {"enum": [1]}, '"1" → 1'),
        ({"enum": ["a"]}, {"enum": ["a", ""]}, 'value added: ""'),
        ({"enum": ["a"]}, {"enum": ["a", "b c"]}, "value added: b c"),
        (open_choice("a"), TEXT, "a, or another string → string"),
    ],
)
def test_what_is_not_the_same_does_not_look_the_same(old: Node, new: Node, words: str) -> None:
    assert [str(finding) for finding in compare_schemas(old, new)] == [words]


def test_a_field_that_could_be_sent_before_says_so() -> None:
    [finding] = compare_schemas({"properties": {}}, {"properties": {"a": TEXT}})
    assert str(finding) == (
        "optional field added: string (the old schema lets producers send it in any form)"
    )


def test_an_open_union_whose_fallback_cannot_be_read_is_not_compatible() -> None:
    old, new = kinds(member("a"), fallback=True), kinds(member("a", b=NUMBER), fallback=True)
    for document in (old, new):
        document["$defs"]["Unknown"]["properties"]["kind"] |= UNKNOWN
        union = document["properties"]["one"]
        union["anyOf"] = union.pop("oneOf")
    assert told(old, new) == [
        ("data.one[kind=a].b", "field-added", ""),
        ("data.one", "content", "P"),
    ]


@pytest.mark.parametrize("document", documents().values(), ids=documents())
def test_our_own_documents_have_not_changed_since_now(document: str) -> None:
    assert compare_schemas(json.loads(document), json.loads(document)) == ()


def test_what_contains_itself_is_compared_once() -> None:
    tree: Node = {
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": record(
                "size",
                size={"type": "integer", "minimum": 0},
                left={"$ref": "#/$defs/Tree"},
                right={"anyOf": [{"$ref": "#/$defs/Tree"}, NOTHING]},
            )
        },
    }
    larger = deepcopy(tree)
    larger["$defs"]["Tree"]["properties"]["size"]["minimum"] = 1
    assert told(tree, tree) == []
    assert ("data.size", "minimum", "P") in told(tree, larger)


def test_definitions_that_name_each_other_are_compared() -> None:
    ping: Node = {
        "$ref": "#/$defs/Ping",
        "$defs": {
            "Ping": record(pong={"$ref": "#/$defs/Pong"}),
            "Pong": record(ping={"$ref": "#/$defs/Ping"}, n={"maximum": 3, **NUMBER}),
        },
    }
    pong = deepcopy(ping)
    pong["$defs"]["Pong"]["properties"]["n"]["maximum"] = 2
    assert told(ping, pong) == [("data.pong.n", "maximum", "P")]


def test_what_is_too_deep_counts_as_breaking() -> None:
    deep: Node = {"type": "string"}
    for _ in range(3_000):
        deep = {"type": "array", "items": deep}
    [finding] = compare_schemas(deep, {"type": "array", "items": deep})
    assert finding.kind is ChangeKind.NOT_JUDGED
    assert finding.breaks == frozenset(Role)


def test_what_cannot_be_compared_counts_as_breaking_once_it_changes() -> None:
    old: Node = {"contains": TEXT}
    new: Node = {"contains": NUMBER}
    assert compare_schemas(old, deepcopy(old)) == ()
    [finding] = compare_schemas(old, new)
    assert (finding.kind, finding.breaks) == (ChangeKind.NOT_JUDGED, frozenset(Role))
    assert str(finding) == "cannot be compared (the keyword `contains` cannot be compared)"


def test_renames_are_looked_for_in_time() -> None:
    old, new = (
        record(**{f"{letter}{i}": {**NUMBER, "maximum": i} for i in range(500)}) for letter in "ab"
    )
    begin = time.process_time()
    assert compare_schemas(old, new)[0].hint == "renamed to `b0`?"
    assert time.process_time() - begin < 5


def test_a_pattern_is_tried_in_linear_time() -> None:
    old, new = {**TEXT, "pattern": "^([a-z]+)+!$"}, {"enum": ["a" * 50]}
    begin = time.process_time()
    assert told(old, new) == [("data", "type", "PC")]
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf")])
def test_a_number_beyond_all_others_cannot_be_compared(number: float) -> None:
    assert told(TEXT, {**TEXT, "maxLength": number}) == [("data", "not-judged", "PC")]


def test_a_change_without_a_name_is_told_all_the_same() -> None:
    """Two members of a plain union became one, which is wider."""
    old: Node = {"anyOf": [{**NUMBER, "maximum": 1}, {**NUMBER, "minimum": 5}]}
    found = compare_schemas(old, NUMBER)
    assert {role for finding in found for role in finding.breaks} == {Role.CONSUMERS}


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        (record("a", a=NUMBER), record("b", b=NUMBER), "renamed to `b`?"),
        (record(a=NUMBER), record(b=TEXT), ""),
    ],
)
def test_what_looks_like_a_rename_is_said(old: Node, new: Node, hint: str) -> None:
    removed: Finding = compare_schemas(old, new)[0]
    assert removed.hint == hint
