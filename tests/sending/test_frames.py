"""What those who collect local variables get to see: no value, no key, in no frame of ours."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from types import FrameType

import inngest
import pytest

import platform_events
from platform_events import Client, Event, SendError, asend_event, get_client

from ..support.clients import KEY, SYNC, Sender, chain, connect, follow, follows
from ..support.http import Connection, EventServer, Request, accept, echo, hang_up, reply, silence

pytestmark = pytest.mark.usefixtures("clean_client")

VALUE = "mem_very_secret"
PACKAGE = platform_events.__name__


def secret(count: int = 2) -> list[Event | inngest.Event]:
    return [follow(VALUE).to_inngest(id=f"key-{VALUE}-{number}") for number in range(count)]


def look_into(frames: list[FrameType]) -> list[str]:
    """Give what the local variables of the package's frames show, as error reporters do."""
    shown: list[str] = []
    for frame in frames:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(f"{PACKAGE}."):
            for name, value in frame.f_locals.items():
                shown.append(f"{module}.{frame.f_code.co_name}: {name} = {value!r}")
    return shown


def check(shown: list[str]) -> None:
    assert [line for line in shown if VALUE in line or KEY in line] == []


def frames_of(error: BaseException) -> list[FrameType]:
    return [frame for link in chain(error) for frame, _ in traceback.walk_tb(link.__traceback__)]


class Failing(inngest.MiddlewareSync):
    """Fails after the send."""

    def after_send_events(self, result: inngest.SendEventsResult) -> None:
        raise KeyError(result.ids)


class FailingBefore(inngest.MiddlewareSync):
    """Fails before the send."""

    def before_send_events(self, events: list[inngest.Event]) -> None:
        raise KeyError(len(events))


def failing_source() -> Iterator[Event | inngest.Event]:
    yield from secret()
    raise OSError


def invalid() -> list[Event | inngest.Event]:
    event = secret(1)[0]
    assert isinstance(event, inngest.Event)
    return [event.model_copy(update={"data": {**event.data, "follower_id": 5}})]


def send_by_the_client(client: Client) -> None:
    client.send_sync([event for event in secret() if isinstance(event, inngest.Event)])


CALLS: dict[str, Callable[[Sender], object]] = {
    "one": lambda sender: sender.one(follow(VALUE)),
    "many": lambda sender: sender.many(secret()),
    "of the SDK": lambda _: send_by_the_client(get_client()),
    "a generator": lambda sender: sender.many(event for event in secret()),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize(
    "answer", [echo(400), echo(500), echo(302), hang_up, silence, reply(200, b"")]
)
def test_a_failed_send_shows_nothing(
    server: EventServer,
    sender: Sender,
    call: Callable[[Sender], object],
    answer: Callable[[Request, Connection], None],
) -> None:
    server.answer_with(answer)
    connect(server.url, send_timeout_s=0.3)
    with pytest.raises(SendError) as caught:
        call(sender)
    check(look_into(frames_of(caught.value)))
    # The HTTP client's frames hold the request, so none of them is left.
    modules = {str(frame.f_globals["__name__"]) for frame in frames_of(caught.value)}
    assert not [name for name in modules if name.startswith(("httpx2", "httpcore2", "anyio"))]


FAULTS: dict[str, Callable[[Sender], object]] = {
    "invalid": lambda sender: sender.many(invalid()),
    "invalid later": lambda sender: sender.many(iter([*secret(), *invalid()])),
    "failing source": lambda sender: sender.many(failing_source()),
    "wrong argument": lambda sender: sender.one(secret()[0]),
    "not a list": lambda sender: sender.many(secret()[0]),  # type: ignore[arg-type]  # a mistake  # pyright: ignore[reportArgumentType]
    "wrong id": lambda sender: sender.one(follow(VALUE), id=""),
}


@pytest.mark.parametrize("call", FAULTS.values(), ids=FAULTS.keys())
def test_a_refused_event_shows_nothing(
    server: EventServer, sender: Sender, call: Callable[[Sender], object]
) -> None:
    connect(server.url)
    with pytest.raises((SendError, ValueError, TypeError, OSError)) as caught:
        call(sender)
    check(look_into(frames_of(caught.value)))


@pytest.mark.parametrize("middleware", [Failing, FailingBefore])
def test_failing_middleware_shows_nothing_in_our_frames(
    server: EventServer, sender: Sender, middleware: type[inngest.MiddlewareSync]
) -> None:
    connect(server.url, middleware=[middleware])
    with pytest.raises((SendError, KeyError)) as caught:
        sender.many(secret())
    check(look_into(frames_of(caught.value)))


def test_what_is_too_large_shows_nothing(server: EventServer, sender: Sender) -> None:
    connect(server.url, max_event_bytes=20)
    with pytest.raises(ValueError, match="too large") as caught:
        sender.many(secret())
    check(look_into(frames_of(caught.value)))


def test_a_cancelled_send_shows_nothing(server: EventServer) -> None:
    server.answer_with(silence)
    connect(server.url, send_timeout_s=10)

    async def run() -> None:
        async with asyncio.timeout(0.3):
            await asyncio.gather(*[asend_event(follow(VALUE)) for _ in range(4)])

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(run())
    check(look_into(frames_of(caught.value)))


def test_threads_that_send_show_nothing_meanwhile(server: EventServer) -> None:
    """Some reporters look at all threads when one fails."""
    shown: list[str] = []

    def look(request: Request, connection: Connection) -> None:
        for frame in sys._current_frames().values():
            stack = [frame for frame, _ in traceback.walk_stack(frame)]
            shown.extend(look_into(stack))
        accept(request, connection)

    server.answer_with(look)
    connect(server.url, send_timeout_s=10)
    thread = threading.Thread(target=SYNC.many, args=(secret(),))
    thread.start()
    thread.join()
    assert [line for line in shown if "sending._drivers.run_sync" in line]
    check(shown)


def test_errors_are_also_the_sdks_own(server: EventServer, sender: Sender) -> None:
    """So that ``except`` clauses that were written for the SDK go on to work."""
    from inngest._internal import errors  # the SDK exports them nowhere else

    server.answer_with(reply(400, {"ids": ["a"], "error": "no"}))
    connect(server.url)
    with pytest.raises(errors.SendEventsError) as caught:
        sender.many(follows(2))
    error = caught.value
    assert isinstance(error, errors.Error)
    assert isinstance(error, SendError)
    assert error.ids == error.accepted_ids == ["a"]
    error.ids = ["b"]
    assert error.accepted_ids == ["b"]
    assert error.message == str(error)
    assert type(error).__name__ == "SendError"
    assert repr(error).startswith("SendError('1 of 2 events were not accepted")
