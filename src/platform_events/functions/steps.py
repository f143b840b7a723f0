"""Typed steps inside a function: send events, wait for one, invoke another function.

Each is the SDK's step of the same kind, memoized and retried like it, and takes the function's
``ctx.step`` first. In an asynchronous function, await it. For other steps there is the SDK's
``ctx.step.run``, which gives what its handler declares to return.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar, cast, overload

import inngest

from ..errors import InvalidEventError
from ..events._encoding import describe_type
from ..events._hidden import Hidden
from ..events._trace_context import MEMBER
from ..events.event import Event
from ._call_report import observation
from ._expression_checks import check_expression
from ._final_error import FinalError
from ._run import context_of
from ._shapes import EventKinds
from .event_function import EventFunction
from .triggers import E

R = TypeVar("R")
T = TypeVar("T")

Invocable: TypeAlias = (
    EventFunction[inngest.Context, T, Coroutine[Any, Any, R]]  # Any: as every coroutine has
    | EventFunction[inngest.Context, T, Awaitable[R]]
    | EventFunction[inngest.ContextSync, T, R]
)
"""A function of either kind that takes T and returns R."""


@overload
def send_events_step(
    step: inngest.Step, step_id: str, events: Iterable[Event | inngest.Event]
) -> Coroutine[Any, Any, list[str]]: ...  # Any: as every coroutine has
@overload
def send_events_step(
    step: inngest.StepSync, step_id: str, events: Iterable[Event | inngest.Event]
) -> list[str]: ...
def send_events_step(
    step: inngest.Step | inngest.StepSync, step_id: str, events: Iterable[Event | inngest.Event]
) -> Coroutine[Any, Any, list[str]] | list[str]:  # Any: as every coroutine has
    """Send events once: when the function is called again, the step gives the ids it got.

    A step that fails is tried again as a whole. Where a second run of what the events start would
    do harm, give them an id: ``event.to_inngest(id=...)``.

    Args:
        step: ``ctx.step``.
        step_id: The id of the step, unique within the function.
        events: Instances of event classes, or what ``to_inngest`` gives.

    Returns:
        The ids that the server gave the events, in order; to be awaited in an asynchronous
        function.

    Example:
        >>> @create_function(fn_id="score", trigger=WorkoutLogged)
        ... async def score(ctx: inngest.Context, event: WorkoutLogged) -> list[str]:
        ...     wanted = ScoringCalculate(
        ...         member_id=event.member_id,
        ...         gym_id=event.gym_id,
        ...         score="progress",
        ...         reason="workout-logged",
        ...     )
        ...     return await send_events_step(ctx.step, "want-score", [wanted])
    """
    return step.send_event(
        step_id, [event.to_inngest() if isinstance(event, Event) else event for event in events]
    )


@overload
def wait_for_event(
    step: inngest.Step,
    step_id: str,
    *,
    event: type[E],
    if_exp: str | None = None,
    timeout: int | timedelta,
) -> Coroutine[Any, Any, E | None]: ...  # Any: as every coroutine has
@overload
def wait_for_event(
    step: inngest.StepSync,
    step_id: str,
    *,
    event: type[E],
    if_exp: str | None = None,
    timeout: int | timedelta,
) -> E | None: ...
def wait_for_event(
    step: inngest.Step | inngest.StepSync,
    step_id: str,
    *,
    event: type[E],
    if_exp: str | None = None,
    timeout: int | timedelta,
) -> Coroutine[Any, Any, E | None] | E | None:  # Any: as every coroutine has
    """Wait until an event of a class arrives.

    Args:
        step: ``ctx.step``.
        step_id: The id of the step, unique within the function.
        event: The class of the event.
        if_exp: A CEL expression over ``event``, which started the run, and ``async``, which
            arrived, such as ``"async.data.member_id == event.data.member_id"``. None: any event
            of the class.
        timeout: How long to wait, in milliseconds or as a ``timedelta``, in whole seconds.

    Returns:
        The event, or None when none arrived in time; to be awaited in an asynchronous function.

    Raises:
        NonRetriableError: The event arrived, and its data breaks the schema; the error names the
            fields and the rules.
        FunctionDefinitionError: ``if_exp`` is not CEL, names a field that no such event has, or
            compares one with a value that it never has. In a run it ends the run, without retries.

    Example:
        >>> @create_function(fn_id="follow-up", trigger=ChurnRiskDetected)
        ... def follow_up(ctx: inngest.ContextSync, event: ChurnRiskDetected) -> str:
        ...     workout = wait_for_event(
        ...         ctx.step,
        ...         "wait-for-workout",
        ...         event=WorkoutLogged,
        ...         if_exp="async.data.member_id == event.data.member_id",
        ...         timeout=timedelta(days=7),
        ...     )
        ...     return "call the member" if workout is None else "back in training"
    """
    started_by, arrived = context_of(step).event, EventKinds((event,))
    check_expression("if_exp", if_exp, event=started_by, arrived=arrived)
    if isinstance(step, inngest.StepSync):
        return _read(
            event,
            Hidden(
                step.wait_for_event(step_id, event=event.event_name, if_exp=if_exp, timeout=timeout)
            ),
        )

    async def wait() -> E | None:
        hidden = Hidden(
            await step.wait_for_event(
                step_id, event=event.event_name, if_exp=if_exp, timeout=timeout
            )
        )
        return _read(event, hidden)

    return wait()


@overload
def invoke_function(
    step: inngest.Step,
    step_id: str,
    *,
    function: Invocable[E, R],
    event: E,
    timeout: int | timedelta | None = None,
) -> Coroutine[Any, Any, R]: ...  # Any: as every coroutine has
@overload
def invoke_function(
    step: inngest.Step,
    step_id: str,
    *,
    function: Invocable[inngest.Event, R],
    event: inngest.Event | None = None,
    timeout: int | timedelta | None = None,
) -> Coroutine[Any, Any, R]: ...  # Any: as every coroutine has
@overload
def invoke_function(
    step: inngest.StepSync,
    step_id: str,
    *,
    function: Invocable[E, R],
    event: E,
    timeout: int | timedelta | None = None,
) -> R: ...
@overload
def invoke_function(
    step: inngest.StepSync,
    step_id: str,
    *,
    function: Invocable[inngest.Event, R],
    event: inngest.Event | None = None,
    timeout: int | timedelta | None = None,
) -> R: ...
def invoke_function(
    step: inngest.Step | inngest.StepSync,
    step_id: str,
    *,
    function: Invocable[Any, R],  # Any: the overloads say of what
    event: Event | inngest.Event | None = None,
    timeout: int | timedelta | None = None,
) -> Coroutine[Any, Any, R] | R:  # Any: as every coroutine has
    """Run another function of the same app, and wait for its result.

    Args:
        step: ``ctx.step``.
        step_id: The id of the step, unique within the function.
        function: What to run. Either function may be asynchronous or not.
        event: What it gets. No event is sent, so nothing else is started. A scheduled function
            needs none, and a function of the SDK's triggers takes an event of the SDK's.
        timeout: How long to wait, in milliseconds or as a ``timedelta``, in whole seconds; None: a
            year.

    Returns:
        What the function returned, of the type that it declares; of JSON types a tuple has become a
        list. To be awaited in an asynchronous function.

    Raises:
        StepError: The function failed for good, or the time is over.
        NonRetriableError: What it returned is not of the type that it declares.
        TypeError: ``event`` is not an event.

    Example:
        >>> @create_function(fn_id="recalculate", trigger=ScoringCalculate)
        ... def recalculate(ctx: inngest.ContextSync, event: ScoringCalculate) -> float:
        ...     return 71.5
        >>> @create_function(fn_id="on-workout", trigger=WorkoutLogged)
        ... async def on_workout(ctx: inngest.Context, event: WorkoutLogged) -> float:
        ...     wanted = ScoringCalculate(
        ...         member_id=event.member_id,
        ...         gym_id=event.gym_id,
        ...         score="progress",
        ...         reason="workout-logged",
        ...     )
        ...     return await invoke_function(
        ...         ctx.step, "recalculate", function=recalculate, event=wanted
        ...     )
    """
    result = function.result_of(f"step {step_id!a}", context_of(step).serializer)
    data = _add_context(_data_of(event))
    del event
    if isinstance(step, inngest.StepSync):
        found: Hidden[object] = Hidden(
            step.invoke_by_id(step_id, function_id=function.fn_id, data=data.value, timeout=timeout)
        )
        return cast("R", result.decode(found))

    async def invoke() -> R:
        found: Hidden[object] = Hidden(
            await step.invoke_by_id(
                step_id, function_id=function.fn_id, data=data.value, timeout=timeout
            )
        )
        return cast("R", result.decode(found))

    return invoke()


def _data_of(event: object) -> Hidden[Mapping[str, object] | None]:
    match event:
        case None:
            return Hidden(None)
        case Event():
            return Hidden(event.to_data())
        case inngest.Event():
            return Hidden(event.data)
        case _:
            message = f"{describe_type(event)} is not an event: pass an instance of an event class"
    raise TypeError(message)


def _add_context(data: Hidden[Mapping[str, object] | None]) -> Hidden[Mapping[str, object] | None]:
    """Add the context of the call that invokes, unless an event brings that of its sender."""
    observer, members = observation.observer, Hidden(data.value or {})
    carrier = None if observer is None else observer.context_of_call()
    if not carrier or MEMBER in members.value:
        return data
    return Hidden({**members.value, MEMBER: carrier})


def _read(kind: type[E], found: Hidden[inngest.Event | None]) -> E | None:
    try:
        return None if found.value is None else kind.from_inngest(found.value)
    except InvalidEventError as error:
        message = str(error)
    # Raised out here, as the other error is not part of what is reported.
    raise FinalError(message)
