"""``dev``: a server that stays up, and tells what happens on it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from datetime import timedelta

import inngest
import pytest

from platform_events import MemberFollowed, create_function, send_event
from platform_events.cli._development import Watch
from platform_events.testing import LocalInngest, use_server
from platform_events.testing._app_host import host_functions
from tests.support.command import run_command

from ..support.clients import follow
from ..support.processes import bare_environment

pytestmark = pytest.mark.usefixtures("clean_client")


@create_function(fn_id="greet", trigger=MemberFollowed)
async def greet(ctx: inngest.Context, _: MemberFollowed) -> str:
    return await ctx.step.run("name", name)


async def name() -> str:
    return "hello"


@create_function(fn_id="wait", trigger=MemberFollowed)
async def wait(ctx: inngest.Context, _: MemberFollowed) -> None:
    await ctx.step.sleep("an hour", timedelta(hours=1))


@create_function(fn_id="refuse", trigger=MemberFollowed, retries=0)
async def refuse(_: inngest.Context, event: MemberFollowed) -> None:
    raise ValueError(event.follower_id)


def test_events_and_runs_are_told_of_once_and_without_values() -> None:
    lines: list[str] = []
    with LocalInngest() as server, use_server(server), host_functions([greet, refuse]) as url:
        watch = Watch(server, [url], lines.append)
        watch.look()
        assert lines == [f"app    {url} is registered"]
        event_id = send_event(follow("mem_Secret"))
        server.runs_of(event_id)
        watch.look()
        watch.look()
    assert lines[1] == f"event  platform/social.member-followed  {event_id}"
    told = {tuple(line.split()[-2:]) for line in lines[2:]}
    assert len(lines) == 4
    assert {words[-1] for words in told} == {"Completed", "ValueError"}
    assert "mem_Secret" not in str(lines)


def test_a_run_that_goes_on_is_told_of_when_it_changes() -> None:
    lines: list[str] = []
    with LocalInngest() as server, use_server(server), host_functions([wait]) as url:
        server.register(url)
        send_event(follow())
        server.advance(0)
        watch = Watch(server, [], lines.append)
        watch.look()
        watch.look()
        server.advance(3_600)
        watch.look()
    assert [line.split()[-1] for line in lines[1:]] == ["Running", "Completed"]


def test_an_app_is_registered_when_it_answers() -> None:
    lines: list[str] = []
    now = 0.0
    with LocalInngest() as server:
        watch = Watch(server, ["http://127.0.0.1:9"], lines.append, clock=lambda: now)
        watch.look()
        now = 1.0
        watch.look()
        now = 2.0
        watch.look()
    reason = "could not be registered: it does not answer (ConnectError); trying again"
    assert lines == [f"app    http://127.0.0.1:9 {reason}"]


def test_it_runs_until_it_is_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "platform_events", "dev", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=bare_environment(),
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stdout.readline().startswith(
            "an Inngest server listens on http://127.0.0.1:"
        )
        assert process.stdout.readline().startswith("export INNGEST_DEV=http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


def test_an_interrupt_ends_it_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("platform_events.cli._development.time.sleep", interrupt)
    result = run_command("dev", "--port", "0")
    assert result.exit_code == 0
    assert "export INNGEST_EVENT_KEY=local" in result.stdout


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run_command("dev", "--port", str(port))
    assert result.exit_code == 2
    assert f"error: cannot listen on port {port} (" in result.stderr
    assert "stop what listens there, or give another --port" in result.stderr


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "platform_events.cli._development", None)
    assert run_command("dev").exit_code == 2
