"""Behind a real WSGI server, half-sent bodies keep no thread, and bodies in chunks are read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.serving.apps import HOST, KEY, PATH, call_body, signed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")

ROOT = Path(__file__).resolve().parents[2]
BODY = call_body()
THREADS = 4
BODY_TIMEOUT_S = 0.5


@pytest.fixture(params=["flask_app", "django_app"], scope="module")
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    listening = socket.create_server((HOST, 0))
    port = int(listening.getsockname()[1])
    environment = {
        **os.environ,
        "PLATFORM_EVENTS_APP_ID": "served",
        "INNGEST_EVENT_KEY": "key",
        "INNGEST_SIGNING_KEY": KEY,
        "INNGEST_SERVE_ORIGIN": f"http://{HOST}:{port}",
        "BODY_TIMEOUT_S": str(BODY_TIMEOUT_S),
    }
    environment.pop("INNGEST_DEV", None)
    command = [
        sys.executable, "-m", "gunicorn", f"tests.serving.gunicorn_apps:{request.param}",
        "--bind", f"fd://{listening.fileno()}", "--workers", "1", "--threads", str(THREADS),
        "--worker-class", "gthread", "--log-level", "error",
    ]  # fmt: skip
    with (
        listening,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, pass_fds=[listening.fileno()]
        ) as process,
    ):
        try:
            yield port
        finally:
            process.terminate()
            process.wait(20)


def call(port: int, **request: object) -> httpx.Response:
    """Call the function, signed; the connections that wait in the queue come first."""
    url = f"http://{HOST}:{port}{PATH}"
    params = {"fnId": "served-greet", "stepId": "step"}
    merged = {"content": BODY, "headers": signed(BODY), **request}
    return httpx.post(url, params=params, timeout=120, **merged)  # type: ignore[arg-type]  # a dict of all sorts


def head(headers: dict[str, str]) -> bytes:
    lines = [f"POST {PATH}?fnId=served-greet&stepId=step HTTP/1.1", f"host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("signature", ["none", "forged"])
def test_bodies_that_are_sent_by_half_keep_no_thread(port: int, signature: str) -> None:
    assert call(port).json() == "done"
    headers = signed(BODY, key="signkey-prod-00ff") if signature == "forged" else {}
    # So many that to wait for each of them would take 40 seconds.
    count = (80 if signature == "none" else 5) * THREADS
    half = head({**headers, "content-length": "400000"}) + b"x" * 200_000
    with ExitStack() as stack:
        for _ in range(count):
            connection = stack.enter_context(socket.create_connection((HOST, port), timeout=20))
            connection.sendall(half)
        begin = time.monotonic()
        assert call(port).json() == "done"
        seconds = time.monotonic() - begin
    # Forged ones are waited for until the body is late; a thread each, 4 at a time.
    assert seconds < 30


def test_a_slow_body_is_answered_with_408(port: int) -> None:
    begun = head({**signed(BODY), "content-length": str(len(BODY))}) + BODY[:-1]
    with socket.create_connection((HOST, port), timeout=20) as connection:
        connection.sendall(begun)
        assert b" 408 " in connection.recv(65_536).partition(b"\r\n")[0]


def test_a_body_in_chunks_is_read(port: int) -> None:
    chunks = (BODY[at : at + 100] for at in range(0, len(BODY), 100))
    assert call(port, content=chunks).json() == "done"


def test_a_body_in_chunks_that_is_too_large_is_refused(port: int) -> None:
    chunks = (b"x" * 65_536 for _ in range(129))
    answer = call(port, content=chunks)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert call(port).json() == "done"
