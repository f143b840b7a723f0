"""2,000 events through four functions, and the app killed twice while it works."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from platform_events import (
    Event,
    MemberFollowed,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    override_client,
    send_events,
)
from platform_events.testing import LocalInngest, Run, Status

from ..support.waiting import is_listening, wait_until

pytestmark = pytest.mark.slow

EVENTS = 2_000
LIMIT_S = 240
MOMENT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

ORDER = {
    "soak-plain": ["returned"],
    "soak-told": ["returned"],
    "soak-steps": ["first", "second", "returned"],
    "soak-parallel": ["left|right", "returned"],
}
"""What a run of each function notes. Once a later one is there, an earlier one was finished."""


class App:
    """The app, as a process that can be killed."""

    def __init__(self, server: LocalInngest, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.journal = folder / "journal"
        self.journal.touch()
        self._log = folder / "log"
        own = {
            "PLATFORM_EVENTS_APP_ID": "soak",
            "PLATFORM_EVENTS_SEND_TIMEOUT_S": str(LIMIT_S),
            "SOAK_JOURNAL": str(self.journal),
        }
        self._environment = {**os.environ, **server.env(), **own}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "tests.soak.app:app", "--log-level", "warning"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        wait_until(self._is_up, LIMIT_S)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def noted(self) -> list[tuple[str, str, str]]:
        """Give run, what and process of each line."""
        lines = self.journal.read_text("utf-8").splitlines()
        return [(run, what, process) for run, what, process in map(str.split, lines)]

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text("utf-8")
        return is_listening(self.port)


@contextmanager
def running(server: LocalInngest, folder: Path) -> Generator[App]:
    app = App(server, folder)
    try:
        app.start()
        server.register(app.url)
        yield app
    finally:
        app.kill()


def make(number: int) -> Event:
    """Make an event that can be told from all others."""
    member = f"mem_{number}"
    if number % 3 == 0:
        return MemberFollowed(follower_id="mem_x", followee_id=member, followed_at=MOMENT)
    if number % 3 == 1:
        return ScoringCalculate(
            member_id=member, gym_id="gym_1", score="progress", reason="workout-logged"
        )
    return ReactionAdded(
        member_id=member,
        gym_id="gym_1",
        post_id="post_1",
        author_id="mem_x",
        reaction="fire",
        added_at=MOMENT,
    )


def expected(event: Event) -> object:
    """Give what the run of an event returns."""
    match event:
        case MemberFollowed():
            return event.followee_id
        case ScoringCalculate():
            return ["first", "second"]
        case _:
            return ["left", "right"]


def test_nothing_is_lost_and_nothing_finished_runs_twice(tmp_path: Path) -> None:
    events = [make(number) for number in range(EVENTS)]
    calculations = [event for event in events if isinstance(event, ScoringCalculate)]
    with (
        LocalInngest(retry_interval=0.4) as server,
        override_client(
            app_id="soak",
            is_production=False,
            event_api_base_url=server.url,
            send_timeout_s=LIMIT_S,  # the server begins to work while it takes the events
        ),
        running(server, tmp_path) as app,
    ):
        ids = send_events(events)
        for kill in (1, 2):
            wait_until(lambda: len(app.noted()) > kill * 1_200, LIMIT_S)  # noqa: B023  # called here
            app.kill()
            assert any(not run.ended for run in server.runs)
            app.start()
        server.wait_idle(LIMIT_S)
        runs = server.runs
        noted = app.noted()

    # Every run ended, and each event has one, with the right result.
    assert Counter(run.status for run in runs) == {Status.COMPLETED: EVENTS + len(calculations)}
    by_event = {run.accepted[0].internal_id: run for run in runs}
    assert [by_event[event_id].output for event_id in ids] == list(map(expected, events))
    # What functions sent in turn arrived, and had an effect once, though it may be sent again.
    told = [run for run in runs if run.function.id == "soak-told"]
    assert Counter(run.output for run in told) == {event.member_id: 1 for event in calculations}
    assert {run.accepted[0].name for run in told} == {ScoringCalculated.event_name}
    # Both kills hit: three processes worked.
    assert len({process for _, _, process in noted}) == 3
    check_order(runs, noted)


def check_order(runs: list[Run], noted: list[tuple[str, str, str]]) -> None:
    """Check that no step ran again once it was finished.

    A step whose answer the server has is followed by what comes after it, so nothing earlier may
    start then. One whose answer was lost with its process may run again, in another process only.
    """
    functions = {run.id: run.function.id for run in runs}
    lines: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for run_id, what, process in noted:
        lines[run_id].append((what, process))
    assert lines.keys() == functions.keys()
    again = 0
    for run_id, function in functions.items():
        order = ORDER[function]
        places = [place for what, _ in lines[run_id] for place in order if what in place.split("|")]
        positions = [order.index(place) for place in places]
        assert positions == sorted(positions), (function, lines[run_id])
        counts = Counter(lines[run_id])
        assert max(counts.values()) == 1, (function, lines[run_id])
        again += len(lines[run_id]) - len({what for what, _ in lines[run_id]})
    # What was under way when the app was killed, and no more.
    assert again < EVENTS / 4
