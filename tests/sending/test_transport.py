"""Connections: whole answers in time or an error, for every thread, fork and event loop."""

from __future__ import annotations

import asyncio
import gc
import gzip
import logging
import os
import ssl
import subprocess
import sys
import textwrap
import threading
import time
import tracemalloc
import weakref
import zlib
from collections.abc import Callable, Iterator

import httpx2
import pytest

from platform_events import override_client
from platform_events.sending import _transport as transport_module
from platform_events.sending._transport import (
    MAX_ANSWER_BYTES,
    Answer,
    HttpRequest,
    Transport,
    active_transport,
    hide_in_logs,
    override_transport,
)

from ..support.http import (
    DRIPS_FOR_S,
    Connection,
    EventServer,
    Request,
    accept,
    drip_body,
    drip_headers,
    echo,
    hang_up,
    refusing_url,
    reply,
    reset_midway,
    silence,
)
from ..support.http import Answer as ScriptedAnswer

Posting = Callable[..., Answer]


def empty(url: str, timeout_s: float = 30) -> HttpRequest:
    return HttpRequest(url, {}, b"[]", timeout_s)


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


@pytest.fixture(params=["sync", "async"])
def post(request: pytest.FixtureRequest, transport: Transport) -> Posting:
    def post(url: str, *, timeout_s: float = 30) -> Answer:
        sent = HttpRequest(url, {"x-one": "1"}, b"[]", timeout_s)
        if request.param == "sync":
            return transport.post(sent)
        return asyncio.run(transport.apost(sent))

    return post


def test_an_answer_is_given_whole_whatever_its_status(server: EventServer, post: Posting) -> None:
    server.answer_with(reply(503, b"\xff" * 100_000, {"Retry-After": "7"}))
    answer = post(f"{server.url}/e/key")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.body == b"\xff" * 100_000
    [request] = server.requests
    assert (request.path, request.headers["x-one"], request.body) == ("/e/key", "1", b"[]")


def test_a_redirect_is_not_followed(server: EventServer, post: Posting) -> None:
    server.answer_with(reply(302, b"", {"location": f"{server.url}/elsewhere"}))
    assert post(server.url).status_code == 302
    assert len(server.requests) == 1


def greet(_: Request, connection: Connection) -> None:
    connection.socket.sendall(b"SMTP ready\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (hang_up, httpx2.RemoteProtocolError),
        (reset_midway, httpx2.ReadError),
        (silence, httpx2.ReadTimeout),
        (drip_body(0.02), httpx2.ReadTimeout),
        (reply(200, b"x" * (MAX_ANSWER_BYTES + 1)), httpx2.ReadError),
        (reply(200, b"not gzip", {"content-encoding": "gzip"}), httpx2.DecodingError),
        (reply(200, b"x", {"content-encoding": "br"}), httpx2.DecodingError),
        (greet, httpx2.RemoteProtocolError),
    ],
    ids=["closed", "reset", "silent", "dripping", "oversized", "undecodable", "unknown", "no-http"],
)
def test_what_is_no_whole_answer_is_an_error_in_time(
    server: EventServer, post: Posting, answer: ScriptedAnswer, error: type[Exception]
) -> None:
    server.answer_with(answer)
    began = time.monotonic()
    with pytest.raises(error):
        post(server.url, timeout_s=0.3 if error is httpx2.ReadTimeout else 30)
    assert time.monotonic() - began < DRIPS_FOR_S / 2


def test_the_longest_answer_is_taken(server: EventServer, post: Posting) -> None:
    server.answer_with(reply(200, b"x" * MAX_ANSWER_BYTES))
    assert len(post(server.url).body) == MAX_ANSWER_BYTES


def test_a_compressed_answer_is_limited_by_its_real_size(
    server: EventServer, post: Posting
) -> None:
    bomb = gzip.compress(b"x" * (MAX_ANSWER_BYTES + 1))
    server.answer_with(reply(200, bomb, {"content-encoding": "gzip"}))
    with pytest.raises(httpx2.ReadError, match="too long"):
        post(server.url)


def test_what_was_compressed_several_times_stays_small(server: EventServer, post: Posting) -> None:
    """3,400 bytes would be 4 GB."""
    bomb = gzip.compress(gzip.compress(bytes(200 << 20)))
    server.answer_with(reply(200, bomb, {"content-encoding": "gzip, gzip"}))
    tracemalloc.start()
    try:
        with pytest.raises(httpx2.ReadError, match="too long"):
            post(server.url)
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_ANSWER_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "X-GZIP", "identity", "deflate, gzip"])
def test_a_proxy_may_compress_what_nobody_asked_for(
    server: EventServer, post: Posting, encoding: str
) -> None:
    body = b'{"ids":["a"]}'
    for name in encoding.lower().split(", "):
        if name != "identity":
            body = zlib.compress(body) if name == "deflate" else gzip.compress(body)
    server.answer_with(reply(200, body, {"content-encoding": encoding}))
    assert post(server.url).body == b'{"ids":["a"]}'
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_refused_connection_is_an_error(post: Posting) -> None:
    with refusing_url() as url, pytest.raises(httpx2.ConnectError):
        post(url)


def test_dripping_headers_are_given_up_at_the_deadline(server: EventServer) -> None:
    server.answer_with(drip_headers(0.05))
    began = time.monotonic()
    with pytest.raises(httpx2.ReadTimeout):
        asyncio.run(Transport().apost(empty(server.url, 0.3)))
    assert time.monotonic() - began < DRIPS_FOR_S / 2


def test_a_connection_is_kept(server: EventServer, transport: Transport) -> None:
    for _ in range(3):
        transport.post(empty(server.url))
    assert len(set(server.ports)) == 1
    transport.close()
    transport.post(empty(server.url))
    assert len(set(server.ports)) == 2


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(
    server: EventServer, transport: Transport
) -> None:
    closed = threading.Event()

    def accept_and_close(request: Request, connection: Connection) -> None:
        accept(request, connection)
        hang_up(request, connection)
        closed.set()

    server.answer_with(accept_and_close)
    for _ in range(3):
        assert transport.post(empty(server.url)).status_code == 200
        assert closed.wait(30)
        closed.clear()


def test_threads_may_send_at_once(server: EventServer, transport: Transport) -> None:
    def send() -> None:
        transport.post(empty(server.url))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 8


async def apost(transport: Transport, url: str, count: int = 1) -> None:
    for _ in range(count):
        await transport.apost(empty(url))


def test_each_event_loop_has_its_own_connection(server: EventServer, transport: Transport) -> None:
    for _ in range(3):
        asyncio.run(apost(transport, server.url, 2))
    assert len(server.requests) == 6
    assert len(set(server.ports)) == 3


def test_event_loops_of_many_threads_do_not_disturb_each_other(
    server: EventServer, transport: Transport
) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for _ in range(5):
                asyncio.run(apost(transport, server.url, 2))
        except BaseException as error:  # noqa: BLE001  # the main thread shows it
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(server.requests) == 60


def test_a_loop_that_begins_while_another_does_is_kept(
    server: EventServer, transport: Transport
) -> None:
    thread = threading.Thread(target=lambda: asyncio.run(apost(transport, server.url)))

    class Loop:
        """Stands for a loop that is there; when it is looked at, a third one begins."""

        def is_closed(self) -> bool:
            if not thread.ident:
                thread.start()
                thread.join(0.2)  # as far as it gets; the lock keeps it from ending
            return True

    vars(transport)["_here"].loops[Loop()] = None
    asyncio.run(apost(transport, server.url))
    thread.join()
    assert len(server.requests) == 2


def test_tasks_of_one_loop_send_at_once(server: EventServer, transport: Transport) -> None:
    async def together() -> None:
        await asyncio.gather(*(apost(transport, server.url) for _ in range(8)))

    asyncio.run(together())
    assert len(server.requests) == 8


def test_authorities_are_loaded_beside_the_event_loop_that_needs_them_first(
    server: EventServer, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set[threading.Thread]()
    load = httpx2.create_ssl_context

    def note_thread() -> ssl.SSLContext:
        threads.add(threading.current_thread())
        return load()

    monkeypatch.setattr(httpx2, "create_ssl_context", note_thread)
    vars(transport_module)["_tls_context"].cache_clear()
    asyncio.run(apost(transport, server.url))
    assert threads
    assert threading.main_thread() not in threads


def test_a_loop_that_ends_closes_its_connections(server: EventServer, transport: Transport) -> None:
    closed = threading.Event()

    def accept_and_see_the_end(request: Request, connection: Connection) -> None:
        accept(request, connection)
        if not connection.socket.recv(1):
            closed.set()

    server.answer_with(accept_and_see_the_end)
    asyncio.run(apost(transport, server.url))
    assert closed.wait(30)


def test_a_loop_that_ended_is_forgotten(server: EventServer, transport: Transport) -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(apost(transport, server.url))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    ended = weakref.ref(loop)
    del loop
    asyncio.run(apost(transport, server.url))
    gc.collect()
    assert ended() is None


def test_a_loop_may_send_until_its_very_end(server: EventServer, transport: Transport) -> None:
    server.answer_with(reply(200, b"", {"connection": "close"}))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(apost(transport, server.url))
    loop.run_until_complete(loop.shutdown_asyncgens())
    with pytest.warns(ResourceWarning, match="after loop.shutdown_asyncgens"):
        loop.run_until_complete(apost(transport, server.url))
    loop.close()
    assert len(server.requests) == 2


def test_cancelling_passes_through(server: EventServer, transport: Transport) -> None:
    server.answer_with(silence)

    async def cancel() -> None:
        task = asyncio.create_task(apost(transport, server.url))
        await asyncio.to_thread(server.wait_for)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())


def test_a_fork_leaves_the_connections_to_the_parent(
    server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a child process does, in this one, so that the effect can be seen."""
    used, dropped = Transport(), Transport()
    left: list[object] = []
    monkeypatch.setattr("platform_events.sending._transport._left_to_parent", left)
    parents = [vars(used)["_here"], vars(dropped)["_here"]]
    for transport in (used, dropped):
        transport.post(empty(server.url))
    process_id = os.getpid()
    monkeypatch.setattr("os.getpid", lambda: process_id + 1)
    used.post(empty(server.url))
    assert len(set(server.ports)) == 3
    del used, dropped, transport
    gc.collect()
    for connections in parents:
        assert not connections.client.is_closed
        connections.client.close()


def test_the_hook_of_a_fork_leaves_the_connections_to_the_parent(
    server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = Transport()
    monkeypatch.setattr(transport_module, "_transports", weakref.WeakSet([transport]))
    monkeypatch.setattr(transport_module, "_left_to_parent", list[object]())
    transport.post(empty(server.url))
    parents = vars(transport)["_here"].client
    vars(transport_module)["_leave_to_parent"]()
    transport.post(empty(server.url))
    assert len(set(server.ports)) == 2
    assert not parents.is_closed
    parents.close()
    transport.close()


def test_a_transport_that_nobody_holds_closes_its_connections(server: EventServer) -> None:
    """Were it not so, the warning about an open socket would fail this test."""
    transport = Transport()
    transport.post(empty(server.url))
    del transport
    gc.collect()

    async def drop() -> None:
        await apost(Transport(), server.url)
        gc.collect()

    asyncio.run(drop())


def test_closing_twice_is_allowed(transport: Transport) -> None:
    transport.close()
    transport.close()


WARNED = """
    import asyncio, gc, sys
    from datetime import UTC, datetime
    from platform_events import *
    from platform_events import MemberFollowed, asend_event, configure, override_client, send_event

    event = MemberFollowed(follower_id="a", followee_id="b", followed_at=datetime.now(UTC))
    options = {"is_production": False, "event_api_base_url": sys.argv[1]}

    async def several():
        for _ in range(2):
            with override_client(app_id="other", **options):
                await asend_event(event)
            gc.collect()
        await asend_event(event)

    configure(app_id="one", **options)
    send_event(event)
    configure(app_id="two", replace=True, **options)
    gc.collect()
    asyncio.run(several())
    asyncio.run(asend_event(event))
    gc.collect()
    send_event(event)  # and this connection is open at the end
"""


def test_no_connection_is_left_for_the_garbage_collector(server: EventServer) -> None:
    program = textwrap.dedent(WARNED)
    command = [sys.executable, "-X", "dev", "-c", program, server.url]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert "Warning" not in ended.stderr
    assert len(server.requests) == 6


def test_all_clients_can_be_diverted_for_a_while() -> None:
    outer, inner = Transport(), Transport()
    with override_client(app_id="a", is_production=False) as client:
        own = client.transport
        with override_transport(outer):
            assert client.transport is active_transport() is outer
            with pytest.raises(KeyError), override_transport(inner):  # noqa: PT012  # it ends by an error
                assert client.transport is inner
                raise KeyError
            assert client.transport is outer
        assert client.transport is own
        assert active_transport() is None


def test_a_key_is_masked_in_every_log_line(
    server: EventServer, post: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    """httpx2 logs whole URLs, and httpcore what a redirect says."""
    hide_in_logs("evt_a")
    hide_in_logs("evt_a_longer")
    server.answer_with(echo(302))
    with caplog.at_level(logging.DEBUG):
        post(f"{server.url}/e/evt_a_longer")
    assert "/e/***" in caplog.text
    assert "evt_a" not in caplog.text
    assert "_longer" not in caplog.text


def test_other_log_lines_of_httpx_stay_as_they_are(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests have had keys of all kinds, such as "test".
    monkeypatch.setattr("platform_events.sending._transport._KEY_FILTER.keys", set[str]())
    hide_in_logs("evt_a")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpx2").info("%s of %d", httpx2.URL("http://h.test/x"), 2)
        logging.getLogger("httpx2").info("%(a)s", {"a": 1})
    assert caplog.messages == ["http://h.test/x of 2", "1"]
