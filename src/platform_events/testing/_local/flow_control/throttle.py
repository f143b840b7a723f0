"""``throttle``: runs beyond so many in a period begin later.

Source: inngest/inngest: pkg/constraintapi/lua/acquire.lua, pkg/execution/queue/item.go
"""

from __future__ import annotations

from dataclasses import dataclass

from ..expressions import Expression
from .gcra import RateMeter


@dataclass(frozen=True, slots=True)
class Throttle:
    """Let ``limit + burst`` runs begin at once, and then one each ``period_s / limit`` seconds."""

    limit: int
    period_s: float
    burst: int = 0
    key: Expression | None = None

    @property
    def interval_s(self) -> float:
        """Seconds from one run to the next, once there were too many."""
        return self.period_s / self.limit


class Throttler:
    """Counts the runs that begin, by function and key."""

    def __init__(self) -> None:
        self._meter = RateMeter()

    def wait_s(self, throttle: Throttle, key: tuple[str, str], now: float) -> float:
        """Tell how many seconds a run has to wait; 0 if it may begin."""
        at_once = throttle.limit + throttle.burst
        return self._meter.wait_s(key, now, interval_s=throttle.interval_s, at_once=at_once)

    def count(self, throttle: Throttle, key: tuple[str, str], now: float) -> None:
        """Count a run that begins."""
        self._meter.count(key, now, interval_s=throttle.interval_s)

    def clear(self) -> None:
        """Forget all runs."""
        self._meter.clear()
