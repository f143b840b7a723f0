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
    """What puts the context of the sender into events."""

    inject: Callable[[str], Carrier] | None = None


propagation: Final = _Propagation()
"""What puts the context of the sender into events, called with an event's name; nothing, unless
telemetry is switched on."""


def add_context(name: str, data: bytes) -> bytes:
    """Add the context of the sender to the data of an event.

    Args:
        name: The event's name.
        data: Its data without a context, a JSON object as UTF-8.

    Returns:
        The data, unchanged if telemetry is off.

    Example:
        >>> from platform_events.events._trace_context import add_context
        >>> add_context("platform/sync.a", b"{}")
        b'{}'
    """
    inject = propagation.inject
    return data if inject is None else join_context(data, inject(name))


def join_context(data: bytes, carrier: object) -> bytes:
    """Put a context into encoded data.

    Args:
        data: A JSON object as UTF-8, without a context.
        carrier: The context, which becomes JSON; nothing is added if it is empty.

    Returns:
        The JSON object with the context as its last member.

    Example:
        >>> from platform_events.events._trace_context import join_context
        >>> join_context(b'{"a":1}', {"traceparent": "00-..."})
        b'{"a":1,"_trace":{"traceparent":"00-..."}}'
    """
    if not carrier:
        return data
    member = json.dumps({MEMBER: carrier}, separators=(",", ":")).encode()[1:]
    body = data.rstrip()[:-1].rstrip()
    return body + (b"" if body.endswith(b"{") else b",") + member


def split_context(data: object) -> tuple[object, Carrier]:
    """Take the context out of data that is to be checked by the rules for producers.

    Args:
        data: The data of an event that was received, for example, and is sent again.

    Returns:
        The data without its context, and the context. Whatever else is called ``_trace`` stays.

    Example:
        >>> from platform_events.events._trace_context import split_context
        >>> split_context({"a": 1, "_trace": {"traceparent": "00-..."}})
        ({'a': 1}, {'traceparent': '00-...'})
    """
    if not isinstance(data, Mapping):
        return data, {}
    members = cast("Mapping[str, object]", data)
    carrier = read_context(members) if MEMBER in members else {}
    if not carrier or members[MEMBER] != carrier:
        return members, {}
    return {key: value for key, value in members.items() if key != MEMBER}, carrier


def read_context(data: Mapping[str, object]) -> dict[str, str]:
    """Return the context that an event carries, from any sender.

    Args:
        data: The data of the event, as it arrived.

    Returns:
        ``traceparent`` and perhaps ``tracestate``, from the member ``_trace``, or else from members
        of the data with these names, as some senders in TypeScript write them; empty if there is
        none.

    Example:
        >>> from platform_events.events._trace_context import read_context
        >>> read_context({"member_id": "mem_1", "_trace": {"traceparent": "00-..."}})
        {'traceparent': '00-...'}
    """
    own = data.get(MEMBER)
    carrier = cast("Mapping[str, object]", own) if isinstance(own, Mapping) else data
    return {
        field: value
        for field in _FIELDS
        if isinstance(value := carrier.get(field), str) and len(value) <= MAX_LENGTH
    }
