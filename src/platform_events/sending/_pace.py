"""Adapts the size of requests to the server: they grow as long as it answers quickly.

The limits are those of ``inngest/inngest``: ``pkg/eventstream/eventstream.go``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_BATCH_EVENTS: Final = 5_000
"""The most events that a server takes in one request."""

MAX_REQUEST_BYTES: Final = 3 * 1024 * 1024
"""The size of a full request, unless a single event is larger: a server that limits whole bodies
allows no more for a request than for one event."""

_FIRST_EVENTS: Final = 1_000
_MIN_EVENTS: Final = 20
_QUICK_S: Final = 0.5
_SLOW_S: Final = 1.5


@dataclass(slots=True)
class Pace:
    """The limits of the next request to one server."""

    # A busy server was seen to take 6 seconds for 5,000 events, and then longer than any deadline.
    # So the first requests are smaller, and the size of later ones depends on how long those took.

    max_events: int = _FIRST_EVENTS
    max_bytes: int = MAX_REQUEST_BYTES

    def note_answer(self, event_count: int, seconds: float) -> None:
        if seconds > _SLOW_S:
            self.note_silence(event_count)
        elif seconds < _QUICK_S and event_count >= self.max_events:
            self.max_events = min(2 * self.max_events, MAX_BATCH_EVENTS)

    def note_silence(self, event_count: int) -> None:
        """Adapt to a request that took too long."""
        fewer = max(min(self.max_events, event_count) // 2, _MIN_EVENTS)
        self.max_events = min(self.max_events, fewer) if event_count > 1 else self.max_events

    def note_too_large(self, size: int) -> None:
        """Adapt to a request that was refused for its size, in bytes."""
        self.max_bytes = max(min(self.max_bytes, size // 2), 1)
