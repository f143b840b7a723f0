"""The trace context of calls, which is the server's own."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from platform_events.testing._local.functions import Function
from platform_events.testing._local.runs import Run
from platform_events.testing._local.trace_headers import trace_headers


def a_run(run_id: str) -> Run:
    return Run(run_id, Function("demo-score", "http://localhost/api/inngest"), [], lambda _: 0.0)


def test_the_calls_of_a_run_are_spans_of_one_trace() -> None:
    first, second = (trace_headers(a_run("run-1"), 1_795_456_464_256) for _ in range(2))
    other = trace_headers(a_run("run-2"), 1_795_456_464_256)
    form = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-01")
    (trace, span), (same, another), (apart, _) = (
        form.fullmatch(headers["traceparent"]).groups()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]  # it matches
        for headers in (first, second, other)
    )
    assert trace == same
    assert span != another
    assert trace != apart


def test_the_state_names_function_and_app() -> None:
    headers = trace_headers(a_run("run-1"), 1_795_456_464_256)
    state = dict(member.split("=", 1) for member in headers["tracestate"].split(","))
    assert set(state) == {"inngest@traceref", "inngest@fn", "inngest@app"}
    reference = json.loads(unquote(state["inngest@traceref"]))
    assert reference == {"tp": headers["traceparent"], "ts": 1_795_456_464_256}
    assert state["inngest@fn"] == a_run("run-1").function.uuid
