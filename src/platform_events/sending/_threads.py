"""Sends of threads: whoever finds the server idle sends; the last of those who wait goes next.

No thread is started for it, so that nothing needs to be stopped before a fork or at exit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from ._attempts import Delay
from ._queue import QueuedSend, SharedRequest

if TYPE_CHECKING:
    from ._attempts import Attempts
    from ._queue import SendQueue
    from .outcome import Verdict
    from .transport import Transport


@dataclass(slots=True, eq=False, repr=False)
class ThreadSend(QueuedSend):
    """A send of a thread.

    Attributes:
        mailbox: Where the thread is told that it is to send a request, or None: that its own
            send is settled.
    """

    mailbox: SimpleQueue[SharedRequest | None] = field(
        default_factory=SimpleQueue["SharedRequest | None"]
    )


class ThreadDispatcher:
    """Sends what the threads of a process hand over."""

    def __init__(self, queue: SendQueue, attempts: Attempts, transport: Transport) -> None:
        self._queue, self._attempts, self._transport = queue, attempts, transport
        self._lock = threading.Lock()
        self._thread = _ThreadState()

    def deliver(self, send: ThreadSend, *, is_shared: bool) -> None:
        """Send a caller's events, and return when it is settled.

        Args:
            send: The events.
            is_shared: Whether they may wait for, and leave with, those of others.
        """
        # A signal handler or a finalizer may send while this thread is sending, and must not wait
        # for what it has interrupted.
        if not is_shared or self._thread.is_sending:
            self._exchange(self._queue.request_of(send), lambda _: None)
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
                self._queue.add(send)
                request = self._queue.start()
            while not send.is_settled:
                if request is not None:
                    verdict = self._exchange(request, self._queue.note)
                    with self._lock:
                        self._settle(self._queue.finish(request, verdict), send)
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
            return send.mailbox.get(timeout=max(send.deadline - self._attempts.clock(), 0))
        except Empty:
            with self._lock:
                if not send.mailbox.empty():
                    return send.mailbox.get()
                self._queue.expire(send)
                return None

    def _settle(self, sends: list[QueuedSend], own: ThreadSend) -> None:
        for send in sends:
            if send is not own:
                _mailbox_of(send).put(None)

    def _start_next(self) -> None:
        while request := self._queue.start():
            # Whoever gives up last, so that nobody needs to take over.
            leader = max(request.open_sends, key=lambda send: send.deadline)
            _mailbox_of(leader).put(request)

    def _leave(self, send: ThreadSend, request: SharedRequest | None) -> None:
        """Hand on what this thread was to do for others."""
        self._queue.abandon(send)
        if request is not None:
            self._queue.put_back(request)
        while not send.mailbox.empty():
            if (assigned := send.mailbox.get()) is not None:
                self._queue.put_back(assigned)
        self._start_next()

    def _exchange(self, request: SharedRequest, note: Callable[[Verdict], object]) -> Verdict:
        steps = self._attempts.flow(request, note)
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
