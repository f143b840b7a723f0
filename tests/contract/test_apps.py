"""How an app and a server come to know and to trust each other, with each framework."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from platform_events.testing.local import canonical
from platform_events.testing.local.calls import SigningKey
from tests.contract.event_api import EventApi
from tests.contract.world import World, bearer


def request(world: World, member: str) -> dict[str, Any]:  # Any: JSON
    """Make the first call of a run, with what the SDK asks for."""
    event = {**world.raw("plain", member), "id": member, "ts": 1795456839034}
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
    world: World, body: dict[str, Any], headers: dict[str, str], function: str = "plain"
) -> httpx.Response:
    """Call a function as a server does."""
    params = {"fnId": f"{world.app_id}-{function}", "stepId": "step"}
    content = canonical.dumps(body)
    return world.app.post("/api/inngest", params=params, content=content, headers=headers)


def test_registering_again_changes_nothing(world: World) -> None:
    answer = world.register()
    assert answer.status_code == 200
    assert answer.headers["x-inngest-sync-kind"] == "out_of_band"
    found = answer.json()
    assert (found["ok"], found["modified"]) == (True, False)
    assert found.keys() >= {"sync_id", "app_id"}


def test_the_app_says_what_it_is(world: World) -> None:
    kind = "cloud" if world.target.signing_key else "dev"
    answer = world.app.get("/api/inngest", headers=world.signature(b""))
    assert answer.status_code == 200
    assert answer.headers["x-inngest-expected-server-kind"] == kind
    assert answer.json()["mode"] == kind


def test_only_a_server_with_the_key_may_call(world: World, member: str) -> None:
    body = request(world, member)
    is_open = world.target.signing_key is None
    forged = SigningKey("00").sign(canonical.dumps(body), int(time.time()))
    for headers in ({}, {"x-inngest-signature": forged}):
        assert call(world, body, headers).status_code == (200 if is_open else 401)


def test_a_signed_call_gets_a_signed_answer(world: World, member: str) -> None:
    body = request(world, member)
    signature = world.signature(canonical.dumps(body))
    answer = call(world, body, signature)
    assert (answer.status_code, answer.json()) == (200, member)
    assert ("x-inngest-signature" in answer.headers) is bool(signature)


def test_another_body_needs_another_signature(world: World, member: str) -> None:
    signature = world.signature(canonical.dumps(request(world, member)))
    answer = call(world, request(world, f"not_{member}"), signature)
    assert answer.status_code == (401 if signature else 200)


def test_a_function_that_is_not_there(world: World, member: str) -> None:
    body = request(world, member)
    answer = call(world, body, world.signature(canonical.dumps(body)), "missing")
    assert answer.status_code == 500
    assert answer.json()["code"] == "function_not_found"


def test_the_functions_of_an_app_are_listed(world: World, unique: str) -> None:
    def listed(app_id: str) -> list[dict[str, object]] | None:
        url = f"/v1/apps/{app_id}/functions"
        answer = world.api.get(url, headers=bearer(world.target))
        assert answer.status_code == 200
        found: list[dict[str, object]] | None = answer.json()
        return found

    functions = listed(world.app_id)
    assert functions
    assert all(str(function["id"]).startswith(world.app_id) for function in functions)
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
