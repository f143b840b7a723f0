"""Sends at the same time share requests, over real HTTP; each caller sees a send of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

import inngest
import pytest

from platform_events import (
    MemberFollowed,
    SendError,
    asend_event,
    asend_events,
    get_client,
    send_event,
)

from ..support.clients import connect, follow, follows, sdk_events
from ..support.http import Answer, Connection, EventServer, Request, accept, reply
from ..support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("clean_client")

Results: TypeAlias = list["str | BaseException"]
Together: TypeAlias = Callable[["Held", Sequence[MemberFollowed]], Results]

COUNT = 12
UNDER_WAY = 4
"""How many requests may be sent at once; with as many held back, all others wait."""


@dataclass
class Held:
    """Answers that wait until the test lets them go."""

    released: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def then(self, answer: Answer) -> Answer:
        def hold(request: Request, connection: Connection) -> None:
            self.arrived.release()
            self.released.wait(60)
            answer(request, connection)

        return hold

    def wait_for(self, count: int = UNDER_WAY) -> None:
        for _ in range(count):
            assert self.arrived.acquire(timeout=30)


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.released.set()


def tasks(held: Held, events: Sequence[MemberFollowed]) -> Results:
    """Send all events in tasks of one loop, while the first requests are held back."""

    async def run() -> Results:
        sends = [asyncio.create_task(asend_event(event)) for event in events]
        await asyncio.to_thread(held.wait_for)
        held.released.set()
        return await asyncio.gather(*sends, return_exceptions=True)

    return asyncio.run(run())


def threads(held: Held, events: Sequence[MemberFollowed]) -> Results:
    """Send all events in threads, while the first requests are held back."""

    def send(event: MemberFollowed) -> str | BaseException:
        try:
            return send_event(event)
        except SendError as error:
            return error

    with ThreadPoolExecutor(len(events)) as executor:
        sends = [executor.submit(send, event) for event in events]
        held.wait_for()
        await_waiting(len(events) - UNDER_WAY)
        held.released.set()
        return [future.result() for future in sends]


def await_waiting(count: int) -> None:
    """Let threads come as far as the queue."""
    wait_until(lambda: get_client().dispatch.load().waiting >= count)


@pytest.fixture(params=[tasks, threads])
def together(request: pytest.FixtureRequest) -> Callable[[Held, Sequence[MemberFollowed]], Results]:
    chosen: Callable[[Held, Sequence[MemberFollowed]], Results] = request.param
    return chosen


def mirror(request: Request, connection: Connection) -> None:
    """Accept events, and make their ids of what is in them."""
    ids = [f"id-of-{event['data']['followee_id']}" for event in request.events]
    connection.reply(200, json.dumps({"ids": ids}).encode())


def picky(request: Request, connection: Connection) -> None:
    """Accept what comes before an event of one kind, as an Event API does."""
    followees = [event["data"]["followee_id"] for event in request.events]
    stop = followees.index("mem_7") if "mem_7" in followees else None
    ids = [f"id-of-{followee}" for followee in followees[:stop]]
    status = 200 if stop is None else 400
    connection.reply(status, json.dumps({"ids": ids or [""], "error": "no"}).encode())


def test_what_waits_leaves_with_the_next_request(
    server: EventServer, held: Held, together: Together
) -> None:
    server.answer_with(*[held.then(mirror)] * UNDER_WAY, mirror)
    connect(server.url)
    ids = together(held, follows(COUNT))
    assert ids == [f"id-of-mem_{number}" for number in range(COUNT)]
    sizes = [len(request.events) for request in server.requests]
    assert sizes == [1] * UNDER_WAY + [COUNT - UNDER_WAY]


def test_a_refused_event_fails_its_own_caller_alone(
    server: EventServer, held: Held, together: Together
) -> None:
    server.answer_with(*[held.then(picky)] * UNDER_WAY, picky)
    connect(server.url)
    events = [*follows(7), *(follow(f"mem_{n}") for n in range(8, COUNT)), follow("mem_7")]
    events[4], events[-1] = events[-1], events[4]
    results = together(held, events)
    refused = results[4]
    assert isinstance(refused, SendError)
    assert (refused.status_code, refused.accepted_ids, refused.unsent) == (400, [], [events[4]])
    others = [result for result in results if result is not refused]
    assert others == [f"id-of-{e.followee_id}" for e in events if e is not events[4]]


def poisoned(request: Request, connection: Connection) -> None:
    """Fail on an event of one kind, and on all that is in its request."""
    if any(event["data"]["followee_id"] == "mem_7" for event in request.events):
        connection.reply(500, b"{}")
    else:
        mirror(request, connection)


@pytest.mark.usefixtures("one_retry")
def test_an_event_on_which_the_server_fails_fails_its_own_caller_alone(
    server: EventServer, held: Held, together: Together
) -> None:
    server.answer_with(*[held.then(poisoned)] * UNDER_WAY, poisoned)
    connect(server.url)
    events = follows(COUNT)
    results = together(held, events)
    refused = results[7]
    assert isinstance(refused, SendError)
    assert (refused.status_code, refused.unsent, refused.is_retriable) == (500, [events[7]], True)
    others = [result for result in results if result is not refused]
    assert others == [f"id-of-{e.followee_id}" for e in events if e is not events[7]]


def test_a_failure_is_told_to_every_caller_with_its_own_event(
    server: EventServer, held: Held, together: Together
) -> None:
    server.answer_with(*[held.then(reply(401, {}))] * UNDER_WAY, reply(401, {}))
    connect(server.url)
    events = follows(COUNT)
    for event, error in zip(events, together(held, events), strict=True):
        assert isinstance(error, SendError)
        assert (error.status_code, error.unsent[0] is event) == (401, True)
        assert str(error).startswith("the event was not accepted: ")
    assert len(server.requests) == UNDER_WAY + 1


def test_sharing_can_be_switched_off(server: EventServer) -> None:
    connect(server.url, share_requests=False)

    async def run() -> None:
        await asyncio.gather(*map(asend_event, follows(COUNT)))

    asyncio.run(run())
    with ThreadPoolExecutor(COUNT) as executor:
        list(executor.map(send_event, follows(COUNT)))
    assert [len(request.events) for request in server.requests] == [1] * 2 * COUNT


def test_small_lists_and_the_clients_own_method_share_too(server: EventServer, held: Held) -> None:
    server.answer_with(*[held.then(accept)] * UNDER_WAY, accept)
    client = connect(server.url)

    async def run() -> tuple[list[str], list[str], str]:
        first = [asyncio.create_task(asend_event(event)) for event in follows(UNDER_WAY)]
        rest = (
            asyncio.create_task(client.send(sdk_events(3))),
            asyncio.create_task(asend_events(follows(2))),
            asyncio.create_task(asend_event(follow())),
        )
        await asyncio.to_thread(held.wait_for)
        held.released.set()
        await asyncio.gather(*first)
        return await asyncio.gather(*rest)

    three, two, one = asyncio.run(run())
    # The others may be accepted before or after.
    begin = int(three[0].removeprefix("01ID"))
    ids = [f"01ID{number:06}" for number in range(begin, begin + 6)]
    assert (three, two, one) == (ids[:3], ids[3:5], ids[5])
    assert len(server.requests) == UNDER_WAY + 1


def test_cancelling_one_caller_disturbs_no_other(server: EventServer, held: Held) -> None:
    second = Held()
    server.answer_with(*[held.then(mirror)] * UNDER_WAY, second.then(mirror))
    connect(server.url)
    events = follows(COUNT)

    async def run() -> Results:
        sends = [asyncio.create_task(asend_event(event)) for event in events]
        await asyncio.to_thread(held.wait_for)
        sends[UNDER_WAY].cancel()  # it waits
        await asyncio.sleep(0)
        held.released.set()
        await asyncio.to_thread(second.wait_for, 1)
        sends[UNDER_WAY + 1].cancel()  # its request is under way
        with pytest.raises(asyncio.CancelledError) as caught:
            await sends[UNDER_WAY + 1]
        accounts.append(SendError.find(caught.value))
        second.released.set()
        return await asyncio.gather(*sends, return_exceptions=True)

    accounts: list[SendError | None] = []
    results = asyncio.run(run())
    assert isinstance(results[UNDER_WAY], asyncio.CancelledError)
    [account] = accounts
    assert account is not None
    assert (account.unsent, account.may_have_arrived) == ([events[UNDER_WAY + 1]], True)
    sent = [event["data"]["followee_id"] for event in server.events]
    assert sorted(sent) == sorted(e.followee_id for e in events if e is not events[UNDER_WAY])
    assert results[UNDER_WAY + 2 :] == [f"id-of-{e.followee_id}" for e in events[UNDER_WAY + 2 :]]


def test_when_all_callers_of_a_request_are_cancelled_it_ends(
    server: EventServer, held: Held
) -> None:
    second = Held()
    server.answer_with(*[held.then(accept)] * UNDER_WAY, second.then(accept), accept)
    connect(server.url)

    async def run() -> str:
        sends = [asyncio.create_task(asend_event(event)) for event in follows(COUNT)]
        await asyncio.to_thread(held.wait_for)
        held.released.set()
        await asyncio.to_thread(second.wait_for, 1)
        for send in sends[UNDER_WAY:]:
            send.cancel()
        await asyncio.gather(*sends, return_exceptions=True)
        second.released.set()
        return await asend_event(follow())

    assert asyncio.run(run())


@pytest.mark.parametrize("kind", ["tasks", "threads"])
def test_a_deadline_counts_from_the_call_and_includes_waiting(
    server: EventServer, held: Held, kind: str
) -> None:
    server.answer_with(held.then(accept))
    connect(server.url, send_timeout_s=0.5)
    together = tasks_to_their_end if kind == "tasks" else threads_to_their_end
    began = time.monotonic()
    results = together(follows(UNDER_WAY + 3))
    assert 0.4 < time.monotonic() - began < 30
    for result in results:
        assert isinstance(result, SendError)
        assert result.is_retriable
    unclear = sum(isinstance(r, SendError) and r.may_have_arrived for r in results)
    assert len(server.events) <= unclear


def tasks_to_their_end(events: Sequence[MemberFollowed]) -> Results:
    async def run() -> Results:
        return await asyncio.gather(*map(asend_event, events), return_exceptions=True)

    return asyncio.run(run())


def threads_to_their_end(events: Sequence[MemberFollowed]) -> Results:
    def send(event: MemberFollowed) -> str | BaseException:
        try:
            return send_event(event)
        except SendError as error:
            return error

    with ThreadPoolExecutor(len(events)) as executor:
        return list(executor.map(send, events))


def test_a_task_that_sends_for_others_may_be_cancelled(server: EventServer, held: Held) -> None:
    """As those do who end all tasks but their own."""
    second = Held()
    server.answer_with(*[held.then(accept)] * UNDER_WAY, second.then(accept), accept)
    connect(server.url)

    async def run() -> list[str]:
        sends = [asyncio.create_task(asend_event(event)) for event in follows(COUNT)]
        await asyncio.to_thread(held.wait_for)
        held.released.set()
        await asyncio.to_thread(second.wait_for, 1)
        for task in asyncio.all_tasks() - {*sends, asyncio.current_task()}:
            task.cancel()
        ids = await asyncio.gather(*sends)
        second.released.set()
        return ids

    assert len(set(asyncio.run(run()))) == COUNT
    again, before = server.requests[-1], server.requests[-2]
    assert again.body == before.body
    assert again.headers["x-inngest-event-id-seed"] == before.headers["x-inngest-event-id-seed"]


def test_a_signal_handler_may_send_what_interrupts_a_send(server: EventServer) -> None:
    ids: list[str] = []

    def handle(*_: object) -> None:
        ids.append(send_event(follow("mem_of_the_handler")))

    def interrupt(request: Request, connection: Connection) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        server.wait_for(2)
        accept(request, connection)

    server.answer_with(interrupt, accept)
    connect(server.url)
    previous = signal.signal(signal.SIGUSR1, handle)
    try:
        assert send_event(follow()) == "01ID000002"
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert ids == ["01ID000001"]


def test_an_interrupted_thread_hands_on_what_it_sends_for_others(
    server: EventServer, held: Held
) -> None:
    second = Held()
    server.answer_with(*[held.then(accept)] * UNDER_WAY, second.then(accept), accept)
    connect(server.url)
    *events, last = follows(UNDER_WAY + 4)

    def interrupt_main() -> None:
        await_waiting(4)
        held.released.set()
        second.wait_for(1)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def send_in_turn(executor: ThreadPoolExecutor) -> list[Future[str]]:
        sends = [executor.submit(send_event, event) for event in events]
        held.wait_for()
        await_waiting(3)
        return sends

    with ThreadPoolExecutor(len(events) + 1) as executor:
        others = send_in_turn(executor)
        executor.submit(interrupt_main)
        with pytest.raises(KeyboardInterrupt) as caught:
            send_event(last)  # the last to come sends for all
        second.released.set()
        ids = [other.result() for other in others]
    assert len(set(ids)) == len(events)
    account = SendError.find(caught.value)
    assert account is not None
    assert (account.unsent, account.may_have_arrived) == ([last], True)


def test_steps_share_requests_as_other_sends_do(server: EventServer, held: Held) -> None:
    """``step.send_event`` sends through the client."""
    server.answer_with(*[held.then(accept)] * UNDER_WAY, accept)
    client = connect(server.url)

    async def run() -> None:
        sends = [asyncio.create_task(client.send(inngest.Event(name="a/b"))) for _ in range(COUNT)]
        await asyncio.to_thread(held.wait_for)
        held.released.set()
        await asyncio.gather(*sends)

    asyncio.run(run())
    assert len(server.requests) == UNDER_WAY + 1


def test_memory_grows_no_faster_than_what_waits(server: EventServer, held: Held) -> None:
    async def waiting(count: int) -> float:
        tracemalloc.start()
        sends = [asyncio.create_task(asend_event(event)) for event in follows(count)]
        await asyncio.to_thread(held.wait_for)
        for _ in range(count):  # rounds of the loop, more than enough for all to come so far
            await asyncio.sleep(0)
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        held.released.set()
        await asyncio.gather(*sends)
        return used / count

    each = list[float]()
    for count in (500, 2_000):
        connect(server.url, send_timeout_s=30)
        held.released.clear()
        server.answer_with(*[held.then(mirror)] * UNDER_WAY, mirror)
        each.append(asyncio.run(waiting(count)))
    assert each[1] < each[0] * 1.3
    assert each[1] < 20_000


def test_many_tasks_leave_room_for_others(server: EventServer) -> None:
    """They go on some at a time, and those that are cancelled meanwhile take nobody's turn."""
    server.answer_with(mirror)
    connect(server.url, send_timeout_s=30)
    events = follows(500)
    rounds = 0

    async def count_rounds() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    async def run() -> Results:
        counter = asyncio.create_task(count_rounds())
        sends = [asyncio.create_task(asend_event(event)) for event in events]
        await asyncio.sleep(0)
        sends[-1].cancel()
        results = await asyncio.gather(*sends, return_exceptions=True)
        counter.cancel()
        return results

    *ids, last = asyncio.run(run())
    assert ids == [f"id-of-{event.followee_id}" for event in events[:-1]]
    assert isinstance(last, asyncio.CancelledError)
    assert rounds > 10
    assert len(server.requests) < 10


def test_deadlines_of_those_who_came_later_pass_later(server: EventServer, held: Held) -> None:
    server.answer_with(held.then(accept))
    connect(server.url, send_timeout_s=0.6)

    async def run() -> list[float]:
        async def fail_after(wait_s: float, event: MemberFollowed) -> float:
            await asyncio.sleep(wait_s)  # that they come at different times is what is tested
            began = time.monotonic()
            with pytest.raises(SendError):
                await asend_event(event)
            return time.monotonic() - began

        events = follows(UNDER_WAY + 2)
        first, others = events[:UNDER_WAY], events[UNDER_WAY:]
        return await asyncio.gather(
            *(fail_after(0, event) for event in first),
            *(fail_after(0.2 * at, event) for at, event in enumerate(others)),
        )

    assert all(0.5 < waited < 30 for waited in asyncio.run(run()))


def test_the_load_tells_what_waits_and_what_is_in_flight(
    server: EventServer, held: Held, together: Together
) -> None:
    seen: list[tuple[int, int]] = []

    def note(request: Request, connection: Connection) -> None:
        load = get_client().dispatch.load()
        seen.append((load.waiting, load.in_flight))
        mirror(request, connection)

    server.answer_with(*[held.then(note)] * UNDER_WAY, mirror)
    connect(server.url)
    together(held, follows(COUNT))
    assert (COUNT - UNDER_WAY, UNDER_WAY) in seen
    after = get_client().dispatch.load()
    assert (after.waiting, after.in_flight) == (0, 0)
