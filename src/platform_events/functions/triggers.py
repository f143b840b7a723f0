"""What starts a function, and how its events are read into their classes.

A trigger is an event class, or :class:`On` for one with a filter; for crons and for events that are
not the platform's there are the SDK's own triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar, cast

import inngest

from ..errors import FunctionDefinitionError, InvalidEventError, Problem
from ..events.event import Event

E = TypeVar("E", bound=Event)

INVOKED: Final = "inngest/function.invoked"
"""The name of the event of a run that another function invoked (inngest/inngest: pkg/consts)."""

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
            JSON: instants are texts. None: every event of the class.

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


def as_on(trigger: object) -> On[Event]:
    """Put an event class and its filter into one form.

    Args:
        trigger: An event class or ``On``.

    Returns:
        The class with its filter, if any.

    Raises:
        FunctionDefinitionError: It is something else, or a class that is no event of its own.

    Example:
        >>> as_on(ReactionAdded).event.event_name
        'platform/social.reaction-added'
    """
    # Whatever a caller without a type checker gives.
    on = cast("On[Event]", trigger if isinstance(trigger, On) else On(cast("type[Event]", trigger)))
    kind = cast("object", on.event)
    if isinstance(kind, str):
        raise FunctionDefinitionError(f"{kind!a} is a name: give the event class of that name")
    if not isinstance(kind, type) or not issubclass(kind, Event):
        found = kind.__name__ if isinstance(kind, type) else f"a value of {type(kind).__name__}"
        raise FunctionDefinitionError(
            f"{found} is neither an event class, On(...), nor a trigger of the SDK's"
        )
    if "event_name" not in vars(kind):
        raise FunctionDefinitionError(f"{kind.__name__} is abstract: use the events made of it")
    return on


def as_list(given: object) -> list[object]:
    """Take one thing or several.

    Args:
        given: A sequence, or what stands for a sequence of one.

    Returns:
        The things.

    Example:
        >>> as_list(ReactionAdded) == as_list([ReactionAdded])
        True
    """
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
        """Take one trigger or several apart.

        Args:
            trigger: An event class, ``On``, a trigger of the SDK's, or a sequence of these.

        Returns:
            The triggers.

        Raises:
            FunctionDefinitionError: One is no trigger, or stands there twice; there are none, or
                more than :data:`MAX_TRIGGERS`.
        """
        several = as_list(trigger)
        if not 1 <= len(several) <= MAX_TRIGGERS:
            raise FunctionDefinitionError(
                f"a function has from 1 to {MAX_TRIGGERS} triggers, and these are {len(several)}"
            )
        sdk = tuple(one for one in several if isinstance(one, SdkTrigger))
        classes = tuple(as_on(one) for one in several if not isinstance(one, SdkTrigger))
        triggers = cls(classes, sdk)
        made = triggers.to_inngest()
        for index, one in enumerate(made):
            if one in made[:index]:
                raise FunctionDefinitionError(f"the trigger {one!r} stands there twice")
        return triggers

    def to_inngest(self) -> list[inngest.TriggerCron | inngest.TriggerEvent]:
        """Make the SDK's triggers of them.

        Returns:
            The triggers, those of classes first.
        """
        events = [
            inngest.TriggerEvent(event=on.event.event_name, expression=on.expression)
            for on in self.classes
        ]
        return [*events, *self.sdk]

    def read(self, event: inngest.Event) -> Event | inngest.Event:
        """Read an event into the class of its name.

        The event of an invoked run has a name of its own: it is read into the first class that its
        data fits. An event that only a trigger of the SDK's can have let in is given as it is.

        Args:
            event: The event that started a run.

        Returns:
            The event.

        Raises:
            InvalidEventError: The data breaks the schema, or no trigger has let it in.
        """
        for on in self.classes:
            if on.event.event_name == event.name:
                return on.event.from_data(event.data)
        if event.name == INVOKED and self.classes:
            return self._read_invoked(event)
        if self.sdk:
            return event
        problem = Problem("name", "event_name", "No trigger of the function has this name")
        raise InvalidEventError(event.name, [problem])

    def _read_invoked(self, event: inngest.Event) -> Event:
        if len(self.classes) == 1:
            return self.classes[0].event.from_data(event.data)
        for on in self.classes:
            with suppress(InvalidEventError):
                return on.event.from_data(event.data)
        names = ", ".join(on.event.event_name for on in self.classes)
        problem = Problem("", "union", f"The data fits none of {names}")
        raise InvalidEventError(event.name, [problem])

    def read_all(self, events: Sequence[inngest.Event]) -> list[Event | inngest.Event]:
        """Read a batch of events.

        Args:
            events: The events that started a run.

        Returns:
            The events, in order.

        Raises:
            InvalidEventError: One or more are invalid; it has the problems of all of these.
        """
        read: list[Event | inngest.Event] = []
        names: list[str] = []
        problems: list[Problem] = []
        for index, event in enumerate(events):
            try:
                read.append(self.read(event))
            except InvalidEventError as error:
                names.append(error.event)
                problems += _at(f"events.{index}", error.problems)
        if problems:
            raise InvalidEventError(names[0], problems)
        return read


def _at(place: str, problems: Sequence[Problem]) -> Iterator[Problem]:
    for problem in problems:
        location = f"{place}.{problem.location}" if problem.location else place
        yield Problem(location, problem.rule, problem.message)
