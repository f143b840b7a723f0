"""The SDK's middleware of either kind, on every way to send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, cast

import inngest
import pytest

from platform_events import (
    Client,
    Event,
    EventTooLargeError,
    InvalidEventError,
    SendError,
    send_event,
    send_events,
)

from ..support.clients import Sender, connect, follow, follows, sdk_events
from ..support.http import EventServer, accept, reply

pytestmark = pytest.mark.usefixtures("clean_client")

FIRST = 1_000
"""How many events the first request holds at most."""

Middleware = Callable[[inngest.Inngest, object], inngest.Middleware | inngest.MiddlewareSync]
Before = Callable[[list[inngest.Event]], object]
After = Callable[[inngest.SendEventsResult], object]


def nothing(_: object) -> None: ...


def synchronous(before: Before = nothing, after: After = nothing) -> Middleware:
    class Hooks(inngest.MiddlewareSync):
        def before_send_events(self, events: list[inngest.Event]) -> None:
            before(events)

        def after_send_events(self, result: inngest.SendEventsResult) -> None:
            after(result)

    return Hooks


def asynchronous(before: Before = nothing, after: After = nothing) -> Middleware:
    class Hooks(inngest.Middleware):
        async def before_send_events(self, events: list[inngest.Event]) -> None:
            await asyncio.sleep(0)
            before(events)

        async def after_send_events(self, result: inngest.SendEventsResult) -> None:
            await asyncio.sleep(0)
            after(result)

    return Hooks


class Make(Protocol):
    """Makes middleware of one kind, which calls functions."""

    def __call__(self, before: Before = ..., after: After = ...) -> Middleware: ...


@pytest.fixture(params=[synchronous, asynchronous])
def make(request: pytest.FixtureRequest) -> Make:
    chosen: Make = request.param
    return chosen


def inside_a_loop(events: list[Event | inngest.Event]) -> list[str]:
    async def send() -> list[str]:
        return send_events(events)

    return asyncio.run(send())


def mark(events: list[inngest.Event]) -> None:
    """Change every event, as encryption does."""
    for event in events:
        event.data = {"encrypted": "***"}


def replace(events: list[inngest.Event]) -> None:
    events[:] = [inngest.Event(name="other/name", data={"encrypted": "***"}) for _ in events]


def test_middleware_breaks_no_way_to_send(server: EventServer, sender: Sender, make: Make) -> None:
    """The SDK refuses synchronous sends when a middleware is asynchronous."""
    client = connect(server.url, middleware=[make(), inngest.Middleware, inngest.MiddlewareSync])
    assert sender.one(follow()) == "01ID000001"
    assert sender.many(follows(2)) == ["01ID000002", "01ID000003"]
    assert sender.direct(client, sdk_events(2)) == ["01ID000004", "01ID000005"]
    assert inside_a_loop([follow()]) == ["01ID000006"]


@pytest.mark.parametrize("change", [mark, replace])
def test_what_middleware_makes_of_an_event_is_sent(
    server: EventServer, sender: Sender, make: Make, change: Before
) -> None:
    client = connect(server.url, middleware=[make(change)])
    sender.one(follow())
    sender.many(follows(1))
    sender.many([follow().to_inngest()])
    sender.direct(client, sdk_events(1))
    inside_a_loop([follow()])
    assert [event["data"] for event in server.events] == [{"encrypted": "***"}] * 5


@pytest.mark.parametrize("change", [mark, replace])
def test_middleware_changes_nothing_of_the_callers(
    server: EventServer, sender: Sender, make: Make, change: Before
) -> None:
    client = connect(server.url, middleware=[make(change)])
    event, sdk_event, own = (
        follow(),
        follow().to_inngest(),
        inngest.Event(name="a/b", data={"n": {}}),
    )
    events: list[Event | inngest.Event] = [event, sdk_event]
    own_events = [own]
    sender.many(events)
    sender.direct(client, own_events)
    assert events == [follow(), follow().to_inngest()]
    assert events[1] is sdk_event
    assert own_events == [inngest.Event(name="a/b", data={"n": {}})]


def test_middleware_cannot_reach_into_the_callers_data(server: EventServer, make: Make) -> None:
    def reach(events: list[inngest.Event]) -> None:
        nested = events[0].data["n"]
        assert isinstance(nested, dict)
        nested["changed"] = True

    client = connect(server.url, middleware=[make(reach)])
    own = inngest.Event(name="a/b", data={"n": {}})
    client.send_sync(own)
    assert own.data == {"n": {}}
    assert server.events[0]["data"] == {"n": {"changed": True}}


def test_the_order_of_hooks_is_that_of_the_sdk(server: EventServer, sender: Sender) -> None:
    calls: list[str] = []

    def named(name: str, kind: Make) -> Middleware:
        return kind(
            lambda _: calls.append(f"before {name}"), lambda _: calls.append(f"after {name}")
        )

    kinds = [synchronous, asynchronous, synchronous]
    connect(server.url, middleware=[named(str(n), kind) for n, kind in enumerate(kinds)])
    sender.one(follow())
    assert calls == ["before 0", "before 1", "before 2", "after 2", "after 1", "after 0"]


def test_middleware_gets_the_client(server: EventServer, sender: Sender) -> None:
    seen: list[object] = []

    def make(client: inngest.Inngest, request: object) -> inngest.MiddlewareSync:
        seen.append((client, request))
        return inngest.MiddlewareSync(client, request)

    client = connect(server.url, middleware=[make])
    sender.one(follow())
    assert seen == [(client, None)]


def test_middleware_that_is_added_later_counts(server: EventServer, sender: Sender) -> None:
    connect(server.url).add_middleware(synchronous(mark))
    sender.one(follow())
    assert server.events[0]["data"] == {"encrypted": "***"}


def test_the_sdk_may_pass_middleware_by(server: EventServer) -> None:
    client = connect(server.url, middleware=[synchronous(mark)])
    client.send_sync(sdk_events(1), skip_middleware=True)
    asyncio.run(client.send(sdk_events(1), skip_middleware=True))
    assert [event["data"] for event in server.events] == [{"n": 0}] * 2


def test_middleware_sees_the_ids(server: EventServer, sender: Sender, make: Make) -> None:
    results: list[inngest.SendEventsResult] = []
    connect(server.url, middleware=[make(after=results.append)])
    ids = sender.many(follows(2))
    [result] = results
    assert (result.ids, result.error) == (ids, None)


def test_middleware_sees_the_error(server: EventServer, sender: Sender, make: Make) -> None:
    server.answer_with(reply(400, {"ids": ["a"], "error": "no"}))
    results: list[inngest.SendEventsResult] = []
    connect(server.url, middleware=[make(after=results.append)])
    events = follows(3)
    error = sender.refused(events)
    [result] = results
    assert (result.ids, result.error) == (["a"], str(error))
    assert (error.accepted_ids, error.unsent) == (["a"], events[1:])
    assert error.unsent[0] is events[1]


def test_middleware_may_do_with_the_result_as_it_likes(
    server: EventServer, sender: Sender, make: Make
) -> None:
    connect(server.url, middleware=[make(after=lambda result: result.ids.clear())])
    assert sender.one(follow()) == "01ID000001"


def drop(events: list[inngest.Event]) -> None:
    events.pop()


def double(events: list[inngest.Event]) -> None:
    events.append(events[0])


@pytest.mark.parametrize("change", [drop, double])
def test_middleware_that_changes_the_number_of_events_is_refused(
    server: EventServer, sender: Sender, make: Make, change: Before
) -> None:
    connect(server.url, middleware=[make(change)])
    events = follows(2)
    error = sender.refused(events)
    assert "middleware changed the number of events" in str(error)
    assert (error.unsent, error.status_code, error.is_retriable) == (events, None, False)
    assert not server.requests


def enlarge(events: list[inngest.Event]) -> None:
    events[-1].data = {"blob": "x" * 1000}


def spoil(events: list[inngest.Event]) -> None:
    no_json: Any = object()  # Any: it is none
    events[-1].data = {"no json": no_json}


def vanish(events: list[inngest.Event]) -> None:
    events[-1] = cast("inngest.Event", None)


@pytest.mark.parametrize(
    ("change", "error"),
    [(enlarge, EventTooLargeError), (spoil, InvalidEventError), (vanish, TypeError)],
)
def test_what_middleware_makes_is_checked(
    server: EventServer, sender: Sender, make: Make, change: Before, error: type[Exception]
) -> None:
    connect(server.url, middleware=[make(change)], max_event_bytes=500)
    with pytest.raises(error):
        sender.many(follows(2))
    assert not server.requests


def test_what_middleware_makes_is_checked_before_any_of_it_is_sent(
    server: EventServer, sender: Sender
) -> None:
    """What one request held may need several after middleware."""

    def change(events: list[inngest.Event]) -> None:
        for event in events:
            event.data = {"blob": "x" * 2_000_000}
        enlarge(events)
        events[-1].name = ""

    connect(server.url, middleware=[synchronous(change)], send_timeout_s=10)
    with pytest.raises(InvalidEventError):
        sender.many(follows(3))
    assert not server.requests


def blow_up(events: list[inngest.Event]) -> None:
    for event in events:
        event.data = {"blob": "x" * 2_000_000}


def test_what_middleware_makes_larger_is_split_again(server: EventServer, sender: Sender) -> None:
    results: list[inngest.SendEventsResult] = []
    connect(server.url, middleware=[synchronous(blow_up, results.append)], send_timeout_s=10)
    assert sender.many(follows(3)) == ["01ID000001", "01ID000002", "01ID000003"]
    assert len(server.requests) == 3
    assert len(results) == 1


def test_when_a_part_fails_the_caller_gets_the_rest(server: EventServer, sender: Sender) -> None:
    server.answer_with(accept, reply(404, {}))
    connect(server.url, middleware=[synchronous(blow_up)], send_timeout_s=10)
    events = follows(3)
    error = sender.refused(events)
    assert error.accepted_ids == ["01ID000001"]
    assert error.unsent == events[1:]
    assert len(server.requests) == 2


def fail(_: object) -> None:
    raise KeyError("of the middleware")


def test_middleware_that_fails_before_the_send_fails_it(
    server: EventServer, sender: Sender, make: Make
) -> None:
    connect(server.url, middleware=[make(fail)])
    with pytest.raises(KeyError, match="of the middleware"):
        sender.one(follow())
    with pytest.raises(KeyError, match="of the middleware"):
        sender.many(follows(2))
    events = follows(2)
    error = sender.refused(iter(events))  # here nobody else has the events
    assert isinstance(error.__cause__, KeyError)
    assert error.unsent == events
    assert not server.requests


def test_middleware_that_fails_before_a_later_request_keeps_the_account(
    server: EventServer, sender: Sender, make: Make
) -> None:
    def fail_later(events: list[inngest.Event]) -> None:
        if len(events) < FIRST:
            fail(events)

    connect(server.url, middleware=[make(fail_later)], send_timeout_s=30)
    events = follows(FIRST + 1)
    error = sender.refused(events)
    assert len(error.accepted_ids) == FIRST
    assert error.unsent == events[FIRST:]
    assert isinstance(error.__cause__, KeyError)


def test_middleware_that_fails_after_the_send_does_not_make_it_undone(
    server: EventServer, sender: Sender, make: Make
) -> None:
    connect(server.url, middleware=[make(after=fail)])
    with pytest.raises(SendError, match="all 1 events were accepted before") as caught:
        sender.one(follow())
    errors = [caught.value, sender.refused(follows(1)), sender.refused(iter(follows(1)))]
    for error, id in zip(errors, ["01ID000001", "01ID000002", "01ID000003"], strict=True):
        assert (error.accepted_ids, error.unsent) == ([id], [])
        assert isinstance(error.__cause__, KeyError)


def test_middleware_that_fails_after_a_failed_send_does_not_hide_it(
    server: EventServer, sender: Sender, make: Make
) -> None:
    server.answer_with(reply(400, {"ids": ["a"], "error": "no"}))
    connect(server.url, middleware=[make(after=fail)])
    events = follows(2)
    error = sender.refused(events)
    assert (error.status_code, error.accepted_ids, error.unsent) == (400, ["a"], events[1:])
    assert error.__notes__ == ["Middleware failed, too, with KeyError."]


def test_middleware_runs_for_every_request(server: EventServer, sender: Sender) -> None:
    sizes: list[int] = []
    connect(
        server.url,
        middleware=[synchronous(lambda events: sizes.append(len(events)))],
        send_timeout_s=30,
    )
    sender.many(follows(FIRST + 2))
    assert sizes == [FIRST, 2]


def test_a_client_is_what_middleware_expects(server: EventServer) -> None:
    assert isinstance(connect(server.url), Client)
    assert send_event(follow())


def test_what_middleware_gets_shows_nothing_of_the_events(
    server: EventServer, sender: Sender, make: Make
) -> None:
    shown: list[str] = []
    connect(server.url, middleware=[make(lambda events: shown.append(repr(events)))])
    sender.many(follows(2))
    assert shown == ["<2 events>"]
