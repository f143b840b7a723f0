"""The functions of the suite's app whose options say when, and whether, they run."""

from __future__ import annotations

import datetime as dt
import time
from typing import Final

import inngest

from platform_events import On, ScoringCalculate, ScoringCalculated, create_function
from tests.server_conformance.shapes import LATER, SHORT, Desk, Functions

MEMBER: Final = "event.data.member_id"
QUIET: Final = dt.timedelta(seconds=2)
"""After which a debounced function runs; a real server takes a second more."""
PERIOD: Final = dt.timedelta(seconds=4)
BUSY_S: Final = 0.3
"""How long a handler keeps its place."""


def debounced(desk: Desk) -> Functions:
    """Run once a member's events come no more."""
    log = desk.log("debounced")

    @create_function(
        fn_id="debounced",
        trigger=desk.to("debounced"),
        debounce=inngest.Debounce(period=QUIET, key=MEMBER),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.reason)

    return [handler]


def rate_limited(desk: Desk) -> Functions:
    """Run once a minute for each member."""
    log = desk.log("rate_limited")

    @create_function(
        fn_id="rate-limited",
        trigger=desk.to("rate_limited"),
        rate_limit=inngest.RateLimit(limit=1, period=dt.timedelta(minutes=1), key=MEMBER),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.member_id)

    return [handler]


def throttled(desk: Desk) -> Functions:
    """Begin one run in four seconds for each member, and two at once."""
    log = desk.log("throttled")

    @create_function(
        fn_id="throttled",
        trigger=desk.to("throttled"),
        throttle=inngest.Throttle(limit=1, period=PERIOD, burst=1, key=MEMBER),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.member_id)

    return [handler]


def concurrent(desk: Desk) -> Functions:
    """Work on one event of a member at a time."""
    log = desk.log("concurrent")

    @create_function(
        fn_id="concurrent",
        trigger=desk.to("concurrent"),
        concurrency=[inngest.Concurrency(limit=1, key=MEMBER), inngest.Concurrency(limit=10)],
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[float]:
        began = time.monotonic()
        time.sleep(BUSY_S)
        return log.result(ctx, [began, time.monotonic()])

    return [handler]


def urgent(desk: Desk) -> Functions:
    """Work on one event at a time, on corrections before others."""
    log = desk.log("urgent")

    @create_function(
        fn_id="urgent",
        trigger=desk.to("urgent"),
        concurrency=[inngest.Concurrency(limit=1, key=MEMBER)],
        priority=inngest.Priority(run="event.data.reason == 'correction' ? 600 : 0"),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        if event.reason == "workout-logged":  # the first one, until the others wait
            time.sleep(4 * BUSY_S)
        return log.result(ctx, event.reason)

    return [handler]


def skipping(desk: Desk) -> Functions:
    """Run once at a time for each member, and skip what comes meanwhile."""
    log = desk.log("skipping")

    @create_function(
        fn_id="skipping",
        trigger=desk.to("skipping"),
        singleton=inngest.Singleton(mode="skip", key=MEMBER),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        ctx.step.run("begin", lambda: log.note(ctx, "step"))
        ctx.step.sleep("nap", SHORT)
        return log.result(ctx, event.reason)

    return [handler]


def replacing(desk: Desk) -> Functions:
    """Run once at a time for each member, for the latest event."""
    log = desk.log("replacing")

    @create_function(
        fn_id="replacing",
        trigger=desk.to("replacing"),
        singleton=inngest.Singleton(mode="cancel", key=MEMBER),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        ctx.step.run("begin", lambda: log.note(ctx, "step"))
        ctx.step.sleep("nap", LATER)
        return log.result(ctx, event.reason)

    return [handler]


def late_to_start(desk: Desk) -> Functions:
    """Give up what has not begun after two seconds."""
    log = desk.log("late_to_start")

    @create_function(
        fn_id="late-to-start",
        trigger=desk.to("late_to_start"),
        throttle=inngest.Throttle(limit=1, period=PERIOD, burst=0, key=MEMBER),
        timeouts=inngest.Timeouts(start=QUIET),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.member_id)

    return [handler]


def late_to_finish(desk: Desk) -> Functions:
    """Give up two seconds after the begin."""
    log = desk.log("late_to_finish")

    @create_function(
        fn_id="late-to-finish",
        trigger=desk.to("late_to_finish"),
        timeouts=inngest.Timeouts(finish=QUIET),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        ctx.step.run("begin", lambda: log.note(ctx, "step"))
        ctx.step.sleep("nap", LATER)
        return log.result(ctx, event.member_id)

    return [handler]


def partly_batched(desk: Desk) -> Functions:
    """Take two events at once, but corrections by themselves."""
    log = desk.log("partly_batched")

    @create_function(
        fn_id="partly-batched",
        trigger=desk.to("partly_batched"),
        batch_events=inngest.Batch(
            max_size=2,
            timeout=LATER,
            key=MEMBER,
            if_exp="event.data.reason != 'correction'",
        ),
    )
    def handler(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> list[str]:
        return log.result(ctx, [event.reason for event in events])

    return [handler]


def either(desk: Desk) -> Functions:
    """Start with events of two classes."""
    log = desk.log("either")
    mine = f"event.data.gym_id == '{desk.address('either')}'"

    @create_function(
        fn_id="either",
        trigger=(On(ScoringCalculate, expression=mine), On(ScoringCalculated, expression=mine)),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate | ScoringCalculated) -> str:
        return log.result(ctx, type(event).__name__)

    return [handler]


def timed(desk: Desk) -> Functions:
    """Start each minute."""
    log = desk.log("timed")

    @create_function(fn_id="timed", trigger=inngest.TriggerCron(cron="TZ=Europe/Berlin * * * * *"))
    def handler(ctx: inngest.ContextSync, event: inngest.Event) -> None:
        log.note(ctx, "returned", (event.name, event.data))

    return [handler]


def jittered(desk: Desk) -> Functions:
    """Start each minute, up to two seconds later."""
    log = desk.log("jittered")

    @create_function(fn_id="jittered", trigger=inngest.TriggerCron(cron="* * * * *", jitter="2s"))
    def handler(ctx: inngest.ContextSync, event: inngest.Event) -> None:
        log.note(ctx, "returned", (event.name, event.data))

    return [handler]


def chosen(desk: Desk) -> Functions:
    """Take what a filter with macros and functions lets pass."""
    log = desk.log("chosen")
    mine = f"event.data.gym_id.startsWith('chosen') && event.data.gym_id.endsWith('{desk.unique}')"
    reasons = "['MANUAL', 'CORRECTION'].exists(one, lowercase(one) == event.data.reason)"
    whole = "!has(event.data.as_of) && ['a', 'b'].all(one, size(event.data.reason) > size(one))"

    @create_function(
        fn_id="chosen",
        trigger=On(ScoringCalculate, expression=f"{mine} && {reasons} && {whole}"),
    )
    def handler(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return log.result(ctx, event.reason)

    return [handler]


FLOW: Final = (
    debounced,
    rate_limited,
    throttled,
    concurrent,
    urgent,
    skipping,
    replacing,
    late_to_start,
    late_to_finish,
    partly_batched,
    either,
    timed,
    jittered,
    chosen,
)
