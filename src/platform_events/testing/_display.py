"""Shows events with their values, which are the test's own.

Elsewhere the repr of an event hides every value, because payloads are health data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, cast

import inngest
from typing_extensions import override

from ..events.payload import Payload

_INDENT: Final = "    "


def show_event(event: object) -> str:
    """Write an event as the code that makes it, on one line; fields that are None are left out."""
    call = _call(event)
    if call is not None:
        name, arguments = call
        return f"{name}({', '.join(f'{n}={show_event(value)}' for n, value in arguments)})"
    if isinstance(event, tuple):
        items = [show_event(item) for item in cast("tuple[object, ...]", event)]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    return repr(event)


def show_events(events: Iterable[object]) -> str:
    """Write several events, one on each line."""
    return "\n".join(map(show_event, events)) or "nothing"


class Line(NamedTuple):
    """One line of an event, and how deep in it the line is, from 0."""

    depth: int
    text: str

    @override
    def __str__(self) -> str:
        return f"{_INDENT * self.depth}{self.text}"


def event_lines(event: object) -> list[Line]:
    """Write an event with a line for each field, so that it can be compared line by line."""
    return [*_lines(event, 0, "", "")]


def _lines(value: object, depth: int, before: str, after: str) -> Iterator[Line]:
    call = _call(value)
    if call is not None:
        name, arguments = call
        yield Line(depth, f"{before}{name}(")
        for argument, item in arguments:
            yield from _lines(item, depth + 1, f"{argument}=", ",")
        yield Line(depth, f"){after}")
    elif isinstance(value, tuple):
        yield Line(depth, f"{before}(")
        for item in cast("tuple[object, ...]", value):
            yield from _lines(item, depth + 1, "", ",")
        yield Line(depth, f"){after}")
    else:
        yield Line(depth, f"{before}{value!r}{after}")


def _call(event: object) -> tuple[str, list[tuple[str, object]]] | None:
    """Give the class and the arguments that make it; None if it is no such thing."""
    if isinstance(event, Payload):
        fields = [(name, getattr(event, name)) for name in type(event).model_fields]
        return type(event).__name__, [(n, value) for n, value in fields if value is not None]
    if isinstance(event, inngest.Event):
        beside = [("id", event.id), ("ts", event.ts)]
        given = [(name, value) for name, value in beside if value]
        return "inngest.Event", [("name", event.name), ("data", event.data), *given]
    return None
