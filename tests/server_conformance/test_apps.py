"""How an app and a server come to know and to trust each other, with each framework."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from platform_events.testing._local import go_json
from platform_events.testing._local.signing_key import SigningKey
from tests.server_conformance.event_api import EventApi
from tests.server_conformance.served_app import ServedApp, bearer


def request(served: ServedApp, member: str) -> dict[str, Any]:  # Any: JSON
    """Make the first call of a run, with what the SDK asks for."""
    event = {**served.raw("plain", member), "id": member, "ts": 1795456839034}
    ctx: dict[str, Any] = {
        "run_id": member,
        "attempt": 0,
        "disable_immediate_execution": False,
        "stack": {"stack": [], "current": 0},
    }
    return {
        "ctx": ctx,
        "event": event,
        "events": [event],
        "steps": {},
        "use_api": False,
    }


def call(
    served: ServedApp, body: dict[str, Any], headers: dict[str, str], function: str = "plain"
) -> httpx.Response:
    """Call a function as a server does."""
    params = {"fnId": f"{served.app_id}-{function}", "stepId": "step"}
    content = go_json.dumps(body)
    return served.app.post("/api/inngest", params=params, content=content, headers=headers)


def test_registering_again_changes_nothing(served: ServedApp) -> None:
    answer = served.register()
    assert answer.status_code == 200
    assert answer.headers["x-inngest-sync-kind"] == "out_of_band"
    found = answer.json()
    assert (found["ok"], found["modified"]) == (True, False)
    assert found.keys() >= {"sync_id", "app_id"}


def test_the_app_says_what_it_is(served: ServedApp) -> None:
    kind = "cloud" if served.target.signing_key else "dev"
    answer = served.app.get("/api/inngest", headers=served.signature(b""))
    assert answer.status_code == 200
    assert answer.headers["x-inngest-expected-server-kind"] == kind
    assert answer.json()["mode"] == kind


def test_only_a_server_with_the_key_may_call(served: ServedApp, member: str) -> None:
    body = request(served, member)
    is_open = served.target.signing_key is None
    forged = SigningKey("00").sign(go_json.dumps(body), int(time.time()))
    for headers in ({}, {"x-inngest-signature": forged}):
        assert call(served, body, headers).status_code == (200 if is_open else 401)


def test_a_signed_call_gets_a_signed_answer(served: ServedApp, member: str) -> None:
    body = request(served, member)
    signature = served.signature(go_json.dumps(body))
    answer = call(served, body, signature)
    assert (answer.status_code, answer.json()) == (200, member)
    assert ("x-inngest-signature" in answer.headers) is bool(signature)


def test_another_body_needs_another_signature(served: ServedApp, member: str) -> None:
    signature = served.signature(go_json.dumps(request(served, member)))
    answer = call(served, request(served, f"not_{member}"), signature)
    assert answer.status_code == (401 if signature else 200)


def test_a_function_that_is_not_there(served: ServedApp, member: str) -> None:
    body = request(served, member)
    answer = call(served, body, served.signature(go_json.dumps(body)), "missing")
    assert answer.status_code == 500
    assert answer.json()["code"] == "function_not_found"


def test_the_functions_of_an_app_are_listed(served: ServedApp, unique: str) -> None:
    def listed(app_id: str) -> list[dict[str, object]] | None:
        url = f"/v1/apps/{app_id}/functions"
        answer = served.api.get(url, headers=bearer(served.target))
        assert answer.status_code == 200
        found: list[dict[str, object]] | None = answer.json()
        return found

    functions = listed(served.app_id)
    assert functions
    assert all(str(function["id"]).startswith(served.app_id) for function in functions)
    assert not listed(unique)


def test_only_an_app_with_the_key_may_register(event_api: EventApi) -> None:
    is_open = event_api.target.signing_key is None
    registration: dict[str, object] = {"appname": "contract-nobody", "functions": []}
    for headers in ({}, {"authorization": "Bearer 00"}):
        answer = event_api.http.post("/fn/register", json=registration, headers=headers)
        assert (answer.status_code == 401) is not is_open
        runs = event_api.http.get("/v1/events/01M84S2BBT6799BGHA9RWHNMT6/runs", headers=headers)
        assert (runs.status_code == 401) is not is_open


@pytest.mark.parametrize(
    "options",
    [
        {"triggers": [{"event": f"contract/{number}"} for number in range(11)]},
        {"triggers": [{"event": "contract/a"}, {"event": "contract/a"}]},
        {"triggers": [{"event": "contract/" + "a" * 247}]},
        {"cancel": [{"event": f"contract/{number}"} for number in range(6)]},
        {"batchEvents": {"maxSize": 1, "timeout": "5s"}},
    ],
    ids=["triggers", "twice", "name", "cancellations", "batch"],
)
def test_limits_of_a_function(event_api: EventApi, unique: str, options: dict[str, object]) -> None:
    url = "http://127.0.0.1:9/api/inngest"
    runtime = {"type": "http", "url": f"{url}?fnId={unique}-f&stepId=step"}
    step = {"id": "step", "name": "step", "runtime": runtime, "retries": {"attempts": 0}}
    base = {"id": f"{unique}-f", "name": "F", "steps": {"step": step}}
    triggers = {"triggers": [{"event": f"contract/{unique}"}]}
    status = [
        event_api.http.post(
            "/fn/register",
            json={"appname": unique, "url": url, "sdk": "py:v0.5.19", "functions": [function]},
            headers=bearer(event_api.target),
        ).status_code
        for function in (base | triggers | options, base | triggers)
    ]
    assert status == [400, 200]
