"""Workers that connect to Inngest, against a double of its gateway on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib import import_module
from typing import Any

import inngest
import pytest
from typing_extensions import Unpack

from platform_events import (
    Client,
    ConfigurationError,
    ScoringCalculate,
    Servable,
    create_function,
    get_client,
    override_client,
)
from platform_events.connect import ConnectOptions, connect
from platform_events.functions._call_report import Call, headers_of, observation
from platform_events.sending.settings import ClientOptions

from .serving.apps import KEY, SECRET, call_body, check_silence
from .support.gateway import TRACEPARENT, Gateway, Kind, Worker, no_pauses, pb, running_gateway
from .support.http import reply

__all__ = ["no_pauses"]
pytestmark = pytest.mark.usefixtures("no_pauses")

STATUS = pb.SDKResponseStatus
INVALID = json.loads(call_body())
INVALID["event"]["data"] |= {"score": SECRET}
INVALID["events"] = [INVALID["event"]]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as gateway:
        yield gateway


def client(gateway: Gateway, *, is_production: bool = False) -> ClientOptions:
    options: ClientOptions = {
        "app_id": "served",
        "is_production": is_production,
        "event_key": "evt-key",
        "api_base_url": gateway.api.url,
        "event_api_base_url": gateway.api.url,
        "logger": logging.getLogger("served"),
    }
    return {**options, "signing_key": KEY} if is_production else options


def serve(
    functions: list[Servable], script: Callable[[], None], **options: Unpack[ConnectOptions]
) -> None:
    """Serve while a script runs in another thread."""

    async def main() -> None:
        worker = asyncio.create_task(connect(functions, **options))
        try:
            await asyncio.to_thread(script)
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker

    asyncio.run(main())


class Handlers:
    """Functions, and what they saw."""

    def __init__(self) -> None:
        self.seen: list[ScoringCalculate] = []
        self.threads: list[threading.Thread] = []
        self.may_end = threading.Event()

    def functions(self) -> list[Servable]:
        @create_function(fn_id="async", trigger=ScoringCalculate)
        async def asynchronous(ctx: inngest.Context, event: ScoringCalculate) -> str:
            self.note(event)
            return await ctx.step.run("one", _done)

        @create_function(fn_id="sync", trigger=ScoringCalculate)
        def synchronous(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
            self.note(event)
            return "done"

        @create_function(fn_id="lossy", trigger=ScoringCalculate)
        def lossy(ctx: inngest.ContextSync, event: ScoringCalculate) -> Any:
            return object()

        @create_function(fn_id="slow", trigger=ScoringCalculate)
        def slow(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
            assert self.may_end.wait(10)
            return "late"

        return [asynchronous, synchronous, lossy, slow]

    def note(self, event: ScoringCalculate) -> None:
        self.seen.append(event)
        self.threads.append(threading.current_thread())


async def _done() -> str:
    return "done"


def test_calls_come_over_the_connection(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    handlers, answers, workers = Handlers(), list[pb.SDKResponse](), list[Worker]()

    def script() -> None:
        worker = gateway.next_worker()
        workers.append(worker)
        answers.extend(
            worker.call(f"served-{name}", call_body()) for name in ("sync", "async", "lossy")
        )

    with override_client(**client(gateway)):
        serve(handlers.functions(), script)
    done, step, lossy = answers
    assert (done.status, json.loads(done.body), done.no_retry) == (STATUS.DONE, "done", False)
    assert (step.status, json.loads(step.body)[0]["op"]) == (STATUS.NOT_COMPLETED, "StepRun")
    assert (lossy.status, lossy.no_retry) == (STATUS.ERROR, True)
    assert {answer.request_version for answer in answers[:2]} == {2}
    assert [event.member_id for event in handlers.seen] == [SECRET] * 2
    assert [one is threading.main_thread() for one in handlers.threads] == [False, True]
    hello = workers[0].hello
    assert (hello.instance_id, hello.framework) == (socket.gethostname(), "connect")
    [app] = hello.apps
    assert app.app_name == "served"
    ids = [function["id"] for function in json.loads(app.functions)]
    assert ids == ["served-async", "served-sync", "served-lossy", "served-slow"]
    assert "authorization" not in gateway.api.requests[0].headers
    check_silence(caplog.text)


def test_data_that_breaks_the_schema_reaches_no_handler(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    handlers, answers = Handlers(), list[pb.SDKResponse]()
    bodies = [json.dumps(INVALID).encode(), b'{"event": "%s"}' % SECRET.encode(), b"\xff"]

    def script() -> None:
        worker = gateway.next_worker()
        answers.extend(worker.call("served-sync", body) for body in bodies)
        answers.append(worker.call("served-\x1b[2J", call_body()))

    with override_client(**client(gateway)):
        serve(handlers.functions(), script)
    assert handlers.seen == []
    assert {answer.status for answer in answers} == {STATUS.ERROR}
    broken, malformed, undecodable, unknown = (json.loads(answer.body) for answer in answers)
    assert "score" in broken["message"]
    assert answers[0].no_retry
    assert malformed["message"].startswith("invalid call: ")
    assert undecodable["message"].startswith("invalid call: ")
    assert unknown["message"] == r"function served-\x1b[2J not found"
    check_silence(caplog.text + str([answer.body for answer in answers]))
    assert "\x1b" not in caplog.text


def test_in_production_the_worker_shows_its_key(gateway: Gateway) -> None:
    options: ConnectOptions = {"instance_id": "worker-1", "max_concurrency": 7}
    workers = list[Worker]()
    production = client(gateway, is_production=True)
    production["env"] = "branch"
    with override_client(**production):
        serve(Handlers().functions(), lambda: workers.append(gateway.next_worker()), **options)
    asked = gateway.api.requests[0]
    assert asked.path == "/v0/connect/start"
    assert asked.headers["authorization"].startswith("Bearer ")
    assert KEY not in asked.headers["authorization"]
    assert asked.headers["x-inngest-env"] == "branch"
    hello = workers[0].hello
    assert (hello.instance_id, hello.max_worker_concurrency) == ("worker-1", 7)
    assert hello.auth_data.session_token == "session-Secret"


def test_it_connects_again_when_the_gateway_closes(gateway: Gateway) -> None:
    answers, urls = list[pb.SDKResponse](), list[str]()

    def rewrite(url: str) -> str:
        urls.append(url)
        return url.replace("127.0.0.1", "localhost")

    def script() -> None:
        gateway.next_worker().hang_up()
        answers.append(gateway.next_worker().call("served-sync", call_body()))

    with override_client(**client(gateway)):
        serve(Handlers().functions(), script, rewrite_gateway=rewrite)
    assert json.loads(answers[0].body) == "done"
    assert len(urls) >= 2


def test_a_call_belongs_to_the_trace_of_the_server(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[Mapping[str, str]]()

    class Observer:
        def observe_call(self, call: Call) -> AbstractContextManager[object]:
            seen.append(headers_of(call))
            return nullcontext()

        observe_step = staticmethod(lambda *_: nullcontext())

    def script() -> None:
        worker = gateway.next_worker()
        for name in ("sync", "async"):
            worker.call(f"served-{name}", call_body())

    monkeypatch.setattr(observation, "observer", Observer())
    with override_client(**client(gateway)):
        serve(Handlers().functions(), script)
    assert seen == [{"traceparent": TRACEPARENT, "x-run-id": "01RUN"}] * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_running_calls_finish(gateway: Gateway, number: signal.Signals) -> None:
    handlers, answers, closed = Handlers(), list[pb.SDKResponse](), list[bool]()
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}

    def script() -> None:
        worker = gateway.next_worker()
        worker.begin("served-slow", call_body())
        assert signal.getsignal(number) is not before[number]
        os.kill(os.getpid(), number)
        worker.receive(Kind.WORKER_PAUSE)
        handlers.may_end.set()
        answers.append(worker.end())
        closed.append(worker.closed.wait(10))

    async def main() -> None:
        working = asyncio.to_thread(script)
        await asyncio.gather(connect(handlers.functions()), working)

    with override_client(**client(gateway)):
        asyncio.run(main())
    assert json.loads(answers[0].body) == "late"
    assert closed == [True]
    assert {one: signal.getsignal(one) for one in before} == before


def test_in_another_thread_signals_are_left_alone(gateway: Gateway) -> None:
    before = signal.getsignal(signal.SIGTERM)
    during = list[object]()

    def script() -> None:
        gateway.next_worker()
        during.append(signal.getsignal(signal.SIGTERM))

    with override_client(**client(gateway)):
        thread = threading.Thread(target=serve, args=(Handlers().functions(), script))
        thread.start()
        thread.join(20)
    assert during == [before]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (reply(401), ConfigurationError, "refuses the signing key: set INNGEST_SIGNING_KEY"),
        (
            reply(500),
            ConnectionError,
            "failed to send start request: 500$",
        ),
        (reply(200, b"\xff"), ConnectionError, "Error parsing message"),
    ],
    ids=["key", "server", "garbage"],
)
def test_a_server_that_refuses(answer: Any, error: type[Exception], message: str) -> None:
    with (
        running_gateway(answer) as gateway,
        override_client(**client(gateway, is_production=True)),
        pytest.raises(error, match=message),
    ):
        asyncio.run(connect(Handlers().functions()))


def test_a_server_that_is_away() -> None:
    with (
        override_client(app_id="served", is_production=False, api_base_url="http://127.0.0.1:9"),
        pytest.raises(
            ConnectionError,
            match=r"no connection to Inngest at http://127\.0\.0\.1:9: .*\. Start a dev server",
        ),
    ):
        asyncio.run(connect(Handlers().functions()))


def of_the_sdk() -> Any:
    return inngest.Inngest(app_id="served", is_production=False)


REFUSED: dict[str, tuple[Callable[[], Any], dict[str, Any], str]] = {
    "no function": (list, {}, "no functions to serve"),
    "two of one id": (lambda: Handlers().functions() * 2, {}, "two functions have the id"),
    "not a function": (lambda: [print], {}, "decorate it with create_function"),
    "a client of the SDK": (Handlers().functions, {"client": of_the_sdk()}, "lose events"),
    "no instance": (Handlers().functions, {"instance_id": " "}, "instance_id must be"),
    "no concurrency": (Handlers().functions, {"max_concurrency": 0}, "must be 1 or more"),
    "half a call": (Handlers().functions, {"max_concurrency": 1.5}, "must be 1 or more"),
    "an option of serve": (Handlers().functions, {"serve_path": "/"}, "serve_path is not an opt"),
}


@pytest.mark.parametrize(("functions", "options", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_served_is_refused_at_once(
    functions: Callable[[], Any], options: dict[str, Any], message: str
) -> None:
    with (
        override_client(app_id="served", is_production=False),
        pytest.raises(ConfigurationError, match=message),
    ):
        asyncio.run(connect(functions(), **options))


def test_production_needs_a_signing_key() -> None:
    with (
        override_client(app_id="served", is_production=True, event_key="k"),
        pytest.raises(ConfigurationError, match="no signing key"),
    ):
        asyncio.run(connect(Handlers().functions()))


def test_another_client_can_be_given(gateway: Gateway) -> None:
    with override_client(**client(gateway)) as given:
        pass
    assert isinstance(given, Client)
    with override_client(app_id="other", is_production=False):
        assert get_client() is not given
        serve(Handlers().functions(), lambda: _check_app(gateway), client=given)


def _check_app(gateway: Gateway) -> None:
    assert gateway.next_worker().hello.apps[0].app_name == "served"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "platform_events.connect")
    monkeypatch.setitem(sys.modules, "inngest.connect", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install .platform-events\[connect\]"):
        import_module("platform_events.connect")
