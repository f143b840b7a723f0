from __future__ import annotations

from dataclasses import replace

from platform_events.testing._local.calls import Answer
from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.batch import Batch
from platform_events.testing._local.flow_control.debounce import Debounce
from platform_events.testing._local.flow_control.rate_limit import RateLimit
from platform_events.testing._local.flow_control.throttle import Throttle
from platform_events.testing._local.functions import Trigger
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.runs import Status
from tests.testing._local.engines import NOW, Bench, function, on

DONE = Answer(body="done")
FAILED = Answer("invalid status code: 500", {"name": "E", "message": "m"})


def op(kind: str, **more: Json) -> dict[str, Json]:
    return {"id": "s", "op": kind, "displayName": "s", "name": "t/go", **more}


def waiting(expression: str | None = None, timeout: str = "1h") -> dict[str, Json]:
    return op("WaitForEvent", opts={"if": expression, "timeout": timeout})


def invoking(function_id: str, timeout: str | None = None) -> dict[str, Json]:
    options: Json = {"function_id": function_id, "payload": {"data": {"k": 1}}, "timeout": timeout}
    return op("InvokeFunction", opts=options)


def test_a_wait_is_answered_by_the_first_event_that_matches() -> None:
    bench = Bench(function())
    bench.send(data={"k": 1})
    run = bench.report(waiting("async.data.k == event.data.k"))
    bench.send("t/go", data={"k": 2})
    bench.send("t/other", data={"k": 1})
    assert bench.calls == []
    bench.send("t/go", data={"k": 1, "n": "first"}, id="e1")
    bench.send("t/go", data={"k": 1, "n": "second"})
    assert len(bench.calls) == 1
    expected = {
        "name": "t/go",
        "data": {"k": 1, "n": "first"},
        "user": {},
        "id": "e1",
        "ts": int(NOW * 1000),
    }
    assert run.context(bench.calls[0][1])["steps"] == {"s": expected}
    bench.answer(DONE)
    bench.advance(3600)
    assert (run.status, bench.calls) == (Status.COMPLETED, [])


def test_a_wait_times_out_with_null() -> None:
    bench = Bench(function())
    bench.send()
    run = bench.report(waiting(timeout="3s"))
    bench.advance(3)
    bench.send("t/go")
    assert run.context(bench.calls[0][1])["steps"] == {"s": None}


def test_a_wait_may_end_at_a_time_or_at_once() -> None:
    bench = Bench(function())
    bench.send()
    run = bench.report(waiting(timeout="2026-11-23T18:00:41Z"))
    bench.advance(3)
    assert run.context(bench.calls[0][1])["steps"] == {"s": None}
    bench.send()
    run = bench.report(waiting(timeout=""))
    bench.advance(0)
    assert run.context(bench.calls[-1][1])["steps"] == {"s": None}


def test_an_event_cannot_resume_a_wait_of_an_ended_run() -> None:
    bench = Bench(function())
    bench.send()
    run = bench.report(waiting(), op("StepPlanned", id="p"))
    bench.answer(Answer("NonRetriableError", no_retry=True))
    bench.send("t/go")
    assert (run.status, bench.calls) == (Status.FAILED, [])


def test_a_sleep_is_rounded_to_seconds_of_the_apps_time() -> None:
    bench = Bench(function())
    bench.advance(1000)
    bench.send()
    bench.report(op("Sleep", name="2026-11-23T18:00:41.600Z"))
    bench.advance(2.9)
    assert bench.calls == []
    bench.advance(0.1)
    assert len(bench.calls) == 1


def test_a_sleep_that_is_over_does_not_wait() -> None:
    bench = Bench(function())
    bench.send()
    bench.report(op("Sleep", name="2020-01-01T00:00:00Z"))
    assert len(bench.calls) == 1


def test_retries_follow_the_table() -> None:
    bench = Bench(function(max_attempts=3))
    bench.send()
    run = bench.answer(FAILED)
    bench.advance(14.9)
    assert bench.calls == []
    bench.advance(0.1)
    bench.answer(FAILED)
    bench.advance(29.9)
    assert bench.calls == []
    bench.advance(0.1)
    assert bench.calls[0][1].attempt == 2
    bench.answer(FAILED)
    assert run.status is Status.FAILED
    assert (bench.engine.calling, bench.clock.until_next()) == (0, None)


def test_an_event_cancels_the_runs_that_it_fits() -> None:
    cancel = (Trigger("t/stop", parse("async.data.k == event.data.k"), 60.0),)
    bench = Bench(function(cancel=cancel), function("notified", "inngest/function.cancelled"))
    bench.send(data={"k": 1})
    bench.send(data={"k": 2})
    bench.send("t/stop", data={"k": 1})
    assert [run.status for run in bench.runs] == [
        Status.CANCELLED,
        Status.RUNNING,
        Status.RUNNING,
    ]
    told = bench.runs[2].event
    assert isinstance(told["data"], dict)
    assert told["id"] == bench.runs[0].id
    assert told["data"]["_inngest"] == {"status": "Cancelled"}
    assert bench.runs[0].ended_at == NOW
    bench.advance(61)
    bench.send("t/stop", data={"k": 2})
    assert bench.runs[1].status is Status.RUNNING


def test_an_event_does_not_cancel_the_run_that_it_starts() -> None:
    bench = Bench(function(cancel=on("t/x")))
    bench.send()
    bench.send()
    assert [run.status for run in bench.runs] == [Status.CANCELLED, Status.RUNNING]


def test_a_run_is_cancelled_when_its_time_is_over() -> None:
    bench = Bench(function(finish_timeout_s=60.0))
    bench.send()
    bench.advance(60)
    assert bench.runs[0].status is Status.CANCELLED
    bench.answer(DONE)
    assert bench.runs[0].status is Status.CANCELLED


def test_an_invoked_function_gives_its_result() -> None:
    bench = Bench(function(), function("child", "t/never"))
    bench.send()
    run = bench.report(invoking("app-child"))
    child = bench.runs[1]
    assert child.event["name"] == "inngest/function.invoked"
    assert child.event["data"] == {
        "k": 1,
        "_inngest": {
            "fn_id": "app-child",
            "correlation_id": f"{run.id}.s",
            "expire": int((NOW + 365 * 86400) * 1000),
            "source_fn_id": run.function.uuid,
        },
    }
    bench.answer(Answer(body=None))
    assert run.context(bench.calls[0][1])["steps"] == {"s": {"data": None}}


def test_an_invoked_function_gives_its_error() -> None:
    bench = Bench(function(), function("child", "t/never"))
    bench.send()
    run = bench.report(invoking("app-child"))
    bench.answer(FAILED)
    error = {"error": "invalid status code: 500", "name": "E", "message": "m"}
    assert run.context(bench.calls[0][1])["steps"] == {"s": {"error": error}}


def test_an_invocation_times_out() -> None:
    bench = Bench(function(), function("child", "t/never"))
    bench.send()
    run = bench.report(invoking("app-child", "5s"))
    bench.advance(5)
    assert run.steps[0].error == {
        "error": "InngestInvokeTimeoutError: Timed out waiting for invoked function to complete",
        "name": "InngestInvokeTimeoutError",
        "message": "Timed out waiting for invoked function to complete",
    }
    bench.answer(DONE)
    assert len(bench.calls) == 1


def test_what_is_not_registered_cannot_be_invoked() -> None:
    bench = Bench(function())
    bench.send()
    run = bench.report(invoking("app-nobody"))
    message = "could not find function with ID: app-nobody"
    assert run.steps[0].error == {"name": "Error", "message": message}
    assert len(bench.calls) == 1


def test_an_invocation_that_a_key_forbids_fails() -> None:
    bench = Bench(
        function(), function("child", "t/x", rate_limit=RateLimit(1, 86400.0, parse("'one'")))
    )
    bench.send()
    run = bench.report(invoking("app-child"))
    assert run.steps[0].error == {"name": "Error", "message": "invoked function is rate limited"}


def test_on_failure_gets_the_recorded_event() -> None:
    handler = on("inngest/function.failed", "event.data.function_id == 'app-fn'")
    bench = Bench(function(), function("fn-failure", triggers=handler), function("other", "t/y"))
    bench.send(data={"z": 1}, id="mine")
    bench.send("t/y")
    failed = bench.answer(FAILED)
    bench.answer(FAILED)
    handling = bench.runs[2]
    assert len(bench.runs) == 3
    original = failed.event
    assert handling.event == {
        "name": "inngest/function.failed",
        "id": failed.id,
        "ts": int(NOW * 1000),
        "user": {},
        "data": {
            "function_id": "app-fn",
            "run_id": failed.id,
            "error": {"error": "invalid status code: 500", "name": "E", "message": "m"},
            "result": {"name": "E", "message": "m"},
            "event": original,
            "events": [original],
            "_inngest": {"status": "Failed"},
        },
    }
    # A handler that fails starts no other handler.
    bench.answer(FAILED)
    assert len(bench.runs) == 3


def test_every_end_is_told_of() -> None:
    bench = Bench(function(), function("watch", "inngest/*"))
    bench.send()
    bench.answer(DONE)
    (told,) = (run.event for run in bench.runs[1:])
    assert told["name"] == "inngest/function.finished"
    assert isinstance(told["data"], dict)
    assert told["data"]["result"] == "done"
    assert "error" not in told["data"]


def test_each_invocation_in_a_batch_gets_its_result() -> None:
    bench = Bench(function(), function("child", "t/never", batch=Batch(2, 5.0)))
    bench.send()
    bench.send()
    for _ in range(2):
        bench.report(invoking("app-child"))
    assert len(bench.runs[2].events) == 2
    bench.answer(DONE)
    assert [run.steps[0].data for run in bench.runs[:2]] == ["done", "done"]


def test_what_is_left_to_do_is_dropped_when_a_command_ends_the_run() -> None:
    bench = Bench(function(cancel=on("inngest/function.invoked")), function("child", "t/never"))
    bench.send()
    run = bench.report(invoking("app-child"), op("StepPlanned", id="p"))
    assert run.status is Status.CANCELLED
    assert [one.function_id for one, _ in bench.calls] == ["app-child"]


def test_a_call_goes_where_the_app_was_registered_last() -> None:
    bench = Bench(function(max_attempts=2))
    bench.send()
    run = bench.answer(FAILED)
    bench.register(replace(function(max_attempts=2), url="http://127.0.0.1:10"))
    bench.advance(15)
    assert run.function.url == "http://127.0.0.1:10"
    bench.register()
    bench.report(op("StepPlanned"))
    assert len(bench.calls) == 1


def test_steps_of_a_call_that_goes_on_are_kept() -> None:
    bench = Bench(function())
    bench.send()
    run = bench.runs[0]
    kept: list[dict[str, Json]] = [
        {"id": "a", "op": "StepRun", "displayName": "A", "data": 1},
        {"id": "b", "op": "StepFailed", "error": {"name": "E", "message": "m"}},
    ]
    assert bench.engine.checkpoint(run.id, kept)
    assert not bench.engine.checkpoint("none", kept)
    assert [(step.id, step.data) for step in run.steps] == [("A", 1), ("b", None)]
    bench.report(
        {"id": "c", "op": "StepRun", "data": 2}, {"id": "d", "op": "RunComplete", "data": 3}
    )
    assert (run.status, run.output, len(run.steps)) == (Status.COMPLETED, 3, 3)


def test_a_sleep_may_be_a_duration() -> None:
    bench = Bench(function())
    bench.send()
    bench.report(op("Sleep", name="ignored", opts={"duration": "5s"}))
    bench.advance(5)
    assert len(bench.calls) == 1


def test_cleared_it_forgets_what_is_to_come() -> None:
    bench = Bench(
        function(finish_timeout_s=60.0),
        function("batched", batch=Batch(2, 5.0)),
        function("late", debounce=Debounce(5.0)),
        function("throttled", throttle=Throttle(1, 60.0)),
    )
    bench.send()
    bench.send(ts=int(NOW * 1000) + 60_000)
    bench.send(ts=int(NOW * 1000) - 60_000)
    bench.report(waiting())
    bench.engine.clear()
    assert (bench.runs, bench.engine.calling, bench.clock.until_next()) == ([], 0, None)
    bench.calls.clear()
    bench.send()
    assert len(bench.calls) == 2
