"""What telemetry and log records cost while they are off: with the hooks, and without them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from typing import Any, Final
from unittest.mock import patch

import fastapi

from platform_events import override_client, send_event
from platform_events.fast_api import serve
from platform_events.functions._call_report import Call, CallReport
from platform_events.testing._local import go_json

from .event_api import serve as serve_event_api
from .functions import OURS, call_body, typed
from .measuring import Comparison, timed
from .sending import workout

_PACKAGE: Final = "platform_events"


class _NoReport(nullcontext[None]):
    """In the place of a report, it has the call and does nothing with it."""

    def __init__(self, call: Call, _: object = None) -> None:
        super().__init__()
        self.call = call


@contextmanager
def without_hooks() -> Generator[None]:
    """Take out of sends and calls what telemetry and log records need.

    Yields:
        Nothing.
    """
    assert CallReport.__name__ == "CallReport"  # what is taken out below
    with (
        patch(f"{_PACKAGE}.sending.send.observed", lambda flow, *_: flow),
        patch(f"{_PACKAGE}.events._encoding.add_context", lambda _, data: data),
        patch(f"{_PACKAGE}.serving._gate.keep_headers", lambda _: None),
        patch(f"{_PACKAGE}.functions._calls.CallReport", _NoReport),
        patch(f"{_PACKAGE}.functions._run.StepReport", _NoReport),
        patch(f"{_PACKAGE}.functions._definition.keep_context", lambda function: function),
    ):
        yield


@contextmanager
def connect() -> Generator[None]:
    """Run a server for the sends, and configure the client for it.

    Yields:
        Nothing.
    """
    with (
        serve_event_api() as url,
        override_client(app_id="bench", is_production=False, event_api_base_url=url),
    ):
        yield


def sends(count: int) -> Comparison:
    """Compare sends with the hooks and without.

    Args:
        count: How many are sent in a round.

    Returns:
        The comparison.
    """

    def send() -> None:
        for number in range(count):
            send_event(workout(number))

    def bare() -> float:
        with without_hooks():
            return timed(send)()

    return Comparison(
        "`send_event` with telemetry off against one without its hooks",
        1.01,
        count,
        timed(send),
        bare,
    )


def calls(count: int) -> Comparison:
    """Compare calls of a function with the hooks and without, in process.

    Args:
        count: How many are made in a round.

    Returns:
        The comparison.
    """
    body = go_json.dumps(call_body(workout(1)))
    hooked = _app()
    with without_hooks():
        plain = _app()
        asyncio.run(_call(plain, body))  # functions are bound at the first request

    def bare() -> float:
        with without_hooks():
            return asyncio.run(_call_often(plain, body, count))

    return Comparison(
        "a call of a function with telemetry off against one without its hooks",
        1.01,
        count,
        lambda: asyncio.run(_call_often(hooked, body, count)),
        bare,
    )


def _app() -> fastapi.FastAPI:
    app = fastapi.FastAPI()
    serve(app, [typed])
    return app


async def _call_often(app: fastapi.FastAPI, body: bytes, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        await _call(app, body)
    return time.perf_counter() - began


async def _call(app: fastapi.FastAPI, body: bytes) -> None:
    scope: dict[str, Any] = {  # Any: as ASGI has them
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": OURS,
        "raw_path": OURS.encode(),
        "query_string": b"fnId=bench-typed&stepId=step",
        "headers": [(b"host", b"localhost"), (b"content-length", str(len(body)).encode())],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent
