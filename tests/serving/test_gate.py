"""Nothing passes that Inngest did not send: the gate alone, without a framework and I/O."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typing_extensions import Unpack

from platform_events import override_client
from platform_events.serving._answers import EndpointAnswer, RequestRejected, sdk_headers
from platform_events.serving._gate import Admission, Gate, RequestHead
from platform_events.serving._signatures import sign
from platform_events.serving.options import ServeOptions
from tests.serving.apps import HOST, KEY, SECRET, App, call_body, check_silence, open_gate, signed

SIGNATURE = "x-inngest-signature"
BODY = call_body()


@contextmanager
def opened(*, is_production: bool = True, **options: Unpack[ServeOptions]) -> Generator[Gate]:
    with override_client(
        app_id="served",
        is_production=is_production,
        event_key="evt-key",
        signing_key=KEY,
        logger=logging.getLogger("served"),
    ) as client:
        merged: ServeOptions = {"allowed_hosts": [HOST], **options}
        yield open_gate(App(client).functions(is_async=False), **merged)


@pytest.fixture(params=[True], ids=["production"])
def gate(request: pytest.FixtureRequest) -> Iterator[Gate]:
    with opened(is_production=request.param) as gate:
        yield gate


in_development = pytest.mark.parametrize("gate", [False], indirect=True, ids=["development"])


def head_of(
    method: str, headers: dict[str, str], *, host: str = HOST, query: str = "fnId=served-sync"
) -> RequestHead:
    return RequestHead.of(method, host, headers, query)


def admit(gate: Gate, method: str, headers: dict[str, str], body: bytes, **more: str) -> Admission:
    head = head_of(method, headers, **more)
    gate.check_head(head)
    return gate.verify_request(head, body)


def rejection(
    gate: Gate, method: str, headers: dict[str, str], body: bytes, **more: str
) -> EndpointAnswer:
    with pytest.raises(RequestRejected) as caught:
        admit(gate, method, headers, body, **more)
    answer = caught.value.answer
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-inngest-sdk"].startswith("inngest-py:v0")
    assert answer.headers["x-inngest-sdk-handled"] == "true"
    return answer


def refused() -> dict[str, dict[str, str]]:
    """Give headers that are refused, made when they are used: their time counts."""
    good = signed(BODY)[SIGNATURE]
    time, mac = good.split("&")
    return {
        "unsigned": {},
        "empty": {SIGNATURE: ""},
        "wrong key": signed(BODY, key="signkey-prod-00ff"),
        "another prefix and key": signed(BODY, key="signkey-test-5ec2"),
        "another body": signed(call_body(version=2)),
        "stale": signed(BODY, ahead_s=-310),
        "ahead": signed(BODY, ahead_s=310),
        "a day old": signed(BODY, ahead_s=-86_400),
        "milliseconds": {SIGNATURE: f"{time}000&{mac}"},
        "another time": {SIGNATURE: f"{time[:-1]}{(int(time[-1]) + 1) % 10}&{mac}"},
        "no time": {SIGNATURE: mac},
        "time zero": {SIGNATURE: f"t=0&{mac}"},
        "negative": {SIGNATURE: f"t=-1&{mac}"},
        "no mac": {SIGNATURE: time},
        "two macs": {SIGNATURE: f"{time}&{mac}&{mac}"},
        "two times": {SIGNATURE: f"{time}&{time}&{mac}"},
        "upper case": {SIGNATURE: f"{time}&s={mac[2:].upper()}"},
        "short": {SIGNATURE: f"{time}&{mac[:-1]}"},
        "long": {SIGNATURE: f"{time}&{mac}0"},
        "spaces": {SIGNATURE: f"{time} & {mac}"},
        "words": {SIGNATURE: "t=now&s=none"},
        "overlong": {SIGNATURE: f"{time}&s={'0' * 20_000}"},
    }


@pytest.mark.parametrize("case", refused().keys())
def test_what_inngest_did_not_sign_is_refused(
    gate: Gate, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = rejection(gate, "POST", refused()[case], BODY)
    assert (answer.status, json.loads(answer.body)) == (401, {"message": "Unauthorized"})
    assert "was refused" in caplog.text
    check_silence(caplog.text + answer.body.decode() + str(answer.headers))


@pytest.mark.parametrize(
    "body", [BODY[:-1], BODY + b"}", b"no json", b"\xff\xfe", b"", b"[" * 9999]
)
def test_an_altered_body_is_refused_whatever_it_is(gate: Gate, body: bytes) -> None:
    assert rejection(gate, "POST", signed(BODY), body).status == 401


@pytest.mark.parametrize("body", [b"", b'{"url":1}', b'{"url":"nowhere"}', b'{"url":"http://["}'])
def test_in_band_registration_needs_a_url(gate: Gate, body: bytes) -> None:
    headers = {**signed(body), "x-inngest-sync-kind": "in_band"}
    answer = rejection(gate, "PUT", headers, body)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "body_invalid")


MALFORMED = {
    "nothing": b"",
    "no JSON": f"{SECRET}".encode(),
    "cut off": BODY[: len(BODY) // 2],
    "not UTF-8": BODY.replace(SECRET.encode(), b"\xff\xfe"),
    "a list": b"[]",
    "deep": b'{"ctx":' + b"[" * 100_000,
    "deep in the data": call_body().replace(b'"manual"', b"[" * 5_000 + b"]" * 5_000),
    "NaN": BODY.replace(b'"manual"', b"NaN"),
    "infinite": BODY.replace(b'"manual"', b"-Infinity"),
    "a number of 6,000 digits": BODY.replace(b'"manual"', b"9" * 6_000),
    "a lone surrogate": BODY.replace(b'"manual"', b'"\\ud800"'),
    "a byte order mark": b"\xef\xbb\xbf" + BODY,
    "no context": call_body(ctx=None),
    "no events": call_body(events=None),
    "no event": call_body(event=SECRET),
    "data is a list": call_body(event={"name": "x", "data": [SECRET]}),
    "ts is a text": call_body(event={"name": "x", "data": {}, "ts": SECRET}),
    "steps are a list": call_body(steps=[SECRET]),
    "use_api is a text": call_body(use_api=SECRET),
    "a run id that is a path": call_body(
        ctx={**json.loads(BODY)["ctx"], "run_id": "../../../v1/secrets"}, use_api=True
    ),
    "a run id with a query": call_body(ctx={**json.loads(BODY)["ctx"], "run_id": "a?b=c"}),
    "many bad events": call_body(events=[{}] * 300_000),
}


@in_development
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_call_is_a_clear_error(
    gate: Gate, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = rejection(gate, "POST", {}, body)
    content = json.loads(answer.body)
    assert (answer.status, content["code"]) == (400, "body_invalid")
    assert content["message"].startswith("invalid call: ")
    assert len(answer.body) < 2_000
    check_silence(answer.body.decode() + caplog.text)
    [record] = [one for one in caplog.records if one.name == "platform_events.functions"]
    assert record.levelname == "ERROR"
    assert vars(record)["problem"] == content["message"]


@in_development
def test_the_attempts_at_a_malformed_call_leave_one_error(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    for run in ("run-a\x1b[2J", "run-a\x1b[2J", "run-b"):
        assert rejection(gate, "POST", {"x-run-id": run}, b"{}").status == 400
    records = [one for one in caplog.records if one.name == "platform_events.functions"]
    assert [vars(one)["run_id"] for one in records] == ["run-a\\x1b[2J", "run-b"]


@in_development
@pytest.mark.parametrize("body", [b"no json", b"[]", b"\xff", b"1"])
def test_a_malformed_registration_is_a_clear_error(gate: Gate, body: bytes) -> None:
    answer = rejection(gate, "PUT", {}, body)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "body_invalid")


def registered(content: dict[str, Any]) -> EndpointAnswer:
    headers = {"x-inngest-sync-kind": "out_of_band", "x-inngest-framework": "flask"}
    return EndpointAnswer(200, headers, json.dumps(content).encode())


def fixed(gate: Gate, method: str, answer: EndpointAnswer) -> EndpointAnswer:
    return gate.fix_response(head_of(method, {}), Admission(None, {}), answer)


@pytest.mark.parametrize(
    "content",
    [
        {"error": f"At least one function is invalid {'x' * 600}", "data": None, "status": 400},
        {"message": "Unauthorized"},
        {"detail": "Not Found"},
        {"error": "boom"},
        {"ok": False, "error": "no"},
        {"ok": True, "modified": True, "status": 200, "error": "no, after all"},
    ],
)
def test_a_registration_that_inngest_refuses_is_an_error(
    gate: Gate, content: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = fixed(gate, "PUT", registered(content))
    assert answer.status == 502
    reason = content.get("error", "it did not say why")[:500]
    message = f"the Inngest server refused the registration: {reason}"
    assert json.loads(answer.body) == {"code": "registration_failed", "message": message}
    assert message in [record.getMessage() for record in caplog.records]
    assert answer.headers["x-inngest-sync-kind"] == "out_of_band"
    assert answer.headers["x-inngest-framework"] == "flask"
    assert answer.headers["x-inngest-sdk"].startswith("inngest-py:v0")


@pytest.mark.parametrize(
    "content", [{"ok": True}, {"modified": False}, {"status": 200}, {"skipped": True}, {}]
)
def test_a_registration_that_is_taken_passes(gate: Gate, content: dict[str, Any]) -> None:
    answer = registered(content)
    given = fixed(gate, "PUT", answer)
    assert (given.status, given.body) == (200, answer.body)
    assert given.headers == {**answer.headers, **sdk_headers(), "cache-control": "no-store"}


# --- What is told before the body is read. ---


@pytest.mark.parametrize(
    "case", ["unsigned", "empty", "stale", "ahead", "milliseconds", "short", "words", "overlong"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_header_alone_may_be_enough_to_refuse(gate: Gate, method: str, case: str) -> None:
    with pytest.raises(RequestRejected) as caught:
        gate.check_head(head_of(method, refused()[case]))
    assert caught.value.answer.status == 401


@pytest.mark.parametrize(
    ("method", "length", "status"),
    [
        ("POST", str(8 * 1024 * 1024 + 1), 413),
        ("POST", "9" * 5_000, 400),
        ("POST", "-5", 400),
        ("POST", "many", 400),
        ("POST", "\u0665", 400),
        ("PUT", "20000", 413),
        ("GET", "20000", 413),
    ],
)
def test_a_length_may_be_enough_to_refuse(
    gate: Gate, method: str, length: str, status: int
) -> None:
    with pytest.raises(RequestRejected) as caught:
        gate.check_head(head_of(method, {**signed(b""), "content-length": length}))
    assert caught.value.answer.status == status


def test_a_body_longer_than_its_length_says_is_refused(gate: Gate) -> None:
    body = b" " * 17_000
    head = head_of("PUT", signed(body))
    gate.check_head(head)
    with pytest.raises(RequestRejected) as caught:
        gate.verify_request(head, body)
    assert caught.value.answer.status == 413


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "HEAD", "OPTIONS", "get"])
def test_other_methods_are_refused(gate: Gate, method: str) -> None:
    answer = rejection(gate, method, signed(b""), b"")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST, PUT")


@pytest.mark.parametrize("query", ["fnId=a&fnId=b", "probe=trust&probe=", "stepId=&stepId="])
def test_a_parameter_that_is_there_twice_is_refused(query: str) -> None:
    with pytest.raises(RequestRejected) as caught:
        head_of("POST", {}, query=query)
    assert caught.value.answer.status == 400


# --- Registration. ---

HOSTS = {
    "evil.example": False,
    "127.0.0.1.evil.example": False,
    "127.0.0.1@evil.example": False,
    "evil.example#127.0.0.1": False,
    "evil.example,127.0.0.1": False,
    "127.0.0.1:80:80": False,
    "127.0.0.1:port": False,
    "[::1": False,
    "": False,
    "evil.example\\.internal.example": False,
    "evil.example/.internal.example": False,
    "evil.example?.internal.example": False,
    "evil.example\r\n.internal.example": False,
    "\u0130.internal.example": False,
    "127.0.0.1": True,
    "127.0.0.1:8000": True,
    "scores.example.com": True,
    "SCORES.example.com:443": True,
    "scores.example.com:8443": False,
    "a.internal.example": True,
    "internal.example": True,
    "evilinternal.example": False,
    "other.example:81": True,
    "other.example": False,
}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("is_in_band", [False, True])
def test_an_app_is_registered_under_its_own_hosts_alone(host: str, *, is_in_band: bool) -> None:
    hosts = [HOST, ".internal.example", "other.example:81"]
    body = json.dumps({"url": f"https://{host}/api/inngest"}).encode() if is_in_band else b""
    headers = {**signed(body), "x-inngest-sync-kind": "in_band" if is_in_band else "out_of_band"}
    with opened(serve_origin="https://scores.example.com:443", allowed_hosts=hosts) as gate:
        if HOSTS[host]:
            assert admit(gate, "PUT", headers, body, host=host).signer
        else:
            answer = rejection(gate, "PUT", headers, body, host=host)
            assert (answer.status, json.loads(answer.body)["code"]) == (403, "host_not_allowed")
        if is_in_band and "\n" not in host and not HOSTS[host]:
            answer = rejection(gate, "PUT", headers, body)  # under a host of its own
            assert answer.status in {400, 403}
        # Where a call comes from does not matter: its signature covers it.
        assert admit(gate, "POST", signed(BODY), BODY, host=host).signer


def test_any_host_may_be_allowed() -> None:
    with opened(allowed_hosts=["*"]) as gate:
        assert admit(gate, "PUT", signed(b""), b"", host="whatever.example").signer


def test_unsigned_registration_needs_a_host_of_the_app() -> None:
    with opened(enable_unauthed_sync=True) as gate:
        assert admit(gate, "PUT", {}, b"").signer is None
        assert rejection(gate, "PUT", {}, b"", host="evil.example").status == 403


@in_development
def test_in_development_any_host_may_be_registered(gate: Gate) -> None:
    assert admit(gate, "PUT", {}, b"", host="evil.example").signer is None


# --- What the SDK is given, and what it answers. ---


def test_the_sdk_is_given_what_it_understands(gate: Gate) -> None:
    sent = {**signed(BODY), "x-inngest-server-kind": "evil\n\x1b[2J"}
    assert admit(gate, "POST", sent, BODY).changes == {"x-inngest-server-kind": None}
    for kind in ("dev", "cloud"):
        sent = {**signed(BODY), "x-inngest-server-kind": kind}
        assert admit(gate, "POST", sent, BODY).changes == {}


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_the_sdk_verifies_again_is_signed_with_the_key_without_its_prefix(
    gate: Gate, method: str
) -> None:
    changes = admit(gate, method, signed(b"", full=True), b"").changes
    assert changes[SIGNATURE] in {signed(b"", ahead_s=ahead)[SIGNATURE] for ahead in (-1, 0)}


def test_a_probe_of_trust_needs_a_signature_and_no_body(gate: Gate) -> None:
    assert admit(gate, "POST", signed(b""), b"", query="probe=trust").signer
    assert rejection(gate, "POST", {}, b"", query="probe=trust").status == 401
    assert rejection(gate, "POST", signed(b""), b"", query="probe=other").status == 400


def test_an_unknown_function_is_told_in_words_that_harm_no_log(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    answer = rejection(gate, "POST", signed(BODY), BODY, query="fnId=x%0Aforged%1b[2J" + "y" * 999)
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "function_not_found")
    [record] = caplog.records
    assert record.getMessage().startswith("function x\\nforged\\x1b[2Jyyy")
    assert len(record.getMessage()) < 300


def test_an_answer_is_signed_with_the_key_of_the_request(gate: Gate) -> None:
    admission = admit(gate, "POST", signed(BODY), BODY)
    headers = {"x-inngest-expected-server-kind": "dev", "content-length": "2"}
    answer = EndpointAnswer(200, headers, b"{}")
    given = gate.fix_response(head_of("POST", {}), admission, answer)
    assert given.headers[SIGNATURE] in {
        signed(b"{}", ahead_s=ahead)[SIGNATURE] for ahead in (-1, 0)
    }
    assert given.headers["x-inngest-expected-server-kind"] == "cloud"
    assert "content-length" not in given.headers


def sdk_error(**content: str) -> EndpointAnswer:
    return EndpointAnswer(500, {}, json.dumps(content).encode())


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (f"HTTP error: 400 {SECRET}", "the Inngest API answered HTTP 400"),
        ("a\nb\x1b[2J", "a\\nb\\x1b[2J"),
        ("x" * 10_000, "x" * 200),
    ],
)
def test_an_error_of_the_sdk_does_not_quote_others(gate: Gate, message: str, shown: str) -> None:
    answer = fixed(gate, "POST", sdk_error(code="unknown", message=message, name="Exception"))
    assert json.loads(answer.body)["message"] == shown


def test_what_the_sdk_cannot_make_json_of_is_not_tried_again(gate: Gate) -> None:
    answer = fixed(gate, "POST", sdk_error(code="output_unserializable", message="no JSON"))
    assert answer.headers["x-inngest-no-retry"] == "true"
    assert "x-inngest-no-retry" not in fixed(gate, "POST", sdk_error(code="unknown")).headers


def test_an_error_of_a_function_is_its_own_affair(gate: Gate) -> None:
    error = sdk_error(code="unknown", message="a\nb", name="ValueError", stack="Traceback")
    assert fixed(gate, "POST", error).body == error.body


def test_what_the_sdk_logs_does_not_quote_others(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    sdk = f"{__import__('inngest').__path__[0]}/_internal/comm_lib/models.py"
    message = f"unknown: HTTP error: 400 {SECRET}"
    logger = gate.client.logger
    assert isinstance(logger, logging.Logger)
    logger.handle(logger.makeRecord("served", logging.ERROR, sdk, 1, message, (), None))
    logger.error("of the app\n%s", "itself")
    assert [record.getMessage() for record in caplog.records] == [
        "the Inngest API answered HTTP 400",
        "of the app\nitself",
    ]


# --- Time: the age of signatures, repeated ones, and warnings. ---


def test_the_age_of_a_signature_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(signature_max_age_s=60) as gate:
        assert admit(gate, "POST", signed(BODY, ahead_s=-55), BODY).signer
        assert rejection(gate, "POST", signed(BODY, ahead_s=-65), BODY).status == 401
    monkeypatch.setenv("PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S", "3600")
    with opened() as gate:
        assert admit(gate, "POST", signed(BODY, ahead_s=-3_500), BODY).signer


class _Store:
    def __init__(self) -> None:
        self.added: list[tuple[str, float]] = []

    def add(self, signature: str, expires_at: float) -> bool:
        self.added.append((signature, expires_at))
        return signature not in [one for one, _ in self.added[:-1]]


def test_a_signature_that_was_seen_before_is_refused_if_that_is_asked_for() -> None:
    store = _Store()
    for option in (True, store):
        with opened(refuse_replays=option) as gate:
            head = head_of("POST", signed(BODY))
            gate.refuse_replay(head)
            gate.refuse_replay(head_of("POST", signed(BODY, ahead_s=1)))  # a repeat of Inngest's
            for again in (head, head_of("POST", dict(head.headers), query="fnId=served-lossy")):
                with pytest.raises(RequestRejected) as caught:
                    gate.refuse_replay(again)
                assert caught.value.answer.status == 401
    signature, expires_at = store.added[0]
    assert signature == head.headers[SIGNATURE]
    assert expires_at == int(signature[2:].partition("&")[0]) + 301


def test_a_signature_that_expires_before_the_replay_check_is_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now, store = [1_700_000_000.0], _Store()
    head = head_of("POST", {SIGNATURE: sign(KEY, BODY, now=int(now[0]))})
    with opened(refuse_replays=store, clock=lambda: now[0]) as gate:
        gate.verify_request(head, BODY)
        now[0] += 301
        with pytest.raises(RequestRejected) as caught:
            gate.refuse_replay(head)
    assert caught.value.answer.status == 401
    assert "A POST to the serve endpoint was refused: the signature is 301 s old" in caplog.text
    assert not store.added


@pytest.mark.parametrize(("method", "query"), [("GET", ""), ("PUT", ""), ("POST", "probe=trust")])
def test_what_runs_no_function_may_come_twice(method: str, query: str) -> None:
    with opened(refuse_replays=True) as gate:
        for _ in range(2):
            gate.refuse_replay(head_of(method, signed(b""), query=query))


def test_repeats_are_not_looked_for_unless_that_is_asked_for(gate: Gate) -> None:
    for _ in range(2):
        gate.refuse_replay(head_of("POST", signed(BODY)))


def test_refusals_are_logged_once_in_a_while_with_a_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [1_000.0]
    with opened(clock=lambda: now[0]) as gate:
        for _ in range(100):
            rejection(gate, "GET", {}, b"")
        rejection(gate, "POST", {}, b"")
        now[0] += 61
        rejection(gate, "GET", {}, b"")
    message = "A GET to the serve endpoint was refused: the request is not signed"
    assert [record.getMessage() for record in caplog.records] == [
        message,
        "A POST to the serve endpoint was refused: the request is not signed",
        f"{message} (99 more like this since the last warning)",
    ]
