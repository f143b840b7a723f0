"""The same functions behind FastAPI, Flask and Django: each app is started and driven."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import pytest

from examples.events import EVENTS
from examples.functions import PATIENCE
from platform_events import (
    ChurnRiskDetected,
    Event,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    WearableDataReceived,
    WorkoutLogged,
    override_client,
    send_event,
    send_events,
)
from platform_events.testing import LocalInngest, Run

from ..support.waiting import wait_until

pytestmark = pytest.mark.untraced

E = TypeVar("E", bound=Event)

ROOT: Final = Path(__file__).parents[2]
COMMANDS: Final = {
    "fast_api": ("uvicorn", "examples.fast_api_app:app", "--port={}"),
    "flask": ("flask", "--app=examples.flask_app", "run", "--port={}"),
    "django": ("examples.django_app", "runserver", "--noreload", "127.0.0.1:{}"),
}
STARTS_WITHIN: Final = 30.0
ENDS_WITHIN: Final = 20.0


@dataclass(frozen=True, slots=True)
class ExampleApp:
    """An app that runs, and the server that calls it."""

    server: LocalInngest
    url: str

    def sent(self, kind: type[E]) -> list[E]:
        """Give the events of a kind that the server has got."""
        return self.server.events.of(kind)


@pytest.fixture(scope="module", params=COMMANDS)
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[ExampleApp]:
    log = tmp_path_factory.mktemp("app") / "log"
    with LocalInngest(retry_interval=0.05) as server, running(request.param, server, log) as url:
        server.register(url)
        with override_client(
            app_id="test", is_production=False, event_api_base_url=server.url, event_key="test"
        ):
            yield ExampleApp(server, url)


@contextmanager
def running(framework: str, server: LocalInngest, log: Path) -> Generator[str]:
    """Run an app as its docstring says, and give its origin."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    hidden = ("INNGEST_", "PLATFORM_EVENTS_", "FLASK_", "UVICORN_", "DJANGO_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *(word.format(port) for word in COMMANDS[framework])],
            cwd=ROOT,
            env=environment | server.env() | {"PLATFORM_EVENTS_APP_ID": framework},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: process.poll() is not None or answers(url), STARTS_WITHIN, log.read_text)
        assert process.poll() is None, log.read_text()
        yield url
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/inngest", trust_env=False, timeout=5).is_success
    except httpx.TransportError:
        return False


def data(run: Run, step: str) -> Any:  # Any: JSON
    """Give the output of a step."""
    [found] = [one.data for one in run.steps if one.id == step]
    return found


def example(kind: type[E], **values: object) -> E:
    """Make an event of a kind, as the examples have it but for some fields."""
    [found] = [event for event in EVENTS if isinstance(event, kind)]
    return found.model_copy(update=values)


def test_it_serves_the_four_functions(app: ExampleApp) -> None:
    told = httpx.get(f"{app.url}/api/inngest", trust_env=False).json()

    assert told["function_count"] == 4
    assert told["mode"] == "dev"


def test_a_step_that_fails_is_tried_again_and_the_next_function_starts(app: ExampleApp) -> None:
    received = example(WearableDataReceived, member_id="mem_sync", gym_id="gym_sync")
    run = app.server.run_of(send_event(received), ENDS_WITHIN)

    assert (run.status, run.output) == ("Completed", 3)
    assert [step.id for step in run.steps] == ["store", "ask-for-score"]
    assert run.steps[0].data == 3

    [wanted] = [one for one in app.sent(ScoringCalculate) if one.member_id == "mem_sync"]
    assert (wanted.gym_id, wanted.reason) == ("gym_sync", "wearable-data-received")
    assert wanted.caused_by == run.event_id
    asked_for = data(run, "ask-for-score")[0]
    assert app.server.run_of(asked_for, ENDS_WITHIN).status == "Completed"


def test_what_tells_of_no_recovery_is_stored_alone(app: ExampleApp) -> None:
    sleepless = example(WearableDataReceived, member_id="mem_weight", gym_id=None)
    run = app.server.run_of(send_event(sleepless), ENDS_WITHIN)

    assert (run.status, [step.id for step in run.steps]) == ("Completed", ["store"])
    assert not [one for one in app.sent(ScoringCalculate) if one.member_id == "mem_weight"]


def test_a_score_is_calculated_in_steps_and_told(app: ExampleApp) -> None:
    asked = example(ScoringCalculate, member_id="mem_score")
    run = app.server.run_of(send_event(asked), ENDS_WITHIN)

    assert run.status == "Completed"
    assert [step.id for step in run.steps] == ["load-history", "calculate", "tell"]
    [told] = [one for one in app.sent(ScoringCalculated) if one.member_id == "mem_score"]
    assert (told.value, told.previous_value, told.score) == (67.0, 68.0, asked.score)
    assert told.caused_by == run.event_id
    assert run.output in {one.id for one in app.server.events.details}


def test_a_risk_is_over_when_the_member_trains(app: ExampleApp) -> None:
    risk = send_event(example(ChurnRiskDetected, member_id="mem_back"))
    app.server.wait_idle(ENDS_WITHIN)
    others, own = send_events(
        [
            example(WorkoutLogged, member_id="mem_other"),
            example(WorkoutLogged, member_id="mem_back", workout_id="wko_back"),
        ]
    )
    run = app.server.run_of(risk, ENDS_WITHIN)

    assert (run.status, run.output) == ("Completed", "back in training")
    assert [step.id for step in run.steps] == ["tell-coach", "wait-for-workout"]
    assert data(run, "wait-for-workout")["data"]["workout_id"] == "wko_back"
    assert app.server.runs_of(own) == app.server.runs_of(others) == []


def test_a_risk_is_told_again_when_the_member_stays_away(app: ExampleApp) -> None:
    risk = send_event(example(ChurnRiskDetected, member_id="mem_away"))
    app.server.wait_idle(ENDS_WITHIN)
    app.server.advance(PATIENCE.total_seconds())
    run = app.server.run_of(risk, ENDS_WITHIN)

    assert (run.status, run.output) == ("Completed", "stays away")
    assert [step.id for step in run.steps] == ["tell-coach", "wait-for-workout", "tell-owner"]


def test_reactions_are_digested_for_each_author(app: ExampleApp) -> None:
    reactions = [
        example(ReactionAdded, member_id=f"mem_{number}", author_id=author)
        for author, count in (("mem_popular", 5), ("mem_shy", 1))
        for number in range(count)
    ]
    ids = send_events(reactions)
    runs = [app.server.run_of(id, ENDS_WITHIN) for id in (ids[0], ids[-1])]

    assert [run.output for run in runs] == [5, 1]
    assert [run.status for run in runs] == ["Completed", "Completed"]
    assert all(app.server.run_of(id) is runs[0] for id in ids[:5])
