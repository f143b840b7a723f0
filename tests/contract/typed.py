"""Typed functions, made of nothing but the SDK's."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeAlias, TypeVar, cast

import inngest

from platform_events import Client, Event, InvalidEventError

E = TypeVar("E", bound=Event)
G = TypeVar("G")

Handler: TypeAlias = (
    Callable[[inngest.ContextSync, G], object] | Callable[[inngest.Context, G], Awaitable[object]]
)
OnFailure: TypeAlias = Callable[[inngest.ContextSync], None]


@dataclass(frozen=True, slots=True)
class On(Generic[E]):
    """A trigger: an event class, and a filter."""

    kind: type[E]
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Unbound:
    """A function before a client has it."""

    bind: Callable[[Client], inngest.Function[Any]]  # Any: its result, which the SDK ignores


def create_function(
    *,
    fn_id: str,
    trigger: On[E] | Sequence[type[E]],
    retries: int | None = None,
    on_failure: OnFailure | None = None,
    cancel: On[Any] | None = None,
    idempotency: str | None = None,
) -> Callable[[Handler[E]], Unbound]:
    """Make a function whose handler gets an event of its class."""
    triggers = [trigger] if isinstance(trigger, On) else [On(kind) for kind in trigger]
    kinds = {one.kind.event_name: one.kind for one in triggers}

    def parse(ctx: inngest.Context | inngest.ContextSync) -> E:
        # An invocation's event has a name of its own.
        return _read(kinds.get(ctx.event.name, triggers[0].kind), ctx.event)

    def decorate(handler: Handler[E]) -> Unbound:
        return Unbound(
            lambda client: client.create_function(
                fn_id=fn_id,
                trigger=[_trigger(one) for one in triggers],
                retries=retries,
                on_failure=on_failure,
                cancel=None
                if cancel is None
                else [inngest.Cancel(event=cancel.kind.event_name, if_exp=cancel.expression)],
                idempotency=idempotency,
            )(_adapt(handler, parse))
        )

    return decorate


def create_batch_function(
    *, fn_id: str, trigger: On[E], batch_events: inngest.Batch
) -> Callable[[Handler[list[E]]], Unbound]:
    """Make a function whose handler gets a list of events of its class."""

    def parse(ctx: inngest.Context | inngest.ContextSync) -> list[E]:
        return [_read(trigger.kind, event) for event in ctx.events]

    def decorate(handler: Handler[list[E]]) -> Unbound:
        return Unbound(
            lambda client: client.create_function(
                fn_id=fn_id, trigger=_trigger(trigger), batch_events=batch_events
            )(_adapt(handler, parse))
        )

    return decorate


def wait_for_event(
    step: inngest.StepSync, step_id: str, on: On[E], *, within: timedelta
) -> E | None:
    """Wait for an event of a class."""
    found = step.wait_for_event(
        step_id, event=on.kind.event_name, if_exp=on.expression, timeout=within
    )
    return None if found is None else on.kind.from_inngest(found)


async def await_for_event(
    step: inngest.Step, step_id: str, on: On[E], *, within: timedelta
) -> E | None:
    """Do the same asynchronously."""
    found = await step.wait_for_event(
        step_id, event=on.kind.event_name, if_exp=on.expression, timeout=within
    )
    return None if found is None else on.kind.from_inngest(found)


def _trigger(on: On[Any]) -> inngest.TriggerEvent:
    return inngest.TriggerEvent(event=on.kind.event_name, expression=on.expression)


def _read(kind: type[E], event: inngest.Event) -> E:
    try:
        return kind.from_data(event.data)
    except InvalidEventError as error:
        raise inngest.NonRetriableError(str(error)) from None


def _adapt(
    handler: Handler[G], parse: Callable[[inngest.Context | inngest.ContextSync], G]
) -> Any:  # Any: the SDK's overloads want to know which of the two it is
    if inspect.iscoroutinefunction(handler):
        asynchronous = cast("Callable[[inngest.Context, G], Awaitable[object]]", handler)

        async def call_async(ctx: inngest.Context) -> object:
            return await asynchronous(ctx, parse(ctx))

        return call_async
    synchronous = cast("Callable[[inngest.ContextSync, G], object]", handler)

    def call(ctx: inngest.ContextSync) -> object:
        return synchronous(ctx, parse(ctx))

    return call
