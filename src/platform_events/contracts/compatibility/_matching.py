"""Which alternative of the old schema has become which one of the new."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ._documents import Document
from ._shapes import Record, Shape, UnsupportedSchema, Values
from ._values import type_of, types_of


@dataclass(frozen=True, slots=True)
class Matching:
    """The alternatives of one type.

    Attributes:
        pairs: Those that have a counterpart, each with its label; empty if there is but one.
        gone: Those of the old schema that have none.
        added: Those of the new schema that have none.
    """

    pairs: Sequence[tuple[str, Shape, Shape]]
    gone: Sequence[Shape]
    added: Sequence[Shape]


def by_type(shapes: Sequence[Shape]) -> dict[str, list[Shape]]:
    """Sort shapes by the JSON types that they have; finite sets are divided.

    Example:
        >>> from platform_events.contracts.compatibility._matching import by_type
        >>> from platform_events.contracts.compatibility._shapes import Number, Values
        >>> sorted(by_type([Number(), Values(frozenset({"null", "1"}))]))
        ['null', 'number']
    """
    found = defaultdict[str, list[Shape]](list)
    for shape in shapes:
        for name in sorted(types_of(shape)):
            found[name].append(_of_type(shape, name))
    return dict(found)


def _of_type(shape: Shape, name: str) -> Shape:
    if not isinstance(shape, Values):
        return shape
    texts = frozenset(text for text in shape.texts if type_of(text) == name)
    return Values(texts, shape.others if name == "string" else ())


def match_alternatives(
    old: Sequence[Shape], new: Sequence[Shape], documents: tuple[Document, Document]
) -> Matching:
    """Find the counterparts of shapes of one type, none of which is a finite set.

    Args:
        old: The shapes of the old schema.
        new: Those of the new one.
        documents: Where they are from.

    Returns:
        Members of a union by what tells them apart; others by their titles, then in order.
    """
    if len(old) == len(new) == 1:
        return Matching([("", old[0], new[0])], [], [])
    left = [(label(shape, documents[0]), shape) for shape in old]
    right = [(label(shape, documents[1]), shape) for shape in new]
    pairs: list[tuple[str, Shape, Shape]] = []
    for is_counterpart in (_have_one_label, _may_be_renamed):
        for one in list(left):
            other = next((other for other in right if is_counterpart(one, other)), None)
            if other:
                left.remove(one)
                right.remove(other)
                pairs.append((one[0], one[1], other[1]))
    return Matching(pairs, [shape for _, shape in left], [shape for _, shape in right])


def _have_one_label(old: tuple[str, Shape], new: tuple[str, Shape]) -> bool:
    return old[0] == new[0]


def _may_be_renamed(old: tuple[str, Shape], new: tuple[str, Shape]) -> bool:
    return "=" not in old[0] + new[0]


def label(shape: Shape, document: Document) -> str:
    """Name a member of a union: by what tells it apart, such as ``"kind=sleep"``, else its title.

    Args:
        shape: The member.
        document: Where it is from.

    Returns:
        The label, which may be empty.
    """
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
