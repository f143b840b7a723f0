"""What a run asks for, and how it is read from what an app reports.

Source of the forms: inngest/inngest: pkg/execution/state/opcode.go
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from .expressions import Expression, parse
from .function_parser import duration_s
from .go_json import Json

DISCOVER: Final = "step"
"""The target of a call that is to find out what comes next."""

_YEAR: Final = 365 * 86400.0


@dataclass(frozen=True, slots=True)
class Call:
    """Call the app.

    Attributes:
        target: :data:`DISCOVER`, or the hashed id of a planned step.
        attempt: Which attempt of this call it is, from 0.
        delay: In how many seconds.
    """

    target: str = DISCOVER
    attempt: int = 0
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Sleep:
    """Resume a step at a time.

    Attributes:
        step_id: The step's hashed id.
        until: Seconds since 1970, by the clock of the app; None if there is a delay.
        delay_s: In how many seconds.
    """

    step_id: str
    until: float | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Resume a step with the first event that matches, or with nothing.

    Attributes:
        step_id: The step's hashed id.
        event: The event's name.
        expression: A filter on the run's event (``event``) and the one that comes (``async``).
        timeout: After how many seconds to give up.
    """

    step_id: str
    event: str
    expression: Expression | None
    timeout: float


@dataclass(frozen=True, slots=True)
class Invoke:
    """Run another function, and resume a step with what it returns.

    Attributes:
        step_id: The step's hashed id.
        function_id: ``<app id>-<function id>``.
        data: The data of its event.
        timeout: After how many seconds to give up.
    """

    step_id: str
    function_id: str
    data: Mapping[str, Json]
    timeout: float


Command: TypeAlias = Call | Sleep | Wait | Invoke


def from_op(step_id: str, op: Mapping[str, Json]) -> Command:
    """Read what an app reports of a step that is still to be done."""
    given, name = options(op), str(op.get("name"))
    match op.get("op"):
        case "StepPlanned":
            return Call(step_id)
        case "Sleep":
            return _sleep(step_id, str(given.get("duration") or name))
        case "WaitForEvent":
            text = given.get("if")
            expression = parse(str(text), ("event", "async")) if text is not None else None
            return Wait(step_id, name, expression, duration_s(given.get("timeout")))
        case _:
            payload, timeout = given.get("payload"), given.get("timeout")
            data = payload.get("data") if isinstance(payload, dict) else None
            return Invoke(
                step_id,
                str(given.get("function_id")),
                data if isinstance(data, dict) else {},
                _YEAR if timeout is None else duration_s(timeout),
            )


def _sleep(step_id: str, name: str) -> Sleep:
    """Read until when, or for how long, to sleep: SDKs say the one or the other."""
    try:
        return Sleep(step_id, delay_s=duration_s(name))
    except ValueError:
        return Sleep(step_id, until=datetime.fromisoformat(name).timestamp())


def options(op: Mapping[str, Json]) -> dict[str, Json]:
    """Give the options of an op."""
    given = op.get("opts")
    return given if isinstance(given, dict) else {}
