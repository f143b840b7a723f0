"""The alternatives that two schemas have at one place, compared type by type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from .aligning import align, by_type, label
from .changes import ChangeKind, Role
from .insides import compare_arrays, compare_fallbacks, compare_records, compare_rules
from .judging import EVERYBODY, NOBODY, Roles
from .places import Place, member_path
from .shapes import Array, Record, Shape, Text, Values
from .words import summary, type_words

_PRODUCERS: Final[Roles] = frozenset({Role.PRODUCERS})


def compare_alternatives(place: Place, old: Sequence[Shape], new: Sequence[Shape]) -> None:
    """Find what changed between the alternatives of two schemas.

    Args:
        place: Where they are; what is found is noted down there.
        old: What the old schema allows.
        new: What the new one allows.
    """
    before, after = by_type(old), by_type(new)
    is_other_type = not (before.keys() & after.keys()) - {"null"}
    if before and after and is_other_type and before.keys() != after.keys():
        place.add(ChangeKind.TYPE, summary(old), summary(new), breaks=place.broken)
        return
    for name in dict.fromkeys([*before, *after]):
        _compare_type(place, before.get(name, []), after.get(name, []))


def _compare_type(place: Place, old: Sequence[Shape], new: Sequence[Shape]) -> None:
    (listed, free), (new_listed, new_free) = _divided(old), _divided(new)
    if old and new and bool(free) != bool(new_free) and not (listed and new_listed):
        place.add(ChangeKind.TYPE, summary(old), summary(new), breaks=place.broken)
        return
    _compare_values(place, listed, new_listed)
    _compare_openness(place, _others(listed), _others(new_listed))
    aligned = align(free, new_free, place.documents)
    for name, one, other in aligned.pairs:
        _compare_shapes(place, name, one, other)
    for shape in aligned.gone:
        _without(place, shape)
    for shape in aligned.added:
        _with_new(place, shape)


def _divided(shapes: Sequence[Shape]) -> tuple[list[Values], list[Shape]]:
    listed = [shape for shape in shapes if isinstance(shape, Values)]
    return listed, [shape for shape in shapes if not isinstance(shape, Values)]


def _others(listed: Sequence[Values]) -> list[Text]:
    return [text for values in listed for text in values.others]


def _compare_values(place: Place, old: Sequence[Values], new: Sequence[Values]) -> None:
    before = frozenset(text for values in old for text in values.texts)
    after = frozenset(text for values in new for text in values.texts)
    for values in _singly(before - after):
        breaks = place.judge.without(values, place.new)
        place.add(ChangeKind.VALUE_REMOVED, type_words(values), breaks=breaks)
    for values in _singly(after - before):
        breaks = place.judge.with_new(values, place.old)
        place.add(ChangeKind.VALUE_ADDED, new=type_words(values), breaks=breaks)


def _singly(texts: frozenset[str]) -> Iterator[Values]:
    if texts == frozenset({"true", "false"}):
        yield Values(texts)
    else:
        yield from (Values(frozenset({text})) for text in sorted(texts))


def _compare_openness(place: Place, old: Sequence[Text], new: Sequence[Text]) -> None:
    if old and not new:
        breaks = NOBODY.union(*(place.judge.without(text, place.new) for text in old))
        place.add(ChangeKind.CLOSED, summary(old), breaks=breaks)
    elif new and not old:
        place.add(ChangeKind.OPENED, new=summary(new))
    for one, other in zip(old, new, strict=False):
        # New producers send what is listed, whatever they might read.
        compare_rules(place, place.path, one, other, _PRODUCERS)


def _compare_shapes(place: Place, name: str, old: Shape, new: Shape) -> None:
    path = member_path(place.path, name)
    compare_rules(place, path, old, new, EVERYBODY)
    match old, new:
        case Record(is_fallback=True), Record(is_fallback=True):
            compare_fallbacks(place, path, old, new)
        case Record(), Record():
            compare_records(place, path, old, new)
        case Array(), Array():
            compare_arrays(place, path, old, new)
        case _:
            pass


def _without(place: Place, shape: Shape) -> None:
    is_fallback = isinstance(shape, Record) and shape.is_fallback
    kind = ChangeKind.CLOSED if is_fallback else ChangeKind.ALTERNATIVE_REMOVED
    path = member_path(place.path, label(shape, place.documents[0]))
    breaks = place.judge.without(shape, place.new)
    place.add(kind, summary([shape]), breaks=breaks, path=path)


def _with_new(place: Place, shape: Shape) -> None:
    is_fallback = isinstance(shape, Record) and shape.is_fallback
    kind = ChangeKind.OPENED if is_fallback else ChangeKind.ALTERNATIVE_ADDED
    path = member_path(place.path, label(shape, place.documents[1]))
    breaks = NOBODY if is_fallback else place.judge.with_new(shape, place.old)
    place.add(kind, new=summary([shape]), breaks=breaks, path=path)
