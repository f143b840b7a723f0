"""Starts functions at the times of their cron triggers.

Source: inngest/inngest: pkg/execution/cron/manager.go, pkg/execution/executor/service.go
(handleCron)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from .clock import Clock, Timer
from .cron import Cron
from .event_api import ReceivedEvent
from .functions import App, Function
from .lifecycle import SCHEDULED, internal_event


class CronTimers:
    """The next time of each cron trigger, at which ``fire`` starts a function with an event."""

    def __init__(
        self,
        clock: Clock,
        wall: Callable[[], float],
        fire: Callable[[Function, ReceivedEvent], None],
        new_id: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._wall = wall
        self._fire = fire
        self._new_id = new_id
        self._timers: defaultdict[str, list[Timer]] = defaultdict(list)

    def register(self, app: App) -> None:
        """Take the cron triggers of an app in place of those that it had."""
        for timer in self._timers.pop(app.id, []):
            timer.cancel()
        now = self._now()
        for function in app.functions:
            for cron in function.crons:
                self._schedule(app.id, function, cron, now)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._wall() + self._clock.ahead_s, UTC)

    def _schedule(self, app_id: str, function: Function, cron: Cron, after: datetime) -> None:
        due = cron.next_after(after)
        wait_s = (due - self._now()).total_seconds() + cron.delay_s
        do = partial(self._run, app_id, function, cron, due)
        self._timers[app_id].append(self._clock.call_later(wait_s, do, is_work=False))

    def _run(self, app_id: str, function: Function, cron: Cron, due: datetime) -> None:
        self._schedule(app_id, function, cron, due)
        start = due + timedelta(seconds=cron.delay_s)
        at = _rfc3339(due)
        data = {"cron": cron.text, "scheduledAt": at, "fireAt": _rfc3339(start)}
        event = internal_event(SCHEDULED, at, dict(data), int(start.timestamp() * 1000))
        # The time is the id that starts a function once; to the server it is another one.
        self._fire(function, ReceivedEvent(self._new_id(), event.event))


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
