"""What can be sent, how it looks on the wire, and what is refused before the first byte leaves."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import inngest
import pytest

from platform_events import (
    Event,
    EventTooLargeError,
    InvalidEventError,
    InvalidEventNameError,
    MemberFollowed,
    SendError,
    UnknownEventError,
    send_event,
    send_events,
)

from ..support.clients import KEY, MOMENT, Sender, connect, follow, follows
from ..support.http import EventServer

pytestmark = pytest.mark.usefixtures("clean_client")

NAME = "platform/social.member-followed"
DATA = {"follower_id": "mem_me", "followee_id": "mem_2", "followed_at": "2026-11-23T18:30:00Z"}


def test_an_event_on_the_wire(server: EventServer, sender: Sender) -> None:
    connect(server.url, env="my-branch")
    assert sender.one(follow()) == "01ID000001"
    [request] = server.requests
    assert request.path == f"/e/{KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-inngest-env"] == "my-branch"
    assert re.fullmatch(r"inngest-py:v[0-9.]+\w*", request.headers["x-inngest-sdk"])
    assert request.headers["user-agent"].startswith("platform-events:v")
    assert "authorization" not in request.headers
    assert request.events == [{"name": NAME, "data": DATA}]


def test_without_an_environment_no_header_names_one(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    sender.one(follow())
    assert "x-inngest-env" not in server.requests[0].headers


def test_every_send_has_a_seed_of_its_own(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    began = int(time.time() * 1000)
    seeds: set[str] = set()
    for _ in range(3):
        sender.one(follow())
        seed = server.requests[-1].headers["x-inngest-event-id-seed"]
        milliseconds, _, random = seed.partition(",")
        assert began <= int(milliseconds) <= time.time() * 1000
        assert len(base64.b64decode(random, validate=True)) == 10
        seeds.add(random)
    assert len(seeds) == 3


@pytest.mark.parametrize(
    ("ts", "sent"),
    [
        (1_700_000_000_000, 1_700_000_000_000),
        (MOMENT, 1795458600000),
        (datetime(2100, 1, 1, tzinfo=UTC) - timedelta(milliseconds=1), 4102444799999),
        (315532800000, 315532800000),
    ],
)
def test_the_id_and_the_time_of_an_event(
    server: EventServer, sender: Sender, ts: int | datetime, sent: int
) -> None:
    connect(server.url)
    sender.one(follow(), id="workout:7 ☃", ts=ts)
    [event] = server.events
    assert event == {"name": NAME, "data": DATA, "id": "workout:7 ☃", "ts": sent}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 10_001}, "id"),
        ({"id": 7}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"ts": datetime(2026, 1, 1)}, "ts"),  # noqa: DTZ001  # a naive one
        ({"ts": 1.5}, "ts"),
        ({"ts": "now"}, "ts"),
        ({"ts": True}, "ts"),
        ({"ts": 0}, "ts"),
        ({"ts": 4102444800000}, "ts"),
        ({"ts": -1}, "ts"),
    ],
)
def test_a_wrong_id_or_time_is_refused(
    server: EventServer,
    sender: Sender,
    options: dict[str, Any],  # Any: wrong types
    field: str,
) -> None:
    connect(server.url)
    with pytest.raises(InvalidEventError) as caught:
        sender.one(follow(), **options)
    assert [problem.location for problem in caught.value.problems] == [field]
    assert NAME in str(caught.value)
    assert not server.requests


def test_no_events_need_no_request(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    assert sender.many([]) == []
    assert sender.many(iter([])) == []
    assert not server.requests


def iter_events(events: list[Event]) -> Iterator[Event]:
    yield from events


def keys(events: list[Event]) -> Iterable[Event]:
    return dict.fromkeys(events).keys()


@pytest.mark.parametrize(
    "shape",
    [list[Event], tuple[Event], iter_events, keys],
    ids=["list", "tuple", "generator", "keys"],
)
def test_any_iterable_of_events_is_sent(
    server: EventServer, sender: Sender, shape: Callable[[list[Event]], Iterable[Event]]
) -> None:
    connect(server.url)
    events: list[Event] = [*follows(3)]
    assert sender.many(shape(events)) == ["01ID000001", "01ID000002", "01ID000003"]
    assert [event["data"]["followee_id"] for event in server.events] == ["mem_0", "mem_1", "mem_2"]


def test_the_sdks_events_are_sent_with_their_ids_and_times(
    server: EventServer, sender: Sender
) -> None:
    connect(server.url)
    sender.many([follow().to_inngest(id="key", ts=MOMENT), follow().to_inngest()])
    first, second = server.events
    assert first == {"name": NAME, "data": DATA, "id": "key", "ts": 1795458600000}
    assert second == {"name": NAME, "data": DATA}


def changed(field: str, value: Any) -> inngest.Event:  # Any: wrong types
    """Give an event that was right and was changed afterwards, which nothing checks."""
    event = follow().to_inngest()
    setattr(event, field, value)
    return event


BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {  # Any: what is no event
    "class": (lambda: MemberFollowed, TypeError, "the class MemberFollowed is not an event"),
    "dict": (lambda: {"name": NAME, "data": DATA}, TypeError, "a dict is not an event"),
    "none": (lambda: None, TypeError, "a NoneType is not an event"),
    "text": (lambda: "platform/x.y", TypeError, "a str is not an event"),
    "list": (lambda: follows(1), TypeError, "a list is not an event"),
    "unknown name": (
        lambda: inngest.Event(name="platform/social.member-follow"),
        UnknownEventError,
        "Did you mean 'platform/social.member-followed'",
    ),
    "foreign name": (
        lambda: inngest.Event(name="shop/order.created"),
        InvalidEventNameError,
        "shop/order.created",
    ),
    "no name": (lambda: inngest.Event(name=""), InvalidEventNameError, "is not an event name"),
    "data missing": (lambda: inngest.Event(name=NAME), InvalidEventError, "follower_id: Field"),
    "changed data": (
        lambda: changed("data", {**DATA, "more": 1}),
        InvalidEventError,
        "more: Extra",
    ),
    "no data": (lambda: changed("data", None), InvalidEventError, "must be a JSON object"),
    "changed id": (
        lambda: changed("id", 7),
        InvalidEventError,
        "id: must be a string that is not blank",
    ),
    "changed time": (lambda: changed("ts", -5), InvalidEventError, "ts: must lie in the years"),
    "changed name": (lambda: changed("name", 7), InvalidEventNameError, "a value of type int"),
}


@pytest.mark.parametrize(("make", "error", "message"), BAD.values(), ids=BAD.keys())
def test_a_list_with_a_bad_last_element_sends_nothing(
    server: EventServer,
    sender: Sender,
    make: Callable[[], Any],  # Any: what is no event
    error: type[Exception],
    message: str,
) -> None:
    connect(server.url)
    with pytest.raises(error) as caught:
        sender.many([*follows(2), make()])
    assert message in str(caught.value)
    assert not server.requests


@pytest.mark.parametrize(("make", "error", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_event_alone_is_refused(
    server: EventServer,
    sender: Sender,
    make: Callable[[], Any],  # Any: what is no event
    error: type[Exception],
    message: str,
) -> None:
    connect(server.url)
    with pytest.raises(error) as caught:
        sender.one(make())
    assert message in str(caught.value)
    assert not server.requests


def test_the_sdks_event_has_a_function_of_its_own(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    with pytest.raises(TypeError, match=r"send_events\(\[...\]\)"):
        sender.one(follow().to_inngest())
    assert not server.requests


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (follow(), "a MemberFollowed is one event, but several are expected: put it in a list"),
        (follow().to_inngest(), "an Event is one event"),
        (None, "must be an iterable of events, not a NoneType"),
        (MemberFollowed, "must be an iterable of events, not the class MemberFollowed"),
        (5, "must be an iterable of events, not an int"),
        ("text", "a str is not an event"),
        ({"name": NAME}, "a str is not an event"),
    ],
)
def test_what_is_no_iterable_of_events_is_refused(
    server: EventServer, sender: Sender, wrong: Iterable[Event], message: str
) -> None:
    connect(server.url)
    with pytest.raises(TypeError, match=message):
        sender.many(wrong)
    assert not server.requests


def size_of(event: Event) -> int:
    return len(event.to_json()) + len(f'{{"name":"{NAME}","data":}}')


def test_an_event_may_be_as_large_as_the_limit(server: EventServer, sender: Sender) -> None:
    event = follow("m" * 50)
    connect(server.url, max_event_bytes=size_of(event))
    assert sender.one(event) == "01ID000001"
    assert sender.many([event]) == ["01ID000002"]
    assert len(server.requests[0].body) == size_of(event) + len("[]")


def test_a_larger_event_is_refused_by_name_and_size(server: EventServer, sender: Sender) -> None:
    event = follow("m" * 50)
    limit = size_of(event) - 1
    connect(server.url, max_event_bytes=limit)
    for events in [[event], [follow(), event]]:
        with pytest.raises(EventTooLargeError) as caught:
            sender.many(events) if len(events) > 1 else sender.one(event)
        error = caught.value
        assert (error.event, error.size, error.limit) == (NAME, limit + 1, limit)
        assert str(limit + 1) in str(error)
        assert NAME in str(error)
    assert not server.requests


def test_a_large_event_of_the_sdk_is_refused_by_name(server: EventServer, sender: Sender) -> None:
    connect(server.url, max_event_bytes=100)
    with pytest.raises(EventTooLargeError) as caught:
        sender.many([follow().to_inngest()])
    assert caught.value.event == NAME


def generator(*parts: Any) -> Iterator[Event]:  # Any: what is not an event, too
    for part in parts:
        if isinstance(part, Exception):
            raise part
        yield part


def test_a_bad_item_of_a_generator_is_handed_back_with_the_rest(
    server: EventServer, sender: Sender
) -> None:
    connect(server.url, max_event_bytes=200)
    events = follows(3)
    large = follow("m" * 100)
    error = sender.refused(generator(*events, large))
    assert isinstance(error.__cause__, EventTooLargeError)
    assert error.accepted_ids == []
    assert error.unsent == [*events, large]
    assert not server.requests


def test_a_generator_that_fails_loses_nothing(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    events = follows(3)
    failure = OSError("the database is gone")
    error = sender.refused(generator(*events, failure))
    assert error.__cause__ is failure
    assert error.unsent == events
    assert "interrupted by OSError: 0 events were accepted, and 3 were not" in str(error)
    assert not server.requests


@pytest.mark.parametrize("wrong", [OSError("gone"), {"name": NAME}])
def test_a_generator_that_fails_at_once_fails_as_it_does(
    server: EventServer, sender: Sender, wrong: object
) -> None:
    """Nothing was taken that the caller could miss."""
    connect(server.url)
    with pytest.raises(OSError if isinstance(wrong, OSError) else TypeError):
        sender.many(generator(wrong))
    assert not server.requests


def test_the_asynchronous_functions_take_no_asynchronous_generator(server: EventServer) -> None:
    async def events() -> Any:  # Any: an asynchronous generator
        yield follow()

    connect(server.url)
    with pytest.raises(TypeError, match="not an async_generator"):
        send_events(cast("Iterable[Event]", events()))


def test_an_error_can_be_caught_as_the_packages_own(server: EventServer) -> None:
    from platform_events import PlatformEventsError

    server.answer_with(lambda _, connection: connection.reply(404, b"{}"))
    connect(server.url)
    with pytest.raises(PlatformEventsError) as caught:
        send_event(follow())
    assert isinstance(caught.value, SendError)
