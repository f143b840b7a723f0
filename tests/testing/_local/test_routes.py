from __future__ import annotations

import json
import logging
import socket
import uuid
from collections.abc import Iterator

import httpx
import inngest
import pytest

from platform_events.testing import LocalInngest
from tests.testing._local.apps import EVENT_KEY, SIGNING_KEY, client_of, serving

HASH = "b2ed992186a5cb19f6668aade821f502c1d00970dfd0e35128d51bac4649916c"
NO_ID = "00000000000000000000000000"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalInngest]:
    with LocalInngest() as server:
        yield server


@pytest.fixture(scope="module")
def guarded() -> Iterator[LocalInngest]:
    with LocalInngest(signing_key=SIGNING_KEY, event_keys=[EVENT_KEY, "other"]) as server:
        yield server


def test_health(server: LocalInngest) -> None:
    response = httpx.get(f"{server.url}/health")
    assert response.json() == {"status": 200, "message": "OK"}
    assert response.headers["x-inngest-server-kind"] == "dev"


def test_the_event_api_answers_as_go_does(server: LocalInngest) -> None:
    headers = {"x-inngest-event-id-seed": "1795456839034,MdKVwipOORrTRQ==", "origin": "http://x"}
    response = httpx.post(f"{server.url}/e/any", content=b'[{"name":"r/x"}]', headers=headers)
    assert response.text == '{"ids":["01M84S2BBT6799BGHA9RWHNMT6"],"status":200}\n'
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-inngest-server-kind"] == "dev"
    assert response.headers["access-control-allow-origin"] == "http://x"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/e/", 303), ("POST", "/e", 404), ("GET", "/e/key", 405), ("GET", "/nowhere", 404)],
)
def test_what_is_no_route(server: LocalInngest, method: str, path: str, status: int) -> None:
    assert httpx.request(method, server.url + path, content=b"{}").status_code == status


def test_event_keys(guarded: LocalInngest) -> None:
    url = f"{guarded.url}/e/"
    assert httpx.post(url + EVENT_KEY, content=b"[]").status_code == 200
    assert httpx.post(url + "other", content=b"[]").status_code == 200
    refused = httpx.post(url + "wrong", content=b"[]")
    assert refused.status_code == 401
    assert refused.text == '{"status":401,"message":"","error":"Event key not found"}\n'
    assert refused.headers["content-type"] == "application/json"


def test_keys_are_asked_for_and_there_are_none() -> None:
    with LocalInngest(event_keys=[]) as server:
        refused = httpx.post(f"{server.url}/e/any", content=b"[]")
        assert refused.status_code == 503
        assert server.event_key == ""


def test_the_api_asks_for_the_signing_key(guarded: LocalInngest) -> None:
    paths = [
        ("POST", "/fn/register"),
        ("GET", f"/v1/events/{NO_ID}/runs"),
        ("GET", f"/v1/runs/{NO_ID}"),
        ("GET", "/v1/apps/demo/functions"),
    ]
    for method, path in paths:
        refused = httpx.request(method, guarded.url + path, content=b"{}")
        assert (refused.status_code, refused.text) == (401, "Authentication failed")
        headers = {"authorization": f"Bearer {HASH}"}
        admitted = httpx.request(method, guarded.url + path, content=b"{}", headers=headers)
        assert admitted.status_code != 401


def test_registering_by_hand(server: LocalInngest) -> None:
    url = f"{server.url}/fn/register"
    body: dict[str, object] = {"appName": "by-hand", "functions": []}
    first, second = (httpx.post(url, json=body).json() for _ in range(2))
    assert first.keys() == {"ok", "modified", "sync_id", "app_id"}
    assert (first["ok"], first["modified"], second["modified"]) == (True, True, False)
    assert uuid.UUID(first["app_id"]) == uuid.UUID(second["app_id"])
    assert uuid.UUID(first["sync_id"]) != uuid.UUID(second["sync_id"])
    refused = httpx.post(url, json={})
    assert refused.status_code == 400
    assert refused.json() == {"error": "App ID required", "data": None, "status": 400}
    mistaken = httpx.post(url, json=body, headers={"x-inngest-expected-server-kind": "cloud"})
    assert mistaken.status_code == 400
    assert mistaken.json() == {"error": "Expected server kind dev, got cloud"}


def test_runs_are_shown_as_the_api_does(server: LocalInngest) -> None:
    client = client_of(server)

    @client.create_function(fn_id="shown", trigger=inngest.TriggerEvent(event="r/shown"))
    def shown(ctx: inngest.ContextSync) -> object:
        ctx.step.wait_for_event("wait", event="r/go", timeout=60_000)
        return {"a": 1}

    with serving(client, [shown]) as url:
        server.register(url)
        event_id = client.send_sync(inngest.Event(name="r/shown"))[0]
        server.wait_idle()
        (going,) = httpx.get(f"{server.url}/v1/events/{event_id}/runs").json()["data"]
        assert (going["status"], going["ended_at"]) == ("Running", None)
        assert "output" not in going
        client.send_sync(inngest.Event(name="r/go"))
        run = server.run_of(event_id)
    answer = httpx.get(f"{server.url}/v1/events/{event_id.lower()}/runs").json()
    assert answer["metadata"].keys() == {"fetched_at", "cached_until"}
    (data,) = answer["data"]
    assert data["run_id"] == run.id
    assert data["event_id"] == event_id
    assert data["status"] == "Completed"
    assert data["output"] == {"a": 1}
    assert data["run_started_at"] <= data["ended_at"]
    assert httpx.get(f"{server.url}/v1/runs/{run.id}").json()["data"] == data


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/v1/events/mine/runs", 400, "Invalid event ID: mine"),
        ("/v1/runs/mine", 400, "Invalid run ID: mine"),
        (f"/v1/runs/{NO_ID}", 500, f"Unable to load function run: {NO_ID}"),
    ],
)
def test_runs_that_cannot_be_shown(
    server: LocalInngest, path: str, status: int, error: str
) -> None:
    response = httpx.get(server.url + path)
    assert response.json() == {"error": error, "data": None, "status": status}
    assert response.status_code == status


def test_an_event_without_runs(server: LocalInngest) -> None:
    assert httpx.get(f"{server.url}/v1/events/{NO_ID}/runs").json()["data"] == []


def test_an_app_that_is_gone_before_it_sent_all_is_no_error(
    server: LocalInngest, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(server.events)
    host, _, port = server.url.removeprefix("http://").partition(":")
    with caplog.at_level(logging.DEBUG), socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /e/k HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n[{")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1000) == b""
    assert len(server.events) == before
    assert "Traceback" not in caplog.text


def test_events_are_listed_the_latest_first() -> None:
    with LocalInngest() as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        events = [{"name": "t/a"}, {"name": "t/b", "data": {"n": 1}, "id": "mine"}, {"name": "t/a"}]
        ids = client.post("/e/k", json=events).json()["ids"]

        def listed(query: str = "") -> list[str]:
            answer = json.loads(client.get(f"/v1/events{query}").content)
            return [event["internal_id"] for event in answer["data"]]

        assert listed() == ids[::-1]
        assert listed("?name=t/a&limit=1") == ids[2:]
        assert listed("?name=t/none&limit=x") == []
        shown = json.loads(client.get(f"/v1/events/{ids[1].lower()}").content)["data"]
        assert (shown["name"], shown["data"], shown["id"]) == ("t/b", {"n": 1}, "mine")
        assert shown["received_at"].endswith("Z")
        assert client.get("/v1/events/01M84S2BBT6799BGHA9RWHNMT6").status_code == 404
        assert client.get("/v1/events/none").status_code == 400


def test_only_who_has_the_key_may_list_events_and_keep_steps() -> None:
    with LocalInngest(signing_key="00") as server:
        for method, path in (("GET", "/v1/events"), ("POST", "/v1/checkpoint/01R/async")):
            assert httpx.request(method, f"{server.url}{path}").status_code == 401


def test_steps_of_no_run_are_not_kept() -> None:
    with LocalInngest() as server:
        url = f"{server.url}/v1/checkpoint/01R/async"
        for body in (b"{}", b"[]", b"no JSON", b'{"steps":[1,{"op":"StepRun"}]}'):
            assert httpx.post(url, content=body).status_code == 400


def test_steps_of_a_run_that_goes_on_are_kept() -> None:
    with LocalInngest() as server:
        client = client_of(server)

        @client.create_function(fn_id="waiting", trigger=inngest.TriggerEvent(event="r/wait"))
        def waiting(ctx: inngest.ContextSync) -> None:
            ctx.step.wait_for_event("wait", event="r/go", timeout=600_000)

        with serving(client, [waiting]) as url:
            server.register(url)
            client.send_sync(inngest.Event(name="r/wait"))
            server.wait_idle()
            [run] = server.runs
            kept = {"steps": [{"id": "a", "op": "StepRun", "displayName": "one", "data": 1}]}
            answer = httpx.post(f"{server.url}/v1/checkpoint/{run.id}/async", json=kept)
    assert (answer.status_code, [step.id for step in run.steps]) == (200, ["one"])
