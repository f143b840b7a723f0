"""Spans and metrics of the calls of functions, and of their steps."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from opentelemetry.trace import Span, SpanKind, Tracer

from ..functions._call_report import headers_of
from . import _attributes as names
from ._errors import error_type, mark_failed
from ._trace_links import current_carrier, links_to_senders, parent_of

if TYPE_CHECKING:
    from ..functions._call_report import Call
    from ._instruments import Instruments


# How the SDK reports a step that was executed, which has a span.
_DONE_HERE: Final = frozenset({"StepRun", "StepError", "StepFailed"})


class CallTelemetry:
    """Observes calls of functions."""

    def __init__(self, tracer: Tracer, instruments: Instruments) -> None:
        self._tracer, self._instruments = tracer, instruments

    @contextmanager
    def observe_call(self, call: Call) -> Generator[None]:
        """Make a call a span, which continues the trace of the server and links to the senders."""
        began = time.perf_counter()
        failed: dict[str, str] = {}
        with self._tracer.start_as_current_span(
            f"process {call.event.name}",
            context=parent_of(headers_of(call)),
            kind=SpanKind.CONSUMER,
            links=links_to_senders(call.events),
            attributes={**_describe(call), **_ids_of(call)},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                failed = _mark(span, error)
                for step_id, op in _left_to_server(error):
                    span.add_event("step", {names.STEP_ID: step_id, names.STEP_OP: op})
                if isinstance(error, Exception) and call.is_final(error):
                    self._count_run(call, "failed")
                raise
            else:
                self._count_run(call, "completed")
            finally:
                seconds = time.perf_counter() - began
                self._instruments.call_duration.record(seconds, {**_describe(call), **failed})

    @contextmanager
    def observe_step(self, call: Call, step_id: str) -> Generator[None]:
        """Make a step that is executed a span."""
        with self._tracer.start_as_current_span(
            f"step {step_id}",
            kind=SpanKind.INTERNAL,
            attributes={names.STEP_ID: step_id, **_ids_of(call)},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                _mark(span, error)
                raise

    def context_of_call(self) -> dict[str, str]:
        """Return the trace context of the call, for events that it invokes functions with."""
        return current_carrier()

    def note_invalid(self, events: Sequence[str]) -> None:
        """Count events whose data is invalid."""
        for name in events:
            self._instruments.invalid.add(
                1, {**names.operation("process"), names.DESTINATION: name}
            )

    def _count_run(self, call: Call, outcome: str) -> None:
        attributes = {names.FUNCTION_ID: call.function.id, names.OUTCOME: outcome}
        self._instruments.runs.add(1, attributes)


def _describe(call: Call) -> dict[str, str]:
    """Return the attributes that have few values: those of metrics, too."""
    return {
        **names.operation("process"),
        names.DESTINATION: call.event.name,
        names.CONSUMER_GROUP: call.function.id,
    }


def _ids_of(call: Call) -> dict[str, str | int]:
    count = len(call.events.value)
    message: dict[str, str | int] = (
        {names.MESSAGE_ID: call.event.id} if count == 1 else {names.MESSAGE_COUNT: count}
    )
    return {
        names.FUNCTION_ID: call.function.id,
        names.RUN_ID: call.run_id,
        names.ATTEMPT: call.attempt,
        **message,
    }


def _left_to_server(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield the steps that the server is to do, or to plan, as the SDK reports them."""
    for response in getattr(error, "responses", ()):  # private to the SDK, which may move them
        step = getattr(response, "step", None)
        op = getattr(getattr(step, "op", None), "value", None)
        if isinstance(op, str) and op not in _DONE_HERE:
            yield str(getattr(step, "display_name", "")), op


def _mark(span: Span, error: BaseException) -> dict[str, str]:
    """Mark a span as failed; return what metrics say of the error."""
    if not isinstance(error, Exception) and type(error).__module__.startswith("inngest."):
        return {}  # the SDK ends a call when a step was run or planned
    mark_failed(span, error)
    return {names.ERROR_TYPE: error_type(error)}
