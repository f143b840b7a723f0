"""Sends in real processes: forks unknown to Python, the end, and time that stands still."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import freezegun
import httpx2
import pytest
import time_machine

from platform_events import SendError, asend_event, asend_events, send_event, send_events

from ..support.clients import Sender, connect, follow, follows
from ..support.http import EventServer, accept, refusing_url, silence
from ..support.waiting import is_listening, wait_until

pytestmark = pytest.mark.usefixtures("clean_client")

PRELUDE = """
    import asyncio, atexit, ctypes, os, sys, threading
    from datetime import UTC, datetime
    from platform_events import (
        MemberFollowed, SendError, asend_event, asend_events, configure, send_event, send_events
    )

    configure(app_id="x", is_production=False, event_api_base_url=sys.argv[1], send_timeout_s=30)

    def event(name):
        return MemberFollowed(follower_id="a", followee_id=name, followed_at=datetime.now(UTC))
"""


def run(program: str, url: str) -> subprocess.CompletedProcess[str]:
    source = textwrap.dedent(PRELUDE) + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", source, url],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="calls the C library")
def test_a_fork_that_python_does_not_know_of_shares_nothing(server: EventServer) -> None:
    """As uWSGI forks its workers; ``fork`` of the C library runs none of Python's hooks."""
    run(
        """
        send_event(event("parent"))
        asyncio.run(asend_event(event("parent-async")))
        children = []
        for number in range(3):
            child = ctypes.PyDLL(None).fork()
            if not child:
                for turn in range(5):
                    assert send_event(event(f"{number}"))
                assert asyncio.run(asend_event(event(f"{number}")))
                os._exit(0)
            children.append(child)
        send_event(event("parent"))
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        """,
        server.url,
    )
    ports: dict[str, set[int]] = {}
    for request in server.requests:
        [sent] = request.events
        ports.setdefault(sent["data"]["followee_id"], set()).add(request.port)
    assert len(server.events) == 3 + 3 * 6
    used = [port for of_one in ports.values() for port in of_one]
    assert len(used) == len(set(used))


UWSGI_APP = """
import json, os
from datetime import UTC, datetime
from platform_events import MemberFollowed, configure, send_event

configure(app_id="x", is_production=False, event_api_base_url=os.environ["EVENTS"])
send_event(MemberFollowed(follower_id="a", followee_id="import", followed_at=datetime.now(UTC)))

def application(environ, start_response):
    name = environ["QUERY_STRING"]
    event = MemberFollowed(follower_id="a", followee_id=name, followed_at=datetime.now(UTC))
    body = json.dumps([name, send_event(event), os.getpid()]).encode()
    start_response("200 OK", [("content-length", str(len(body)))])
    return [body]
"""


@contextmanager
def uwsgi(directory: Path, events_url: str) -> Iterator[str]:
    """Run an app that sends at import under three forked workers."""
    (directory / "served.py").write_text(UWSGI_APP)
    with refusing_url() as url:
        address = url.removeprefix("http://")
    command = [
        shutil.which("uwsgi", path=Path(sys.executable).parent) or "uwsgi",
        *("--http-socket", address, "--master", "--processes", "3", "--need-app"),
        *("--wsgi-file", "served.py", "--die-on-term", "--enable-threads", "--disable-logging"),
    ]
    home = {"PYTHONHOME": sys.base_prefix, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    # Measuring coverage would begin in the master, and not survive its forks.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**environment, **home, "EVENTS": events_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield url
    finally:
        process.send_signal(signal.SIGQUIT)  # at once
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="uWSGI has no wheels for it")
def test_workers_of_uwsgi_get_the_ids_of_their_own_events(
    server: EventServer, tmp_path: Path
) -> None:
    def ask(url: str, name: str) -> list[str]:
        answer: list[str] = httpx2.get(f"{url}/?{name}", timeout=30).json()
        return answer

    with uwsgi(tmp_path, server.url) as url:
        wait_until(lambda: is_listening(int(url.rpartition(":")[2])))
        ask(url, "first")
        with ThreadPoolExecutor(6) as executor:
            answers = list(executor.map(lambda n: ask(url, f"n{n}"), range(60)))
    names = [event["data"]["followee_id"] for event in server.events]
    # A repeat of a request has its seed, and makes no second event. uWSGI may load the app again.
    seeds = {r.headers["x-inngest-event-id-seed"]: r.events[0] for r in server.requests}
    sent = [event["data"]["followee_id"] for event in seeds.values()]
    assert sorted(name for name in sent if name != "import") == sorted(
        ["first", *(f"n{number}" for number in range(60))]
    )
    assert len({process for _, _, process in answers}) > 1
    of_name = {f"01ID{at:06}": name for at, name in enumerate(names, 1)}
    assert [of_name[id] for _, id, _ in answers] == [name for name, _, _ in answers]


@pytest.mark.parametrize("registered", ["before", "after"])
def test_a_send_at_exit_is_sent(server: EventServer, registered: str) -> None:
    """Whether or not it was registered before the connections were opened."""
    ended = run(
        f"""
        def at_exit():
            send_events([event("1"), event("2")])
            send_event(event("3"))
            asyncio.run(asend_event(event("4")))

        if {registered == "before"}:
            atexit.register(at_exit)
        send_event(event("0"))
        if {registered == "after"}:
            atexit.register(at_exit)
        """,
        server.url,
    )
    assert [event["data"]["followee_id"] for event in server.events] == ["0", "1", "2", "3", "4"]
    assert "Warning" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_send_at_exit_without_a_server_holds_the_events() -> None:
    with refusing_url() as url:
        ended = run(
            """
            def at_exit():
                try:
                    send_events([event("1"), event("2")])
                except SendError as error:
                    print(len(error.unsent))

            atexit.register(at_exit)
            os.environ["PLATFORM_EVENTS_SEND_TIMEOUT_S"] = "0.2"
            configure(app_id="x", is_production=False, event_api_base_url=sys.argv[1], replace=True)
            """,
            url,
        )
    assert ended.stdout == "2\n"


def test_an_interrupt_loses_nothing(server: EventServer) -> None:
    """Ctrl-C in the middle of a generator."""

    def answer_two(request: object, connection: object) -> None:
        if len(server.requests) == 3:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            silence(request, connection)  # type: ignore[arg-type]  # as they come  # pyright: ignore[reportArgumentType]
        accept(request, connection)  # type: ignore[arg-type]  # as they come  # pyright: ignore[reportArgumentType]

    server.answer_with(answer_two)
    connect(server.url, send_timeout_s=30)
    events = follows(10_000)
    source = iter(events)
    with pytest.raises(KeyboardInterrupt) as caught:
        send_events(source)
    account = SendError.find(caught.value)
    assert account is not None
    assert account.accepted_ids == [f"01ID{number:06}" for number in range(1, 3_001)]
    assert account.unsent + list(source) == events[3_000:]
    assert account.may_have_arrived


def test_a_time_out_loses_nothing(server: EventServer) -> None:
    server.answer_with(accept, silence)
    connect(server.url, send_timeout_s=30)
    events = follows(2_500)
    source = iter(events)

    async def run() -> None:
        async with asyncio.timeout(None) as limit:
            sending = asyncio.ensure_future(asend_events(source))
            await asyncio.to_thread(server.wait_for, 2)
            limit.reschedule(asyncio.get_running_loop().time())
            await sending

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(run())
    account = SendError.find(caught.value)
    assert account is not None
    assert len(account.accepted_ids) == 1_000
    assert account.unsent + list(source) == events[1_000:]


@contextmanager
def frozen(tool: str) -> Iterator[None]:
    if tool == "freezegun":
        with freezegun.freeze_time("2026-11-27"):
            yield
    else:
        with time_machine.travel("2026-11-27T00:00:00Z", tick=False):
            yield


@pytest.mark.parametrize("tool", ["freezegun", "time-machine"])
def test_deadlines_pass_while_time_stands_still(sender: Sender, tool: str) -> None:
    with refusing_url() as url:
        connect(url, send_timeout_s=0.5)
        with frozen(tool):
            error = sender.refused(follows(1))
    assert error.is_retriable


@pytest.mark.parametrize("tool", ["freezegun", "time-machine"])
def test_a_silent_server_is_given_up_while_time_stands_still(
    server: EventServer, tool: str
) -> None:
    """Also by those who wait for others."""
    server.answer_with(silence)
    connect(server.url, send_timeout_s=0.5)

    async def run() -> list[object]:
        sends = map(asend_event, follows(6))
        return [*await asyncio.gather(*sends, return_exceptions=True)]

    with frozen(tool):
        results = asyncio.run(run())
        assert all(isinstance(result, SendError) for result in results)
        with pytest.raises(SendError):
            send_event(follow())


def test_sends_succeed_while_time_stands_still(server: EventServer, sender: Sender) -> None:
    connect(server.url)
    with frozen("freezegun"):
        assert sender.one(follow()) == "01ID000001"
        assert sender.many(follows(2)) == ["01ID000002", "01ID000003"]
