"""The two drivers: what a flow asks for is done, and what came of it is told to the flow."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from typing import cast

import inngest
import pytest

from platform_events.sending._batches import Batch
from platform_events.sending._delivery import Handover, SendFlow
from platform_events.sending._dispatch import Dispatch
from platform_events.sending._drivers import run_async, run_sync
from platform_events.sending._middleware import AwaitHook
from platform_events.sending._outcome import Outcome

Drive = Callable[[SendFlow], list[str]]


class Accepting:
    """Stands for what sends; accepts everything, or fails."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure

    def deliver(self, handover: Handover) -> None:
        if self.failure is not None:
            raise self.failure
        handover.outcome.ids[:] = ["an-id"]

    async def adeliver(self, handover: Handover) -> None:
        await asyncio.sleep(0)
        self.deliver(handover)


def dispatch(failure: BaseException | None = None) -> Dispatch:
    return cast("Dispatch", Accepting(failure))


def inside(flow: SendFlow) -> list[str]:
    async def drive() -> list[str]:
        return run_sync(flow, dispatch())

    return asyncio.run(drive())


@pytest.fixture(params=["sync", "async", "sync inside a loop"])
def drive(request: pytest.FixtureRequest) -> Drive:
    drives: dict[str, Drive] = {
        "sync": lambda flow: run_sync(flow, dispatch()),
        "async": lambda flow: asyncio.run(run_async(flow, dispatch())),
        "sync inside a loop": inside,
    }
    return drives[request.param]


def handover() -> Handover:
    event = inngest.Event(name="a/b")
    return Handover(Batch([event], [b"{}"]), Outcome([event]))


def test_a_flow_ends_with_its_ids(drive: Drive) -> None:
    def flow() -> SendFlow:
        return ["a"]
        yield

    assert drive(flow()) == ["a"]


def test_what_is_handed_over_is_sent(drive: Drive) -> None:
    def flow() -> SendFlow:
        asked = handover()
        yield asked
        return asked.outcome.ids

    assert drive(flow()) == ["an-id"]


@pytest.mark.parametrize("failure", [KeyError("k"), KeyboardInterrupt()])
def test_what_interrupts_is_thrown_into_the_flow(failure: BaseException) -> None:
    def flow() -> SendFlow:
        try:
            yield handover()
        except (KeyError, KeyboardInterrupt) as error:
            return [type(error).__name__]
        return []

    assert run_sync(flow(), dispatch(failure)) == [type(failure).__name__]
    assert asyncio.run(run_async(flow(), dispatch(failure))) == [type(failure).__name__]


def test_what_the_flow_does_not_catch_is_raised() -> None:
    def flow() -> SendFlow:
        yield handover()
        return []

    with pytest.raises(KeyError):
        run_sync(flow(), dispatch(KeyError("k")))
    with pytest.raises(KeyError):
        asyncio.run(run_async(flow(), dispatch(KeyError("k"))))


def test_a_flow_may_wait_for_a_coroutine(drive: Drive) -> None:
    done: list[str] = []
    variable = contextvars.ContextVar("variable", default="unset")

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(variable.get())

    def flow() -> SendFlow:
        yield AwaitHook(work())
        return done

    variable.set("of the caller")
    assert drive(flow()) == ["of the caller"]


def test_a_failing_coroutine_is_thrown_into_the_flow(drive: Drive) -> None:
    async def work() -> None:
        raise KeyError("k")

    async def other() -> None:
        await asyncio.sleep(0)

    def flow() -> SendFlow:
        try:
            yield AwaitHook(work())
        except KeyError:
            yield AwaitHook(other())
            return ["caught"]
        return []

    assert drive(flow()) == ["caught"]
