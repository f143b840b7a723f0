"""The state machine of a run: fed with what happened, it says what is to be done next.

It does no input or output, and knows no clock. Source of its rules: inngest/inngest:
pkg/execution/executor/executor.go
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from .calls import Answer
from .commands import DISCOVER, Call, Command, Infer, from_op, options
from .event_api import EventJson, ReceivedEvent
from .expressions import ExpressionError
from .functions import Function
from .go_json import Json
from .inference import answer_of, infer
from .step_state import Step, failed, step_name, step_of

_PLANS: Final = frozenset({"StepPlanned", "Sleep", "WaitForEvent", "InvokeFunction", "AIGateway"})


class Status(StrEnum):
    """How far a run has come, in the words of Inngest's API."""

    SCHEDULED = "Scheduled"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


class Run:
    """One run of a function.

    Attributes:
        id: A ULID.
        function: What runs.
        accepted: The events that started it: one, or a batch.
        status: How far it has come.
        final_answer: What the app answered last: what the function returned, or of a failed run
            its error.
        error: Why it failed: ``error``, ``name``, ``message``, perhaps ``stack``.
        began: Whether the app was called for it.
        ended_at: When it ended, in seconds since 1970.
    """

    def __init__(
        self,
        run_id: str,
        function: Function,
        accepted: Sequence[ReceivedEvent],
        backoff: Callable[[int], float],
        *,
        plans: bool = False,
    ) -> None:
        self.id = run_id
        self.function = function
        self.accepted: tuple[ReceivedEvent, ...] = tuple(accepted)
        self.status: Status = Status.SCHEDULED
        self.final_answer: Json = None
        self.error: dict[str, Json] | None = None
        self.began: bool = False
        self.ended_at: float | None = None
        self._backoff = backoff
        self._version = -1
        self._plans = plans
        self._planning = False
        self._names: dict[str, str] = {}
        self._memos: dict[str, Json] = {}
        self._pending: set[str] = set()
        self._seen: set[str] = set()
        self._racing: set[str] = set()

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.function.id} {self.status}>"

    @property
    def output(self) -> Json:
        """What the function returned; None before the run has ended.

        Raises:
            AssertionError: The run failed or was cancelled; the message is that of its error.
        """
        __tracebackhide__ = True
        if self.error is not None:
            what = "was cancelled" if self.status is Status.CANCELLED else "failed"
            name, message = self.error.get("name"), self.error.get("message")
            raise AssertionError(f"the run {what}: {name}: {message} (run.error holds the rest)")
        return self.final_answer

    @property
    def function_id(self) -> str:
        """``<app id>-<function id>``."""
        return self.function.id

    @property
    def event_id(self) -> str:
        """The internal id of the event that started it; of a batch, the first."""
        return self.accepted[0].internal_id

    @property
    def event(self) -> EventJson:
        """The event that started it; of a batch, the first."""
        return self.accepted[0].event

    @property
    def events(self) -> tuple[EventJson, ...]:
        """The events that started it."""
        return tuple(one.event for one in self.accepted)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that have finished, in the order in which they did."""
        return tuple(step_of(self._names[key], memo) for key, memo in self._memos.items())

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status not in {Status.SCHEDULED, Status.RUNNING}

    def step_name(self, step_id: str) -> str:
        """Give the id of a step as the function's author wrote it, by its hashed id."""
        return self._names.get(step_id, "")

    def start(self) -> list[Command]:
        """Ask for the first call."""
        return [Call()]

    def begin(self) -> None:
        """Note that the app is called."""
        self.began, self.status = True, Status.RUNNING

    def context(self, call: Call, **ids: Json) -> dict[str, Json]:
        """Make the body of a call."""
        # inngest/inngest: pkg/execution/driver/request.go
        return {
            "ctx": {
                "attempt": call.attempt,
                "disable_immediate_execution": self._plans or self._planning,
                "env": "",
                "fn_id": self.function.uuid,
                "max_attempts": self.function.max_attempts,
                "qi_id": "",
                "run_id": self.id,
                "stack": {"current": len(self._memos), "stack": list(self._memos)},
                "step_id": DISCOVER,
                "use_api": False,
                **ids,
            },
            "defers": {},
            "event": self.event,
            "events": list(self.events),
            "steps": dict(self._memos),
            "use_api": False,
            "version": self._version,
        }

    def answered(self, call: Call, answer: Answer) -> list[Command]:
        """Take the answer to a call; tell what to do next."""
        if self.ended:
            return []
        if answer.failure:
            retry = self._retry(call, answer)
            return retry or self._end(Status.FAILED, output=answer.body, error=answer.error())
        if answer.ops is None:
            return self._end(Status.COMPLETED, output=answer.body)
        return self._report(call, answer, answer.ops)

    def checkpoint(self, ops: Sequence[Mapping[str, Json]]) -> None:
        """Keep the steps of a call that goes on."""
        # inngest/inngest: pkg/api/apiv1/checkpoint.go
        for op in ops:
            step_id = str(op.get("id"))
            self._names.setdefault(step_id, step_name(op))
            self._memos.setdefault(step_id, _memo_of(op))

    def resume(self, step_id: str, memo: Json) -> list[Command]:
        """Finish a step that slept, waited or invoked."""
        return [] if self.ended else self._save(step_id, memo)

    def inferred(self, asked: Infer, status: int, body: str) -> list[Command]:
        """Take what a model answered; the status is 0 if it did not."""
        found, problem = answer_of(status, body)
        if self.ended or not problem:
            return self.resume(asked.step_id, {"data": found})
        # A failure is that of the whole call, which reports the step again.
        retry = self._retry(asked.call, Answer(problem))
        if retry:
            self._seen.discard(asked.step_id)
            return retry
        message = f"Error making AI request: {problem}"
        error: Json = {"name": "AIGatewayError", "message": message}
        return self.resume(asked.step_id, failed({"error": error}))

    def cancel(self) -> list[Command]:
        """End it, unless it has ended; answers that come later change nothing."""
        message = "function cancelled"
        error: dict[str, Json] = {"error": message, "name": "Error", "message": message}
        return [] if self.ended else self._end(Status.CANCELLED, error=error)

    def _retry(self, call: Call, answer: Answer) -> list[Command]:
        if answer.no_retry or call.attempt + 1 >= self.function.max_attempts:
            return []
        wait = answer.retry_after
        delay = self._backoff(call.attempt) if wait is None else wait
        return [replace(call, attempt=call.attempt + 1, delay=delay)]

    def _end(
        self, status: Status, *, output: Json = None, error: dict[str, Json] | None = None
    ) -> list[Command]:
        self.status, self.final_answer, self.error = status, output, error
        return []

    def _report(
        self, call: Call, answer: Answer, ops: Sequence[Mapping[str, Json]]
    ) -> list[Command]:
        if self._version == -1:
            self._version = answer.version
        names = {str(op.get("id")): op for op in ops}
        for step_id, op in names.items():
            self._names.setdefault(step_id, step_name(op))
            if options(op).get("parallelMode") == "race":
                self._racing.add(step_id)
        if len(ops) > 1:
            self._planning = True
            if any(op.get("op") in _PLANS for op in ops):
                self._pending |= names.keys() - self._memos.keys()
        commands: list[Command] = [] if ops else [Call()]
        # Waits go first, so that an event which another step sends cannot be missed.
        for op in sorted(ops, key=lambda op: op.get("op") != "WaitForEvent"):
            commands += self._take(call, answer, op)
        return commands

    def _take(self, call: Call, answer: Answer, op: Mapping[str, Json]) -> list[Command]:
        step_id, kind = str(op.get("id")), op.get("op")
        match kind:
            case "StepRun" | "Step" | "StepFailed":
                return self._save(step_id, _memo_of(op))
            case "StepError":
                return self._retry(call, answer) or self._save(step_id, failed(op))
            case _ if kind in _PLANS:
                if step_id in self._seen:
                    return []
                self._seen.add(step_id)
                is_inference = kind == "AIGateway"
                return [infer(step_id, call, op)] if is_inference else self._begin(step_id, op)
            case "RunComplete":
                return self._end(Status.COMPLETED, output=op.get("data"))
            case _:
                return self._give_up(
                    "Unsupported", f"LocalInngest does not support the step op {kind}"
                )

    def _begin(self, step_id: str, op: Mapping[str, Json]) -> list[Command]:
        try:
            return [from_op(step_id, op)]
        except ExpressionError as error:
            return self._give_up("InvalidExpression", str(error))
        except ValueError as error:
            return self._give_up("Error", f"cannot do the step {self._names[step_id]}: {error}")

    def _give_up(self, name: str, message: str) -> list[Command]:
        return self._end(
            Status.FAILED, error={"error": f"{name}: {message}", "name": name, "message": message}
        )

    def _save(self, step_id: str, memo: Json) -> list[Command]:
        # The first result of a step wins, and one step leads to one call.
        if step_id in self._memos:
            return []
        self._memos[step_id] = memo
        self._pending.discard(step_id)
        if self._pending and step_id not in self._racing:
            return []
        self._planning = False
        return [Call()]


def _memo_of(op: Mapping[str, Json]) -> Json:
    return failed(op) if op.get("op") == "StepFailed" else {"data": op.get("data")}
