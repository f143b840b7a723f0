"""Which alternative of the old schema has become which one of the new."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from ._documents import Document
from ._shapes import Record, Shape, UnsupportedSchema, Values
from ._values import type_of, types_of


@dataclass(frozen=True, slots=True)
class Matching:
    """The alternatives of one type."""

    pairs: Sequence[tuple[str, Shape, Shape]]  # each with its label; empty if there is but one
    retagged: Sequence[tuple[Shape, Shape]]  # that differ only in the tag that tells them apart
    gone: Sequence[Shape]
    added: Sequence[Shape]


def by_type(shapes: Sequence[Shape]) -> dict[str, list[Shape]]:
    """Sort shapes by the JSON types that they have; finite sets are divided."""
    found = defaultdict[str, list[Shape]](list)
    for shape in shapes:
        for name in sorted(types_of(shape)):
            found[name].append(_of_type(shape, name))
    return dict(found)


def _of_type(shape: Shape, name: str) -> Shape:
    if not isinstance(shape, Values):
        return shape
    texts = frozenset(text for text in shape.texts if type_of(text) == name)
    units = frozenset[str]() if name in {"null", "boolean"} else shape.units
    return replace(shape, texts=texts, others=shape.others if name == "string" else (), units=units)


def match_alternatives(
    old: Sequence[Shape], new: Sequence[Shape], documents: tuple[Document, Document]
) -> Matching:
    """Find the counterparts of shapes of one type, none of which is a finite set."""
    if len(old) == len(new) == 1:
        return Matching([("", old[0], new[0])], [], [], [])
    left = [(label(shape, documents[0]), shape) for shape in old]
    right = [(label(shape, documents[1]), shape) for shape in new]
    pairs: list[tuple[str, Shape, Shape]] = []
    for is_counterpart in (_are_equal, _have_one_label, _may_be_renamed):
        for one in list(left):
            other = next((other for other in right if is_counterpart(one, other)), None)
            if other:
                left.remove(one)
                right.remove(other)
                pairs.append((one[0], one[1], other[1]))
    gone, added = [shape for _, shape in left], [shape for _, shape in right]
    retagged = _match_retagged(gone, added, documents)
    return Matching(pairs, retagged, gone, added)


def _match_retagged(
    gone: list[Shape], added: list[Shape], documents: tuple[Document, Document]
) -> list[tuple[Shape, Shape]]:
    """Take out the members of which only the tag changed."""
    found: list[tuple[Shape, Shape]] = []
    for old in list(gone):
        wanted = _without_tags(old, documents[0])
        new = next((one for one in added if wanted == _without_tags(one, documents[1])), None)
        if wanted and new:
            gone.remove(old)
            added.remove(new)
            found.append((old, new))
    return found


def _without_tags(shape: Shape, document: Document) -> object:
    """Write a member without what tells it apart; nothing if it cannot be written."""
    if not isinstance(shape, Record) or not shape.tags or shape.is_fallback:
        return None
    others = {name: field for name, field in shape.fields.items() if name not in shape.tags}
    parts = [*others.values(), *shape.patterns.values(), shape.names, shape.rest]
    with suppress(UnsupportedSchema):
        texts = [document.fingerprint(part) for part in parts]
        return shape.tags, shape.required, list(others), list(shape.patterns), shape.counts, texts
    return None


def _are_equal(old: tuple[str, Shape], new: tuple[str, Shape]) -> bool:
    return old == new


def _have_one_label(old: tuple[str, Shape], new: tuple[str, Shape]) -> bool:
    return old[0] == new[0]


def _may_be_renamed(old: tuple[str, Shape], new: tuple[str, Shape]) -> bool:
    return "=" not in old[0] + new[0]


def label(shape: Shape, document: Document) -> str:
    """Name a member of a union: by what tells it apart, such as ``kind=sleep``, else its title."""
    if not isinstance(shape, Record):
        return ""
    for name in sorted(shape.tags) or sorted(shape.required):
        values = _constants(shape, name, document)
        if values:
            return f"{name}={'|'.join(values)}"
    return shape.title


def _constants(shape: Record, name: str, document: Document) -> list[str]:
    try:
        found = document.alternatives(shape.fields.get(name, True)).shapes
    except UnsupportedSchema:
        return []
    if not all(isinstance(values, Values) and not values.others for values in found):
        return []
    texts = sorted(text for values in found if isinstance(values, Values) for text in values.texts)
    return [str(json.loads(text)) for text in texts]
