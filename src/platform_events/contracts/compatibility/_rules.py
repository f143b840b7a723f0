"""The rules of two shapes of one class, compared."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ._shapes import Array, Number, Record, Shape, Text
from .changes import ChangeKind


def exceeding(left: Shape, right: Shape) -> Iterator[ChangeKind]:
    """Find the rules by which one shape may hold values that another one of its class refuses."""
    if has_other_unit(left, right):
        yield ChangeKind.UNIT
    match left, right:
        case Number(), Number():
            yield from exceeding_numbers(left, right)
        case Text(), Text():
            yield from _exceeding_texts(left, right)
        case Array(), Array():
            kinds = ChangeKind.MIN_ITEMS, ChangeKind.MAX_ITEMS
            yield from _exceeding_counts(left.counts, right.counts, *kinds)
            if right.is_unique and not left.is_unique and left.counts[1] > 1:
                yield ChangeKind.UNIQUE_ITEMS
        case Record(), Record():
            is_closed = left.rest is False and not left.patterns
            most = len(left.fields) if is_closed else math.inf
            counts = max(left.counts[0], len(left.required)), min(left.counts[1], most)
            kinds = ChangeKind.MIN_FIELDS, ChangeKind.MAX_FIELDS
            yield from _exceeding_counts(counts, right.counts, *kinds)
            if right.invariants - left.invariants:
                yield ChangeKind.INVARIANTS
        case _:
            yield ChangeKind.TYPE


def has_other_unit(left: Shape, right: Shape) -> bool:
    """Tell whether the numbers of two shapes mean something else; a missing unit may be any."""
    return bool(left.units and right.units and left.units != right.units)


def _exceeding_counts(
    left: tuple[float, float], right: tuple[float, float], fewest: ChangeKind, most: ChangeKind
) -> Iterator[ChangeKind]:
    if left[0] < right[0]:
        yield fewest
    if left[1] > right[1]:
        yield most


def exceeding_numbers(left: Number, right: Number) -> Iterator[ChangeKind]:
    """Find the rules by which a range may hold numbers that another one refuses."""
    if left.lower < right.lower:
        yield ChangeKind.MINIMUM
    if left.upper > right.upper:
        yield ChangeKind.MAXIMUM
    for step in right.steps:
        if not any(_is_multiple(own, step) for own in left.steps):
            yield ChangeKind.TYPE if step == 1 else ChangeKind.MULTIPLE


def _is_multiple(value: float, step: float) -> bool:
    # Validators round fractions, each in its own way.
    return value == step or (_is_whole(value) and _is_whole(step) and value % step == 0)


def _is_whole(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


def _exceeding_texts(left: Text, right: Text) -> Iterator[ChangeKind]:
    kinds = ChangeKind.MIN_LENGTH, ChangeKind.MAX_LENGTH
    yield from _exceeding_counts(left.lengths, right.lengths, *kinds)
    if right.patterns - left.patterns:
        yield ChangeKind.PATTERN
    if right.formats - left.formats:
        yield ChangeKind.FORMAT
    if right.since and (left.since is None or left.since < right.since):
        yield ChangeKind.EARLIEST
    if right.until and (left.until is None or left.until > right.until):
        yield ChangeKind.LATEST
    fewest, most = left.lengths
    if any(fewest <= len(text) <= most for text in right.excluded - left.excluded):
        yield ChangeKind.EXCLUDED_VALUES
