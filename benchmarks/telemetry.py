"""What telemetry and log records cost while they are off: with the hooks, and without them.

It is processor time that is measured: the difference is too small for the time that passes on a
machine that does something else as well.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, nullcontext
from pkgutil import resolve_name
from typing import Any, Final
from unittest.mock import patch

import fastapi

from platform_events import override_client, send_event
from platform_events.fast_api import serve
from platform_events.functions._call_report import Call
from platform_events.testing._local import go_json

from .event_api import serve as serve_event_api
from .functions import OURS, call_body, typed
from .measuring import Comparison
from .sending import workout

_PACKAGE: Final = "platform_events"


class _NoReport(nullcontext[None]):
    """In the place of a report, it has the call and does nothing with it."""

    def __init__(self, call: Call, _: object = None) -> None:
        super().__init__()
        self.call = call


_HOOKS: Final[dict[str, Any]] = {  # Any: what stands in their place
    "sending.send.observed": lambda flow, *_: flow,
    "events._encoding.add_context": lambda _, data: data,
    "serving._gate.keep_headers": lambda _: None,
    "functions._calls.CallReport": _NoReport,
    "functions._run.report_step": _NoReport,
    "functions._definition.keep_context": lambda function: function,
}


@contextmanager
def hooks(*, are_there: bool) -> Generator[None]:
    """Put in their place what telemetry and log records need, or take it out of sends and calls.

    Args:
        are_there: Whether they are there.

    Yields:
        Nothing.
    """
    with ExitStack() as stack:
        for path, nothing in _HOOKS.items():
            hook = resolve_name(f"{_PACKAGE}.{path}")
            stack.enter_context(patch(f"{_PACKAGE}.{path}", hook if are_there else nothing))
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

    def send(*, are_there: bool) -> float:
        with hooks(are_there=are_there):
            began = time.process_time()
            for number in range(count):
                send_event(workout(number))
            return time.process_time() - began

    return Comparison(
        "`send_event` with telemetry off against one without its hooks",
        1.01,
        count,
        lambda: send(are_there=True),
        lambda: send(are_there=False),
    )


def calls(count: int) -> Comparison:
    """Compare calls of a function with the hooks and without, in process.

    Args:
        count: How many are made in a round.

    Returns:
        The comparison.
    """
    body = go_json.dumps(call_body(workout(1)))
    apps: dict[bool, fastapi.FastAPI] = {}
    for are_there in (True, False):
        with hooks(are_there=are_there):
            apps[are_there] = _app()
            asyncio.run(_call(apps[are_there], body))  # the first one binds the functions

    def call(*, are_there: bool) -> float:
        with hooks(are_there=are_there):
            return asyncio.run(_call_often(apps[are_there], body, count))

    return Comparison(
        "a call of a function with telemetry off against one without its hooks",
        1.01,
        count,
        lambda: call(are_there=True),
        lambda: call(are_there=False),
    )


def _app() -> fastapi.FastAPI:
    app = fastapi.FastAPI()
    serve(app, [typed])
    return app


async def _call_often(app: fastapi.FastAPI, body: bytes, count: int) -> float:
    began = time.process_time()
    for _ in range(count):
        await _call(app, body)
    return time.process_time() - began


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
