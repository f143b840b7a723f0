"""Whatever is sent to the endpoint, only what Inngest signed runs, and no answer tells or grows.

A few hundred requests with the other tests; for a minute, or as long as ``FUZZ_SECONDS`` says, with
the slow ones.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import time
from collections.abc import Iterator
from typing import Any

import fastapi
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

import platform_events.fast_api
from platform_events import override_client
from platform_events.testing._local import go_json
from platform_events.testing._local.signing_key import SigningKey
from tests.serving.apps import HOST, KEY, PATH, SECRET, App, call_body, check_silence, signed

SIGNATURE = "x-inngest-signature"
BODY = call_body()
SYNC = b'{"url":"http://127.0.0.1/api/inngest"}'
STATUSES = {200, 206, 400, 401, 403, 405, 408, 411, 413, 500, 502}


class Endpoint:
    """An endpoint in this process, and what its function saw."""

    def __init__(self, app: App, asgi: fastapi.FastAPI, log: io.StringIO) -> None:
        self.app = app
        self.log = log
        self.loop = asyncio.new_event_loop()
        self._asgi = asgi

    def ask(
        self, method: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http",
            "path": PATH, "raw_path": PATH.encode(), "root_path": "", "server": (HOST, 80),
            "client": (HOST, 1), "query_string": query, "headers": headers,
        }  # fmt: skip
        self.loop.run_until_complete(self._asgi(scope, receive, send))
        content = b"".join(message.get("body", b"") for message in sent)
        return int(sent[0]["status"]), content + repr(sent[0]["headers"]).encode()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger("served").addHandler(handler)
    with override_client(
        app_id="served", is_production=True, event_key="evt-key", signing_key=KEY,
        api_base_url="http://127.0.0.1:9", logger=logging.getLogger("served"),
    ) as client:  # fmt: skip
        app, asgi = App(client), fastapi.FastAPI()
        functions = app.functions(is_async=True)
        platform_events.fast_api.serve(asgi, functions, allowed_hosts=[HOST])
        made = Endpoint(app, asgi, log)
        yield made
        made.loop.run_until_complete(made.loop.shutdown_default_executor())
        made.loop.close()
    logging.getLogger("served").removeHandler(handler)


def altered(content: bytes) -> st.SearchStrategy[bytes]:
    """Give bytes that differ from others in one place, or not at all."""
    places = st.integers(0, max(len(content) - 1, 0))
    return st.builds(
        lambda at, length, put: content[:at] + put + content[at + length :],
        places, st.integers(0, 3), st.binary(max_size=3),
    )  # fmt: skip


ISSUED = {body: signed(body)[SIGNATURE].encode() for body in (BODY, SYNC, b"")}
"""What Inngest has signed, lately."""

EVER_ISSUED = set(ISSUED.items())

bodies = st.one_of(
    st.sampled_from([BODY, BODY, SYNC, b""]),
    altered(BODY),
    st.binary(max_size=200),
    st.just(json.dumps(json.loads(BODY), indent=1).encode()),
    st.sampled_from([call_body(steps=1), call_body(use_api=True, events=None), call_body(ctx={})]),
)
signatures = st.one_of(
    st.sampled_from(list(ISSUED.values())),
    altered(ISSUED[BODY]),
    st.integers(-400, 400).map(lambda s: signed(b"other", ahead_s=s)[SIGNATURE].encode()),
    st.binary(max_size=80),
)
headers = st.lists(
    st.one_of(
        st.tuples(st.just(SIGNATURE.encode()), signatures),
        st.tuples(
            st.just(b"x-inngest-sync-kind"),
            st.sampled_from([b"in_band", b"out_of_band"]) | st.binary(max_size=9),
        ),
        st.tuples(
            st.just(b"x-inngest-server-kind"), st.sampled_from([b"dev", b"cloud", b"\n\x1b["])
        ),
        st.tuples(
            st.just(b"host"), st.sampled_from([b"127.0.0.1", b"evil.example", b"[", b"\xff"])
        ),
        st.tuples(
            st.just(b"content-length"),
            st.integers(-1, 10**20).map(lambda n: str(n).encode()) | st.binary(max_size=5),
        ),
        st.tuples(
            st.from_regex(r"[a-z-]{1,20}", fullmatch=True).map(str.encode), st.binary(max_size=20)
        ),
    ),
    max_size=5,
)
queries = st.sampled_from([
    b"fnId=served-sync&stepId=step", b"fnId=served-async&stepId=step", b"fnId=served-sync",
    b"fnId=served-async&stepId=x", b"", b"probe=trust", b"probe=x", b"fnId=%0A%1b[2J",
    b"fnId=served-sync&fnId=served-async", b"\xff%ff&&==&fnId",
]) | st.binary(max_size=30)  # fmt: skip
methods = st.sampled_from(["POST", "POST", "POST", "PUT", "GET", "DELETE", "HEAD", "get"])


def canonical(body: bytes) -> bytes:
    try:
        return go_json.dumps(json.loads(body))
    except (ValueError, RecursionError):
        return body


def check(
    endpoint: Endpoint, method: str, query: bytes, sent: list[tuple[bytes, bytes]], body: bytes
) -> None:
    status, answer = endpoint.ask(method, query, sent, body)
    event(f"{method} {status}")
    assert status in STATUSES
    assert len(answer) < 20_000
    log = endpoint.log.getvalue()
    endpoint.log.truncate(0)
    endpoint.log.seek(0)
    shown = answer.decode("latin-1") + log
    if status == 200 and method != "POST":  # Inngest itself is shown the hash of the key
        shown = shown.replace(SigningKey(KEY).hash, "")
    check_silence(shown)
    assert "failed with" not in log
    assert "\x1b" not in log
    given_signatures = [value for name, value in sent if name == SIGNATURE.encode()]
    is_issued = len(given_signatures) == 1 and any(
        (one, given_signatures[0]) in EVER_ISSUED for one in (body, canonical(body))
    )
    if endpoint.app.seen:
        endpoint.app.seen.clear()
        assert method == "POST"
        assert is_issued
    if not is_issued:
        assert status >= 400


def fuzz(endpoint: Endpoint, count: int) -> None:
    # What was signed must not get too old.
    ISSUED.update({body: signed(body)[SIGNATURE].encode() for body in ISSUED})
    EVER_ISSUED.update(ISSUED.items())

    @given(methods, queries, headers, bodies, st.booleans())
    @settings(
        max_examples=count, suppress_health_check=list(HealthCheck), deadline=None,  # pyright: ignore[reportArgumentType]  # wrong on purpose
        database=None, phases=[Phase.generate],
    )  # fmt: skip
    def run(
        method: str, query: bytes, sent: list[tuple[bytes, bytes]], body: bytes, is_signed: bool
    ) -> None:
        if is_signed and body in ISSUED:
            sent = [*sent, (SIGNATURE.encode(), ISSUED[body])]
        check(endpoint, method, query, sent, body)

    run()


def test_nothing_unsigned_runs(endpoint: Endpoint) -> None:
    fuzz(endpoint, 300)


@pytest.mark.slow
def test_nothing_unsigned_runs_for_a_minute(endpoint: Endpoint) -> None:
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "60"))
    while time.monotonic() < end:
        fuzz(endpoint, 1_000)


def test_what_was_signed_does_run(endpoint: Endpoint) -> None:
    signature = [(SIGNATURE.encode(), signed(BODY)[SIGNATURE].encode())]
    status, answer = endpoint.ask("POST", b"fnId=served-async&stepId=step", signature, BODY)
    assert (status, answer[:6]) == (200, b'"done"')
    assert endpoint.app.seen.pop().member_id == SECRET
