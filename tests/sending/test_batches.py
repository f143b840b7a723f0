"""Many events: how they are split into requests, and what is known when one of those fails."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Iterator
from typing import cast

import inngest
import pytest

from platform_events import CommentAdded, Event, SendError, UnknownEventError, send_events
from platform_events.sending._pace import MAX_REQUEST_BYTES
from platform_events.sending._transport import Answer, HttpRequest, Transport

from ..support.clients import MOMENT, Sender, connect, follow, follows
from ..support.http import EventServer, accept, hang_up, reply

pytestmark = pytest.mark.usefixtures("clean_client")

FIRST = 1_000
"""How many events the first request holds at most; the second holds twice as many."""


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests not grow."""
    monkeypatch.setattr("platform_events.sending._pace.MAX_BATCH_EVENTS", FIRST)


def comment(number: int) -> CommentAdded:
    """Make an event of some 12 kB."""
    return CommentAdded(
        comment_id=f"com_{number}",
        session_id="ses_1",
        gym_id="gym_1",
        member_id="mem_1",
        text="Nice one",
        mentioned_member_ids=tuple(f"mem_{n:0116}" for n in range(100)),
        added_at=MOMENT,
    )


def test_requests_grow_to_five_thousand_events(
    server: EventServer, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However busy the machine is, the server is quick enough.
    monkeypatch.setattr("platform_events.sending._pace._QUICK_S", 60)
    monkeypatch.setattr("platform_events.sending._pace._SLOW_S", 60)
    connect(server.url, send_timeout_s=30)
    ids = sender.many(follows(17_001))
    sizes = [len(request.events) for request in server.requests]
    assert sizes == [1_000, 2_000, 4_000, 5_000, 5_000, 1]
    assert ids == [f"01ID{number:06}" for number in range(1, 17_002)]
    order = [event["data"]["followee_id"] for event in server.events]
    assert order == [f"mem_{number}" for number in range(17_001)]
    assert len({request.headers["x-inngest-event-id-seed"] for request in server.requests}) == 6


@pytest.mark.parametrize("last", ["no event", inngest.Event(name="platform/social.unknown")])
def test_a_list_of_several_requests_is_checked_whole(
    server: EventServer, sender: Sender, last: object
) -> None:
    connect(server.url, send_timeout_s=30)
    events: list[Event] = [*follows(FIRST + 1), cast("Event", last)]
    with pytest.raises((TypeError, UnknownEventError)):
        sender.many(events)
    assert not server.requests


def test_a_request_of_exactly_the_most_events_is_one(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    assert len(send_events(follows(FIRST))) == FIRST
    assert len(server.requests) == 1


def test_a_request_is_no_larger_than_a_server_takes(server: EventServer, sender: Sender) -> None:
    connect(server.url, send_timeout_s=30)
    ids = sender.many([comment(number) for number in range(600)])
    assert ids == [f"01ID{number:06}" for number in range(1, 601)]
    *full, last = [len(request.body) for request in server.requests]
    assert len(full) == 2
    for size in [*full, last]:
        assert size <= MAX_REQUEST_BYTES
    for size in full:
        assert size > MAX_REQUEST_BYTES - 13_000
    order = [event["data"]["comment_id"] for event in server.events]
    assert order == [f"com_{number}" for number in range(600)]


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("failing", [0, 1, 2])
def test_when_a_request_of_a_list_fails_all_that_follow_are_handed_back(
    server: EventServer, sender: Sender, failing: int
) -> None:
    server.answer_with(*[accept] * failing, reply(404, {}))
    connect(server.url, send_timeout_s=30)
    events = follows(2 * FIRST + 10)
    error = sender.refused(events)
    assert len(server.requests) == failing + 1
    assert len(error.accepted_ids) == failing * FIRST
    assert error.unsent == events[failing * FIRST :]
    assert error.status_code == 404


@pytest.mark.usefixtures("steady")
def test_a_part_of_a_later_request_may_be_accepted(server: EventServer, sender: Sender) -> None:
    server.answer_with(accept, reply(400, {"ids": ["a", "b"], "error": "no"}))
    connect(server.url, send_timeout_s=30)
    events = follows(FIRST + 10)
    error = sender.refused(events)
    assert error.accepted_ids[-3:] == ["01ID001000", "a", "b"]
    assert error.unsent == events[FIRST + 2 :]
    assert str(error).startswith("8 of 10 events were not accepted")


@pytest.mark.usefixtures("steady")
def test_when_a_request_of_a_generator_fails_it_still_has_the_rest(
    server: EventServer, sender: Sender
) -> None:
    server.answer_with(accept, reply(404, {}))
    connect(server.url, send_timeout_s=30)
    events = follows(2 * FIRST + 10)
    source = iter(events)
    error = sender.refused(source)
    assert len(error.accepted_ids) == FIRST
    assert error.unsent + list(source) == events[FIRST:]
    assert len(error.unsent) == FIRST + 1  # the one that filled the request, too


def interrupted(events: list[Event], end: object) -> Iterator[Event]:
    yield from events
    if isinstance(end, Exception):
        raise end
    yield cast("Event", end)


@pytest.mark.parametrize("end", [OSError("gone"), "no event"], ids=["raises", "bad item"])
def test_a_generator_that_fails_midway_loses_nothing(
    server: EventServer, sender: Sender, end: object
) -> None:
    connect(server.url, send_timeout_s=30)
    events: list[Event] = [*follows(FIRST + 10)]
    error = sender.refused(interrupted(events, end))
    assert len(error.accepted_ids) == FIRST
    assert error.unsent == events[FIRST:]
    assert type(error.__cause__) is (OSError if isinstance(end, Exception) else TypeError)
    assert "1000 events were accepted, and 10 were not" in str(error)
    assert len(server.requests) == 1


@pytest.mark.usefixtures("steady")
def test_a_generator_is_read_as_it_is_sent(server: EventServer, sender: Sender) -> None:
    connect(server.url, send_timeout_s=30)
    seen: list[int] = []

    def source() -> Iterator[Event]:
        for number in range(2 * FIRST + 2):
            if number % FIRST == 1:
                seen.append(len(server.requests))
            yield follow()

    sender.many(source())
    assert seen == [0, 1, 2]


def test_events_stay_unsent_without_a_server(server: EventServer, sender: Sender) -> None:
    server.answer_with(hang_up)
    connect(server.url, send_timeout_s=0.3)
    source = iter(follows(3))
    error = sender.refused(source)
    assert error.unsent == follows(3)
    assert error.is_retriable


@pytest.mark.usefixtures("steady")
def test_a_send_of_many_events_takes_the_memory_of_one_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The peak with twenty requests is that with two, but for the ids, which are the result."""

    def take(_: Transport, request: HttpRequest) -> Answer:
        count = request.body.count(b'"name":')
        ids = ",".join(f'"{next(numbers)}"' for _ in range(count))
        return Answer(200, {}, f'{{"ids":[{ids}]}}'.encode())

    monkeypatch.setattr(Transport, "post", take)
    connect("http://127.0.0.1:1")
    numbers = itertools.count(1_000_000)

    def peak(requests: int) -> int:
        count = requests * FIRST
        event = follow()
        tracemalloc.start()
        try:
            ids = send_events(event for _ in range(count))
            used = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert len(ids) == len(set(ids)) == count
        return used - count * 64  # an id of seven characters, and its place in the list

    few, many = peak(4), peak(40)
    assert many < few * 1.5
    assert many < 8 * MAX_REQUEST_BYTES


def test_the_same_event_may_be_sent_many_times(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    event = follow()
    assert len(set(sender.many([event] * 3))) == 3


def test_an_error_of_a_generators_own_send_keeps_its_account(server: EventServer) -> None:
    connect(server.url)
    failure = SendError("elsewhere", unsent=[follow("lost")], accepted_ids=["x"])

    def source() -> Iterator[Event]:
        yield follow()
        raise failure

    with pytest.raises(SendError) as caught:
        send_events(source())
    assert follow() in caught.value.unsent
