"""What is remembered of a finished step, in the form in which the SDK wants it back.

A result is ``{"data": ...}`` and a failure ``{"error": ...}``; a sleep is null, and a wait the
whole event that came, or null. Source: inngest/inngest: pkg/execution/state/opcode.go
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .go_json import Json

_ERROR_KEYS: Final = ("name", "message", "stack")


@dataclass(frozen=True, slots=True)
class Step:
    """One finished step of a run.

    Attributes:
        id: Its id as the function's author wrote it; of a repeated one, with the number of the
            repeat, as in ``load:1``.
        data: Its output; for a wait the event that came, or None.
        error: Its error (``name``, ``message``), if it failed for good.
    """

    id: str
    data: Json = None
    error: Mapping[str, Json] | None = None

    def __repr__(self) -> str:
        return f"<Step {self.id} {'failed' if self.error else 'finished'}>"


def step_name(op: Mapping[str, Json]) -> str:
    """Give the id of a step as its author wrote it, with the number of a repeat."""
    name = str(op.get("displayName") or op.get("id"))
    userland = op.get("userland")
    index = userland.get("index") if isinstance(userland, dict) else None
    return f"{name}:{index}" if index else name


def failed(op: Mapping[str, Json]) -> Json:
    """Make the memo of a step that failed for good."""
    given = op.get("error")
    error = given if isinstance(given, dict) else {}
    # Without a name and a message an SDK would take the memo for a result.
    known: dict[str, Json] = {key: error[key] for key in _ERROR_KEYS if key in error}
    return {"error": {"name": "Error", "message": "", **known}}


def step_of(name: str, memo: Json) -> Step:
    match memo:
        case {"data": data, **rest} if not rest:
            return Step(name, data)
        case {"error": dict() as error, **rest} if not rest:
            return Step(name, error=error)
        case _:
            return Step(name, memo)
