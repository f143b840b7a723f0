"""Checks what a file says of an event, by the rules for producers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import inngest

from ..errors import InvalidEventError, InvalidEventNameError, Problem, UnknownEventError, show_key
from ..event import Event, check_id, encode_data, require_event_class, to_milliseconds
from ..settings import DEFAULT_MAX_EVENT_BYTES
from ..wire import encode_event
from .reading import Record

_KEYS: Final = ("name", "data", "id", "ts")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one event of a file. No value of a payload is in it.

    Attributes:
        line: The line that the event begins on.
        name: The event's name; empty if it is none.
        field: The field, such as ``"data.member_id"``; empty for the whole.
        rule: The rule that is broken.
        message: What is wrong.
    """

    line: int
    name: str
    field: str
    rule: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: {self.name}: " if self.name else f"line {self.line}: "
        field = f"{self.field}: " if self.field else ""
        return f"{place}{field}{self.message} ({self.rule})"


def check_record(
    record: Record, *, max_event_bytes: int = DEFAULT_MAX_EVENT_BYTES
) -> list[Finding]:
    """Check one event of a file.

    Args:
        record: What the file says.
        max_event_bytes: The most bytes that it may have as JSON.

    Returns:
        What is wrong, each rule that is broken; nothing if the event can be sent.

    Example:
        >>> from platform_events.cli.checking import check_record
        >>> from platform_events.cli.reading import Record
        >>> print(*check_record(Record(7, {"name": "platform/scoring.guess", "data": {}})))
        line 7: name: no event is named 'platform/scoring.guess'. Did you mean ... (unknown_event)
    """
    if record.fault:
        return [Finding(record.line, "", "", "json", record.fault)]
    event = cast("dict[str, Any]", record.value)  # JSON
    if not isinstance(event, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # or another value
        return [Finding(record.line, "", "", "object", "an event is a JSON object")]
    missing = [
        Finding(record.line, "", key, "missing", "it is missing")
        for key in ("name", "data")
        if key not in event
    ]
    if "name" not in event:
        return missing
    try:
        cls = require_event_class(event["name"])
    except InvalidEventNameError as error:
        return [Finding(record.line, "", "name", str(error.rule), str(error))]
    except UnknownEventError as error:
        return [Finding(record.line, "", "name", "unknown_event", str(error))]
    name = cls.event_name
    known = f"there is no such key, only {', '.join(_KEYS)}"
    found = [replace(finding, name=name) for finding in missing]
    found += [
        Finding(record.line, name, show_key(key), "unknown_key", known)
        for key in event
        if key not in _KEYS
    ]
    for key, check in _CHECKS.items():
        if key in event:
            try:
                check(cls, event[key])
            except InvalidEventError as error:
                found += [_finding(record.line, name, key, problem) for problem in error.problems]
    if not found and (size := len(encode_event(to_event(record)))) > max_event_bytes:
        message = f"too large to send: {size} bytes as JSON, and {max_event_bytes} are allowed"
        found.append(Finding(record.line, name, "", "event_size", message))
    return found


def to_event(record: Record) -> inngest.Event:
    """Make the SDK's event of one that was checked.

    Args:
        record: What the file says, without a finding.

    Returns:
        The event, as ``send_events`` takes it.

    Example:
        >>> from platform_events.cli.checking import to_event
        >>> from platform_events.cli.reading import Record
        >>> to_event(Record(1, {"name": "platform/scoring.calculate", "data": {}})).name
        'platform/scoring.calculate'
    """
    event = cast("dict[str, Any]", record.value)  # JSON
    return inngest.Event(
        name=event["name"], data=event["data"], id=event.get("id", ""), ts=event.get("ts", 0)
    )


def _finding(line: int, name: str, key: str, problem: Problem) -> Finding:
    inside = f".{problem.location}" if key == "data" and problem.location else ""
    return Finding(line, name, f"{key}{inside}", problem.rule, problem.message)


# What is checked of an event, key by key; the data by the rules for producers.
_CHECKS: Final[dict[str, Callable[[type[Event], Any], object]]] = {
    "data": encode_data,
    "id": lambda cls, id: check_id(cls.event_name, id),
    "ts": lambda cls, ts: to_milliseconds(cls.event_name, ts),
}
