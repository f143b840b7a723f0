"""``rate_limit``: events beyond so many in a period start nothing.

As on a real server the limit is smoothed: at once it lets a tenth of the limit and one more pass,
and then one each ``period / limit``. ``idempotency`` is a limit of one in 24 hours.

Source: inngest/inngest: pkg/execution/ratelimit, pkg/sdk/function.go, pkg/constraintapi/lua.go
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..event_api import ReceivedEvent
from ..expressions import Expression
from ..go_json import dumps
from .gcra import RateMeter

IDEMPOTENCY_S: Final = 86400.0
_BURST_SHARE: Final = 10


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``limit`` runs in ``period_s`` seconds, for each value of the key."""

    limit: int
    period_s: float
    key: Expression | None = None
    option: str = "rate_limit"


class RateLimiter:
    def __init__(self) -> None:
        self._meter = RateMeter()

    def refuses(self, function_id: str, limit: RateLimit, event: ReceivedEvent, now: float) -> bool:
        """Tell whether an event starts nothing; if it may start something, it counts."""
        value = None if limit.key is None else limit.key.evaluate(event=event.event)
        if value is False:
            return False
        key = (function_id, dumps(value).decode())
        interval_s, at_once = limit.period_s / limit.limit, limit.limit // _BURST_SHARE + 1
        if self._meter.wait_s(key, now, interval_s=interval_s, at_once=at_once):
            return True
        self._meter.count(key, now, interval_s=interval_s)
        return False

    def clear(self) -> None:
        self._meter.clear()
