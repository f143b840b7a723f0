"""What a run asks for, and how it is read from what an app reports.

Source of the forms: inngest/inngest: pkg/execution/state/opcode.go
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .durations import When, read_when
from .expressions import Expression, parse
from .go_json import Json

DISCOVER: Final = "step"
"""The target of a call that is to find out what comes next."""

_YEAR_S: Final = 365 * 86400.0


@dataclass(frozen=True, slots=True)
class Call:
    """Call the app."""

    # DISCOVER, or the hashed id of a planned step.
    target: str = DISCOVER
    # From 0.
    attempt: int = 0
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Sleep:
    """Resume a step at a time."""

    step_id: str
    end: When


@dataclass(frozen=True, slots=True)
class Wait:
    """Resume a step with the first event that matches, or with nothing."""

    step_id: str
    event: str
    # On the run's event (``event``) and the one that comes (``async``).
    expression: Expression | None
    timeout: When


@dataclass(frozen=True, slots=True)
class Invoke:
    """Run another function, and resume a step with what it returns."""

    step_id: str
    # ``<app id>-<function id>``.
    function_id: str
    data: Mapping[str, Json]
    timeout: When


@dataclass(frozen=True, slots=True)
class Infer:
    """Ask a model, and resume a step with what it answers."""

    step_id: str
    # The one in whose answer the app asked; it is made again after a failure.
    call: Call
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


Command: TypeAlias = Call | Sleep | Wait | Invoke | Infer


def from_op(step_id: str, op: Mapping[str, Json]) -> Command:
    """Read what an app reports of a step that is still to be done."""
    given, name = options(op), str(op.get("name"))
    match op.get("op"):
        case "StepPlanned":
            return Call(step_id)
        case "Sleep":
            return Sleep(step_id, read_when(given.get("duration") or name))
        case "WaitForEvent":
            text = given.get("if")
            expression = parse(str(text)) if text is not None else None
            return Wait(step_id, name, expression, _timeout(given, When()))
        case _:
            payload = given.get("payload")
            data = payload.get("data") if isinstance(payload, dict) else None
            return Invoke(
                step_id,
                str(given.get("function_id")),
                data if isinstance(data, dict) else {},
                _timeout(given, When(_YEAR_S)),
            )


def _timeout(given: Mapping[str, Json], default: When) -> When:
    # An empty one is a duration below zero, which the TypeScript SDK cannot write.
    text = given.get("timeout")
    return read_when(text) if text else default


def options(op: Mapping[str, Json]) -> dict[str, Json]:
    given = op.get("opts")
    return given if isinstance(given, dict) else {}
