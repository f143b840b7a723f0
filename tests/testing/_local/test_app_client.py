from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading

import pytest

from platform_events.testing._local.app_client import AppResponse, UnreachableError, request


def exchange(
    answer: bytes, *, within_s: float = 30, hangs: bool = False
) -> tuple[AppResponse, bytes]:
    """Give an answer to a request, and what the request was."""
    asked = bytearray()
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.set()
        with contextlib.suppress(asyncio.IncompleteReadError):  # of a request that was given up
            asked.extend(await reader.readuntil(b"{}"))
            writer.write(answer)
        if hangs:
            await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        ended.set()

    async def run() -> AppResponse:
        async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}/api?fnId=a"
            try:
                return await request("POST", url, {"x-a": "b"}, b"{}", within_s)
            finally:
                if begun.is_set():
                    await ended.wait()

    return asyncio.run(run()), bytes(asked)


def test_an_answer_with_a_length() -> None:
    response, asked = exchange(b"HTTP/1.1 206 X\r\nContent-Length: 2\r\nX-Y: \xe9\r\n\r\n[]")
    assert response == AppResponse(206, {"content-length": "2", "x-y": "\xe9"}, b"[]")
    head = asked.decode().lower()
    assert head.startswith("post /api?fnid=a http/1.1\r\n")
    assert "connection: close\r\n" in head
    assert "x-a: b\r\n" in head
    assert head.endswith("content-length: 2\r\n\r\n{}") or "content-length: 2\r\n" in head


def test_an_answer_in_parts_after_an_announcement() -> None:
    chunks = b"2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n"
    answer = b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert exchange(answer + chunks)[0].content == b"[1]"


def test_an_answer_that_ends_with_the_connection() -> None:
    assert exchange(b"HTTP/1.0 200 OK\r\n\r\nall")[0].content == b"all"


@pytest.mark.parametrize(
    "answer", [b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n1"]
)
def test_an_answer_that_is_none(answer: bytes) -> None:
    with pytest.raises(UnreachableError, match="RemoteProtocolError"):
        exchange(answer)


def test_an_answer_that_comes_too_late() -> None:
    with pytest.raises(UnreachableError, match="ReadTimeout"):
        exchange(b"HTTP/1.1", within_s=0.05, hangs=True)


@pytest.mark.parametrize("url", ["https://127.0.0.1/api", "ftp://127.0.0.1", "http:///api"])
def test_another_protocol(url: str) -> None:
    with pytest.raises(UnreachableError, match="UnsupportedProtocol"):
        asyncio.run(request("POST", url, {}, b"", 30))


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    with pytest.raises(UnreachableError, match="ConnectError"):
        asyncio.run(request("POST", f"http://127.0.0.1:{port}", {}, b"", 30))


def test_a_connection_that_is_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reset() -> None:
            connection, _ = server.accept()
            connection.recv(10)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

        thread = threading.Thread(target=reset)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="ReadError"):
            asyncio.run(request("POST", url, {}, b"x" * 100_000, 30))
        thread.join()
