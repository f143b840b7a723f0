"""The requests of a server to its apps: one connection for each, as a real server makes them.

A general HTTP client takes three times as long as an app of two steps does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import h11

_BYTES: Final = 65536


class UnreachableError(Exception):
    """An app did not answer; the message names the kind of failure."""


@dataclass(frozen=True, slots=True)
class AppResponse:
    """What an app answered; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


async def request(
    method: str, url: str, headers: Mapping[str, str], content: bytes, within_s: float
) -> AppResponse:
    """Send a request over a new connection, and take its answer."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise UnreachableError("UnsupportedProtocol")
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    known = {"host": parts.netloc, "content-length": str(len(content)), "connection": "close"}
    asked = h11.Request(method=method, target=target, headers=[*{**known, **headers}.items()])
    try:
        async with asyncio.timeout(within_s):
            return await _exchange(parts.hostname, parts.port or 80, asked, content)
    except TimeoutError:
        raise UnreachableError("ReadTimeout") from None
    except h11.RemoteProtocolError:
        raise UnreachableError("RemoteProtocolError") from None


async def _exchange(host: str, port: int, asked: h11.Request, content: bytes) -> AppResponse:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        raise UnreachableError("ConnectError") from None
    try:
        connection = h11.Connection(h11.CLIENT)
        events = (asked, h11.Data(data=content), h11.EndOfMessage())
        # In one packet, as far as it fits.
        writer.write(b"".join(connection.send(event) or b"" for event in events))
        return await _response(connection, reader)
    except OSError:
        raise UnreachableError("ReadError") from None
    finally:
        writer.close()


async def _response(connection: h11.Connection, reader: asyncio.StreamReader) -> AppResponse:
    status, headers, body = 0, dict[str, str](), bytearray()
    while True:
        match connection.next_event():
            case h11.Response(status_code=status, headers=found):
                headers = {name.decode(): value.decode("latin-1") for name, value in found}
            case h11.Data(data=data):
                body += data
            case h11.EndOfMessage():
                return AppResponse(status, headers, bytes(body))
            case h11.NEED_DATA:
                connection.receive_data(await reader.read(_BYTES))
            case _:  # an answer that only announces another one
                continue
