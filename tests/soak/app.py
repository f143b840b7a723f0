"""An app that is killed while it works: each function notes what it does, and survives that."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Final

import fastapi
import inngest

from platform_events import (
    MemberFollowed,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    send_events_step,
)
from platform_events.fast_api import serve

JOURNAL: Final = os.open(os.environ["SOAK_JOURNAL"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
RETRIES: Final = 20


def note(ctx: inngest.Context | inngest.ContextSync, what: str) -> None:
    """Write one line, in one call, so that it is there as a whole or not at all."""
    os.write(JOURNAL, f"{ctx.run_id} {what} {os.getpid()}\n".encode())


@create_function(fn_id="plain", trigger=MemberFollowed, retries=RETRIES)
async def plain(ctx: inngest.Context, event: MemberFollowed) -> str:
    """Return, and no more."""
    note(ctx, "returned")
    return event.followee_id


@create_function(fn_id="steps", trigger=ScoringCalculate, retries=RETRIES)
async def steps(ctx: inngest.Context, event: ScoringCalculate) -> list[str]:
    """Run two steps, and between them start another function."""

    async def step(name: str) -> str:
        note(ctx, name)
        return name

    first = await ctx.step.run("first", step, "first")
    told = ScoringCalculated(
        member_id=event.member_id,
        gym_id=event.gym_id,
        score=event.score,
        value=50.0,
        algorithm_version="1",
        reason=event.reason,
        calculated_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    await send_events_step(ctx.step, "tell", [told.to_inngest(id=f"told:{event.member_id}")])
    second = await ctx.step.run("second", step, "second")
    note(ctx, "returned")
    return [first, second]


@create_function(fn_id="parallel", trigger=ReactionAdded, retries=RETRIES)
async def parallel(ctx: inngest.Context, event: ReactionAdded) -> list[str]:
    """Run two steps at once."""

    async def step(name: str) -> str:
        note(ctx, name)
        return name

    both = await ctx.group.parallel(
        (lambda: ctx.step.run("left", step, "left"), lambda: ctx.step.run("right", step, "right"))
    )
    note(ctx, "returned")
    return list(both)


@create_function(fn_id="told", trigger=ScoringCalculated, retries=RETRIES)
def told(ctx: inngest.ContextSync, event: ScoringCalculated) -> str:
    """Return what another function told."""
    note(ctx, "returned")
    return event.member_id


app = fastapi.FastAPI()
serve(app, [plain, steps, parallel, told])
