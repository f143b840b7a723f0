"""What was sent, as a test looks at it: :class:`SentEvents`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar, get_args

import inngest
from typing_extensions import override

from ..events.event import Event
from ._display import show_event, show_events

E = TypeVar("E", bound=Event)

Fault: TypeAlias = Literal[
    "refused",
    "reset",
    "time-out",
    "server-error",
    "rate-limited",
    "unauthorized",
    "too-large",
    "redirect",
    "page",
    "no-ids",
    "partial",
]
"""A failure that sending documents, by name; see :func:`capture_events`."""


def check_fault(fault: Fault | None) -> None:
    if fault is not None and fault not in get_args(Fault):
        known = ", ".join(get_args(Fault))
        raise ValueError(f"unknown failure {fault!r}: it must be one of {known}")


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event that was sent, with what went beside its data.

    Attributes:
        event: The event; the SDK's if no class reads it.
        id: The id that the sender got for it.
        key: The idempotency key that the sender gave; None if there was none.
        ts: When it happened, in milliseconds since 1970; when it was sent, unless the sender said.
    """

    event: Event | inngest.Event = field(repr=False)
    id: str
    key: str | None
    ts: int

    @property
    def name(self) -> str:
        """The event's name."""
        return self.event.event_name if isinstance(self.event, Event) else self.event.name


class SentEvents(list[Event | inngest.Event]):
    """The events that were sent, in order: a list, to be compared with another one.

    Its repr shows the values of the events: they are the test's own.

    Attributes:
        details: The same events with their ids and times.
    """

    def __init__(self, fail: Fault | None = None) -> None:
        super().__init__()
        self.details: list[SentEvent] = []
        self.fail = fail

    @override
    def __repr__(self) -> str:
        return f"[{', '.join(map(show_event, self))}]"

    @property
    def fail(self) -> Fault | None:
        """The failure in which the next sends end; None: they succeed."""
        return self._fail

    @fail.setter
    def fail(self, fault: Fault | None) -> None:
        check_fault(fault)
        self._fail: Fault | None = fault

    def add(self, detail: SentEvent) -> None:
        """Put an event at the end, with its id and time."""
        self.append(detail.event)
        self.details.append(detail)

    @override
    def clear(self) -> None:
        """Forget what was sent, the details too, as between arranging and acting."""
        super().clear()
        self.details.clear()

    def of(self, kind: type[E], **fields: object) -> list[E]:
        """Give those of one class.

        Args:
            kind: The event class.
            **fields: Only those whose fields have these values, such as ``member_id="mem_1"``; by
                them tests that share a server tell their own events.

        Returns:
            The events, in order.

        Example:
            >>> from platform_events.testing import capture_events
            >>> with capture_events() as sent:
            ...     sent.of(ScoringCalculate)
            []
        """
        return [
            event
            for event in self
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in fields.items())
        ]

    def one(self, kind: type[E], **fields: object) -> E:
        """Give the only one of a class.

        Args:
            kind: The event class.
            **fields: As for :meth:`of`.

        Returns:
            The event.

        Raises:
            AssertionError: There is none, or there are several; it shows all that was sent.

        Example:
            >>> from platform_events.testing import capture_events
            >>> with capture_events() as sent:
            ...     event_id = send_event(
            ...         ReactionRemoved(
            ...             member_id="mem_1",
            ...             gym_id="gym_1",
            ...             post_id="post_1",
            ...             reaction="fire",
            ...             removed_at=now,
            ...         )
            ...     )
            >>> sent.one(ReactionRemoved).reaction
            'fire'
        """
        __tracebackhide__ = True
        found = self.of(kind, **fields)
        if len(found) == 1:
            return found[0]
        raise AssertionError(
            f"1 {kind.__name__} was expected, and {len(found)} were sent. "
            f"All that was sent:\n{show_events(self)}"
        )
