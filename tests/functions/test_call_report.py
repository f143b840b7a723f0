"""Log records about calls of functions: one ERROR for a run that fails, structured, no values."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import inngest
import pytest
import structlog
from pythonjsonlogger.json import JsonFormatter

from platform_events import (
    InvalidEvent,
    ScoringCalculate,
    SendError,
    create_function,
)
from platform_events.functions._call_report import RecentRuns, describe_error
from platform_events.testing import FunctionCall, Status, call_function
from tests.functions.running_app import calculate

SECRET = "what-nobody-may-read"
LOGGER = "platform_events.functions"
Raises = Callable[[], Exception]


def fail_with(make_error: Raises, *, retries: int = 1, in_step: bool = False) -> FunctionCall[Any]:
    """Call a function that always fails."""

    @create_function(fn_id="score", trigger=ScoringCalculate, retries=retries)
    def score(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        def work() -> None:
            raise make_error()

        if in_step:
            ctx.step.run("work", work)
        work()

    return call_function(score, calculate(SECRET))


def invalid() -> Any:
    """Make an event with data that no producer of ours would send."""
    data = {"member_id": SECRET, "score": SECRET}
    return inngest.Event(name=ScoringCalculate.event_name, data=data)


def told(caplog: pytest.LogCaptureFixture, level: int) -> list[logging.LogRecord]:
    records = [one for one in caplog.records if one.name == LOGGER]
    assert not any(SECRET in str(vars(one)) for one in records)
    return [one for one in records if one.levelno == level]


def test_a_run_that_fails_for_good_leaves_one_error(caplog: pytest.LogCaptureFixture) -> None:
    assert fail_with(lambda: ValueError(SECRET)).status is Status.FAILED
    (record,) = told(caplog, logging.ERROR)
    fields = vars(record)
    assert fields["function"] == "test-score"
    assert fields["event_name"] == ScoringCalculate.event_name
    assert fields["attempt"] == 1
    assert fields["problem"] == "ValueError"
    assert fields["event_id"]
    assert record.getMessage() == f"test-score: run {fields['run_id']} failed: ValueError"


def test_an_attempt_that_is_repeated_leaves_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    fail_with(lambda: ValueError(SECRET), retries=2)
    assert [vars(one)["attempt"] for one in told(caplog, logging.WARNING)] == [0, 1]
    assert len(told(caplog, logging.ERROR)) == 1


def test_an_error_that_is_final_is_told_at_once(caplog: pytest.LogCaptureFixture) -> None:
    fail_with(lambda: inngest.NonRetriableError(SECRET), retries=5)
    (record,) = told(caplog, logging.ERROR)
    assert vars(record)["attempt"] == 0
    assert not told(caplog, logging.WARNING)


def test_retries_are_those_of_the_server_unless_given(caplog: pytest.LogCaptureFixture) -> None:
    @create_function(fn_id="score", trigger=ScoringCalculate)
    def score(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        raise ValueError(SECRET)

    call_function(score, calculate(SECRET))
    assert [vars(one)["attempt"] for one in told(caplog, logging.ERROR)] == [4]


def test_a_failing_step_is_named_and_the_run_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fail_with(lambda: ValueError(SECRET), in_step=True)
    warnings = told(caplog, logging.WARNING)
    assert [vars(one)["step"] for one in warnings] == ["work", "work"]
    (record,) = told(caplog, logging.ERROR)
    assert vars(record)["problem"] == "StepError (ValueError)"


def test_what_is_no_failure_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    @create_function(fn_id="score", trigger=ScoringCalculate)
    async def score(ctx: inngest.Context, event: ScoringCalculate) -> str:
        async def work() -> str:
            return SECRET

        return await ctx.step.run("work", work)

    assert call_function(score, calculate(SECRET)).output == SECRET
    assert not told(caplog, logging.ERROR) + told(caplog, logging.WARNING)


def test_invalid_data_leaves_one_error(caplog: pytest.LogCaptureFixture) -> None:
    @create_function(fn_id="score", trigger=ScoringCalculate)
    def score(ctx: inngest.ContextSync, event: ScoringCalculate) -> None: ...

    assert call_function(score, invalid()).status is Status.FAILED
    (record,) = told(caplog, logging.ERROR)
    assert "invalid data" in record.getMessage()
    assert "score: " in vars(record)["problem"]
    assert vars(record)["event_name"] == ScoringCalculate.event_name
    assert not told(caplog, logging.WARNING)


def test_invalid_data_of_a_batch_that_fails_leaves_one_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @create_function(
        fn_id="score",
        trigger=ScoringCalculate,
        batch_events=inngest.Batch(max_size=2, timeout=1_000),
    )
    async def score(ctx: inngest.Context, events: list[ScoringCalculate]) -> None: ...

    batch: list[Any] = [calculate(SECRET), invalid()]
    assert call_function(score, batch).status is Status.FAILED
    (record,) = told(caplog, logging.ERROR)
    assert "events.1.score: " in vars(record)["problem"]


def test_invalid_data_that_is_handled_is_told_once_for_all_calls_of_a_run(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def set_aside(ctx: inngest.ContextSync, events: list[InvalidEvent]) -> None:
        ctx.step.run("set-aside", lambda: len(events))

    @create_function(
        fn_id="score",
        trigger=ScoringCalculate,
        batch_events=inngest.Batch(max_size=2, timeout=1_000),
        on_invalid=set_aside,
    )
    def score(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> int:
        return len(events)

    batch: list[Any] = [calculate(SECRET), invalid()]
    assert call_function(score, batch).output == 1
    assert len(told(caplog, logging.ERROR)) == 1


def test_a_handler_that_fails_beside_invalid_data_is_told_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @create_function(
        fn_id="score",
        trigger=ScoringCalculate,
        retries=0,
        batch_events=inngest.Batch(max_size=2, timeout=1_000),
        on_invalid=lambda ctx, events: None,
    )
    def score(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> None:
        raise ValueError(SECRET)

    batch: list[Any] = [calculate(SECRET), invalid()]
    assert call_function(score, batch).status is Status.FAILED
    problems = [vars(one)["problem"] for one in told(caplog, logging.ERROR)]
    assert len(problems) == 2
    assert problems[1] == "ValueError"


def test_what_is_wrong_with_the_code_is_told(caplog: pytest.LogCaptureFixture) -> None:
    @create_function(fn_id="score", trigger=ScoringCalculate)
    def score(ctx: inngest.ContextSync, event: ScoringCalculate) -> Any:
        return object()

    run = call_function(score, calculate(SECRET))
    assert run.error is not None
    assert run.error["name"] == "NonRetriableError"
    (record,) = told(caplog, logging.ERROR)
    assert vars(record)["problem"] == (
        "NonRetriableError: score returned data that is not JSON: it holds a value of type object"
    )


def test_only_errors_of_the_package_are_quoted() -> None:
    assert describe_error(SendError("the event was not accepted")) == (
        "SendError: the event was not accepted"
    )
    assert describe_error(RuntimeError(SECRET)) == "RuntimeError"


def log_to(stream: io.StringIO, formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    return handler


def test_records_are_objects_for_a_json_formatter() -> None:
    stream = io.StringIO()
    handler = log_to(stream, JsonFormatter("%(levelname)s %(message)s"))
    logging.getLogger(LOGGER).addHandler(handler)
    try:
        fail_with(lambda: ValueError(SECRET), retries=0)
    finally:
        logging.getLogger(LOGGER).removeHandler(handler)
    record = json.loads(stream.getvalue())
    assert record["function"] == "test-score"
    assert record["event_name"] == ScoringCalculate.event_name
    assert record["message"].endswith("failed: ValueError")


def test_records_keep_their_message_and_fields_in_structlog() -> None:
    stream = io.StringIO()
    formatter = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(),
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.ExtraAdder()],
    )
    handler = log_to(stream, formatter)
    logging.getLogger(LOGGER).addHandler(handler)
    try:
        fail_with(lambda: ValueError(SECRET), retries=0)
    finally:
        logging.getLogger(LOGGER).removeHandler(handler)
    record = json.loads(stream.getvalue())
    assert record["event"].endswith("failed: ValueError")  # structlog's name for the message
    assert record["level"] == "error"
    assert record["event_name"] == ScoringCalculate.event_name
    assert record["problem"] == "ValueError"
    assert record["run_id"]


def test_only_the_runs_that_were_reported_last_are_remembered() -> None:
    remembered = RecentRuns(limit=2)
    assert [remembered.add(run) for run in ("a", "b", "a", "c", "a")] == [
        True,
        True,
        False,
        True,
        True,
    ]
