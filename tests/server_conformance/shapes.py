"""The functions of the suite's app, one for each shape that Inngest knows.

A shape is addressed by the event's ``gym_id``, so that one event class starts any of them.
Those of :data:`SYNC` can be served by any framework.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import inngest

from platform_events import (
    EVENT_TYPES,
    EventFunction,
    Failure,
    On,
    OnFailure,
    PlatformEvent,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    invoke_function,
    send_events_step,
    wait_for_event,
)
from tests.server_conformance.journal import Journal, Log

# Any: functions of every kind.
Functions: TypeAlias = list[EventFunction[Any, Any, Any]]

SHORT: Final = dt.timedelta(seconds=1)
SOON: Final = dt.timedelta(seconds=2)
"""A time to wait for: to retry, to fill a batch."""
LATER: Final = dt.timedelta(seconds=6)
"""Long enough for a test to act before, also on a slow machine."""

MAX_TRIGGERS: Final = 10
SAME_MEMBER: Final = "async.data.member_id == event.data.member_id"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the functions of one app are made with.

    Attributes:
        unique: What makes the addresses of this app its own.
        journal: Where the handlers write.
    """

    unique: str
    journal: Journal = field(default_factory=Journal)

    def address(self, shape: str) -> str:
        """Give the ``gym_id`` of events that start a shape."""
        return f"{shape}-{self.unique}"

    def to(self, shape: str) -> On[ScoringCalculate]:
        """Give the trigger of a shape."""
        return On(ScoringCalculate, expression=f"event.data.gym_id == '{self.address(shape)}'")

    def log(self, shape: str) -> Log:
        """Give where a shape takes its notes."""
        return Log(shape, self.journal.notes)


def catalogue(desk: Desk) -> Functions:
    """Take every event of the catalogue, of whatever gym."""
    log = desk.log("catalogue")

    def taking(
        kinds: Sequence[type[PlatformEvent]], number: int
    ) -> EventFunction[inngest.ContextSync, PlatformEvent, None]:
        @create_function(fn_id=f"catalogue-{number}", trigger=kinds)
        def handler(ctx: inngest.ContextSync, event: PlatformEvent) -> None:
            log.note(ctx, "returned", event)

        return handler

    # A server takes at most so many triggers for one function.
    return [
        taking(EVENT_TYPES[first : first + MAX_TRIGGERS], first)
        for first in range(0, len(EVENT_TYPES), MAX_TRIGGERS)
    ]


def plain(desk: Desk) -> Functions:
    """Return, and no more."""
    log = desk.log("plain")

    @create_function(fn_id="plain", trigger=desk.to("plain"))
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.member_id)

    return [handler]


def steps(desk: Desk) -> Functions:
    """Run steps, one of them sending an event and one with the id of another."""
    log = desk.log("steps")

    @create_function(fn_id="steps", trigger=desk.to("steps"))
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[object]:
        def number(value: int) -> int:
            log.note(ctx, "step", value)
            return value

        first = ctx.step.run("number", number, 1)
        told = calculated(event.member_id, event.gym_id, 72.0)
        [sent] = send_events_step(ctx.step, "tell", [told])
        second = ctx.step.run("number", number, 2)
        return log.result(ctx, [first, sent, second])

    return [handler]


def async_steps(desk: Desk) -> Functions:
    """Do the same asynchronously."""
    log = desk.log("async_steps")

    @create_function(fn_id="async-steps", trigger=desk.to("async_steps"))
    async def handler(ctx: inngest.Context, event: ScoringCalculate) -> list[object]:
        async def number(value: int) -> int:
            log.note(ctx, "step", value)
            return value

        first = await ctx.step.run("number", number, 1)
        told = calculated(event.member_id, event.gym_id, 72.0)
        [sent] = await send_events_step(ctx.step, "tell", [told])
        second = await ctx.step.run("number", number, 2)
        return log.result(ctx, [first, sent, second])

    return [handler]


def parallel(desk: Desk) -> Functions:
    """Run steps in parallel, a sleep among them, and one after them."""
    log = desk.log("parallel")

    @create_function(fn_id="parallel", trigger=desk.to("parallel"))
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> list[object]:
        def number(value: int) -> int:
            log.note(ctx, "step", value)
            return value

        together = ctx.group.parallel(
            (
                lambda: ctx.step.run("one", number, 1),
                lambda: ctx.step.run("two", number, 2),
                lambda: ctx.step.sleep("nap", SHORT),
            )
        )
        return log.result(ctx, [*together, ctx.step.run("three", number, 3)])

    return [handler]


def async_parallel(desk: Desk) -> Functions:
    """Do the same asynchronously."""
    log = desk.log("async_parallel")

    @create_function(fn_id="async-parallel", trigger=desk.to("async_parallel"))
    async def handler(ctx: inngest.Context, _: ScoringCalculate) -> list[object]:
        async def number(value: int) -> int:
            log.note(ctx, "step", value)
            return value

        together = await ctx.group.parallel(
            (
                lambda: ctx.step.run("one", number, 1),
                lambda: ctx.step.run("two", number, 2),
                lambda: ctx.step.sleep("nap", SHORT),
            )
        )
        return log.result(ctx, [*together, await ctx.step.run("three", number, 3)])

    return [handler]


def failing_step(desk: Desk) -> Functions:
    """Have a step that fails in each attempt, and catch that."""
    log = desk.log("failing_step")

    @create_function(fn_id="failing-step", trigger=desk.to("failing_step"), retries=1)
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> list[str]:
        def fail() -> None:
            log.note(ctx, "failed")
            raise ValueError(f"attempt {ctx.attempt}")

        try:
            ctx.step.run("fail", fail)
        except inngest.StepError as error:
            return log.result(ctx, [error.name, error.message])
        return []

    return [handler]


def uncaught_step(desk: Desk) -> Functions:
    """Have a step that fails in each attempt, and do not catch that."""
    log = desk.log("uncaught_step")

    @create_function(
        fn_id="uncaught-step",
        trigger=desk.to("uncaught_step"),
        retries=0,
        on_failure=_on_failure(desk, "uncaught_step"),
    )
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> None:
        def fail() -> None:
            log.note(ctx, "failed")
            raise ValueError("no")

        ctx.step.run("fail", fail)

    return [handler]


def recovering_step(desk: Desk) -> Functions:
    """Have a step that says when to try it again, and then succeeds."""
    log = desk.log("recovering_step")

    @create_function(fn_id="recovering-step", trigger=desk.to("recovering_step"), retries=1)
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> int:
        def recover() -> int:
            if ctx.attempt == 0:
                log.note(ctx, "failed")
                raise inngest.RetryAfterError("later", SOON)
            return ctx.attempt

        return log.result(ctx, ctx.step.run("recover", recover))

    return [handler]


def recovering(desk: Desk) -> Functions:
    """Run a step, then fail once."""
    log = desk.log("recovering")

    @create_function(fn_id="recovering", trigger=desk.to("recovering"), retries=2)
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> int:
        ctx.step.run("before", lambda: log.note(ctx, "step"))
        if ctx.attempt == 0:
            log.note(ctx, "failed")
            raise ValueError("once")
        return log.result(ctx, ctx.attempt)

    return [handler]


def broken(desk: Desk) -> Functions:
    """Fail in each attempt."""
    log = desk.log("broken")

    @create_function(
        fn_id="broken",
        trigger=desk.to("broken"),
        retries=1,
        on_failure=_on_failure(desk, "broken"),
    )
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> None:
        log.note(ctx, "failed")
        raise ValueError(f"attempt {ctx.attempt}")

    return [handler]


def final(desk: Desk) -> Functions:
    """Fail in a way that no retry mends."""
    log = desk.log("final")

    @create_function(
        fn_id="final", trigger=desk.to("final"), retries=3, on_failure=_on_failure(desk, "final")
    )
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> None:
        log.note(ctx, "failed")
        raise inngest.NonRetriableError("never")

    return [handler]


def strict(desk: Desk) -> Functions:
    """Get events that are not valid."""
    log = desk.log("strict")

    @create_function(
        fn_id="strict",
        trigger=desk.to("strict"),
        retries=3,
        on_failure=_on_failure(desk, "strict"),
    )
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> None:
        log.note(ctx, "returned")

    return [handler]


def sleeping(desk: Desk) -> Functions:
    """Sleep for a while."""
    log = desk.log("sleeping")

    @create_function(fn_id="sleeping", trigger=desk.to("sleeping"))
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> str:
        ctx.step.run("before", lambda: log.note(ctx, "step"))
        ctx.step.sleep("nap", SHORT)
        ctx.step.sleep_until("nap until", dt.datetime.now(dt.UTC) + SOON)
        return log.result(ctx, "awake")

    return [handler]


def waiting(desk: Desk) -> Functions:
    """Wait for an event of the same member."""
    log = desk.log("waiting")

    @create_function(fn_id="waiting", trigger=desk.to("waiting"))
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> float | None:
        ctx.step.run("before", lambda: log.note(ctx, "waits"))
        found = wait_for_event(
            ctx.step, "wait", event=ScoringCalculated, if_exp=SAME_MEMBER, timeout=LATER
        )
        log.note(ctx, "returned", found)
        return None if found is None else found.value

    return [handler]


def async_waiting(desk: Desk) -> Functions:
    """Do the same asynchronously."""
    log = desk.log("async_waiting")

    @create_function(fn_id="async-waiting", trigger=desk.to("async_waiting"))
    async def handler(ctx: inngest.Context, _: ScoringCalculate) -> float | None:
        async def before() -> None:
            log.note(ctx, "waits")

        await ctx.step.run("before", before)
        found = await wait_for_event(
            ctx.step, "wait", event=ScoringCalculated, if_exp=SAME_MEMBER, timeout=LATER
        )
        log.note(ctx, "returned", found)
        return None if found is None else found.value

    return [handler]


def invoking(desk: Desk) -> Functions:
    """Invoke another function, which fails if it is told to."""
    log = desk.log("invoking")

    @create_function(fn_id="child", trigger=desk.to("child"))
    def child(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[str]:
        if event.reason == "correction":
            raise inngest.NonRetriableError("no child")
        return [ctx.event.name, event.member_id]

    @create_function(fn_id="invoking", trigger=desk.to("invoking"))
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str | list[str]:
        try:
            found = invoke_function(ctx.step, "call", function=child, event=event)
        except inngest.StepError as error:
            return log.result(ctx, error.message)
        return log.result(ctx, found)

    return [child, handler]


def cancelled(desk: Desk) -> Functions:
    """Sleep, and be cancelled by an event of the same member."""
    log = desk.log("cancelled")

    @create_function(
        fn_id="cancelled",
        trigger=desk.to("cancelled"),
        cancel=On(ScoringCalculated, SAME_MEMBER),
    )
    def handler(ctx: inngest.ContextSync, _: ScoringCalculate) -> str:
        ctx.step.run("before", lambda: log.note(ctx, "step"))
        ctx.step.sleep("nap", LATER)
        return log.result(ctx, "not cancelled")

    return [handler]


def batched(desk: Desk) -> Functions:
    """Take three events at once, or what came within two seconds."""
    log = desk.log("batched")

    @create_function(
        fn_id="batched",
        trigger=desk.to("batched"),
        batch_events=inngest.Batch(max_size=3, timeout=SOON),
    )
    def handler(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> list[str]:
        return log.result(ctx, [event.member_id for event in events])

    return [handler]


def filtered(desk: Desk) -> Functions:
    """Take high scores alone."""
    log = desk.log("filtered")
    mine = f"event.data.gym_id == '{desk.address('filtered')}'"

    @create_function(
        fn_id="filtered",
        trigger=On(ScoringCalculated, expression=f"{mine} && event.data.value > 50"),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculated) -> float:
        return log.result(ctx, event.value)

    return [handler]


def once(desk: Desk) -> Functions:
    """Run once a day for each member."""
    log = desk.log("once")

    @create_function(fn_id="once", trigger=desk.to("once"), idempotency="event.data.member_id")
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.member_id)

    return [handler]


SYNC: Final[tuple[Callable[[Desk], Functions], ...]] = (
    catalogue,
    plain,
    steps,
    parallel,
    failing_step,
    uncaught_step,
    recovering_step,
    recovering,
    broken,
    final,
    strict,
    sleeping,
    waiting,
    invoking,
    cancelled,
    batched,
    filtered,
    once,
)
ASYNC: Final = (async_steps, async_parallel, async_waiting)


def calculated(member: str, gym_id: str | None, value: float) -> ScoringCalculated:
    """Make an event that a shape sends, waits for or is cancelled by."""
    return ScoringCalculated(
        member_id=member,
        gym_id=gym_id,
        score="progress",
        value=value,
        algorithm_version="1",
        reason="manual",
        calculated_at=dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC),
    )


def _on_failure(desk: Desk, shape: str) -> OnFailure[ScoringCalculate]:
    log = desk.log("on_failure")

    def on_failure(ctx: inngest.ContextSync, failure: Failure[ScoringCalculate]) -> None:
        log.note(ctx, f"{shape} failed", (ctx.event.data, failure))

    return on_failure
