"""Documents as shapes."""

from __future__ import annotations

from copy import deepcopy

import pytest

from platform_events.contracts.compatibility import ChangeKind, compare_schemas

from .schemas import Node


def test_references_that_are_escaped_are_followed() -> None:
    old: Node = {"$ref": "#/$defs/a~1b%20~0", "$defs": {"a/b ~": {"type": "string"}}}
    assert compare_schemas(old, {"type": "string"}) == ()


def test_a_union_told_apart_by_a_field_that_holds_it_is_not_judged() -> None:
    union: Node = {
        "oneOf": [
            {"type": "object", "properties": {"kind": {"$ref": "#/$defs/U"}}, "required": ["kind"]},
            {"type": "object", "properties": {"kind": {"const": 1}}, "required": ["kind"]},
        ],
        "discriminator": {"propertyName": "kind"},
    }
    old: Node = {"$ref": "#/$defs/U", "$defs": {"U": union}}
    new = deepcopy(old)
    assert compare_schemas(old, new) == ()
    new["$defs"]["U"]["oneOf"][1]["properties"]["kind"]["const"] = 2
    assert any(finding.is_breaking for finding in compare_schemas(old, new))


def test_definitions_in_a_circle_are_compared() -> None:
    old: Node = {
        "$ref": "#/$defs/A",
        "$defs": {
            "A": {"type": "array", "items": {"$ref": "#/$defs/B"}},
            "B": {"type": "array", "items": {"$ref": "#/$defs/A"}, "maxItems": 3},
        },
    }
    new = deepcopy(old)
    assert compare_schemas(old, new) == ()
    new["$defs"]["B"]["maxItems"] = 2
    [finding] = compare_schemas(old, new)
    assert (finding.path, finding.kind) == ("data[]", ChangeKind.MAX_ITEMS)


@pytest.mark.parametrize("keyword", ["$dynamicRef", "$recursiveRef"])
def test_what_is_resolved_elsewhere_depends_on_the_whole_document(keyword: str) -> None:
    old: Node = {
        "type": "object",
        "properties": {"a": {keyword: "#b"}},
        "$defs": {"B": {"$dynamicAnchor": "b", "type": "string"}},
    }
    assert compare_schemas(old, deepcopy(old)) == ()
    new = deepcopy(old)
    new["$defs"]["B"]["type"] = "number"
    assert [finding.kind for finding in compare_schemas(old, new)] == [ChangeKind.NOT_JUDGED]
