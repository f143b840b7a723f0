from __future__ import annotations

import json

import pytest

from platform_events.testing._local import go_json
from platform_events.testing._local.calls import Answer, read_answer, unreachable
from platform_events.testing._local.commands import Call
from platform_events.testing._local.event_api import ReceivedEvent
from platform_events.testing._local.functions import Function
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.runs import Run
from platform_events.testing._local.signing_key import SigningKey, strip_prefix

SDK = {"x-inngest-sdk": "inngest-py:v0.5.19", "x-inngest-req-version": "2"}
NOW = 1795456839.0
KEY = "signkey-test-12345678"


def read(status: int, body: object, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_answer(status, SDK | named, json.dumps(body).encode(), NOW)


def test_the_recorded_call_has_the_recorded_body_and_signature() -> None:
    accepted = ReceivedEvent(
        "01M84S2BBT6799BGHA9RWHNMT6",
        {
            "data": {"sku": "A1", "total": 10},
            "id": "01M84S2BBT6799BGHA9RWHNMT6",
            "name": "shop/order.created",
            "ts": 1795456839034,
            "user": {},
        },
    )
    function = Function("demo-order", "http://127.0.0.1:9", max_attempts=5)
    run = Run("01M84S2BBVB0S0TWZHZRDATPC9", function, [accepted], lambda _: 0.0)
    (call,) = run.start()
    assert isinstance(call, Call)
    context = run.context(call, fn_id="00000000-0000-0000-0000-000000000003")
    body = go_json.dumps(context)
    event = (
        b'{"data":{"sku":"A1","total":10},"id":"01M84S2BBT6799BGHA9RWHNMT6",'
        b'"name":"shop/order.created","ts":1795456839034,"user":{}}'
    )
    assert body == (
        b'{"ctx":{"attempt":0,"disable_immediate_execution":false,"env":"",'
        b'"fn_id":"00000000-0000-0000-0000-000000000003","max_attempts":5,"qi_id":"",'
        b'"run_id":"01M84S2BBVB0S0TWZHZRDATPC9","stack":{"current":0,"stack":[]},'
        b'"step_id":"step","use_api":false},"defers":{},"event":' + event + b',"events":['
        + event + b'],"steps":{},"use_api":false,"version":-1}'
    )  # fmt: skip
    assert SigningKey(strip_prefix(KEY)).sign(body, 1795456839) == (
        "t=1795456839&s=cd417c43beb1676e3565922f6646385a03cac80e4c8e9e9b9da7f691467cfffe"
    )


def test_the_hash_of_a_key() -> None:
    key = SigningKey(KEY)
    assert key.hash == "b2ed992186a5cb19f6668aade821f502c1d00970dfd0e35128d51bac4649916c"
    assert SigningKey("12345678").hash == key.hash
    assert "12345678" not in repr(key)


def test_who_knows_the_key_is_admitted() -> None:
    key = SigningKey(KEY)
    for given in (key.hash, "12345678", KEY, "signkey-prod-12345678"):
        assert key.admits(f"Bearer {given}")
    for given in ("", "Bearer ", "Bearer 00", "Bearer \xe9"):
        assert not key.admits(given)


def test_a_key_that_is_not_hexadecimal_is_refused_unseen() -> None:
    with pytest.raises(ValueError, match="hexadecimal") as refused:
        SigningKey("signkey-test-secret")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("value", [None, 0, "x", {"error": "no"}, [1]])
def test_a_result(value: Json) -> None:
    assert read(200, value) == Answer(body=value, version=2)


def test_ops() -> None:
    op = {"id": "fe05bc", "op": "StepRun", "data": {"a": 1}}
    assert read(206, [op]).ops == (op,)
    assert read(206, op).ops == (op,)
    assert read(206, []).ops == ()


def test_an_error_is_told_as_inngest_does() -> None:
    body = {"code": "unknown", "message": "boom", "name": "ValueError", "stack": "Trace"}
    answer = read(500, body)
    assert answer.error() == {
        "error": "invalid status code: 500",
        "name": "ValueError",
        "message": "boom",
        "stack": "Trace",
    }
    assert (answer.no_retry, answer.retry_after) == (False, None)


def test_an_error_that_is_final() -> None:
    answer = read(500, {"name": "E", "message": "m"}, x_inngest_no_retry="true")
    assert answer.no_retry
    assert answer.error()["error"] == "NonRetriableError"
    assert read(500, {}, x_inngest_no_retry="false").failure == "invalid status code: 500"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("0", 1.0),
        ("9999999", 86400.0),
        ("2026-11-23T18:00:49.000Z", 10.0),
        ("Mon, 23 Nov 2026 18:00:49 GMT", 10.0),
        ("2020-01-01T00:00:00Z", 1.0),
        ("later", None),
        ("not a date at all", None),
    ],
)
def test_when_to_try_again(header: str, seconds: float | None) -> None:
    assert read(500, {}, retry_after=header).retry_after == seconds


@pytest.mark.parametrize("status", [200, 204, 206])
def test_a_success_that_is_no_sdks_is_a_failure(status: int) -> None:
    answer = read_answer(status, {}, b'"page"', NOW)
    assert answer.failure == "The response did not come from an Inngest SDK"
    assert (answer.body, answer.ops) == (None, None)


def test_an_error_that_is_no_sdks_shows_no_body() -> None:
    answer = read_answer(502, {}, b"<html>secret</html>", NOW)
    assert answer.error() == {
        "error": "invalid status code: 502",
        "name": "Server returned a fatal error",
        "message": "Your server returned HTTP 502 before the SDK responded.",
    }


@pytest.mark.parametrize("body", [5, [5], "x"])
def test_ops_that_are_none_are_a_failure(body: object) -> None:
    assert read(206, body).failure == "error reading generator opcode response"


def test_a_body_that_is_not_json_is_a_text() -> None:
    assert read_answer(200, SDK, b"<html>", NOW).body == "<html>"
    assert read_answer(200, SDK, b"", NOW).body is None


def test_a_streamed_answer_is_unwrapped() -> None:
    op = {"id": "a", "op": "StepRun"}
    stream = {"status": 206, "headers": {"X-Inngest-Req-Version": "2"}, "body": json.dumps([op])}
    assert read(201, stream).ops == (op,)
    assert read(201, {"status": 200, "body": {"a": 1}}).body == {"a": 1}
    assert read(201, {"body": 1}).failure == "invalid status code: 0"


def test_no_answer() -> None:
    assert unreachable("ConnectError").error() == {
        "error": "Unable to reach SDK URL: ConnectError",
        "name": "Error",
        "message": "Unable to reach SDK URL: ConnectError",
    }
