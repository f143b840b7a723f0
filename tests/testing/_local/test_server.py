from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time

import httpx
import inngest
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from platform_events.testing import LocalInngest, RegistrationError, Run, Status
from platform_events.testing._local.run_results import run_of
from platform_events.testing._local.service import Service
from tests.support.hosting import LOOPBACK, host_asgi
from tests.testing._local.apps import (
    EVENT_KEY,
    SIGNING_KEY,
    Functions,
    client_of,
    remember,
    serving,
)

ENVIRONMENT = [
    "INNGEST_DEV",
    "INNGEST_BASE_URL",
    "INNGEST_API_BASE_URL",
    "INNGEST_EVENT_API_BASE_URL",
    "INNGEST_EVENT_KEY",
    "INNGEST_SIGNING_KEY",
]


def echo(client: inngest.Inngest, event: str = "s/echo") -> Functions:
    @client.create_function(fn_id="echo", trigger=inngest.TriggerEvent(event=event))
    def run(ctx: inngest.ContextSync) -> object:
        return ctx.event.data

    return [run]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def test_it_starts_fast() -> None:
    def start() -> float:
        began = time.perf_counter()
        with LocalInngest():
            return time.perf_counter() - began

    # The best of several, as other processes take their time, too.
    assert min(start() for _ in range(5)) < 1


def test_it_leaves_nothing() -> None:
    threads = set(threading.enumerate())
    server = LocalInngest()
    server.start()
    assert len(set(threading.enumerate()) - threads) == 1
    port = int(server.url.rpartition(":")[2])
    server.stop()
    server.stop()
    assert set(threading.enumerate()) == threads
    with LocalInngest(port=port) as again:
        assert again.url == server.url


def test_it_runs_once_at_a_time() -> None:
    with LocalInngest() as server:
        with pytest.raises(RuntimeError, match="is already running"):
            server.start()
        with pytest.raises(OSError, match="in use"):
            LocalInngest(port=int(server.url.rpartition(":")[2])).start()


def test_what_needs_a_server_says_so() -> None:
    server = LocalInngest()
    assert repr(server) == "<LocalInngest not started>"
    with pytest.raises(RuntimeError, match="has not been started"):
        _ = server.url
    with server:
        url = server.url
        assert repr(server) == f"<LocalInngest {url}>"
    assert (server.events, server.runs) == ([], [])
    with pytest.raises(RuntimeError, match="has been stopped"):
        server.wait_idle()


def test_the_clock_does_not_go_back() -> None:
    with LocalInngest() as server, pytest.raises(ValueError, match="back"):
        server.advance(-1)


@pytest.mark.parametrize("signing_key", [None, SIGNING_KEY])
def test_its_environment_makes_apps_use_it(
    monkeypatch: pytest.MonkeyPatch, signing_key: str | None
) -> None:
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, "00" if name.endswith("KEY") else "http://127.0.0.1:9")
    with LocalInngest(signing_key=signing_key, event_keys=[EVENT_KEY]) as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        client = remember(inngest.Inngest(app_id="demo", logger=logging.getLogger("quiet")))
        with serving(client, echo(client)) as url:
            server.register(f"{url}/api/inngest/")
            (event_id,) = client.send_sync(inngest.Event(name="s/echo", data={"a": 1}))
            assert server.run_of(event_id).output == {"a": 1}


def test_keys_are_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        LocalInngest(signing_key=SIGNING_KEY, event_keys=[EVENT_KEY]) as server,
    ):
        client = client_of(server, signing_key=SIGNING_KEY)
        client.send_sync(inngest.Event(name="s/none", data={"secret": "payload"}))
        received = repr(server.__dict__["_inside"].service.events)
        shown = repr(server) + received + repr(server.__dict__["_settings"])
    uvicorn_log = "".join(one.message for one in caplog.records if one.name.startswith("uvicorn"))
    assert EVENT_KEY not in received + uvicorn_log
    assert "12345678" not in shown
    assert "payload" not in shown


def test_an_app_that_is_not_there() -> None:
    with LocalInngest() as server:
        url = f"http://127.0.0.1:{free_port()}"
        with pytest.raises(RegistrationError, match="ConnectError") as failed:
            server.register(url)
    assert (failed.value.status, failed.value.reason) == (0, "ConnectError")


def test_an_app_of_the_other_mode() -> None:
    with LocalInngest() as server:
        client = client_of(server, signing_key=SIGNING_KEY)
        with (
            serving(client, echo(client)) as url,
            pytest.raises(RegistrationError, match="Dev Server") as failed,
        ):
            server.register(url)
    assert failed.value.status == 400


def test_an_app_with_another_key() -> None:
    with LocalInngest(signing_key="00ff") as server:
        client = client_of(server, signing_key=SIGNING_KEY)
        with (
            serving(client, echo(client)) as url,
            pytest.raises(RegistrationError) as failed,
        ):
            server.register(url)
    assert failed.value.status == 500
    assert failed.value.reason == "response is not valid JSON"


def test_what_the_double_does_not_do_is_refused() -> None:
    with LocalInngest() as server:
        client = client_of(server)

        @client.create_function(
            fn_id="odd",
            trigger=inngest.TriggerEvent(event="s/odd", expression="duration('1h') > 0"),
        )
        def odd(_: inngest.ContextSync) -> None: ...

        with serving(client, [odd]) as url, pytest.raises(RegistrationError) as failed:
            server.register(url)
    assert failed.value.status == 400
    assert failed.value.reason.startswith("function demo-odd: cannot read the expression")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PlainTextResponse("<html>", 502), "it gave no reason"),
        (JSONResponse({}), "it registered at another server (it gave no reason)"),
        (JSONResponse({"ok": True}), "it registered at another server ({'ok': True})"),
        (JSONResponse({"message": "no"}, 400), "no"),
    ],
)
def test_an_app_that_is_none(answer: Response, reason: str) -> None:
    async def put(_: Request) -> Response:
        return answer

    app = Starlette(routes=[Route("/api/inngest", put, methods=["PUT"])])
    with (
        LocalInngest() as server,
        host_asgi(app) as port,
        pytest.raises(RegistrationError) as failed,
    ):
        server.register(f"http://{LOOPBACK}:{port}")
    assert (failed.value.status, failed.value.reason) == (answer.status_code, reason)


def test_an_app_may_send_while_it_registers() -> None:
    with LocalInngest() as server:
        client = client_of(server)

        def put(_: Request) -> Response:
            client.send_sync(inngest.Event(name="s/early"))
            httpx.post(f"{server.url}/fn/register", json={"appname": "demo"})
            return JSONResponse({"message": "Successfully registered"})

        app = Starlette(routes=[Route("/here", put, methods=["PUT"])])
        with host_asgi(app) as port:
            server.register(f"http://{LOOPBACK}:{port}/here")
        assert server.events == [inngest.Event(name="s/early")]


def test_an_app_that_hangs_is_a_failed_attempt() -> None:
    release = threading.Event()
    with LocalInngest(call_timeout=0.05, retry_interval=0.01) as server:
        client = client_of(server)

        @client.create_function(
            fn_id="hanging", trigger=inngest.TriggerEvent(event="s/hanging"), retries=1
        )
        def hanging(_: inngest.ContextSync) -> None:
            release.wait(60)

        with serving(client, [hanging]) as url:
            server.register(url)
            (event_id,) = client.send_sync(inngest.Event(name="s/hanging"))
            run = server.run_of(event_id)
            release.set()
    assert run.error is not None
    assert run.error["message"] == "Unable to reach SDK URL: ReadTimeout"


def test_a_process_that_stood_still_waits_for_the_rest_of_its_time() -> None:
    called, release = threading.Event(), threading.Event()
    with LocalInngest() as server:
        client = client_of(server)

        @client.create_function(fn_id="slow", trigger=inngest.TriggerEvent(event="s/slow"))
        def slow(_: inngest.ContextSync) -> None:
            called.set()
            release.wait(60)
            time.sleep(0.2)  # as an answer takes its time

        async def wait_and_stand_still(service: Service) -> Run:
            waiting = asyncio.create_task(run_of(service, event_id, 1.2))
            await asyncio.sleep(0.01)
            time.sleep(1.5)  # noqa: ASYNC251  # the loop stands still
            release.set()
            return await waiting

        with serving(client, [slow]) as url:
            server.register(url)
            (event_id,) = client.send_sync(inngest.Event(name="s/slow"))
            assert called.wait(30)
            assert server._ask(wait_and_stand_still).status is Status.COMPLETED


def test_an_idle_server_that_stood_still_still_waits_for_what_was_due_in_time() -> None:
    tried = threading.Event()
    with LocalInngest(retry_interval=0.4) as server:
        client = client_of(server)

        @client.create_function(
            fn_id="again", trigger=inngest.TriggerEvent(event="s/again"), retries=2
        )
        def again(ctx: inngest.ContextSync) -> None:
            tried.set()
            if ctx.attempt < 2:
                raise ValueError("not yet")

        with serving(client, [again]) as url:
            server.register(url)
            client.send_sync(inngest.Event(name="s/again"))
            assert tried.wait(30)
            loop = server._known.loop
            standing_still = threading.Timer(0.1, loop.call_soon_threadsafe, (time.sleep, 2.5))
            standing_still.start()
            server.wait_idle(2)
            standing_still.join()
            assert [run.status for run in server.runs] == [Status.COMPLETED]


def test_stopping_gives_up_calls() -> None:
    release = threading.Event()
    with LocalInngest() as server:
        client = client_of(server)

        @client.create_function(fn_id="hanging", trigger=inngest.TriggerEvent(event="s/hanging"))
        def hanging(_: inngest.ContextSync) -> None:
            release.wait(60)

        with serving(client, [hanging]) as url:
            server.register(url)
            client.send_sync(inngest.Event(name="s/hanging"))
            with pytest.raises(TimeoutError, match="demo-hanging Running"):
                server.wait_idle(timeout=0.05)
            began = time.perf_counter()
            server.stop()
            assert time.perf_counter() - began < 30
            release.set()
    assert server.runs[0].status is Status.RUNNING


def test_a_run_survives_its_app() -> None:
    ran: list[str] = []
    port = free_port()
    with LocalInngest(retry_interval=60) as server:
        client = client_of(server)

        @client.create_function(fn_id="lasting", trigger=inngest.TriggerEvent(event="s/lasting"))
        def lasting(ctx: inngest.ContextSync) -> object:
            ctx.step.run("one", lambda: ran.append("one"))
            ctx.step.wait_for_event("wait", event="s/go", timeout=600_000)
            ctx.step.run("two", lambda: ran.append("two"))
            return ctx.attempt

        with serving(client, [lasting], port) as url:
            server.register(url)
            (event_id,) = client.send_sync(inngest.Event(name="s/lasting"))
            server.wait_idle()
        client.send_sync(inngest.Event(name="s/go"))
        server.wait_idle()
        (run,) = server.runs
        assert run.status is Status.RUNNING
        with serving(client, [lasting], port):
            server.advance(60)
            assert server.run_of(event_id).status is Status.COMPLETED
    assert ran == ["one", "two"]


def test_an_event_may_start_several_runs() -> None:
    with LocalInngest() as server:
        client = client_of(server)
        functions = [*echo(client)]

        @client.create_function(fn_id="too", trigger=inngest.TriggerEvent(event="s/echo"))
        def too(_: inngest.ContextSync) -> None: ...

        with serving(client, [*functions, too]) as url:
            server.register(url)
            (event_id,) = client.send_sync(inngest.Event(name="s/echo"))
            assert len(server.runs_of(event_id)) == 2
            with pytest.raises(LookupError, match="started 2 runs"):
                server.run_of(event_id)


def test_registering_again_replaces_functions() -> None:
    with LocalInngest() as server:
        for event in ("s/old", "s/new"):
            client = client_of(server)
            with serving(client, echo(client, event)) as url:
                server.register(url)
                client.send_sync([inngest.Event(name="s/old"), inngest.Event(name="s/new")])
                server.wait_idle()
    assert [run.event["name"] for run in server.runs] == ["s/old", "s/new"]
