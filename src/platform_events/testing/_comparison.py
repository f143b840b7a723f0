"""Says how the events that were sent differ from those that a test expects."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Final, NamedTuple, TypeVar, cast

import inngest
from typing_extensions import override

from ..events.payload import Payload
from ._display import Line, event_lines, show_event
from ._sent import SentEvents

T = TypeVar("T")

_SAME: Final = "  "


def explain(op: str, left: object, right: object) -> list[str] | None:
    """Explain a comparison that failed, as pytest asks for it."""
    if op == "==" and _is_event(left) and _is_event(right):
        return ["expected (-), and got (+):", *_difference([right], [left])]
    if op == "==" and _are_events(left, right):
        sent, expected = cast("tuple[Sequence[object], Sequence[object]]", (left, right))
        if isinstance(expected, SentEvents):
            sent, expected = expected, sent
        lines = explain_difference(expected, sent)
        if isinstance(expected, tuple) is not isinstance(sent, tuple):
            lines.append("one is a list, and the other a tuple")
        return lines
    if op == "in" and _is_event(left) and isinstance(right, list | tuple):
        among = cast("Sequence[object]", right)
        return [f"{show_event(left)} is not among:", *map(show_event, among)]
    return None


def explain_difference(expected: Sequence[object], sent: Sequence[object]) -> list[str]:
    """Say how the events that were sent differ from those that were expected."""
    were = "event was" if len(expected) == 1 else "events were"
    was = "was" if len(sent) == 1 else "were"
    head = f"{len(expected)} {were} expected (-), and {len(sent)} {was} sent (+):"
    return [head, *_difference(expected, sent)]


class _Marked(NamedTuple):
    """A line, and whether both sides have it (two spaces), or only one (``-``, ``+``)."""

    mark: str
    line: Line

    @override
    def __str__(self) -> str:
        return f"{self.mark}{self.line}"


def _difference(expected: Sequence[object], sent: Sequence[object]) -> Iterator[str]:
    left = [tuple(event_lines(event)) for event in expected]
    # Equal events may be written differently, such as one instant in two time zones.
    written = list(zip(expected, left, strict=True))
    right = [
        next((lines for other, lines in written if other == event), tuple(event_lines(event)))
        for event in sent
    ]
    for tag, i, i_end, j, j_end in _opcodes(left, right):
        if tag == "equal":
            yield from (f"{_SAME}{lines[0]}...)" for lines in left[i:i_end])
        else:
            for one, other in zip_longest(left[i:i_end], right[j:j_end], fillvalue=()):
                yield from _shortened([*_marked(one, other)])


def _opcodes(left: Sequence[T], right: Sequence[T]) -> Sequence[tuple[str, int, int, int, int]]:
    # Without the heuristic for what is frequent, which lines and events may be.
    return difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()


def _marked(left: Sequence[Line], right: Sequence[Line]) -> Iterator[_Marked]:
    for tag, i, i_end, j, j_end in _opcodes(left, right):
        if tag == "equal":
            yield from (_Marked(_SAME, line) for line in left[i:i_end])
        else:
            for one, other in zip_longest(left[i:i_end], right[j:j_end]):
                yield from [_Marked("- ", one)] if one else []
                yield from [_Marked("+ ", other)] if other else []


def _shortened(lines: Sequence[_Marked]) -> Iterator[str]:
    """Leave out what is the same, but for the lines around a change that hold it."""
    places = range(len(lines))
    changed = (place for place in places if lines[place].mark != _SAME)
    shown = {*changed, *_holders(lines, places), *_holders(lines, reversed(places))}
    for is_shown, group in groupby(places, shown.__contains__):
        if is_shown:
            yield from (str(lines[place]) for place in group)
        else:
            yield f"{_SAME}{Line(lines[next(group)].line.depth, '...')}"


def _holders(lines: Sequence[_Marked], order: Iterable[int]) -> Iterator[int]:
    """Find the lines, before each change in this order, that are less deep than all between."""
    open_: list[int] = []
    for place in order:
        while open_ and lines[open_[-1]].line.depth >= lines[place].line.depth:
            open_.pop()
        if lines[place].mark != _SAME:
            yield from open_
        open_.append(place)


def _is_event(value: object) -> bool:
    return isinstance(value, Payload | inngest.Event)


def _are_events(*sides: object) -> bool:
    """Whether both are sequences, and one holds an event."""
    if not all(isinstance(side, list | tuple) for side in sides):
        return False
    return any(_is_event(item) for side in sides for item in cast("Sequence[object]", side))
