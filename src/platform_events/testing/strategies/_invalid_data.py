"""The data of events with one mistake in it: what a consumer must refuse."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, Union, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pydantic import AwareDatetime

from ...events.event import Event
from ...events.fields import MAX_CHOICE_LENGTH, Open, OpenKinds
from ...events.payload import MAX_SAFE_INTEGER, Payload
from ._nested_payloads import NestedPayload, Path, nested_payloads, only_member
from ._payloads import events
from ._rules import Annotation, Rules, read_fields
from ._values import longest


@dataclass(frozen=True, slots=True)
class InvalidWireData:
    """The data of an event, with exactly one rule broken.

    Attributes:
        data: The event's data, as JSON.
        location: Where the rule is broken, as ``Problem.location`` of the error must say it.
        rule: The rule, as ``Problem.rule`` must say it.
    """

    data: dict[str, Any]  # JSON
    location: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Mistake:
    """A change of one value.

    Attributes:
        rule: What it breaks.
        value: What is there instead; for a field, ``_ABSENT`` for nothing.
        inside: Where it is, inside of the field.
    """

    rule: str
    value: Any = field(repr=False)
    inside: Path = ()


_ABSENT: Final = object()
_MOMENT: Final = timedelta(microseconds=1)


def invalid_wire_data(kind: type[Event], /, **fields: object) -> SearchStrategy[InvalidWireData]:
    """Make the data of an event with one mistake, and say where it is.

    The mistakes are near misses: a number just beyond its range, a text too long by one, an
    instant without its offset, a number as text, a field that is missing.

    Args:
        kind: The event class.
        **fields: What fields of the event hold at first, as for ``events``.

    Returns:
        The strategy; ``kind.from_data`` refuses all of it.

    Raises:
        TypeError: The class has no such field, or is abstract, or is none of an event.

    Example:
        >>> from hypothesis import find
        >>> from platform_events.testing.strategies import invalid_wire_data
        >>> wrong = find(invalid_wire_data(MemberFollowed), lambda wrong: wrong.rule == "missing")
        >>> wrong.location
        'follower_id'
        >>> sorted(wrong.data)
        ['followed_at', 'followee_id']
    """
    return _break(events(kind, **fields))


@st.composite
def _break(draw: DrawFn, made: SearchStrategy[Event]) -> InvalidWireData:
    event = draw(made)
    data = event.to_data()
    found = [
        (node, mistakes)
        for node in nested_payloads(NestedPayload(event, data))
        if (mistakes := _of_node(node))
    ]
    node, mistakes = draw(st.sampled_from(found))
    name, mistake = draw(st.sampled_from(mistakes))
    _put(node.data, (name, *mistake.inside), mistake.value)
    location = ".".join(map(str, (*node.location, name, *mistake.inside)))
    return InvalidWireData(data, location, mistake.rule)


def _put(target: Any, path: Path, value: object) -> None:
    *way, last = path
    for step in way:
        target = target[step]
    if value is _ABSENT:
        del target[last]
    else:
        target[last] = value


def _of_node(node: NestedPayload) -> list[tuple[str, _Mistake]]:
    return [
        (name, mistake)
        for name, annotation in read_fields(type(node.payload)).items()
        if name != node.discriminator
        for mistake in _of_field(node, name, annotation)
    ]


def _of_field(node: NestedPayload, name: str, annotation: Annotation) -> Iterator[_Mistake]:
    if type(node.payload).model_fields[name].is_required():
        yield _Mistake("missing", _ABSENT)
    yield from _of_value(only_member(annotation), node.data.get(name))


def _of_value(annotation: Annotation, value: Any) -> Iterator[_Mistake]:
    kind, rules = annotation.kind, annotation.rules
    if kind is Literal:
        yield from _of_choice(annotation)
    elif kind is Union:
        yield from _of_union(annotation, value)
    elif kind is tuple:
        yield from _of_sequence(annotation, value)
    elif isinstance(kind, type) and issubclass(kind, Payload):
        yield _Mistake("model_type", [])
    elif kind in _OF_SCALARS:
        yield from _OF_SCALARS[kind](rules, value)


def _of_choice(annotation: Annotation) -> Iterator[_Mistake]:
    if annotation.rules.marked_with(Open):
        yield _Mistake("string_type", 0)
        yield _Mistake("string_too_short", "")
        yield _Mistake("string_too_long", "x" * (MAX_CHOICE_LENGTH + 1))
        return
    known = annotation.arguments
    near = [wrong for text in known for wrong in (str(text).upper(), f"{text} ", f"{text}s")]
    yield from (_Mistake("literal_error", wrong) for wrong in near if wrong not in known)
    yield _Mistake("literal_error", 0)


def _of_union(annotation: Annotation, value: Any) -> Iterator[_Mistake]:
    tag = annotation.discriminator
    if tag is None or not isinstance(value, dict):
        return
    tagged = cast("dict[str, Any]", value)
    without = {name: part for name, part in tagged.items() if name != tag}
    yield _Mistake("union_tag_not_found", without)
    if not annotation.rules.marked_with(OpenKinds):
        yield _Mistake("union_tag_invalid", {**tagged, tag: "added-later"})


def _of_sequence(annotation: Annotation, value: Any) -> Iterator[_Mistake]:
    rules: Rules = annotation.rules
    items: list[Any] = value or []
    yield _Mistake("tuple_type", {})
    if rules.min_length:
        yield _Mistake("too_short", items[: rules.min_length - 1])
    if items and rules.has_max_length:
        yield _Mistake("too_long", [items[0]] * (rules.max_length + 1))
    if items:
        item = only_member(annotation.item)
        for mistake in _of_value(item, items[0]):
            yield _Mistake(mistake.rule, mistake.value, (0, *mistake.inside))


def _of_text(rules: Rules, value: Any) -> Iterator[_Mistake]:
    text = value or "a"
    yield _Mistake("string_type", 0)
    if rules.min_length:
        yield _Mistake("string_too_short", text[: rules.min_length - 1])
    if rules.has_max_length:
        yield _Mistake(
            "string_too_long", (longest(text, rules) + "a").ljust(rules.max_length + 1, "a")
        )
    for wrong in (f"{text[:-1]}\n", f"{text[:-1]} ", f"{text[:-1]}\u00e9", f" {text[1:]}"):
        if rules.pattern is not None and not re.fullmatch(rules.pattern, wrong):
            yield _Mistake("string_pattern_mismatch", wrong)


def _of_number(rules: Rules, beyond: Callable[[Any, int], Any]) -> Iterator[_Mistake]:
    if rules.ge is not None:
        yield _Mistake("greater_than_equal", beyond(rules.ge, -1))
    if rules.gt is not None:
        yield _Mistake("greater_than", rules.gt)
    if rules.le is not None:
        yield _Mistake("less_than_equal", beyond(rules.le, 1))
    if rules.lt is not None:
        yield _Mistake("less_than", rules.lt)


def _of_multiple(rules: Rules, step: Any) -> Iterator[_Mistake]:
    """Go beyond the range with what is a multiple still."""
    if rules.ge is not None:
        yield _Mistake("greater_than_equal", _multiple(-(-rules.ge // step) - 1, step))
    if rules.gt is not None:
        yield _Mistake("greater_than", _multiple(rules.gt // step, step))
    if rules.le is not None:
        yield _Mistake("less_than_equal", _multiple(rules.le // step + 1, step))
    if rules.lt is not None:
        yield _Mistake("less_than", _multiple(-(-rules.lt // step), step))


def _multiple(count: Any, step: Any) -> Any:
    """Multiply, or go farther to what a float holds exactly, as JSON numbers are read as floats."""
    product = count * step
    if float(product) == product:
        return product
    farther = step << (product.bit_length() - step.bit_length() + 1)
    return farther if product > 0 else -farther


def _of_integer(rules: Rules, value: Any) -> Iterator[_Mistake]:
    yield _Mistake("int_type", str(value))
    yield _Mistake("int_type", True)
    yield _Mistake("int_type", 1.5)
    yield from _of_multiple(_narrow_to_safe(rules), rules.multiple_of or 1)


def _narrow_to_safe(rules: Rules) -> Rules:
    """Bound integers as every payload does where their own bounds are wider or absent."""
    if rules.high is None or rules.high > MAX_SAFE_INTEGER:
        rules = replace(rules, le=MAX_SAFE_INTEGER, lt=None)
    if rules.low is None or rules.low < -MAX_SAFE_INTEGER:
        rules = replace(rules, ge=-MAX_SAFE_INTEGER, gt=None)
    return rules


def _of_float(rules: Rules, value: Any) -> Iterator[_Mistake]:
    yield _Mistake("float_type", str(value))
    yield _Mistake("float_type", True)
    if rules.multiple_of is not None:
        yield from _of_multiple(rules, rules.multiple_of)
    else:
        yield from _of_number(rules, lambda bound, step: math.nextafter(bound, math.inf * step))


def _of_bool(_: Rules, value: Any) -> Iterator[_Mistake]:
    yield _Mistake("bool_type", int(bool(value)))
    yield _Mistake("bool_type", "true")


def _of_instant(rules: Rules, _: Any) -> Iterator[_Mistake]:
    yield _Mistake("datetime_type", 0)
    yield _Mistake("timezone_aware", "2026-11-23T18:30:00")
    yield _Mistake("datetime_parsing", "2026-11-31T18:30:00Z")
    for mistake in _of_number(rules, lambda bound, step: bound + step * _MOMENT):
        yield _Mistake(mistake.rule, mistake.value.isoformat())


def _of_date(rules: Rules, _: Any) -> Iterator[_Mistake]:
    yield _Mistake("date_type", 0)
    yield _Mistake("date_parsing", "2026-11-23T18:30:00Z")
    yield _Mistake("date_parsing", "2026-11-31")
    for mistake in _of_number(rules, lambda bound, step: bound + step * timedelta(days=1)):
        yield _Mistake(mistake.rule, mistake.value.isoformat())


_OF_SCALARS: Final[dict[object, Callable[[Rules, Any], Iterator[_Mistake]]]] = {
    str: _of_text,
    int: _of_integer,
    float: _of_float,
    bool: _of_bool,
    datetime: _of_instant,
    AwareDatetime: _of_instant,
    date: _of_date,
}
