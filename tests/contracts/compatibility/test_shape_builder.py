"""What cannot be compared is named, and counts as breaking once it changes."""

from __future__ import annotations

from copy import deepcopy

import pytest

from platform_events.contracts.compatibility import ChangeKind, Role, compare_schemas

from .schemas import Node

UNJUDGED: dict[str, Node] = {
    "the keyword `type` names no type": {"type": "text"},
    "a list of values has further rules beside it": {"enum": [1, 2], "minimum": 1},
    "the keyword `enum` is no list": {"enum": "a"},
    "`x-open` stands without the values that are known": {"x-open": {"type": "string"}},
    "the keyword `x-open` is no schema": {"enum": ["a"], "x-open": True},
    "`x-open` is more than texts with rules": {"enum": ["a"], "x-open": {"type": "number"}},
    "`x-open` has further rules beside it": {
        "allOf": [{"enum": ["a", "b"]}, {"enum": ["a"], "x-open": {"type": "string"}}]
    },
    "the keyword `not` is compared with `enum` and `const` alone": {"not": {"type": "null"}},
    "the keyword `not` is compared with texts alone": {"type": "number", "not": {"const": 1}},
    "the keyword `pattern` is no text": {"type": "string", "pattern": 1},
    "the keyword `minimum` is no number": {"type": "number", "minimum": True},
    "the keyword `maxLength` is no number": {"type": "string", "maxLength": "9"},
    "the keyword `required` is no list of names": {"type": "object", "required": "a"},
    "several schemas say at once what is inside of one object or array": {
        "allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}], "type": "object"
    },
    "the range of an instant is not written as instants with an offset": {
        "type": "string", "x-minimum": "2026-01-01"
    },
    "a schema is neither an object nor a boolean": {"type": "array", "items": 1},
    "the keyword `patternProperties` cannot be compared": {"patternProperties": {}},
    "a `$id` inside of a document changes what `$ref` means": {"anyOf": [{"$id": "urn:a"}]},
    "a `$ref` leads to nothing but itself": {"$ref": "#/$defs/A"},
    "its alternatives make more than 1,000 combinations": {
        "allOf": [{"anyOf": [{"minimum": i} for i in range(32)]} for _ in range(2)]
    },
}  # fmt: skip

MALFORMED: dict[str, Node] = {
    "schemas by name are not written as such": {"type": "object", "properties": {"a": 1}},
    "a list of schemas is not written as such": {"anyOf": [1]},
    "a `$ref` leads to nothing": {"$ref": "#/$defs/Nobody"},
    "a `$ref` is no path in the document": {"$ref": "other.json"},
}


@pytest.mark.parametrize(("reason", "schema"), UNJUDGED.items(), ids=UNJUDGED)
def test_what_has_not_changed_is_compatible_all_the_same(reason: str, schema: Node) -> None:
    assert compare_schemas(document(schema), deepcopy(document(schema))) == (), reason


@pytest.mark.parametrize(
    ("reason", "schema"), (UNJUDGED | MALFORMED).items(), ids=UNJUDGED | MALFORMED
)
def test_what_cannot_be_compared_is_named(reason: str, schema: Node) -> None:
    old, new = document(schema), document({"anyOf": [deepcopy(schema), {"type": "null"}]})
    [finding] = compare_schemas(old, new)
    assert (finding.path, finding.kind) == ("data.a", ChangeKind.NOT_JUDGED)
    assert (finding.hint, finding.breaks) == (reason, frozenset(Role))
    assert finding.remedy == "say it in keywords that can be compared, or add a new event"


def document(schema: Node) -> Node:
    definitions: Node = {"A": {"$ref": "#/$defs/A"}}
    return {"type": "object", "properties": {"a": schema}, "$defs": definitions}
