"""Functions that run without a server."""

from __future__ import annotations

import asyncio
import signal
import threading
from datetime import timedelta
from typing import Any

import inngest
import pytest

from platform_events import (
    MemberFollowed,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    get_client,
    invoke_function,
    override_client,
    send_event,
    send_events_step,
    wait_for_event,
)
from platform_events.testing import Status, StepStubError, call_function
from tests.support.clients import MOMENT, follow

KEY = f"signkey-prod-{'00' * 16}"
ASKED = ScoringCalculate(member_id="mem_1", gym_id="gym_1", score="progress", reason="manual")


def told(value: float) -> ScoringCalculated:
    return ScoringCalculated(
        member_id="mem_1",
        gym_id="gym_1",
        score="progress",
        value=value,
        algorithm_version="1",
        reason="manual",
        calculated_at=MOMENT,
    )


@create_function(fn_id="child", trigger=MemberFollowed)
async def child(_: inngest.Context, __: MemberFollowed) -> str: ...  # type: ignore[empty-body]  # never runs


@create_function(fn_id="score", trigger=ScoringCalculate, retries=1)
async def score(ctx: inngest.Context, event: ScoringCalculate) -> float:
    async def load() -> float:
        return 70.0

    async def weigh() -> float:
        if ctx.attempt == 0:
            raise ValueError("not yet")
        return 1.5

    history = await ctx.step.run("load", load)
    await ctx.step.sleep("nap", timedelta(hours=1))
    loaded, weight = await ctx.group.parallel(
        (lambda: ctx.step.run("again", load), lambda: ctx.step.run("weigh", weigh))
    )
    await send_events_step(ctx.step, "tell", [told(history)])
    return history + weight * 2 + loaded * 0


@create_function(fn_id="follow-up", trigger=ScoringCalculate, retries=0)
def follow_up(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[object]:
    found = wait_for_event(ctx.step, "wait", event=ScoringCalculated, timeout=timedelta(hours=1))
    try:
        greeting = invoke_function(ctx.step, "greet", function=child, event=follow())
    except inngest.StepError as error:
        greeting = error.message
    return [None if found is None else found.value, greeting]


def test_steps_run_in_place_and_are_tried_again() -> None:
    call = call_function(score, ASKED)
    assert (call.status, call.output, call.error) == (Status.COMPLETED, 73.0, None)
    assert list(call.steps) == ["load", "nap", "again", "weigh", "tell"]
    assert call.steps["weigh"].data == 1.5
    assert call.sent == [told(70.0)]
    assert call.steps["tell"].data == [call.sent.details[0].id]


def test_a_stub_takes_the_place_of_a_step() -> None:
    call = call_function(score, ASKED, steps={"load": 10, "weigh": 1.0, "tell": []})
    assert (call.output, call.sent) == (12.0, [])


def test_an_exception_is_the_failure_of_a_step() -> None:
    call = call_function(score, ASKED, steps={"load": KeyError("history")})
    assert call.status is Status.FAILED
    assert call.error is not None
    assert call.steps["load"].error == {"name": "KeyError", "message": "'history'"}
    with pytest.raises(AssertionError, match=r"the function failed: .*'history'"):
        _ = call.output


def test_waits_and_invocations_take_what_the_test_says() -> None:
    steps: dict[str, object] = {"wait": told(5.0), "greet": "hello"}
    assert call_function(follow_up, ASKED, steps=steps).output == [5.0, "hello"]
    steps = {"wait": None, "greet": ValueError("gone")}
    assert call_function(follow_up, ASKED, steps=steps).output == [None, "gone"]
    event = inngest.Event(name=ScoringCalculated.event_name, data=told(6.0).to_data())
    assert call_function(follow_up, ASKED, steps={"wait": event, "greet": 1}).output[0] == 6.0


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ({}, "the step 'wait' waits for platform/scoring.calculated: .*None for a time-out"),
        ({"wait": None}, "the step 'greet' invokes test-child: .*an exception"),
        ({"wait": 5}, "an int is not an event: pass an event class's instance"),
        ({"wait": None, "greet": 1, "late": 2}, "no step has the id 'late'; .*: wait, greet"),
    ],
)
def test_what_a_stub_needs(steps: dict[str, object], problem: str) -> None:
    with pytest.raises(StepStubError, match=problem):
        call_function(follow_up, ASKED, steps=steps)


def test_a_class_in_place_of_an_event() -> None:
    wrong: Any = MemberFollowed
    with pytest.raises(StepStubError, match="the class MemberFollowed is not an event: pass an"):
        call_function(follow_up, wrong)


def test_a_function_that_fails() -> None:
    attempts: list[int] = []

    @create_function(fn_id="fail", trigger=MemberFollowed, retries=2)
    def fail(ctx: inngest.ContextSync, _: MemberFollowed) -> None:
        attempts.append(ctx.attempt)
        raise ValueError("no")

    call = call_function(fail, follow())
    assert attempts == [0, 1, 2]
    assert call.error is not None
    assert (call.error["name"], call.error["message"]) == ("ValueError", "no")


def test_a_batch_of_events_and_what_is_sent_outside_of_steps() -> None:
    @create_function(
        fn_id="batch",
        trigger=MemberFollowed,
        batch_events=inngest.Batch(max_size=5, timeout=timedelta(seconds=5)),
    )
    def batch(_: inngest.ContextSync, events: list[MemberFollowed]) -> int:
        send_event(ASKED)
        return len(events)

    call = call_function(batch, [follow(), follow("mem_3")])
    assert (call.output, call.sent) == (2, [ASKED])


def test_an_event_of_the_sdk() -> None:
    @create_function(fn_id="plain", trigger=inngest.TriggerEvent(event="a/b"))
    def plain(_: inngest.ContextSync, event: inngest.Event) -> str:
        return str(event.data["n"])

    assert call_function(plain, inngest.Event(name="a/b", data={"n": 1})).output == "1"


def test_it_works_inside_of_an_event_loop_and_whatever_is_configured() -> None:
    async def run() -> float:
        return call_function(score, ASKED).output

    with override_client(app_id="scoring", signing_key=KEY, event_key="k") as client:
        assert asyncio.run(run()) == 73.0
        assert get_client() is client


@create_function(fn_id="repeating", trigger=MemberFollowed)
def repeating(ctx: inngest.ContextSync, _: MemberFollowed) -> list[int]:
    def load(number: int) -> int:
        return number

    return [ctx.step.run("load", load, number) for number in range(3)]


class GivenUpError(Exception):
    """What pytest-timeout raises."""


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs SIGALRM")
def test_a_signal_ends_the_wait_for_a_handler_that_hangs() -> None:
    release, ended = threading.Event(), threading.Event()

    @create_function(fn_id="hangs", trigger=ScoringCalculate)
    def hangs(_: inngest.ContextSync, __: ScoringCalculate) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        release.wait(30)
        ended.set()

    def give_up(*_: object) -> None:
        raise GivenUpError

    before = signal.signal(signal.SIGALRM, give_up)
    try:
        with pytest.raises(GivenUpError):
            call_function(hangs, ASKED)
        assert not ended.is_set()
    finally:
        signal.signal(signal.SIGALRM, before)
        release.set()
    assert ended.wait(30)


def test_repeats_of_a_step_are_told_apart() -> None:
    call = call_function(repeating, follow())
    assert {name: step.data for name, step in call.steps.items()} == {
        "load": 0,
        "load:1": 1,
        "load:2": 2,
    }
    assert call_function(repeating, follow(), steps={"load": 9}).output == [9, 9, 9]
    assert call_function(repeating, follow(), steps={"load:1": 8}).output == [0, 8, 2]
