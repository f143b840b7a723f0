"""What the handlers of the suite tell the tests: they share one process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import inngest

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a handler noted.

    Attributes:
        shape: Which function.
        what: What happened, such as ``"returned"``, or a step's name.
        run_id: The run.
        attempt: The attempt of the call, from 0.
        events: The events of the run, as the SDK gives them.
        value: More of it.
    """

    shape: str
    what: str
    run_id: str
    attempt: int
    events: tuple[inngest.Event, ...]
    value: Any  # whatever a test compares


@dataclass(frozen=True, slots=True)
class Log:
    """Takes the notes of one function."""

    shape: str
    notes: list[Note]

    def note(
        self, ctx: inngest.Context | inngest.ContextSync, what: str, value: object = None
    ) -> None:
        """Note something; outside a step every replay of the function notes it again."""
        events = tuple(ctx.events)
        self.notes.append(Note(self.shape, what, ctx.run_id, ctx.attempt, events, value))

    def result(self, ctx: inngest.Context | inngest.ContextSync, value: _Value) -> _Value:
        """Note a run's result, and give it back."""
        self.note(ctx, "returned", value)
        return value


@dataclass(frozen=True, slots=True)
class Journal:
    """The notes of all runs, in the order written."""

    notes: list[Note] = field(default_factory=list[Note], repr=False)

    def of(self, event_id: str, what: str, shape: str = "") -> Sequence[Note]:
        """Give the notes of the runs that an event started."""
        return [
            note
            for note in list(self.notes)
            if note.what == what
            and shape in {"", note.shape}
            and any(event.id == event_id for event in note.events)
        ]
