"""The same app on every web framework, behind a real HTTP server on loopback."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import fastapi
import flask
import httpx
import inngest
from typing_extensions import Unpack

import platform_events.django
import platform_events.fast_api
import platform_events.flask
from platform_events import (
    Client,
    ScoringCalculate,
    create_function,
    override_client,
    send_events_step,
)
from platform_events.sending.settings import ClientOptions
from platform_events.serving._endpoint import Endpoint
from platform_events.serving._gate import Gate
from platform_events.serving.options import ServeOptions
from platform_events.testing._local import go_json
from platform_events.testing._local.signing_key import SigningKey, strip_prefix
from tests.support.hosting import host_asgi, host_wsgi

KEY = "signkey-prod-5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
"""The signing key of the tests; neither it nor its hash must show anywhere."""
SECRET = "what-nobody-may-read"
HOST = "127.0.0.1"
PATH = "/api/inngest"

Hosting = Callable[..., AbstractContextManager[int]]


def open_gate(functions: Any, **options: Unpack[ServeOptions]) -> Gate:
    """Open the gate of an endpoint, whatever framework it is for."""
    return Endpoint(functions, options, lambda *_: None).open().gate


@contextmanager
def _fast_api(functions: Any, **options: Any) -> Generator[int]:
    app = fastapi.FastAPI()
    platform_events.fast_api.serve(app, functions, **options)
    with host_asgi(app, HOST) as port:
        yield port


@contextmanager
def _flask(functions: Any, **options: Any) -> Generator[int]:
    app = flask.Flask("serving")
    platform_events.flask.serve(app, functions, **options)
    with host_wsgi(app.wsgi_app, HOST) as port:
        yield port


@contextmanager
def _django(functions: Any, **options: Any) -> Generator[int]:
    settings = import_module("django.conf").settings
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None)
    urls = platform_events.django.serve(functions, **options)
    project = {"ALLOWED_HOSTS": [HOST], "MIDDLEWARE": [], "ROOT_URLCONF": (urls,)}
    with import_module("django.test.utils").override_settings(**project):
        app = import_module("django.core.handlers.wsgi").WSGIHandler()
        with host_wsgi(app, HOST) as port:
            yield port


FRAMEWORKS: dict[str, Hosting] = {"fast_api": _fast_api, "flask": _flask, "django": _django}


@dataclass
class App:
    """A served app, and what its handlers saw."""

    client: Client
    seen: list[ScoringCalculate] = field(default_factory=list[ScoringCalculate])
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{PATH}"

    def functions(self, *, is_async: bool) -> list[Any]:
        @create_function(fn_id="sync", trigger=ScoringCalculate)
        def synchronous(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
            self.seen.append(event)
            return "done"

        @create_function(fn_id="lossy", trigger=ScoringCalculate)
        def lossy(ctx: inngest.ContextSync, event: ScoringCalculate) -> Any:
            return object()

        @create_function(fn_id="sends", trigger=ScoringCalculate)
        def sends(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[str]:
            return send_events_step(ctx.step, "send", [event])

        @create_function(fn_id="async", trigger=ScoringCalculate)
        async def asynchronous(ctx: inngest.Context, event: ScoringCalculate) -> str:
            self.seen.append(event)
            return "done"

        return [synchronous, lossy, sends, *([asynchronous] if is_async else [])]

    def request(self, method: str, **request: Any) -> httpx.Response:
        return httpx.request(method, self.url, timeout=20, **request)

    def call(
        self,
        fn_id: str = "sync",
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Call a function as Inngest does, unsigned unless a header says otherwise."""
        params = {"fnId": f"{self.client.app_id}-{fn_id}", "stepId": "step"}
        content = call_body() if body is None else body
        return self.request("POST", params=params, content=content, headers=headers)


def call_body(**changes: Any) -> bytes:
    """Give the body of a call, as Inngest writes it."""
    data = {"member_id": SECRET, "gym_id": "gym_1", "score": "progress", "reason": "manual"}
    event = {"name": ScoringCalculate.event_name, "data": data, "id": "1", "ts": 1, "user": {}}
    body = {
        "ctx": {
            "attempt": 0,
            "disable_immediate_execution": False,
            "max_attempts": 5,
            "run_id": "01RUN",
            "stack": {"current": 0, "stack": []},
            "use_api": False,
        },
        "event": event,
        "events": [event],
        "steps": {},
        "use_api": False,
        "version": -1,
    }
    return go_json.dumps({**body, **changes})


def check_silence(text: str) -> None:
    """Check that neither a payload nor a key shows."""
    for secret in (SECRET, KEY, KEY.rpartition("-")[2], SigningKey(KEY).hash, "evt-key"):
        assert secret not in text


def signed(body: bytes, *, key: str = KEY, ahead_s: int = 0, full: bool = False) -> dict[str, str]:
    """Give the headers of a signed request."""
    signer = SigningKey(key if full else strip_prefix(key))
    return {"x-inngest-signature": signer.sign(body, int(time.time()) + ahead_s)}


@contextmanager
def serving(
    framework: str,
    *,
    is_production: bool = True,
    is_async: bool = False,
    api: str = "http://127.0.0.1:9",
    signing_key: str | None = KEY,
    **options: Any,
) -> Generator[App]:
    """Serve an app."""
    settings: ClientOptions = {
        "app_id": "served",
        "is_production": is_production,
        "event_key": "evt-key",
        "api_base_url": api,
        "event_api_base_url": api,
        "logger": logging.getLogger("served"),
    }
    if is_production and signing_key is not None:
        settings["signing_key"] = signing_key
    options.setdefault("allowed_hosts", [HOST])
    with ExitStack() as stack:
        made = stack.enter_context(override_client(**settings))
        app = App(made)
        hosting = FRAMEWORKS[framework](app.functions(is_async=is_async), **options)
        app.port = stack.enter_context(hosting)
        yield app


def send_raw(port: int, request: bytes, *, half_close: bool = True) -> bytes:
    """Send bytes that no HTTP client would, and give what comes back."""
    with socket.create_connection((HOST, port), timeout=10) as connection:
        answer = b""
        with suppress(ConnectionError):  # a server need not read what it refuses
            connection.sendall(request)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                answer += part
        return answer
