"""``singleton``: of a function's runs one goes on at a time.

Source: inngest/inngest: pkg/execution/singleton/singleton.go
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..event_api import ReceivedEvent
from ..expressions import Expression, ExpressionError
from ..go_json import dumps


@dataclass(frozen=True, slots=True)
class Singleton:
    """Skip a new run while one goes on, or cancel the one for the new run."""

    mode: Literal["skip", "cancel"]
    key: Expression | None = None

    def value(self, event: ReceivedEvent) -> str | None:
        """Work out the key; None if it is false, or fails: then the run is like any other."""
        try:
            value = None if self.key is None else self.key.evaluate(event=event.event)
        except ExpressionError:
            return None
        return None if value is False else dumps(value).decode()
