"""What cannot be compared is named, and counts as breaking once it changes."""

from __future__ import annotations

from copy import deepcopy

import pytest

from platform_events.contracts.compatibility import ChangeKind, Role, compare_schemas

from .schemas import Node

UNJUDGED: dict[str, Node] = {
    "the keyword `type` does not name a type": {"type": "text"},
    "a list of values has further rules beside it": {"enum": [1, 2], "minimum": 1},
    "the keyword `enum` is not a list": {"enum": "a"},
    "`x-open` needs the values that are known beside it": {"x-open": {"type": "string"}},
    "the keyword `x-open` is not a schema": {"enum": ["a"], "x-open": True},
    "`x-open` is more than strings with rules": {"enum": ["a"], "x-open": {"type": "number"}},
    "`x-open` has further rules beside it": {
        "allOf": [{"enum": ["a", "b"]}, {"enum": ["a"], "x-open": {"type": "string"}}]
    },
    "the keyword `not` is compared with `enum` and `const` alone": {"not": {"type": "null"}},
    "the keyword `not` is compared with strings only": {"type": "number", "not": {"const": 1}},
    "the keyword `pattern` is not a string": {"type": "string", "pattern": 1},
    "the keyword `minimum` is not a number": {"type": "number", "minimum": True},
    "the keyword `maxLength` is not a number": {"type": "string", "maxLength": "9"},
    "the keyword `required` is not a list of names": {"type": "object", "required": "a"},
    "several schemas describe the contents of one object or array": {
        "allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}], "type": "object"
    },
    "the range of an instant is not written as instants with an offset": {
        "type": "string", "x-minimum": "2026-01-01"
    },
    "a schema is neither an object nor a boolean": {"type": "array", "items": 1},
    "the keyword `dependentSchemas` cannot be compared": {"dependentSchemas": {}},
    "an `$id` inside of a document changes what `$ref` means": {"anyOf": [{"$id": "urn:a"}]},
    "a `$ref` leads only to itself": {"$ref": "#/$defs/A"},
    "its alternatives make more than 1,000 combinations": {
        "allOf": [{"anyOf": [{"minimum": i} for i in range(32)]} for _ in range(2)]
    },
}  # fmt: skip

MALFORMED: dict[str, Node] = {
    "a map of schemas is not written as one": {"type": "object", "properties": {"a": 1}},
    "a list of schemas is not written as one": {"anyOf": [1]},
    "a `$ref` leads to nothing": {"$ref": "#/$defs/Nobody"},
    "a `$ref` is not a path in the document": {"$ref": "other.json"},
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
    assert finding.remedy == "use keywords that can be compared, or add a new event"


def document(schema: Node) -> Node:
    definitions: Node = {"A": {"$ref": "#/$defs/A"}}
    return {"type": "object", "properties": {"a": schema}, "$defs": definitions}
