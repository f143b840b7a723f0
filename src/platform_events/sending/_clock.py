"""A clock that is not stopped by tools which freeze time, such as freezegun, and waiting by it.

Those tools replace ``time.monotonic``, by which event loops keep their timers: nothing that
waits on a frozen loop ever wakes. There, and only there, a thread keeps the time.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from math import inf
from types import BuiltinFunctionType
from typing import Final


def _is_frozen() -> bool:
    return not isinstance(time.monotonic, BuiltinFunctionType)


def _find_clock() -> Callable[[], float]:
    # A partial, as the tools replace the functions themselves wherever a module holds one.
    if _is_frozen():  # this module may be imported while time is frozen
        return partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    return partial(time.monotonic)


now: Final = _find_clock()
"""Seconds since an arbitrary point in time."""


def call_later(seconds: float, callback: Callable[[], object]) -> Callable[[], object]:
    """Have the running event loop call a function later; return a function that cancels it."""
    loop = asyncio.get_running_loop()
    if not _is_frozen():
        return loop.call_later(seconds, callback).cancel
    timer = threading.Timer(seconds, _wake_loop, [loop, callback])
    timer.daemon = True
    timer.start()
    return timer.cancel


def _wake_loop(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # it has ended in the meantime
        loop.call_soon_threadsafe(callback)


async def sleep(seconds: float) -> None:
    if not _is_frozen():
        return await asyncio.sleep(seconds)
    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    cancel = call_later(seconds, partial(_finish, woken))
    try:
        await woken
    finally:
        cancel()


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncGenerator[None]:
    """Cancel the block and raise ``TimeoutError`` after some time."""
    if not _is_frozen():
        async with asyncio.timeout(seconds):
            yield
        return
    async with asyncio.timeout(None) as scope:
        cancel = call_later(seconds, partial(scope.reschedule, -inf))
        try:
            yield
        finally:
            cancel()
