"""``priority``: which of the runs that wait for their turn goes first.

Source: inngest/inngest: pkg/inngest/function.go (RunPriorityFactor), pkg/consts/consts.go
"""

from __future__ import annotations

import logging
from typing import Final

from ..event_api import ReceivedEvent
from ..expressions import Expression, ExpressionError

MAX_FACTOR_S: Final = 12 * 3600

_log = logging.getLogger(__name__)


def priority_factor_s(priority: Expression | None, event: ReceivedEvent) -> int:
    """Tell by how many seconds a run goes before others; only a whole number counts."""
    if priority is None:
        return 0
    try:
        factor = priority.evaluate(event=event.event)
    except ExpressionError as error:
        _log.warning("A priority counts as 0: %s", error)
        return 0
    if isinstance(factor, bool) or not isinstance(factor, int):
        _log.warning("A priority counts as 0: %r is not a whole number", priority.text)
        return 0
    return max(min(factor, MAX_FACTOR_S), -MAX_FACTOR_S)
