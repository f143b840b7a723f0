"""Spans and metrics of the calls of functions, on the local server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask
import httpx
import inngest
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from platform_events import (
    Failure,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    invoke_function,
    send_event,
    send_events,
    send_events_step,
)
from platform_events.events._hidden import Hidden
from platform_events.flask import serve
from platform_events.functions._call_report import Call, FunctionId, headers_of, keep_headers
from platform_events.telemetry._trace_links import links_to_senders
from platform_events.testing import LocalInngest, use_server
from tests.functions.running_app import calculate, calculated
from tests.support.hosting import host_wsgi
from tests.telemetry.recording import (
    SECRET,
    Recording,
    attributes_of,
    context_of,
    linked,
    recording,
)

NAME = ScoringCalculate.event_name
RUNS = "inngest.function.runs"
INVALID = "inngest.invalid_events"
DURATION = "messaging.process.duration"


@create_function(fn_id="in-steps", trigger=ScoringCalculate, retries=0)
async def in_steps(ctx: inngest.Context, event: ScoringCalculate) -> str:
    async def measure() -> str:
        return SECRET

    await ctx.step.run("measure", measure)
    await send_events_step(ctx.step, "tell", [calculated(event.member_id)])
    return SECRET


def on_failure(ctx: inngest.ContextSync, failure: Failure[ScoringCalculated]) -> None: ...


@create_function(fn_id="failing", trigger=ScoringCalculated, retries=1, on_failure=on_failure)
def failing(ctx: inngest.ContextSync, event: ScoringCalculated) -> None:
    def work() -> None:
        raise ValueError(SECRET)

    ctx.step.run("work", work)


class Flow:
    """What came of one event: a function of steps, and one that fails for good."""

    def __init__(self, recorded: Recording, server: LocalInngest) -> None:
        self.recorded = recorded
        self.runs = {run.function_id: run for run in server.runs}

    def calls(self, function: str) -> list[ReadableSpan]:
        return [
            span
            for span in self.recorded.spans
            if span.kind is SpanKind.CONSUMER
            and attributes_of(span)["inngest.function.id"] == function
        ]


@pytest.fixture(scope="module")
def flow() -> Iterator[Flow]:
    with recording() as recorded, LocalInngest(retry_interval=0.02) as server, use_server(server):
        server.serve([in_steps, failing])
        send_event(calculate(SECRET), id="idempotency-key")
        server.wait_idle(20)
        yield Flow(recorded, server)


def test_every_call_is_a_span_of_a_consumer(flow: Flow) -> None:
    first, *more = flow.calls("test-in-steps")
    assert len(more) == 2  # one for each step, and the last
    assert first.name == f"process {NAME}"
    assert attributes_of(first) == {
        "messaging.system": "inngest",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": NAME,
        "messaging.consumer.group.name": "test-in-steps",
        "messaging.message.id": "idempotency-key",
        "inngest.function.id": "test-in-steps",
        "inngest.run.id": flow.runs["test-in-steps"].id,
        "inngest.attempt": 0,
    }
    assert {span.status.status_code for span in [first, *more]} == {StatusCode.UNSET}


@pytest.mark.parametrize("function", ["test-in-steps", "test-failing"])
def test_the_calls_of_a_run_continue_one_trace_of_the_server(flow: Flow, function: str) -> None:
    calls = flow.calls(function)
    sender = context_of(flow.recorded.one(f"send {NAME}"))
    parents = [span.parent for span in calls]
    assert all(parent is not None and parent.is_remote for parent in parents)
    assert len({parent.span_id for parent in parents if parent is not None}) == len(calls)
    (trace,) = {context_of(span).trace_id for span in calls}
    assert trace != sender.trace_id


def test_calls_link_to_the_send_of_their_event(flow: Flow) -> None:
    sender = context_of(flow.recorded.one(f"send {NAME}"))
    own = context_of(flow.recorded.one(f"send {ScoringCalculated.event_name}"))
    assert all(linked(span) == {sender.span_id} for span in flow.calls("test-in-steps"))
    assert all(linked(span) == {own.span_id} for span in flow.calls("test-failing"))
    (link,) = flow.calls("test-in-steps")[0].links
    assert link.context.trace_id == sender.trace_id


def test_a_failure_links_to_the_send_of_the_event_that_failed(flow: Flow) -> None:
    own = context_of(flow.recorded.one(f"send {ScoringCalculated.event_name}"))
    (call,) = flow.calls("test-failing-failure")
    assert linked(call) == {own.span_id}
    assert call.name == "process inngest/function.failed"


def test_a_step_is_a_span_in_its_call_and_what_it_sends_in_it(flow: Flow) -> None:
    measure, tell = flow.recorded.one("step measure"), flow.recorded.one("step tell")
    calls = flow.calls("test-in-steps")
    assert measure.kind is SpanKind.INTERNAL
    assert measure.parent == context_of(calls[0])
    assert tell.parent == context_of(calls[1])
    assert attributes_of(measure)["inngest.step.id"] == "measure"
    assert attributes_of(measure)["inngest.run.id"] == flow.runs["test-in-steps"].id
    sent = flow.recorded.one(f"send {ScoringCalculated.event_name}")
    assert sent.parent == context_of(tell)


def test_a_failing_step_and_the_run_that_it_ends_are_errors(flow: Flow) -> None:
    steps = flow.recorded.named("step work")
    assert [attributes_of(span)["error.type"] for span in steps] == ["ValueError"] * 2
    assert [attributes_of(span)["inngest.attempt"] for span in steps] == [0, 1]
    *earlier, last = flow.calls("test-failing")
    assert {span.status.status_code for span in earlier} == {StatusCode.UNSET}
    assert last.status.status_code is StatusCode.ERROR
    assert last.status.description is None
    assert attributes_of(last)["error.type"] == "StepError"
    assert not any(span.events for span in flow.recorded.spans)


def test_runs_are_counted_by_function_and_outcome(flow: Flow) -> None:
    assert flow.recorded.values(RUNS, "inngest.function.id", "inngest.outcome") == {
        ("test-in-steps", "completed"): 1,
        ("test-failing", "failed"): 1,
        ("test-failing-failure", "completed"): 1,
    }


def test_calls_are_timed_by_event_and_function(flow: Flow) -> None:
    found = flow.recorded.values(DURATION, "messaging.consumer.group.name", "error.type")
    assert found == {
        ("test-in-steps", None): 3,
        ("test-failing", None): 2,
        ("test-failing", "StepError"): 1,
        ("test-failing-failure", None): 1,
    }


def test_a_batch_links_to_every_sender_and_counts_invalid_events(recorded: Recording) -> None:
    @create_function(
        fn_id="batch",
        trigger=ScoringCalculate,
        batch_events=inngest.Batch(max_size=3, timeout=60_000),
    )
    def batch(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> None: ...

    with LocalInngest() as server, use_server(server) as client:
        server.serve([batch])
        send_event(calculate())
        send_events([calculate()])
        client.send_sync(inngest.Event(name=NAME, data={"member_id": SECRET}))
        server.wait_idle(20)
    call = recorded.one(f"process {NAME}")
    assert linked(call) == {context_of(span).span_id for span in recorded.named(f"send {NAME}")}
    assert attributes_of(call)["messaging.batch.message_count"] == 3
    assert "messaging.message.id" not in attributes_of(call)
    assert "events.2.score: " in str(call.status.description)
    where = "messaging.operation.name", "messaging.destination.name"
    assert recorded.values(INVALID, *where) == {("process", NAME): 1}


@pytest.mark.parametrize(
    "data",
    [
        {"_trace": {"traceparent": f"00-{1:032x}-{2:016x}-01", "tracestate": "vendor=1"}},
        {"traceparent": f"00-{1:032x}-{2:016x}-01"},
    ],
)
def test_the_context_of_a_sender_in_typescript_is_picked_up(
    recorded: Recording, data: dict[str, Any]
) -> None:
    @create_function(fn_id="single", trigger=ScoringCalculate)
    def single(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return event.member_id

    with LocalInngest() as server, use_server(server):
        server.serve([single])
        body = {"name": NAME, "data": {**calculate().to_data(), **data}}
        post(server, body)
        server.wait_idle(20)
    assert linked(recorded.one(f"process {NAME}")) == {2}


@pytest.mark.parametrize("carrier", ["nonsense", {"traceparent": "nonsense"}, {"traceparent": 1}])
def test_what_is_not_a_context_is_ignored(recorded: Recording, carrier: object) -> None:
    @create_function(fn_id="single", trigger=ScoringCalculate)
    async def single(ctx: inngest.Context, event: ScoringCalculate) -> str:
        return event.member_id

    with LocalInngest() as server, use_server(server):
        server.serve([single])
        post(server, {"name": NAME, "data": {**calculate().to_data(), "_trace": carrier}})
        server.wait_idle(20)
    assert not recorded.one(f"process {NAME}").links


def test_a_step_inside_a_step_is_not_an_error_of_the_outer_one(recorded: Recording) -> None:
    @create_function(fn_id="nested", trigger=ScoringCalculate, retries=0)
    def nested(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        ctx.step.run("outer", lambda: ctx.step.run("inner", lambda: 1))

    with LocalInngest() as server, use_server(server):
        server.serve([nested])
        send_event(calculate())
        server.wait_idle(20)
    assert "error.type" not in attributes_of(recorded.one("step outer"))
    assert not recorded.named("step inner")


def test_steps_of_the_server_are_events_of_the_call(recorded: Recording) -> None:
    @create_function(fn_id="sleeping", trigger=ScoringCalculate)
    def sleeping(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        ctx.step.sleep("nap", 1_000)

    with LocalInngest() as server, use_server(server):
        server.serve([sleeping])
        send_event(calculate())
        server.advance(2)
    first, last = recorded.named(f"process {NAME}")
    (event,) = first.events
    assert (event.name, dict(event.attributes or {})) == (
        "step",
        {"inngest.step.id": "nap", "inngest.step.op": "Sleep"},
    )
    assert not last.events
    assert not recorded.named("step nap")


@create_function(fn_id="invoked", trigger=ScoringCalculated, retries=0)
def invoked(ctx: inngest.ContextSync, event: ScoringCalculated) -> str:
    return event.member_id


@create_function(fn_id="scheduled", trigger=inngest.TriggerCron(cron="0 6 * * *"), retries=0)
def scheduled(ctx: inngest.ContextSync, event: inngest.Event) -> list[str]:
    return sorted(member for member in event.data if member != "_inngest")


@create_function(fn_id="invoking", trigger=ScoringCalculate, retries=0)
async def invoking(ctx: inngest.Context, event: ScoringCalculate) -> list[str]:
    wanted = calculated(event.member_id)
    await invoke_function(ctx.step, "invoke", function=invoked, event=wanted)
    return await invoke_function(ctx.step, "invoke-scheduled", function=scheduled)


@create_function(fn_id="invoking-sync", trigger=ScoringCalculate, retries=0)
def invoking_sync(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    return invoke_function(ctx.step, "invoke", function=invoked, event=calculated(event.member_id))


INVOKED = "process inngest/function.invoked"


def test_an_invoked_function_links_to_the_call_that_invoked_it(recorded: Recording) -> None:
    with LocalInngest() as server, use_server(server):
        server.serve([invoking, invoked, scheduled])
        run = server.run_of(send_event(calculate()), timeout=20)
    first, second, _ = recorded.named(f"process {NAME}")
    assert [linked(call) for call in recorded.named(INVOKED)] == [
        {context_of(first).span_id},
        {context_of(second).span_id},
    ]
    assert run.output == ["_trace"]


def test_an_invoked_function_links_to_a_synchronous_call(recorded: Recording) -> None:
    with LocalInngest() as server, use_server(server):
        server.serve([invoking_sync, invoked])
        run = server.run_of(send_event(calculate("mem_1")), timeout=20)
    first, _ = recorded.named(f"process {NAME}")
    assert linked(recorded.one(INVOKED)) == {context_of(first).span_id}
    assert run.output == "mem_1"


def test_an_event_that_is_passed_on_keeps_the_context_of_its_sender(recorded: Recording) -> None:
    @create_function(fn_id="any", trigger=inngest.TriggerEvent(event="other/thing"))
    def any_event(ctx: inngest.ContextSync, event: inngest.Event) -> None: ...

    @create_function(fn_id="passing-on", trigger=ScoringCalculate)
    def passing_on(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        invoke_function(ctx.step, "pass-on", function=any_event, event=ctx.event)

    with LocalInngest() as server, use_server(server):
        server.serve([passing_on, any_event])
        server.run_of(send_event(calculate()), timeout=20)
    sender = context_of(recorded.one(f"send {NAME}"))
    assert linked(recorded.one(INVOKED)) == {sender.span_id}


def test_without_telemetry_an_invoked_function_gets_no_context() -> None:
    with LocalInngest() as server, use_server(server):
        server.serve([invoking, invoked, scheduled])
        run = server.run_of(send_event(calculate()), timeout=20)
    assert run.output == []


def test_a_function_of_the_sdk_alone_is_served_and_not_observed(recorded: Recording) -> None:
    with LocalInngest() as server, use_server(server) as client:

        @client.create_function(fn_id="bare", trigger=inngest.TriggerEvent(event=NAME))
        def bare(ctx: inngest.ContextSync) -> str:
            return ctx.step.run("step", lambda: "done")

        server.serve([bare])
        assert server.run_of(send_event(calculate()), timeout=20).output == "done"
    assert [span.name for span in recorded.spans] == [f"send {NAME}"]


def test_behind_flask_calls_continue_the_trace_of_the_server(recorded: Recording) -> None:
    @create_function(fn_id="flask", trigger=ScoringCalculate)
    def behind_flask(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return event.member_id

    app = flask.Flask("scores")
    serve(app, [behind_flask])
    with LocalInngest() as server, use_server(server), host_wsgi(app) as port:
        server.register(f"http://127.0.0.1:{port}")
        send_event(calculate())
        server.wait_idle(20)
    call = recorded.one(f"process {NAME}")
    assert call.parent is not None
    assert call.parent.is_remote


def test_a_thread_that_served_another_run_does_not_mix_them_up(recorded: Recording) -> None:
    headers = {"traceparent": f"00-{1:032x}-{2:016x}-01", "x-inngest-signature": SECRET}
    keep_headers({**headers, "x-run-id": "this"})
    this, other = (Call(FunctionId("app-fn", 1), run, 0, Hidden([])) for run in ("this", "other"))
    assert headers_of(this)["traceparent"] == headers["traceparent"]
    assert "x-inngest-signature" not in headers_of(this)
    assert headers_of(other) == {}


def test_what_cannot_be_read_breaks_no_call(caplog: pytest.LogCaptureFixture) -> None:
    failed = inngest.Event(name="inngest/function.failed", data={"events": SECRET})
    assert links_to_senders(Hidden([failed])) == []
    assert "cannot be linked: AttributeError" in caplog.text
    assert SECRET not in caplog.text


def post(server: LocalInngest, body: object) -> None:
    """Send as a sender in another language does."""
    httpx.post(f"{server.url}/e/{server.event_key}", json=body).raise_for_status()
