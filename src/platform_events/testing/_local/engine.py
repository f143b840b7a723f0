"""From events to runs, and from what a run asks for to what is done; only calls are made elsewhere.

All of it happens in one thread, and none of it waits. Source of the rules: inngest/inngest:
pkg/execution/executor/executor.go
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

from . import lifecycle
from .call_queue import CallQueue
from .calls import Answer
from .clock import Clock, Timer
from .commands import Call, Command, Infer, Invoke, Sleep, Wait
from .event_api import ReceivedEvent, timestamp_ms
from .functions import Function, Trigger
from .go_json import Json
from .runs import Run
from .scheduling import Scheduler
from .triggers import Triggers, holds

BACKOFF_S: Final = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 2400.0, 3600.0, 7200.0)
"""Seconds before each retry; the server adds up to 30 s at random, the double nothing.

Source: inngest/inngest: pkg/backoff/backoff.go
"""

_TIMED_OUT: Final = "Timed out waiting for invoked function to complete"


class _Waiting(NamedTuple):
    run: Run
    wait: Wait
    timer: Timer


@dataclass(slots=True)
class _Live:
    """What is kept of a run until it ends."""

    started: float
    timers: list[Timer] = field(default_factory=list[Timer])
    start_timeout: Timer | None = None


class Engine:
    """Runs, and what they wait for."""

    def __init__(
        self,
        clock: Clock,
        new_id: Callable[[], str],
        wall: Callable[[], float],
        call: Callable[[Run, Call], None],
        infer: Callable[[Run, Infer], None],
        backoff: Callable[[int], float],
    ) -> None:
        self.runs: list[Run] = []
        self.calling: int = 0
        self.triggers: Triggers = Triggers()
        self.scheduler: Scheduler = Scheduler(clock, self.triggers, self)
        self.queue: CallQueue = CallQueue(clock, self._begin)
        self._clock = clock
        self._new_id = new_id
        self._wall = wall
        self._call = call
        self._infer = infer
        self._backoff = backoff
        self._live: dict[Run, _Live] = {}
        self._waiting: list[_Waiting] = []
        self._invoking: dict[str, tuple[Run, str]] = {}
        self._started_by: defaultdict[str, list[Run]] = defaultdict(list)
        self._followers: defaultdict[str, list[Run]] = defaultdict(list)

    def dispatch(self, accepted: ReceivedEvent) -> None:
        """Do all that an event leads to: resume and cancel runs, and start new ones."""
        self._resume_waits(accepted)
        self._cancel_runs(accepted)
        self._resume_invocation(accepted)
        self._start_invoked(accepted)
        self.scheduler.offer(accepted)

    def answered(self, run: Run, call: Call, answer: Answer) -> None:
        self.calling -= 1
        self._do(run, partial(run.answered, call, answer))
        self.queue.end(run, call)

    def inferred(self, run: Run, asked: Infer, status: int, body: str) -> None:
        """Take the answer of a model; the status is 0 if it did not answer."""
        self.calling -= 1
        self._do(run, partial(run.inferred, asked, status, body))

    def checkpoint(self, run_id: str, ops: Sequence[Mapping[str, Json]]) -> bool:
        """Keep the steps of a call that goes on; tell whether there is such a run."""
        run = next((one for one in self._live if one.id == run_id), None)
        if run is not None:
            run.checkpoint(ops)
        return run is not None

    def create(self, function: Function, events: Sequence[ReceivedEvent], *, is_batch: bool) -> Run:
        run = Run(self._new_id(), function, events, self._backoff)
        self.runs.append(run)
        for event in events:
            self._started_by[event.internal_id].append(run)
        if events[0].name in lifecycle.ENDS:
            self._followers[str(events[0].data.get("run_id"))].append(run)
        live = self._live[run] = _Live(self._clock.time())
        if function.start_timeout_s is not None and not is_batch:
            live.start_timeout = self._later(
                run, function.start_timeout_s, run.cancel, is_work=False
            )
        # An event of the future starts its run then; its time comes from its sender's clock.
        at_once = is_batch or events[0].name == lifecycle.SCHEDULED
        wait_s = 0.0 if at_once else timestamp_ms(events[0]) / 1000 - self._wall()
        self._later(run, wait_s, run.start)
        return run

    def started_by(self, event_id: str) -> Sequence[Run]:
        """Give the runs that an event started, by the server's id of it."""
        return self._started_by.get(event_id, ())

    def has_ended(self, run: Run) -> bool:
        """Tell whether a run has ended, and those that its end started, such as ``on_failure``."""
        followers = self._followers.get(run.id, ())
        return run.ended and all(follower.ended for follower in followers)

    def cancel(self, run: Run) -> None:
        self._do(run, run.cancel)

    def clear(self) -> None:
        """Forget all runs; functions stay registered."""
        self.runs.clear()
        self.calling = 0
        for live in self._live.values():
            for timer in live.timers:
                timer.cancel()
        for waiting in self._waiting:
            waiting.timer.cancel()
        for kept in (self._live, self._waiting, self._invoking, self.queue, self.scheduler):
            kept.clear()
        self._started_by.clear()
        self._followers.clear()

    def _begin(self, run: Run, call: Call) -> None:
        live = self._live[run]
        if not run.began:
            run.begin()
            if live.start_timeout:
                live.start_timeout.cancel()
            if run.function.finish_timeout_s is not None:
                self._later(run, run.function.finish_timeout_s, run.cancel, is_work=False)
        self.calling += 1
        self._call(run, call)

    def _resume_waits(self, accepted: ReceivedEvent) -> None:
        for waiting in list(self._waiting):
            wait = waiting.wait
            fits = wait.event == accepted.name
            if fits and holds(wait.expression, event=waiting.run.event, async_=accepted.event):
                self._end_wait(waiting, dict(accepted.event))

    def _cancel_runs(self, accepted: ReceivedEvent) -> None:
        # Few can be cancelled, and thousands may be under way.
        for run, live in [(r, live) for r, live in self._live.items() if r.function.cancel]:
            age = self._clock.time() - live.started
            if any(_cancels(trigger, run, accepted, age) for trigger in run.function.cancel):
                self.cancel(run)

    def _resume_invocation(self, accepted: ReceivedEvent) -> None:
        if accepted.name == lifecycle.FINISHED:
            error, result = accepted.data.get("error"), accepted.data.get("result")
            memo: Json = {"data": result} if error is None else {"error": error}
            self._end_invocation(str(accepted.data.get("correlation_id")), memo)

    def _start_invoked(self, accepted: ReceivedEvent) -> None:
        function_id = lifecycle.metadata(accepted.event).get("fn_id")
        if function_id is None:
            return
        function = self.triggers.function(str(function_id))
        if function:
            limited = partial(self._not_invoked, accepted, "invoked function is rate limited")
            self.scheduler.start(function, accepted, limited)
        else:
            self._not_invoked(accepted, f"could not find function with ID: {function_id}")

    def _not_invoked(self, accepted: ReceivedEvent, why: str) -> None:
        now = self._millis()
        self.dispatch(lifecycle.not_invoked(accepted.event, self._new_id(), why, now))

    def _later(
        self,
        run: Run,
        seconds: float,
        act: Callable[[], list[Command]],
        *,
        is_work: bool = True,
    ) -> Timer | None:
        if seconds <= 0:
            self._do(run, act)
            return None
        do = partial(self._do, run, act)
        timer = self._clock.call_later(seconds, do, is_work=is_work)
        self._live[run].timers.append(timer)
        return timer

    def _do(self, run: Run, act: Callable[[], list[Command]]) -> None:
        for command in act():
            # One command can lead to an event that cancels the run before the next.
            if not run.ended:
                self._command(run, command)
        if run.ended and run in self._live:
            self._finish(run)

    def _command(self, run: Run, command: Command) -> None:
        match command:
            case Call(delay=delay) if delay > 0:
                self._later(run, delay, lambda: [replace(command, delay=0.0)])
            case Call():
                # The app may have been registered again, at another place.
                run.function = self.triggers.function(run.function_id) or run.function
                self.queue.add(run, command)
            case Sleep(step_id, end):
                # The server rounds to seconds, and counts from the real time, as the app does.
                wait_s = end.seconds_from(self._wall())
                wait_s = wait_s if end.until is None else round(wait_s)
                self._later(run, wait_s, partial(run.resume, step_id, None))
            case Wait():
                self._wait(run, command)
            case Infer():
                self.calling += 1
                self._infer(run, command)
            case _:
                self._invoke(run, command)

    def _wait(self, run: Run, wait: Wait) -> None:
        wait_s = wait.timeout.seconds_from(self._wall())
        timer = self._clock.call_later(wait_s, lambda: self._end_wait(waiting, None), is_work=False)
        waiting = _Waiting(run, wait, timer)
        self._waiting.append(waiting)

    def _end_wait(self, waiting: _Waiting, memo: Json) -> None:
        self._waiting.remove(waiting)
        waiting.timer.cancel()
        self._do(waiting.run, partial(waiting.run.resume, waiting.wait.step_id, memo))

    def _invoke(self, run: Run, invoke: Invoke) -> None:
        event = lifecycle.invoked(invoke, run, self._new_id(), self._millis())
        correlation_id = str(lifecycle.metadata(event.event)["correlation_id"])
        self._invoking[correlation_id] = (run, invoke.step_id)
        name = "InngestInvokeTimeoutError"
        error: Json = {"error": f"{name}: {_TIMED_OUT}", "name": name, "message": _TIMED_OUT}
        resume = partial(run.resume, invoke.step_id, {"error": error})
        self._later(run, invoke.timeout.seconds_from(self._wall()), resume, is_work=False)
        self.dispatch(event)

    def _end_invocation(self, correlation_id: str, memo: Json) -> None:
        run, step_id = self._invoking.pop(correlation_id, (None, ""))
        if run:
            self._do(run, partial(run.resume, step_id, memo))

    def _finish(self, run: Run) -> None:
        run.ended_at = self._wall()
        for timer in self._live.pop(run).timers:
            timer.cancel()
        for waiting in [one for one in self._waiting if one.run is run]:
            waiting.timer.cancel()
            self._waiting.remove(waiting)
        for event in lifecycle.ended(run, self._millis(), self._new_id):
            self.dispatch(event)

    def _millis(self) -> int:
        return int(self._wall() * 1000)


def _cancels(trigger: Trigger, run: Run, accepted: ReceivedEvent, age: float) -> bool:
    in_time = trigger.timeout_s is None or age <= trigger.timeout_s
    fits = in_time and trigger.event == accepted.name
    return fits and holds(trigger.expression, event=run.event, async_=accepted.event)
