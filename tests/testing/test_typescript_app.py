"""An app of the official TypeScript SDK beside one in Python, on one local server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import inngest
import pytest

from platform_events import ScoringCalculate, ScoringCalculated, create_function, send_event
from platform_events.testing import LocalInngest, Status
from tests.support.clients import MOMENT, follow
from tests.support.node import find_node, installed
from tests.telemetry.recording import context_of, linked, recording

PROJECT = Path(__file__).parent / "typescript_app"

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Generator[LocalInngest]:
    with LocalInngest(retry_interval=0.02) as server:
        server.serve([calculate])
        node = find_node()
        folder = installed(node, PROJECT)
        (folder / "app.mjs").write_bytes((PROJECT / "app.mjs").read_bytes())
        app = subprocess.Popen(
            [node.node, "app.mjs"],
            cwd=folder,
            env={**os.environ, **server.env()},
            stdout=subprocess.PIPE,
            text=True,
        )
        with app:
            assert app.stdout is not None
            server.register(f"http://127.0.0.1:{int(app.stdout.readline())}")
            yield server
            app.kill()


@create_function(fn_id="calculate", trigger=ScoringCalculate)
async def calculate(_: inngest.Context, event: ScoringCalculate) -> str:
    return f"asked for {event.member_id}"


def test_the_context_of_a_trace_crosses_both_ways(server: LocalInngest) -> None:
    with recording() as recorded:
        send_event(follow())
        server.advance(3600)
        server.wait_idle(20)
    sender = recorded.one("send platform/social.member-followed")
    call = recorded.one("process platform/scoring.calculate")
    assert linked(call) == {context_of(sender).span_id}


def test_events_cross_both_ways(server: LocalInngest) -> None:
    event_id = send_event(follow())
    server.advance(3600)
    run = server.run_of(event_id)
    assert (run.status, run.output) == (Status.COMPLETED, 6)
    assert [step.id for step in run.steps] == ["first", "nap", "left", "right", "ask"]
    [asked] = server.events.of(ScoringCalculate)
    assert asked.member_id == follow().follower_id
    asked_id = server.events.details[-1].id
    assert server.run_of(asked_id).output == f"asked for {asked.member_id}"


def test_what_fails_is_tried_again(server: LocalInngest) -> None:
    told = ScoringCalculated(
        member_id="mem_1",
        gym_id="gym_1",
        score="progress",
        value=71.5,
        algorithm_version="1",
        reason="manual",
        calculated_at=MOMENT,
    )
    run = server.run_of(send_event(told))
    assert (run.status, run.output) == (Status.COMPLETED, 2)
