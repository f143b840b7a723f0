"""Prepares the steps of a run: what they return is typed, and they know what started the run."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import inngest

from ..events._hidden import Hidden
from ._call_report import Call, report_step
from ._results import Result
from ._shapes import EventKinds

_ATTRIBUTE: Final = "_platform_events_run"
_INFERRED: Final = object()


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the steps of a run need to know of it."""

    event: EventKinds
    serializer: inngest.Serializer | None = None


def context_of(step: object) -> RunContext:
    """Find the context of a run by its steps; outside of a run, nothing is known."""
    found: object = getattr(step, _ATTRIBUTE, None)
    return found if isinstance(found, RunContext) else RunContext(EventKinds(others=True))


def prepare_steps(step: inngest.Step | inngest.StepSync, context: RunContext, call: Call) -> None:
    """Let ``step.run`` give what its handlers declare to return, and steps know of the run."""
    setattr(step, _ATTRIBUTE, context)
    prepare = _typed_run_sync if isinstance(step, inngest.StepSync) else _typed_run
    # The SDK calls it by this name as well, when it sends events.
    setattr(step, "run", prepare(step.run, context, call))  # noqa: B010  # no type checker takes it


# Any: what a step's handler takes and gives is its own affair.
def _typed_run(
    run: Callable[..., Awaitable[Any]], context: RunContext, reported: Call
) -> Callable[..., Any]:
    async def typed_run(
        step_id: str, handler: Callable[..., Any], *args: object, output_type: object = _INFERRED
    ) -> object:
        call = Hidden(functools.partial(handler, *args))
        del args
        result = _result(step_id, call.value, output_type, context)

        async def encoded() -> object:
            with report_step(reported, step_id):
                value: Hidden[object] = Hidden(call.value())
                if inspect.isawaitable(value.value):
                    value = Hidden(await value.value)
                return result.encode_step(value)

        return result.decode(Hidden(await run(step_id, encoded)))

    return typed_run


def _typed_run_sync(
    run: Callable[..., Any], context: RunContext, reported: Call
) -> Callable[..., Any]:
    def typed_run(
        step_id: str, handler: Callable[..., Any], *args: object, output_type: object = _INFERRED
    ) -> object:
        call = Hidden(functools.partial(handler, *args))
        del args
        result = _result(step_id, call.value, output_type, context)

        def encoded() -> object:
            with report_step(reported, step_id):
                return result.encode_step(Hidden(call.value()))

        return result.decode(Hidden(run(step_id, encoded)))

    return typed_run


def _result(step_id: str, handler: object, output_type: object, context: RunContext) -> Result:
    subject = f"step {step_id!a}"
    if output_type is _INFERRED:
        return Result.of(subject, handler, context.serializer)
    return Result(subject, output_type, context.serializer)
