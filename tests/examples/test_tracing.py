"""The trace from a request through the outbox and Inngest to a function and what that sends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext

from examples.tracing import show, trace_workout

LOGGED, CALCULATE = "platform/scoring.workout-logged", "platform/scoring.calculate"

TREE = """\
POST /workouts (SERVER)
    create platform/scoring.workout-logged (PRODUCER)
send platform/scoring.workout-logged (PRODUCER)
  -> create platform/scoring.workout-logged
POST /api/inngest (SERVER)
    process platform/scoring.workout-logged (CONSUMER)
      -> create platform/scoring.workout-logged
        step ask (INTERNAL)
            send platform/scoring.calculate (PRODUCER)
POST /api/inngest (SERVER)
    process platform/scoring.calculate (CONSUMER)
      -> send platform/scoring.calculate
        step measure (INTERNAL)
"""


@pytest.fixture(scope="module")
def spans() -> Sequence[ReadableSpan]:
    return trace_workout()


def named(spans: Sequence[ReadableSpan], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


def context(span: ReadableSpan) -> SpanContext:
    found: SpanContext | None = span.context
    assert found is not None
    return found


def test_the_tree_of_spans(spans: Sequence[ReadableSpan]) -> None:
    shown = "\n".join(line for line in show(spans))
    first_calls = shown.partition("POST /workouts")  # before it, the app was registered
    text = "".join(first_calls[1:])
    assert text.startswith(TREE[: TREE.index("POST /api/inngest")])
    for call in TREE.split("POST /api/inngest (SERVER)\n")[1:]:
        assert call.rstrip("\n") in text


def test_the_writer_is_linked_from_the_relay_and_from_the_function(
    spans: Sequence[ReadableSpan],
) -> None:
    (request,) = named(spans, "POST /workouts")
    (created,) = named(spans, f"create {LOGGED}")
    (relayed,) = named(spans, f"send {LOGGED}")
    calls = named(spans, f"process {LOGGED}")
    assert created.parent == context(request)
    assert relayed.parent is None
    for span in [relayed, *calls]:
        (link,) = span.links
        assert link.context.span_id == context(created).span_id
        assert link.context.trace_id == context(request).trace_id


def test_the_calls_are_in_the_trace_of_the_server(spans: Sequence[ReadableSpan]) -> None:
    (request,) = named(spans, "POST /workouts")
    servers = {context(span).span_id: span for span in named(spans, "POST /api/inngest")}
    for name in (f"process {LOGGED}", f"process {CALCULATE}"):
        first, last = named(spans, name)
        assert context(first).trace_id == context(last).trace_id != context(request).trace_id
        for call in (first, last):
            assert call.parent is not None
            by_framework = servers[call.parent.span_id]
            assert by_framework.parent is not None
            assert by_framework.parent.is_remote  # Inngest's own span


def test_what_a_function_sends_leads_to_the_next_function(spans: Sequence[ReadableSpan]) -> None:
    (step,) = named(spans, "step ask")
    (sent,) = named(spans, f"send {CALCULATE}")
    (first, _) = named(spans, f"process {LOGGED}")
    assert step.parent == context(first)
    assert sent.parent == context(step)
    for call in named(spans, f"process {CALCULATE}"):
        assert [link.context.span_id for link in call.links] == [context(sent).span_id]
