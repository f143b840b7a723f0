"""Dispatch: one queue for the threads of the process, and one for each event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from ._loops import LoopDispatcher, LoopSend
from ._pace import Pace
from ._queue import SendQueue
from ._retries import RetryPolicy
from ._threads import ThreadDispatcher, ThreadSend

if TYPE_CHECKING:
    from ._delivery import Handover
    from ._transport import Transport
    from .settings import Settings


@dataclass(frozen=True, slots=True)
class Load:
    """What a client is sending."""

    waiting: int
    in_flight: int


class Dispatch:
    """Hands the requests of one client to one transport."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self.pace: Pace = Pace()
        self.transport: Transport = transport
        self._settings = settings
        self._retry_policy = RetryPolicy(settings, _headers(settings), transport.clock, self.pace)
        self._here = self._queues()

    def deliver(self, handover: Handover) -> None:
        """Send a batch, in this thread or in a request that another thread sends."""
        send = ThreadSend(handover.batch, handover.outcome, self._deadline(handover))
        self._queues_here().threads.deliver(send, is_shared=self._is_shared(handover))

    async def adeliver(self, handover: Handover) -> None:
        send = LoopSend(handover.batch, handover.outcome, self._deadline(handover))
        await self._loop_dispatcher().deliver(send, is_shared=self._is_shared(handover))

    async def turn(self) -> None:
        """Yield to other tasks of the event loop when many begin to send at once."""
        await self._loop_dispatcher().turnstile.go_through()

    def load(self) -> Load:
        """Count the events that are not settled."""
        queues = self._queues_here()
        loops = [dispatcher.queue for dispatcher in tuple(queues.loops.values())]
        return Load(
            waiting=sum(queue.waiting_events() for queue in (queues.threads.queue, *loops)),
            in_flight=sum(r.event_count for r in tuple(self._retry_policy.under_way)),
        )

    def _is_shared(self, handover: Handover) -> bool:
        # A batch that fills a request gains nothing from sharing it.
        return self._settings.share_requests and not handover.batch.is_full

    def _deadline(self, handover: Handover) -> float:
        began = handover.batch.began
        began = self._retry_policy.clock() if began is None else began
        return began + self._settings.send_timeout_s

    def _queues(self) -> _Queues:
        queue = SendQueue(self.pace)
        threads = ThreadDispatcher(queue, self._retry_policy, self.transport)
        return _Queues(os.getpid(), threads)

    def _queues_here(self) -> _Queues:
        # Some servers fork without telling Python. What the parent is sending stays with it.
        if self._here.process_id != os.getpid():
            self._here = self._queues()
        return self._here

    def _loop_dispatcher(self) -> LoopDispatcher:
        loops, loop = self._queues_here().loops, asyncio.get_running_loop()
        dispatcher = loops.get(loop)
        if dispatcher is None:
            for ended in [other for other in tuple(loops) if other.is_closed()]:
                loops.pop(ended, None)
            queue = SendQueue(self.pace)
            dispatcher = loops[loop] = LoopDispatcher(queue, self._retry_policy, self.transport)
        return dispatcher


@dataclass(slots=True, repr=False)
class _Queues:
    process_id: int
    threads: ThreadDispatcher
    loops: dict[asyncio.AbstractEventLoop, LoopDispatcher] = field(
        default_factory=dict["asyncio.AbstractEventLoop", LoopDispatcher]
    )


def _headers(settings: Settings) -> Mapping[str, str]:
    headers = {
        "content-type": "application/json",
        "user-agent": f"platform-events:v{_version('platform-events')}",
        "x-inngest-sdk": f"inngest-py:v{_version('inngest')}",
    }
    if settings.env is not None:
        headers["x-inngest-env"] = settings.env
    return headers


_version: Final = cache(version)
