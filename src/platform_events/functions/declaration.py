"""Typed background functions: ``@create_function(fn_id=..., trigger=WorkoutLogged)``.

A function is declared without a client and bound to it when it is served. Its handler gets the
event as an instance of its class; data that breaks the schema fails the run at once, without
retries, because the same data will break it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar, overload

import inngest
from pydantic import BaseModel
from typing_extensions import Unpack

from ..events.event import Event
from ._definition import Definition
from .event_function import EventFunction
from .options import FunctionOptions, OnFailure, OnInvalid
from .triggers import E, On, SdkTrigger, Trigger

E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
E4 = TypeVar("E4", bound=Event)
T = TypeVar("T")
Output = TypeVar("Output", bound=inngest.JSON | BaseModel)


class _Declare(Protocol[T]):
    """What ``create_function`` returns; T is what the handler gets beside the context."""

    # Any: of a coroutine nothing but its result matters here.
    @overload
    def __call__(
        self, handler: Callable[[inngest.Context, T], Coroutine[Any, Any, Output]], /
    ) -> EventFunction[inngest.Context, T, Coroutine[Any, Any, Output]]: ...
    @overload
    def __call__(
        self, handler: Callable[[inngest.Context, T], Awaitable[Output]], /
    ) -> EventFunction[inngest.Context, T, Awaitable[Output]]: ...
    @overload
    def __call__(
        self, handler: Callable[[inngest.ContextSync, T], Output], /
    ) -> EventFunction[inngest.ContextSync, T, Output]: ...


@overload
def create_function(
    *,
    fn_id: str,
    trigger: Trigger[E],
    batch_events: None = None,
    on_failure: OnFailure[E] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2]],
    batch_events: None = None,
    on_failure: OnFailure[E | E2] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | E2]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2], Trigger[E3]],
    batch_events: None = None,
    on_failure: OnFailure[E | E2 | E3] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | E2 | E3]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2], Trigger[E3], Trigger[E4]],
    batch_events: None = None,
    on_failure: OnFailure[E | E2 | E3 | E4] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | E2 | E3 | E4]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: Sequence[type[E]] | Sequence[On[E]],
    batch_events: None = None,
    on_failure: OnFailure[E] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: SdkTrigger | Sequence[SdkTrigger],
    batch_events: None = None,
    on_failure: OnFailure[inngest.Event] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[inngest.Event]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], SdkTrigger],
    batch_events: None = None,
    on_failure: OnFailure[E | inngest.Event] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | inngest.Event]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: Trigger[E],
    batch_events: inngest.Batch,
    on_failure: OnFailure[E] | None = None,
    on_invalid: OnInvalid | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[E]]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2]],
    batch_events: inngest.Batch,
    on_failure: OnFailure[E | E2] | None = None,
    on_invalid: OnInvalid | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[E | E2]]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: Sequence[type[E]] | Sequence[On[E]],
    batch_events: inngest.Batch,
    on_failure: OnFailure[E] | None = None,
    on_invalid: OnInvalid | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[E]]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: inngest.TriggerEvent | Sequence[inngest.TriggerEvent],
    batch_events: inngest.Batch,
    on_failure: OnFailure[inngest.Event] | None = None,
    on_invalid: OnInvalid | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[inngest.Event]]: ...
def create_function(
    *,
    fn_id: str,
    trigger: object,
    batch_events: inngest.Batch | None = None,
    on_failure: OnFailure[Any] | None = None,  # Any: the overloads say of what
    on_invalid: OnInvalid | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[Any]:  # Any: the overloads say of what
    """Declare a function that Inngest runs when an event arrives.

    Args:
        fn_id: Its id within the app: letters, digits, dots, hyphens and underscores. Another id
            is another function to Inngest.
        trigger: What starts it. An event class, or ``On(Class, expression=...)``: the handler
            gets an instance of the class. A tuple of up to four of these: an instance of one of
            them. The SDK's ``TriggerCron`` or ``TriggerEvent``: the SDK's event. A class and one
            of the SDK's: either. For more classes, a tuple that is declared as
            ``tuple[type[A | B], ...]``; 10 at most.
        batch_events: Collects events, of which the handler gets a list. ``max_size`` is 2 at least
            and ``timeout`` a second. Excludes ``cancel``, ``debounce``, ``priority`` and
            ``singleton``.
        on_failure: ``(ctx, failure)``, called when a run has failed for good; see
            :class:`Failure`. Asynchronous if the handler is.
        on_invalid: ``(ctx, invalid)``, called before the handler with those events of a batch whose
            data breaks the schema, as :class:`InvalidEvent`; the handler then gets the others. Like
            the handler it is called again after each step, so do what it does in steps. If no event
            is valid, the run fails after it. Absent: one invalid event fails the run, and
            nothing of its batch is handled. Asynchronous if the handler is.
        **options: The SDK's, with the SDK's meanings; see :class:`FunctionOptions`. Durations
            are milliseconds or a ``timedelta``, in whole seconds.

    Returns:
        A decorator of the handler ``(ctx, event)``. What the handler returns must be JSON, or a
        pydantic model such as an event. An asynchronous handler gets ``inngest.Context``, another
        one ``inngest.ContextSync``.

    Raises:
        FunctionDefinitionError: The function cannot be declared like that: an option is unknown, of
            the wrong type or not allowed, a schedule never fires, or an expression is not CEL or
            names a field that no event has. When decorating, too: some of the handlers are
            asynchronous and some are not, or one does not take two arguments.

    Example:
        >>> @create_function(fn_id="recalculate-score", trigger=ScoringCalculate, retries=3)
        ... async def recalculate(ctx: inngest.Context, event: ScoringCalculate) -> float:
        ...     async def measure() -> float:
        ...         return 71.5
        ...     return await ctx.step.run("measure", measure)
    """
    definition = Definition.check(fn_id, trigger, batch_events, on_failure, on_invalid, options)

    def declare(handler: Any) -> EventFunction[Any, Any, Any]:  # Any: as above
        return EventFunction(handler, definition)

    return declare
