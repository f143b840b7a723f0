"""The services of tests/consumer with pydantic and the bare SDK.

It is checked, never run: the code that type checkers read without the package.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import inngest
from pydantic import AwareDatetime, BaseModel, Field

log = logging.getLogger(__name__)
client = inngest.Inngest(app_id="gym-services")

MINUTES: dict[str, list[float]] = {}

Reason = Literal["workout-logged", "benchmark-recorded", "correction", "scheduled", "manual"]
Score = Annotated[float, Field(ge=0, le=100)]


class ScoringCalculate(BaseModel):
    member_id: str
    gym_id: str
    score: Literal["performance", "progress"]
    reason: Reason


class ScoringCalculated(BaseModel):
    member_id: str
    gym_id: str
    score: Literal["performance", "progress"]
    value: Score
    algorithm_version: str
    reason: Reason
    calculated_at: AwareDatetime
    caused_by: str | None = None


class WorkoutLogged(BaseModel):
    member_id: str
    gym_id: str
    workout_id: str
    activity_type: Literal["running", "cycling", "rowing", "swimming", "walking", "other"]
    source: Literal["member", "coach", "wearable"]
    started_at: AwareDatetime
    duration_s: Annotated[float, Field(ge=0)]


@dataclass(frozen=True)
class Workout:
    id: str
    member_id: str
    gym_id: str
    activity_type: Literal["running", "cycling", "rowing", "swimming", "walking", "other"]
    started_at: datetime
    duration_s: float


def event(name: str, data: BaseModel, key: str) -> inngest.Event:
    return inngest.Event(name=name, data=data.model_dump(mode="json", exclude_none=True), id=key)


def tell(workout: Workout) -> list[str]:
    logged = WorkoutLogged(
        member_id=workout.member_id,
        gym_id=workout.gym_id,
        workout_id=workout.id,
        activity_type=workout.activity_type,
        source="member",
        started_at=workout.started_at,
        duration_s=workout.duration_s,
    )
    calculate = ScoringCalculate(
        member_id=workout.member_id,
        gym_id=workout.gym_id,
        score="progress",
        reason="workout-logged",
    )
    return client.send_sync(
        [
            event("platform/scoring.workout-logged", logged, f"workout:{workout.id}"),
            event("platform/scoring.calculate", calculate, f"score-of-workout:{workout.id}"),
        ]
    )


def progress(minutes: list[float]) -> float:
    usual = sum(minutes) / len(minutes)
    return min(100.0, 50.0 * minutes[-1] / usual)


async def report(ctx: inngest.Context) -> None:
    log.error("a score was not calculated: %s", ctx.event.data["error"])


@client.create_function(
    fn_id="calculate",
    trigger=inngest.TriggerEvent(event="platform/scoring.calculate"),
    retries=1,
    on_failure=report,
)
async def calculate(ctx: inngest.Context) -> float:
    wanted = ScoringCalculate.model_validate(ctx.event.data)

    async def measure() -> float:
        return progress(MINUTES[wanted.member_id])

    value = await ctx.step.run("measure", measure)
    calculated = ScoringCalculated(
        member_id=wanted.member_id,
        gym_id=wanted.gym_id,
        score=wanted.score,
        value=value,
        algorithm_version="1",
        reason=wanted.reason,
        calculated_at=datetime.now(UTC),
        caused_by=ctx.event.id,
    )
    told = event("platform/scoring.calculated", calculated, f"score:{ctx.run_id}")
    await ctx.step.send_event("tell", told)
    return value


@client.create_function(
    fn_id="watch", trigger=inngest.TriggerEvent(event="platform/scoring.workout-logged")
)
async def watch(ctx: inngest.Context) -> str:
    found = await ctx.step.wait_for_event(
        "wait-for-score",
        event="platform/scoring.calculated",
        if_exp="async.data.member_id == event.data.member_id",
        timeout=timedelta(hours=1),
    )
    if found is None:
        return "late"
    calculated = ScoringCalculated.model_validate(found.data)
    return f"scored by version {calculated.algorithm_version}"
