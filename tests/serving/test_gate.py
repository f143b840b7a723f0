"""Nothing passes that Inngest did not send: the gate alone, without a framework and I/O."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from platform_events import override_client
from platform_events.sending.transport import Answer
from platform_events.serving.gate import Gate, RequestRejected
from tests.serving.apps import KEY, SECRET, App, call_body, check_silence, signed

SIGNATURE = "x-inngest-signature"
BODY = call_body()


@pytest.fixture(params=[True], ids=["production"])
def gate(request: pytest.FixtureRequest) -> Iterator[Gate]:
    with override_client(
        app_id="served",
        is_production=request.param,
        event_key="evt-key",
        signing_key=KEY,
        logger=logging.getLogger("served"),
    ) as client:
        yield Gate.open(App(client).functions(is_async=False))


in_development = pytest.mark.parametrize("gate", [False], indirect=True, ids=["development"])


def rejection(gate: Gate, method: str, headers: dict[str, str], body: bytes) -> Answer:
    with pytest.raises(RequestRejected) as caught:
        gate.verify_request(method, headers, body)
    return caught.value.answer


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
    assert (answer.status_code, json.loads(answer.body)) == (401, {"message": "Unauthorized"})
    assert "was refused" in caplog.text
    check_silence(caplog.text + answer.body.decode() + str(answer.headers))


@pytest.mark.parametrize(
    "body", [BODY[:-1], BODY + b"}", b"no json", b"\xff\xfe", b"", b"[" * 9999]
)
def test_an_altered_body_is_refused_whatever_it_is(gate: Gate, body: bytes) -> None:
    assert rejection(gate, "POST", signed(BODY), body).status_code == 401


@pytest.mark.parametrize("body", [b"", b'{"url":1}', b'{"url":"nowhere"}', b'{"url":"http://["}'])
def test_in_band_registration_needs_a_url(gate: Gate, body: bytes) -> None:
    headers = {**signed(body), "x-inngest-sync-kind": "in_band"}
    answer = rejection(gate, "PUT", headers, body)
    assert (answer.status_code, json.loads(answer.body)["code"]) == (400, "body_invalid")


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
}


@in_development
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_call_is_a_clear_error(
    gate: Gate, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = rejection(gate, "POST", {}, body)
    content = json.loads(answer.body)
    assert (answer.status_code, content["code"]) == (400, "body_invalid")
    assert content["message"].startswith("invalid call: ")
    check_silence(answer.body.decode() + caplog.text)


@in_development
@pytest.mark.parametrize("body", [b"no json", b"[]", b"\xff", b"1"])
def test_a_malformed_registration_is_a_clear_error(gate: Gate, body: bytes) -> None:
    answer = rejection(gate, "PUT", {}, body)
    assert (answer.status_code, json.loads(answer.body)["code"]) == (400, "body_invalid")


def registered(content: dict[str, Any]) -> Answer:
    headers = {"x-inngest-sync-kind": "out_of_band", "x-inngest-sdk": "inngest-py:v0"}
    return Answer(200, headers, json.dumps(content).encode())


@pytest.mark.parametrize(
    "content",
    [
        {"error": f"At least one function is invalid {'x' * 600}", "data": None, "status": 400},
        {"message": "Unauthorized"},
        {"detail": "Not Found"},
        {"error": "boom"},
        {"ok": False, "error": "no"},
        {},
        {"ok": True, "modified": True, "status": 200, "error": "no, after all"},
    ],
)
def test_a_registration_that_inngest_refuses_is_an_error(
    gate: Gate, content: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    answer = gate.fix_response("PUT", registered(content))
    assert answer.status_code == 502
    reason = content.get("error", "it did not say why")[:500]
    message = f"the Inngest server refused the registration: {reason}"
    assert json.loads(answer.body) == {"code": "registration_failed", "message": message}
    assert message in [record.getMessage() for record in caplog.records]
    assert answer.headers["x-inngest-sdk"] == "inngest-py:v0"


@pytest.mark.parametrize("content", [{"ok": True}, {"modified": False}, {"status": 200}])
def test_a_registration_that_is_taken_passes(gate: Gate, content: dict[str, Any]) -> None:
    answer = registered(content)
    assert gate.fix_response("PUT", answer) is answer
