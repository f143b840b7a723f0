"""Reads a body from a WSGI server, within limits of size and time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from ._answers import RequestRejected
from ._body import BodyBuffer

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_CHUNK: Final = 64 * 1024
# A WSGI application cannot tell a server to give up on a connection; these two expose the socket.
_SOCKETS: Final = ("gunicorn.socket", "werkzeug.socket")


def read_body(environ: WSGIEnvironment, *, limit: int, timeout_s: float) -> BodyBuffer:
    length = environ.get("CONTENT_LENGTH")
    expected = int(length) if length else None
    if expected is None and not environ.get("wsgi.input_terminated"):
        if environ.get("HTTP_TRANSFER_ENCODING"):
            raise RequestRejected(411, "length_required", "the body must have a content length")
        return BodyBuffer()
    body = BodyBuffer()
    stream = environ["wsgi.input"]
    most = min(limit + 1, limit + 1 if expected is None else expected)
    with _deadline(environ, timeout_s) as missed, suppress(OSError):
        while len(body) < most and body.feed(stream.read(min(_CHUNK, most - len(body)))):
            pass
    if missed.is_set():
        raise RequestRejected(408, "body_too_slow", f"the body took more than {timeout_s:g} s")
    if len(body) > limit:
        raise RequestRejected(413, "body_too_large", f"a body has {limit} bytes at most")
    if expected is not None and len(body) < expected:
        raise RequestRejected(400, "body_invalid", "the body ended too early")
    return body


def stop_reading(environ: WSGIEnvironment) -> None:
    """Keep a server that exposes its socket from waiting for the rest of a rejected body."""
    with suppress(OSError):
        for connection in _sockets(environ):
            connection.shutdown(socket.SHUT_RD)


def change_headers(environ: WSGIEnvironment, changes: Mapping[str, str | None]) -> None:
    """Replace headers, or remove those whose value is None."""
    for name, value in changes.items():
        key = f"HTTP_{name.upper().replace('-', '_')}"
        environ.pop(key, None)
        if value is not None:
            environ[key] = value


@contextmanager
def _deadline(environ: WSGIEnvironment, timeout_s: float) -> Generator[threading.Event]:
    """Interrupt a read that takes too long: it then sees the end of the connection."""
    missed = threading.Event()

    def end() -> None:
        missed.set()
        stop_reading(environ)

    timer = threading.Timer(timeout_s, end)
    timer.daemon = True
    if _sockets(environ):
        timer.start()
    try:
        yield missed
    finally:
        timer.cancel()


def _sockets(environ: WSGIEnvironment) -> list[socket.socket]:
    found = (environ.get(name) for name in _SOCKETS)
    return [one for one in found if isinstance(one, socket.socket)]
