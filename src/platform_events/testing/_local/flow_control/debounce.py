"""``debounce``: a run begins when no event came for a while, with the latest of them.

A real server begins it about a second after that. Source: inngest/inngest:
pkg/execution/debounce/debounce.go, pkg/execution/state/redis_state/lua/debounce
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..clock import Clock, Timer
from ..event_api import ReceivedEvent, timestamp_ms
from ..expressions import Expression
from .keys import key_value


@dataclass(frozen=True, slots=True)
class Debounce:
    """Wait until there was no event for ``period_s`` seconds, but never longer than a time-out."""

    period_s: float
    timeout_s: float | None = None
    key: Expression | None = None


@dataclass(slots=True)
class _Pending:
    event: ReceivedEvent
    latest: float
    timer: Timer


class Debouncer:
    """Keeps the latest event of each function and key until its time has come."""

    # ``replaced`` is told of each event, of a function, in whose place another one came.

    def __init__(
        self,
        clock: Clock,
        start: Callable[[str, ReceivedEvent], None],
        replaced: Callable[[str, ReceivedEvent, ReceivedEvent], None],
    ) -> None:
        self._replaced = replaced
        self._clock = clock
        self._start = start
        self._pending: dict[tuple[str, str], _Pending] = {}

    def add(self, function_id: str, debounce: Debounce, event: ReceivedEvent) -> None:
        """Put an event off, in place of an earlier one."""
        place, now = (function_id, key_value(debounce.key, event)), self._clock.time()
        pending = self._pending.pop(place, None)
        latest = now + (debounce.timeout_s or float("inf")) if pending is None else pending.latest
        if pending is not None:
            pending.timer.cancel()
            if timestamp_ms(pending.event) > timestamp_ms(event):
                event, replaced = pending.event, event
            else:
                replaced = pending.event
            self._replaced(function_id, replaced, event)
        wait_s = min(debounce.period_s, latest - now)
        timer = self._clock.call_later(wait_s, partial(self._flush, place))
        self._pending[place] = _Pending(event, latest, timer)

    def due_in_s(self, event_id: str) -> float | None:
        """Tell in how many seconds the run of an event begins; None if it is not put off."""
        for pending in self._pending.values():
            if pending.event.internal_id == event_id:
                return max(pending.timer.due - self._clock.time(), 0.0)
        return None

    def clear(self) -> None:
        for pending in self._pending.values():
            pending.timer.cancel()
        self._pending.clear()

    def _flush(self, place: tuple[str, str]) -> None:
        self._start(place[0], self._pending.pop(place).event)
