"""Hosts an app of this process: its client sends to a test server, its functions are served."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import uvicorn

from ..events._hidden import Hidden
from ..functions.event_function import Servable
from ..sending.client import (
    Client,
    current_settings,
    default_test_client,
    get_client,
    override_settings,
)
from ._real_time import run_in_real_time

if TYPE_CHECKING:
    import fastapi

HOST: Final = "127.0.0.1"
"""Where test servers and apps listen: on loopback only."""


class InngestAddress(Protocol):
    """Where an Inngest server is, and the keys that it takes."""

    @property
    def url(self) -> str:
        """The origin of its Event API and of its API."""
        ...

    @property
    def event_key(self) -> str:
        """An event key that it accepts."""
        ...

    @property
    def signing_key(self) -> str | None:
        """Its signing key; None for a dev server."""
        ...


@contextmanager
def use_server(server: InngestAddress, *, send_timeout_s: float | None = None) -> Generator[Client]:
    """Send everything of this process to a test server, wherever it is configured to send.

    The other settings of the client, such as its middleware, stay. Where nothing is configured
    there is a client for the test.

    Args:
        server: A running server, such as a :class:`LocalInngest`.
        send_timeout_s: For how many seconds a send is tried; None: as configured. A short time
            keeps a test of an outage from waiting.

    Yields:
        The client of the process, as it is meanwhile.

    Raises:
        ConfigurationError: The settings of the process are invalid.
        RuntimeError: The server has not been started.

    Example:
        >>> from platform_events.testing import LocalInngest, use_server
        >>> with LocalInngest() as server, use_server(server):
        ...     event_id = send_event(
        ...         MemberFollowed(follower_id="mem_1", followee_id="mem_2", followed_at=now)
        ...     )
        ...     server.events.one(MemberFollowed).follower_id
        'mem_1'
    """
    with change_settings(
        is_production=server.signing_key is not None,
        signing_key=server.signing_key,
        event_key=server.event_key,
        event_api_base_url=server.url,
        api_base_url=server.url,
        **({} if send_timeout_s is None else {"send_timeout_s": send_timeout_s}),
    ) as client:
        yield client


@contextmanager
def change_settings(**changes: Any) -> Generator[Client]:  # Any: as replace() takes them
    """Change settings of the client, or provide one; it stays the same if nothing differs."""
    given = Hidden(changes)
    del changes  # tools that collect frames would show a local variable
    with default_test_client():
        known = current_settings()
        settings = replace(known, **given.value)
        if settings == known:  # a new client takes a while, as it loads certificates
            yield get_client()
        else:
            with override_settings(settings) as client:
                yield client


def listen(port: int) -> socket.socket:
    """Listen on loopback; 0 takes any free port."""
    listening = socket.create_server((HOST, port))
    # Else asyncio leaves Nagle on, and each answer of two parts is 40 ms late.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def function_app(
    functions: Sequence[Servable], allowed_hosts: Sequence[str] | None = None
) -> fastapi.FastAPI:
    """Make an app that serves functions."""
    # Loaded here, so that a test of what is sent needs no web framework.
    import fastapi

    from ..serving.fast_api import serve

    app = fastapi.FastAPI(openapi_url=None)
    serve(app, functions, allowed_hosts=allowed_hosts)
    return app


@contextmanager
def host_functions(functions: Sequence[Servable]) -> Generator[str]:
    """Serve functions in a thread, on a free port of loopback, and give the app's origin."""
    app = function_app(functions, [HOST])
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=1)
    )
    with listen(0) as listening:
        thread = threading.Thread(
            target=run_in_real_time,
            args=(lambda: server.serve([listening]),),
            name="functions",
            daemon=True,
        )
        thread.start()
        try:
            yield f"http://{HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
