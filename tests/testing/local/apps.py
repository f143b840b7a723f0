"""Real apps on loopback, written with the plain SDK."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import warnings
from collections.abc import Generator, Sequence
from typing import Any

import fastapi
import inngest
import uvicorn

from platform_events.testing.local import LocalInngest

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.fast_api

SIGNING_KEY = "signkey-test-12345678"
EVENT_KEY = "test-key"

# The SDK's generic functions; their results do not matter here.
Functions = Sequence[inngest.Function[Any]]


_clients: list[inngest.Inngest] = []


def remember(client: inngest.Inngest) -> inngest.Inngest:
    """Keep a client, to close what it never closes itself."""
    _clients.append(client)
    return client


def close_clients() -> None:
    while _clients:
        _clients.pop()._http_client._http_client_sync.close()


def client_of(
    server: LocalInngest, app_id: str = "demo", *, signing_key: str | None = None
) -> inngest.Inngest:
    client = inngest.Inngest(
        app_id=app_id,
        is_production=signing_key is not None,
        api_base_url=server.url,
        event_api_base_url=server.url,
        event_key=server.event_key,
        signing_key=signing_key,
        logger=logging.getLogger("quiet"),
    )
    return remember(client)


@contextlib.contextmanager
def serving(client: inngest.Inngest, functions: Functions, port: int = 0) -> Generator[str]:
    app = fastapi.FastAPI()
    inngest.fast_api.serve(app, client, list(functions))
    with serving_asgi(app, port) as url:
        yield url


@contextlib.contextmanager
def serving_asgi(app: Any, port: int = 0) -> Generator[str]:  # any ASGI application
    config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None)
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", port))
    # Else asyncio leaves Nagle on, and each answer of two parts is 40 ms late.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()
