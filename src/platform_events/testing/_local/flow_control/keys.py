"""The keys of flow control, worked out for an event."""

from __future__ import annotations

import logging

from ..event_api import ReceivedEvent
from ..expressions import Expression, ExpressionError
from ..go_json import dumps

_log = logging.getLogger(__name__)


def key_value(key: Expression | None, event: ReceivedEvent) -> str:
    """Work out a key; all events share the value of no key, and of one that fails."""
    if key is None:
        return ""
    try:
        return dumps(key.evaluate(event=event.event)).decode()
    except ExpressionError as error:
        _log.warning("A key of flow control cannot be worked out: %s", error)
        return "<invalid>"
