"""Changes that once passed as "nothing changed", and changes that once were false alarms."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar

import pytest

from platform_events.contracts.compatibility import ChangeKind, Role, compare_schemas

from .schemas import Node

SECONDS: Node = {"type": "number", "x-unit": "s"}
MILLISECONDS: Node = {"type": "number", "x-unit": "ms"}
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"


def broken(old: Any, new: Any) -> str:
    """Whom it breaks: P for producers, C for consumers."""
    roles = {role for finding in compare_schemas(old, new) for role in finding.breaks}
    return "".join(letter for letter, role in zip("PC", Role, strict=True) if role in roles)


def holding(inner: Node) -> dict[str, Node]:
    """Everything that may hold a schema, by keyword."""
    return {
        "properties": {"type": "object", "properties": {"a": inner}},
        "patternProperties": {"type": "object", "patternProperties": {"^a": inner}},
        "additionalProperties": {"type": "object", "additionalProperties": inner},
        "propertyNames": {"type": "object", "propertyNames": {"minLength": 1}, "contains": inner},
        "items": {"type": "array", "items": inner},
        "prefixItems": {"type": "array", "prefixItems": [inner]},
        "contains": {"type": "array", "contains": inner},
        "anyOf": {"anyOf": [inner, {"type": "string"}]},
        "oneOf": {"oneOf": [inner, {"type": "string"}]},
        "allOf": {"allOf": [inner]},
        "allOf of several objects": {
            "allOf": [{"properties": {"a": inner}}, {"properties": {"b": {"type": "string"}}}]
        },
        "if": {"if": {"type": "number"}, "then": inner},
        "dependentSchemas": {"dependentSchemas": {"a": {"properties": {"b": inner}}}},
        "beside dependentRequired": {
            "properties": {"a": inner}, "dependentRequired": {"a": ["b"]}
        },
        "unevaluatedProperties": {"type": "object", "unevaluatedProperties": inner},
        "unevaluatedItems": {"type": "array", "unevaluatedItems": inner},
        "not": {"not": inner},
        "else": {"if": {"type": "string"}, "else": inner},
        "dependentRequired": {"properties": {"a": inner}, "dependentRequired": {"a": ["b"]}},
        "or null": {"anyOf": [inner, {"type": "null"}]},
        "beside other rules": {"allOf": [inner, {"minimum": 0}]},
        "beside fields": {
            "type": "object", "properties": {"z": {}}, "patternProperties": {"^b": inner},
            "additionalProperties": False,
        },
        "items after others": {"type": "array", "prefixItems": [{}], "items": inner},
        "$ref": {"$ref": "#/$defs/T", "$defs": {"T": inner}},
    }  # fmt: skip


@pytest.mark.parametrize("keyword", holding({}))
def test_another_unit_breaks_everybody_wherever_it_is(keyword: str) -> None:
    old, new = (holding(inner)[keyword] for inner in (SECONDS, MILLISECONDS))
    assert broken(old, new) == "PC"
    assert compare_schemas(old, deepcopy(old)) == ()
    if keyword != "$ref":  # whose definitions must be at the top
        for outer in holding({}):
            assert broken(*(holding(part)[outer] for part in (old, new))) == "PC", outer


def test_units_of_keys_count() -> None:
    """Such as seconds since the start, by which samples are kept."""

    def samples(unit: str) -> Node:
        return {
            "type": "object", "patternProperties": {"^[0-9]+$": {}}, "additionalProperties": False,
            "propertyNames": {"pattern": "^[0-9]+$", "x-unit": unit},
        }  # fmt: skip

    assert broken(samples("s"), samples("ms")) == "PC"


@pytest.mark.parametrize("keyword", holding({}))
def test_another_mark_is_told_wherever_it_is(keyword: str) -> None:
    old, new = (
        holding({"type": "number", **marks})[keyword] for marks in ({}, {"x-sensitive": True})
    )
    [finding] = compare_schemas(old, new)
    assert (finding.kind in {ChangeKind.SENSITIVE, ChangeKind.MARK}, finding.breaks) == (
        True, frozenset(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"anyOf": [SECONDS, {"type": "string", "x-unit": "ms"}]},
         {"anyOf": [MILLISECONDS, {"type": "string", "x-unit": "s"}]}),
        ({"anyOf": [SECONDS]}, {"anyOf": [SECONDS, MILLISECONDS]}),
        ({"enum": [1, 2], "x-unit": "s"}, {"enum": [1, 2], "x-unit": "ms"}),
        ({"const": 1, "x-unit": "s"}, MILLISECONDS),
        ({"enum": ["a"], "x-open": {"type": "string"}, "x-unit": "s"},
         {"type": "string", "x-unit": "ms"}),
        ({"allOf": [{"x-unit": "kg"}, {"x-unit": "g"}]}, {"allOf": [{"x-unit": "kg"}]}),
        ({"type": "array", "items": {"type": "number"}, "x-unit": "s"},
         {"type": "array", "items": {"type": "number"}, "x-unit": "ms"}),
        ({"type": "array", "items": {"type": "number"}, "x-unit": "s"},
         {"type": "array", "items": {"type": "number", "x-unit": "ms"}}),
        ({"type": "array", "prefixItems": [SECONDS], "items": False},
         {"type": "array", "prefixItems": [{"type": "number"}], "items": False, "x-unit": "ms"}),
    ],
    ids=["swapped", "added", "values", "value to range", "open choice", "two at once", "array",
         "array to items", "items to array"],
)  # fmt: skip
def test_units_belong_to_what_they_are_said_of(old: Node, new: Node) -> None:
    assert "C" in broken(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SECONDS, {"anyOf": [SECONDS, {"type": "null"}], "x-unit": "s"}),
        ({"anyOf": [SECONDS, {"type": "null"}]},
         {"anyOf": [{"type": "number"}, {"type": "null"}], "x-unit": "s"}),
        ({"anyOf": [SECONDS, MILLISECONDS]}, {"anyOf": [MILLISECONDS, SECONDS]}),
        ({"type": "array", "items": SECONDS},
         {"type": "array", "items": {"type": "number"}, "x-unit": "s"}),
    ],
    ids=["or null", "said of the union", "in another order", "said of the array"],
)  # fmt: skip
def test_a_unit_that_is_said_elsewhere_is_the_same(old: Node, new: Node) -> None:
    assert all(finding.kind is not ChangeKind.UNIT for finding in compare_schemas(old, new))
    assert broken(old, new) in {"", "C"}


BESIDE_A_REFERENCE: Node = {"$ref": "#/$defs/S", "maxLength": 3, "$defs": {"S": {}}}


class TestDrafts:
    @pytest.mark.parametrize(
        "body", [BESIDE_A_REFERENCE, {"prefixItems": [{"type": "string"}]}, {"type": "string"}]
    )
    def test_another_draft_is_refused_unless_nothing_changed(self, body: Node) -> None:
        old, new = {"$schema": DRAFT_7, **body}, {"$schema": DRAFT_2020, **body}
        assert broken(old, new) == "PC"
        assert compare_schemas(old, deepcopy(old)) == ()
        [finding] = compare_schemas(old, new)
        assert "the keyword `$schema` names another draft than 2020-12" in str(finding)

    def test_within_another_draft_every_change_breaks(self) -> None:
        old: Node = {"$schema": DRAFT_7, **BESIDE_A_REFERENCE}
        assert broken(old, {**old, "maxLength": 9}) == "PC"

    def test_without_a_draft_it_is_ours(self) -> None:
        assert compare_schemas({"type": "string"}, {"type": "string", "$schema": DRAFT_2020}) == ()


class TestIdentifiers:
    def document(self, inner: str, outer: str, **notes: str) -> Node:
        return {
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/Outer"}},
            "$defs": {
                "Outer": {
                    **notes,
                    "type": "object",
                    "properties": {"b": {"$ref": "#/$defs/T"}},
                    "$defs": {"T": {"type": inner}},
                },
                "T": {"type": outer},
            },
        }  # fmt: skip

    def test_an_identifier_that_comes_or_goes_breaks_everybody(self) -> None:
        old, new = self.document("string", "number"), self.document("string", "number", **ID)
        assert broken(old, new) == broken(new, old) == "PC"

    def test_what_its_references_lead_to_counts(self) -> None:
        old, new = self.document("string", "number", **ID), self.document("null", "number", **ID)
        assert broken(old, new) == "PC"
        assert compare_schemas(old, deepcopy(old)) == ()

    def test_a_reference_into_it_is_not_followed(self) -> None:
        old = self.document("string", "number", **ID)
        old["properties"]["a"]["$ref"] = "#/$defs/Outer/properties/b"
        new = deepcopy(old)
        new["$defs"]["T"]["type"] = "boolean"
        assert broken(old, new) == "PC"


ID = {"$id": "urn:a"}


class TestFallbacks:
    """What only readers need is reached through `x-fallback` alone."""

    def document(self, **fields: Node) -> Node:
        kind = {"type": "string", "not": {"enum": ["a"]}}
        return {
            "oneOf": [{"$ref": "#/$defs/A"}],
            "discriminator": {"propertyName": "kind"},
            "x-fallback": "#/$defs/Other",
            "$defs": {
                "A": record("kind", kind={"const": "a"}),
                "Other": record("kind", kind=kind, **fields),
            },
        }

    @pytest.mark.parametrize("inside", [{"type": "number", "x-unit": "ms"}, {"type": "string"}])
    def test_a_change_breaks_deployed_producers(self, inside: Node) -> None:
        assert broken(self.document(v=SECONDS), self.document(v=inside)) == "P"

    def test_a_mark_is_told(self) -> None:
        [finding] = compare_schemas(
            self.document(v=SECONDS), self.document(v={**SECONDS, "x-sensitive": True})
        )
        assert (finding.kind, finding.breaks) == (ChangeKind.SENSITIVE, frozenset())


def record(required: str = "", /, **fields: Any) -> Node:
    return {
        "type": "object", "properties": fields, "required": required.split(),
        "additionalProperties": False,
    }  # fmt: skip


def told_apart(*members: Node) -> Node:
    return {"oneOf": list(members), "discriminator": {"propertyName": "kind"}}


def overlapping(*names: str) -> Node:
    return {"oneOf": [{"type": "object", "required": [name]} for name in names]}


A, B = ({"kind": {"const": kind}, "x": {"type": "number"}} for kind in "ab")
SLUGS: Node = {"type": "object", "patternProperties": {"^[a-z]+$": record("n", n={})}}

# The change, whom it breaks, and whom its reverse breaks.
ALARMS: dict[str, tuple[Any, Any, str, str]] = {
    "a tag that becomes required": (
        told_apart(record(**A), record(**B)), told_apart(record("kind", **A), record("kind", **B)),
        "", ""),
    "an enum and its range": (
        {"enum": [1, 2, 3]}, {"type": "integer", "minimum": 1, "maximum": 3}, "", ""),
    "an enum and its type": ({"enum": [1, 2]}, {"type": "integer"}, "C", "P"),
    "an enum of strings and its type": (
        {"type": "string", "enum": ["a", "b"]}, {"type": "string", "maxLength": 1}, "C", "P"),
    "true and false": ({"enum": [True, False]}, {"type": "boolean"}, "", ""),
    "a pattern that everything matches": (
        {"type": "string", "pattern": ""}, {"type": "string"}, "", ""),
    "overlapping members in another order": (overlapping("a", "b"), overlapping("b", "a"), "", ""),
    "identical members": (
        {"oneOf": [{"type": "string"}, {"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "string"}, {"type": "string"}]}, "", ""),
    "an alternative that nothing satisfies": (
        {"type": "string"}, {"anyOf": [{"type": "string"}, False]}, "", ""),
    "an empty range": (
        {"type": "string"},
        {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3, "maximum": 2}]}, "", ""),
    "an empty length": (
        {"type": "null"}, {"anyOf": [{"type": "null"}, {"minLength": 3, "maxLength": 2,
         "type": "string"}]}, "", ""),
    "an empty choice": ({"type": "null"}, {"anyOf": [{"type": "null"}, {"enum": []}]}, "", ""),
    "an object that demands the impossible": (
        {"type": "null"}, {"anyOf": [{"type": "null"}, record("a", a=False)]}, "", ""),
    "an array that demands the impossible": (
        {"type": "null"},
        {"anyOf": [{"type": "null"}, {"type": "array", "items": False, "minItems": 1}]}, "", ""),
    "two objects as one with a choice": (
        {"anyOf": [record("kind", **A), record("kind", **B)]},
        record("kind", kind={"enum": ["a", "b"]}, x={"type": "number"}), "", ""),
    "one of the two is narrower": (
        {"anyOf": [record("kind", kind={"const": "a"}), record("kind", kind={"const": "b"}, x={})]},
        record("kind", kind={"enum": ["a", "b"]}, x={"type": "number"}), "P", "C"),
    "an optional field in a map by pattern": (
        SLUGS, {**SLUGS, "patternProperties": {"^[a-z]+$": record("n", n={}, m={})}}, "", ""),
    "a required field in a map by pattern": (
        SLUGS, {**SLUGS, "patternProperties": {"^[a-z]+$": record("n m", n={}, m={})}}, "P", "C"),
    "longer keys": (
        {"propertyNames": {"maxLength": 4}}, {"propertyNames": {"maxLength": 9}}, "C", "P"),
    "fields in place of a pattern": (
        record(aa={"type": "number"}),
        {"type": "object", "patternProperties": {"^a+$": {"type": "number"}},
         "additionalProperties": False}, "", ""),
    "a field beside a pattern": (
        {"type": "object", "patternProperties": {"^a": {"type": "number"}},
         "additionalProperties": False},
        {"type": "object", "patternProperties": {"^a": {"type": "number"}},
         "properties": {"b": {"type": "string"}}, "additionalProperties": False}, "C", "P"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALARMS)
def test_a_change_breaks_whom_it_breaks_and_nobody_else(name: str) -> None:
    old, new, forward, backward = ALARMS[name]
    assert (broken(old, new), broken(new, old)) == (forward, backward)


class TestInvariants:
    """What holds between the fields of an object."""

    ORDER: ClassVar[Node] = {
        "rule": "not-before",
        "later": "b",
        "earlier": "a",
        "message": "b is first",
    }

    def record(self, *invariants: Node) -> Node:
        return record(a={}, b={}) | {"x-invariants": list(invariants)}

    def test_a_new_one_breaks_producers_and_a_lost_one_consumers(self) -> None:
        loose, tight = self.record(), self.record(self.ORDER)
        assert (broken(loose, tight), broken(tight, loose)) == ("P", "C")
        [finding] = compare_schemas(loose, tight)
        assert str(finding) == ('between fields: no rule → not-before (earlier "a", later "b")')

    def test_another_sentence_is_not_another_rule(self) -> None:
        other = self.record({**self.ORDER, "message": "b comes before a"})
        assert broken(self.record(self.ORDER), other) == ""

    def test_one_that_cannot_be_read_is_compared_as_a_whole(self) -> None:
        odd: Node = record(a={}) | {"x-invariants": {"rule": "odd"}}
        assert compare_schemas(odd, deepcopy(odd)) == ()
        assert broken(record(a={}), odd) == "PC"


UNKNOWN: Node = {"contains": {}}
NAMES: Node = {"type": "object", "propertyNames": UNKNOWN}
NOWHERE: Node = {"$ref": "#/none"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NAMES, {"type": "object", "propertyNames": {"maxLength": 1}}),
        (record("kind", kind=UNKNOWN), {"anyOf": [record("kind", **A), record("kind", **B)]}),
        (
            told_apart(record("kind", **A), record("kind", kind={"const": "b"}, x=NOWHERE)),
            told_apart(record("kind", **A), record("kind", kind={"const": "c"}, x=NOWHERE)),
        ),
        ({"$ref": "#no-path"}, {"type": "string"}),
    ],
    ids=["names", "tag", "member", "reference"],
)
def test_what_cannot_be_read_is_never_compatible(old: Node, new: Node) -> None:
    assert "P" in broken(old, new)
    assert "P" in broken({"type": "object", "propertyNames": {"maxLength": 9}}, NAMES)
