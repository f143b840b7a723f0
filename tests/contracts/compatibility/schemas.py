"""Schemas of the kind that pydantic writes, edits of them, and values to try them with.

All of it is small on purpose: few names, few numbers and few texts, so that two schemas often have
much in common, and so that a value soon hits the one place where they differ.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any, TypeAlias

from hypothesis import strategies as st

Node: TypeAlias = dict[str, Any]  # Any: JSON, which the tests take apart at will

NAMES = ("a", "b", "c")
DEFINITIONS = ("A", "B", "C")
KINDS = ("x", "y", "z")
TEXTS = ("", "a", "b", "ab", "abc", "abcd", "x", "y", "z", "w", "1")
NUMBERS = (-2, -1, 0, 0.5, 1, 1.0, 1.5, 2, 3, 4, 6)
PATTERNS = ("^a", "b$", "^[a-c]*$")
KEY_PATTERNS = ("^a", "^[ab]$", "c")
COUNTS = st.integers(0, 4)

key_names: st.SearchStrategy[Node] = st.sampled_from([
    {"maxLength": 1}, {"enum": ["a", "b"]}, {"pattern": "^[a-b]"}, {"pattern": "^a"},
    {"type": "string", "minLength": 1},
])  # fmt: skip
any_value = st.sampled_from([*TEXTS, *NUMBERS, True, False, None])


def with_some(required: Node, **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    """Keywords that are there, and some of those that may be."""
    always = {key: st.just(value) for key, value in required.items()}
    return st.fixed_dictionaries(always, optional=optional)


numbers = st.sampled_from(["number", "integer"]).flatmap(
    lambda name: with_some(
        {"type": name},
        minimum=st.sampled_from(NUMBERS),
        maximum=st.sampled_from(NUMBERS),
        exclusiveMinimum=st.sampled_from(NUMBERS),
        exclusiveMaximum=st.sampled_from(NUMBERS),
        multipleOf=st.sampled_from([1, 2, 3, 4, 0.5]),
    )
)
excluded = st.fixed_dictionaries(
    {"enum": st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3, unique=True)}
)
texts = with_some(
    {"type": "string"},
    minLength=COUNTS,
    maxLength=COUNTS,
    pattern=st.sampled_from(PATTERNS),
) | with_some({"type": "string"}, **{"not": excluded})
choices = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4, unique=True).map(
    lambda values: {"type": "string", "enum": values}
)
open_choices = st.builds(
    lambda choice, opened: {**choice, "x-open": opened},
    choices,
    # What is listed is read, too.
    with_some({"type": "string"}, minLength=st.just(0), maxLength=st.integers(4, 5)),
)
mixed_values = st.lists(any_value, min_size=1, max_size=4).map(lambda values: {"enum": values})
constants = any_value.map(lambda value: {"const": value})
plain: st.SearchStrategy[Node] = st.sampled_from(
    [
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"]},
        {"type": ["integer", "string"]},
        {"type": "string", "format": "date-time"},
        {"type": "object"},
        {"type": "array"},
        {},
    ]
)
scalars: st.SearchStrategy[Node] = (
    numbers | texts | choices | open_choices | mixed_values | constants | plain
)
references = st.sampled_from(DEFINITIONS).map(lambda name: {"$ref": f"#/$defs/{name}"})


with_siblings = st.builds(lambda one, other: {**one, **other}, references, scalars)


def records(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    fields = st.dictionaries(st.sampled_from(NAMES), inner | inner | st.booleans(), max_size=3)
    counted = {"minProperties": st.integers(0, 2), "maxProperties": st.integers(1, 3)}
    others = st.just(False) | st.just(False) | st.booleans() | inner
    shapes = with_some({"type": "object"}, additionalProperties=others)
    rarely: st.SearchStrategy[Node] = st.just({}) | st.just({}) | with_some({}, **counted)
    plain_ones = st.builds(_record, fields, st.sets(st.sampled_from(NAMES)), shapes, rarely)
    return plain_ones | plain_ones | st.builds(merged, plain_ones, maps(inner))


def maps(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Rules for the names of keys."""
    by_pattern = st.dictionaries(st.sampled_from(KEY_PATTERNS), inner, min_size=1, max_size=2)
    return with_some({}, patternProperties=by_pattern, propertyNames=key_names)


def merged(*parts: Node) -> Node:
    return {key: value for part in parts for key, value in part.items()}


def _record(fields: Node, required: set[str], shape: Node, counted: Node) -> Node:
    known = sorted(required & fields.keys())
    return {**shape, "properties": fields, **({"required": known} if known else {}), **counted}


def arrays(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return with_some(
        {"type": "array"},
        items=inner | st.booleans(),
        prefixItems=st.lists(inner, min_size=1, max_size=2),
        minItems=st.integers(0, 2),
        maxItems=st.integers(0, 3),
        uniqueItems=st.booleans(),
    )


def members(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[list[Node]]:
    """Members of a union that is told apart by ``kind``."""
    kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True)
    return kinds.flatmap(
        lambda chosen: st.tuples(
            *(records(inner).map(partial(_tagged, kind)) for kind in chosen)
        ).map(list)
    )


def _tagged(kind: str, record: Node) -> Node:
    fields = {"kind": {"type": "string", "const": kind}, **record["properties"]}
    required = ["kind", *record.get("required", [])]
    limits = {"minProperties", "maxProperties"}
    kept = {key: value for key, value in record.items() if key not in limits}
    return {**kept, "properties": fields, "required": required}


def unions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, min_size=1, max_size=3)
    return (
        some.map(lambda parts: {"anyOf": parts})
        | some.map(lambda parts: {"allOf": parts})
        | inner.map(lambda part: {"anyOf": [part, {"type": "null"}]})
        | some.map(lambda parts: {"oneOf": parts})
        | members(inner).map(
            lambda parts: {"oneOf": parts, "discriminator": {"propertyName": "kind"}}
        )
        | references.map(lambda reference: {"allOf": [reference]})
    )


schemas: st.SearchStrategy[Node] = st.recursive(
    scalars | references | with_siblings,
    lambda inner: records(inner) | arrays(inner) | unions(inner),
    max_leaves=5,
)


def documents() -> st.SearchStrategy[Node]:
    """Whole documents: definitions that may contain themselves, and an open union in some."""
    definitions = st.fixed_dictionaries({name: records(schemas) | scalars for name in DEFINITIONS})
    plain_ones = st.builds(_document, records(schemas) | schemas, definitions)
    open_ones = st.builds(_open_document, records(schemas), members(schemas), definitions)
    return plain_ones | plain_ones | open_ones


def _document(root: Node, definitions: Node) -> Node:
    return {**root, "$defs": definitions}


def _open_document(root: Node, parts: list[Node], definitions: Node) -> Node:
    kinds = [part["properties"]["kind"]["const"] for part in parts]
    union = {
        "oneOf": [*parts, {"$ref": "#/$defs/Other"}],
        "discriminator": {"propertyName": "kind"},
        "x-fallback": "#/$defs/Other",
    }
    other = {
        "type": "object",
        "properties": {"kind": {"type": "string", "not": {"enum": kinds}, "minLength": 1}},
        "required": ["kind"],
        "additionalProperties": False,
    }
    fields = {**root["properties"], "a": union}
    return {**root, "properties": fields, "$defs": {**definitions, "Other": other}}


def nodes(value: Any) -> Iterator[Node]:
    """Every schema in a document, which may be changed."""
    if not isinstance(value, dict):
        return
    yield value
    for key in ("properties", "patternProperties", "$defs"):
        for part in value.get(key, {}).values():
            yield from nodes(part)
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for part in value.get(key, []):
            yield from nodes(part)
    for key in ("items", "additionalProperties"):
        yield from nodes(value.get(key))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Node, Node]:
    """A document and what became of it; now and then two that have nothing in common."""
    old = draw(documents())
    if draw(st.integers(0, 9)) == 0:
        return old, draw(documents())
    new = deepcopy(old)
    for _ in range(draw(st.integers(1, 2))):
        node = draw(st.sampled_from(list(nodes(new))))
        draw(st.sampled_from(EDITS))(draw, node)
    return old, new


Edit: TypeAlias = Callable[[st.DrawFn, Node], None]


def _change_a_keyword(draw: st.DrawFn, node: Node) -> None:
    values: dict[str, st.SearchStrategy[Any]] = {
        "minimum": st.sampled_from(NUMBERS),
        "exclusiveMinimum": st.sampled_from(NUMBERS),
        "maximum": st.sampled_from(NUMBERS),
        "multipleOf": st.sampled_from([1, 2, 3, 4, 0.5]),
        "minLength": COUNTS,
        "maxLength": COUNTS,
        "pattern": st.sampled_from(PATTERNS),
        "enum": st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4, unique=True),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 3),
        "uniqueItems": st.booleans(),
        "items": schemas | st.booleans(),
        "prefixItems": st.lists(schemas, min_size=1, max_size=2),
        "additionalProperties": st.booleans() | schemas,
        "patternProperties": st.dictionaries(st.sampled_from(KEY_PATTERNS), schemas, max_size=2),
        "propertyNames": key_names,
        "minProperties": st.integers(0, 3),
        "maxProperties": st.integers(0, 3),
        "x-open": st.integers(0, 5).map(lambda most: {"type": "string", "maxLength": most}),
        "type": st.sampled_from(["string", "number", "integer", "object", "array", "null"]),
    }
    known = [key for key in values if key in node] or list(values)
    key = draw(st.sampled_from(known))
    node[key] = draw(values[key])
    if key == "x-open":
        node.setdefault("enum", ["a"])


def _drop_a_keyword(draw: st.DrawFn, node: Node) -> None:
    droppable = sorted(node.keys() - {"$defs", "kind"})
    if droppable:
        del node[draw(st.sampled_from(droppable))]


def _change_a_field(draw: st.DrawFn, node: Node) -> None:
    if "properties" in node:
        name = draw(st.sampled_from(NAMES))
        if name in node["properties"] and draw(st.booleans()):
            del node["properties"][name]
            node["required"] = [other for other in node.get("required", []) if other != name]
        else:
            node["properties"][name] = draw(schemas)


def _change_what_is_required(draw: st.DrawFn, node: Node) -> None:
    if "properties" in node:
        name = draw(st.sampled_from(NAMES))
        required = set(node.get("required", [])) ^ {name}
        node["required"] = sorted(required)


def _change_an_alternative(draw: st.DrawFn, node: Node) -> None:
    for key in ("anyOf", "oneOf"):
        if node.get(key):
            if draw(st.booleans()):
                node[key].append(draw(schemas | members(schemas).map(lambda parts: parts[0])))
            elif len(node[key]) > 1:
                node[key].pop(draw(st.integers(0, len(node[key]) - 1)))


def _replace(draw: st.DrawFn, node: Node) -> None:
    kept = {key: node[key] for key in ("$defs",) if key in node}
    fresh = draw(schemas)
    node.clear()
    node.update({**deepcopy(fresh), **kept})


def _wrap(draw: st.DrawFn, node: Node) -> None:
    kept = {key: node.pop(key) for key in ("$defs",) if key in node}
    inner = dict(node)
    node.clear()
    other = draw(st.just({"type": "null"}) | schemas)
    node.update({draw(st.sampled_from(["anyOf", "anyOf", "oneOf"])): [inner, other], **kept})


EDITS: tuple[Edit, ...] = (
    _change_a_keyword,
    _change_a_keyword,
    _drop_a_keyword,
    _change_a_field,
    _change_what_is_required,
    _change_an_alternative,
    _replace,
    _wrap,
)


class Values:
    """Makes values that a document may well allow, and some that it may not."""

    def __init__(self, document: Node, source: random.Random) -> None:
        self._document = document
        self._random = source

    def make(self, schema: Any = None, depth: int = 4) -> Any:
        """One value."""
        node = self._document if schema is None else schema
        if not isinstance(node, dict) or depth < 0 or self._random.random() < 0.03:
            return self._random.choice([*TEXTS, *NUMBERS, None, True, False, [], {}])
        return self._of(node, depth)

    def _of(self, node: Node, depth: int) -> Any:  # noqa: PLR0911  # one for each keyword
        pick = self._random.choice
        if "$ref" in node:
            return self.make(self._document["$defs"][node["$ref"].rpartition("/")[2]], depth - 1)
        for key in ("anyOf", "oneOf", "allOf"):
            if node.get(key):
                return self.make(pick(node[key]), depth - 1)
        if "const" in node:
            return node["const"]
        if "enum" in node and ("x-open" not in node or pick([True, False])):
            return pick(node["enum"])
        names = node.get("type", ["string", "number", "object", "array"])
        match pick(names if isinstance(names, list) else [names]):
            case "string":
                return pick(TEXTS)
            case "number":
                return pick(NUMBERS)
            case "integer":
                return pick([number for number in NUMBERS if float(number).is_integer()])
            case "boolean":
                return pick([True, False])
            case "array":
                return self._array(node, depth)
            case "object":
                return self._record(node, depth)
            case _:
                return None

    def _array(self, node: Node, depth: int) -> list[Any]:
        first = node.get("prefixItems", [])
        low, high = node.get("minItems", 0), node.get("maxItems", 3)
        count = self._random.randint(low, max(low, high))
        schemas_of = [*first, *[node.get("items", True)] * count][:count]
        return [
            self.make(schema, depth - 1) if schema is not True else self.make(True)
            for schema in schemas_of
        ]

    def _record(self, node: Node, depth: int) -> Node:
        made: Node = {}
        for name, schema in node.get("properties", {}).items():
            if name in node.get("required", []) or self._random.random() < 0.5:
                made[name] = self.make(schema, depth - 1)
        for pattern, schema in node.get("patternProperties", {}).items():
            name = self._random.choice(["a", "ab", "b", "c", "cc"])
            if re.search(pattern, name):
                made.setdefault(name, self.make(schema, depth - 1))
        if self._random.random() < 0.3 or node.get("additionalProperties") is not False:
            others = node.get("additionalProperties", True)
            made.setdefault(self._random.choice([*NAMES, "ab"]), self.make(others, depth - 1))
        return made


def producer(document: Node, *, is_deployed: bool, known_kinds: set[str]) -> Node:
    """What producers may send: said anew, and differently from the engine."""
    sent = deepcopy(document)
    for node in list(nodes(sent)):
        _demand_tags(node)
        if "x-fallback" in node:
            fallback = {"$ref": node.pop("x-fallback")}
            node["oneOf"] = [part for part in node["oneOf"] if is_deployed or part != fallback]
        if "not" in node and is_deployed and node.get("minLength") == 1:
            node["not"] = {"enum": sorted({*node["not"]["enum"], *known_kinds})}
        if "x-open" in node and is_deployed and "enum" in node:
            others = {key: value for key, value in node.items() if key not in {"x-open", "enum"}}
            listed = {"enum": node["enum"], "type": node.get("type", "string")}
            opened = {**others, **node["x-open"]}
            node.clear()
            node["anyOf"] = [listed, opened]
    return sent


def _demand_tags(node: Node) -> None:
    """Require the tag of a union, as pydantic does without writing it."""
    if "discriminator" in node and "oneOf" in node:
        demand = {"type": "object", "required": [node["discriminator"]["propertyName"]]}
        node["allOf"] = [*node.get("allOf", []), demand]


def consumer(document: Node) -> Node:
    """What consumers take: said anew, and differently from the engine."""
    read = deepcopy(document)
    for node in list(nodes(read)):
        is_map = node.get("patternProperties") or "propertyNames" in node
        if node.get("additionalProperties") is False and not is_map:
            del node["additionalProperties"]
    for node in list(nodes(read)):
        _demand_tags(node)
        if "x-open" in node and "enum" in node:
            del node["enum"]
            node.update(node.pop("x-open"))
    return read
