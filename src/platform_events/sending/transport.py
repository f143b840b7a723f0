"""HTTP connections that survive threads, forks and event loops.

The SDK's one async HTTP client belongs to the event loop that used it first, and fails on the
second, after the server took the event. Here each event loop has a client of its own, which is
closed when the loop ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import sys
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
"""An Event API answers 5,000 events with 150 kB; whatever is much longer is no answer of its."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        status_code: The HTTP status.
        headers: The headers, found by lower-case names.
        body: The whole body.
    """

    status_code: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests, and lets time pass between them; one for each client.

    Example:
        >>> Transport().close()  # with no connection open there is nothing to close
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._finalizer: weakref.finalize[[], Transport] | None = None
        self._async: dict[asyncio.AbstractEventLoop, _LoopClient] = {}
        _transports.add(self)

    def reset_after_fork(self) -> None:
        """Forget all connections without closing them, as a forked process must.

        The parent still uses them, so they can be neither used nor shut down here.
        """
        _left_to_parent.append((self._client, self._async))
        if self._finalizer is not None:
            self._finalizer.detach()
        self._lock, self._client, self._async = threading.Lock(), None, {}

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Answer:
        """Send one request and read the whole answer.

        Args:
            url: Where to.
            headers: The request's headers.
            body: The request's body.
            timeout_s: How long it may take in all, in seconds. The headers alone may take longer
                when a server sends them bit by bit: each bit may take that long.

        Returns:
            The answer, whatever its status. Redirects are not followed.

        Raises:
            httpx.RequestError: No whole answer came in time.
        """
        client = self._sync_client()
        return exchange(client, "POST", url, headers=headers, body=body, timeout_s=timeout_s)

    async def apost(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> Answer:
        """Do as :meth:`post` does, on the running event loop.

        Args:
            url: Where to.
            headers: The request's headers.
            body: The request's body.
            timeout_s: How long it may take in all, in seconds.

        Returns:
            The answer, whatever its status. Redirects are not followed.

        Raises:
            httpx.RequestError: No whole answer came in time.
        """
        client = await self._loop_client()
        try:
            async with (
                asyncio.timeout(timeout_s),
                client.stream(
                    "POST", url, headers=headers, content=body, timeout=timeout_s
                ) as response,
            ):
                answer = bytearray()
                async for chunk in response.aiter_bytes():
                    answer += chunk
                    _check_answer(answer, response)
                return Answer(response.status_code, response.headers, bytes(answer))
        except TimeoutError as error:
            raise httpx.ReadTimeout("the answer took too long") from error

    def clock(self) -> float:
        """Give the time that deadlines are measured by.

        Returns:
            Seconds, from no particular beginning.
        """
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass.

        Args:
            seconds: How much.
        """
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Do as :meth:`sleep` does, on the running event loop.

        Args:
            seconds: How much.
        """
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Close the connections of the synchronous side; those of event loops end with them."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _sync_client(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(verify=_tls_context())
                # A client that was replaced is closed once the last thread has left it.
                self._finalizer = weakref.finalize(self, self._client.close)
            return self._client

    async def _loop_client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        kept = self._async.get(loop)
        if kept is None or kept.client.is_closed:
            client = httpx.AsyncClient(verify=_tls_context())
            kept = _LoopClient(client, _close_with_loop(client))
            with self._lock:  # loops of other threads come and go meanwhile
                for ended in [other for other in self._async if other.is_closed()]:
                    del self._async[ended]
                self._async[loop] = kept
            await anext(kept.closer)
        return kept.client


def exchange(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    timeout_s: float,
) -> Answer:
    """Send one request and read the whole answer, as long as it is of a bearable length.

    Args:
        client: Sends it.
        method: ``"POST"``, for one.
        url: Where to.
        headers: The request's headers.
        body: The request's body.
        timeout_s: How long it may take in all, in seconds; see :meth:`Transport.post`.

    Returns:
        The answer, whatever its status. Redirects are not followed.

    Raises:
        httpx.RequestError: No whole answer came in time.

    Example:
        >>> from platform_events.testing import LocalInngest
        >>> with LocalInngest() as server, httpx.Client() as client:
        ...     url = f"{server.url}/health"
        ...     exchange(client, "GET", url, headers={}, body=b"", timeout_s=5).status_code
        200
    """
    end = time.monotonic() + timeout_s
    with client.stream(method, url, headers=headers, content=body, timeout=timeout_s) as response:
        answer = bytearray()
        for chunk in response.iter_bytes():
            answer += chunk
            _check_answer(answer, response)
            # The client's own limit is for each read, so a dripping server evades it.
            if time.monotonic() > end:
                raise httpx.ReadTimeout("the answer took too long", request=response.request)
        return Answer(response.status_code, response.headers, bytes(answer))


async def _close_with_loop(client: httpx.AsyncClient) -> AsyncGenerator[None]:
    # asyncio.run() ends all async generators that were begun, and so this one; and a loop ends
    # those that nobody holds any more, as when the transport is gone. So it must not hold that.
    try:
        yield
    finally:
        await client.aclose()


@dataclass(frozen=True, slots=True)
class _LoopClient:
    client: httpx.AsyncClient
    closer: AsyncGenerator[None]


@contextmanager
def override_transport(transport: Transport) -> Generator[None]:
    """Let every client of this process, also one made later, use another transport for a while.

    Made for tests: nothing that is sent leaves the process then, whichever client it goes through.

    Args:
        transport: The other one.
    """
    _overrides.append(transport)
    try:
        yield
    finally:
        _overrides.remove(transport)


def active_transport() -> Transport | None:
    """Give the transport that all clients use at present.

    Returns:
        The one diverted to last; None if each client uses its own.
    """
    return _overrides[-1] if _overrides else None


_overrides: Final[list[Transport]] = []


def hide_in_logs(key: str) -> None:
    """Keep an event key out of the log lines of httpx and httpcore.

    Those of the one hold whole URLs, those of the other a redirect's location.

    Args:
        key: The key; it is part of the URL that events are sent to.

    Example:
        >>> hide_in_logs("evt_3f2a")
    """
    _KEY_FILTER.keys.add(key)


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
        text = str(part) if isinstance(part, str | httpx.URL) else ""
        # The longest first, as one key may be the beginning of another.
        found = sorted((key for key in tuple(self.keys) if key in text), key=len, reverse=True)
        for key in found:
            text = text.replace(key, "***")
        return text if found else part


_KEY_FILTER: Final = _KeyFilter()
for _name in ("httpx", "httpcore.http11"):
    logging.getLogger(_name).addFilter(_KEY_FILTER)

_transports: Final[weakref.WeakSet[Transport]] = weakref.WeakSet()


def _after_fork() -> None:
    for transport in list(_transports):
        transport.reset_after_fork()


# What is referenced is not shut down by the garbage collector.
_left_to_parent: Final[list[object]] = []
if sys.platform != "win32":  # where nothing forks  # pragma: no branch
    os.register_at_fork(after_in_child=_after_fork)


@cache
def _tls_context() -> ssl.SSLContext:
    # Loading the authorities takes longer than a send, so all clients share one context.
    return httpx.create_ssl_context()


def _check_answer(answer: bytearray, response: httpx.Response) -> None:
    if len(answer) > MAX_ANSWER_BYTES:
        raise httpx.ReadError("the answer is too long", request=response.request)
