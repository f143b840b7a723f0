"""A server's life in its own thread: uvicorn in front, a client for the apps, the clock."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .._app_host import HOST, listen
from .routes import build
from .service import Service, Settings


@dataclass(frozen=True, slots=True)
class Inside:
    """What a started server shows to other threads."""

    url: str
    # To be changed on its loop only, like ``stop``.
    service: Service
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event
    listener: Listener


async def serve(settings: Settings, listening: socket.socket, ready: Future[Inside]) -> None:
    service = Service(settings)
    port = listening.getsockname()[1]
    listener = Listener(uvicorn.Server(_config(settings, service)), port)
    service.break_connection = listener.break_connection
    stop = asyncio.Event()
    await listener.start(listening)
    timing = asyncio.create_task(service.keep_time())
    loop = asyncio.get_running_loop()
    ready.set_result(Inside(f"http://{HOST}:{port}", service, loop, stop, listener))
    await stop.wait()
    await service.close()
    await listener.close()
    timing.cancel()


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a server takes connections, which can be closed for a while."""

    server: uvicorn.Server
    port: int

    async def start(self, listening: socket.socket) -> None:
        """Take connections; uvicorn's own loop would look ten times a second whether to end."""
        config = self.server.config
        config.load()
        self.server.lifespan = config.lifespan_class(config)
        await self.server.startup([listening])
        # That loop makes the headers of every answer, too.
        await self.server.on_tick(0)

    async def close(self) -> None:
        """Refuse new connections, and break those that are open."""
        for one in self.server.servers:
            one.close()
        for connection in list(self.server.server_state.connections):
            connection.transport.abort()

    def break_connection(self, client: tuple[str, int] | None) -> None:
        """Break the connection of a client, by its address."""
        for connection in list(self.server.server_state.connections):
            if isinstance(connection, H11Protocol) and connection.client == client:
                connection.transport.abort()

    async def open(self) -> None:
        """Take connections again, on the same port."""
        protocol = partial(_Quiet, self.server.config, self.server.server_state, {})
        loop = asyncio.get_running_loop()
        self.server.servers = [await loop.create_server(protocol, sock=listen(self.port))]


class _Quiet(H11Protocol):
    """HTTP without an access log, which would show event keys."""

    # ``access_log=False`` would also silence the log of an app in the same process.

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False


def _config(settings: Settings, service: Service) -> uvicorn.Config:
    return uvicorn.Config(
        build(service),
        lifespan="off",
        http=_Quiet,
        ws="none",
        log_config=None,
        server_header=False,
        headers=[("x-inngest-server-kind", settings.kind)],
        timeout_graceful_shutdown=1,
    )
