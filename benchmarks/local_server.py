"""The local Inngest server, against what a test suite can bear: fixed times."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import inngest

from platform_events import MemberFollowed, create_function, send_events
from platform_events.testing import LocalInngest, Status

from .measuring import Comparison, Measure, timed

_START_S: Final = 0.1
_RUN_S: Final = 0.01
_ENDS_WITHIN_S: Final = 300.0


@create_function(fn_id="two-steps", trigger=MemberFollowed)
async def two_steps(ctx: inngest.Context, _: MemberFollowed) -> int:
    async def one() -> int:
        return 1

    return await ctx.step.run("first", one) + await ctx.step.run("second", one)


@contextmanager
def connect() -> Generator[LocalInngest]:
    """Run a server and an app of one function, both in this process."""
    with LocalInngest() as server:
        server.serve([two_steps])
        yield server


def start() -> Comparison:
    """Compare starting and stopping a server with 100 ms."""

    def run() -> None:
        with LocalInngest():
            pass

    return Comparison("a local server starts and stops", 1.0, 1, timed(run), _fixed(_START_S))


def runs(server: LocalInngest, count: int) -> Comparison:
    """Compare runs of two steps, sent at once, with 10 ms for each."""
    moment = datetime.now(UTC)
    events = [
        MemberFollowed(follower_id=f"mem_{number}", followee_id="mem_followed", followed_at=moment)
        for number in range(count)
    ]

    def run() -> None:
        send_events(events)
        server.wait_idle(_ENDS_WITHIN_S)
        assert {one.status for one in server.runs} == {Status.COMPLETED}
        server.clear()

    name = f"a run of two steps on the local server, of {count:,}"
    return Comparison(name, 1.0, count, timed(run), _fixed(_RUN_S * count))


def _fixed(seconds: float) -> Measure:
    """Give a time that is not to be exceeded."""
    return lambda: seconds
