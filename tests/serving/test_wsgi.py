"""A body is read from a WSGI server within bounds; the servers here are only what they hand on."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from platform_events.serving._answers import RequestRejected
from platform_events.serving._body import BodyBuffer
from platform_events.serving._wsgi import change_headers, read_body, stop_reading

CHUNKED: dict[str, Any] = {"wsgi.input_terminated": True}  # as servers say that join chunks


def read(stream: object = None, **environ: Any) -> BodyBuffer:
    return read_body({"wsgi.input": stream, **environ}, limit=10, timeout_s=30)


def rejected(stream: object = None, **environ: Any) -> int:
    with pytest.raises(RequestRejected) as caught:
        read(stream, **environ)
    return caught.value.answer.status


def test_without_a_length_there_is_no_body() -> None:
    assert read(CONTENT_LENGTH="").content == b""


def test_chunks_that_the_server_does_not_join_need_a_length() -> None:
    assert rejected(HTTP_TRANSFER_ENCODING="chunked") == 411


def test_no_more_is_read_than_was_announced() -> None:
    stream = io.BytesIO(b"abcdef")
    assert read(stream, CONTENT_LENGTH="4").content == b"abcd"
    assert stream.read() == b"ef"


def test_what_is_too_short_or_too_long_is_refused() -> None:
    assert rejected(io.BytesIO(b"abc"), CONTENT_LENGTH="4") == 400
    assert rejected(io.BytesIO(b"x" * 11), **CHUNKED) == 413


class Dripping(io.RawIOBase):
    """A body that arrives in small parts."""

    def __init__(self) -> None:
        self.parts = iter([b"ab", b"c", b"d"])

    def read(self, size: int = -1) -> bytes:
        return next(self.parts, b"")[:size]


def test_a_body_may_come_in_parts() -> None:
    body = read(Dripping(), **CHUNKED)
    assert body.content == b"abcd"
    assert body.content == b"abcd"
    assert repr(body) == "<BodyBuffer of 4 bytes>"


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    client, server = socket.socketpair()
    with client, server:
        yield client, server


@pytest.mark.parametrize("name", ["gunicorn.socket", "werkzeug.socket"])
def test_a_body_that_does_not_arrive_is_given_up(
    name: str, connection: tuple[socket.socket, socket.socket]
) -> None:
    client, server = connection
    client.sendall(b"ab")
    stream = server.makefile("rb", 0)
    environ = {"CONTENT_LENGTH": "4", "wsgi.input": stream, name: server}
    with stream, pytest.raises(RequestRejected) as caught:
        read_body(environ, limit=10, timeout_s=0.05)
    assert caught.value.answer.status == 408


def test_the_rest_of_a_rejected_body_is_not_waited_for(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    _, server = connection
    stop_reading({"gunicorn.socket": server})
    assert server.recv(1) == b""
    stop_reading({})
    server.close()
    stop_reading({"gunicorn.socket": server})  # a closed one has nothing to say either


def test_headers_are_changed_and_taken_away() -> None:
    environ = {"HTTP_X_A": "1", "HTTP_X_B": "2", "HTTP_X_C": "3"}
    change_headers(environ, {"x-a": None, "x-b": "4"})
    assert environ == {"HTTP_X_B": "4", "HTTP_X_C": "3"}
