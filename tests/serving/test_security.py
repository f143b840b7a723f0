"""Nothing runs that Inngest did not ask for, on any framework, over real HTTP."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import inngest
import pytest

import platform_events.django
from platform_events import ConfigurationError
from platform_events.serving._gate import MAX_BODY_BYTES
from platform_events.testing import LocalInngest
from tests.serving.apps import (
    FRAMEWORKS,
    HOST,
    KEY,
    PATH,
    SECRET,
    App,
    call_body,
    check_silence,
    send_raw,
    serving,
    signed,
)
from tests.support.http import EventServer, reply

SIGNATURE = "x-inngest-signature"
BODY = call_body()
SYNC = b'{"url":"http://127.0.0.1:1/api/inngest"}'


@pytest.fixture(params=FRAMEWORKS, scope="module")
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app(framework: str) -> Iterator[App]:
    with serving(framework) as app:
        yield app


@pytest.fixture
def dev(framework: str) -> Iterator[App]:
    with serving(framework, is_production=False) as app:
        yield app


# All that is refused is tried on the gate itself, in test_gate.py.
REFUSED = {
    "unsigned": dict[str, str],
    "another body": lambda: signed(call_body(version=2)),
    "stale": lambda: signed(BODY, ahead_s=-310),
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED.keys())
def test_what_inngest_did_not_sign_is_refused(
    app: App, headers: Callable[[], dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    answer = app.call(headers=headers())
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert app.seen == []
    assert "was refused" in caplog.text
    check_silence(caplog.text + answer.text + str(answer.headers))


def test_a_signature_that_is_no_ascii_is_refused(app: App) -> None:
    head = (
        f"POST /api/inngest?fnId=served-sync&stepId=step HTTP/1.1\r\nhost: 127.0.0.1:{app.port}\r\n"
    )
    rest = f"content-length: {len(BODY)}\r\nconnection: close\r\n\r\n"
    request = (
        f"{head}{SIGNATURE}: {signed(BODY)[SIGNATURE][:12]}&s=\xe9\u0663\r\n{rest}".encode() + BODY
    )
    assert send_raw(app.port, request, half_close=False).startswith(b"HTTP/1.")
    assert b" 401 " in send_raw(app.port, request, half_close=False).partition(b"\r\n")[0]
    assert app.seen == []


@pytest.mark.parametrize("body", [BODY + b"}", b"\xff\xfe", b""])
def test_an_altered_body_is_refused_whatever_it_is(app: App, body: bytes) -> None:
    assert app.call(body=body, headers=signed(BODY)).status_code == 401


ACCEPTED = {
    "now": lambda: signed(BODY),
    "another prefix": lambda: signed(BODY, key=KEY.replace("prod", "branch")),
    "no prefix": lambda: signed(BODY, key=KEY.rpartition("-")[2]),
    "self-hosted, with its prefix": lambda: signed(BODY, full=True),
}


@pytest.mark.parametrize("headers", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_inngest_signed_runs(app: App, headers: Any) -> None:
    answer = app.call(headers=headers())
    assert (answer.status_code, answer.json()) == (200, "done")
    assert app.seen.pop().member_id == SECRET
    assert answer.headers["x-inngest-sdk"].startswith("inngest-py")


def test_two_signatures_are_none(app: App) -> None:
    twice = [(SIGNATURE, signed(BODY)[SIGNATURE])] * 2
    answer = app.request(
        "POST", params={"fnId": "served-sync", "stepId": "step"}, content=BODY, headers=twice
    )
    assert answer.status_code == 401
    assert app.seen == []


def test_white_space_is_no_alteration(app: App) -> None:
    body = json.dumps(json.loads(BODY), indent=1).encode()
    assert app.call(body=body, headers=signed(BODY)).status_code == 200
    app.seen.clear()


def test_numbers_are_signed_in_their_canonical_form(app: App) -> None:
    canonical = call_body(version=10)
    body = canonical.replace(b'"version":10', b'"version":1.0e1')
    assert app.call(body=body, headers=signed(canonical)).status_code == 200
    app.seen.clear()


def test_the_other_key_of_a_rotation_is_accepted(
    framework: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INNGEST_SIGNING_KEY_FALLBACK", "signkey-prod-0ff0")
    with serving(framework) as app:
        assert app.call(headers=signed(BODY)).status_code == 200
        assert app.call(headers=signed(BODY, key="signkey-prod-0ff0")).status_code == 200
        assert app.call(headers=signed(BODY, key="signkey-prod-0ff1")).status_code == 401


def test_a_request_is_refused_when_it_comes_again_later(framework: str) -> None:
    now = [0.0]
    with serving(framework, clock=lambda: now[0]) as app:
        headers = signed(BODY)
        now[0] = float(headers[SIGNATURE][2:].partition("&")[0])
        assert app.call(headers=headers).status_code == 200
        now[0] += 300.9
        assert app.call(headers=headers).status_code == 200
        now[0] += 0.2
        assert app.call(headers=headers).status_code == 401
        assert len(app.seen) == 2


def test_inspection_shows_no_key_and_only_to_inngest(app: App) -> None:
    assert app.request("GET").status_code == 401
    answer = app.request("GET", headers=signed(b""))
    assert answer.status_code == 200
    assert answer.json()["authentication_succeeded"] is True
    assert KEY not in answer.text


def test_inspection_in_development_shows_what_is_harmless(dev: App) -> None:
    answer = dev.request("GET")
    assert (answer.status_code, answer.json()["function_count"]) == (200, 3)
    check_silence(answer.text)


def test_an_unsigned_registration_is_refused(app: App, server: EventServer) -> None:
    assert app.request("PUT", content=SYNC).status_code == 401
    assert app.request("PUT", content=SYNC, headers=signed(BODY, ahead_s=-310)).status_code == 401
    assert (
        app.request("PUT", content=SYNC, headers={"x-inngest-sync-kind": "in_band"}).status_code
        == 401
    )


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_an_unsigned_registration_is_accepted_where_it_is_asked_for(
    framework: str, server: EventServer, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    server.answer_with(reply(200, {"ok": True, "modified": True}))
    if by == "environment":
        monkeypatch.setenv("INNGEST_ENABLE_UNAUTHED_SYNC", "1")
    asked = True if by == "argument" else None
    with serving(framework, api=server.url, enable_unauthed_sync=asked) as app:
        assert app.request("PUT", content=b"").json() == {"ok": True, "modified": True}
        assert app.request("PUT", content=SYNC, headers=signed(BODY)).status_code == 401
        in_band = {"x-inngest-sync-kind": "in_band"}
        for body in (SYNC, b"", b"{}", b"no json"):
            answer = app.request("PUT", content=body, headers=in_band)
            assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
        assert app.call().status_code == 401


def test_a_signed_registration_is_sent_on(framework: str) -> None:
    with LocalInngest(signing_key=KEY) as server, serving(framework, api=server.url) as app:
        server.register(app.url)
        answer = app.request("PUT", content=SYNC, headers=signed(SYNC))
        assert answer.json()["ok"] is True


def test_in_band_registration_gives_the_functions(app: App) -> None:
    headers = {**signed(SYNC), "x-inngest-sync-kind": "in_band"}
    answer = app.request("PUT", content=SYNC, headers=headers)
    assert [one["id"] for one in answer.json()["functions"]][:1] == ["served-sync"]


@pytest.mark.parametrize("body", [b'{"url":"http://["}'])
def test_in_band_registration_needs_a_url(app: App, body: bytes) -> None:
    headers = {**signed(body), "x-inngest-sync-kind": "in_band"}
    answer = app.request("PUT", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_invalid")


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (
            400,
            {"error": f"At least one function is invalid {'x' * 600}", "data": None, "status": 400},
        ),
        (404, {"detail": "Not Found"}),
        (200, {"ok": True, "modified": True, "status": 200, "error": "no, after all"}),
    ],
)
def test_a_registration_that_inngest_refuses_is_an_error(
    framework: str,
    server: EventServer,
    status: int,
    content: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.answer_with(reply(status, content))
    with serving(framework, is_production=False, api=server.url) as app:
        answer = app.request("PUT", content=SYNC)
    assert answer.status_code == 502
    assert answer.json()["code"] == "registration_failed"
    reason = content.get("error", "it did not say why")[:500]
    message = f"the Inngest server refused the registration: {reason}"
    assert answer.json()["message"] == message
    assert message in [record.getMessage() for record in caplog.records]
    assert answer.headers["x-inngest-sdk"].startswith("inngest-py")
    assert answer.headers["x-inngest-sync-kind"] == "out_of_band"


def test_a_registration_that_inngest_refuses_is_not_signed(
    framework: str, server: EventServer
) -> None:
    server.answer_with(reply(401, {"error": "no"}))
    with serving(framework, api=server.url) as app:
        answer = app.request("PUT", content=SYNC, headers=signed(SYNC))
    assert (answer.status_code, answer.json()["code"]) == (502, "registration_failed")
    assert SIGNATURE not in answer.headers


@pytest.mark.parametrize("content", [{"ok": True}])
def test_a_registration_that_is_taken_passes(
    framework: str, server: EventServer, content: dict[str, Any]
) -> None:
    server.answer_with(reply(200, content))
    with serving(framework, is_production=False, api=server.url) as app:
        assert app.request("PUT", content=b"").json() == content


@pytest.mark.parametrize(
    "body", [BODY[: len(BODY) // 2], b'{"ctx":' + b"[" * 100_000, call_body(event=SECRET)]
)
def test_a_malformed_call_is_a_clear_error(
    dev: App, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = dev.call(body=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "body_invalid"
    assert answer.json()["message"].startswith("invalid call: ")
    assert dev.seen == []
    check_silence(answer.text + caplog.text)


@pytest.mark.parametrize("body", [b"no json"])
def test_a_malformed_registration_is_a_clear_error(dev: App, body: bytes) -> None:
    answer = dev.request("PUT", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_invalid")


def test_a_huge_call_is_refused_and_a_large_one_is_not(dev: App) -> None:
    large = call_body(padding="x" * (MAX_BODY_BYTES - 10_000))
    assert dev.call(body=large).status_code == 200
    dev.seen.clear()
    head = (
        f"POST /api/inngest?fnId=served-sync HTTP/1.1\r\nhost: 127.0.0.1:{dev.port}\r\n"
        f"connection: close\r\ncontent-length: {MAX_BODY_BYTES + 1}\r\n\r\n"
    )
    request = head.encode() + b"x" * (MAX_BODY_BYTES + 1)
    answer = send_raw(dev.port, request, half_close=False)
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert dev.seen == []


def test_a_huge_call_in_chunks_is_refused(framework: str) -> None:
    if framework != "fast_api":
        pytest.skip("wsgiref hands on no chunks")
    with serving(framework, is_production=False) as app:
        chunks = (b"x" * 65_536 for _ in range(MAX_BODY_BYTES // 65_536 + 1))
        answer = app.request("POST", content=chunks)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert app.seen == []


@pytest.mark.parametrize("length", ["many", "-5", "1e3", "9" * 5_000])
def test_a_length_that_is_none_is_the_callers_error(dev: App, length: str) -> None:
    head = (
        f"POST /api/inngest?fnId=served-sync HTTP/1.1\r\nhost: 127.0.0.1:{dev.port}\r\n"
        f"connection: close\r\ncontent-length: {length}\r\n\r\n"
    )
    status = send_raw(dev.port, head.encode() + BODY).partition(b"\r\n")[0]
    assert b" 400 " in status
    assert dev.seen == []


def test_a_call_that_ends_too_early_runs_nothing(
    dev: App, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    head = (
        f"POST /api/inngest?fnId=served-sync HTTP/1.1\r\nhost: 127.0.0.1:{dev.port}\r\n"
        f"connection: close\r\ncontent-length: {len(BODY) + 100}\r\n\r\n"
    )
    answer = send_raw(dev.port, head.encode() + BODY)
    assert not answer or b" 400 " in answer.partition(b"\r\n")[0]
    assert dev.seen == []
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_development_needs_no_signature(dev: App) -> None:
    assert dev.call().json() == "done"
    assert dev.call(headers={SIGNATURE: "nonsense"}).json() == "done"
    dev.seen.clear()


def test_data_that_is_no_json_is_not_tried_again(dev: App) -> None:
    answer = dev.call("lossy")
    assert answer.status_code == 500
    assert answer.headers["x-inngest-no-retry"] == "true"


def test_an_unknown_function_is_left_to_the_sdk(dev: App) -> None:
    answer = dev.call("unknown")
    assert (answer.status_code, answer.json()["code"]) == (500, "function_not_found")
    assert "x-inngest-no-retry" not in answer.headers


def test_an_error_inside_the_sdk_shows_nothing(
    framework: str, server: EventServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer_with(reply(200, [SECRET]))  # neither events nor steps
    with serving(framework, is_production=False, api=server.url) as app:
        answer = app.call(body=call_body(use_api=True, events=None))
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    check_silence(answer.text + caplog.text)


@pytest.mark.parametrize("is_production", [True, False])
def test_functions_of_both_kinds_run(framework: str, *, is_production: bool) -> None:
    with serving(framework, is_production=is_production, is_async=True) as app:
        assert app.call("async", headers=signed(BODY)).json() == "done"
        assert (
            app.call("sync" if framework == "fast_api" else "async", headers=signed(BODY)).json()
            == "done"
        )
        assert len(app.seen) == 2
        assert app.call("async", headers=signed(BODY)).status_code == 200


def test_production_does_not_start_without_a_signing_key(
    framework: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INNGEST_SIGNING_KEY", raising=False)
    with (
        pytest.raises(
            ConfigurationError, match="no signing key: set INNGEST_SIGNING_KEY"
        ) as caught,
        serving(framework, signing_key=None),
    ):
        pass
    assert caught.value.setting == "INNGEST_SIGNING_KEY"


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_other_methods_are_not_allowed(dev: App, method: str) -> None:
    assert dev.request(method).status_code == 405


def test_a_call_that_ends_too_early_is_refused_where_the_server_hands_it_on(
    framework: str,
) -> None:
    if framework == "fast_api":
        pytest.skip("uvicorn tells only that the client is gone")
    with serving(framework, is_production=False) as app:
        head = (
            f"POST /api/inngest?fnId=served-sync HTTP/1.1\r\nhost: 127.0.0.1:{app.port}\r\n"
            f"connection: close\r\ncontent-length: {len(BODY) + 100}\r\n\r\n"
        )
        answer = send_raw(app.port, head.encode() + BODY)
    assert b" 400 " in answer.partition(b"\r\n")[0]


def test_a_connection_that_breaks_runs_nothing(
    framework: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(framework, is_production=False) as app:
        head = f"POST /api/inngest HTTP/1.1\r\nhost: x\r\ncontent-length: {len(BODY) + 1}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", app.port)) as connection:
            connection.sendall(head.encode() + BODY)
            # Closing it now sends a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert app.seen == []
    assert "served" not in [record.name for record in caplog.records]


def test_a_middleware_may_look_at_the_headers() -> None:
    with serving("django") as app:
        functions = app.functions(is_async=False)
        pattern = platform_events.django.serve(functions, allowed_hosts=[HOST])
        request = (
            import_module("django.test")
            .RequestFactory()
            .post(
                f"{PATH}?fnId=served-sync&stepId=step",
                BODY,
                content_type="application/json",
                headers={"host": HOST, **signed(BODY, full=True)},
            )
        )
        assert SIGNATURE in request.headers
        assert pattern.callback(request).status_code == 200
        assert len(app.seen) == 1


def test_a_body_that_cannot_be_read_is_no_error_of_the_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        def read(self, *_: object) -> bytes:
            raise ConnectionResetError

    with serving("django", is_production=False) as app:
        functions = app.functions(is_async=False)
        pattern = platform_events.django.serve(functions, allowed_hosts=[HOST])
        request = (
            import_module("django.test").RequestFactory().put(PATH, "{}", headers={"host": HOST})
        )
        request.META["wsgi.input"] = Broken()
        assert pattern.callback(request).status_code == 400
    assert caplog.records == []


def test_asynchronous_functions_are_guarded_alike(framework: str) -> None:
    with serving(framework, is_async=True) as app:
        assert app.call("async").status_code == 401
        assert app.call("async", headers=signed(BODY)).json() == "done"
        assert len(app.seen) == 1


def test_a_host_that_django_does_not_allow_is_djangos_to_refuse() -> None:
    with serving("django", is_production=False) as app:
        answer = app.call(headers={"host": "evil.test"})
    assert answer.status_code == 400
    assert app.seen == []


def test_a_stream_keeps_its_form() -> None:
    with serving(
        "fast_api", is_production=False, is_async=True, streaming=inngest.Streaming.FORCE
    ) as app:
        answer = app.call("async")
    assert answer.status_code == 201
    assert json.loads(answer.text)["body"] == '"done"'
