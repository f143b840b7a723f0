"""Shows the main job in a few seconds: events start functions, and what fails is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import inngest

from ..catalog import ScoringCalculate, ScoringCalculated
from ..functions.declaration import create_function
from ..functions.steps import send_events_step
from ..sending.send import send_event
from ..testing import LocalInngest

_RETRY_INTERVAL_S: Final = 0.2


def demonstrate(write: Callable[[str], None]) -> None:
    """Send an event to an Inngest server in this process, and tell what comes of it."""
    attempts = 0

    @create_function(fn_id="calculate-score", trigger=ScoringCalculate, retries=1)
    async def calculate_score(ctx: inngest.Context, event: ScoringCalculate) -> None:
        async def calculate() -> float:
            nonlocal attempts
            attempts += 1
            if attempts == 1:
                write("calculate-score  a step fails, and is tried again")
                raise inngest.RetryAfterError("busy", 0, quiet=True)
            write("calculate-score  the step ends, and its result is kept")
            return 71.5

        value = await ctx.step.run("calculate", calculate)
        told = ScoringCalculated(
            member_id=event.member_id,
            gym_id=event.gym_id,
            score=event.score,
            value=value,
            algorithm_version="1",
            reason=event.reason,
            calculated_at=datetime.now(UTC),
        )
        await send_events_step(ctx.step, "tell", [told])

    @create_function(fn_id="tell-member", trigger=ScoringCalculated)
    async def tell_member(_: inngest.Context, event: ScoringCalculated) -> None:
        write(f"tell-member      {event.event_name} arrives, typed and checked")
        write("tell-member      the member is told")

    with LocalInngest(retry_interval=_RETRY_INTERVAL_S) as server:
        server.serve([calculate_score, tell_member])
        write("an Inngest server runs in this process, and two functions are registered")
        write(f"{ScoringCalculate.event_name} is sent")
        send_event(
            ScoringCalculate(
                member_id="mem_1", gym_id="gym_1", score="progress", reason="workout-logged"
            )
        )
        server.wait_idle()
