"""Which events start which functions: names and filters, once a day, alone or in a batch.

Source of the rules: inngest/inngest: pkg/execution/runner/runner.go, pkg/event_trigger_patterns,
pkg/execution/batch
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from . import go_json
from .cel_tokens import ExpressionError
from .clock import Clock, Timer
from .event_api import ReceivedEvent
from .expressions import Expression
from .functions import App, Batch, Function, Trigger
from .go_json import Json

_ONCE: Final = 86400.0

_log = logging.getLogger(__name__)


def patterns(name: str) -> set[str]:
    """Give the triggers that an event's name answers to.

    Source: inngest/inngest: pkg/event_trigger_patterns/patterns.go
    """
    ends = (place for place, character in enumerate(name) if character in "/.")
    return {name, *(f"{name[: place + 1]}*" for place in ends)}


def holds(expression: Expression | None, **scope: Json) -> bool:
    """Tell whether a filter lets an event pass."""
    try:
        return expression is None or expression.matches(**scope)
    except ExpressionError as error:
        _log.warning("An expression counts as false: %s", error)
        return False


@dataclass(slots=True)
class _Gathering:
    timer: Timer
    events: list[ReceivedEvent] = field(default_factory=list[ReceivedEvent])


class Triggers:
    """The registered functions, and what is known of the events that they got."""

    def __init__(
        self, clock: Clock, start: Callable[[Function, Sequence[ReceivedEvent]], None]
    ) -> None:
        self._clock = clock
        self._start = start
        self._apps: dict[str, App] = {}
        self._gathering: dict[tuple[str, str], _Gathering] = {}
        self._seen: dict[tuple[str, ...], float] = {}

    def register(self, app: App) -> bool:
        """Take an app's functions in place of those that it had."""
        modified = self._apps.get(app.id) != app
        self._apps[app.id] = app
        return modified

    def functions_of(self, app_id: str) -> tuple[Function, ...]:
        """Give the functions that an app registered."""
        app = self._apps.get(app_id)
        return app.functions if app else ()

    def function(self, function_id: str) -> Function | None:
        """Find a function."""
        return next((one for one in self._functions() if one.id == function_id), None)

    def offer(self, accepted: ReceivedEvent) -> None:
        """Start every function that an event triggers, each one once."""
        names = patterns(accepted.name)
        for function in list(self._functions()):
            if any(_matches(trigger, names, accepted) for trigger in function.triggers):
                self.start(function, accepted)

    def start(self, function: Function, accepted: ReceivedEvent) -> None:
        """Start a function with an event, or put the event into a batch."""
        batch = function.batch
        if batch and holds(batch.condition, event=accepted.event):
            self._gather(function, batch, accepted)
        elif self._first(function.id, "event", str(accepted.event["id"])):
            self._start(function, [accepted])

    def limited(self, function: Function, accepted: ReceivedEvent) -> bool:
        """Tell whether a function's ``idempotency`` forbids a run."""
        key = function.idempotency
        return key is not None and not self._first(function.id, "key", _value(key, accepted))

    def _functions(self) -> Iterator[Function]:
        return (function for app in self._apps.values() for function in app.functions)

    def _first(self, *key: str) -> bool:
        now = self._clock.time()
        known = key in self._seen and now - self._seen[key] < _ONCE
        if not known:
            self._seen[key] = now
        return not known

    def _gather(self, function: Function, batch: Batch, accepted: ReceivedEvent) -> None:
        # A batch knows events by the server's id, not by the one that the sender may have set.
        if not self._first(function.id, "batch", accepted.internal_id):
            return
        place = (function.id, _value(batch.key, accepted) if batch.key else "")
        gathering = self._gathering.get(place)
        if gathering is None:
            timer = self._clock.call_later(batch.timeout, partial(self._flush, function, place))
            gathering = self._gathering[place] = _Gathering(timer)
        gathering.events.append(accepted)
        if len(gathering.events) >= batch.max_size:
            self._flush(function, place)

    def _flush(self, function: Function, place: tuple[str, str]) -> None:
        gathering = self._gathering.pop(place)
        gathering.timer.cancel()
        self._start(self.function(function.id) or function, gathering.events)


def _matches(trigger: Trigger, names: set[str], accepted: ReceivedEvent) -> bool:
    return trigger.event in names and holds(trigger.expression, event=accepted.event)


def _value(expression: Expression, accepted: ReceivedEvent) -> str:
    try:
        return go_json.dumps(expression.evaluate(event=accepted.event)).decode()
    except ExpressionError as error:
        _log.warning("A key counts as empty: %s", error)
        return ""
