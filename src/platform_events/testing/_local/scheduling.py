"""From events to runs: what flow control makes of an event before there is a run.

Source of the order and of the rules: inngest/inngest: pkg/execution/runner/runner.go,
pkg/execution/executor/executor.go (schedule)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from .clock import Clock
from .decisions import Decisions
from .event_api import ReceivedEvent
from .expressions import ExpressionError
from .flow_control.batch import Batcher
from .flow_control.debounce import Debouncer
from .flow_control.rate_limit import RateLimiter
from .functions import Function
from .runs import Run
from .triggers import Triggers, holds

_ONCE_S: Final = 86400.0


class RunFactory(Protocol):
    """Begins and cancels runs."""

    def create(
        self, function: Function, events: Sequence[ReceivedEvent], *, is_batch: bool
    ) -> Run: ...

    def cancel(self, run: Run) -> None: ...


class Scheduler:
    """Decides which events start which runs, and when."""

    def __init__(self, clock: Clock, triggers: Triggers, factory: RunFactory) -> None:
        self.decisions: Decisions = Decisions()
        self._clock = clock
        self._triggers = triggers
        self._factory = factory
        self._batcher = Batcher(clock, self._start_batch)
        self._debouncer = Debouncer(clock, self._start_debounced, self._replace)
        self._limiter = RateLimiter()
        self._singletons: dict[tuple[str, str], Run] = {}
        self._seen: dict[tuple[str, str], float] = {}

    def offer(self, event: ReceivedEvent) -> None:
        """Start every function that an event triggers, each one once."""
        self.decisions.offer(event)
        for function, problem in self._triggers.matching(event):
            if problem:
                self.decisions.skip(event, function.id, problem)
            else:
                self.start(function, event)

    def start(
        self, function: Function, event: ReceivedEvent, limited: Callable[[], None] = lambda: None
    ) -> None:
        """Start a function with an event, or do whatever its options make of it."""
        # ``limited`` is called if a rate limit forbids it.
        batch = function.batch
        if batch and holds(batch.condition, event=event.event):
            self._batcher.add(function.id, batch, event)
        else:
            self.start_alone(function, event, limited)

    def start_alone(
        self, function: Function, event: ReceivedEvent, limited: Callable[[], None] = lambda: None
    ) -> None:
        """Do the same without gathering a batch, as a cron does."""
        if self._is_repeated(function, event):
            self.decisions.skip(event, function.id, "its id has started a run within 24 h")
        elif self._is_limited(function, event):
            limited()
        elif function.debounce:
            self._debouncer.add(function.id, function.debounce, event)
        else:
            self._start(function, [event])

    def due_in_s(self, event_id: str) -> float | None:
        """Tell in how many seconds an event that is put off starts a run; None if it is not."""
        waits = [self._batcher.due_in_s(event_id), self._debouncer.due_in_s(event_id)]
        return min((wait for wait in waits if wait is not None), default=None)

    def clear(self) -> None:
        for kept in (self.decisions, self._batcher, self._debouncer, self._limiter):
            kept.clear()
        self._singletons.clear()
        self._seen.clear()

    def _is_repeated(self, function: Function, event: ReceivedEvent) -> bool:
        seen = self._seen.get((function.id, str(event.event["id"])))
        return seen is not None and self._clock.time() - seen < _ONCE_S

    def _is_limited(self, function: Function, event: ReceivedEvent) -> bool:
        limit = function.rate_limit
        if limit is None:
            return False
        try:
            refuses = self._limiter.refuses(function.id, limit, event, self._clock.time())
            reason = f"its {limit.option} is exceeded"
        except ExpressionError as error:
            refuses, reason = True, f"the key of its {limit.option} fails: {error}"
        if refuses:
            self.decisions.skip(event, function.id, reason)
        return refuses

    def _replace(self, function_id: str, event: ReceivedEvent, by: ReceivedEvent) -> None:
        reason = f"debounced, and replaced by event {by.internal_id}"
        self.decisions.skip(event, function_id, reason)

    def _start_batch(self, function_id: str, events: Sequence[ReceivedEvent]) -> None:
        function = self._triggers.function(function_id)
        if function:
            self._start(function, events, is_batch=True)

    def _start_debounced(self, function_id: str, event: ReceivedEvent) -> None:
        function = self._triggers.function(function_id)
        if function:
            self._start(function, [event])

    def _start(
        self, function: Function, events: Sequence[ReceivedEvent], *, is_batch: bool = False
    ) -> None:
        singleton, event = function.singleton, events[0]
        value = singleton.value(event) if singleton else None
        holder = self._singletons.get((function.id, value)) if value is not None else None
        if singleton and holder and not holder.ended:
            if singleton.mode == "skip":
                reason = f"a singleton, of which run {holder.id} goes on"
                self.decisions.skip(event, function.id, reason)
                return
            self._factory.cancel(holder)
        if not is_batch:
            self._seen[function.id, str(event.event["id"])] = self._clock.time()
        run = self._factory.create(function, events, is_batch=is_batch)
        if value is not None:
            self._singletons[function.id, value] = run
