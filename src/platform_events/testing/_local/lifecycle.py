"""The events that the server itself makes: of functions that ended, and of invocations.

Source of their form: inngest/inngest: pkg/execution/executor/finalize.go, pkg/event/invoke.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .commands import Invoke
from .event_api import EventJson, ReceivedEvent
from .go_json import Json
from .runs import Run, Status

FINISHED: Final = "inngest/function.finished"
FAILED: Final = "inngest/function.failed"
CANCELLED: Final = "inngest/function.cancelled"
INVOKED: Final = "inngest/function.invoked"
SCHEDULED: Final = "inngest/scheduled.timer"
ENDS: Final = frozenset({FINISHED, FAILED, CANCELLED})


def metadata(event: EventJson) -> Mapping[str, Json]:
    """Give what the server wrote into an invocation's event."""
    data = event.get("data")
    found = data.get("_inngest") if isinstance(data, dict) else None
    return found if isinstance(found, dict) and event["name"] == INVOKED else {}


def ended(run: Run, now: int, new_id: Callable[[], str]) -> Iterator[ReceivedEvent]:
    """Make the events that tell of the end of a run."""
    for place, event in enumerate(run.events):
        correlation_id = metadata(event).get("correlation_id")
        if event["name"] in {FAILED, FINISHED} or (place and correlation_id is None):
            continue
        data = _outcome(run, event)
        if correlation_id is not None:
            data["correlation_id"] = correlation_id
        yield internal_event(FINISHED, new_id(), data, now)
        # The run's id as the event's id: however often a run fails, on_failure runs once.
        if run.status is Status.FAILED:
            yield internal_event(FAILED, run.id, data, now)
        if run.status is Status.CANCELLED:
            yield internal_event(CANCELLED, run.id, data, now)


def invoked(invoke: Invoke, run: Run, event_id: str, now: int) -> ReceivedEvent:
    """Make the event that starts an invoked function."""
    data: dict[str, Json] = {
        **invoke.data,
        "_inngest": {
            "fn_id": invoke.function_id,
            "correlation_id": f"{run.id}.{invoke.step_id}",
            "expire": now + int(invoke.timeout.seconds_from(now / 1000) * 1000),
            "source_fn_id": run.function.uuid,
        },
    }
    return internal_event(INVOKED, event_id, data, now)


def not_invoked(event: EventJson, event_id: str, message: str, now: int) -> ReceivedEvent:
    """Make the event that tells an invoking run why nothing was invoked."""
    data: dict[str, Json] = {
        "function_id": "",
        "run_id": "",
        "error": {"name": "Error", "message": message},
        "correlation_id": metadata(event).get("correlation_id"),
    }
    return internal_event(FINISHED, event_id, data, now)


def _outcome(run: Run, event: EventJson) -> dict[str, Json]:
    data: dict[str, Json] = {
        "function_id": run.function_id,
        "run_id": run.id,
        "event": event,
        "events": list(run.events),
        "_inngest": {"status": str(run.status)},
    }
    if run.error is not None:
        data["error"] = run.error
    if run.error is None or run.final_answer is not None:
        data["result"] = run.final_answer
    return data


def internal_event(name: str, event_id: str, data: dict[str, Json], now: int) -> ReceivedEvent:
    return ReceivedEvent(
        event_id, {"name": name, "data": data, "user": {}, "id": event_id, "ts": now}
    )
