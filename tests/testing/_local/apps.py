"""Real apps on loopback, written with the plain SDK."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Generator, Sequence
from typing import Any

import fastapi
import inngest

from platform_events.testing import LocalInngest
from tests.support.hosting import LOOPBACK, host_asgi

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.fast_api

SIGNING_KEY = "12345678"
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
    with host_asgi(app, port=port) as bound:
        yield f"http://{LOOPBACK}:{bound}"
