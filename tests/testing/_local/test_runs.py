from __future__ import annotations

from dataclasses import replace

import pytest

from platform_events.testing._local.calls import Answer, unreachable
from platform_events.testing._local.commands import Call, Command, Invoke, Sleep, Wait
from platform_events.testing._local.durations import When
from platform_events.testing._local.event_api import ReceivedEvent
from platform_events.testing._local.functions import Function
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.runs import Run, Status

EVENT = ReceivedEvent("01E", {"name": "t/x", "data": {"k": 1}, "id": "mine", "ts": 1, "user": {}})
DISCOVER = Call()
FAILURE: dict[str, Json] = {"code": "unknown", "name": "ValueError", "message": "no", "stack": "T"}


def started(max_attempts: int = 2) -> Run:
    function = Function("app-fn", "http://localhost:1", max_attempts=max_attempts)
    run = Run("01R", function, [EVENT], lambda attempt: 10.0 * (attempt + 1))
    assert run.status is Status.SCHEDULED
    assert run.start() == [DISCOVER]
    return run


def op(step: str, kind: str, **more: Json) -> dict[str, Json]:
    return {"id": step, "op": kind, "displayName": step.upper(), "name": step, "opts": None, **more}


def reported(*ops: dict[str, Json], **more: object) -> Answer:
    answer = Answer(ops=ops, version=2)
    return replace(answer, **more)  # type: ignore[arg-type]  # fields of Answer


def planning(run: Run) -> object:
    context = run.context(DISCOVER)["ctx"]
    assert isinstance(context, dict)
    return context["disable_immediate_execution"]


def test_steps_one_after_the_other() -> None:
    run = started()
    assert run.context(DISCOVER)["version"] == -1
    assert run.answered(DISCOVER, reported(op("a", "StepRun", data={"x": 1}))) == [DISCOVER]
    assert run.answered(DISCOVER, reported(op("b", "StepRun", data=None))) == [DISCOVER]
    body = run.context(Call(attempt=1))
    assert body["ctx"] == {
        "attempt": 1,
        "disable_immediate_execution": False,
        "env": "",
        "fn_id": run.function.uuid,
        "max_attempts": 2,
        "qi_id": "",
        "run_id": "01R",
        "stack": {"current": 2, "stack": ["a", "b"]},
        "step_id": "step",
        "use_api": False,
    }
    assert body["steps"] == {"a": {"data": {"x": 1}}, "b": {"data": None}}
    assert body["event"] == EVENT.event
    assert body["events"] == [EVENT.event]
    assert (body["version"], body["use_api"], body["defers"]) == (2, False, {})
    assert run.answered(DISCOVER, Answer(body={"done": True})) == []
    assert (run.status, run.output, run.error) == (Status.COMPLETED, {"done": True}, None)
    assert [(step.id, step.data) for step in run.steps] == [("A", {"x": 1}), ("B", None)]


def test_parallel_steps_are_planned_called_and_gathered() -> None:
    run = started()
    plans = reported(op("p", "StepPlanned"), op("q", "StepPlanned"))
    assert run.answered(DISCOVER, plans) == [Call("p"), Call("q")]
    assert planning(run) is True
    assert run.answered(Call("p"), reported(op("p", "StepRun", data=1))) == []
    assert run.answered(Call("q"), reported(op("q", "StepRun", data=2))) == [DISCOVER]
    assert planning(run) is False


def test_a_step_that_is_reported_again_is_not_begun_again() -> None:
    run = started()
    first = op("s", "Sleep", name="2026-11-23T18:00:00Z")
    later = op("s", "Sleep", name="2026-11-23T19:00:00Z")
    assert run.answered(DISCOVER, reported(first, op("p", "StepPlanned"))) == [
        Sleep("s", When(until=1795456800.0)),
        Call("p"),
    ]
    assert run.answered(DISCOVER, reported(later, op("p", "StepPlanned"))) == []


def test_the_first_result_of_a_step_wins() -> None:
    run = started()
    assert run.answered(DISCOVER, reported(op("a", "StepRun", data=1))) == [DISCOVER]
    assert run.answered(DISCOVER, reported(op("a", "StepRun", data=2))) == []
    assert run.steps[0].data == 1


def test_steps_that_ran_together_lead_on_one_by_one() -> None:
    run = started()
    ran = reported(op("a", "StepRun", data=1), op("b", "StepRun", data=2))
    assert run.answered(DISCOVER, ran) == [DISCOVER, DISCOVER]


def test_racing_steps_lead_on_one_by_one() -> None:
    run = started()
    race: dict[str, Json] = {"opts": {"parallelMode": "race"}}
    plans = reported(op("p", "StepPlanned") | race, op("q", "StepPlanned") | race)
    run.answered(DISCOVER, plans)
    assert run.answered(Call("p"), reported(op("p", "StepRun", data=1))) == [DISCOVER]
    assert run.answered(Call("q"), reported(op("q", "StepRun", data=2))) == [DISCOVER]


def test_attempts_are_counted_for_each_step() -> None:
    run = started(max_attempts=2)
    again = Call(attempt=1, delay=10.0)
    assert run.answered(DISCOVER, reported(op("a", "StepError", error=FAILURE))) == [again]
    assert run.answered(again, reported(op("a", "StepRun", data=1))) == [DISCOVER]
    assert run.answered(DISCOVER, Answer("invalid status code: 500", FAILURE)) == [again]


def test_a_step_that_failed_for_good_may_be_caught() -> None:
    run = started(max_attempts=1)
    assert run.answered(DISCOVER, reported(op("a", "StepFailed", error=FAILURE))) == [DISCOVER]
    error = {"name": "ValueError", "message": "no", "stack": "T"}
    assert run.context(DISCOVER)["steps"] == {"a": {"error": error}}
    assert run.steps[0].error == error
    assert repr(run.steps[0]) == "<Step A failed>"
    assert not run.ended


@pytest.mark.parametrize("no_retry", [True, False])
def test_a_step_error_without_attempts_left_is_a_failed_step(no_retry: bool) -> None:
    run = started(max_attempts=2 if no_retry else 1)
    answer = reported(op("a", "StepError"), no_retry=no_retry)
    assert run.answered(DISCOVER, answer) == [DISCOVER]
    # Without a name and a message the SDK would deliver the error as a result.
    assert run.context(DISCOVER)["steps"] == {"a": {"error": {"name": "Error", "message": ""}}}


def test_a_function_that_fails_is_tried_again_and_then_fails() -> None:
    run = started(max_attempts=3)
    failed = Answer("invalid status code: 500", FAILURE)
    first, second = Call(attempt=1, delay=10.0), Call(attempt=2, delay=20.0)
    assert run.answered(DISCOVER, failed) == [first]
    assert run.answered(first, replace(failed, retry_after=7.0)) == [replace(second, delay=7.0)]
    assert run.answered(second, failed) == []
    assert run.status is Status.FAILED
    assert run.error == {
        "error": "invalid status code: 500",
        "name": "ValueError",
        "message": "no",
        "stack": "T",
    }
    assert run.final_answer == FAILURE
    with pytest.raises(AssertionError, match="the run failed: ValueError: no ") as caught:
        assert run.output
    assert "(run.error holds the rest)" in str(caught.value)
    assert run.answered(second, Answer(body="late")) == []
    assert run.status is Status.FAILED


def test_a_final_error_is_not_tried_again() -> None:
    run = started()
    assert run.answered(DISCOVER, Answer("NonRetriableError", FAILURE, no_retry=True)) == []
    assert run.error is not None
    assert run.error["error"] == "NonRetriableError"


def test_an_app_that_cannot_be_reached_is_tried_again() -> None:
    run = started(max_attempts=2)
    again = Call("p", 1, 10.0)
    assert run.answered(Call("p"), unreachable("ConnectError")) == [again]
    assert run.answered(again, unreachable("ConnectError")) == []
    assert run.status is Status.FAILED


def test_waits_go_before_other_steps() -> None:
    run = started()
    commands = run.answered(
        DISCOVER,
        reported(
            op("p", "StepPlanned"),
            op("w", "WaitForEvent", opts={"if": "async.data.k == event.data.k", "timeout": "1h"}),
            op("i", "InvokeFunction", opts={"function_id": "app-g", "payload": {"data": {}}}),
        ),
    )
    assert [type(one) for one in commands] == [Wait, Call, Invoke]
    assert run.resume("w", {"name": "w", "data": {"data": 5}}) == []
    assert run.resume("i", {"data": 1}) == []
    assert run.resume("p", None) == [DISCOVER]
    assert [step.data for step in run.steps] == [{"name": "w", "data": {"data": 5}}, 1, None]


@pytest.mark.parametrize(
    ("unusual", "name", "message"),
    [
        (op("x", "Gateway"), "Unsupported", "LocalInngest does not support the step op Gateway"),
        (
            op("w", "WaitForEvent", opts={"if": "type(1)", "timeout": "1h"}),
            "InvalidExpression",
            "type(1)",
        ),
        (op("s", "Sleep", name="soon"), "Error", "cannot do the step S"),
    ],
)
def test_what_the_double_cannot_do_fails_the_run(
    unusual: dict[str, Json], name: str, message: str
) -> None:
    run = started()
    assert run.answered(DISCOVER, reported(unusual)) == []
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error["name"] == name
    assert message in str(run.error["message"])


def test_an_empty_report_calls_again() -> None:
    commands: list[Command] = started().answered(DISCOVER, reported())
    assert commands == [DISCOVER]


def test_a_cancelled_run_does_nothing_more() -> None:
    run = started()
    assert run.cancel() == []
    assert run.status is Status.CANCELLED
    with pytest.raises(AssertionError, match="the run was cancelled: Error: function cancelled"):
        assert run.output
    assert run.answered(DISCOVER, reported(op("a", "StepRun", data=1))) == []
    assert run.resume("s", None) == []
    assert run.cancel() == []
    assert run.steps == ()


def test_what_is_shown_is_ids_and_status() -> None:
    run = started()
    run.answered(DISCOVER, reported(op("a", "StepRun", data="secret")))
    assert repr(run) == "<Run 01R app-fn Scheduled>"
    assert repr(run.steps) == "(<Step A finished>,)"
    assert (run.function_id, run.event_id) == ("app-fn", "01E")
    assert run.event == EVENT.event
