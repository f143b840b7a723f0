"""The generic cell rate algorithm: so many at once, and then one after each interval.

Source: inngest/inngest: pkg/constraintapi/lua/helper/gcra.lua
"""

from __future__ import annotations


class RateMeter:
    """Counts what happens by key."""

    def __init__(self) -> None:
        # When the allowance of each key will be full again: its theoretical arrival time.
        self._arrivals: dict[tuple[str, str], float] = {}

    def wait_s(self, key: tuple[str, str], now: float, *, interval_s: float, at_once: int) -> float:
        """Tell how many seconds to wait until one more is allowed; 0 if it is now."""
        full = max(self._arrivals.get(key, now), now)
        # To the microsecond, as sums of intervals are not exact.
        return max(round(full - now - interval_s * (at_once - 1), 6), 0.0)

    def count(self, key: tuple[str, str], now: float, *, interval_s: float) -> None:
        self._arrivals[key] = max(self._arrivals.get(key, now), now) + interval_s

    def clear(self) -> None:
        self._arrivals.clear()
