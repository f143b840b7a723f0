"""A schema document: its parts as shapes, and what it says beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final
from urllib.parse import unquote

from ._keywords import (
    OWN,
    is_annotation,
    is_told,
    references,
    refuse_unknown,
    schema,
    schema_list,
    stripped,
)
from ._shape_builder import Case, shapes_of
from ._shapes import Json, Record, Schema, Shape, UnsupportedSchema, canonical
from ._values import are_apart

_MOST_CASES: Final = 1_000
_OTHER_REFERENCES: Final = ('"$dynamic', '"$recursive', '"$id"', '"$anchor"')


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a schema allows: a value must be in one of the shapes."""

    shapes: tuple[Shape, ...]
    # Whether a value that is in two of them may be refused for it, by a ``oneOf``.
    may_overlap: bool = False


class Document:
    """A schema document of the kind that pydantic writes."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        # By identity: the parts of a document live as long as it does.
        self._read: dict[int, Alternatives | UnsupportedSchema] = {}
        self._reading: set[int] = set()
        self._constants: dict[str, Schema] = {}
        self._fingerprints: dict[tuple[int, bool], str] = {}
        self._parts: dict[tuple[str, bool], tuple[str, list[str]]] = {}

    def alternatives(self, node: Schema) -> Alternatives:
        """Read a part of the document."""
        if isinstance(node, bool):
            return _of_cases([Case()] if node else [])
        found = self._read.get(id(node))
        if found is None:
            found = self._read[id(node)] = self._alternatives(node)
        if isinstance(found, UnsupportedSchema):
            raise UnsupportedSchema(str(found))
        return found

    def _alternatives(self, node: Schema) -> Alternatives | UnsupportedSchema:
        if id(node) in self._reading:
            return UnsupportedSchema("the discriminator of a union contains the union itself")
        self._reading.add(id(node))
        try:
            return _of_cases(self._cases(node, ()))
        except UnsupportedSchema as error:
            return error
        finally:
            self._reading.discard(id(node))

    def constant(self, text: str) -> Schema:
        """Give the schema of one value; the same one each time, since parts go by identity."""
        return self._constants.setdefault(text, {"const": json.loads(text)})

    def allows_all(self, node: Schema) -> bool:
        """Tell whether a schema says nothing."""
        return node is True or (isinstance(node, dict) and all(map(is_annotation, node)))

    def annotations(self, node: Schema) -> dict[str, Json]:
        """Give the annotations of a schema, with those of what it stands for."""
        found: dict[str, Json] = {}
        seen: set[int] = set()
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict) and id(part) not in seen:
                seen.add(id(part))
                told = {key: value for key, value in part.items() if is_told(key)}
                found = {**told, **found}
                with suppress(UnsupportedSchema):
                    waiting += self._meant(part)
        return found

    def _meant(self, node: dict[str, Json]) -> Iterator[Schema]:
        """Find the schemas that a schema stands for, apart from ``null``."""
        if isinstance(node.get("$ref"), str):
            yield self._resolve(str(node["$ref"]))
        yield from schema_list(node.get("allOf", []))
        members = _members(node)
        if len(members) == 1:
            yield members[0]

    def fingerprint(self, node: Schema, *, keeps_annotations: bool = False) -> str:
        """Write a schema with all that it refers to: the same text, the same meaning."""
        key = id(node), keeps_annotations
        if key not in self._fingerprints:
            self._fingerprints[key] = self._fingerprint(node, keeps_annotations)
        return self._fingerprints[key]

    def _fingerprint(self, node: Schema, keeps_annotations: bool) -> str:
        bare = stripped(node, keeps_annotations=keeps_annotations)
        if self._has_other_references:
            return canonical([bare, self.root])
        known: dict[str, Json] = {}
        waiting = list(references(bare))
        while waiting:
            ref = waiting.pop()
            if ref not in known:
                known[ref], inner = self._referred(ref, keeps_annotations)
                waiting += inner
        dialect = self.root.get("$schema") if isinstance(self.root, dict) else None
        return canonical([bare, known, dialect])

    def _referred(self, ref: str, keeps_annotations: bool) -> tuple[str, list[str]]:
        """Write what a reference leads to, and find the references in it; once for each."""
        key = ref, keeps_annotations
        if key not in self._parts:
            part = stripped(self._resolve(ref), keeps_annotations=keeps_annotations)
            self._parts[key] = canonical(part), list(references(part))
        return self._parts[key]

    @cached_property
    def _has_other_references(self) -> bool:
        """Whether something changes what references lead to, in a way that is not looked into."""
        root = self.root if isinstance(self.root, dict) else {}
        text = canonical({key: part for key, part in root.items() if key != "$id"})
        return any(word in text for word in _OTHER_REFERENCES)

    def _cases(self, node: Schema, refs: tuple[str, ...]) -> list[Case]:
        if isinstance(node, bool):
            return [Case()] if node else []
        refuse_unknown(node, is_root=node is self.root)
        own = {key: value for key, value in node.items() if key in OWN}
        title = node.get("title")
        cases = [Case((own,) if own else (), title if isinstance(title, str) else "")]
        for group in self._groups(node, refs):
            cases = [one & other for one in cases for other in group]
            if len(cases) > _MOST_CASES:
                raise UnsupportedSchema(
                    f"its alternatives make more than {_MOST_CASES:,} combinations"
                )
        return cases

    def _groups(self, node: dict[str, Json], refs: tuple[str, ...]) -> list[list[Case]]:
        groups = [self._cases(part, refs) for part in schema_list(node.get("allOf", []))]
        if "$ref" in node:
            ref = node["$ref"]
            if not isinstance(ref, str) or ref in refs:
                raise UnsupportedSchema("a `$ref` leads only to itself")
            groups.append(self._cases(self._resolve(ref), (*refs, ref)))
        if "anyOf" in node:
            groups.append(self._union(node, "anyOf", refs))
        if "oneOf" in node:
            groups.append(self._exclusive(self._union(node, "oneOf", refs)))
        return groups

    def _union(self, node: dict[str, Json], keyword: str, refs: tuple[str, ...]) -> list[Case]:
        discriminator = node.get("discriminator")
        tag = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        tags = frozenset({tag}) if isinstance(tag, str) else frozenset[str]()
        fallback: Schema = {"$ref": node.get("x-fallback")}
        cases: list[Case] = []
        is_alone = len(_members(node)) == 1
        members = schema_list(node[keyword])
        if "x-fallback" in node and fallback not in members:
            members = [*members, fallback]
        for member in members:
            told = {} if is_alone else self.annotations(member)
            role = Case(tags=tags, is_fallback=member == fallback, annotations=told)
            cases += [role & case for case in self._cases(member, refs)]
        return cases

    def _exclusive(self, cases: Sequence[Case]) -> list[Case]:
        shapes = [shape for case in cases for shape in shapes_of(case)]
        if all(self._are_apart(one, other) for one, other in combinations(shapes, 2)):
            return list(cases)
        return [case & Case(may_overlap=True) for case in cases]

    def _are_apart(self, one: Shape, other: Shape) -> bool:
        if not isinstance(one, Record) or not isinstance(other, Record):
            return are_apart(one, other)
        return any(
            self._tags_are_apart(one.fields.get(name, True), other.fields.get(name, True))
            for name in one.certain & other.certain
        )

    def _tags_are_apart(self, one: Schema, other: Schema) -> bool:
        try:
            left, right = self.alternatives(one).shapes, self.alternatives(other).shapes
        except UnsupportedSchema:
            return False
        return all(are_apart(a, b) for a in left for b in right)

    def _resolve(self, ref: str) -> Schema:
        node: Json = self.root
        if ref != "#" and not ref.startswith("#/"):
            raise UnsupportedSchema("a `$ref` is not a path in the document")
        for step in unquote(ref[1:]).split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                raise UnsupportedSchema("a `$ref` leads to nothing")
            if "$id" in node and node is not self.root:
                raise UnsupportedSchema("a `$ref` leads into another document")
            node = node[key]
        return schema(node)


def _members(node: dict[str, Json]) -> list[Schema]:
    """Find the members of a union, apart from ``null``."""
    union = schema_list(node.get("anyOf", node.get("oneOf", [])))
    return [part for part in union if not isinstance(part, dict) or part.get("type") != "null"]


def _of_cases(cases: Sequence[Case]) -> Alternatives:
    shapes = tuple(shape for case in cases for shape in shapes_of(case))
    return Alternatives(shapes, any(case.may_overlap for case in cases))
