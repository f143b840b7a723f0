"""Says how the events that were sent differ from those that a test expects."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Final, cast

import inngest

from ..events.payload import Payload
from .sent import SentEvents
from .showing import event_lines, show_event

_SAME: Final = "  "


def explain(op: str, left: object, right: object) -> list[str] | None:
    """Explain a comparison that failed, as pytest asks for it.

    Args:
        op: The operator, such as ``"=="``.
        left: What stands left of it: what was sent.
        right: What stands right of it: what was expected. If it is what was sent, the two are
            taken the other way round.

    Returns:
        Lines; None if this is no comparison of events.

    Example:
        >>> from platform_events.testing.explaining import explain
        >>> explain("==", 1, 2) is None
        True
    """
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
    r"""Say how the events that were sent differ from those that were expected.

    Args:
        expected: The events that a test names.
        sent: The events that were sent.

    Returns:
        Lines. What is missing begins with ``-``, what was sent instead with ``+``, and what both
        have with two spaces; of that only so much is shown that each event can be recognized.

    Example:
        >>> from platform_events.testing.explaining import explain_difference
        >>> sent = [ScoringCalculate(
        ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="manual"
        ... )]
        >>> expected = [sent[0].model_copy(update={"score": "performance"})]
        >>> print("\n".join(explain_difference(expected, sent)))
        1 event was expected (-), and 1 was sent (+):
          ScoringCalculate(
              ...
        -     score='performance',
        +     score='progress',
              ...
          )
    """
    were = "event was" if len(expected) == 1 else "events were"
    was = "was" if len(sent) == 1 else "were"
    head = f"{len(expected)} {were} expected (-), and {len(sent)} {was} sent (+):"
    return [head, *_difference(expected, sent)]


def _difference(expected: Sequence[object], sent: Sequence[object]) -> Iterator[str]:
    left = [tuple(event_lines(event)) for event in expected]
    # Equal events may be written differently, such as one instant in two time zones.
    written = list(zip(expected, left, strict=True))
    right = [
        next((lines for other, lines in written if other == event), tuple(event_lines(event)))
        for event in sent
    ]
    # Without the heuristic for what is frequent, which events may be.
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield from (f"{_SAME}{lines[0]}...)" for lines in left[i:i_end])
        else:
            for one, other in zip_longest(left[i:i_end], right[j:j_end], fillvalue=()):
                yield from _shortened(difflib.ndiff(one, other))


def _shortened(diff: Iterable[str]) -> Iterator[str]:
    """Leave out the fields that are the same, but for those that hold what is not."""
    # Lines with "?" mark single letters, which is more than a glance can read.
    lines = [line for line in diff if line[0] != "?"]
    shown = {index for index, line in enumerate(lines) if not line.startswith(_SAME)}
    shown |= set(_around(lines, shown))
    for is_shown, group in groupby(range(len(lines)), shown.__contains__):
        if is_shown:
            yield from (lines[index] for index in group)
        else:
            yield f"{_indent(lines[next(group)])}..."


def _around(lines: Sequence[str], changed: set[int]) -> Iterator[int]:
    """Find the first and the last line of everything that holds a change."""
    begun: list[int] = []
    for index, line in enumerate(lines):
        if line.startswith(_SAME) and line.endswith("("):
            begun.append(index)
        elif line.startswith(_SAME) and not line.strip("), "):
            is_closed = begun and _indent(lines[begun[-1]]) == _indent(line)
            first = begun.pop() if is_closed else index
            if any(first < one < index for one in changed) or first == index:
                yield from (first, index)
    yield from begun


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _is_event(value: object) -> bool:
    return isinstance(value, Payload | inngest.Event)


def _are_events(*sides: object) -> bool:
    """Whether both are sequences, and one holds an event."""
    if not all(isinstance(side, list | tuple) for side in sides):
        return False
    return any(_is_event(item) for side in sides for item in cast("Sequence[object]", side))
