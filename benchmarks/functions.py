"""Calls of functions over HTTP: typed and not, behind this package's endpoint and the SDK's."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, Final

import fastapi
import inngest
import uvicorn

from platform_events import WorkoutLogged, create_function, override_client
from platform_events.events.event import Event
from platform_events.fast_api import serve
from platform_events.testing._local import go_json
from platform_events.testing._local.signing_key import SigningKey, strip_prefix

from . import plain_models
from .measuring import Comparison, Measure, timed
from .sending import workout

KEY: Final = "signkey-bench-5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
OURS: Final = "/api/inngest"
SDKS: Final = "/sdk/inngest"
# SHA-1 of the step's id, as the SDK makes it.
STEP: Final = "a9c8f8fcbcd9ddf8b0ce3b7f5f3ba4a23f0cb7f2"


@create_function(fn_id="typed", trigger=WorkoutLogged)
async def typed(_: inngest.Context, event: WorkoutLogged) -> float:
    """Return something of the event."""
    return event.duration_s


def _untyped(client: inngest.Inngest) -> inngest.Function[Any]:  # Any: as the SDK serves them
    @client.create_function(
        fn_id="untyped", trigger=inngest.TriggerEvent(event=WorkoutLogged.event_name)
    )
    async def untyped(ctx: inngest.Context) -> object:
        return ctx.event.data["duration_s"]

    return untyped


def _plain(client: inngest.Inngest) -> inngest.Function[Any]:  # Any: as above
    names: dict[str, Any] = {}
    # Without the future import of this module, which would leave annotations to be found by name.
    exec(compile(plain_models.source(), "plain_models", "exec", dont_inherit=True), names)
    model = names[WorkoutLogged.__name__]

    @client.create_function(
        fn_id="plain", trigger=inngest.TriggerEvent(event=WorkoutLogged.event_name)
    )
    async def plain(ctx: inngest.Context) -> object:
        return model.model_validate(ctx.event.data).duration_s

    return plain


def host() -> None:
    """Serve all functions behind both endpoints, and print the port."""
    app = fastapi.FastAPI()
    with override_client(
        app_id="bench", is_production=True, event_key="bench", signing_key=KEY
    ) as client:
        serve(app, (typed, _plain(client), _untyped(client)), allowed_hosts=["127.0.0.1"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import inngest.fast_api
        bound = [typed.bind(client), _untyped(client)]
        inngest.fast_api.serve(app, client, bound, serve_path=SDKS)
        listening = socket.create_server(("127.0.0.1", 0))
        # Else asyncio leaves Nagle on, and each answer of two parts is 40 ms late.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(app, lifespan="off", ws="none", log_level="error")
        uvicorn.Server(config).run([listening])


class App:
    """The app, in a process of its own, and one connection to it."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)

    def calls(self, path: str, fn_id: str, count: int) -> Measure:
        """Measure calls of a function, as Inngest makes them.

        Args:
            path: Of the endpoint.
            fn_id: Of the function.
            count: How many calls.

        Returns:
            What measures them.
        """
        body = go_json.dumps(call_body(workout(1)))
        url = f"{path}?fnId=bench-{fn_id}&stepId=step"

        def call() -> None:
            signature = SigningKey(strip_prefix(KEY)).sign(body, int(time.time()))
            headers = {"x-inngest-signature": signature, "content-type": "application/json"}
            for _ in range(count):
                self._connection.request("POST", url, body, headers)
                response = self._connection.getresponse()
                answer = response.read()
                assert (response.status, answer) == (200, b"1800.5"), answer

        return timed(call)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def connect() -> Generator[App]:
    """Run the app.

    Yields:
        The app.
    """
    command = [sys.executable, "-m", "benchmarks.functions"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        app = App(port)
        try:
            yield app
        finally:
            app.close()
            process.kill()


def handler(app: App, count: int) -> Comparison:
    """Compare a typed handler with one that validates by itself, behind the same endpoint.

    Args:
        app: The app.
        count: How many calls a round makes.

    Returns:
        The comparison.
    """
    name = "a call of a typed handler against the SDK's with a plain model, same endpoint"
    ours, theirs = (app.calls(OURS, fn_id, count) for fn_id in ("typed", "plain"))
    return Comparison(name, 1.05, count, ours, theirs)


def endpoint(app: App, count: int) -> Comparison:
    """Compare the endpoint with the SDK's, for the same untyped function.

    Args:
        app: The app.
        count: How many calls a round makes.

    Returns:
        The comparison.
    """
    name = "a signed call through `serve` against one through the SDK's `serve`"
    ours, theirs = (app.calls(path, "untyped", count) for path in (OURS, SDKS))
    return Comparison(name, 1.05, count, ours, theirs)


def call_body(typed_event: Event) -> dict[str, object]:
    """Make the body of a call.

    Args:
        typed_event: What starts the run.

    Returns:
        The body.
    """
    event = {
        "name": typed_event.event_name,
        "data": json.loads(typed_event.to_json()),
        "id": "01M84RPX",
        "ts": 1795456464256,
        "user": {},
    }
    return {
        "ctx": {
            "attempt": 0,
            "disable_immediate_execution": False,
            "env": "",
            "max_attempts": 5,
            "run_id": "01M84RPX",
            "stack": {"current": 1, "stack": [STEP]},
            "use_api": False,
        },
        "event": event,
        "events": [event],
        "steps": {STEP: {"data": {"a": 1}}},
        "use_api": False,
        "version": 2,
    }


if __name__ == "__main__":
    host()
