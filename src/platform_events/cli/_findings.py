"""Checks what a file says of an event, by the rules for producers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import JsonValue

from ..errors import InvalidEventError, InvalidEventNameError, Problem, UnknownEventError, show_key
from ..events._encoding import join_event
from ..events._envelope import check_id, to_milliseconds
from ..events.event import Event, encode_data, require_event_class
from ._records import Record, is_unicode

if TYPE_CHECKING:
    import inngest

_REQUIRED: Final = ("name", "data")
_KEYS: Final = ("name", "data", "id", "ts")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one event of a file. No value of a payload is in it."""

    line: int  # that the event begins on
    name: str  # empty if there is none
    field: str  # such as "data.member_id"; empty for the whole event
    rule: str  # the one that is broken
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: {self.name}: " if self.name else f"line {self.line}: "
        field = f"{self.field}: " if self.field else ""
        return f"{place}{field}{self.message} ({self.rule})"


def check_record(record: Record, *, max_event_bytes: int) -> list[Finding]:
    """Find every rule that an event of a file breaks; none if it can be sent."""
    if record.fault:
        return [Finding(record.line, "", "", "json", record.fault)]
    event = cast("dict[str, Any]", record.value)  # JSON
    if not isinstance(event, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # or another value
        return [Finding(record.line, "", "", "object", "an event is a JSON object")]
    if "name" not in event:
        return [_missing(record.line, "", key) for key in _REQUIRED if key not in event]
    try:
        cls = require_event_class(event["name"])
    except InvalidEventNameError as error:
        is_text = isinstance(event["name"], str)
        message = str(error) if is_text else "must be a string, the name of an event"
        return [Finding(record.line, "", "name", str(error.rule), message)]
    except UnknownEventError as error:
        return [Finding(record.line, "", "name", "unknown_event", str(error))]
    name = cls.event_name
    known = f"there is no such key, only {', '.join(_KEYS)}"
    found = [_missing(record.line, name, key) for key in _REQUIRED if key not in event]
    found += [
        Finding(record.line, name, show_key(key), "unknown_key", known)
        for key in event
        if key not in _KEYS
    ]
    checked: dict[str, Any] = {}  # as the checks give it
    for key, check in _CHECKS.items():
        if key in event:
            try:
                checked[key] = check(cls, event[key])
            except InvalidEventError as error:
                found += [_finding(record.line, name, key, problem) for problem in error.problems]
    if found:
        return found
    size = len(join_event(name, checked["data"], checked.get("id"), checked.get("ts")))
    if size > max_event_bytes:
        message = f"too large to send: {size} bytes as JSON, and {max_event_bytes} are allowed"
        found.append(Finding(record.line, name, "", "event_size", message))
    return found


def to_event(record: Record) -> inngest.Event:
    """Make the SDK's event of one that was checked, as ``send_events`` takes it."""
    import inngest

    event = cast("dict[str, Any]", record.value)  # JSON
    return inngest.Event(
        name=event["name"], data=event["data"], id=event.get("id", ""), ts=event.get("ts", 0)
    )


def _missing(line: int, name: str, key: str) -> Finding:
    return Finding(line, name, key, "missing", "it is missing")


def _finding(line: int, name: str, key: str, problem: Problem) -> Finding:
    inside = f".{problem.location}" if key == "data" and problem.location else ""
    return Finding(line, name, f"{key}{inside}", problem.rule, problem.message)


def _lone_surrogates(data: JsonValue) -> list[Problem]:
    r"""Find the texts that no UTF-8 can hold, which JSON may write as ``\ud800``."""
    message = "must be valid Unicode, but holds half of a surrogate pair"
    found: set[Problem] = set()
    waiting: list[tuple[str, JsonValue]] = [("", data)]
    while waiting:  # as deep as it may be
        place, value = waiting.pop()
        if isinstance(value, str) and not is_unicode(value):
            found.add(Problem(place, "string_unicode", message))
        elif isinstance(value, list):
            waiting += [(_inside(place, str(i)), part) for i, part in enumerate(value)]
        elif isinstance(value, dict):
            for key, part in value.items():
                waiting += [(_inside(place, key), key), (_inside(place, key), part)]
    return sorted(found, key=lambda problem: problem.location)


def _inside(place: str, part: str) -> str:
    return f"{place}.{show_key(part)}" if place else show_key(part)


def _encode_data(cls: type[Event], data: Any) -> bytes:  # Any: a JSON value
    problems = _lone_surrogates(data)
    if problems:
        raise InvalidEventError(cls.event_name, problems)
    return encode_data(cls, data)


def _check_ts(cls: type[Event], ts: object) -> int:
    if type(ts) is not int:
        message = "must be a whole number, milliseconds since 1970"
        raise InvalidEventError(cls.event_name, [Problem("ts", "event_ts", message)])
    return to_milliseconds(cls.event_name, ts)


# What is checked of an event, key by key; the data by the rules for producers.
_CHECKS: Final[dict[str, Callable[[type[Event], Any], object]]] = {
    "data": _encode_data,
    "id": lambda cls, id: check_id(cls.event_name, id),
    "ts": _check_ts,
}
