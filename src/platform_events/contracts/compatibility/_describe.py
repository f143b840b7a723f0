"""Shapes in words, for reports."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Final

from .._limits import at_least, at_most, counted, number
from ._shapes import Array, Json, Number, Record, Shape, Text, Values, canonical
from .changes import ChangeKind

_LONGEST: Final = 80
_MOST_NAMED: Final = 5
_BOOLEAN: Final = frozenset({"true", "false"})
_NO_RULE: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.MINIMUM: "no minimum",
    ChangeKind.MAXIMUM: "no maximum",
    ChangeKind.MULTIPLE: "any number",
    ChangeKind.MIN_LENGTH: "no minimum length",
    ChangeKind.MAX_LENGTH: "no maximum length",
    ChangeKind.PATTERN: "no pattern",
    ChangeKind.FORMAT: "no format",
    ChangeKind.EARLIEST: "no earliest instant",
    ChangeKind.LATEST: "no latest instant",
    ChangeKind.EXCLUDED_VALUES: "no text excluded",
    ChangeKind.MIN_ITEMS: "no minimum number of items",
    ChangeKind.MAX_ITEMS: "no maximum number of items",
    ChangeKind.UNIQUE_ITEMS: "items may be equal",
    ChangeKind.MIN_FIELDS: "no minimum number of fields",
    ChangeKind.MAX_FIELDS: "no maximum number of fields",
    ChangeKind.UNIT: "none",
    ChangeKind.INVARIANTS: "no rule",
}  # fmt: skip


def rules(shape: Shape) -> dict[ChangeKind, str]:
    """Say each rule of a shape in words; of arrays and objects what is not about their parts."""
    unit = {ChangeKind.UNIT: " and ".join(sorted(shape.units))} if shape.units else {}
    return unit | _rules_of_type(shape)


def _rules_of_type(shape: Shape) -> dict[ChangeKind, str]:
    match shape:
        case Number():
            return _number_rules(shape)
        case Text():
            return _text_rules(shape)
        case Array(counts=(fewest, most)):
            found = _count_rules(fewest, most, ChangeKind.MIN_ITEMS, ChangeKind.MAX_ITEMS, "items")
            unique = {ChangeKind.UNIQUE_ITEMS: "no two items equal"} if shape.is_unique else {}
            return found | unique
        case Record(counts=(fewest, most), invariants=invariants):
            found = _count_rules(
                fewest, most, ChangeKind.MIN_FIELDS, ChangeKind.MAX_FIELDS, "fields"
            )
            words = [_invariant_words(text) for text in sorted(invariants)]
            return found | ({ChangeKind.INVARIANTS: " and ".join(words)} if words else {})
        case _:
            return {}


def no_rule(kind: ChangeKind) -> str:
    """Say that there is no rule of a kind."""
    return _NO_RULE.get(kind, "")


def summary(shapes: Sequence[Shape]) -> str:
    """Say in a few words what is allowed."""
    texts = sorted({text for shape in shapes if isinstance(shape, Values) for text in shape.texts})
    parts = [_shape_words(shape) for shape in shapes if not isinstance(shape, Values)]
    others = [text for shape in shapes if isinstance(shape, Values) for text in shape.others]
    if set(texts) >= _BOOLEAN:
        texts = ["boolean", *(text for text in texts if text not in _BOOLEAN)]
    parts += [_listed(texts)] if texts else []
    parts += [f"another {_shape_words(text)}" for text in others]
    return ", or ".join(dict.fromkeys(parts)) or "nothing"


def type_words(shape: Shape) -> str:
    """Name the type of a shape, or its values, without its rules."""
    match shape:
        case Values(texts=texts) if texts == _BOOLEAN:
            return "boolean"
        case Values(texts=texts):
            return _listed(sorted(texts))
        case Number(steps=steps):
            return "integer" if 1 in steps else "number"
        case Text():
            return "string"
        case Array():
            return "array"
        case _:
            return shape.title or "object"


def _invariant_words(text: str) -> str:
    parts: dict[str, Json] = json.loads(text)
    others = [f"{key} {canonical(value)}" for key, value in parts.items() if key != "rule"]
    return shortened(f"{parts.get('rule', '')} ({', '.join(others)})")


def _shape_words(shape: Shape) -> str:
    silent = {ChangeKind.TYPE, ChangeKind.INVARIANTS}
    own = [words for kind, words in _rules_of_type(shape).items() if kind not in silent]
    return ", ".join([type_words(shape), *own])


def _listed(texts: Sequence[str]) -> str:
    named = [_value_words(text) for text in texts[:_MOST_NAMED]]
    more = len(texts) - _MOST_NAMED
    if len(named) == 1 and more <= 0:
        return named[0]
    return f"one of {', '.join(named)}{f' and {more} more' if more > 0 else ''}"


def _value_words(text: str) -> str:
    """Show a value; a text without its quotes, unless it would look like another value."""
    if not text.startswith('"'):
        return shortened(text)
    value: str = json.loads(text)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return shortened(value) if value else text
    return shortened(text)


def shortened(text: str) -> str:
    """Cut a text, and write what is not plain ASCII so that it shows."""
    plain = text if text.isascii() and text.isprintable() else json.dumps(text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}..."


def _number_rules(shape: Number) -> dict[ChangeKind, str]:
    (low, is_outside), (high, is_inside) = shape.lower, shape.upper
    found = {ChangeKind.TYPE: type_words(shape)}
    if math.isfinite(low):
        found[ChangeKind.MINIMUM] = at_least(low, is_exclusive=is_outside)
    if math.isfinite(high):
        found[ChangeKind.MAXIMUM] = at_most(high, is_exclusive=not is_inside)
    if shape.steps - {1}:
        steps = " and ".join(number(step) for step in sorted(shape.steps - {1}))
        found[ChangeKind.MULTIPLE] = f"a multiple of {steps}"
    return found


def _text_rules(shape: Text) -> dict[ChangeKind, str]:
    fewest, most = shape.lengths
    found = _count_rules(fewest, most, ChangeKind.MIN_LENGTH, ChangeKind.MAX_LENGTH, "characters")
    if shape.patterns:
        patterns = " and ".join(map(shortened, sorted(shape.patterns)))
        found[ChangeKind.PATTERN] = f"pattern {patterns}"
    if shape.formats:
        found[ChangeKind.FORMAT] = f"format {' and '.join(sorted(shape.formats))}"
    if shape.since:
        found[ChangeKind.EARLIEST] = f"from {shape.since.isoformat()}"
    if shape.until:
        found[ChangeKind.LATEST] = f"before {shape.until.isoformat()}"
    if shape.excluded:
        found[ChangeKind.EXCLUDED_VALUES] = f"not {_listed(sorted(map(canonical, shape.excluded)))}"
    return found


def _count_rules(
    fewest: float, most: float, minimum: ChangeKind, maximum: ChangeKind, what: str
) -> dict[ChangeKind, str]:
    found: dict[ChangeKind, str] = {}
    if fewest > 0:
        found[minimum] = f"at least {counted(fewest, what)}"
    if math.isfinite(most):
        found[maximum] = f"at most {counted(most, what)}"
    return found
