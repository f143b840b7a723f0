"""Shows events with their values, which are the test's own.

Elsewhere the repr of an event hides every value, because payloads are health data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

import inngest

from ..events.payload import Payload

_INDENT: Final = "    "


def show_event(event: object) -> str:
    """Write an event as the code that makes it, on one line; fields that are None are left out.

    Args:
        event: An event, of the platform or of the SDK; anything else is written by its repr.

    Returns:
        One line.

    Example:
        >>> from platform_events.testing.showing import show_event
        >>> show_event(DistanceResult(distance_m=2_000.0))
        "DistanceResult(kind='distance', distance_m=2000.0)"
    """
    call = _call(event)
    if call is not None:
        name, arguments = call
        return f"{name}({', '.join(f'{n}={show_event(value)}' for n, value in arguments)})"
    if isinstance(event, tuple):
        items = [show_event(item) for item in cast("tuple[object, ...]", event)]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    return repr(event)


def show_events(events: Iterable[object]) -> str:
    """Write several events, one on each line.

    Args:
        events: The events.

    Returns:
        The lines; ``"nothing"`` for none.

    Example:
        >>> from platform_events.testing.showing import show_events
        >>> show_events([])
        'nothing'
    """
    return "\n".join(map(show_event, events)) or "nothing"


def event_lines(event: object) -> Iterator[str]:
    r"""Write an event with a line for each field, so that it can be compared line by line.

    Args:
        event: As for :func:`show_event`.

    Yields:
        The lines.

    Example:
        >>> from platform_events.testing.showing import event_lines
        >>> print(*event_lines(DistanceResult(distance_m=2_000.0)), sep="\n")
        DistanceResult(
            kind='distance',
            distance_m=2000.0,
        )
    """
    call = _call(event)
    if call is not None:
        name, arguments = call
        yield f"{name}("
        for argument, value in arguments:
            first, *rest = event_lines(value)
            yield from _indented([f"{argument}={first}", *rest])
        yield ")"
    elif isinstance(event, tuple):
        yield "("
        for item in cast("tuple[object, ...]", event):
            yield from _indented([*event_lines(item)])
        yield ")"
    else:
        yield repr(event)


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


def _indented(lines: list[str]) -> Iterator[str]:
    yield from (_INDENT + line for line in lines[:-1])
    yield f"{_INDENT}{lines[-1]},"
