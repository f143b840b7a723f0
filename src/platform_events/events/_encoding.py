"""Events as the JSON objects that Inngest's Event API takes.

The members of an event are those of ``inngest/inngest``: ``pkg/event/event.go``.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import pydantic_core

from ..errors import InvalidEventError, Problem
from ._envelope import check_id, to_milliseconds
from ._hidden import hide_locals
from ._trace_context import MEMBER, add_context
from .event import Event, encode_data, encode_event_data, require_event_class

if TYPE_CHECKING:
    import inngest

    from ..errors import TypedEvent

    Sendable: TypeAlias = TypedEvent | inngest.Event
    """An event, or what its ``to_inngest(id=..., ts=...)`` gives."""

# As json.dumps does, without a look at its options.
_encode_text: Final = json.JSONEncoder().encode


@hide_locals
def encode_event(event: object) -> bytes:
    """Check an event of the platform and encode it; without a time, the server gives it one."""
    return join_event(*encode_parts(event))


@hide_locals
def encode_parts(event: object) -> tuple[str, bytes, str | None, int | None]:
    """Check an event of the platform and encode its data."""
    import inngest

    if isinstance(event, Event):
        data = add_context(event.event_name, encode_event_data(event))
        return event.event_name, data, None, None
    if isinstance(event, inngest.Event):
        data = encode_data(require_event_class(event.name), event.data)
        if MEMBER not in event.data:  # the context of who sent it first
            data = add_context(event.name, data)
        return event.name, data, event.id or None, event.ts or None
    raise TypeError(f"{describe_type(event)} is not an event: send an instance of an event class")


@hide_locals
def encode_any(event: object) -> bytes:
    """Encode an event of the SDK whatever its name, for those who call the client itself."""
    import inngest

    if not isinstance(event, inngest.Event):
        raise TypeError(
            f"{describe_type(event)} is not an inngest.Event: use send_event() for other events"
        )
    # The SDK's model checks nothing that is assigned.
    if not isinstance(cast("object", event.name), str) or not event.name:
        problem = Problem("name", "event_name", "must be a non-empty string")
        raise InvalidEventError("an event", [problem])
    data = b""
    with suppress(TypeError, ValueError):
        values = pydantic_core.to_jsonable_python(dict(event.data))
        data = json.dumps(values, allow_nan=False).encode()
    if not data:  # raised here, so that no context holds the values
        problem = Problem("data", "json_type", "must hold JSON values only")
        raise InvalidEventError(event.name, [problem])
    if MEMBER not in event.data:
        data = add_context(event.name, data)
    return join_event(event.name, data, event.id or None, event.ts or None)


@lru_cache(maxsize=1_024)
def _encode_name(name: str) -> bytes:
    return _encode_text(name).encode()


def join_event(name: str, data: bytes, id: object, ts: object) -> bytes:
    """Put an event together whose data is encoded already."""
    parts = [b'{"name":', _encode_name(name), b',"data":', data]
    if id is not None:
        parts += [b',"id":', _encode_text(check_id(name, id)).encode()]
    if ts is not None:
        parts += [b',"ts":', str(to_milliseconds(name, ts)).encode()]
    parts.append(b"}")
    return b"".join(parts)


def describe_type(value: object) -> str:
    """Describe a value in an error message by its type alone."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"
