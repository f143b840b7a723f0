"""From keywords that hold all at once to shapes."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias, cast

from ._keywords import ARRAY, OF_ONE_TYPE, RECORD, TEXT, UNIT, VALUES, schema, schema_list, schemas
from ._shapes import (
    Array,
    Json,
    Number,
    Record,
    Schema,
    Shape,
    Text,
    UnsupportedSchema,
    Values,
    canonical,
)
from ._values import type_of, types_of

Part: TypeAlias = dict[str, Json]
"""Keywords of one schema."""

_NO_LOWER: Final = (-math.inf, False)
_NO_UPPER: Final = (math.inf, True)
_MOST: Final = sys.float_info.max
_MATCHING_ANYTHING: Final = frozenset({"", "^", "$"})
_ALL_TYPES: Final = frozenset({"null", "boolean", "number", "string", "array", "object"})
_TYPE_NAMES: Final = _ALL_TYPES | {"integer"}


@dataclass(frozen=True, slots=True)
class Case:
    """One way to satisfy a schema: the keywords of all parts at once."""

    parts: tuple[Part, ...] = ()
    title: str = ""  # of the innermost schema
    tags: frozenset[str] = frozenset()  # as those of a record, like the next one
    is_fallback: bool = False
    may_overlap: bool = False  # with another member of a ``oneOf``
    annotations: Part = field(default_factory=dict[str, Json])  # of a member of a union

    def __and__(self, other: Case) -> Case:
        return Case(
            self.parts + other.parts,
            other.title or self.title,
            self.tags | other.tags,
            self.is_fallback or other.is_fallback,
            self.may_overlap or other.may_overlap,
            self.annotations | other.annotations,
        )


def shapes_of(case: Case) -> tuple[Shape, ...]:
    """Build the shapes of a case, one for each type that it allows."""
    units = frozenset(_strings(case.parts, UNIT))
    parts = ({key: value for key, value in part.items() if key != UNIT} for part in case.parts)
    case = replace(case, parts=tuple(filter(None, parts)))
    types = _types(case.parts)
    is_listed = any(VALUES & part.keys() for part in case.parts)
    shapes = _values(case.parts, types) if is_listed else _typed_shapes(case, types)
    return tuple(
        replace(_with_units(shape, units), annotations=case.annotations)
        for shape in shapes
        if not _is_empty(shape)
    )


def _with_units(shape: Shape, units: frozenset[str]) -> Shape:
    """Give a shape its units; those of an array are those of what is in it, if that is said."""
    if not units or not _has_unit(shape):
        return shape
    parts = [*shape.first, shape.rest] if isinstance(shape, Array) else []
    if not isinstance(shape, Array) or not any(isinstance(part, dict) for part in parts):
        return replace(shape, units=units)
    first = tuple(_in_units(part, units) for part in shape.first)
    return replace(shape, first=first, rest=_in_units(shape.rest, units))


def _in_units(part: Schema, units: frozenset[str]) -> Schema:
    said: list[Json] = [{UNIT: unit} for unit in sorted(units)]
    return part if isinstance(part, bool) else {"allOf": [part, *said]}


def _typed_shapes(case: Case, types: frozenset[str]) -> Iterator[Shape]:
    excluded = _excluded(case.parts)
    constants = {"null": ("null",), "boolean": ("true", "false")}
    for name, texts in constants.items():
        if name in types:
            yield Values(frozenset(texts) - excluded)
    if types & {"number", "integer"}:
        _refuse_exclusion(excluded, "number")
        yield _number(case.parts, is_integer="number" not in types)
    if "string" in types:
        yield _text(case.parts, excluded)
    if "array" in types:
        _refuse_exclusion(excluded, "array")
        yield _array(_single(case.parts, ARRAY))
    if "object" in types:
        _refuse_exclusion(excluded, "object")
        yield _record(_single(case.parts, RECORD), case)


def _has_unit(shape: Shape) -> bool:
    """Null, true and false are the same in every unit."""
    return not isinstance(shape, Values) or bool(types_of(shape) - {"null", "boolean"})


def _is_empty(shape: Shape) -> bool:
    """Tell whether certainly no value is in a shape."""
    match shape:
        case Values(texts=texts, others=others):
            return not texts and not others
        case Number(lower=(low, is_outside), upper=(high, is_inside)):
            return low > high or (low == high and (is_outside or not is_inside))
        case Text(lengths=(fewest, most)):
            return fewest > most
        case Array(counts=(fewest, most), first=first, rest=rest):
            needed = [*first, rest][: int(min(fewest, len(first) + 1))]
            return fewest > most or False in needed
        case _:
            fewest, most = shape.counts
            refused = (all(part is False for part in shape.at(name)) for name in shape.required)
            return fewest > most or any(refused)


def _types(parts: Sequence[Part]) -> frozenset[str]:
    types = _ALL_TYPES
    for part in parts:
        if "type" in part:
            given = part["type"]
            own = given if isinstance(given, list) else [given]
            if not all(isinstance(name, str) and name in _TYPE_NAMES for name in own):
                raise UnsupportedSchema("the keyword `type` does not name a type")
            types = _common_types(types, frozenset(cast("list[str]", own)))
    return types


def _common_types(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    common = left & right
    for one, other in ((left, right), (right, left)):
        if "integer" in one and "number" in other and "number" not in one:
            common |= {"integer"}
    return common


def _values(parts: Sequence[Part], types: frozenset[str]) -> Iterator[Shape]:
    if any(OF_ONE_TYPE & part.keys() for part in parts):
        raise UnsupportedSchema("a list of values has further rules beside it")
    lists = [texts for part in parts for texts in _listed(part)]
    texts = frozenset[str].intersection(*lists) - _excluded(parts)
    others = [_others(part) for part in parts if "x-open" in part]
    if len(others) > 1 or (others and len(parts) > 1):
        raise UnsupportedSchema("`x-open` has further rules beside it")
    yield Values(frozenset(text for text in texts if _is_of(text, types)), *others)


def _listed(part: Part) -> Iterator[frozenset[str]]:
    if "enum" in part:
        if not isinstance(part["enum"], list):
            raise UnsupportedSchema("the keyword `enum` is not a list")
        yield frozenset(map(canonical, part["enum"]))
    if "const" in part:
        yield frozenset({canonical(part["const"])})
    if "x-open" in part and not {"enum", "const"} & part.keys():
        raise UnsupportedSchema("`x-open` needs the values that are known beside it")


def _others(part: Part) -> tuple[Text, ...]:
    opened = part["x-open"]
    if not isinstance(opened, dict):
        raise UnsupportedSchema("the keyword `x-open` is not a schema")
    kept = {key: value for key, value in part.items() if key not in VALUES}
    merged = {**kept, **opened}
    if merged.get("type") != "string" or not merged.keys() <= TEXT | {"type", "not"}:
        raise UnsupportedSchema("`x-open` is more than strings with rules")
    return (_text((merged,), _excluded((merged,))),)


def _is_of(text: str, types: frozenset[str]) -> bool:
    name = type_of(text)
    is_integer = "integer" in types and name == "number" and text.lstrip("-").isdigit()
    return name in types or is_integer


def _excluded(parts: Sequence[Part]) -> frozenset[str]:
    refused = frozenset[str]()
    for part in parts:
        if "not" in part:
            inner = part["not"]
            if not isinstance(inner, dict) or not inner or not inner.keys() <= {"enum", "const"}:
                raise UnsupportedSchema(
                    "the keyword `not` is compared with `enum` and `const` alone"
                )
            refused |= frozenset[str].intersection(*_listed(inner))
    return refused


def _refuse_exclusion(excluded: frozenset[str], name: str) -> None:
    if excluded and name in types_of(Values(excluded)):
        raise UnsupportedSchema("the keyword `not` is compared with strings only")


def _number(parts: Sequence[Part], *, is_integer: bool) -> Number:
    lower = [(bound, False) for bound in _bounds(parts, "minimum")]
    lower += [(bound, True) for bound in _bounds(parts, "exclusiveMinimum")]
    upper = [(bound, True) for bound in _bounds(parts, "maximum")]
    upper += [(bound, False) for bound in _bounds(parts, "exclusiveMaximum")]
    steps = frozenset(_bounds(parts, "multipleOf"))
    if any(step <= 0 for step in steps):
        raise UnsupportedSchema("the keyword `multipleOf` is not a number above 0")
    lowest, highest = max(lower, default=_NO_LOWER), min(upper, default=_NO_UPPER)
    if is_integer:
        return Number(*_to_integers(lowest, highest), steps | {1})
    return Number(lowest, highest, steps)


def _to_integers(
    lower: tuple[float, bool], upper: tuple[float, bool]
) -> tuple[tuple[float, bool], tuple[float, bool]]:
    (low, is_outside), (high, is_inside) = lower, upper
    if math.isfinite(low):
        low = math.floor(low) + 1 if is_outside else math.ceil(low)
    if math.isfinite(high):
        high = math.floor(high) if is_inside else math.ceil(high) - 1
    return (low, False), (high, True)


def _text(parts: Sequence[Part], excluded: frozenset[str]) -> Text:
    encodings = [
        f"{key}={value}"
        for key in ("contentEncoding", "contentMediaType")
        for value in _strings(parts, key)
    ]
    since = [_instant(value) for value in _strings(parts, "x-minimum")]
    until = [_instant(value) for value in _strings(parts, "x-exclusive-maximum")]
    strings = (json.loads(text) for text in excluded if text.startswith('"'))
    return Text(
        _counts(parts, "minLength", "maxLength"),
        frozenset(_strings(parts, "pattern")) - _MATCHING_ANYTHING,
        frozenset(_strings(parts, "format") + encodings),
        max(since, default=None),
        min(until, default=None),
        frozenset[str](strings),
    )


def _array(part: Part) -> Array:
    first = tuple(schema_list(part.get("prefixItems", [])))
    rest = schema(part.get("items", True))
    fewest, most = _counts([part], "minItems", "maxItems")
    most = min(most, len(first)) if rest is False else most
    return Array((fewest, most), first, rest, part.get("uniqueItems") is True)


def _record(part: Part, case: Case) -> Record:
    required = part.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise UnsupportedSchema("the keyword `required` is not a list of names")
    return Record(
        schemas(part.get("properties", {})),
        frozenset(cast("list[str]", required)),
        schemas(part.get("patternProperties", {})),
        schema(part.get("propertyNames", True)),
        schema(part.get("additionalProperties", True)),
        _counts([part], "minProperties", "maxProperties"),
        _invariants(part.get("x-invariants", [])),
        case.title,
        case.tags,
        case.is_fallback,
    )


def _invariants(value: Json) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise UnsupportedSchema("the keyword `x-invariants` is not a list of objects")
    parts = cast("list[dict[str, Json]]", value)
    return frozenset(
        canonical({key: rule for key, rule in part.items() if key != "message"}) for part in parts
    )


def _single(parts: Sequence[Part], keywords: frozenset[str]) -> Part:
    found = [part for part in parts if keywords & part.keys()]
    if len(found) > 1:
        raise UnsupportedSchema("several schemas describe the contents of one object or array")
    return found[0] if found else {}


def _counts(parts: Sequence[Part], fewest: str, most: str) -> tuple[float, float]:
    return max(_bounds(parts, fewest), default=0), min(_bounds(parts, most), default=math.inf)


def _bounds(parts: Sequence[Part], keyword: str) -> list[float]:
    found = [part[keyword] for part in parts if keyword in part]
    for value in found:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -_MOST <= cast("float", value) <= _MOST:
            raise UnsupportedSchema(f"the keyword `{keyword}` is not a number")
    return cast("list[float]", found)


def _strings(parts: Sequence[Part], keyword: str) -> list[str]:
    found = [part[keyword] for part in parts if keyword in part]
    if not all(isinstance(value, str) for value in found):
        raise UnsupportedSchema(f"the keyword `{keyword}` is not a string")
    return cast("list[str]", found)


def _instant(text: str) -> datetime:
    with suppress(ValueError):
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    raise UnsupportedSchema("the range of an instant is not written as instants with an offset")
