"""What becomes of the events of a call, driven by hand: no network, no clock and no chance."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

import inngest
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from platform_events import Client, SendError
from platform_events.events._encoding import encode_any
from platform_events.sending._batches import Batch
from platform_events.sending._delivery import Delivery, Handover, SendFlow
from platform_events.sending._middleware import AwaitHook
from platform_events.sending._pace import Pace
from platform_events.sending.settings import Settings

from ..support.clients import sdk_events

CLIENT = Client(Settings.resolve({}, app_id="tests", is_production=False))


def batch(count: int) -> Batch:
    events = sdk_events(count)
    return Batch([*events], [encode_any(event) for event in events])


def interrupt(flow: SendFlow, error: BaseException) -> SendError:
    """Interrupt a flow in the middle, and give the account that it leaves."""
    assert isinstance(next(flow), Handover)
    with pytest.raises(type(error)):
        flow.throw(error)
    account = SendError.find(error)
    assert account is not None
    assert account.may_have_arrived
    return account


@pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError()])
def test_an_interrupt_passes_through_with_an_account(error: BaseException) -> None:
    sent = batch(2)
    account = interrupt(Delivery(CLIENT, CLIENT.settings, Pace()).send_batch(sent), error)
    assert (account.accepted_ids, account.unsent) == ([], sent.events)
    assert account is error.__cause__


def test_an_interrupt_in_a_later_request_knows_the_earlier_ones() -> None:
    events = sdk_events(5)
    source = iter(events)
    flow = Delivery(CLIENT, CLIENT.settings, Pace(max_events=2)).send_many(source, encode_any)
    first = next(flow)
    assert isinstance(first, Handover)
    first.outcome.ids[:] = ["a", "b"]
    account = interrupt(flow, KeyboardInterrupt())
    assert account.accepted_ids == ["a", "b"]
    assert account.unsent + list(source) == events[2:]
    assert "2 events were accepted, and 3 were not" in str(account)


def test_an_interrupt_hands_back_the_rest_of_a_list() -> None:
    events = sdk_events(5)
    flow = Delivery(CLIENT, CLIENT.settings, Pace(max_events=2)).send_many(events, encode_any)
    account = interrupt(flow, KeyboardInterrupt())
    assert (account.accepted_ids, account.unsent) == ([], events)


def test_an_interrupt_in_the_source_hands_back_what_was_taken() -> None:
    def source() -> Iterator[inngest.Event]:
        yield from sdk_events(2)
        raise KeyboardInterrupt

    flow = Delivery(CLIENT, CLIENT.settings, Pace()).send_many(source(), encode_any)
    with pytest.raises(KeyboardInterrupt) as caught:
        next(flow)
    account = SendError.find(caught.value)
    assert account is not None
    assert account.unsent == sdk_events(2)
    assert not account.may_have_arrived


def test_an_interrupt_before_anything_was_taken_has_no_account() -> None:
    def source() -> Iterator[inngest.Event]:
        raise KeyboardInterrupt
        yield

    flow = Delivery(CLIENT, CLIENT.settings, Pace()).send_many(source(), encode_any)
    with pytest.raises(KeyboardInterrupt) as caught:
        next(flow)
    assert SendError.find(caught.value) is None


def test_an_interrupt_between_the_parts_that_middleware_made_is_accounted_for() -> None:
    client = Client(replace(CLIENT.settings, middleware=(inngest.MiddlewareSync,)))
    sent = batch(3)
    flow = Delivery(client, client.settings, Pace(max_events=1)).send_batch(sent)
    first = next(flow)
    assert isinstance(first, Handover)
    first.outcome.ids[:] = ["a"]
    account = interrupt(flow, KeyboardInterrupt())
    assert (account.accepted_ids, account.unsent) == (["a"], sent.events[1:])


class InterruptingList(list[str]):
    """Lets an interrupt come while it is read, which is between two requests."""

    @override
    def __iter__(self) -> Iterator[str]:
        raise KeyboardInterrupt


def test_an_interrupt_between_two_requests_hands_back_what_is_in_hand() -> None:
    client = Client(replace(CLIENT.settings, middleware=(inngest.MiddlewareSync,)))
    events = sdk_events(3)
    flow = Delivery(client, client.settings, Pace(max_events=1)).send_many(events, encode_any)
    first = next(flow)
    assert isinstance(first, Handover)
    first.outcome.ids = InterruptingList(["a"])
    with pytest.raises(KeyboardInterrupt) as caught:
        flow.send(None)
    account = SendError.find(caught.value)
    assert account is not None
    assert (account.accepted_ids, account.unsent) == ([], events)


async def wait(command: AwaitHook) -> None:
    await command.awaitable


def test_asynchronous_middleware_is_left_to_the_driver() -> None:
    client = Client(replace(CLIENT.settings, middleware=(inngest.Middleware,)))
    flow = Delivery(client, client.settings, Pace()).send_batch(batch(1))
    before = next(flow)
    assert isinstance(before, AwaitHook)
    asyncio.run(wait(before))
    asked = flow.send(None)
    assert isinstance(asked, Handover)
    asked.outcome.ids[:] = ["a"]
    after = flow.send(None)
    assert isinstance(after, AwaitHook)
    asyncio.run(wait(after))
    with pytest.raises(StopIteration):
        flow.send(None)


class Scripted:
    """Accepts or refuses request after request, and keeps what it accepted."""

    def __init__(self, script: list[bool]) -> None:
        self.script = iter(script)
        self.accepted: list[int] = []

    def answer(self, asked: Handover) -> None:
        if next(self.script, True):
            numbers = [json.loads(encoded)["data"]["n"] for encoded in asked.batch.encoded]
            self.accepted += numbers
            asked.outcome.ids[:] = [f"id-{n}" for n in numbers]

    def drive(self, flow: SendFlow) -> list[str]:
        try:
            command = next(flow)
            while True:
                assert isinstance(command, Handover)
                self.answer(command)
                command = flow.send(None)
        except StopIteration as end:
            ids: list[str] = end.value
            return ids


class Source:
    """An iterator that fails at one place, and can be asked for the rest all the same."""

    def __init__(self, events: list[inngest.Event], fails_at: int | None) -> None:
        self.events = events
        self.fails_at = fails_at
        self.position = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> inngest.Event:
        if self.position == self.fails_at:
            raise OSError
        if self.position == len(self.events):
            raise StopIteration
        self.position += 1
        return self.events[self.position - 1]


@given(
    st.integers(0, 12),
    st.lists(st.booleans(), max_size=6),
    st.none() | st.integers(0, 12),
    st.booleans(),
)
@settings(deadline=None)
def test_every_event_is_accepted_or_handed_back_or_still_with_the_caller(
    count: int,
    script: list[bool],
    fails_at: int | None,
    is_list: bool,
) -> None:
    """For any number of events, failing requests and failing iterators; some three to a request."""
    server = Scripted(script)
    events = sdk_events(count)
    source = Source(events, fails_at)
    try:
        pace = Pace(max_bytes=200)
        flow = Delivery(CLIENT, CLIENT.settings, pace).send_many(
            events if is_list else source, encode_any
        )
        ids, unsent = server.drive(flow), list[object]()
    except SendError as error:
        ids, unsent = error.accepted_ids, list[object](error.unsent)
    except OSError:
        ids, unsent = [], []
        assert source.position == 0  # there was nothing to hand back
    assert ids == [f"id-{n}" for n in server.accepted] == [f"id-{n}" for n in range(len(ids))]
    rest = [] if is_list else events[source.position :]
    assert unsent + rest == events[len(ids) :]
