"""Runs the flows of :mod:`platform_events.sending._delivery` with and without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING

from ..errors import PlatformEventsError
from ._delivery import Handover
from ._frames import hide_frames

if TYPE_CHECKING:
    from ._delivery import SendFlow
    from ._dispatch import Dispatch


def run_sync(flow: SendFlow, dispatch: Dispatch) -> list[str]:
    try:
        command = next(flow)
        while True:
            try:
                if isinstance(command, Handover):
                    dispatch.deliver(command)
                else:
                    _wait(command.awaitable)
            except BaseException as error:  # noqa: BLE001  # the flow decides what becomes of it
                command = flow.throw(error)
            else:
                command = flow.send(None)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids
    except PlatformEventsError as error:
        raise error.with_traceback(None)  # noqa: B904  # the frames below hold what was sent
    except BaseException as error:  # noqa: BLE001  # raised again with fewer frames
        raise hide_frames(error)  # noqa: B904


async def run_async(flow: SendFlow, dispatch: Dispatch) -> list[str]:
    try:
        command = next(flow)
        while True:
            try:
                if isinstance(command, Handover):
                    await dispatch.adeliver(command)
                else:
                    await command.awaitable
            except BaseException as error:  # noqa: BLE001  # the flow decides what becomes of it
                command = flow.throw(error)
            else:
                command = flow.send(None)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids
    except PlatformEventsError as error:
        raise error.with_traceback(None)  # noqa: B904  # the frames below hold what was sent
    except BaseException as error:  # noqa: BLE001  # raised again with fewer frames
        raise hide_frames(error)  # noqa: B904


def _wait(awaitable: Awaitable[None]) -> None:
    async def wait() -> None:
        await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(wait())
        return
    # A loop is already running in this thread, which cannot run a second one.
    with ThreadPoolExecutor(1) as executor:
        executor.submit(copy_context().run, asyncio.run, wait()).result()
