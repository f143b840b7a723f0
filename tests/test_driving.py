"""The two drivers: what a course asks for is done, and what came of it is told to the course."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from platform_events.delivery import Course, Post, Sleep, Wait
from platform_events.driving import arun, run
from platform_events.transport import Answer, Transport

from .support.http import EventServer, hang_up, reply

Drive = Callable[[Course], list[str]]
transport = Transport()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    transport.close()


def inside(course: Course) -> list[str]:
    async def drive() -> list[str]:
        return run(course, transport)

    return asyncio.run(drive())


@pytest.fixture(params=["sync", "async", "sync inside a loop"])
def drive(request: pytest.FixtureRequest) -> Drive:
    drives: dict[str, Drive] = {
        "sync": lambda course: run(course, transport),
        "async": lambda course: asyncio.run(arun(course, transport)),
        "sync inside a loop": inside,
    }
    return drives[request.param]


def post(url: str) -> Post:
    return Post(url, {"x-one": "1"}, b"[]", 1)


def test_a_course_ends_with_its_ids(drive: Drive) -> None:
    def course() -> Course:
        return ["a"]
        yield

    assert drive(course()) == ["a"]


def test_an_answer_is_sent_to_the_course(server: EventServer, drive: Drive) -> None:
    server.answer_with(reply(404, b"gone"))

    def course() -> Course:
        answer = yield post(server.url)
        assert isinstance(answer, Answer)
        return [str(answer.status_code), answer.body.decode()]

    assert drive(course()) == ["404", "gone"]
    assert server.requests[0].headers["x-one"] == "1"


def test_a_failure_is_thrown_into_the_course(server: EventServer, drive: Drive) -> None:
    server.answer_with(hang_up, reply(200, b"again"))

    def course() -> Course:
        try:
            yield post(server.url)
        except httpx.RequestError as error:
            answer = yield post(server.url)
            assert answer
            return [type(error).__name__, answer.body.decode()]
        return []

    assert drive(course()) == ["RemoteProtocolError", "again"]


def test_what_the_course_does_not_catch_is_raised(server: EventServer, drive: Drive) -> None:
    server.answer_with(hang_up)

    def course() -> Course:
        yield post(server.url)
        return []

    with pytest.raises(httpx.RemoteProtocolError):
        drive(course())


def test_a_course_may_sleep(drive: Drive) -> None:
    def course() -> Course:
        assert (yield Sleep(0.05)) is None
        return ["awake"]

    began = time.monotonic()
    assert drive(course()) == ["awake"]
    assert time.monotonic() - began >= 0.05


def test_a_course_may_wait_for_a_coroutine(drive: Drive) -> None:
    done: list[str] = []
    variable = contextvars.ContextVar("variable", default="unset")

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(variable.get())

    def course() -> Course:
        assert (yield Wait(work())) is None
        return done

    variable.set("of the caller")
    assert drive(course()) == ["of the caller"]


def test_a_failing_coroutine_is_thrown_into_the_course(drive: Drive) -> None:
    async def work() -> None:
        raise KeyError("k")

    def course() -> Course:
        try:
            yield Wait(work())
        except KeyError:
            yield Sleep(0)
            return ["caught"]
        return []

    assert drive(course()) == ["caught"]


def test_an_asynchronous_sleep_lets_others_work() -> None:
    def course() -> Course:
        yield Sleep(0.2)
        return []

    async def both() -> None:
        began = time.monotonic()
        await asyncio.gather(*(arun(course(), transport) for _ in range(10)))
        assert time.monotonic() - began < 1.5

    asyncio.run(both())


def test_cancelling_ends_the_course() -> None:
    ended = threading.Event()

    def course() -> Course:
        try:
            yield Sleep(10)
        finally:
            ended.set()
        return []

    async def cancel() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await arun(course(), transport)

    asyncio.run(cancel())
    assert ended.wait(1)
