"""Spans and metrics of sends, and the context that events carry."""

from __future__ import annotations

import time
from collections import Counter
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import inngest
from opentelemetry.trace import Link, Span, SpanKind, Tracer

from ..errors import EventTooLargeError, InvalidEventError
from ..events._hidden import Hidden
from ..events.event import Event
from ..sending._delivery import Handover
from . import _attributes as names
from ._errors import error_type, mark_failed
from ._trace_links import current_carrier, links_to_senders

if TYPE_CHECKING:
    from ..events._encoding import Sendable
    from ..sending._delivery import SendFlow
    from ..sending.settings import Settings
    from ._instruments import Instruments

_is_sending: Final[ContextVar[bool]] = ContextVar("is_sending", default=False)


class SendTelemetry:
    """Observes sends."""

    def __init__(self, tracer: Tracer, instruments: Instruments) -> None:
        self._tracer, self._instruments = tracer, instruments

    def carrier(self, name: str) -> dict[str, str]:
        """Return the context for an event that is being encoded.

        For an event that is sent, it is that of the send. What is written to an outbox gets a span
        of its own, as the relay's send has no part in the writer's trace.
        """
        if _is_sending.get():
            return current_carrier()
        attributes = {**names.operation("create"), names.DESTINATION: name}
        with self._tracer.start_as_current_span(
            f"create {name}", kind=SpanKind.PRODUCER, attributes=attributes
        ):
            return current_carrier()

    def observe_send(self, flow: SendFlow, settings: Settings, name: str | None) -> SendFlow:
        """Return a flow that does the same in a span."""
        account = _Account(name)
        server = _server(settings)
        began = time.perf_counter()
        token = _is_sending.set(True)
        try:
            with self._tracer.start_as_current_span(
                f"send {name}" if name else "send",
                kind=SpanKind.PRODUCER,
                attributes={**names.operation("send"), **account.destination(), **server},
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                try:
                    return (yield from _watched(flow, account))
                except BaseException as error:
                    mark_failed(span, error)
                    account.fail(error)
                    raise
                finally:
                    account.describe(span)
        finally:
            _is_sending.reset(token)
            self._count(account, server, time.perf_counter() - began)

    def _count(self, account: _Account, server: dict[str, str | int], seconds: float) -> None:
        common = {**names.operation("send"), **server}
        duration = {**common, **account.destination(), **account.failed}
        self._instruments.send_duration.record(seconds, duration)
        for (name, is_accepted), count in account.counts.items():
            outcome = "accepted" if is_accepted else "not_accepted"
            attributes = {**common, names.DESTINATION: name, names.OUTCOME: outcome}
            failed = {} if is_accepted else account.failed
            self._instruments.sent.add(count, {**attributes, **failed})
        if account.invalid is not None:
            attributes = {**names.operation("send"), names.DESTINATION: account.invalid}
            self._instruments.invalid.add(1, attributes)


class _Account:
    """What became of the events of one send. It holds neither events nor errors."""

    def __init__(self, name: str | None) -> None:
        self.failed: dict[str, str] = {}
        self.invalid: str | None = None
        self.counts: Counter[tuple[str, bool]] = Counter()
        self.first_id = ""
        self.links: list[Link] = []
        self._name = name

    def add(self, handover: Handover) -> None:
        """Add the events of a request, when it is settled."""
        outcome = handover.outcome
        self.counts.update(zip(map(_name_of, outcome.events), map(bool, outcome.ids), strict=True))
        self.first_id = self.first_id or outcome.ids[0]
        # What is not made here was received before, or stored: it carries its sender's context.
        received = Hidden([_to_inngest(e) for e in outcome.events if not isinstance(e, Event)])
        self.links += links_to_senders(received)

    def fail(self, error: BaseException) -> None:
        """Take note of how the send failed."""
        self.failed = {names.ERROR_TYPE: error_type(error)}
        if isinstance(error, InvalidEventError | EventTooLargeError):
            self.invalid = error.event

    def destination(self) -> dict[str, str]:
        """Return the attribute that names the event, if there is one alone."""
        found = {name for name, _ in self.counts} | {self._name} - {None}
        return {names.DESTINATION: str(*found)} if len(found) == 1 else {}

    def describe(self, span: Span) -> None:
        """Describe the send in its span."""
        total = self.counts.total()
        span.set_attributes(self.destination())
        for name in self.destination().values():
            span.update_name(f"send {name}")
        if total > 1 or self._name is None:
            span.set_attribute(names.MESSAGE_COUNT, total)
        elif self.first_id:
            span.set_attribute(names.MESSAGE_ID, self.first_id)
        for link in self.links:
            span.add_link(link.context)


def _to_inngest(event: Sendable) -> inngest.Event:
    return event if isinstance(event, inngest.Event) else event.to_inngest()


def _watched(flow: SendFlow, account: _Account) -> SendFlow:
    """Run a flow, and take note of what becomes of its requests."""
    try:
        command = next(flow)
        while True:
            try:
                yield command
            except BaseException as error:  # noqa: BLE001  # the flow decides what becomes of it
                _note(command, account)
                command = flow.throw(error)
            else:
                _note(command, account)
                command = flow.send(None)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids


def _note(command: object, account: _Account) -> None:
    if isinstance(command, Handover):
        account.add(command)


def _name_of(event: Sendable) -> str:
    return event.name if isinstance(event, inngest.Event) else event.event_name


def _server(settings: Settings) -> dict[str, str | int]:
    url = urlsplit(settings.event_api_base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    return {names.SERVER_ADDRESS: url.hostname or "", names.SERVER_PORT: port}
