"""What telemetry records, kept in memory."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from platform_events import telemetry

SECRET = "what-nobody-may-read"


class Recording:
    """Spans and metrics."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader])

    @property
    def spans(self) -> list[ReadableSpan]:
        """The spans that have ended; none holds a value."""
        spans = list(self._exporter.get_finished_spans())
        assert not any(SECRET in span.to_json() for span in spans)
        return spans

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span

    def points(self, metric: str) -> list[tuple[Mapping[str, Any], Any]]:
        """The attributes and the value of each point; of a histogram, the count."""
        data = self._reader.get_metrics_data()
        found: list[Any] = []
        for resource in data.resource_metrics if data is not None else []:
            for scope in resource.scope_metrics:
                for one in scope.metrics:
                    if one.name == metric:
                        found += list(one.data.data_points)
        assert SECRET not in str(found)
        return [(dict(p.attributes), p.value if hasattr(p, "value") else p.count) for p in found]

    def values(self, metric: str, *attributes: str) -> dict[tuple[Any, ...], Any]:
        """The values of a metric, by some of its attributes."""
        return {tuple(a.get(name) for name in attributes): v for a, v in self.points(metric)}


def context_of(span: ReadableSpan) -> SpanContext:
    context: SpanContext | None = span.context
    assert context is not None
    return context


def attributes_of(span: ReadableSpan) -> Mapping[str, Any]:
    return dict(span.attributes or {})


def carrier_of(span: ReadableSpan) -> dict[str, str]:
    """The context of a span, as an event carries it."""
    context = context_of(span)
    ids = f"{context.trace_id:032x}-{context.span_id:016x}"
    return {"traceparent": f"00-{ids}-{context.trace_flags:02x}"}


def linked(span: ReadableSpan) -> set[int]:
    return {link.context.span_id for link in span.links}


@contextmanager
def recording() -> Generator[Recording]:
    """Switch telemetry on for a block."""
    recorded = Recording()
    telemetry.instrument(tracer_provider=recorded.tracers, meter_provider=recorded.meters)
    try:
        yield recorded
    finally:
        telemetry.uninstrument()
        recorded.tracers.shutdown()
        recorded.meters.shutdown()
