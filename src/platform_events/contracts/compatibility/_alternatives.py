"""The alternatives of two schemas at one place, compared type by type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ._annotations import changed_annotations
from ._context import ComparisonContext, member_path
from ._describe import no_rule, summary, type_words
from ._impact import EVERYBODY, NOBODY, Roles
from ._matching import by_type, label, match_alternatives
from ._nested import compare_arrays, compare_fallbacks, compare_records, compare_rules
from ._shapes import Array, Record, Shape, Text, Values
from .changes import ChangeKind, Role

_NULL: Final = Values(frozenset({"null"}))
_PRODUCERS: Final[Roles] = frozenset({Role.PRODUCERS})


def compare_alternatives(
    context: ComparisonContext, old: Sequence[Shape], new: Sequence[Shape]
) -> None:
    before, after = by_type(old), by_type(new)
    is_other_type = not (before.keys() & after.keys()) - {"null"}
    if before and after and is_other_type and before.keys() != after.keys():
        context.add(ChangeKind.TYPE, summary(old), summary(new), breaks=context.broken)
        return
    for name in dict.fromkeys([*before, *after]):
        _compare_type(context, before.get(name, []), after.get(name, []))


def _compare_type(context: ComparisonContext, old: Sequence[Shape], new: Sequence[Shape]) -> None:
    (listed, free), (new_listed, new_free) = _divided(old), _divided(new)
    if old and new and bool(free) != bool(new_free) and not (listed and new_listed):
        context.add(ChangeKind.TYPE, summary(old), summary(new), breaks=context.broken)
        return
    _compare_values(context, listed, new_listed)
    _compare_units(context, listed, new_listed)
    _compare_openness(context, _others(listed), _others(new_listed))
    matching = match_alternatives(free, new_free, context.documents)
    for name, one, other in matching.pairs:
        _compare_shapes(context, name, one, other)
    for one, other in matching.retagged:
        _with_another_tag(context, one, other)
    for shape in matching.gone:
        _without(context, shape)
    for shape in matching.added:
        _with_new(context, shape)


def _divided(shapes: Sequence[Shape]) -> tuple[list[Values], list[Shape]]:
    listed = [shape for shape in shapes if isinstance(shape, Values)]
    return listed, [shape for shape in shapes if not isinstance(shape, Values)]


def _others(listed: Sequence[Values]) -> list[Text]:
    return [text for values in listed for text in values.others]


def _compare_values(
    context: ComparisonContext, old: Sequence[Values], new: Sequence[Values]
) -> None:
    before = frozenset(text for values in old for text in values.texts)
    after = frozenset(text for values in new for text in values.texts)
    for values in _singly(before - after):
        breaks = context.impact.without(values, context.new)
        kind = ChangeKind.NULL_REMOVED if values == _NULL else ChangeKind.VALUE_REMOVED
        context.add(kind, type_words(values), breaks=breaks)
    for values in _singly(after - before):
        breaks = context.impact.with_new(values, context.old)
        kind = ChangeKind.NULL_ADDED if values == _NULL else ChangeKind.VALUE_ADDED
        context.add(kind, new=type_words(values), breaks=breaks)


def _compare_units(
    context: ComparisonContext, old: Sequence[Values], new: Sequence[Values]
) -> None:
    before, after = (frozenset(unit for one in side for unit in one.units) for side in (old, new))
    if before != after and old and new:
        words = [
            " and ".join(sorted(units)) or no_rule(ChangeKind.UNIT) for units in (before, after)
        ]
        context.add(ChangeKind.UNIT, *words, breaks=context.broken if before and after else NOBODY)


def _singly(texts: frozenset[str]) -> Iterator[Values]:
    if texts == frozenset({"true", "false"}):
        yield Values(texts)
    else:
        yield from (Values(frozenset({text})) for text in sorted(texts))


def _compare_openness(context: ComparisonContext, old: Sequence[Text], new: Sequence[Text]) -> None:
    if old and not new:
        breaks = NOBODY.union(*(context.impact.without(text, context.new) for text in old))
        context.add(ChangeKind.CLOSED, summary(old), breaks=breaks)
    elif new and not old:
        context.add(ChangeKind.OPENED, new=summary(new))
    for one, other in zip(old, new, strict=False):
        # New producers send what is listed, whatever they might read.
        compare_rules(context, context.path, one, other, _PRODUCERS)


def _compare_shapes(context: ComparisonContext, name: str, old: Shape, new: Shape) -> None:
    path = member_path(context.path, name)
    context.findings += changed_annotations(context.event, path, old.annotations, new.annotations)
    compare_rules(context, path, old, new, EVERYBODY)
    match old, new:
        case Record(is_fallback=True), Record(is_fallback=True):
            compare_fallbacks(context, path, old, new)
        case Record(), Record():
            compare_records(context, path, old, new)
        case Array(), Array():
            compare_arrays(context, path, old, new)
        case _:
            pass


def _with_another_tag(context: ComparisonContext, old: Shape, new: Shape) -> None:
    words = [label(shape, part) for shape, part in zip((old, new), context.documents, strict=True)]
    breaks = context.impact.without(old, context.new) | context.impact.with_new(new, context.old)
    context.add(ChangeKind.TAG, *words, breaks=breaks)


def _without(context: ComparisonContext, shape: Shape) -> None:
    is_fallback = isinstance(shape, Record) and shape.is_fallback
    kind = ChangeKind.CLOSED if is_fallback else ChangeKind.ALTERNATIVE_REMOVED
    path = member_path(context.path, label(shape, context.documents[0]))
    breaks = context.impact.without(shape, context.new)
    context.add(kind, summary([shape]), breaks=breaks, path=path)


def _with_new(context: ComparisonContext, shape: Shape) -> None:
    is_fallback = isinstance(shape, Record) and shape.is_fallback
    kind = ChangeKind.OPENED if is_fallback else ChangeKind.ALTERNATIVE_ADDED
    path = member_path(context.path, label(shape, context.documents[1]))
    breaks = NOBODY if is_fallback else context.impact.with_new(shape, context.old)
    context.add(kind, new=summary([shape]), breaks=breaks, path=path)
