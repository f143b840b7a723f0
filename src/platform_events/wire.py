"""From events to the requests of Inngest's Event API.

The facts are those of ``inngest/inngest``: ``pkg/eventstream/eventstream.go`` (an array of events,
at most 5,000 of them) and ``pkg/event/event.go`` (the members of an event).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast

import pydantic_core

from .errors import EventTooLargeError, InvalidEventError, Problem
from .event import Event, check_id, encode_data, require_event_class, to_milliseconds

if TYPE_CHECKING:
    import inngest

    Sendable: TypeAlias = Event | inngest.Event
    """An event, or what its ``to_inngest(id=..., ts=...)`` gives."""

    Encode: TypeAlias = Callable[[Sendable], bytes]
    """Checks one event and gives it as one JSON object."""

_T = TypeVar("_T")

MAX_BATCH_EVENTS: Final = 5_000
"""The most events that a server takes in one request."""

MAX_REQUEST_BYTES: Final = 3 * 1024 * 1024
"""The size at which a request is full, unless one event alone is larger: a server that looks at
whole bodies takes no more of one than of one event."""


@dataclass(slots=True)
class Batch:
    """The events of one request.

    Attributes:
        events: As the caller gave them.
        encoded: Each as one JSON object.
    """

    events: list[Sendable] = field(default_factory=list["Sendable"])
    encoded: list[bytes] = field(default_factory=list[bytes])

    @property
    def body(self) -> bytes:
        """The request's body: a JSON array."""
        return b"[" + b",".join(self.encoded) + b"]"


@dataclass(slots=True)
class Batcher:
    """Fills requests with events, to the limits of the server.

    Attributes:
        encode: Checks one event and encodes it.
        max_event_bytes: The most bytes of one event.
        open: The request that is being filled.
        encoding: The event that is being encoded; still set after ``encode`` refused it.
    """

    encode: Encode
    max_event_bytes: int
    open: Batch = field(default_factory=Batch)
    encoding: Sendable | None = None
    _size: int = 1

    @property
    def taken(self) -> list[Sendable]:
        """The events that were taken in and are in no full request, a refused one included."""
        import inngest

        # What was no event at all cannot be handed back as one.
        refused = [e for e in [self.encoding] if isinstance(e, Event | inngest.Event)]
        return self.open.events + refused

    def add(self, event: Sendable) -> Batch | None:
        """Take an event in.

        Args:
            event: The next event.

        Returns:
            The request that was full before it, or None.

        Raises:
            EventTooLargeError: It is larger than a server takes.
            TypeError, ValueError: ``encode`` refuses it.
        """
        self.encoding = event
        encoded = self.encode(event)
        if len(encoded) > self.max_event_bytes:
            raise EventTooLargeError(_name_of(event), len(encoded), self.max_event_bytes)
        # The size of the body: two brackets, and a comma between each two events.
        is_full = self.open.events and (
            len(self.open.events) == MAX_BATCH_EVENTS
            or self._size + len(encoded) + 1 > MAX_REQUEST_BYTES
        )
        full = self.flush() if is_full else None
        self.open.events.append(event)
        self.open.encoded.append(encoded)
        self._size += len(encoded) + 1
        self.encoding = None
        return full

    def flush(self) -> Batch | None:
        """Give the request that is being filled, and begin a new one.

        Returns:
            The request, or None if it is empty.
        """
        if not self.open.events:
            return None
        full, self.open, self._size = self.open, Batch(), 1
        return full

    def split(self, events: Iterable[Sendable]) -> Iterator[Batch]:
        """Fill requests with all of ``events``, one after the other, as they are asked for.

        Args:
            events: Any number of events.

        Yields:
            Requests that are not empty, in order.

        Raises:
            TypeError, ValueError: As for :meth:`add`.
        """
        for event in events:
            full = self.add(event)
            if full:
                yield full
        last = self.flush()
        if last:
            yield last


def check_iterable(events: Iterable[_T]) -> Iterable[_T]:
    """Refuse one event, which is iterable as every pydantic model is, but gives its fields.

    Args:
        events: What shall be an iterable of events.

    Returns:
        The same.

    Raises:
        TypeError: It is one event, or is not iterable at all.
    """
    import inngest

    if isinstance(events, Event | inngest.Event):
        raise TypeError(
            f"{_show_type(events)} is one event, and here several are sent: put it in a list"
        )
    if not isinstance(cast("object", events), Iterable):
        raise TypeError(f"events must be an iterable of events, and not {_show_type(events)}")
    return events


def encode_event(event: object, *, now: Callable[[], float] = time.time) -> bytes:
    """Check an event of the platform and encode it.

    Args:
        event: An :class:`Event`, or the SDK's event with the name and the data of one.
        now: Gives the present, in seconds since 1970, for an event without a time.

    Returns:
        One JSON object as UTF-8.

    Raises:
        TypeError: It is neither; a class and a dict are common mistakes.
        InvalidEventNameError, UnknownEventError: It has no name of the platform's.
        InvalidEventError: Its data, id or time breaks a rule.
    """
    import inngest

    if isinstance(event, Event):
        return join_event(event.event_name, event.to_json(), None, None, now)
    if isinstance(event, inngest.Event):
        data = encode_data(require_event_class(event.name), event.data)
        return join_event(event.name, data, event.id or None, event.ts or None, now)
    raise TypeError(f"{_show_type(event)} is no event: send an instance of an event class")


def encode_any(event: object, *, now: Callable[[], float] = time.time) -> bytes:
    """Encode an event of the SDK whatever its name, for those who call the client itself.

    Args:
        event: The SDK's event.
        now: Gives the present, in seconds since 1970, for an event without a time.

    Returns:
        One JSON object as UTF-8.

    Raises:
        TypeError: It is no event of the SDK's.
        InvalidEventError: Its name is empty, or its data is no JSON.
    """
    import inngest

    if not isinstance(event, inngest.Event):
        raise TypeError(f"{_show_type(event)} is no inngest.Event; send_event() sends other events")
    # The SDK's model checks nothing that is assigned.
    if not isinstance(cast("object", event.name), str) or not event.name:
        problem = Problem("name", "event_name", "must be a text, not empty")
        raise InvalidEventError("an event", [problem])
    data = b""
    with suppress(TypeError, ValueError):
        values = pydantic_core.to_jsonable_python(dict(event.data))
        data = json.dumps(values, allow_nan=False).encode()
    if not data:  # raised here, so that no context holds the values
        problem = Problem("data", "json_type", "must hold JSON values only")
        raise InvalidEventError(event.name, [problem])
    return join_event(event.name, data, event.id or None, event.ts or None, now)


def join_event(
    name: str, data: bytes, id: object, ts: object, now: Callable[[], float] = time.time
) -> bytes:
    """Put an event together whose data is encoded already.

    Args:
        name: The event's name.
        data: Its data, a JSON object as UTF-8.
        id: Its idempotency key, or None.
        ts: Its time, in milliseconds since 1970 or as an aware datetime; None for the present.
        now: Gives the present, in seconds since 1970.

    Returns:
        One JSON object as UTF-8.

    Raises:
        InvalidEventError: The id or the time breaks a rule.

    Example:
        >>> join_event("platform/sync.a", b"{}", None, 1795456839034)
        b'{"name":"platform/sync.a","data":{},"ts":1795456839034}'
    """
    milliseconds = int(now() * 1000) if ts is None else to_milliseconds(name, ts)
    parts = [b'{"name":', json.dumps(name).encode(), b',"data":', data]
    if id is not None:
        parts += [b',"id":', json.dumps(check_id(name, id)).encode()]
    parts += [b',"ts":', str(milliseconds).encode(), b"}"]
    return b"".join(parts)


def _name_of(event: Sendable) -> str:
    return event.event_name if isinstance(event, Event) else event.name


def _show_type(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"
