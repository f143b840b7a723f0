"""An app is imported without configuration; what is missing is told when it starts to serve."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import fastapi
import flask
import httpx
import inngest
import pytest

import platform_events.django
import platform_events.fast_api
import platform_events.flask
from platform_events import (
    Client,
    ConfigurationError,
    ScoringCalculate,
    configure,
    create_function,
    override_client,
)
from platform_events.serving import _endpoint
from platform_events.serving._rejection_log import RejectionLog
from tests.serving.apps import HOST, KEY, PATH, call_body, signed

pytestmark = pytest.mark.usefixtures("clean_client")

BODY = call_body()
CALL = f"{PATH}?fnId=served-greet&stepId=step"


@create_function(fn_id="greet", trigger=ScoringCalculate)
def greet(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    return "done"


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch: pytest.MonkeyPatch) -> None:
    log = RejectionLog(logging.getLogger("platform_events.serving"), lambda: 0.0)
    monkeypatch.setattr(_endpoint, "_LOG", log)


def fast_api_app(**options: Any) -> fastapi.FastAPI:
    app = fastapi.FastAPI()
    platform_events.fast_api.serve(app, [greet], **options)
    return app


def flask_call(**options: Any) -> tuple[int, Any]:
    app = flask.Flask("serving")
    platform_events.flask.serve(app, [greet], **options)
    answer = app.test_client().post(CALL, data=BODY, headers=signed(BODY))
    return answer.status_code, answer.json


@create_function(fn_id="greet", trigger=ScoringCalculate)
async def greet_async(ctx: inngest.Context, event: ScoringCalculate) -> str:
    return "done"


def django_async_call(**options: Any) -> tuple[int, Any]:
    return django_call(function=greet_async, **options)


def django_call(function: Any = greet, **options: Any) -> tuple[int, Any]:
    settings = import_module("django.conf").settings
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None)
    pattern = platform_events.django.serve([function], **options)
    with import_module("django.test.utils").override_settings(ALLOWED_HOSTS=["*"]):
        factory = import_module("django.test").RequestFactory()
        headers = {"host": HOST, **signed(BODY)}
        answer: Any = pattern.callback(
            factory.post(CALL, BODY, "application/json", headers=headers)
        )
        if inspect.isawaitable(answer):
            answer = asyncio.run(_awaited(answer))
    return answer.status_code, json.loads(answer.content)


async def post(app: Any, path: str = CALL) -> tuple[int, Any]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        answer = await client.post(path, content=BODY, headers=signed(BODY))
    return answer.status_code, answer.json()


async def start(app: fastapi.FastAPI) -> Any:
    """Start an app as a server does, and call its function."""
    async with app.router.lifespan_context(app):
        return (await post(app))[1]


async def _awaited(answer: Any) -> Any:
    return await answer


def fast_api_call(**options: Any) -> tuple[int, Any]:
    return asyncio.run(post(fast_api_app(**options)))


CALLS = {"fast_api": fast_api_call, "flask": flask_call, "django": django_call}
CALLS["django, async"] = django_async_call


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_without_configuration_requests_get_an_error_and_the_log_says_why(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    status, content = call()
    assert (status, content["code"]) == (500, "not_configured")
    assert "PLATFORM_EVENTS_APP_ID" not in str(content)
    assert "Functions cannot be served: no app id: set PLATFORM_EVENTS_APP_ID" in caplog.text


@pytest.mark.parametrize(
    ("missing", "setting"),
    [
        ("PLATFORM_EVENTS_APP_ID", "PLATFORM_EVENTS_APP_ID"),
        ("INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY"),
        ("INNGEST_SERVE_ORIGIN", "INNGEST_SERVE_ORIGIN"),
    ],
)
def test_a_fast_api_app_does_not_start(
    missing: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = {
        "PLATFORM_EVENTS_APP_ID": "served",
        "INNGEST_EVENT_KEY": "key",
        "INNGEST_SIGNING_KEY": KEY,
        "INNGEST_SERVE_ORIGIN": "https://scores.example.com",
    }
    for name in production.keys() - {missing}:
        monkeypatch.setenv(name, production[name])
    app = fast_api_app()
    with pytest.raises(ConfigurationError) as caught:
        asyncio.run(start(app))
    assert caught.value.setting == setting
    # Configured after all, it starts.
    monkeypatch.setenv(missing, production[missing])
    configure(replace=True)
    assert asyncio.run(start(app)) == "done"


def test_the_lifespan_of_the_app_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lifespan(app: fastapi.FastAPI) -> Any:
        seen.append("start")
        yield {"known": True}
        seen.append("end")

    seen: list[str] = []
    app = fastapi.FastAPI(lifespan=import_module("contextlib").asynccontextmanager(lifespan))
    platform_events.fast_api.serve(app, [greet])
    monkeypatch.setenv("INNGEST_DEV", "1")
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "served")
    assert asyncio.run(start(app)) == "done"
    assert seen == ["start", "end"]


@pytest.fixture
def client() -> Iterator[Client]:
    with override_client(app_id="served", is_production=True, event_key="k", signing_key=KEY) as it:
        yield it


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_with_a_client_everything_is_checked_at_once(call: Any, client: Client) -> None:
    for options in ({}, {"client": client}):
        with pytest.raises(ConfigurationError) as caught:
            call(**options)
        assert caught.value.setting == "INNGEST_SERVE_ORIGIN"
    assert call(allowed_hosts=[HOST]) == (200, "done")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_what_is_wrong_without_a_client_is_told_at_once(call: Any) -> None:
    for options in ({"serve_origin": "?"}, {"signature_max_age_s": 0}, {"allowed_hosts": "x"}):
        with pytest.raises(ConfigurationError):
            call(**options)


@pytest.mark.parametrize(
    ("serve", "app", "name"),
    [
        (platform_events.fast_api.serve, fastapi.FastAPI(), "FastAPI"),
        (platform_events.flask.serve, flask.Flask("served"), "Flask"),
    ],
)
def test_swapped_arguments_are_told(serve: Any, app: Any, name: str) -> None:
    order = f"serve takes the {name} app first, as in serve\\(app, functions\\)$"
    with pytest.raises(ConfigurationError, match=f"^the arguments are swapped: {order}"):
        serve([greet], app)
    with pytest.raises(ConfigurationError, match=f"^app is a str: {order}"):
        serve("app", [greet])


def test_a_body_that_was_read_before_is_verified_all_the_same() -> None:
    app = flask.Flask("serving")
    app.before_request(lambda: flask.request.get_data() and None)
    configure(app_id="served", event_key="k", signing_key=KEY, is_production=True)
    platform_events.flask.serve(app, [greet], allowed_hosts=["localhost"])
    answer = app.test_client().post(CALL, data=BODY, headers=signed(BODY))
    assert answer.json == "done"
    assert app.test_client().post(CALL, data=BODY[1:], headers=signed(BODY)).status_code == 401


def test_a_logger_need_not_be_one_of_logging() -> None:
    class Noting:
        def warning(self, message: str, *args: object) -> None:
            noted.append(message % args)

        debug = info = error = warning

    noted: list[str] = []
    logger: Any = Noting()
    configure(app_id="served", event_key="k", signing_key=KEY, is_production=True, logger=logger)
    app = fast_api_app(allowed_hosts=[HOST])
    assert asyncio.run(post(app, f"{CALL}&fnId=x"))[0] == 400
    assert asyncio.run(post(app)) == (200, "done")


def test_a_client_that_is_configured_later_is_used() -> None:
    app = fast_api_app()
    assert asyncio.run(post(app))[0] == 500
    configure(app_id="served", is_production=False)
    assert asyncio.run(post(app)) == (200, "done")
    with override_client(app_id="other", is_production=False):
        assert asyncio.run(post(app))[1]["code"] == "function_not_found"
        assert asyncio.run(post(app, CALL.replace("served", "other"))) == (200, "done")
    assert asyncio.run(post(app)) == (200, "done")


def test_two_first_requests_open_it_once() -> None:
    class OpensMeanwhile:
        def __enter__(self) -> None:
            vars(endpoint)["_lock"] = threading.Lock()
            endpoint.open()

        def __exit__(self, *_: object) -> None: ...

    built: list[object] = []
    endpoint = _endpoint.Endpoint([greet], {}, lambda client, gate: built.append(gate))
    configure(app_id="served", is_production=False)
    vars(endpoint)["_lock"] = OpensMeanwhile()
    endpoint.open()
    assert len(built) == 1


def test_the_endpoint_is_opened_once() -> None:
    configure(app_id="served", is_production=False)
    built: list[object] = []
    endpoint = _endpoint.Endpoint([greet], {}, lambda client, gate: built.append(gate))
    assert endpoint.open() is endpoint.open()
    assert len(built) == 1
