"""The readiness probe: 200 for anyone, and nothing else, on any framework, over real HTTP."""

from __future__ import annotations

import asyncio
import logging
from importlib import import_module
from typing import Any

import fastapi
import flask
import httpx
import inngest
import pytest
from starlette.routing import WebSocketRoute

import platform_events.django
import platform_events.fast_api
import platform_events.flask
from platform_events import ConfigurationError, ScoringCalculate, create_function, override_client
from platform_events.serving import _endpoint
from platform_events.serving._rejection_log import RejectionLog
from platform_events.serving.options import ServeSettings
from tests.serving.apps import FRAMEWORKS, HOST, App, check_silence, serving, signed
from tests.support.hosting import host_asgi, host_wsgi

READY = "/ready"


@create_function(fn_id="greet", trigger=ScoringCalculate)
def greet(ctx: inngest.ContextSync, event: ScoringCalculate) -> None: ...


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def probe(app: App, method: str = "GET", path: str = READY, **request: Any) -> httpx.Response:
    return httpx.request(method, f"http://{HOST}:{app.port}{path}", timeout=20, **request)


def check_ready(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert not any("inngest" in name for name in answer.headers)


@pytest.mark.parametrize("is_async", [False, True])
def test_anyone_may_ask_and_learns_nothing_else(
    framework: str, is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(framework, is_async=is_async, health_path=READY) as app:
        check_ready(probe(app))
        check_ready(probe(app, "HEAD"))
        # No signature is looked at, so that none can be guessed here.
        check_ready(probe(app, headers={"x-inngest-signature": "t=1&s=00"}))
        check_ready(probe(app, headers=signed(b"")))
        check_ready(probe(app, params={"fnId": "served-sync"}, content=b"{"))
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            refused = probe(app, method, content=b"{}")
            assert (refused.status_code, refused.content) == (405, b"")
            assert refused.headers["allow"] == "GET, HEAD"
        assert app.request("GET").status_code == 401
        assert app.call(headers=signed(b"x")).status_code == 401
        assert app.seen == []
    check_silence(caplog.text)


def test_it_is_off_unless_it_is_asked_for(framework: str) -> None:
    with serving(framework) as app:
        assert probe(app).status_code == 404


def test_other_paths_are_the_apps_own(framework: str) -> None:
    with serving(framework, health_path="/live/ready") as app:
        check_ready(probe(app, path="/live/ready"))
        for path in ("/live", "/live/ready/x", "/liveXready"):
            assert probe(app, path=path).status_code == 404


def test_it_is_not_ready_while_a_setting_is_missing(
    framework: str,
    clean_client: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = RejectionLog(logging.getLogger("platform_events.serving"), lambda: 0.0)
    monkeypatch.setattr(_endpoint, "_LOG", log)
    with FRAMEWORKS[framework]([greet], health_path=READY) as port:
        waiting = httpx.get(f"http://{HOST}:{port}{READY}")
        assert (waiting.status_code, waiting.content) == (503, b"")
        assert waiting.headers["cache-control"] == "no-store"
        with override_client(app_id="served", is_production=False):
            check_ready(httpx.get(f"http://{HOST}:{port}{READY}"))
    assert "PLATFORM_EVENTS_APP_ID" in caplog.text


@pytest.mark.parametrize(
    "path", ["", "/", "ready", "/a b", "/ready?x=1", "/<int:n>", "/{n}", "/a\n", 1]
)
def test_a_path_that_is_none_is_refused(path: Any) -> None:
    with pytest.raises(ConfigurationError, match="health_path must be a path"):
        ServeSettings.resolve({}, health_path=path)


def test_the_endpoint_itself_is_no_probe() -> None:
    with pytest.raises(ConfigurationError, match="must differ from serve_path"):
        ServeSettings.resolve({"INNGEST_SERVE_PATH": "/events"}, health_path="/events/")


class LoginRequired:
    """As Django's own, which needs a database of users."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, _: Any, view: Any, *__: Any) -> Any:
        redirect = import_module("django.http").HttpResponseRedirect
        return redirect("/login") if getattr(view, "login_required", True) else None


class TestLogins:
    """What demands a login of every other request does not see the probe."""

    @pytest.fixture(autouse=True)
    def client(self) -> Any:
        with override_client(app_id="served", is_production=False) as client:
            yield client

    def test_fast_api(self) -> None:
        def forbid() -> None:
            raise fastapi.HTTPException(403)

        app = fastapi.FastAPI(dependencies=[fastapi.Depends(forbid)])
        platform_events.fast_api.serve(app, [greet], health_path=READY)

        @app.middleware("http")
        async def log_in(request: fastapi.Request, call_next: Any) -> fastapi.Response:
            return fastapi.Response("who are you?", 401)

        outer = fastapi.FastAPI()
        outer.mount("/scores", app)
        with host_asgi(outer, HOST) as port:
            check_ready(httpx.get(f"http://{HOST}:{port}/scores{READY}"))
            assert httpx.get(f"http://{HOST}:{port}/scores/other").status_code == 401

    def test_flask(self) -> None:
        app = flask.Flask("scores")
        app.before_request(lambda: ("who are you?", 401))
        platform_events.flask.serve(app, [greet], health_path=READY)
        with host_wsgi(app, HOST) as port:
            check_ready(httpx.get(f"http://{HOST}:{port}{READY}"))
            assert httpx.get(f"http://{HOST}:{port}/other").status_code == 401
        assert app.test_client().head(READY).status_code == 200

    @pytest.mark.parametrize("is_async", [False, True])
    def test_django(self, is_async: bool) -> None:
        @create_function(fn_id="greet", trigger=ScoringCalculate)
        async def greet_async(ctx: inngest.Context, event: ScoringCalculate) -> None: ...

        urls = platform_events.django.serve([greet_async if is_async else greet], health_path=READY)
        project = {
            "ALLOWED_HOSTS": [HOST],
            "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            "MIDDLEWARE": [
                "django.middleware.cache.UpdateCacheMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
                f"{__name__}.LoginRequired",
                "django.middleware.cache.FetchFromCacheMiddleware",
            ],
            "ROOT_URLCONF": (urls,),
        }
        with import_module("django.test.utils").override_settings(**project):
            wsgi = import_module("django.core.handlers.wsgi").WSGIHandler()
            with host_wsgi(wsgi, HOST) as port:
                answer = httpx.get(f"http://{HOST}:{port}{READY}")
                check_ready(answer)
                assert "expires" not in answer.headers
                assert httpx.post(f"http://{HOST}:{port}{READY}").status_code == 405


def test_a_websocket_of_the_app_passes() -> None:
    seen: list[str] = []

    async def own(socket: Any) -> None:
        seen.append(socket.scope["type"])

    async def ignore(*message: object) -> Any: ...

    app = fastapi.FastAPI()
    app.router.routes.append(WebSocketRoute(READY, own))
    platform_events.fast_api.serve(app, [greet], health_path=READY)
    scope = {"type": "websocket", "path": READY, "headers": [], "query_string": b""}
    asyncio.run(app(scope, ignore, ignore))
    assert seen == ["websocket"]
