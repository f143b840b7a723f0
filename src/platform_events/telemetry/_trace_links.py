"""Trace contexts in events and in the headers of calls, by the W3C's Trace Context."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final, cast

import inngest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ..events._hidden import Hidden
from ..events._trace_context import MAX_LENGTH, read_context

# Not the propagators that are configured: baggage may hold anything, and events are stored.
_PROPAGATOR: Final = TraceContextTextMapPropagator()
_log: Final = logging.getLogger("platform_events.telemetry")
_FAILED: Final = "inngest/function.failed"
_MAX_LINKS: Final = 128


def current_carrier() -> dict[str, str]:
    """Return the current trace context as events carry it; empty if there is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return {name: value for name, value in carrier.items() if len(value) <= MAX_LENGTH}


def parent_of(headers: Mapping[str, str]) -> Context | None:
    """Return the context that a call continues; None for the current one.

    If the request has a span already, by an instrumented web framework, that is the parent: it
    continues the same trace.
    """
    remote = _span_context(headers)
    current = trace.get_current_span().get_span_context()
    if remote is None or current.trace_id == remote.trace_id:
        return None
    return trace.set_span_in_context(trace.NonRecordingSpan(remote))


def links_to_senders(events: Hidden[Sequence[inngest.Event]]) -> list[Link]:
    """Return a link to the context in which each event was made, without duplicates."""
    found: dict[tuple[int, int], SpanContext] = {}
    try:
        for carrier in chain.from_iterable(map(_carriers_in, events.value)):
            context = _span_context(carrier)
            if context is not None and len(found) < _MAX_LINKS:
                found.setdefault((context.trace_id, context.span_id), context)
    except Exception as error:  # noqa: BLE001  # no event is lost for want of a link
        _log.warning("the senders of events cannot be linked: %s", type(error).__name__)
    return [Link(context) for context in found.values()]


def _carriers_in(event: inngest.Event) -> list[dict[str, str]]:
    if event.name != _FAILED:
        return [read_context(event.data)]
    # Its data holds the events of the run that failed. Any: JSON.
    failed = Hidden(cast("Mapping[str, Any]", event.data))
    originals: Hidden[list[Any]] = Hidden(
        failed.value.get("events") or [failed.value.get("event") or {}]
    )
    return [read_context(original.get("data") or {}) for original in originals.value]


def _span_context(carrier: Mapping[str, str]) -> SpanContext | None:
    if "traceparent" not in carrier:
        return None
    context = _PROPAGATOR.extract(carrier, Context())
    found = trace.get_current_span(context).get_span_context()
    return found if found.is_valid else None
