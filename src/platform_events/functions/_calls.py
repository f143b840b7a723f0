"""How Inngest's calls of a function reach its handlers.

No frame here holds what shows an event: error reporters take the locals of frames along.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import inngest

from ..errors import FunctionDefinitionError, InvalidEventError
from ..events._hidden import Hidden
from ._call_report import Call, CallReport, FunctionId
from ._callables import is_async
from ._final_error import FinalError
from ._results import Result
from ._run import RunContext, prepare_steps
from .failures import Failure, InvalidEvent
from .options import OnInvalid
from .triggers import Triggers

Handler: TypeAlias = Callable[[Any, Any], Any]  # Any: of whatever events and results
_Context: TypeAlias = inngest.Context | inngest.ContextSync
Read: TypeAlias = Callable[[Hidden[_Context]], "Started"]
"""Reads what started a run."""


@dataclass(frozen=True, slots=True)
class Started:
    """What started a run, as its handler gets it."""

    argument: Hidden[object]
    invalid: list[InvalidEvent]
    is_empty: bool = False  # nothing is left to be handled
    ends_run: bool = False  # nothing handles what is invalid

    def refuse(self) -> inngest.NonRetriableError:
        """Make the error of a run that cannot go on: the same data would break it again."""
        problems = [problem for one in self.invalid for problem in one.error.problems]
        return FinalError(str(InvalidEventError(self.invalid[0].error.event, problems)))


def reader_of_one(triggers: Triggers) -> Read:
    def read(ctx: Hidden[_Context]) -> Started:
        event = Hidden(ctx.value.event)
        try:
            return Started(Hidden(triggers.read(event.value)), [])
        except InvalidEventError as error:
            return Started(Hidden(None), [InvalidEvent(event.value, error)], ends_run=True)

    return read


def reader_of_batch(triggers: Triggers, *, may_be_invalid: bool) -> Read:
    def read(ctx: Hidden[_Context]) -> Started:
        valid, invalid = triggers.read_all(ctx.value.events)
        hidden = Hidden[object](valid)
        del valid
        ends_run = bool(invalid) and not may_be_invalid
        return Started(hidden, invalid, is_empty=not hidden.value, ends_run=ends_run)

    return read


def reader_of_failure(triggers: Triggers) -> Read:
    def read(ctx: Hidden[_Context]) -> Started:
        return Started(Hidden(Failure[object].of(ctx.value.event.data, triggers.read)), [])

    return read


def adapt(
    handler: Handler,
    read: Read,
    result: Result,
    context: RunContext,
    function: FunctionId,
    on_invalid: OnInvalid | None = None,
) -> Callable[[Any], Any]:  # Any: a handler of the SDK's, of either kind
    """Make a handler of the SDK's out of one that takes what started the run."""
    # Any: it is of the same kind as the handler.
    tell: Any = on_invalid

    async def call_async(ctx: inngest.Context) -> object:
        hidden = Hidden(ctx)
        del ctx
        report = CallReport(_call(hidden, function))
        with report:
            try:
                prepare_steps(hidden.value.step, context, report.call)
                started = _checked(read(hidden), report)
                if started.invalid:
                    await _settle(Hidden(tell(hidden.value, started.invalid)))
                if started.is_empty:
                    raise started.refuse()
                found = Hidden(handler(hidden.value, started.argument.value))
                return result.encode(await _settle(found))
            except FunctionDefinitionError as error:
                problem = str(error)
            raise FinalError(problem)  # else the run would be repeated with the same wrong code

    def call(ctx: inngest.ContextSync) -> object:
        hidden = Hidden(ctx)
        del ctx
        report = CallReport(_call(hidden, function))
        with report:
            try:
                prepare_steps(hidden.value.step, context, report.call)
                started = _checked(read(hidden), report)
                if started.invalid:
                    tell(hidden.value, started.invalid)
                if started.is_empty:
                    raise started.refuse()
                found = Hidden(handler(hidden.value, started.argument.value))
                _refuse_awaitable(found)
                return result.encode(found)
            except FunctionDefinitionError as error:
                problem = str(error)
            raise FinalError(problem)  # as above

    return call_async if is_async(handler) else call


def _call(ctx: Hidden[Any], function: FunctionId) -> Call:  # Any: a context of either kind
    events = Hidden(ctx.value.events or [ctx.value.event])
    return Call(function, ctx.value.run_id, ctx.value.attempt, events)


def _checked(started: Started, report: CallReport) -> Started:
    """Report what is invalid; end the run if nothing handles that."""
    if started.invalid:
        ends_run = started.ends_run or started.is_empty
        report.report_invalid(started.invalid, ends_run=ends_run)
    if started.ends_run:
        raise started.refuse()
    return started


async def _settle(found: Hidden[Any]) -> Hidden[object]:  # Any: what a handler gives
    """Await what a handler gave, if it is to be awaited."""
    return Hidden(await found.value) if inspect.isawaitable(found.value) else found


def _refuse_awaitable(found: Hidden[Any]) -> None:  # Any: as above
    if not inspect.isawaitable(found.value):
        return
    if inspect.iscoroutine(found.value):
        found.value.close()  # else Python warns that nobody awaited it
    raise FinalError(
        "the handler returned a coroutine and is not `async def`: declare it `async def`, or use "
        "functools.wraps in its decorator"
    )


def check_handler(handler: object, role: str) -> None:
    """Refuse what cannot be called with a context and what started the run."""
    if not callable(handler):
        raise FunctionDefinitionError(f"{role} is not callable")
    try:
        inspect.signature(handler).bind(None, None)
    except TypeError:
        raise FunctionDefinitionError(
            f"{role} must take two arguments: the context and the event (or the failure)"
        ) from None
    except ValueError:  # nobody knows what it takes
        pass
    if inspect.isasyncgenfunction(handler) or inspect.isgeneratorfunction(handler):
        raise FunctionDefinitionError(f"{role} is a generator: return a value instead")
