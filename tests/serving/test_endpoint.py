"""What an endpoint in production does beyond refusing: one server for each framework."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress

import fastapi
import flask
import httpx
import inngest
import pytest

import platform_events.fast_api
import platform_events.flask
from platform_events import (
    Client,
    ScoringCalculate,
    WearableDataReceived,
    create_function,
    override_client,
    send_events_step,
)
from platform_events.serving._endpoint import Endpoint
from platform_events.serving._gate import Gate
from platform_events.serving._signatures import authorization, sign
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

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from inngest.fast_api import serve as sdk_serve

SIGNATURE = "x-inngest-signature"
BODY = call_body()
MAX_BODY_BYTES = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def api() -> Iterator[EventServer]:
    with EventServer() as server:
        yield server


@pytest.fixture(params=FRAMEWORKS, scope="module")
def shared_app(request: pytest.FixtureRequest, api: EventServer) -> Iterator[App]:
    with serving(request.param, api=api.url) as app:
        yield app


@pytest.fixture
def app(shared_app: App) -> App:
    shared_app.seen.clear()
    return shared_app


def test_an_app_is_not_registered_under_another_host(app: App, api: EventServer) -> None:
    api.answer_with(reply(200, {"ok": True}))
    asked = len(api.requests)
    headers = {**signed(b""), "host": "evil.example"}
    # Django refuses it first.
    assert app.request("PUT", headers=headers).status_code in {400, 403}
    assert app.request("PUT", headers={**headers, "x-inngest-sync-kind": "in_band"}).is_error
    assert len(api.requests) == asked
    assert app.request("PUT", headers=signed(b"")).json() == {"ok": True}
    assert json.loads(api.requests[-1].body)["url"] == app.url
    assert api.requests[-1].headers["authorization"] == authorization(KEY)


def test_no_answer_may_be_cached_and_each_is_known_as_the_sdks(app: App, api: EventServer) -> None:
    api.answer_with(reply(200, {}))
    too_large = {**signed(b""), "content-length": str(MAX_BODY_BYTES + 1)}
    answers = [
        app.request("GET"),
        app.request("GET", headers=signed(b"")),
        app.call(),
        app.call(headers=signed(BODY)),
        app.call("lossy", headers=signed(BODY)),
        app.call("unknown", headers=signed(BODY)),
        app.call(body=b"{}", headers=signed(b"{}")),
        app.request("PUT", headers=signed(b"")),
        app.request("PUT", headers=signed(b"[]"), content=b"[]"),
        app.request("DELETE"),
        app.request("OPTIONS"),
    ]
    assert [answer.status_code for answer in answers] == [
        401,
        200,
        401,
        200,
        500,
        500,
        400,
        200,
        400,
        405,
        405,
    ]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-inngest-sdk"].startswith("inngest-py:v")
        assert answer.headers["x-inngest-sdk-handled"] == "true"
    raw = send_raw(app.port, head("POST", too_large), half_close=False).lower()
    assert b" 413 " in raw.partition(b"\r\n")[0]
    assert b"cache-control: no-store\r\n" in raw
    assert b"x-inngest-sdk-handled: true\r\n" in raw


def head(method: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {PATH}?fnId=served-sync&stepId=step HTTP/1.1", f"host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def test_an_answer_to_a_call_is_signed_and_of_production(app: App) -> None:
    answer = app.call(headers=signed(BODY))
    moment = re.fullmatch(r"t=([0-9]+)&s=[0-9a-f]{64}", answer.headers[SIGNATURE])
    assert moment
    assert answer.headers[SIGNATURE] == sign(KEY, answer.content, now=int(moment[1]))
    assert answer.headers["x-inngest-expected-server-kind"] == "cloud"


def test_a_probe_of_trust_is_answered_with_a_signature(app: App) -> None:
    answer = app.request("POST", params={"probe": "trust"}, headers=signed(b""))
    assert (answer.status_code, answer.json()) == (200, None)
    assert answer.headers[SIGNATURE].startswith("t=")
    assert app.request("POST", params={"probe": "trust"}).status_code == 401


@pytest.mark.parametrize("order", [("out_of_band", "in_band"), ("in_band", "out_of_band")])
def test_a_header_that_comes_twice_means_the_same_to_all(
    app: App, api: EventServer, order: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    api.answer_with(reply(200, {"ok": True}))
    body = json.dumps({"url": {"of": SECRET}}).encode()
    headers = [*signed(body).items(), *(("x-inngest-sync-kind", kind) for kind in order)]
    answer = app.request("PUT", content=body, headers=headers)
    assert answer.status_code == 200  # out of band, where the body does not matter
    check_silence(answer.text + caplog.text)


def test_a_parameter_that_comes_twice_is_refused(app: App) -> None:
    params = [("fnId", "served-sync"), ("fnId", "served-lossy"), ("stepId", "step")]
    answer = app.request("POST", params=params, content=BODY, headers=signed(BODY))
    assert (answer.status_code, answer.json()["code"]) == (400, "query_invalid")


@pytest.mark.parametrize("framing", ["content-length: 5000000", "transfer-encoding: chunked"])
def test_without_a_fresh_signature_no_body_is_waited_for(app: App, framing: str) -> None:
    for headers in ({}, signed(BODY, ahead_s=-310), {SIGNATURE: "t=1&s=2"}):
        name, value = framing.split(": ")
        with socket.create_connection((HOST, app.port), timeout=30) as connection:
            connection.sendall(head("POST", {**headers, name: value}))
            assert b" 401 " in connection.recv(65_536).partition(b"\r\n")[0]
    assert app.seen == []


def test_what_a_query_says_harms_no_log(app: App, caplog: pytest.LogCaptureFixture) -> None:
    params = {"fnId": "x\nFORGED\x1b[2J", "stepId": "step"}
    headers = {**signed(BODY), "x-inngest-server-kind": "forged"}
    answer = app.request("POST", params=params, content=BODY, headers=headers)
    assert answer.json()["code"] == "function_not_found"
    assert all("\n" not in r.getMessage() and "\x1b" not in r.getMessage() for r in caplog.records)


def test_what_inngests_api_says_is_told_to_nobody(
    app: App, api: EventServer, caplog: pytest.LogCaptureFixture
) -> None:
    api.answer_with(reply(400, f"no such run {SECRET}\n".encode()))
    body = call_body(use_api=True, events=None)
    answer = app.call(body=body, headers=signed(body))
    assert (answer.status_code, answer.json()["message"]) == (
        500, "the Inngest API answered HTTP 400"
    )  # fmt: skip
    assert api.requests[-1].headers["authorization"] == authorization(KEY)
    check_silence(answer.text + caplog.text)


def test_functions_send_through_the_client_of_the_app(app: App, api: EventServer) -> None:
    api.answer_with(reply(200, {"ids": ["01SENT"], "status": 200}))
    answer = app.call("sends", headers=signed(BODY))
    assert (answer.status_code, answer.json()[0]["data"]) == (206, ["01SENT"])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_asynchronous_functions_send_through_the_client_of_the_app(
    framework: str, api: EventServer
) -> None:
    @create_function(fn_id="sends", trigger=ScoringCalculate)
    async def sends(ctx: inngest.Context, event: ScoringCalculate) -> list[str]:
        return await send_events_step(ctx.step, "send", [event])

    api.answer_with(reply(200, {"ids": ["01SENT"], "status": 200}))
    with override_client(
        app_id="served",
        is_production=True,
        event_key="evt-key",
        signing_key=KEY,
        event_api_base_url=api.url,
        api_base_url=api.url,
    ) as client:
        app = App(client)
        with FRAMEWORKS[framework]([sends], allowed_hosts=[HOST]) as app.port:
            answer = app.call("sends", headers=signed(BODY))
    assert (answer.status_code, answer.json()[0]["data"]) == (206, ["01SENT"])


def test_a_stream_in_production_is_not_cached_and_not_signed_for_another_body() -> None:
    force = inngest.Streaming.FORCE
    with serving("fast_api", is_async=True, streaming=force) as app:
        answer = app.call("async", headers=signed(BODY))
    assert (answer.status_code, json.loads(answer.text)["body"]) == (201, '"done"')
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-inngest-expected-server-kind"] == "cloud"
    assert SIGNATURE not in answer.headers


# --- The SDK's endpoint that verifies nothing. ---


def test_the_sdk_verifies_nothing_for_the_twin_of_a_client_and_all_for_the_client() -> None:
    """What the package relies on; a new SDK that breaks it fails here first."""

    def build(client: Client, gate: Gate) -> fastapi.FastAPI:
        app = fastapi.FastAPI()
        sdk_serve(app, client, gate.functions)
        return app

    async def post(app: fastapi.FastAPI) -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as http:
            params = {"fnId": "served-sync", "stepId": "step"}
            return (await http.post(PATH, params=params, content=BODY)).status_code

    with override_client(
        app_id="served", is_production=True, event_key="evt-key", signing_key=KEY
    ) as client:
        app = App(client)
        endpoint = Endpoint(app.functions(is_async=False), {"allowed_hosts": [HOST]}, build)
        opened = endpoint.open()
        assert asyncio.run(post(opened.for_method("POST"))) == 200
        for method in ("GET", "PUT"):
            assert asyncio.run(post(opened.for_method(method))) == 401
    with override_client(app_id="served", is_production=False):
        opened = Endpoint(app.functions(is_async=False), {}, build).open()
        assert opened.trusted is opened.verifying


def test_an_app_gets_one_route_and_that_leads_through_the_gate() -> None:
    with override_client(
        app_id="served", is_production=True, event_key="evt-key", signing_key=KEY
    ) as client:
        functions = App(client).functions(is_async=False)
        app = fastapi.FastAPI(openapi_url=None)
        platform_events.fast_api.serve(app, functions, allowed_hosts=[HOST])
        assert [getattr(route, "path", "") for route in app.routes] == [PATH]
        flask_app = flask.Flask("served", static_folder=None)
        platform_events.flask.serve(flask_app, functions, allowed_hosts=[HOST])
        assert [rule.rule for rule in flask_app.url_map.iter_rules()] == [PATH]


# --- Frames, and middleware. ---


class _Noting(inngest.MiddlewareSync):
    noted: list[bool] = []  # noqa: RUF012  # of the class, as the SDK makes the instances

    def __init__(self, client: inngest.Inngest, raw_request: object) -> None:
        super().__init__(client, raw_request)
        self.noted.append(client.is_production)


def _values_in_frames() -> list[str]:
    """Give what an error reporter would see in the frames of this package."""
    frame, shown = sys._getframe(1), list[str]()
    while frame is not None:
        if "/platform_events/" in frame.f_code.co_filename:
            shown += [f"{frame.f_code.co_qualname}.{name}={value!r}"
                      for name, value in frame.f_locals.items()]  # fmt: skip
        frame = frame.f_back  # type: ignore[assignment]  # None ends it
    return shown


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("is_async", [False, True])
def test_frames_around_a_function_show_neither_payload_nor_key(
    framework: str, *, is_async: bool
) -> None:
    shown = list[str]()

    @create_function(fn_id="looks", trigger=ScoringCalculate)
    def looks(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        shown.extend(_values_in_frames())

    @create_function(fn_id="looks", trigger=ScoringCalculate)
    async def looks_async(ctx: inngest.Context, event: ScoringCalculate) -> None:
        shown.extend(_values_in_frames())

    with override_client(
        app_id="served",
        is_production=True,
        event_key="evt-key",
        signing_key=KEY,
        middleware=[_Noting],
        logger=logging.getLogger("served"),
    ) as client:
        app = App(client)
        functions = [looks_async if is_async else looks]
        with FRAMEWORKS[framework](functions, allowed_hosts=[HOST]) as app.port:
            assert app.call("looks", headers=signed(BODY)).status_code == 200
    assert shown
    check_silence("\n".join(shown))
    assert _Noting.noted
    assert all(_Noting.noted)


# --- Where it costs: time, memory, words. ---


def test_a_body_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform_events.serving.fast_api.BODY_TIMEOUT_S", 0.2)
    with serving("fast_api") as app:
        begun = head("POST", {**signed(BODY), "content-length": str(len(BODY))}) + BODY[:-1]
        answer = send_raw(app.port, begun, half_close=False).partition(b"\r\n")
        assert b" 408 " in answer[0]
        assert app.seen == []


def test_an_event_made_to_exhaust_a_service_gets_a_short_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @create_function(fn_id="reads", trigger=WearableDataReceived)
    async def reads(ctx: inngest.Context, event: WearableDataReceived) -> None: ...

    data = {"member_id": SECRET, "measurements": [{"kind": "heart-rate-variability"}] * 90_000}
    event = {"name": WearableDataReceived.event_name, "data": data, "id": "1", "ts": 1}
    body = call_body(event=event, events=[event])
    with override_client(app_id="served", is_production=False) as client:
        app = App(client)
        with FRAMEWORKS["fast_api"]([reads]) as app.port:
            begin = time.process_time()
            answer = app.call("reads", body=body)
            seconds = time.process_time() - begin
    assert (answer.status_code, answer.headers["x-inngest-no-retry"]) == (500, "true")
    assert len(answer.content) < 10_000
    assert "at most 1,000 items" in answer.json()["message"]
    assert seconds < 3
    check_silence(answer.text + caplog.text)


def test_a_signature_that_was_seen_before_is_refused_on_demand() -> None:
    for framework in FRAMEWORKS:
        with serving(framework, refuse_replays=True) as app:
            headers = signed(BODY)
            assert app.call(headers=headers).status_code == 200
            assert app.call("lossy", headers=headers).status_code == 401
            assert app.call(headers=signed(BODY, ahead_s=1)).status_code == 200
            assert len(app.seen) == 2


def test_a_store_that_fails_refuses_the_call(caplog: pytest.LogCaptureFixture) -> None:
    class Failing:
        def add(self, signature: str, expires_at: float) -> bool:
            raise ConnectionError(f"{SECRET} {signature} {expires_at}")

    with serving("flask", refuse_replays=Failing()) as app:
        answer = app.call(headers=signed(BODY))
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert app.seen == []
    check_silence(answer.text + caplog.text)


# --- Dev mode. ---


def test_dev_mode_beside_a_signing_key_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with serving("flask", is_production=False) as app:
        pass
    assert "DEV MODE" not in caplog.text
    with override_client(app_id="served", is_production=False, signing_key=KEY) as client:
        app = App(client)
        with FRAMEWORKS["flask"](app.functions(is_async=False)) as app.port:
            assert app.call().status_code == 200
    assert "DEV MODE BESIDE A SIGNING KEY" in caplog.text
    check_silence(caplog.text)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_in_dev_mode_no_bearer_leaves_the_machine(
    framework: str, api: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever is not on this machine is asked of the proxy.
    monkeypatch.setenv("HTTP_PROXY", api.url)
    monkeypatch.setenv("NO_PROXY", HOST)
    monkeypatch.setenv("INNGEST_SIGNING_KEY", KEY)
    monkeypatch.setenv("INNGEST_SIGNING_KEY_FALLBACK", KEY)
    api.answer_with(*[reply(401, {"error": "who is asking?"})] * 9)
    asked = len(api.requests)
    away = "http://inngest.example:8288"
    with override_client(
        app_id="served", is_production=False, api_base_url=away, allow_dev_mode=True
    ) as client:
        app = App(client)
        with FRAMEWORKS[framework](app.functions(is_async=False)) as app.port:
            app.request("PUT")
            app.call(body=call_body(use_api=True, events=None))
    requests = api.requests[asked:]
    assert requests[0].path.endswith("/fn/register")
    assert len(requests) >= 2
    assert not any("authorization" in request.headers for request in requests)


def test_a_run_id_is_no_path(api: EventServer) -> None:
    ctx = {**json.loads(BODY)["ctx"], "run_id": "../../../v1/secrets"}
    body = call_body(ctx=ctx, use_api=True, events=None)
    asked = len(api.requests)
    with serving("flask", is_production=False, api=api.url) as app:
        answer = app.call(body=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_invalid")
    assert len(api.requests) == asked


@pytest.mark.parametrize("line", [b"?fnId=\xff HTTP/1.1\r\nhost: a", b" HTTP/1.1\r\nhost: ["])
def test_what_cannot_be_a_url_is_the_callers_error(
    app: App, line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    status = send_raw(app.port, b"GET " + PATH.encode() + line + b"\r\n\r\n", half_close=False)
    assert status.partition(b"\r\n")[0].split()[1] in {b"400", b"401"}
    assert "failed" not in caplog.text


def test_a_client_that_hangs_up_early_harms_nobody() -> None:
    with serving("fast_api") as app, suppress(httpx.HTTPError):
        app.call(body=b"x" * 1_000_000)
        assert app.call(headers=signed(BODY)).status_code == 200
