"""HTTP connections that survive threads, forks and event loops.

The SDK's one async HTTP client belongs to the event loop that used it first, and fails on a second
one after the server has accepted the event. Here each event loop has a client of its own, which is
closed when the loop ends.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import ssl
import sys
import threading
import time
import weakref
import zlib
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, TypedDict
from urllib.parse import quote

import httpx2

from . import _clock
from ._hosts import is_loopback

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
"""An Event API answers 5,000 events with 150 kB; anything much longer is not its answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """A request to send. The repr shows neither the key in the URL nor the body."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout_s: float
    method: str = "POST"


class Transport:
    """Sends requests, and waits between them. Each client has one."""

    def __init__(self) -> None:
        self._here = _Connections()
        _transports.add(self)

    def post(self, request: HttpRequest) -> Answer:
        return exchange(self._sync_client(request), request)

    async def apost(self, request: HttpRequest) -> Answer:
        client = await self._loop_client(request)
        try:
            async with (
                _clock.time_limit(request.timeout_s),
                client.stream(
                    request.method,
                    _parse_url(request.url),
                    headers={**request.headers, **_PLAIN},
                    content=request.body,
                    timeout=request.timeout_s,
                ) as response,
            ):
                answer = _Body(response)
                async for chunk in response.aiter_raw():
                    answer.add(chunk)
                return answer.whole()
        except TimeoutError as error:
            raise httpx2.ReadTimeout("the answer took too long") from error

    def clock(self) -> float:
        """Return the time that deadlines are measured by."""
        return _clock.now()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        await _clock.sleep(seconds)

    def close(self) -> None:
        """Close the synchronous connections; those of an event loop are closed when it ends."""
        here = self._connections()
        with here.lock:
            client, here.client = here.client, None
        if client is not None:
            client.close()

    def reset_after_fork(self) -> None:
        """Forget all connections without closing them, as is necessary after a fork."""
        _left_to_parent.append(self._here)
        self._here = _Connections()

    def _connections(self) -> _Connections:
        # Some servers fork without telling Python.
        if self._here.process_id != os.getpid():
            self.reset_after_fork()
        return self._here

    def _sync_client(self, request: HttpRequest) -> httpx2.Client:
        here = self._connections()
        with here.lock:
            if here.client is None:
                here.client = open_client(request)
                # A client that was replaced is closed once the last thread has left it. At exit
                # functions that were registered earlier may still want to send.
                finalizer = weakref.finalize(self, _close_own, here.client, here.process_id)
                finalizer.atexit = False
            return here.client

    async def _loop_client(self, request: HttpRequest) -> httpx2.AsyncClient:
        loop, here = asyncio.get_running_loop(), self._connections()
        if loop not in here.loops:
            await _load_in_thread()
        kept = here.loops.get(loop)
        if kept is None or kept.client.is_closed:
            client = httpx2.AsyncClient(**_client_options(request))
            kept = _LoopClient(client, _close_with_loop(client))
            with here.lock:  # loops of other threads may come and go
                for ended in [other for other in here.loops if other.is_closed()]:
                    del here.loops[ended]
                here.loops[loop] = kept
            await anext(kept.closer)
        return kept.client


class _Connections:
    def __init__(self) -> None:
        self.process_id = os.getpid()
        self.lock = threading.Lock()
        self.client: httpx2.Client | None = None
        self.loops: dict[asyncio.AbstractEventLoop, _LoopClient] = {}


def exchange(client: httpx2.Client, request: HttpRequest) -> Answer:
    """Send one request and read the whole answer, up to :data:`MAX_ANSWER_BYTES`."""
    end = _clock.now() + request.timeout_s
    with client.stream(
        request.method,
        _parse_url(request.url),
        headers={**request.headers, **_PLAIN},
        content=request.body,
        timeout=request.timeout_s,
    ) as response:
        answer = _Body(response)
        for chunk in response.iter_raw():
            answer.add(chunk)
            # The client's own limit applies to each read, so a slowly dripping server evades it.
            if _clock.now() > end:
                raise httpx2.ReadTimeout("the answer took too long", request=response.request)
        return answer.whole()


@lru_cache(maxsize=16)
def _parse_url(url: str) -> httpx2.URL:
    # Parsing it takes a tenth of a send, and it is nearly always the same.
    return httpx2.URL(url)


# A few bytes can decompress to gigabytes, so compressed answers are not requested.
_PLAIN: Final = {"accept-encoding": "identity"}


class _Body:
    """The body of an answer, limited in length, compressed or not."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self._received = bytearray()

    def add(self, chunk: bytes) -> None:
        self._received += chunk
        self._check(len(self._received))

    def whole(self) -> Answer:
        encodings = self._response.headers.get("content-encoding", "").lower()
        body = bytes(self._received)
        for encoding in reversed([name.strip() for name in encodings.split(",")]):
            body = self._decode(body, encoding)
        return Answer(self._response.status_code, self._response.headers, body)

    def _decode(self, body: bytes, encoding: str) -> bytes:
        if encoding in {"", "identity"}:
            return body
        if encoding not in {"gzip", "x-gzip", "deflate"}:
            raise httpx2.DecodingError("the answer is in an encoding that was not asked for")
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either header
        try:
            decoded = decoder.decompress(body, MAX_ANSWER_BYTES + 1)
        except zlib.error:
            raise httpx2.DecodingError("the answer cannot be decompressed") from None
        self._check(len(decoded))
        return decoded

    def _check(self, length: int) -> None:
        if length > MAX_ANSWER_BYTES:
            raise httpx2.ReadError("the answer is too long")


async def _close_with_loop(client: httpx2.AsyncClient) -> AsyncGenerator[None]:
    # asyncio.run() ends all async generators that were begun, and so this one; and a loop ends
    # those that nobody holds any more, as when the transport is gone. So it must not hold that.
    try:
        yield
    finally:
        await client.aclose()


@dataclass(frozen=True, slots=True)
class _LoopClient:
    client: httpx2.AsyncClient
    closer: AsyncGenerator[None]


@contextmanager
def override_transport(transport: Transport) -> Generator[None]:
    """Make all clients of this process, even later ones, use another transport for a block."""
    _overrides.append(transport)
    try:
        yield
    finally:
        _overrides.remove(transport)


def active_transport() -> Transport | None:
    """Return the transport that overrides those of all clients."""
    return _overrides[-1] if _overrides else None


_overrides: Final[list[Transport]] = []


def hide_in_logs(key: str) -> None:
    """Keep an event key out of the log lines of httpx2 and httpcore2."""
    _KEY_FILTER.keys |= {key, quote(key), quote(key, safe="")}


class _KeyFilter(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._masked(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._masked, record.args))
        return True

    def _masked(self, part: object) -> object:
        text = str(part) if isinstance(part, str | httpx2.URL) else ""
        # The longest first, as one key may be a prefix of another.
        found = sorted((key for key in tuple(self.keys) if key in text), key=len, reverse=True)
        for key in found:
            text = text.replace(key, "***")
        return text if found else part


_KEY_FILTER: Final = _KeyFilter()
for _name in ("httpx", "httpcore.http11", "httpx2", "httpcore2.http11", "httpcore2.proxy"):
    logging.getLogger(_name).addFilter(_KEY_FILTER)

_transports: Final[weakref.WeakSet[Transport]] = weakref.WeakSet()


def _close_own(client: httpx2.Client, process_id: int) -> None:
    if process_id == os.getpid():
        client.close()
    else:
        _left_to_parent.append(client)


@atexit.register
def _close_all() -> None:
    for transport in list(_transports):
        transport.close()


def _leave_to_parent() -> None:
    for transport in list(_transports):
        transport.reset_after_fork()


# Kept referenced, so that the garbage collector does not shut the connections down.
_left_to_parent: Final[list[object]] = []
if sys.platform != "win32":  # where nothing forks  # pragma: no branch
    os.register_at_fork(after_in_child=_leave_to_parent)


def open_client(request: HttpRequest) -> httpx2.Client:
    """Make an HTTP client for a request's server; no proxy is used for one on this machine."""
    return httpx2.Client(**_client_options(request))


class _ClientOptions(TypedDict):
    verify: ssl.SSLContext
    trust_env: bool


def _client_options(request: HttpRequest) -> _ClientOptions:
    # A proxy could only reach its own loopback address.
    return {"verify": _tls_context(), "trust_env": not is_loopback(request.url)}


async def _load_in_thread() -> None:
    """Load what would block the event loop of the first send for a quarter of a second."""
    if not _tls_context.cache_info().currsize:
        with suppress(RuntimeError):  # at exit no thread starts
            await asyncio.to_thread(_tls_context)


@cache
def _tls_context() -> ssl.SSLContext:
    # Loading the authorities takes longer than a send, so all clients share one context.
    return httpx2.create_ssl_context()
