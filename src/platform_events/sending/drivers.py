"""Runs what :mod:`platform_events.sending.delivery` decides, with and without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING

from .delivery import AwaitHook, Delay, HttpRequest, SendFlow

if TYPE_CHECKING:
    from .transport import Answer, Transport


def run_sync(flow: SendFlow, transport: Transport) -> list[str]:
    """Run a flow to its end in this thread.

    Args:
        flow: What is to be done.
        transport: The connections to use.

    Returns:
        What the flow returns.

    Raises:
        Exception: What the flow raises.
    """
    try:
        command = next(flow)
        while True:
            try:
                result = _do(command, transport)
            except Exception as error:  # noqa: BLE001  # the flow decides what becomes of it
                command = flow.throw(error)
            else:
                command = flow.send(result)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids


async def run_async(flow: SendFlow, transport: Transport) -> list[str]:
    """Run a flow to its end on the running event loop.

    Args:
        flow: What is to be done.
        transport: The connections to use.

    Returns:
        What the flow returns.

    Raises:
        Exception: What the flow raises.
    """
    try:
        command = next(flow)
        while True:
            try:
                result = await _ado(command, transport)
            except Exception as error:  # noqa: BLE001  # the flow decides what becomes of it
                command = flow.throw(error)
            else:
                command = flow.send(result)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids


def _do(command: HttpRequest | Delay | AwaitHook, transport: Transport) -> Answer | None:
    if isinstance(command, HttpRequest):
        return transport.post(
            command.url, headers=command.headers, body=command.body, timeout_s=command.timeout_s
        )
    if isinstance(command, Delay):
        transport.sleep(command.seconds)
    else:
        _wait(command.awaitable)
    return None


async def _ado(command: HttpRequest | Delay | AwaitHook, transport: Transport) -> Answer | None:
    if isinstance(command, HttpRequest):
        return await transport.apost(
            command.url, headers=command.headers, body=command.body, timeout_s=command.timeout_s
        )
    if isinstance(command, Delay):
        await transport.asleep(command.seconds)
    else:
        await command.awaitable
    return None


def _wait(awaitable: Awaitable[None]) -> None:
    async def wait() -> None:
        await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(wait())
        return
    # A loop runs in this thread already, and cannot run another one meanwhile.
    with ThreadPoolExecutor(1) as executor:
        executor.submit(copy_context().run, asyncio.run, wait()).result()
