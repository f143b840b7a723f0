"""The two drivers: what a flow asks for is done, and what came of it is told to the flow."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from platform_events.sending.delivery import AwaitHook, Delay, HttpRequest, SendFlow
from platform_events.sending.drivers import run_async, run_sync
from platform_events.sending.transport import Answer, Transport

from ..support.http import EventServer, hang_up, reply

Drive = Callable[[SendFlow], list[str]]
transport = Transport()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    transport.close()


def inside(flow: SendFlow) -> list[str]:
    async def drive() -> list[str]:
        return run_sync(flow, transport)

    return asyncio.run(drive())


@pytest.fixture(params=["sync", "async", "sync inside a loop"])
def drive(request: pytest.FixtureRequest) -> Drive:
    drives: dict[str, Drive] = {
        "sync": lambda flow: run_sync(flow, transport),
        "async": lambda flow: asyncio.run(run_async(flow, transport)),
        "sync inside a loop": inside,
    }
    return drives[request.param]


def post(url: str) -> HttpRequest:
    return HttpRequest(url, {"x-one": "1"}, b"[]", 1)


def test_a_course_ends_with_its_ids(drive: Drive) -> None:
    def flow() -> SendFlow:
        return ["a"]
        yield

    assert drive(flow()) == ["a"]


def test_an_answer_is_sent_to_the_course(server: EventServer, drive: Drive) -> None:
    server.answer_with(reply(404, b"gone"))

    def flow() -> SendFlow:
        answer = yield post(server.url)
        assert isinstance(answer, Answer)
        return [str(answer.status_code), answer.body.decode()]

    assert drive(flow()) == ["404", "gone"]
    assert server.requests[0].headers["x-one"] == "1"


def test_a_failure_is_thrown_into_the_course(server: EventServer, drive: Drive) -> None:
    server.answer_with(hang_up, reply(200, b"again"))

    def flow() -> SendFlow:
        try:
            yield post(server.url)
        except httpx.RequestError as error:
            answer = yield post(server.url)
            assert answer
            return [type(error).__name__, answer.body.decode()]
        return []

    assert drive(flow()) == ["RemoteProtocolError", "again"]


def test_what_the_course_does_not_catch_is_raised(server: EventServer, drive: Drive) -> None:
    server.answer_with(hang_up)

    def flow() -> SendFlow:
        yield post(server.url)
        return []

    with pytest.raises(httpx.RemoteProtocolError):
        drive(flow())


def test_a_course_may_sleep(drive: Drive) -> None:
    def flow() -> SendFlow:
        assert (yield Delay(0.05)) is None
        return ["awake"]

    began = time.monotonic()
    assert drive(flow()) == ["awake"]
    assert time.monotonic() - began >= 0.05


def test_a_course_may_wait_for_a_coroutine(drive: Drive) -> None:
    done: list[str] = []
    variable = contextvars.ContextVar("variable", default="unset")

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(variable.get())

    def flow() -> SendFlow:
        assert (yield AwaitHook(work())) is None
        return done

    variable.set("of the caller")
    assert drive(flow()) == ["of the caller"]


def test_a_failing_coroutine_is_thrown_into_the_course(drive: Drive) -> None:
    async def work() -> None:
        raise KeyError("k")

    def flow() -> SendFlow:
        try:
            yield AwaitHook(work())
        except KeyError:
            yield Delay(0)
            return ["caught"]
        return []

    assert drive(flow()) == ["caught"]


def test_an_asynchronous_sleep_lets_others_work() -> None:
    def flow() -> SendFlow:
        yield Delay(0.2)
        return []

    async def both() -> None:
        began = time.monotonic()
        await asyncio.gather(*(run_async(flow(), transport) for _ in range(10)))
        assert time.monotonic() - began < 1.5

    asyncio.run(both())


def test_cancelling_ends_the_course() -> None:
    ended = threading.Event()

    def flow() -> SendFlow:
        try:
            yield Delay(10)
        finally:
            ended.set()
        return []

    async def cancel() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await run_async(flow(), transport)

    asyncio.run(cancel())
    assert ended.wait(1)
