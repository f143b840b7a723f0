"""One trace from a request through the outbox and Inngest to a function and what that sends.

Run it, without a server or settings::

    python -m examples.tracing

It prints the spans as a tree; a line that begins with an arrow is a link. Inngest's own spans are
not among them: they are in its dashboard, and the calls that it makes continue its trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import fastapi
import httpx
import inngest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from platform_events import (
    ScoringCalculate,
    WorkoutLogged,
    create_function,
    outbox,
    send_events_step,
    telemetry,
)
from platform_events.fast_api import serve
from platform_events.outbox.table import default_table
from platform_events.testing import LocalInngest, use_server

from .hosting import hosting

_TIMEOUT_S: Final = 10.0


@create_function(fn_id="want-score", trigger=WorkoutLogged)
async def want_score(ctx: inngest.Context, event: WorkoutLogged) -> list[str]:
    """Ask for a score when a workout was logged."""
    wanted = ScoringCalculate(
        member_id=event.member_id, gym_id=event.gym_id, score="progress", reason="workout-logged"
    )
    return await send_events_step(ctx.step, "ask", [wanted])


@create_function(fn_id="calculate-score", trigger=ScoringCalculate)
def calculate_score(ctx: inngest.ContextSync, event: ScoringCalculate) -> float:
    """Calculate a score."""
    return ctx.step.run("measure", lambda: 71.5)


def make_app(engine: Engine, tracer_provider: TracerProvider) -> fastapi.FastAPI:
    """Make a service that stores workouts, with their events, and serves the functions.

    Args:
        engine: The service's database.
        tracer_provider: Where the spans of requests go. FastAPI takes the global one by itself.

    Returns:
        The app.
    """
    app = fastapi.FastAPI(telemetry={"tracer_provider": tracer_provider, "operation_spans": False})

    @app.post("/workouts", status_code=201)
    def log_workout(workout_id: Annotated[str, fastapi.Body(embed=True)]) -> None:
        logged = WorkoutLogged(
            member_id="mem_1",
            gym_id="gym_1",
            workout_id=workout_id,
            activity_type="running",
            source="wearable",
            started_at=datetime.now(UTC),
            duration_s=1_800.0,
        )
        with Session(engine) as session, session.begin():
            # The service stores the workout here.
            outbox.send_event(session, logged)

    serve(app, [want_score, calculate_score])
    return app


def trace_workout() -> Sequence[ReadableSpan]:
    """Log one workout, and wait until both functions have run.

    Returns:
        All spans.
    """
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    telemetry.instrument(tracer_provider=provider)
    # One connection for the threads of the app and of the relay.
    engine = create_engine(
        "sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool
    )
    default_table.create(engine)
    try:
        with (
            LocalInngest() as server,
            use_server(server),
            hosting(make_app(engine, provider)) as url,
        ):
            server.register(url)
            workout = {"workout_id": "wko_1"}
            httpx.post(f"{url}/workouts", json=workout, timeout=_TIMEOUT_S).raise_for_status()
            outbox.connect_relay(engine).run_once()
            server.wait_idle(_TIMEOUT_S)
    finally:
        telemetry.uninstrument()
        engine.dispose()
    return spans.get_finished_spans()


def show(spans: Sequence[ReadableSpan]) -> Iterator[str]:
    """Show spans as a tree.

    Args:
        spans: The spans.

    Yields:
        Lines.
    """
    by_id = {span.context.span_id: span for span in spans if span.context is not None}
    for span in sorted(spans, key=lambda span: span.start_time or 0):
        if span.parent is None or span.parent.span_id not in by_id:
            yield from _show_below(span, by_id, 0)


def _show_below(span: ReadableSpan, by_id: Mapping[int, ReadableSpan], depth: int) -> Iterator[str]:
    indent = "    " * depth
    yield f"{indent}{span.name} ({span.kind.name})"
    for link in span.links:
        linked = by_id.get(link.context.span_id)
        if linked is not None:
            yield f"{indent}  -> {linked.name}"
    own = span.context.span_id if span.context is not None else 0
    for child in by_id.values():
        if child.parent is not None and child.parent.span_id == own:
            yield from _show_below(child, by_id, depth + 1)


if __name__ == "__main__":
    print(*show(trace_workout()), sep="\n")
