"""Runs what :mod:`platform_events.delivery` decides, with and without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING

from .delivery import Course, Post, Sleep, Wait

if TYPE_CHECKING:
    from .transport import Answer, Transport


def run(course: Course, transport: Transport) -> list[str]:
    """Run a course to its end in this thread.

    Args:
        course: What is to be done.
        transport: The connections to use.

    Returns:
        What the course returns.

    Raises:
        Exception: What the course raises.
    """
    try:
        command = next(course)
        while True:
            try:
                result = _do(command, transport)
            except Exception as error:  # noqa: BLE001  # the course decides what becomes of it
                command = course.throw(error)
            else:
                command = course.send(result)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids


async def arun(course: Course, transport: Transport) -> list[str]:
    """Run a course to its end on the running event loop.

    Args:
        course: What is to be done.
        transport: The connections to use.

    Returns:
        What the course returns.

    Raises:
        Exception: What the course raises.
    """
    try:
        command = next(course)
        while True:
            try:
                result = await _ado(command, transport)
            except Exception as error:  # noqa: BLE001  # the course decides what becomes of it
                command = course.throw(error)
            else:
                command = course.send(result)
    except StopIteration as end:
        ids: list[str] = end.value
        return ids


def _do(command: Post | Sleep | Wait, transport: Transport) -> Answer | None:
    if isinstance(command, Post):
        return transport.post(
            command.url, headers=command.headers, body=command.body, timeout_s=command.timeout_s
        )
    if isinstance(command, Sleep):
        transport.sleep(command.seconds)
    else:
        _wait(command.awaitable)
    return None


async def _ado(command: Post | Sleep | Wait, transport: Transport) -> Answer | None:
    if isinstance(command, Post):
        return await transport.apost(
            command.url, headers=command.headers, body=command.body, timeout_s=command.timeout_s
        )
    if isinstance(command, Sleep):
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
