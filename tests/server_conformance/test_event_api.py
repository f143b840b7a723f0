"""The Event API, request by request, as senders in any language use it."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from typing import Any, Final

import pytest

from platform_events.testing._local.ulid import is_ulid
from tests.server_conformance.event_api import EventApi, accepted, answer, refused

MAX_EVENT_BYTES: Final = 3 * 1024 * 1024
MAX_EVENTS: Final = 5000
NOT_EVENTS: Final = "Request body must contain an event object or an array of event objects"


@pytest.fixture
def event(unique: str) -> dict[str, Any]:  # Any: JSON
    """Give an event that no function waits for."""
    return {"name": f"contract/{unique}", "data": {"n": 1}}


def test_one_event_gets_one_id(event_api: EventApi, event: dict[str, Any]) -> None:
    (found,) = accepted(event_api.post(event))
    assert is_ulid(found)


def test_an_array_gets_ids_in_order(event_api: EventApi, event: dict[str, Any]) -> None:
    ids = accepted(event_api.post([event, event, event]))
    assert len(set(ids)) == 3
    assert all(map(is_ulid, ids))


@pytest.mark.parametrize("body", [b"", b"[]"])
def test_nothing_is_accepted_and_gets_an_empty_id(event_api: EventApi, body: bytes) -> None:
    assert accepted(event_api.post(body)) == [""]


@pytest.mark.parametrize("body", [b"7", b'"text"', b"null", b"nonsense", b"<html>"])
def test_what_is_no_event_is_refused(event_api: EventApi, body: bytes) -> None:
    assert refused(event_api.post(body)) == NOT_EVENTS


def test_a_form_is_read_and_has_no_name(event_api: EventApi) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert refused(event_api.post(b"a=1&a=2", headers))


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_the_content_type_of_json_does_not_matter(
    event_api: EventApi, event: dict[str, Any], content_type: str
) -> None:
    assert accepted(event_api.post(event, {"content-type": content_type}))


def test_keys_are_read_in_any_case_and_unknown_ones_ignored(
    event_api: EventApi, unique: str
) -> None:
    assert accepted(event_api.post({"NAME": f"contract/{unique}", "Data": {}, "more": [1]}))


@pytest.mark.parametrize(
    "more",
    [
        {"data": None},
        {"data": {"_inngest": {}}},
        {"user": {"id": 1}, "v": "2026-11-23.1"},
        {"id": None, "ts": None},
        {"id": "", "ts": 0},
        {"ts": 315532800000},
    ],
    ids=str,
)
def test_what_may_be_in_an_event(
    event_api: EventApi, event: dict[str, Any], more: dict[str, Any]
) -> None:
    assert accepted(event_api.post(event | more))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": ""}, "event name is empty"),
        ({"name": None}, "event name is empty"),
        (
            {"name": "inngest/function.failed"},
            "event name is reserved for internal use: inngest/function.failed",
        ),
        ({"name": "Inngest/x"}, "event name is reserved for internal use: Inngest/x"),
        ({"ts": 1}, "timestamp is before Jan 1, 1980"),
        ({"ts": 315532799999}, "timestamp is before Jan 1, 1980"),
        ({"ts": -5}, "timestamp is before Jan 1, 1980"),
        ({"ts": 4102444800001}, "timestamp is after Jan 1, 2100"),
    ],
    ids=str,
)
def test_what_may_not_be_in_an_event(
    event_api: EventApi, event: dict[str, Any], wrong: dict[str, Any], error: str
) -> None:
    assert refused(event_api.post(event | wrong)) == error
    assert refused(event_api.post([event | wrong, event])) == error


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 1},
        {"data": [1]},
        {"data": "text"},
        {"ts": "2026-11-23T18:00:00Z"},
        {"ts": 1795456839034.5},
        {"id": 7},
        {"user": []},
    ],
    ids=str,
)
def test_wrong_types_are_refused(
    event_api: EventApi, event: dict[str, Any], wrong: dict[str, Any]
) -> None:
    # The text is that of the server's JSON library.
    assert refused(event_api.post(event | wrong))


@pytest.mark.parametrize("body", [b"{", b'{"name": }', b"[{]", b"[1]"])
def test_malformed_json_is_refused(event_api: EventApi, body: bytes) -> None:
    assert refused(event_api.post(body))


def padded(event: dict[str, Any], size: int) -> bytes:
    """Make an event of so many bytes."""
    empty = len(json.dumps(event | {"data": {"p": ""}}))
    return json.dumps(event | {"data": {"p": "x" * (size - empty)}}).encode()


def test_large_events_are_accepted_one_by_one(event_api: EventApi, event: dict[str, Any]) -> None:
    large = padded(event, MAX_EVENT_BYTES - 1024)
    assert len(accepted(event_api.post(b"[" + large + b"," + large + b"]"))) == 2
    assert len(accepted(event_api.post(large))) == 1


@pytest.mark.parametrize("form", [b"%s", b"[%s]"], ids=["object", "array"])
def test_too_large_an_event_is_refused(
    event_api: EventApi, event: dict[str, Any], form: bytes
) -> None:
    error = refused(event_api.post(form % padded(event, MAX_EVENT_BYTES + 1024)))
    # How much is read before the size is known to be too large is the server's affair.
    assert re.fullmatch(
        rf"Event is over the max size: Max {MAX_EVENT_BYTES} bytes / Size \d+ bytes", error
    )


def test_the_event_before_a_malformed_one_may_be_in(
    event_api: EventApi, event: dict[str, Any]
) -> None:
    response = event_api.post(b"[" + json.dumps(event).encode() + b",nonsense]")
    found = answer(response)
    assert (response.status_code, found["status"]) == (400, 400)
    assert found["error"]
    assert len(found["ids"]) == 1


def test_a_batch_stops_at_the_first_bad_event(event_api: EventApi, event: dict[str, Any]) -> None:
    response = event_api.post([event, event, event | {"name": ""}, event])
    found = answer(response)
    assert (response.status_code, found["error"]) == (400, "event name is empty")
    assert len(found["ids"]) == 2
    assert all(map(is_ulid, found["ids"]))


def test_a_request_holds_5000_events(event_api: EventApi, event: dict[str, Any]) -> None:
    small = {"name": event["name"]}
    assert len(accepted(event_api.post([small] * MAX_EVENTS))) == MAX_EVENTS
    response = event_api.post([small] * (MAX_EVENTS + 1))
    found = answer(response)
    assert response.status_code == 400
    assert found["error"] == "Cannot have more than 5000 events in a batch"
    # The last ones may race with the end of the request.
    assert MAX_EVENTS - 1 <= len(found["ids"]) <= MAX_EVENTS


def test_a_repeated_id_is_accepted_with_a_new_event_id(
    event_api: EventApi, event: dict[str, Any], unique: str
) -> None:
    (first,) = accepted(event_api.post(event | {"id": unique}))
    (second,) = accepted(event_api.post(event | {"id": unique}))
    assert len({first, second, unique}) == 3


def test_a_seed_makes_the_ids(event_api: EventApi, event: dict[str, Any]) -> None:
    seed = f"{int(time.time() * 1000)},{base64.b64encode(os.urandom(10)).decode()}"
    headers = {"x-inngest-event-id-seed": seed}
    ids = accepted(event_api.post([event, event], headers))
    assert accepted(event_api.post([event, event], headers)) == ids
    assert accepted(event_api.post(event, headers)) == ids[:1]
    assert accepted(event_api.post([event, event])) != ids


@pytest.mark.parametrize("seed", ["", "soon,AAAAAAAAAAAAAA==", "1795456839034,AAAA", "nonsense"])
def test_a_malformed_seed_is_ignored(event_api: EventApi, event: dict[str, Any], seed: str) -> None:
    headers = {"x-inngest-event-id-seed": seed}
    first, second = (accepted(event_api.post(event, headers)) for _ in range(2))
    assert first != second


def test_the_known_seed_of_a_recorded_request(event_api: EventApi, event: dict[str, Any]) -> None:
    headers = {"x-inngest-event-id-seed": "1795456839034,MdKVwipOORrTRQ=="}
    (found,) = accepted(event_api.post(event, headers))
    assert found == "01M84S2BBT6799BGHA9RWHNMT6"


def test_the_environment_does_not_matter(event_api: EventApi, event: dict[str, Any]) -> None:
    assert accepted(event_api.post(event, {"x-inngest-env": "feature/x"}))


def test_event_keys(event_api: EventApi, event: dict[str, Any]) -> None:
    response = event_api.post(event, key="no-such-key")
    if event_api.target.signing_key is None:
        assert accepted(response)  # a dev server takes any
    else:
        assert response.status_code == 401
        assert answer(response)["error"] == "Event key not found"


def test_no_event_key(event_api: EventApi, event: dict[str, Any]) -> None:
    assert event_api.post(event, key="").status_code >= 300


def test_the_server_says_what_it_is(event_api: EventApi, event: dict[str, Any]) -> None:
    origin = "https://example.com"
    response = event_api.post(event, {"origin": origin})
    kind = "cloud" if event_api.target.signing_key else "dev"
    assert response.headers["x-inngest-server-kind"] == kind
    assert response.headers["access-control-allow-origin"] == origin


def test_health(event_api: EventApi) -> None:
    found = event_api.http.get("/health")
    assert (found.status_code, answer(found)) == (200, {"status": 200, "message": "OK"})
