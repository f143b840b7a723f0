"""Functions of this process on a server of its own: the client that sends there, and an app."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import uvicorn

from ..sending.client import Client, default_test_client, get_client, override_settings

if TYPE_CHECKING:
    from ..serving.gate import Servable
    from .local import LocalInngest

_HOST: Final = "127.0.0.1"


@contextmanager
def use_server(server: LocalInngest) -> Generator[Client]:
    """Let the one client of this process send to a server for a while, whatever it is set to.

    Its other settings, such as its middleware, stay; where nothing is configured there is a client
    for the test. Made for tests.

    Args:
        server: A server that runs.

    Yields:
        The one client meanwhile.

    Raises:
        ConfigurationError: What is configured is wrong.
        RuntimeError: The server was not started.

    Example:
        >>> from platform_events.testing import LocalInngest, use_server
        >>> with LocalInngest() as server, use_server(server):
        ...     event_id = send_event(
        ...         MemberFollowed(follower_id="mem_1", followee_id="mem_2", followed_at=now)
        ...     )
        ...     [event.name for event in server.events]
        ['platform/social.member-followed']
    """
    with default_test_client():
        settings = replace(
            get_client().settings,
            is_production=server.signing_key is not None,
            signing_key=server.signing_key,
            event_key=server.event_key,
            event_api_base_url=server.url,
            api_base_url=server.url,
        )
        with override_settings(settings) as client:
            yield client


@contextmanager
def serving(functions: Sequence[Servable]) -> Generator[str]:
    """Serve functions with the one client, in a thread, on a free port of loopback.

    Args:
        functions: What ``create_function`` declared.

    Yields:
        The app's origin; the functions are at ``/api/inngest``.

    Raises:
        ConfigurationError: The functions cannot be served.
    """
    # Loaded here, so that a test of what is sent needs no web framework.
    import fastapi

    from ..serving.fast_api import serve

    app = fastapi.FastAPI(openapi_url=None)
    serve(app, functions)
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=1)
    )
    with socket.create_server((_HOST, 0)) as listening:
        # Else asyncio leaves Nagle on, and each answer of two parts is 40 ms late.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(
            target=server.run, args=([listening],), name="functions", daemon=True
        )
        thread.start()
        try:
            yield f"http://{_HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
