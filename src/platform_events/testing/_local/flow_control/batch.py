"""``batch_events``: a run takes several events at once.

Source: inngest/inngest: pkg/execution/batch, pkg/inngest/batch.go
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..clock import Clock, Timer
from ..event_api import ReceivedEvent
from ..expressions import Expression
from .keys import key_value


@dataclass(frozen=True, slots=True)
class Batch:
    max_size: int
    timeout_s: float
    key: Expression | None = None
    # Events for which it does not hold get a run of their own at once.
    condition: Expression | None = None


@dataclass(slots=True)
class _Gathering:
    timer: Timer
    events: list[ReceivedEvent] = field(default_factory=list[ReceivedEvent])


class Batcher:
    """Gathers the events of each function and key."""

    def __init__(self, clock: Clock, start: Callable[[str, Sequence[ReceivedEvent]], None]) -> None:
        self._clock = clock
        self._start = start
        self._gathering: dict[tuple[str, str], _Gathering] = {}
        self._seen: set[tuple[str, str]] = set()

    def add(self, function_id: str, batch: Batch, event: ReceivedEvent) -> None:
        """Add an event, once; start a run if it fills its batch."""
        # A batch knows events by the server's id, not by the one that the sender may have set.
        if (function_id, event.internal_id) in self._seen:
            return
        self._seen.add((function_id, event.internal_id))
        place = (function_id, key_value(batch.key, event))
        gathering = self._gathering.get(place)
        if gathering is None:
            timer = self._clock.call_later(batch.timeout_s, partial(self._flush, place))
            gathering = self._gathering[place] = _Gathering(timer)
        gathering.events.append(event)
        if len(gathering.events) >= batch.max_size:
            self._flush(place)

    def due_in_s(self, event_id: str) -> float | None:
        """Tell in how many seconds the batch of an event begins; None if it is in none."""
        for gathering in self._gathering.values():
            if any(event.internal_id == event_id for event in gathering.events):
                return max(gathering.timer.due - self._clock.time(), 0.0)
        return None

    def clear(self) -> None:
        for gathering in self._gathering.values():
            gathering.timer.cancel()
        self._gathering.clear()
        self._seen.clear()

    def _flush(self, place: tuple[str, str]) -> None:
        gathering = self._gathering.pop(place)
        gathering.timer.cancel()
        self._start(place[0], gathering.events)
