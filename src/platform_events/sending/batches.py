"""Requests of events, filled to the limits of the server.

The limits are those of ``inngest/inngest``: ``pkg/eventstream/eventstream.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast

from ..errors import EventTooLargeError
from ..events.encoding import describe_type
from ..events.event import Event

if TYPE_CHECKING:
    from ..events.encoding import Sendable

    Encode: TypeAlias = Callable[[Sendable], bytes]
    """Checks one event and returns it as one JSON object."""

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
            f"{describe_type(events)} is one event, and here several are sent: put it in a list"
        )
    if not isinstance(cast("object", events), Iterable):
        raise TypeError(f"events must be an iterable of events, and not {describe_type(events)}")
    return events


def _name_of(event: Sendable) -> str:
    import inngest

    return event.name if isinstance(event, inngest.Event) else event.event_name
