"""Sends of one event loop: on an idle queue a send leaves in its own task; others share one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from . import _clock
from ._queue import QueuedSend, SharedRequest
from ._retries import Delay

if TYPE_CHECKING:
    from ._outcome import Verdict
    from ._queue import SendQueue
    from ._retries import RetryPolicy
    from ._transport import Transport

# How many senders proceed in one round of the loop, so that other tasks get their turn.
_PASS_AT_ONCE: Final = 50
_WOKEN_AT_ONCE: Final = 200


@dataclass(slots=True, eq=False, repr=False)
class LoopSend(QueuedSend):
    settled: asyncio.Future[None] | None = None  # None unless the task waits for another one


class Turnstile:
    """Limits how many senders proceed in each round of an event loop, so that other tasks run."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._passed = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def go_through(self) -> None:
        """Wait for a later round if enough senders have passed in this one."""
        if self._passed < _PASS_AT_ONCE and not self._waiting:
            if not self._passed:
                self._loop.call_soon(self._begin_round)
            self._passed += 1
            return
        turn = self._loop.create_future()
        self._waiting.append(turn)
        await turn

    def _begin_round(self) -> None:
        self._passed = 0
        while self._waiting and self._passed < _PASS_AT_ONCE:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._passed += 1
        if self._passed:
            self._loop.call_soon(self._begin_round)


class LoopDispatcher:
    """Sends the events of the tasks of one event loop."""

    def __init__(self, queue: SendQueue, retry_policy: RetryPolicy, transport: Transport) -> None:
        self.queue, self._retry_policy, self._transport = queue, retry_policy, transport
        self._loop = asyncio.get_running_loop()
        self.turnstile = Turnstile(self._loop)
        self._waiting: set[LoopSend] = set()
        self._tasks: dict[SharedRequest, asyncio.Task[None]] = {}
        self._alarm: Callable[[], object] | None = None

    async def deliver(self, send: LoopSend, *, is_shared: bool) -> None:
        """Send a caller's events, and return once they are settled."""
        if not is_shared:
            await self._exchange(self.queue.request_of(send), lambda _: None)
            send.settle()
            return
        self.queue.add(send)
        request = self.queue.start()
        if request is not None:
            await self._lead(request, send)
        else:
            await self._wait(send)

    async def _wait(self, send: LoopSend) -> None:
        send.settled = self._loop.create_future()
        self._waiting.add(send)
        self._set_alarm(send.deadline)
        try:
            await send.settled
        except BaseException:
            request = send.request
            send.settle()
            if request is not None and request in self._tasks and not request.open_sends:
                self._tasks[request].cancel()
            raise
        finally:
            self._waiting.discard(send)
            if not self._waiting:
                self._cancel_alarm()

    async def _lead(self, request: SharedRequest, own: LoopSend | None = None) -> None:
        try:
            verdict = await self._exchange(request, partial(self._note, request))
        except BaseException:
            if own is not None:
                own.settle()
            self.queue.put_back(request)
            self._start_next()
            raise
        self._wake(self.queue.finish(request, verdict))
        self._start_next()

    def _note(self, request: SharedRequest, verdict: Verdict) -> None:
        self.queue.note(request, verdict)
        self._start_next()

    def _start_next(self) -> None:
        while request := self.queue.start():
            self._tasks[request] = task = self._loop.create_task(self._lead(request))
            task.add_done_callback(partial(self._forget, request))

    def _forget(self, request: SharedRequest, task: asyncio.Task[None]) -> None:
        if self._tasks.get(request) is task:
            del self._tasks[request]

    def _wake(self, sends: Sequence[QueuedSend]) -> None:
        for send in sends[:_WOKEN_AT_ONCE]:
            if isinstance(send, LoopSend) and send.settled is not None and not send.settled.done():
                send.settled.set_result(None)
        if len(sends) > _WOKEN_AT_ONCE:
            self._loop.call_soon(self._wake, sends[_WOKEN_AT_ONCE:])

    def _set_alarm(self, at: float) -> None:
        # Later sends have later deadlines, so the first alarm is the next one.
        if self._alarm is None:
            self._alarm = _clock.call_later(max(at - self._retry_policy.clock(), 0), self._expire)

    def _cancel_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm()
            self._alarm = None

    def _expire(self) -> None:
        self._alarm = None
        now = self._retry_policy.clock()
        due = [send for send in self._waiting if send.deadline <= now and not send.is_settled]
        for send in due:
            self.queue.expire(send)
        self._wake(due)
        left = [send.deadline for send in self._waiting if not send.is_settled]
        if left:
            self._set_alarm(min(left))

    async def _exchange(self, request: SharedRequest, note: Callable[[Verdict], object]) -> Verdict:
        steps = self._retry_policy.flow(request, note)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Delay):
                    await self._transport.asleep(step.seconds)
                    step = steps.send(None)
                    continue
                try:
                    answer = await self._transport.apost(step)
                except Exception as error:  # noqa: BLE001  # the flow decides what it means
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            verdict: Verdict = end.value
            return verdict
