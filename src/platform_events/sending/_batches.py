"""Batches: events collected until a request is full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from ..errors import EventTooLargeError
from ..events._encoding import describe_type
from ..events.event import Event

if TYPE_CHECKING:
    from ..events._encoding import Sendable
    from ._pace import Pace

    Encode: TypeAlias = Callable[[Sendable], bytes]
    """Checks one event and returns it as one JSON object."""

_T = TypeVar("_T")


@dataclass(slots=True, repr=False)
class Batch:
    """Events of one caller that fit into one request. The repr shows none of them."""

    events: list[Sendable] = field(default_factory=list["Sendable"])
    encoded: list[bytes] = field(default_factory=list[bytes])
    is_full: bool = False  # the next event did not fit
    began: float | None = None  # when the call began, if its deadline counts from then


@dataclass(frozen=True, slots=True, repr=False)
class EncodedEvent:
    """An event with its JSON. The repr shows neither."""

    event: Sendable
    json: bytes


@dataclass(slots=True, repr=False)
class Batcher:
    """Checks events and fills requests with them."""

    encode: Encode
    max_event_bytes: int
    pace: Pace
    open: Batch = field(default_factory=Batch)
    encoding: Sendable | None = None  # still set after ``encode`` refused it
    _size: int = 1

    @property
    def taken(self) -> list[Sendable]:
        """The events that were read but not yet returned in a batch, including a refused one."""
        import inngest

        # What is not an event cannot be handed back as one.
        refused = [e for e in [self.encoding] if isinstance(e, Event | inngest.Event)]
        return self.open.events + refused

    def encode_each(self, events: Iterable[Sendable]) -> Iterator[EncodedEvent]:
        """Check and encode events lazily, one after the other."""
        return map(self._encode, events)

    def _encode(self, event: Sendable) -> EncodedEvent:
        self.encoding = event
        encoded = EncodedEvent(event, encode_within(self.max_event_bytes, self.encode, event))
        self.encoding = None
        return encoded

    def split(self, encoded_events: Iterable[EncodedEvent]) -> Iterator[Batch]:
        """Fill requests lazily, one after the other."""
        for encoded in encoded_events:
            full = None
            if self._is_full(len(encoded.json)):
                self.open.is_full = True
                full, self.open, self._size = self.open, Batch(), 1
            self.open.events.append(encoded.event)
            self.open.encoded.append(encoded.json)
            self._size += len(encoded.json) + 1
            if full is not None:
                yield full
        if self.open.events:
            last, self.open, self._size = self.open, Batch(), 1
            yield last

    def _is_full(self, next_size: int) -> bool:
        # The size of the body: two brackets, and a comma between each two events.
        return bool(self.open.events) and (
            len(self.open.events) >= self.pace.max_events
            or self._size + next_size + 1 > self.pace.max_bytes
        )


def encode_within(limit: int, encode: Encode, event: Sendable) -> bytes:
    encoded = encode(event)
    if len(encoded) > limit:
        raise EventTooLargeError(_name_of(event), len(encoded), limit)
    return encoded


def check_iterable(events: Iterable[_T]) -> Iterable[_T]:
    """Refuse a single event, which is iterable like every pydantic model, but over its fields."""
    import inngest

    if isinstance(events, Event | inngest.Event):
        raise TypeError(
            f"{describe_type(events)} is one event, but several are expected: put it in a list"
        )
    if not isinstance(cast("object", events), Iterable):
        raise TypeError(f"events must be an iterable of events, not {describe_type(events)}")
    return events


def _name_of(event: Sendable) -> str:
    import inngest

    return event.name if isinstance(event, inngest.Event) else event.event_name
