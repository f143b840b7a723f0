"""What starts a function, and how its events are read into their classes.

A trigger is an event class, or :class:`On` for one with a filter; schedules and events that are not
the platform's have the SDK's own triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar, cast

import inngest

from ..errors import FunctionDefinitionError, InvalidEventError, Problem
from ..events._trace_context import MEMBER
from ..events.event import Event
from .failures import InvalidEvent

E = TypeVar("E", bound=Event)

INVOKED: Final = "inngest/function.invoked"
"""The name of the event of a run that another function invoked (inngest/inngest: pkg/consts)."""

CRON: Final = "inngest/scheduled.timer"
"""The name of the event of a run that a schedule started (inngest/inngest: pkg/event/event.go)."""

MAX_TRIGGERS: Final = 10
"""The most triggers of one function (inngest/inngest: pkg/consts/consts.go, MaxTriggers)."""


@dataclass(frozen=True, slots=True)
class On(Generic[E]):
    """An event class with a filter: a trigger, or what cancels a run.

    Attributes:
        event: The event class.
        expression: A CEL expression over ``event``, the event itself; where it cancels a run,
            ``event`` is the event that started the run and ``async`` the one that arrived
            (https://www.inngest.com/docs/guides/writing-expressions). It works on the data as
            JSON: instants are strings. None: every event of the class.

    Example:
        >>> On(ScoringCalculate, expression="event.data.score == 'progress'").expression
        "event.data.score == 'progress'"
    """

    event: type[E]
    expression: str | None = None


Trigger: TypeAlias = type[E] | On[E]
"""An event class, with or without a filter."""

SdkTrigger: TypeAlias = inngest.TriggerCron | inngest.TriggerEvent
"""A trigger of the SDK's; the function gets the SDK's event."""


def as_on(trigger: object, where: str = "") -> On[Event]:
    """Put an event class and its filter into one form; refuse anything else."""
    kinds = "one of the SDK's triggers" if not where else "the SDK's Cancel"
    # Whatever a caller without a type checker gives.
    on = cast("On[Event]", trigger if isinstance(trigger, On) else On(cast("type[Event]", trigger)))
    kind = cast("object", on.event)
    if isinstance(kind, str):
        raise FunctionDefinitionError(
            f"{where}{kind!a} is a name: use the event class of that name"
        )
    if not isinstance(kind, type) or not issubclass(kind, Event):
        found = kind.__name__ if isinstance(kind, type) else f"a value of {type(kind).__name__}"
        raise FunctionDefinitionError(f"{where}{found} is not an event class, On(...) or {kinds}")
    if "event_name" not in vars(kind):
        raise FunctionDefinitionError(f"{where}{kind.__name__} is abstract: use its events")
    expression = cast("object", on.expression)
    if not isinstance(expression, str | None):
        found = type(expression).__name__
        raise FunctionDefinitionError(f"{where}the expression of On must be a str, not {found}")
    return on


def as_list(given: object) -> list[object]:
    """Put one thing into a list, and several as well."""
    if isinstance(given, Sequence) and not isinstance(given, str):
        return list(cast("Sequence[object]", given))
    return [given]


@dataclass(frozen=True, slots=True)
class Triggers:
    """All triggers of a function.

    Attributes:
        classes: Those of the platform's events.
        sdk: Those of the SDK's.
    """

    classes: tuple[On[Event], ...]
    sdk: tuple[SdkTrigger, ...]

    @classmethod
    def of(cls, trigger: object) -> Triggers:
        """Tell the platform's triggers from the SDK's; refuse anything else, and duplicates."""
        several = as_list(trigger)
        if not 1 <= len(several) <= MAX_TRIGGERS:
            raise FunctionDefinitionError(
                f"a function has from 1 to {MAX_TRIGGERS} triggers, not {len(several)}"
            )
        sdk = tuple(one for one in several if isinstance(one, SdkTrigger))
        classes = tuple(as_on(one) for one in several if not isinstance(one, SdkTrigger))
        triggers = cls(classes, sdk)
        made = triggers.to_inngest()
        for index, one in enumerate(made):
            if one in made[:index]:
                raise FunctionDefinitionError(f"duplicate trigger {one!r}")
        return triggers

    def to_inngest(self) -> list[inngest.TriggerCron | inngest.TriggerEvent]:
        """Convert them to the SDK's triggers, those of classes first."""
        events = [
            inngest.TriggerEvent(event=on.event.event_name, expression=on.expression)
            for on in self.classes
        ]
        return [*events, *self.sdk]

    def read(self, event: inngest.Event) -> Event | inngest.Event:
        """Read an event into the class of its name.

        The event of an invoked run has a name of its own: it is read into the first class that its
        data fits. An event that only one of the SDK's triggers can have let in is given as it is.
        """
        for on in self.classes:
            if on.event.event_name == event.name:
                return on.event.from_data(event.data)
        if event.name == INVOKED and self.classes and not self._is_like_cron(event):
            return self._read_invoked(event)
        if self.sdk:
            return event
        problem = Problem("name", "event_name", "No trigger of the function has this name")
        raise InvalidEventError(event.name, [problem])

    def _is_like_cron(self, event: inngest.Event) -> bool:
        """Whether a function that also runs on a schedule was invoked without data."""
        has_cron = any(isinstance(one, inngest.TriggerCron) for one in self.sdk)
        return has_cron and not event.data.keys() - {"_inngest", MEMBER}

    def _read_invoked(self, event: inngest.Event) -> Event:
        if len(self.classes) == 1:
            return self.classes[0].event.from_data(event.data)
        for on in self.classes:
            with suppress(InvalidEventError):
                return on.event.from_data(event.data)
        names = ", ".join(on.event.event_name for on in self.classes)
        problem = Problem("", "union", f"The data fits none of {names}")
        raise InvalidEventError(event.name, [problem])

    def read_all(
        self, events: Sequence[inngest.Event]
    ) -> tuple[list[Event | inngest.Event], list[InvalidEvent]]:
        """Read a batch of events into the valid ones and the invalid ones, each in order."""
        valid: list[Event | inngest.Event] = []
        invalid: list[InvalidEvent] = []
        for index, event in enumerate(events):
            try:
                valid.append(self.read(event))
            except InvalidEventError as error:
                problems = list(_at(f"events.{index}", error.problems))
                invalid.append(InvalidEvent(event, InvalidEventError(error.event, problems)))
        return valid, invalid


def _at(place: str, problems: Sequence[Problem]) -> Iterator[Problem]:
    for problem in problems:
        location = f"{place}.{problem.location}" if problem.location else place
        yield Problem(location, problem.rule, problem.message)
