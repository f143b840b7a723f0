"""``concurrency``: so many calls at a time. A run that sleeps or waits takes no place.

Source: inngest/inngest: pkg/inngest/concurrency.go, pkg/execution/queue/item.go
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from ..event_api import ReceivedEvent
from ..expressions import Expression
from .keys import key_value

Scope: TypeAlias = Literal["fn", "env", "account"]


@dataclass(frozen=True, slots=True)
class Concurrency:
    """At most ``limit`` calls at a time, for each value of the key."""

    limit: int
    key: Expression | None = None
    # ``fn``: calls of one function; else those of all whose key has the same value.
    scope: Scope = "fn"

    def slot(self, function_id: str, event: ReceivedEvent) -> Slot:
        value = key_value(self.key, event)
        if self.scope == "fn":
            text = "" if self.key is None else self.key.text
            return Slot(("fn", function_id, text, value), self.limit)
        return Slot((self.scope, value), self.limit)


class Slot(NamedTuple):
    """What calls count in together, and how many of them there may be."""

    name: tuple[str, ...]
    limit: int
