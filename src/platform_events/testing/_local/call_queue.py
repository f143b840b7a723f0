"""The calls that wait for their turn: for concurrency and throttle, in the order of priority."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Final, TypeAlias

from .clock import Clock, Timer
from .commands import Call
from .flow_control.concurrency import Slot
from .flow_control.gcra import RateMeter
from .flow_control.keys import key_value
from .flow_control.priority import priority_factor_s
from .runs import Run

CALLS_AT_ONCE: Final = 100
_EVERY_CALL: Final = Slot(("every call",), CALLS_AT_ONCE)
_PAUSED: Final = ("paused",)

_Obstacle: TypeAlias = tuple[str, ...]


@dataclass(order=True, slots=True)
class _Waiting:
    """A call, and its rank in the queue: the time when it was due, less its priority."""

    rank: float
    order: int
    run: Run = field(compare=False)
    call: Call = field(compare=False)


class CallQueue:
    """Begins calls as soon as there is room for them."""

    # What waits for an obstacle, such as a full slot, is tried again by rank when that changes.

    def __init__(self, clock: Clock, begin: Callable[[Run, Call], None]) -> None:
        self._clock = clock
        self._begin = begin
        self._throttled_runs = RateMeter()
        self._order = count()
        self._taken: dict[_Obstacle, int] = {}
        self._held: dict[tuple[Run, Call], list[Sequence[Slot]]] = {}
        self._waiting: dict[_Obstacle, list[_Waiting]] = {}
        self._timers: dict[_Obstacle, Timer] = {}
        self._is_paused = False

    def add(self, run: Run, call: Call) -> None:
        """Begin a call, now or when there is room."""
        rank = self._clock.time() - priority_factor_s(run.function.priority, run.accepted[0])
        self._try(_Waiting(rank, next(self._order), run, call))

    def end(self, run: Run, call: Call) -> None:
        """Make room, since a call was answered."""
        # Nothing is held of a call that began before everything was forgotten.
        for slot in self._held.get((run, call), [()]).pop():
            self._taken[slot.name] -= 1
            self._retry(slot.name)

    def pause(self) -> None:
        """Begin no call until :meth:`resume`."""
        self._is_paused = True

    def resume(self) -> None:
        self._is_paused = False
        self._retry(_PAUSED)

    def clear(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        for kept in (self._waiting, self._held, self._taken, self._timers):
            kept.clear()
        self._throttled_runs.clear()

    def _retry(self, obstacle: _Obstacle) -> None:
        waiting = self._waiting.get(obstacle, [])
        while waiting and self._obstacle(waiting[0].run) != obstacle:
            self._try(heapq.heappop(waiting))

    def _try(self, one: _Waiting) -> None:
        if one.run.ended:
            return
        obstacle = self._obstacle(one.run)
        if obstacle is not None:
            heapq.heappush(self._waiting.setdefault(obstacle, []), one)
            return
        slots = _slots(one.run)
        for slot in slots:
            self._taken[slot.name] = self._taken.get(slot.name, 0) + 1
        self._held.setdefault((one.run, one.call), []).append(slots)
        if (throttle := one.run.function.throttle) and not one.run.began:
            key, now = _throttle_key(one.run), self._clock.time()
            self._throttled_runs.count(key, now, interval_s=throttle.interval_s)
        self._begin(one.run, one.call)

    def _obstacle(self, run: Run) -> _Obstacle | None:
        """Tell what a call of a run has to wait for, if anything."""
        if run.ended:
            return None
        if self._is_paused:
            return _PAUSED
        for slot in _slots(run):
            if self._taken.get(slot.name, 0) >= slot.limit:
                return slot.name
        return self._throttled(run)

    def _throttled(self, run: Run) -> _Obstacle | None:
        throttle = run.function.throttle
        if throttle is None or run.began:
            return None
        key = _throttle_key(run)
        wait_s = self._throttled_runs.wait_s(
            key, self._clock.time(), interval_s=throttle.interval_s, at_once=throttle.at_once
        )
        if not wait_s:
            return None
        obstacle = ("throttle", *key)
        if obstacle not in self._timers:
            retry = partial(self._unthrottle, obstacle)
            self._timers[obstacle] = self._clock.call_later(wait_s, retry)
        return obstacle

    def _unthrottle(self, obstacle: _Obstacle) -> None:
        del self._timers[obstacle]
        self._retry(obstacle)


def _throttle_key(run: Run) -> tuple[str, str]:
    throttle = run.function.throttle
    return run.function_id, key_value(throttle.key if throttle else None, run.accepted[0])


def _slots(run: Run) -> Sequence[Slot]:
    function = run.function
    return [
        *(limit.slot(function.id, run.accepted[0]) for limit in function.concurrency),
        _EVERY_CALL,
    ]
