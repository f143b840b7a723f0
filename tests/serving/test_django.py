"""Django's own settings do not stand in the way of the endpoint, and it not in theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import inngest
import pytest

import platform_events.django
from platform_events import ScoringCalculate, create_function, override_client
from tests.serving.apps import HOST, KEY, PATH, call_body, signed

BODY = call_body()
CALL = f"{PATH}?fnId=served-greet&stepId=step"


@create_function(fn_id="greet", trigger=ScoringCalculate)
def greet(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    return "done"


@create_function(fn_id="greet", trigger=ScoringCalculate)
async def greet_async(ctx: inngest.Context, event: ScoringCalculate) -> str:
    return "done"


@pytest.fixture(params=[greet, greet_async], ids=["sync", "async"])
def project(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Give what changes the settings of a project that serves a function."""
    settings = import_module("django.conf").settings
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None)
    test_utils = import_module("django.test.utils")
    with override_client(app_id="served", is_production=True, event_key="k", signing_key=KEY):
        urls = platform_events.django.serve([request.param], allowed_hosts=[HOST])

        def override(**more: Any) -> Any:
            return test_utils.override_settings(
                **{"ALLOWED_HOSTS": [HOST], "MIDDLEWARE": [], "ROOT_URLCONF": (urls,), **more}
            )

        yield override


def ask(method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
    """Ask the project, through its middleware, without a server."""
    handler = import_module("django.core.handlers.wsgi").WSGIHandler()
    factory = import_module("django.test").RequestFactory()
    request = factory.generic(
        method, path, body, content_type="application/json", headers={"host": HOST, **headers}
    )
    return handler.get_response(request)


def test_requests_need_not_be_atomic(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    connections = import_module("django.db").connections
    atomic = {"ENGINE": "django.db.backends.dummy", "ATOMIC_REQUESTS": True}
    monkeypatch.setattr(connections, "settings", {"default": atomic})
    with project():
        answer = ask("POST", CALL, BODY, signed(BODY))
    assert (answer.status_code, json.loads(answer.content)) == (200, "done")


def test_no_login_is_needed(project: Any) -> None:
    with project():
        view = import_module("django.urls").resolve(PATH).func
    assert view.login_required is False  # where LoginRequiredMiddleware looks
    assert view.csrf_exempt is True


def test_a_cache_of_the_site_keeps_nothing(project: Any) -> None:
    caching = [
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    with project(MIDDLEWARE=caching):
        signed_answer = ask("GET", PATH, b"", signed(b""))
        assert json.loads(signed_answer.content)["authentication_succeeded"] is True
        assert ask("GET", PATH, b"", {}).status_code == 401


def test_a_body_in_chunks_is_read(project: Any) -> None:
    with project():
        handler = import_module("django.core.handlers.wsgi").WSGIHandler()
        factory = import_module("django.test").RequestFactory()
        request = factory.post(
            CALL, BODY, content_type="application/json", headers={"host": HOST, **signed(BODY)}
        )
        del request.META["CONTENT_LENGTH"]
        request.META |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        request.META["wsgi.input"] = import_module("io").BytesIO(BODY)
        assert handler.get_response(request).status_code == 200


def test_under_asgi_the_body_was_read_before(project: Any) -> None:
    async def answer() -> int:
        handler = import_module("django.core.handlers.asgi").ASGIHandler()
        headers = {"host": HOST, "content-type": "application/json", **signed(BODY)}
        scope = {
            "type": "http", "method": "POST", "path": PATH, "http_version": "1.1",
            "query_string": CALL.partition("?")[2].encode(), "server": (HOST, 80),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        messages = iter([{"type": "http.request", "body": BODY, "more_body": False}])

        async def receive() -> Any:
            message = next(messages, None)
            if message is None:
                await asyncio.Future()  # as long as the client stays
            return message

        async def send(message: Any) -> None:
            sent.append(message)

        sent: list[Any] = []
        await handler(scope, receive, send)
        return int(sent[0]["status"])

    with project():
        assert asyncio.run(answer()) == 200


def test_a_body_that_django_cannot_read_is_the_callers_error(project: Any) -> None:
    class Broken:
        def read(self, *_: object) -> bytes:
            raise ConnectionResetError

    with project():
        factory = import_module("django.test").RequestFactory()
        request = factory.post(
            CALL, BODY, content_type="application/json", headers={"host": HOST, **signed(BODY)}
        )
        del request.META["wsgi.input"]  # as under ASGI
        request._stream = Broken()
        handler = import_module("django.core.handlers.wsgi").WSGIHandler()
        assert handler.get_response(request).status_code == 400


def test_a_body_that_a_middleware_has_read_is_verified_all_the_same(project: Any) -> None:
    with project():
        factory = import_module("django.test").RequestFactory()
        request = factory.post(
            CALL, BODY, content_type="application/json", headers={"host": HOST, **signed(BODY)}
        )
        assert request.body == BODY
        handler = import_module("django.core.handlers.wsgi").WSGIHandler()
        assert handler.get_response(request).status_code == 200
        consumed = factory.post(CALL, BODY, content_type="application/json", headers={"host": HOST})
        consumed.read()
        assert handler.get_response(consumed).status_code == 401
