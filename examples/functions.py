"""Four background functions, one for each category; every app of this folder serves them.

They are synchronous, so FastAPI, Flask and Django serve them alike. What they would ask of a
database or of a messenger stands at the end, and does nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import inngest

from platform_events import (
    ChurnRiskDetected,
    HeartRateVariability,
    ReactionAdded,
    RestingHeartRate,
    ScoringCalculate,
    ScoringCalculated,
    Servable,
    Sleep,
    WearableDataReceived,
    WorkoutLogged,
    create_function,
    send_events_step,
    wait_for_event,
)

SAME_MEMBER: Final = "async.data.member_id == event.data.member_id"
PATIENCE: Final = timedelta(days=7)


@create_function(fn_id="store-wearable-data", trigger=WearableDataReceived, retries=3)
def store_wearable_data(ctx: inngest.ContextSync, event: WearableDataReceived) -> int:
    """Sync: store measurements, and ask for a new score if they tell of recovery.

    A step that fails is tried again by Inngest; one that succeeded is not repeated.
    """
    count = ctx.step.run("store", _store, event, ctx.attempt)
    if event.gym_id is not None and _tells_of_recovery(event):
        wanted = ScoringCalculate(
            member_id=event.member_id,
            gym_id=event.gym_id,
            score="performance",
            reason="wearable-data-received",
            caused_by=ctx.event.id,
        )
        send_events_step(ctx.step, "ask-for-score", [wanted])
    return count


@create_function(fn_id="calculate-score", trigger=ScoringCalculate)
def calculate_score(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    """Scoring: calculate a score in steps, and tell everybody who handles new scores."""
    history = ctx.step.run("load-history", _load_history, event.member_id)
    value = ctx.step.run("calculate", _calculate, history)
    calculated = ScoringCalculated(
        member_id=event.member_id,
        gym_id=event.gym_id,
        score=event.score,
        value=value,
        previous_value=history[-1],
        algorithm_version="2026.4",
        reason=event.reason,
        calculated_at=datetime.now(UTC),
        caused_by=ctx.event.id,
    )
    [event_id] = send_events_step(ctx.step, "tell", [calculated])
    return event_id


@create_function(fn_id="follow-up-churn-risk", trigger=ChurnRiskDetected)
def follow_up_churn_risk(ctx: inngest.ContextSync, event: ChurnRiskDetected) -> str:
    """Alerts: tell the coach of a risk, wait for the member's next workout, or tell the owner."""
    ctx.step.run("tell-coach", _notify, event.gym_id, "A member may leave: say hello.")
    workout = wait_for_event(
        ctx.step,
        "wait-for-workout",
        event=WorkoutLogged,
        if_exp=SAME_MEMBER,
        timeout=PATIENCE,
    )
    if workout is None:
        ctx.step.run("tell-owner", _notify, event.gym_id, "A member stays away: call them.")
        return "stays away"
    return "back in training"


@create_function(
    fn_id="digest-reactions",
    trigger=ReactionAdded,
    batch_events=inngest.Batch(
        max_size=50, timeout=timedelta(seconds=2), key="event.data.author_id"
    ),
)
def digest_reactions(ctx: inngest.ContextSync, events: list[ReactionAdded]) -> int:
    """Social: tell an author once of many reactions."""
    members = {event.member_id for event in events}
    text = f"{len(members)} members reacted to what you posted."
    ctx.step.run("notify", _notify, events[0].author_id, text)
    return len(events)


FUNCTIONS: Final[list[Servable]] = [
    store_wearable_data,
    calculate_score,
    follow_up_churn_risk,
    digest_reactions,
]


def _tells_of_recovery(event: WearableDataReceived) -> bool:
    return any(
        isinstance(one, Sleep | RestingHeartRate | HeartRateVariability)
        for one in event.measurements
    )


def _store(event: WearableDataReceived, attempt: int) -> int:
    """Stand for a store that, of all nights, loses the first attempt."""
    if attempt == 0 and any(isinstance(one, Sleep) for one in event.measurements):
        raise ConnectionError("the store did not answer")
    return len(event.measurements)


def _load_history(member_id: str) -> list[float]:
    """Stand for a database."""
    return [66.0, 68.0]


def _calculate(history: list[float]) -> float:
    """Stand for a model."""
    return sum(history) / len(history)


def _notify(recipient_id: str, text: str) -> None:
    """Stand for a messenger."""
