"""Whether everything that one schema allows to be sent is taken by another one.

The content model of the platform is in here: producers are closed, and consumers are tolerant.

* Consumers ignore fields that they do not know, however deep they are, and take every text that an
  open choice, and every kind that an open union lets through.
* Producers send the values that their release lists: construction sees to it. Data that no class
  made is checked by the open schema alone, so what was deployed may have sent more. An open choice
  counts for deployed producers as open, and for new ones as what it lists. So opening a choice is
  compatible, and closing one is not.
* No producer sends a kind before the release that has it, and nobody constructs the fallback of an
  open union. It counts for deployed producers as a promise that unknown kinds are taken, and for
  new ones not at all.
* A ``oneOf`` with a ``discriminator`` demands its tag, as pydantic does without writing it.

The answer is sound: a yes is never wrong. It is incomplete: each alternative on the one side is
looked for as a whole on the other, and regular expressions are not looked into. Recursion is judged
as the greatest fixed point: a pair of schemas holds unless something speaks against it. That is
right because what a value has inside of it is smaller than the value, so every reason ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ._documents import Document
from ._patterns import matches
from ._rules import exceeding, has_other_unit
from ._shapes import Array, Record, Schema, Shape, Text, UnsupportedSchema, Values, canonical
from ._values import admits, listed, types_of

_FEWEST_DIVIDED: Final = 2
_MOST_DIVIDED: Final = 50


class Inclusion:
    """Compares what is sent by one document with what is read by another one.

    Args:
        sent: The schema of producers.
        read: The schema of consumers.
        is_deployed: Whether the producers are those of a release, as opposed to the new ones.

    Example:
        >>> from platform_events.contracts.compatibility._documents import Document
        >>> from platform_events.contracts.compatibility.inclusion import Inclusion
        >>> sent, read = Document({"type": "integer"}), Document({"type": "number"})
        >>> Inclusion(sent, read, is_deployed=True).holds(sent.root, read.root)
        True
        >>> Inclusion(read, sent, is_deployed=True).holds(read.root, sent.root)
        False
    """

    def __init__(self, sent: Document, read: Document, *, is_deployed: bool) -> None:
        self._sent = sent
        self._read = read
        self._is_deployed = is_deployed
        self._failed: set[tuple[int, int]] = set()
        self._held: set[tuple[int, int]] = set()
        self._assumed: set[tuple[int, int]] = set()

    def holds(self, left: Schema, right: Schema) -> bool:
        """Tell whether a part of the one document is within a part of the other.

        Args:
            left: A schema in the document of the producers.
            right: A schema in the document of the consumers.

        Returns:
            True if it certainly is.
        """
        return self._settled(lambda: self._holds(left, right))

    def takes(self, left: Shape, right: Schema) -> bool:
        """Tell whether a shape that is sent is within a part of the document of the consumers."""
        try:
            taken = self._read_shapes(right)
        except UnsupportedSchema:
            return self._read.allows_all(right)
        return self._settled(lambda: self._fits(left, taken))

    def _settled(self, judge: Callable[[], bool]) -> bool:
        while True:
            self._assumed, known = set(), len(self._failed)
            verdict = judge()
            # What failed may have been assumed before; each round finds at least one more.
            if len(self._failed) == known:
                self._held |= self._assumed
                return verdict

    def _holds(self, left: Schema, right: Schema) -> bool:
        pair = (id(left), id(right))
        if pair in self._failed:
            return False
        if pair not in self._held and pair not in self._assumed:
            self._assumed.add(pair)
            if not self._impact(left, right):
                self._assumed.discard(pair)
                self._failed.add(pair)
                return False
        return True

    def _impact(self, left: Schema, right: Schema) -> bool:
        if self._read.allows_all(right):
            return True
        with suppress(UnsupportedSchema):
            taken = self._read_shapes(right)
            if all(self._fits(shape, taken) for shape in self._sent_shapes(left)):
                return True
        return self._are_same(left, right)

    def _are_same(self, left: Schema, right: Schema) -> bool:
        try:
            return self._sent.fingerprint(left) == self._read.fingerprint(right)
        except UnsupportedSchema:
            return False

    def _sent_shapes(self, node: Schema) -> Iterator[Shape]:
        for shape in self._sent.alternatives(node).shapes:
            if self._is_deployed and isinstance(shape, Values):
                yield from _others(shape)
            if self._is_deployed or not (isinstance(shape, Record) and shape.is_fallback):
                yield shape

    def _read_shapes(self, node: Schema) -> tuple[Shape, ...]:
        found = self._read.alternatives(node)
        if found.may_overlap:
            raise UnsupportedSchema("its alternatives may overlap")
        return tuple(part for shape in found.shapes for part in _opened(shape))

    def _fits(self, left: Shape, right: tuple[Shape, ...]) -> bool:
        if isinstance(left, Values):
            return _are_listed(left, right)
        if any(self._is_within(left, shape) for shape in right):
            return True
        numbers = listed(left)
        if numbers is not None:
            return _are_listed(numbers, right)
        return isinstance(left, Record) and self._is_within_by_value(left, right)

    def _is_within_by_value(self, left: Record, right: tuple[Shape, ...]) -> bool:
        """Divide the objects by the values of one field, for a union that is told apart by it."""
        if left.is_fallback or len(right) < _FEWEST_DIVIDED:
            return False
        return any(
            all(
                any(self._is_within(_with_field(left, name, value), shape) for shape in right)
                for value in values
            )
            for name in sorted(left.certain & left.fields.keys())
            if (values := self._constants(left.fields[name]))
        )

    def _constants(self, field: Schema) -> list[Schema]:
        try:
            shapes = tuple(self._sent_shapes(field))
        except UnsupportedSchema:
            return []
        if any(not isinstance(shape, Values) or shape.units for shape in shapes):
            return []
        texts = {text for shape in shapes if isinstance(shape, Values) for text in shape.texts}
        is_few = 1 < len(texts) <= _MOST_DIVIDED
        return [self._sent.constant(text) for text in sorted(texts)] if is_few else []

    def _is_within(self, left: Shape, right: Shape) -> bool:
        if any(exceeding(left, right)):
            return False
        match left, right:
            case Record(), Record():
                return self._is_record_within(left, right)
            case Array(), Array():
                return all(self._holds(*pair) for pair in _item_pairs(left, right))
            case _:
                return True

    def _is_record_within(self, left: Record, right: Record) -> bool:
        if left.is_fallback and not right.is_fallback:
            return False
        if right.certain - left.certain or not self._are_names_within(left, right):
            return False
        return all(
            self._is_kind_within(one, other)
            if left.is_fallback and name in left.tags
            else self._holds(one, other)
            for name, one, other in field_pairs(left, right)
        )

    def _are_names_within(self, left: Record, right: Record) -> bool:
        if self._read.allows_all(right.names) or self._are_names_same(left, right):
            return True
        try:
            taken = self._read_shapes(right.names)
            sent = tuple(self._sent_shapes(left.names))
        except UnsupportedSchema:
            return False
        units = frozenset(unit for shape in sent for unit in shape.units)
        names = frozenset(map(canonical, left.fields))
        patterns = (Text(patterns=frozenset({part}), units=units) for part in left.patterns)
        return (
            left.rest is False
            and _are_listed(Values(names, units=units), taken)
            and all(self._fits(text, taken) for text in patterns)
        )

    def _are_names_same(self, left: Record, right: Record) -> bool:
        try:
            taken = self._read_shapes(right.names)
            sent = [shape for shape in self._sent_shapes(left.names) if "string" in types_of(shape)]
            return all(self._fits(shape, taken) for shape in sent)
        except UnsupportedSchema:
            return self._are_same(left.names, right.names)

    def _is_kind_within(self, left: Schema, right: Schema) -> bool:
        """Compare the tags of fallbacks, which exclude what the other members are for."""
        try:
            taken = tuple(map(with_known, self._read_shapes(right)))
            return all(self._fits(with_known(shape), taken) for shape in self._sent_shapes(left))
        except UnsupportedSchema:
            return False


def field_pairs(left: Record, right: Record) -> Iterator[tuple[str, Schema, Schema]]:
    """Pair what a field is sent by with what it is read by; the name is empty for other fields."""
    unnamed = [name for name in right.fields if name not in left.fields]
    for name, sent in left.fields.items():
        yield from ((name, sent, read) for read in right.at(name, right.tolerated))
    for pattern, sent in left.patterns.items():
        yield from (
            (name, sent, right.fields[name])
            for name in unnamed
            if matches(pattern, name) is not False
        )
        yield from (("", sent, read) for read in right.patterns.values())
        if pattern not in right.patterns:
            yield "", sent, right.tolerated
    if left.rest is not False:
        yield "", left.rest, right.tolerated
        yield from (
            (name, left.rest, right.fields[name])
            for name in unnamed
            if not any(matches(pattern, name) for pattern in left.patterns)
        )
        yield from (
            ("", left.rest, read)
            for pattern, read in right.patterns.items()
            if pattern not in left.patterns
        )


def _item_pairs(left: Array, right: Array) -> Iterator[tuple[Schema, Schema]]:
    length = max(len(left.first), len(right.first))
    for index in range(length):
        if index < left.counts[1]:
            yield left.at(index), right.at(index)
    if length < left.counts[1]:
        yield left.rest, right.rest


def _are_listed(values: Values, right: tuple[Shape, ...]) -> bool:
    readers = [shape for shape in right if not has_other_unit(values, shape)]
    return all(any(admits(shape, text) for shape in readers) for text in values.texts)


def _with_field(record: Record, name: str, schema: Schema) -> Record:
    return replace(record, fields={**record.fields, name: schema})


def _others(values: Values) -> Iterator[Text]:
    """What an open choice takes beside what it lists."""
    return (replace(other, units=values.units) for other in values.others)


def _opened(shape: Shape) -> tuple[Shape, ...]:
    return tuple(_others(shape)) if isinstance(shape, Values) and shape.others else (shape,)


def with_known(shape: Shape) -> Shape:
    """Let a string be what it excluded, too."""
    return replace(shape, excluded=frozenset[str]()) if isinstance(shape, Text) else shape
