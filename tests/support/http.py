"""A server on loopback that answers by script, also as no server should, and records requests."""

from __future__ import annotations

import itertools
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

DRIPS_FOR_S = 60
"""How long an answer takes that comes bit by bit."""

_END_OF_HEADERS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived. Header names are in lower case; the port is the client's."""

    path: str
    headers: dict[str, str]
    body: bytes
    port: int

    @property
    def events(self) -> list[dict[str, Any]]:  # Any: JSON
        parsed: list[dict[str, Any]] = json.loads(self.body)
        return parsed


class Connection:
    """One connection of a client, as an answer sees it."""

    def __init__(self, server: EventServer, client: socket.socket) -> None:
        self.server = server
        self.socket = client
        self.is_open = True

    def reply(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        lines = [f"HTTP/1.1 {status} Status", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall("\r\n".join(lines).encode("latin-1") + _END_OF_HEADERS + body)

    def pause(self, seconds: float | None = None) -> bool:
        """Wait; whether the server goes on."""
        return not self.server.stopping.wait(seconds)

    def hang_up(self, *, reset: bool = False) -> None:
        self.is_open = False
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Answer: TypeAlias = Callable[[Request, Connection], None]


def accept(request: Request, connection: Connection) -> None:
    """Answer as Inngest does to events that it takes."""
    ids = connection.server.new_ids(len(request.events))
    connection.reply(200, json.dumps({"ids": ids, "status": 200}).encode())


def reply(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with a body: bytes as they are, everything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _, connection: connection.reply(status, content, headers)


def echo(status: int) -> Answer:
    """Answer with an error text that quotes the whole request, key and payload included."""

    def answer(request: Request, connection: Connection) -> None:
        text = f"{request.path} {request.body.decode()}"
        headers = {"location": f"http://elsewhere.test{request.path}"}
        connection.reply(status, json.dumps({"error": text}).encode(), headers)

    return answer


def reset_midway(_: Request, connection: Connection) -> None:
    """Begin an answer, then reset the connection."""
    connection.socket.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"ids":')
    connection.hang_up(reset=True)


def hang_up(_: Request, connection: Connection) -> None:
    """Close the connection without a word."""
    connection.hang_up()


def silence(_: Request, connection: Connection) -> None:
    """Never answer."""
    connection.pause()


def drip_body(interval_s: float) -> Answer:
    """Send a body byte by byte, for longer than any test waits; then hang up."""

    def answer(__: Request, connection: Connection) -> None:
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        for _ in range(round(DRIPS_FOR_S / interval_s)):
            if not connection.pause(interval_s):
                break
            connection.socket.sendall(b" ")
        connection.hang_up()

    return answer


def drip_headers(interval_s: float) -> Answer:
    """Send headers line by line, for longer than any test waits; then hang up."""

    def answer(_: Request, connection: Connection) -> None:
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(round(DRIPS_FOR_S / interval_s)):
            if not connection.pause(interval_s):
                break
            connection.socket.sendall(f"x-{number}: y\r\n".encode())
        connection.hang_up()

    return answer


class EventServer:
    """Gives the answers of its script, one for each request, and repeats the last one.

    Leaves neither a thread nor an open socket behind.
    """

    def __init__(self, *script: Answer) -> None:
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._script = deque(script or [accept])
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[Connection] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for connection in self._connections:
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def events(self) -> list[dict[str, Any]]:  # Any: JSON
        """The events of all requests, in order."""
        return [event for request in self.requests for event in request.events]

    @property
    def ports(self) -> list[int]:
        """The client's port of every request: the same one means the same connection."""
        return [request.port for request in self.requests]

    def wait_for(self, count: int = 1, timeout_s: float = 30) -> None:
        """Wait until so many requests have arrived."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, timeout_s)

    def answer_with(self, *script: Answer) -> None:
        """Change the script."""
        self._script = deque(script)

    def new_ids(self, count: int) -> list[str]:
        with self._changed:
            return [f"01ID{next(self._numbers):06}" for _ in range(count)]

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with suppress(OSError):  # of the shutdown
            while True:
                client, (_, port) = self._listener.accept()
                connection = Connection(self, client)
                self._connections.append(connection)
                self._start(self._serve, connection, port)

    def _serve(self, connection: Connection, port: int) -> None:
        # Clients that give up reset the connection.
        with suppress(OSError), connection.socket:
            while connection.is_open:
                request = _read(connection.socket, port)
                if request is None:
                    break
                with self._changed:
                    self.requests.append(request)
                    self._changed.notify_all()
                    is_last = len(self._script) == 1
                    answer = self._script[0] if is_last else self._script.popleft()
                answer(request, connection)


@contextmanager
def refusing_url() -> Generator[str]:
    """Give the URL of a port at which nobody listens, and which nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def _read(client: socket.socket, port: int) -> Request | None:
    received = bytearray()
    while _END_OF_HEADERS not in received:
        chunk = client.recv(65536)
        if not chunk:
            return None
        received += chunk
    head, _, body = bytes(received).partition(_END_OF_HEADERS)
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    headers = {name.lower(): value for name, value in pairs}
    rest = bytearray(body)
    while len(rest) < int(headers.get("content-length", "0")):
        chunk = client.recv(1 << 20)
        if not chunk:
            return None
        rest += chunk
    return Request(first.split(" ")[1], headers, bytes(rest), port)
