"""The events that the server itself makes: of functions that ended, and of invocations.

Source of their form: inngest/inngest: pkg/execution/executor/finalize.go, pkg/event/invoke.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from .canonical import Json
from .commands import Invoke
from .event_api import EventJson, ReceivedEvent
from .runs import Run, Status

FINISHED: Final = "inngest/function.finished"
FAILED: Final = "inngest/function.failed"
CANCELLED: Final = "inngest/function.cancelled"
INVOKED: Final = "inngest/function.invoked"


def metadata(event: EventJson) -> Mapping[str, Json]:
    """Give what the server wrote into an invocation's event.

    Args:
        event: Any event.

    Returns:
        ``fn_id``, ``correlation_id`` and more; empty for any other event.

    Example:
        >>> metadata({"name": "a", "data": {}})
        {}
    """
    data = event.get("data")
    found = data.get("_inngest") if isinstance(data, dict) else None
    return found if isinstance(found, dict) and event["name"] == INVOKED else {}


def ended(run: Run, now: int, new_id: Callable[[], str]) -> Iterator[ReceivedEvent]:
    """Make the events that tell of the end of a run.

    Args:
        run: A run that has ended.
        now: The time in milliseconds.
        new_id: Makes a ULID.

    Yields:
        ``inngest/function.finished``, and ``.failed`` or ``.cancelled``; none for a run that such
        an event started. In a batch there are those of the first event, and of each invocation.

    Example:
        >>> from platform_events.testing.local.functions import Function
        >>> event = ReceivedEvent("01E", {"name": "a", "data": {}, "id": "1", "ts": 1, "user": {}})
        >>> run = Run("01R", Function("app-fn", "http://localhost:1"), [event], lambda _: 0.0)
        >>> _ = run.cancel()
        >>> [one.event["name"] for one in ended(run, 1, lambda: "01F")]
        ['inngest/function.finished', 'inngest/function.cancelled']
    """
    for place, event in enumerate(run.events):
        correlation_id = metadata(event).get("correlation_id")
        if event["name"] in {FAILED, FINISHED} or (place and correlation_id is None):
            continue
        data = _outcome(run, event)
        if correlation_id is not None:
            data["correlation_id"] = correlation_id
        yield _event(FINISHED, new_id(), data, now)
        # The run's id as the event's id: however often a run fails, on_failure runs once.
        if run.status is Status.FAILED:
            yield _event(FAILED, run.id, data, now)
        if run.status is Status.CANCELLED:
            yield _event(CANCELLED, run.id, data, now)


def invoked(invoke: Invoke, run: Run, event_id: str, now: int) -> ReceivedEvent:
    """Make the event that starts an invoked function.

    Args:
        invoke: What to invoke.
        run: The run that invokes.
        event_id: A new ULID.
        now: The time in milliseconds.

    Returns:
        ``inngest/function.invoked`` with the payload's data.
    """
    data: dict[str, Json] = {
        **invoke.data,
        "_inngest": {
            "fn_id": invoke.function_id,
            "correlation_id": f"{run.id}.{invoke.step_id}",
            "expire": now + int(invoke.timeout * 1000),
            "source_fn_id": run.function.uuid,
        },
    }
    return _event(INVOKED, event_id, data, now)


def not_invoked(event: EventJson, event_id: str, message: str, now: int) -> ReceivedEvent:
    """Make the event that tells an invoking run why nothing was invoked.

    Args:
        event: The event of the invocation.
        event_id: A new ULID.
        message: Why.
        now: The time in milliseconds.

    Returns:
        ``inngest/function.finished`` with an error.
    """
    data: dict[str, Json] = {
        "function_id": "",
        "run_id": "",
        "error": {"name": "Error", "message": message},
        "correlation_id": metadata(event).get("correlation_id"),
    }
    return _event(FINISHED, event_id, data, now)


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
    if run.error is None or run.output is not None:
        data["result"] = run.output
    return data


def _event(name: str, event_id: str, data: dict[str, Json], now: int) -> ReceivedEvent:
    return ReceivedEvent(
        event_id, {"name": name, "data": data, "user": {}, "id": event_id, "ts": now}
    )
