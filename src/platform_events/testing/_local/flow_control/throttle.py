"""``throttle``: runs beyond so many in a period begin later.

Source: inngest/inngest: pkg/constraintapi/lua/acquire.lua, pkg/execution/queue/item.go
"""

from __future__ import annotations

from dataclasses import dataclass

from ..expressions import Expression


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

    @property
    def at_once(self) -> int:
        """How many runs may begin at once."""
        return self.limit + self.burst
