"""The trace context of an event's sender, carried as the member ``_trace`` of the event's data.

A server continues no trace of a sender: the calls that an event starts belong to a trace of its
own. So the event itself carries what links the two: a W3C Trace Context, as the object that
OpenTelemetry's propagators write and read::

    {"name": "platform/...", "data": {"member_id": "mem_1", "_trace": {"traceparent": "00-..."}}}

A server passes this member on unchanged, in batches, through its API and over its outbound
connection alike; an outbox stores it with the event. It is not a field: no schema has it, a field
cannot begin with an underscore, and consumers ignore members that they do not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

MEMBER: Final = "_trace"
"""The member of an event's data that carries the context."""

_FIELDS: Final = ("traceparent", "tracestate")
MAX_LENGTH: Final = 512
"""The most characters of a member of a context; others need pass no more on (W3C Trace Context)."""

Carrier: TypeAlias = Mapping[str, str]
"""A trace context: ``traceparent``, and ``tracestate`` if there is one."""


class _Propagation:
    inject: Callable[[str], Carrier] | None = None


propagation: Final = _Propagation()
"""What puts the context of the sender into events, called with an event's name; nothing, unless
telemetry is switched on."""


def add_context(name: str, data: bytes) -> bytes:
    """Add the context of the sender to the data of an event."""
    inject = propagation.inject
    return data if inject is None else join_context(data, inject(name))


def join_context(data: bytes, carrier: object) -> bytes:
    """Put a context into encoded data."""
    if not carrier:
        return data
    member = json.dumps({MEMBER: carrier}, separators=(",", ":")).encode()[1:]
    body = data.rstrip()[:-1].rstrip()
    return body + (b"" if body.endswith(b"{") else b",") + member


def split_context(data: object) -> tuple[object, Carrier]:
    """Take the context out of data that is to be checked by the rules for producers."""
    if not isinstance(data, Mapping):
        return data, {}
    members = cast("Mapping[str, object]", data)
    carrier = read_context(members) if MEMBER in members else {}
    if not carrier or members[MEMBER] != carrier:
        return members, {}
    return {key: value for key, value in members.items() if key != MEMBER}, carrier


def read_context(data: Mapping[str, object]) -> dict[str, str]:
    """Return the context that an event carries, from any sender."""
    own = data.get(MEMBER)
    carrier = cast("Mapping[str, object]", own) if isinstance(own, Mapping) else data
    return {
        field: value
        for field in _FIELDS
        if isinstance(value := carrier.get(field), str) and len(value) <= MAX_LENGTH
    }
