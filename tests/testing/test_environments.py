"""The tools of testing where tests run in other ways: frozen time, other loops, unittest."""

from __future__ import annotations

import asyncio
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Final

import anyio
import anyio.to_thread
import freezegun
import inngest
import pytest
import time_machine

from platform_events import MemberFollowed, create_function, send_event
from platform_events.testing import LocalInngest, Status, call_function, capture_events, use_server
from tests.support.clients import follow

FAR: Final = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)

FROZEN: Final[dict[str, Callable[[], AbstractContextManager[object]]]] = {
    "freezegun": lambda: freezegun.freeze_time(FAR),
    "time-machine": lambda: time_machine.travel(FAR, tick=False),
}


@create_function(fn_id="rest", trigger=MemberFollowed, retries=1)
async def rest(ctx: inngest.Context, event: MemberFollowed) -> str:
    async def now() -> str:
        if ctx.attempt == 0:
            raise ValueError("not yet")
        return datetime.now(UTC).isoformat()

    await ctx.step.sleep("nap", timedelta(hours=1))
    return await ctx.step.run("now", now)


@pytest.mark.parametrize("freeze", FROZEN.values(), ids=FROZEN)
def test_a_server_goes_on_in_frozen_time(
    freeze: Callable[[], AbstractContextManager[object]],
) -> None:
    with freeze(), LocalInngest() as server:
        server.serve([rest])
        event_id = send_event(follow())
        assert server.events.details[0].ts == int(FAR.timestamp() * 1000)
        server.advance(3600 + 15)
        run = server.run_of(event_id)
        assert (run.status, run.output) == (Status.COMPLETED, FAR.isoformat())


@pytest.mark.parametrize("freeze", FROZEN.values(), ids=FROZEN)
def test_a_server_that_runs_goes_on_when_time_is_frozen(
    freeze: Callable[[], AbstractContextManager[object]],
) -> None:
    with LocalInngest(retry_interval=0.02) as server:
        server.serve([rest])
        with freeze():
            event_id = send_event(follow())
            server.advance(3600)
            assert server.run_of(event_id).output == FAR.isoformat()


@pytest.mark.parametrize("freeze", FROZEN.values(), ids=FROZEN)
def test_a_function_is_called_in_frozen_time(
    freeze: Callable[[], AbstractContextManager[object]],
) -> None:
    with freeze():
        assert call_function(rest, follow()).output == FAR.isoformat()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tests_may_run_in_any_loop(backend: str) -> None:
    async def run() -> None:
        with LocalInngest(retry_interval=0.02) as server:
            server.serve([rest])
            event_id = await anyio.to_thread.run_sync(send_event, follow())
            server.advance(3600)
            assert server.run_of(event_id).status is Status.COMPLETED
            with capture_events() as sent:
                send_event(follow("mem_3"))
            assert sent == [follow("mem_3")]
            assert call_function(rest, follow()).status is Status.COMPLETED

    anyio.run(run, backend=backend)


def test_an_asynchronous_app_and_test_share_no_loop() -> None:
    async def run() -> str:
        with LocalInngest(retry_interval=0.02) as server:
            server.serve([rest])
            event_id = await asyncio.to_thread(send_event, follow())
            await asyncio.to_thread(server.advance, 3600)
            return str(server.run_of(event_id).status)

    assert asyncio.run(run()) == "Completed"


class TestOfUnittest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = self.enterContext(LocalInngest(retry_interval=0.02))
        self.server.serve([rest])

    def test_a_run(self) -> None:
        event_id = send_event(follow())
        self.server.advance(3600)
        self.assertEqual(self.server.run_of(event_id).status, Status.COMPLETED)  # noqa: PT009


def test_events_are_told_apart_by_a_field() -> None:
    with LocalInngest() as server, use_server(server):
        for followee in ("mem_2", "mem_3", "mem_2"):
            send_event(follow(followee))
    assert len(server.events.of(MemberFollowed, followee_id="mem_2")) == 2
    assert server.events.one(MemberFollowed, followee_id="mem_3") == follow("mem_3")
