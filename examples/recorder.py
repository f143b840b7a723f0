"""What an app does, seen by middleware of the SDK's: the events sent, the runs and their steps.

It works with every Inngest server, as it asks none. It keeps names and ids, and no data.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final, Literal, TypeAlias

import inngest
from typing_extensions import override

# After these a server does not try again; after others it does, as often as the function allows.
_FINAL: Final = (inngest.NonRetriableError, inngest.StepError)

Tone: TypeAlias = Literal["plain", "good", "bad"]


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened.

    Attributes:
        at_ms: When, in milliseconds since the recording began.
        subject: ``event``, or which run.
        text: What.
        tone: What it means.
    """

    at_ms: int
    subject: str
    text: str
    tone: Tone


@dataclass(slots=True)
class Run:
    """A run, as far as the app saw it.

    Attributes:
        number: Which it was, for a reader.
        id: Its id at Inngest.
        function: The id of the function within the app.
        event_ids: The ids of the events that started it.
        steps: The steps that finished.
        failures: How many attempts failed.
        waits_for: The step in which it waits for an event.
        changed_at: When something happened to it, by the clock that never goes back.
        status: ``running``, ``completed`` or ``failed``.
    """

    number: int
    id: str
    function: str
    event_ids: tuple[str, ...]
    steps: list[str] = field(default_factory=list[str])
    failures: int = 0
    waits_for: str | None = None
    changed_at: float = 0
    status: Literal["running", "completed", "failed"] = "running"

    def __str__(self) -> str:
        return f"run {self.number}"


class Recorder:
    """Takes down what an app does; any thread may look at it meanwhile.

    Attributes:
        sent: The ids of the accepted events, and their names.
        runs: The runs by their ids.
    """

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}
        self.runs: dict[str, Run] = {}
        self._began = time.monotonic()
        self._news = SimpleQueue[News]()
        self._lock = threading.Lock()

    def middleware(self, client: inngest.Inngest, request: object) -> inngest.MiddlewareSync:
        """Make the middleware, for the client of the app."""
        return _Hooks(self, client, request)

    def news(self) -> list[News]:
        """Give what happened since it was asked last, in order."""
        found: list[News] = []
        while True:
            try:
                found.append(self._news.get_nowait())
            except Empty:
                return found

    def tell(self, subject: str, text: str, tone: Tone = "plain") -> None:
        """Add news."""
        at_ms = round((time.monotonic() - self._began) * 1_000)
        self._news.put(News(at_ms, subject, text, tone))

    def run_of(self, event_id: str) -> Run | None:
        """Give the run that an event started."""
        runs = list(self.runs.values())
        return next((run for run in runs if event_id in run.event_ids), None)

    def called(self, ctx: inngest.Context | inngest.ContextSync, function: str) -> Run:
        """Note that a run goes on, or begins."""
        with self._lock:
            run = self.runs.get(ctx.run_id)
            if run is None:
                event_ids = tuple(event.id for event in ctx.events)
                run = Run(len(self.runs) + 1, ctx.run_id, function, event_ids)
                self.runs[ctx.run_id] = run
                by = _several(ctx.event.name, len(event_ids))
                self.tell(str(run), f"{function} started by {by}")
            if run.waits_for:
                # What was waited for came, or did not come in time.
                self._finished(run, run.waits_for)
                run.waits_for = None
            run.changed_at = time.monotonic()
            return run

    def answered(self, run: Run, attempt: int, result: inngest.TransformOutputResult) -> None:
        """Note how a call of a run ended."""
        op = result.step.op.value if result.step else None
        step = f"step {result.step.id}" if result.step else run.function
        match op, result.error:
            case "WaitForEvent", _ if result.step:
                run.waits_for = result.step.id
                self.tell(str(run), f"{step} waits for an event")
            case _, Exception() as error:
                is_last = isinstance(error, inngest.NonRetriableError) or op == "StepFailed"
                then = "for good" if is_last else f"in attempt {attempt + 1}"
                run.failures += 1
                # What an error says may hold data; its name does not.
                self.tell(str(run), f"{step} failed {then} ({type(error).__name__})", "bad")
                if result.step is None and isinstance(error, _FINAL):
                    self._gave_up(run)
            case None, None:
                run.status = "completed"
                self.tell(str(run), f"{step} completed", "good")
            case _ if result.step:
                self._finished(run, result.step.id)
            case _:
                pass
        run.changed_at = time.monotonic()

    def _gave_up(self, run: Run) -> None:
        """Note that a run will not be tried again."""
        run.status = "failed"
        self.tell(str(run), f"{run.function} failed", "bad")

    def _finished(self, run: Run, step: str) -> None:
        run.steps.append(step)
        self.tell(str(run), f"step {step} finished")


class _Hooks(inngest.MiddlewareSync):
    """Sees one call of the app, or one send."""

    def __init__(self, recorder: Recorder, client: inngest.Inngest, request: object) -> None:
        super().__init__(client, request)
        self._recorder = recorder
        self._names: list[str] = []
        self._attempt = 0

    @override
    def before_send_events(self, events: list[inngest.Event]) -> None:
        self._names = [event.name for event in events]
        run = _sending.get()
        sender = f" by {run}" if run else ""
        for name, count in Counter(self._names).items():
            self._recorder.tell("event", f"{_several(name, count)} sent{sender}")

    @override
    def after_send_events(self, result: inngest.SendEventsResult) -> None:
        self._recorder.sent.update(zip(result.ids, self._names, strict=False))
        if result.error is not None:
            self._recorder.tell("event", "not all were accepted", "bad")

    @override
    def transform_input(
        self,
        ctx: inngest.Context | inngest.ContextSync,
        function: inngest.Function[Any],  # Any: of whatever result
        steps: inngest.StepMemos,
    ) -> None:
        name = function.id.removeprefix(f"{self.client.app_id}-")
        self._attempt = ctx.attempt
        _sending.set(self._recorder.called(ctx, name))

    @override
    def transform_output(self, result: inngest.TransformOutputResult) -> None:
        run = _sending.get()
        _sending.set(None)
        if run:
            self._recorder.answered(run, self._attempt, result)


# A synchronous function runs from its begin to its end in one thread, and so does what it sends.
_sending: Final = ContextVar[Run | None]("_sending", default=None)


def _several(name: str, count: int) -> str:
    return f"{count} of {name}" if count > 1 else name
