"""What threads tell each other, at the moments that a test over HTTP cannot choose."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty

import inngest
import pytest
from typing_extensions import override

from platform_events.sending._batches import Batch
from platform_events.sending._outcome import Outcome
from platform_events.sending._pace import Pace
from platform_events.sending._queue import SendQueue, SharedRequest
from platform_events.sending._retries import RetryPolicy
from platform_events.sending._threads import ThreadDispatcher, ThreadSend
from platform_events.sending._transport import Answer, HttpRequest, Transport
from platform_events.sending.settings import Settings

SETTINGS = Settings.resolve({}, app_id="tests", is_production=False)


class Accepting(Transport):
    """Accepts everything, and lets the test do something before."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.before = before

    @override
    def clock(self) -> float:
        return 0.0

    @override
    def post(self, request: HttpRequest) -> Answer:
        self.before()
        return Answer(200, {}, b'{"ids":["a"]}')


def send_of(deadline: float) -> ThreadSend:
    event = inngest.Event(name="a/b")
    return ThreadSend(Batch([event], [b"{}"]), Outcome([event]), deadline)


def dispatcher(queue: SendQueue, transport: Transport) -> ThreadDispatcher:
    policy = RetryPolicy(SETTINGS, {}, transport.clock, queue.pace)
    return ThreadDispatcher(queue, policy, transport)


def busy_queue() -> SendQueue:
    queue = SendQueue(Pace())
    queue.under_way = 4
    return queue


def test_a_thread_that_is_told_to_send_when_it_gives_up_sends() -> None:
    queue = busy_queue()
    send = send_of(deadline=0)

    class Mailbox:
        """Is empty when it is waited for, and full when it is looked at again."""

        def __init__(self) -> None:
            self.requests: list[SharedRequest] = []

        def get(self, timeout: float | None = None) -> SharedRequest:
            if timeout is not None:
                self.requests.append(assign_to_itself())
                raise Empty
            return self.requests.pop()

        def empty(self) -> bool:
            return not self.requests

    def assign_to_itself() -> SharedRequest:
        queue.under_way -= 1
        request = queue.start()
        assert request is not None
        return request

    object.__setattr__(send, "mailbox", Mailbox())
    dispatcher(queue, Accepting()).deliver(send, is_shared=True)
    assert send.outcome.ids == ["a"]


def test_a_thread_that_leaves_hands_on_what_it_was_told_to_send() -> None:
    queue = busy_queue()
    send, other = send_of(deadline=0.01), send_of(deadline=0.005)
    queue.add(other)

    class Interrupting:
        """Interrupts the wait when the request has come already."""

        def __init__(self) -> None:
            self.messages: list[SharedRequest | None] = []

        def get(self, timeout: float | None = None) -> SharedRequest | None:
            if timeout is not None:
                queue.under_way -= 1
                request = queue.start()
                self.messages += [None, request]
                raise KeyboardInterrupt
            return self.messages.pop(0)

        def empty(self) -> bool:
            return not self.messages

    object.__setattr__(send, "mailbox", Interrupting())
    with pytest.raises(KeyboardInterrupt):
        dispatcher(queue, Accepting()).deliver(send, is_shared=True)
    handed_on = other.mailbox.get_nowait()
    assert handed_on is not None
    assert handed_on.open_sends == [other]
