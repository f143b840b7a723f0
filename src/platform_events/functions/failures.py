"""What handlers of failures get: how a run failed, or which events of a batch are invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import inngest

from ..errors import InvalidEventError

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class InvalidEvent:
    """An event of a batch whose data breaks the schema; what an ``on_invalid`` handler gets.

    Attributes:
        event: The event as it arrived. It is not part of the repr.
        error: Which fields break which rules; it holds no value.

    Example:
        >>> def set_aside(ctx: inngest.ContextSync, invalid: list[InvalidEvent]) -> None:
        ...     for one in invalid:
        ...         print(f"{one.event.id}: {one.error}")
    """

    event: inngest.Event = field(repr=False)
    error: InvalidEventError


@dataclass(frozen=True, slots=True)
class Failure(Generic[T_co]):
    """A run that failed for good. Its repr shows neither the events nor the error's text.

    Attributes:
        event: The event that started the run; the SDK's event, unread, when its data breaks the
            schema. Of a batch the first one.
        events: All events that started the run.
        function_id: The id of the function at Inngest, ``<app>-<function>``.
        run_id: The id of the run.
        name: The name of the error's class, such as ``"NonRetriableError"``.
        message: The text of the error.
        stack: Its trace, if there is one.

    Example:
        >>> async def alert_coach(
        ...     ctx: inngest.Context, failure: Failure[WorkoutLogged]
        ... ) -> None:
        ...     match failure.event:
        ...         case WorkoutLogged() as workout:
        ...             print(f"workout {workout.workout_id} was not scored")
        ...         case inngest.Event() as invalid:
        ...             print(f"an invalid {invalid.name}")
    """

    event: T_co | inngest.Event = field(repr=False)
    events: list[T_co | inngest.Event] = field(repr=False)
    function_id: str
    run_id: str
    name: str
    message: str = field(repr=False)
    stack: str | None = field(repr=False)

    @classmethod
    def of(
        cls, data: Mapping[str, object], read: Callable[[inngest.Event], T_co | inngest.Event]
    ) -> Failure[T_co]:
        """Read the data of ``inngest/function.failed``.

        Source:
            inngest/inngest: pkg/execution/executor/finalize.go
        """
        # Any: Inngest's own event, whose keys are looked up as what they are.
        found = cast("Mapping[str, Any]", data)

        def leniently(raw: Mapping[str, Any]) -> T_co | inngest.Event:
            event = inngest.Event.model_validate(raw)
            with suppress(InvalidEventError):
                return read(event)
            return event

        events = [leniently(raw) for raw in found.get("events") or [found["event"]]]
        error = found["error"]
        return cls(
            event=events[0],
            events=events,
            function_id=found["function_id"],
            run_id=found["run_id"],
            name=error.get("name", ""),
            message=error.get("message", ""),
            stack=error.get("stack"),
        )
