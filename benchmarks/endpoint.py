"""Signed calls of the serve endpoint, in this process and without a network."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import fastapi
import inngest

from platform_events import (
    HeartRate,
    WearableDataReceived,
    WorkoutLogged,
    override_client,
)
from platform_events.events.event import Event
from platform_events.fast_api import serve
from platform_events.testing._local import go_json

from .functions import KEY, OURS, SDKS, call_body
from .measuring import Comparison, Measure, timed
from .sending import STARTED_AT, workout

_SECRET: Final = KEY.rpartition("-")[2].encode()


class Endpoints:
    """An app that serves one function behind both endpoints.

    Args:
        app: The app.
    """

    def __init__(self, app: fastapi.FastAPI) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """End the event loop that the calls run on."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def calls(self, path: str, body: bytes, count: int, *, status: int = 200) -> Measure:
        """Measure calls, as Inngest makes them; signed anew for each measurement.

        Args:
            path: Of the endpoint.
            body: Of the calls.
            count: How many.
            status: What must be answered; with 401 the signature is a forged one.

        Returns:
            What measures them.
        """

        def call() -> None:
            signature = sign(body) if status == 200 else forge()
            self._loop.run_until_complete(self._call(path, body, signature, count, status))

        return timed(call)

    async def _call(self, path: str, body: bytes, signature: str, count: int, status: int) -> None:
        headers = {"host": "127.0.0.1", "x-inngest-signature": signature}
        for _ in range(count):
            assert await self._ask(path, body, headers) == status

    async def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        received: list[Any] = []
        scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http",
            "path": path, "raw_path": path.encode(), "root_path": "", "server": ("127.0.0.1", 80),
            "query_string": b"fnId=bench-untyped&stepId=step", "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            received.append(message)

        await self._app(scope, receive, send)
        return int(received[0]["status"])


@contextmanager
def connect() -> Generator[Endpoints]:
    """Make the app.

    Yields:
        Its endpoints.
    """
    app = fastapi.FastAPI()
    with override_client(
        app_id="bench", is_production=True, event_key="bench", signing_key=KEY
    ) as client:
        function = _untyped(client)
        serve(app, [function], allowed_hosts=["127.0.0.1"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import inngest.fast_api
        inngest.fast_api.serve(app, client, [function], serve_path=SDKS)
        endpoints = Endpoints(app)
        try:
            yield endpoints
        finally:
            endpoints.close()


def comparisons(endpoints: Endpoints, *, is_quick: bool) -> Iterator[tuple[Comparison, int]]:
    """Compare the endpoints with small and large calls, and forged calls with hashing.

    Args:
        endpoints: Both.
        is_quick: Whether to measure less.

    Yields:
        Each comparison, with the number of its rounds.
    """
    for name, event, limit, count in (
        ("small", workout(1), 1.05, 100),
        ("of 1,000 measurements", wearable_data(), 0.6, 5),
    ):
        body = go_json.dumps(call_body(event))
        ours, theirs = (endpoints.calls(path, body, count) for path in (OURS, SDKS))
        title = f"a signed call, {name}, through `serve` against the SDK's `serve`, in process"
        yield Comparison(title, limit, count, ours, theirs), 10 if is_quick else 40
    body = b"[" + b"1," * 3_000_000 + b"1]"
    title = "a forged call of 6 MB against hashing it with each accepted key"
    forged = endpoints.calls(OURS, body, 1, status=401)
    yield Comparison(title, 2.0, 1, forged, timed(lambda: _hash_twice(body))), 5 if is_quick else 20


def sign(body: bytes) -> str:
    """Sign a body as Inngest does."""
    seconds = str(int(time.time()))
    mac = hmac.new(_SECRET, body + seconds.encode(), hashlib.sha256)
    return f"t={seconds}&s={mac.hexdigest()}"


def _hash_twice(body: bytes) -> None:
    """Hash a body by the two forms of a key that are accepted."""
    for key in (KEY.encode(), _SECRET):
        hmac.new(key, body, hashlib.sha256).hexdigest()


def forge() -> str:
    """Make a signature that could be one."""
    return f"t={int(time.time())}&s={'0' * 64}"


def wearable_data() -> Event:
    """Make a large event, of about 85 kB."""
    measurements = tuple(
        HeartRate(
            measured_at=STARTED_AT + timedelta(seconds=number), heart_rate_bpm=60.5 + number % 90
        )
        for number in range(1_000)
    )
    return WearableDataReceived(
        member_id="mem_1",
        gym_id="gym_1",
        provider="oura",
        received_at=STARTED_AT,
        measurements=measurements,
    )


def _untyped(client: inngest.Inngest) -> inngest.Function[Any]:  # Any: as the SDK serves them
    @client.create_function(
        fn_id="untyped", trigger=inngest.TriggerEvent(event=WorkoutLogged.event_name)
    )
    async def untyped(ctx: inngest.Context) -> object:
        return len(ctx.event.data)

    return untyped
