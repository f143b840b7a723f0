"""Apps in threads of this process, by real HTTP servers on free ports."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import uvicorn
from typing_extensions import override

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

LOOPBACK = "127.0.0.1"


@contextmanager
def host_asgi(app: Any, host: str = LOOPBACK, port: int = 0) -> Generator[int]:
    """Host an ASGI application (Any: as uvicorn has it), and give its port."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    listening = socket.create_server((host, port))
    # Else asyncio leaves Nagle on, and each answer of two parts is 40 ms late.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def host_wsgi(app: WSGIApplication, host: str = LOOPBACK, port: int = 0) -> Generator[int]:
    """Host a WSGI application, a thread for each request, and give its port."""
    with make_server(host, port, app, _Server, _SilentHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingMixIn, WSGIServer):
    request_queue_size = 128  # a server calls for many runs at once


class _SilentHandler(WSGIRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        pass
