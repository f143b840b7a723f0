"""Why events started no run, for tests that wait for one."""

from __future__ import annotations

import math
from collections import defaultdict

from .event_api import ReceivedEvent


class NoRunError(LookupError):
    """An event started no run; the message says why, for each function with a trigger for it."""


class Decisions:
    """What was decided about each event."""

    def __init__(self) -> None:
        self._reasons: defaultdict[str, list[str]] = defaultdict(list)
        self._names: dict[str, str] = {}

    def offer(self, event: ReceivedEvent) -> None:
        self._names[event.internal_id] = event.name

    def skip(self, event: ReceivedEvent, function_id: str, reason: str) -> None:
        self._reasons[event.internal_id].append(f"{function_id}: {reason}")

    def no_run(self, event_id: str, due_in_s: float | None) -> NoRunError:
        """Make the error that says why an event started no run, or when it will."""
        if due_in_s is not None:
            return NoRunError(
                f"event {event_id} is batched or debounced, and starts a run in {due_in_s:.1f} s: "
                f"advance({math.ceil(due_in_s)}) goes there at once"
            )
        reasons = self._reasons.get(event_id)
        if reasons:
            return NoRunError(f"event {event_id} started no run: {'; '.join(reasons)}")
        if event_id not in self._names:
            return NoRunError(
                f"no event with the id {event_id} arrived (pass what send_event returned)"
            )
        name = self._names[event_id]
        return NoRunError(f"event {event_id} started no run: no function has a trigger for {name}")

    def clear(self) -> None:
        self._reasons.clear()
        self._names.clear()
