"""The Event API without HTTP: from a request's body to an answer and the events accepted.

Events are accepted one by one, in order; the first bad one ends the request, and those before it
stay accepted. Source of all rules and texts: inngest/inngest: pkg/api/api.go, pkg/event/event.go,
pkg/eventstream/eventstream.go
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias
from urllib.parse import parse_qs

from . import go_json, sessions
from .go_json import Json, JsonError
from .ulid import parse_seed, seeded

MAX_EVENT_BYTES: Final = 3 * 1024 * 1024
MAX_EVENTS: Final = 5000
_FORM: Final = "application/x-www-form-urlencoded"
_NOT_EVENTS: Final = "Request body must contain an event object or an array of event objects"
_EARLIEST: Final = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp() * 1000)
_LATEST: Final = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1000)
_INT64: Final = range(-(1 << 63), 1 << 63)

EventJson: TypeAlias = dict[str, Json]
"""An event as apps get it: ``name``, ``data``, ``user``, ``id``, ``ts``, and ``v``, ``meta``."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    # A ULID, which the sender gets back.
    internal_id: str
    # As apps get it; its ``id`` is the sender's, if there was one.
    event: EventJson

    def __repr__(self) -> str:
        return f"<ReceivedEvent {self.name} {self.internal_id}>"

    @property
    def name(self) -> str:
        return str(self.event["name"])

    @property
    def data(self) -> Mapping[str, Json]:
        data = self.event["data"]
        return data if isinstance(data, dict) else {}


def timestamp_ms(received: ReceivedEvent) -> int:
    ts = received.event["ts"]
    return ts if isinstance(ts, int) else 0


@dataclass(frozen=True, slots=True)
class Receipt:
    status: int
    body: bytes
    # To be acted upon, though the status may be 400.
    accepted: tuple[ReceivedEvent, ...] = ()


def check_key(key: str, keys: Collection[str] | None) -> Receipt | None:
    if keys is None or key in keys:
        return None
    if keys:
        return _refused(401, "Event key not found")
    return _refused(503, "Event keys are required to process events securely")


def receive(
    body: bytes, headers: Mapping[str, str], *, now: int, new_id: Callable[[], str]
) -> Receipt:
    seed = parse_seed(headers.get("x-inngest-event-id-seed", ""))
    accepted: list[ReceivedEvent] = []
    error = ""
    try:
        for raw in _elements(body, headers.get("content-type", "")):
            event = _event(raw, now)
            internal_id = seeded(seed, len(accepted) + 1) if seed else new_id()
            event["id"] = event["id"] or internal_id
            accepted.append(ReceivedEvent(internal_id, event))
    except ValueError as refusal:
        error = str(refusal)
    # When nothing was accepted the server answers one empty id, not none.
    answer: dict[str, object] = {"ids": [one.internal_id for one in accepted] or [""]}
    answer |= {"status": 400, "error": error} if error else {"status": 200}
    return Receipt(400 if error else 200, _go_json(answer), tuple(accepted))


def _elements(body: bytes, content_type: str) -> Iterator[Json]:
    # Escaped surrogates keep the length of bytes that are not UTF-8; canonical mends them later.
    text = body.decode("utf-8", "surrogateescape")
    start = go_json.skip_space(text, 0)
    match text[start : start + 1]:
        case "":
            return
        case "{":
            _check_size(text[start:])
            yield go_json.loads(text[start:])
        case "[":
            yield from _array(text, start + 1)
        case _ if content_type.partition(";")[0].strip() == _FORM:
            yield {key: [*values] for key, values in parse_qs(text, True).items()}
        case _:
            raise ValueError(_NOT_EVENTS)


def _array(text: str, place: int) -> Iterator[Json]:
    count = 0
    # Go's decoder takes the end of the text, or a brace, for the end of the array.
    while text[(place := go_json.skip_space(text, place)) : place + 1] not in {"", "]", "}"}:
        if count == MAX_EVENTS:
            raise ValueError(f"Cannot have more than {MAX_EVENTS} events in a batch")
        if count:
            if text[place] != ",":
                raise ValueError("expected comma after array element")
            place = go_json.skip_space(text, place + 1)
        value, end = go_json.read_value(text, place)
        _check_size(text[place:end])
        yield value
        place, count = end, count + 1


def _check_size(text: str) -> None:
    size = len(text.encode("utf-8", "surrogateescape"))
    if size > MAX_EVENT_BYTES:
        raise ValueError(
            f"Event is over the max size: Max {MAX_EVENT_BYTES} bytes / Size {size} bytes"
        )


def _event(raw: Json, now: int) -> EventJson:
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise JsonError(f"json: cannot unmarshal {_go_kind(raw)} into Go value of type event.raw")
    fields = {key.lower(): value for key, value in raw.items()}
    name = _text(fields, "name")
    identity, version = _text(fields, "id"), _text(fields, "v")
    data, user = _object(fields, "data"), _object(fields, "user")
    ts = _timestamp(fields)
    if name.lower().startswith("inngest/"):
        raise ValueError(f"event name is reserved for internal use: {name}")
    data.pop("_inngest", None)
    resolved = sessions.resolve(fields.get("meta"))
    if not name:
        raise ValueError("event name is empty")
    if ts and ts < _EARLIEST:
        raise ValueError("timestamp is before Jan 1, 1980")
    if ts > _LATEST:
        raise ValueError("timestamp is after Jan 1, 2100")
    event: EventJson = {"name": name, "data": data, "user": user, "id": identity, "ts": ts or now}
    if version:
        event["v"] = version
    if resolved:
        event["meta"] = {"sessions": dict(resolved)}
    return event


def _text(fields: Mapping[str, Json], name: str) -> str:
    value = go_json.normal(fields.get(name))
    if value is None or isinstance(value, str):
        return value or ""
    raise _wrong_type(name, value, "string")


def _object(fields: Mapping[str, Json], name: str) -> dict[str, Json]:
    value = go_json.normal(fields.get(name))
    if value is None or isinstance(value, dict):
        return value or {}
    raise _wrong_type(name, value, "map[string]interface {}")


def _timestamp(fields: Mapping[str, Json]) -> int:
    value = fields.get("ts")
    if value is None:
        return 0
    if type(value) is int and value in _INT64:
        return value
    raise _wrong_type("ts", value, "int64")


def _wrong_type(field: str, value: Json, wanted: str) -> JsonError:
    kind = _go_kind(value)
    return JsonError(
        f"json: cannot unmarshal {kind} into Go struct field raw.{field} of type {wanted}"
    )


def _go_kind(value: Json) -> str:
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "number"


def _refused(status: int, error: str) -> Receipt:
    return Receipt(status, _go_json({"status": status, "message": "", "error": error}))


def _go_json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace") + b"\n"
