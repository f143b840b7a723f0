"""The clock of the double: real time, which a test can move forward."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from .._real_time import monotonic_s


@dataclass(order=True, slots=True)
class Timer:
    due: float
    # Which of two that are due together was put in first.
    order: int
    do: Callable[[], None] = field(compare=False)
    # Whether the server is busy until then: not with a time-out, nor with what comes again.
    is_work: bool = field(default=True, compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Real time, from which durations are measured, and which a test may move forward."""

    # Whoever owns it calls :meth:`run_due` when :meth:`until_next` has passed.

    def __init__(self, monotonic: Callable[[], float] = monotonic_s) -> None:
        self._monotonic = monotonic
        self._ahead = 0.0
        self._timers: list[Timer] = []
        self._order = count()

    def time(self) -> float:
        return self._monotonic() + self._ahead

    @property
    def ahead_s(self) -> float:
        return self._ahead

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("a clock cannot be moved back")
        self._ahead += seconds

    def call_later(self, seconds: float, do: Callable[[], None], *, is_work: bool = True) -> Timer:
        timer = Timer(self.time() + max(seconds, 0), next(self._order), do, is_work)
        heapq.heappush(self._timers, timer)
        return timer

    def until_next(self) -> float | None:
        """Tell in how many seconds something is due."""
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        return max(self._timers[0].due - self.time(), 0) if self._timers else None

    def until_work(self) -> float | None:
        """Tell in how many seconds there is work."""
        work = (one.due for one in self._timers if one.is_work and not one.cancelled)
        due = min(work, default=None)
        return None if due is None else max(due - self.time(), 0)

    def run_due(self) -> None:
        """Do all that is due, in the order of the times."""
        while self.until_next() == 0:
            heapq.heappop(self._timers).do()
