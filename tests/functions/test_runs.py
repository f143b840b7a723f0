"""What Inngest's calls make of typed functions, over real HTTP."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import inngest
import pytest

from platform_events import (
    Failure,
    On,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    invoke_function,
    send_events_step,
    wait_for_event,
)
from platform_events.testing import Run, Status
from tests.functions.running_app import (
    Functions,
    RunningApp,
    calculate,
    calculated,
    reaction,
    running,
)
from tests.serving.apps import call_body

CALCULATE = ScoringCalculate.event_name
CALCULATED = ScoringCalculated.event_name
SECRET = "what-nobody-may-read"
SAME_MEMBER = "async.data.member_id == event.data.member_id"
LONG = dt.timedelta(hours=1)


def kind(name: str) -> On[ScoringCalculate]:
    """Let one function of the app run, by the gym of the event."""
    return On(ScoringCalculate, expression=f"event.data.gym_id == '{name}'")


def data(name: str, **changes: Any) -> dict[str, Any]:
    """Give the data of an event that starts one function."""
    return {**calculate().to_data(), "gym_id": name, **changes}


class Notes:
    """What the handlers saw."""

    def __init__(self) -> None:
        self.taken: dict[str, list[Any]] = {}

    def take(self, ctx: inngest.Context | inngest.ContextSync, what: object) -> None:
        self.taken.setdefault(ctx.run_id, []).append(what)

    def of(self, run: Run) -> list[Any]:
        return self.taken.get(run.id, [])


def make_functions(notes: Notes) -> Functions:
    @create_function(fn_id="typed", trigger=kind("typed"))
    def typed(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        notes.take(ctx, event)
        return event.member_id

    @create_function(fn_id="typed-async", trigger=kind("typed-async"))
    async def typed_async(ctx: inngest.Context, event: ScoringCalculate) -> str:
        notes.take(ctx, event)
        return event.member_id

    failures: list[Failure[ScoringCalculate]] = []

    def failed(ctx: inngest.ContextSync, failure: Failure[ScoringCalculate]) -> dict[str, Any]:
        failures.append(failure)
        return describe(failure)

    @create_function(fn_id="strict", trigger=kind("strict"), retries=3, on_failure=failed)
    def strict(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        notes.take(ctx, event)

    async def failed_async(
        ctx: inngest.Context, failure: Failure[ScoringCalculate]
    ) -> dict[str, Any]:
        return describe(failure)

    @create_function(
        fn_id="strict-async", trigger=kind("strict-async"), retries=3, on_failure=failed_async
    )
    async def strict_async(ctx: inngest.Context, event: ScoringCalculate) -> None:
        notes.take(ctx, event)

    @create_function(fn_id="broken", trigger=kind("broken"), retries=2, on_failure=failed)
    def broken(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        notes.take(ctx, event)
        raise ValueError("of the handler itself")

    @create_function(fn_id="either", trigger=(kind("either"), ReactionAdded))
    def either(ctx: inngest.ContextSync, event: ScoringCalculate | ReactionAdded) -> str:
        match event:
            case ScoringCalculate():
                return f"calculate {event.score}"
            case ReactionAdded():
                return f"reaction {event.reaction}"

    @create_function(
        fn_id="batch",
        trigger=kind("batch"),
        batch_events=inngest.Batch(max_size=2, timeout=LONG),
        on_failure=failed,
        retries=0,
    )
    def batch(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> list[str]:
        return [event.member_id for event in events]

    @create_function(fn_id="nightly", trigger=inngest.TriggerCron(cron="0 3 * * *"))
    def nightly(ctx: inngest.ContextSync, event: inngest.Event) -> str:
        return event.name

    @create_function(
        fn_id="nightly-or-asked", trigger=(kind("asked"), inngest.TriggerCron(cron="0 4 * * *"))
    )
    def nightly_or_asked(ctx: inngest.ContextSync, event: ScoringCalculate | inngest.Event) -> str:
        return type(event).__name__

    @create_function(fn_id="invokes", trigger=kind("invokes"))
    def invokes(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[str]:
        first = invoke_function(ctx.step, "one", function=typed, event=event)
        second = invoke_function(ctx.step, "two", function=typed_async, event=event, timeout=LONG)
        return [first, second]

    @create_function(fn_id="invokes-async", trigger=kind("invokes-async"))
    async def invokes_async(ctx: inngest.Context, event: ScoringCalculate) -> list[str]:
        first = await invoke_function(ctx.step, "one", function=typed, event=event)
        second = await invoke_function(ctx.step, "two", function=typed_async, event=event)
        return [first, second]

    @create_function(fn_id="invokes-wrongly", trigger=kind("invokes-wrongly"))
    def invokes_wrongly(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        try:
            ctx.step.invoke_by_id("one", function_id="typed", data={"member_id": SECRET})
        except inngest.StepError as error:
            return error.message
        return "no error"

    @create_function(
        fn_id="waits", trigger=kind("waits"), cancel=On(ReactionAdded, "async.data.post_id == 'x'")
    )
    def waits(ctx: inngest.ContextSync, event: ScoringCalculate) -> float | None:
        found = wait_for_event(
            ctx.step, "wait", event=ScoringCalculated, if_exp=SAME_MEMBER, timeout=LONG
        )
        notes.take(ctx, found)
        return None if found is None else found.value

    @create_function(fn_id="waits-async", trigger=kind("waits-async"))
    async def waits_async(ctx: inngest.Context, event: ScoringCalculate) -> float | None:
        found = await wait_for_event(
            ctx.step, "wait", event=ScoringCalculated, if_exp=SAME_MEMBER, timeout=LONG
        )
        return None if found is None else found.value

    @create_function(fn_id="sends", trigger=kind("sends"))
    def sends(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[str]:
        sent = send_events_step(
            ctx.step, "send", [calculated("mem_s"), calculated("mem_t").to_inngest(id=ctx.run_id)]
        )
        ctx.step.run("after", lambda: None)
        return sent

    @create_function(fn_id="sends-async", trigger=kind("sends-async"))
    async def sends_async(ctx: inngest.Context, event: ScoringCalculate) -> list[str]:
        async def nothing() -> None: ...

        sent = await send_events_step(ctx.step, "send", [calculated("mem_s"), reaction("mem_t")])
        await ctx.step.run("after", nothing)
        return sent

    return [
        typed,
        typed_async,
        strict,
        strict_async,
        broken,
        either,
        batch,
        nightly,
        nightly_or_asked,
        invokes,
        invokes_async,
        invokes_wrongly,
        waits,
        waits_async,
        sends,
        sends_async,
    ]


def describe(failure: Failure[ScoringCalculate]) -> dict[str, Any]:
    match failure.event:
        case ScoringCalculate() as event:
            about = f"typed {event.member_id}"
        case inngest.Event() as raw:
            about = f"raw {json.dumps(raw.data, sort_keys=True)}"
    return {
        "about": about,
        "events": [type(event).__name__ for event in failure.events],
        "function_id": failure.function_id,
        "message": failure.message,
        "name": failure.name,
        "run_id": failure.run_id,
        "has_stack": failure.stack is not None,
        "repr": repr(failure),
    }


@pytest.fixture(scope="module")
def notes() -> Notes:
    return Notes()


@pytest.fixture(scope="module")
def app(notes: Notes) -> Iterator[RunningApp]:
    with running(make_functions(notes)) as app:
        yield app


both = pytest.mark.parametrize("suffix", ["", "-async"], ids=["sync", "async"])


@both
def test_a_handler_gets_the_event_of_its_class(app: RunningApp, notes: Notes, suffix: str) -> None:
    name = f"typed{suffix}"
    run = app.run(CALCULATE, data(name))
    assert (run.status, run.output) == (Status.COMPLETED, "mem_1")
    assert notes.of(run) == [calculate().model_copy(update={"gym_id": name})]


@pytest.mark.parametrize(
    "changes",
    [{}, {"caused_by": None}, {"of_a_later_version": {"a": [1]}}, {"caused_by": "01CAUSE"}],
    ids=["older", "null", "newer", "whole"],
)
def test_events_of_older_and_newer_producers_are_read(
    app: RunningApp, notes: Notes, changes: dict[str, Any]
) -> None:
    run = app.run(CALCULATE, data("typed", **changes))
    assert run.status is Status.COMPLETED
    [event] = notes.of(run)
    assert event.caused_by == changes.get("caused_by")


INVALID = {"score": SECRET, "member_id": SECRET * 100}
RULES = (
    "invalid platform/scoring.calculate: member_id: String should have at most 128 characters; "
    "score: Input should be 'performance' or 'progress'"
)


@both
def test_invalid_data_fails_the_run_at_once_and_is_handed_to_on_failure(
    app: RunningApp, notes: Notes, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    invalid = data(f"strict{suffix}", **INVALID)
    run = app.run(CALCULATE, invalid)
    assert run.status is Status.FAILED
    assert notes.of(run) == []
    assert run.error is not None
    assert (run.error["name"], run.error["message"]) == ("NonRetriableError", RULES)
    assert SECRET not in json.dumps([run.error, run.final_answer])
    assert SECRET not in caplog.text
    failure = failure_of(app, run)
    assert failure["about"] == f"raw {json.dumps(invalid, sort_keys=True)}"
    assert (failure["name"], failure["message"]) == ("NonRetriableError", RULES)
    assert failure["events"] == ["Event"]


def failure_of(app: RunningApp, failed: Run) -> dict[str, Any]:
    """Give what the handler of failures returned for a run."""
    app.server.wait_idle(20)
    [run] = [
        run
        for run in app.server.runs
        if run.function.id == f"{failed.function.id}-failure"
        and run.accepted[0].data["run_id"] == failed.id
    ]
    assert run.status is Status.COMPLETED
    assert isinstance(run.output, dict)
    return run.output


def test_a_handlers_own_error_passes_untouched_and_is_retried(
    app: RunningApp, notes: Notes
) -> None:
    run = app.run(CALCULATE, data("broken"))
    assert run.status is Status.FAILED
    assert len(notes.of(run)) == 3
    assert run.error is not None
    assert (run.error["name"], run.error["message"]) == ("ValueError", "of the handler itself")
    failure = failure_of(app, run)
    assert failure == {
        "about": "typed mem_1",
        "events": ["ScoringCalculate"],
        "function_id": "demo-broken",
        "has_stack": True,
        "message": "of the handler itself",
        "name": "ValueError",
        "repr": f"Failure(function_id='demo-broken', run_id='{run.id}', name='ValueError')",
        "run_id": run.id,
    }


def test_several_triggers_give_one_of_their_classes(app: RunningApp) -> None:
    assert app.run(CALCULATE, data("either")).output == "calculate progress"
    sent = app.send(ReactionAdded.event_name, reaction().to_data())
    [run] = app.server.runs_of(sent, timeout=60)
    assert run.output == "reaction fire"


def test_a_batch_is_a_list_of_events(app: RunningApp) -> None:
    first = app.send(CALCULATE, data("batch", member_id="mem_a"))
    app.send(CALCULATE, data("batch", member_id="mem_b"))
    assert app.server.run_of(first, timeout=60).output == ["mem_a", "mem_b"]


def test_a_batch_with_an_invalid_event_fails_and_keeps_all(app: RunningApp) -> None:
    first = app.send(CALCULATE, data("batch", member_id="mem_c"))
    app.send(CALCULATE, data("batch", **INVALID))
    run = app.server.run_of(first, timeout=60)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error["message"] == RULES.replace("member_id", "events.1.member_id").replace(
        "score:", "events.1.score:"
    )
    assert failure_of(app, run)["events"] == ["ScoringCalculate", "Event"]


def call(app: RunningApp, fn_id: str, event: dict[str, Any]) -> httpx.Response:
    """Call a function as Inngest does."""
    body = call_body(event=event, events=[event])
    return httpx.post(
        f"{app.app_url}/api/inngest", params={"fnId": fn_id, "stepId": "step"}, content=body
    )


def test_a_cron_gives_the_sdks_event(app: RunningApp) -> None:
    timer = {"name": "inngest/scheduled.timer", "data": {"cron": "0 3 * * *"}, "id": "1", "ts": 1}
    assert call(app, "demo-nightly", timer).json() == "inngest/scheduled.timer"
    assert call(app, "demo-nightly-or-asked", timer).json() == "Event"
    assert app.run(CALCULATE, data("asked")).output == "ScoringCalculate"


@both
def test_a_function_is_invoked_with_an_event(app: RunningApp, suffix: str) -> None:
    run = app.run(CALCULATE, data(f"invokes{suffix}"))
    assert run.output == ["mem_1", "mem_1"]


def test_invalid_data_of_an_invocation_is_told_to_the_invoker(app: RunningApp) -> None:
    run = app.run(CALCULATE, data("invokes-wrongly"))
    assert run.output == (
        "invalid platform/scoring.calculate: score: Field required; reason: Field required"
    )


def wait(app: RunningApp, name: str, then: Callable[[], object]) -> Run:
    """Start a run that waits, let something happen, and wait for its end."""
    sent = app.send(CALCULATE, data(name, member_id=f"mem_{name}"))
    app.server.wait_idle(20)
    then()
    return app.server.run_of(sent, timeout=60)


@both
def test_an_awaited_event_is_typed(app: RunningApp, suffix: str) -> None:
    name = f"waits{suffix}"

    def answer() -> None:
        app.send(CALCULATED, calculated("mem_other", 1).to_data())
        app.send(CALCULATED, calculated(f"mem_{name}", 72.5).to_data())

    assert wait(app, name, answer).output == 72.5


@both
def test_an_event_that_does_not_arrive_is_none(app: RunningApp, suffix: str) -> None:
    run = wait(app, f"waits{suffix}", lambda: app.server.advance(2 * LONG.total_seconds()))
    assert (run.status, run.output) == (Status.COMPLETED, None)


def test_an_awaited_event_that_is_invalid_fails_the_run_at_once(app: RunningApp) -> None:
    invalid = {**calculated("mem_waits").to_data(), "value": SECRET}
    run = wait(app, "waits", lambda: app.send(CALCULATED, invalid))
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error["message"] == (
        "invalid platform/scoring.calculated: value: Input should be a valid number"
    )


def test_an_event_of_a_class_cancels(app: RunningApp) -> None:
    cancelling = {**reaction().to_data(), "post_id": "x"}
    run = wait(app, "waits", lambda: app.send(ReactionAdded.event_name, cancelling))
    assert run.status is Status.CANCELLED


@both
def test_events_are_sent_once_in_a_step(app: RunningApp, suffix: str) -> None:
    before = len(app.server.events)
    run = app.run(CALCULATE, data(f"sends{suffix}"))
    sent = [one for one in app.server.events.details[before:] if one.name != CALCULATE]
    assert run.output == [one.id for one in sent]
    assert [getattr(one.event, "member_id", None) for one in sent] == ["mem_s", "mem_t"]
