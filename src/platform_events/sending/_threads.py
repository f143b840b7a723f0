"""Sends of threads: on an idle queue a thread sends at once; the last of those waiting goes next.

No thread is started, so nothing needs to be stopped before a fork or at exit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from ._queue import QueuedSend, SharedRequest
from ._retries import Delay

if TYPE_CHECKING:
    from ._outcome import Verdict
    from ._queue import SendQueue
    from ._retries import RetryPolicy
    from ._transport import Transport


@dataclass(slots=True, eq=False, repr=False)
class ThreadSend(QueuedSend):
    # A request that the thread is to send, or None once its own send is settled.
    mailbox: SimpleQueue[SharedRequest | None] = field(
        default_factory=SimpleQueue["SharedRequest | None"]
    )


class ThreadDispatcher:
    """Sends the events of the threads of a process."""

    def __init__(self, queue: SendQueue, retry_policy: RetryPolicy, transport: Transport) -> None:
        self.queue, self._retry_policy, self._transport = queue, retry_policy, transport
        self._lock = threading.Lock()
        self._thread = _ThreadState()

    def deliver(self, send: ThreadSend, *, is_shared: bool) -> None:
        """Send a caller's events, and return once they are settled."""
        # A signal handler or a finalizer may send while this thread is sending, and must not wait
        # for the send that it interrupts.
        if not is_shared or self._thread.is_sending:
            self._exchange(self.queue.request_of(send), lambda _: None)
            send.settle()
            return
        self._thread.is_sending = True
        try:
            self._share(send)
        finally:
            self._thread.is_sending = False

    def _share(self, send: ThreadSend) -> None:
        request = None
        try:
            with self._lock:
                self.queue.add(send)
                request = self.queue.start()
            while not send.is_settled:
                if request is not None:
                    verdict = self._exchange(request, partial(self._note, request))
                    with self._lock:
                        self._settle(self.queue.finish(request, verdict), send)
                        request = None
                        self._start_next()
                else:
                    request = self._await_turn(send)
        except BaseException:
            with self._lock:
                self._leave(send, request)
            raise

    def _await_turn(self, send: ThreadSend) -> SharedRequest | None:
        try:
            return send.mailbox.get(timeout=max(send.deadline - self._retry_policy.clock(), 0))
        except Empty:
            with self._lock:
                if not send.mailbox.empty():
                    return send.mailbox.get()
                self.queue.expire(send)
                return None

    def _note(self, request: SharedRequest, verdict: Verdict) -> None:
        with self._lock:
            self.queue.note(request, verdict)
            self._start_next()

    def _settle(self, sends: list[QueuedSend], own: ThreadSend) -> None:
        for send in sends:
            if send is not own:
                _mailbox_of(send).put(None)

    def _start_next(self) -> None:
        while request := self.queue.start():
            # The caller with the latest deadline, so that nobody needs to take over.
            leader = max(request.open_sends, key=lambda send: send.deadline)
            _mailbox_of(leader).put(request)

    def _leave(self, send: ThreadSend, request: SharedRequest | None) -> None:
        """Pass on the requests that this thread was to send for others."""
        send.settle()
        if request is not None:
            self.queue.put_back(request)
        while not send.mailbox.empty():
            if (assigned := send.mailbox.get()) is not None:
                self.queue.put_back(assigned)
        self._start_next()

    def _exchange(self, request: SharedRequest, note: Callable[[Verdict], object]) -> Verdict:
        steps = self._retry_policy.flow(request, note)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Delay):
                    self._transport.sleep(step.seconds)
                    step = steps.send(None)
                    continue
                try:
                    answer = self._transport.post(step)
                except Exception as error:  # noqa: BLE001  # the flow decides what it means
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            verdict: Verdict = end.value
            return verdict


class _ThreadState(threading.local):
    is_sending: bool = False


def _mailbox_of(send: QueuedSend) -> SimpleQueue[SharedRequest | None]:
    assert isinstance(send, ThreadSend)  # noqa: S101  # the queue of a process holds no others
    return send.mailbox
