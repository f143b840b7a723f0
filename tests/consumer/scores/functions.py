"""What the service does when it is asked for a score, and when a workout is logged."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import inngest

from platform_events import (
    Failure,
    ScoringCalculate,
    ScoringCalculated,
    WorkoutLogged,
    create_function,
    send_events_step,
    wait_for_event,
)

log = logging.getLogger(__name__)

# The database of a real service: minutes trained, by member.
MINUTES: dict[str, list[float]] = {}


def progress(minutes: list[float]) -> float:
    """Compare the last workout with all of them.

    Args:
        minutes: What a member trained, in order; at least one workout.

    Returns:
        A score from 0 to 100; 50 for a member who trains as always.
    """
    usual = sum(minutes) / len(minutes)
    return min(100.0, 50.0 * minutes[-1] / usual)


async def report(ctx: inngest.Context, failure: Failure[ScoringCalculate]) -> None:
    """Tell the operators that a score is missing."""
    match failure.event:
        case ScoringCalculate(score=score):
            log.error("a %s score was not calculated: %s", score, failure.name)
        case inngest.Event() as invalid:
            log.error("an invalid %s arrived", invalid.name)


@create_function(fn_id="calculate", trigger=ScoringCalculate, retries=1, on_failure=report)
async def calculate(ctx: inngest.Context, event: ScoringCalculate) -> float:
    """Calculate a score and tell the platform."""

    async def measure() -> float:
        return progress(MINUTES[event.member_id])

    value = await ctx.step.run("measure", measure)
    calculated = ScoringCalculated(
        member_id=event.member_id,
        gym_id=event.gym_id,
        score=event.score,
        value=value,
        algorithm_version="1",
        reason=event.reason,
        calculated_at=datetime.now(UTC),
        caused_by=ctx.event.id,
    )
    await send_events_step(ctx.step, "tell", [calculated.to_inngest(id=f"score:{ctx.run_id}")])
    return value


@create_function(fn_id="watch", trigger=WorkoutLogged)
async def watch(ctx: inngest.Context, event: WorkoutLogged) -> str:
    """Notice workouts for which no score comes within an hour."""
    calculated = await wait_for_event(
        ctx.step,
        "wait-for-score",
        event=ScoringCalculated,
        if_exp="async.data.member_id == event.data.member_id",
        timeout=timedelta(hours=1),
    )
    return "late" if calculated is None else f"scored by version {calculated.algorithm_version}"
