from __future__ import annotations

import base64
import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.testing._local.event_api import (
    MAX_EVENT_BYTES,
    Receipt,
    check_key,
    receive,
)
from platform_events.testing._local.go_json import Json

NOW = 1795456839000
GO_OBJECT = "map[string]interface {}"
SEED = "1795456839034,MdKVwipOORrTRQ=="
RECORDED = b'[{"data":{"sku":"A1","total":10.0},"name":"shop/order.created","ts":1795456839034}]'


def post(body: bytes | Json, **headers: str) -> Receipt:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    count = iter(range(1, 6000))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return receive(content, named, now=NOW, new_id=lambda: f"id{next(count)}")


def answer(receipt: Receipt) -> dict[str, object]:
    assert receipt.body.endswith(b"\n")
    found = cast("dict[str, object]", json.loads(receipt.body))
    assert found["status"] == receipt.status
    return found


def error(receipt: Receipt) -> str:
    assert receipt.status == 400
    return str(answer(receipt)["error"])


def test_the_recorded_request_gets_the_recorded_answer() -> None:
    receipt = post(RECORDED, x_inngest_event_id_seed=SEED)
    assert receipt.body == b'{"ids":["01M84S2BBT6799BGHA9RWHNMT6"],"status":200}\n'
    (accepted,) = receipt.accepted
    assert accepted.event == {
        "name": "shop/order.created",
        "data": {"sku": "A1", "total": 10},
        "user": {},
        "id": "01M84S2BBT6799BGHA9RWHNMT6",
        "ts": 1795456839034,
    }
    assert repr(accepted.data["total"]) == "10"
    assert repr(accepted) == "<ReceivedEvent shop/order.created 01M84S2BBT6799BGHA9RWHNMT6>"


def test_good_events_before_a_bad_one_are_accepted() -> None:
    receipt = post([{"name": "good"}, {"name": ""}, {"name": "never"}])
    assert receipt.body == b'{"ids":["id1"],"status":400,"error":"event name is empty"}\n'
    assert [one.name for one in receipt.accepted] == ["good"]


@pytest.mark.parametrize("body", [b"", b" \n", b"[]", b"[ ]"])
def test_nothing_is_accepted_with_one_empty_id(body: bytes) -> None:
    assert post(body).body == b'{"ids":[""],"status":200}\n'


REFUSED: list[tuple[bytes | Json, str]] = [
    ({"name": ""}, "event name is empty"),
    ({}, "event name is empty"),
    ([None], "event name is empty"),
    ({"name": None}, "event name is empty"),
    (
        {"name": "InnGest/<x>"},
        "event name is reserved for internal use: InnGest/<x>",
    ),
    ({"name": "a", "ts": 315532799999}, "timestamp is before Jan 1, 1980"),
    ({"name": "a", "ts": -5}, "timestamp is before Jan 1, 1980"),
    ({"name": "a", "ts": 4102444800001}, "timestamp is after Jan 1, 2100"),
    (b'"x"', "Request body must contain an event object or an array of event objects"),
    (b"5", "Request body must contain an event object or an array of event objects"),
    (b"}", "Request body must contain an event object or an array of event objects"),
    ([5], "json: cannot unmarshal number into Go value of type event.raw"),
    (["x"], "json: cannot unmarshal string into Go value of type event.raw"),
    ([[]], "json: cannot unmarshal array into Go value of type event.raw"),
    ([True], "json: cannot unmarshal bool into Go value of type event.raw"),
    (
        {"name": {}},
        "json: cannot unmarshal object into Go struct field raw.name of type string",
    ),
    (
        {"name": "a", "data": []},
        f"json: cannot unmarshal array into Go struct field raw.data of type {GO_OBJECT}",
    ),
    (
        {"name": "a", "ts": 1.5},
        "json: cannot unmarshal number into Go struct field raw.ts of type int64",
    ),
    (
        {"name": "a", "ts": 1 << 63},
        "json: cannot unmarshal number into Go struct field raw.ts of type int64",
    ),
    (
        {"name": "a", "ts": "1"},
        "json: cannot unmarshal string into Go struct field raw.ts of type int64",
    ),
    ({"name": "a", "meta": {"sessions": {"": "x"}}}, "event session keys cannot be empty"),
    (b'{"name":"a"', "unexpected end of JSON input"),
    (b'[{"name":', "unexpected EOF"),
    (b'[{"name":"a"} {"name":"b"}]', "expected comma after array element"),
    (b'[{"name":"a"},]', "invalid character ']' looking for beginning of value"),
    (b'{"name":"a"},', "invalid character ',' after top-level value"),
]


@pytest.mark.parametrize(("body", "problem"), REFUSED)
def test_what_is_refused_and_how(body: bytes | Json, problem: str) -> None:
    assert error(post(body)) == problem


def test_less_than_signs_are_escaped_as_go_does() -> None:
    assert b"inngest/\\u003cx\\u003e" in post({"name": "inngest/<x>"}).body


@pytest.mark.parametrize("ts", [315532800000, 4102444800000])
def test_the_bounds_of_time_are_within(ts: int) -> None:
    assert post({"name": "a", "ts": ts}).accepted[0].event["ts"] == ts


@pytest.mark.parametrize("ts", [{}, {"ts": 0}, {"ts": None}])
def test_an_event_without_time_gets_that_of_receipt(ts: dict[str, Json]) -> None:
    assert post({"name": "a", **ts}).accepted[0].event["ts"] == NOW


def test_keys_match_in_any_case_and_unknown_ones_are_dropped() -> None:
    (one,) = post({"NAME": "a", "Data": {"X": 1}, "ID": "mine", "other": 1}).accepted
    assert one.event == {"name": "a", "data": {"X": 1}, "user": {}, "id": "mine", "ts": NOW}
    assert one.internal_id == "id1"


def test_all_fields_are_kept_but_what_is_internal() -> None:
    (one,) = post(
        {
            "name": "a",
            "data": {"_inngest": 1, "k": None},
            "user": {"u": 1},
            "v": "2",
            "meta": {"sessions": {"s": "1"}},
        }
    ).accepted
    assert one.event["data"] == {"k": None}
    assert one.event["user"] == {"u": 1}
    assert one.event["v"] == "2"
    assert one.event["meta"] == {"sessions": {"s": "1"}}


@pytest.mark.parametrize("body", [b'[{"name":"a"}', b'[{"name":"a"}}', b'[{"name":"a"}] tail'])
def test_an_array_may_end_as_go_lets_it(body: bytes) -> None:
    assert post(body).status == 200


def test_the_largest_event_is_accepted_and_one_byte_more_is_not() -> None:
    frame = len(b'{"name":"a","data":{"x":""}}')
    fits = b'{"name":"a","data":{"x":"%s"}}' % (b"y" * (MAX_EVENT_BYTES - frame))
    assert len(fits) == 3145728
    assert post(fits).status == 200
    assert post(b"[ " + fits + b" ]").status == 200
    assert error(post(fits + b" ")) == (
        "Event is over the max size: Max 3145728 bytes / Size 3145729 bytes"
    )
    larger = b'[{"name":"first"},' + fits.replace(b"yy", b"yyy", 1) + b"]"
    assert len(post(larger).accepted) == 1
    assert "Size 3145729 bytes" in error(post(larger))


def test_five_thousand_events_are_accepted_and_the_next_is_not() -> None:
    events: list[Json] = [{"name": "a"}] * 5001
    receipt = post(events)
    assert error(receipt) == "Cannot have more than 5000 events in a batch"
    assert len(receipt.accepted) == 5000
    assert len(cast("list[str]", answer(receipt)["ids"])) == 5000


def test_what_is_not_utf_8_is_replaced() -> None:
    assert post(b'{"name":"a\xff"}').accepted[0].name == "a\ufffd"


def test_a_form_is_read_as_lists_of_texts() -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    assert error(post(b"name=a", content_type=kind)) == (
        "json: cannot unmarshal array into Go struct field raw.name of type string"
    )
    assert error(post(b"x=a", content_type=kind)) == "event name is empty"


def test_a_malformed_seed_gives_other_ids() -> None:
    assert post(RECORDED, x_inngest_event_id_seed="x").accepted[0].internal_id == "id1"


def test_keys() -> None:
    assert check_key("any", None) is None
    assert check_key("k", ["k"]) is None
    unknown, none = check_key("x", ["k"]), check_key("x", [])
    assert unknown is not None
    assert unknown.status == 401
    assert unknown.body == b'{"status":401,"message":"","error":"Event key not found"}\n'
    assert none is not None
    assert answer(none) == {
        "status": 503,
        "message": "",
        "error": "Event keys are required to process events securely",
    }


@given(
    st.lists(st.sampled_from(["good", ""])),
    st.integers(1, (1 << 48) - 1),
    st.binary(min_size=10, max_size=10),
)
def test_the_accepted_are_those_before_the_first_bad_one(
    names: list[str], millis: int, entropy: bytes
) -> None:
    seed = f"{millis},{base64.b64encode(entropy).decode()}"
    body: Json = [{"name": name} for name in names]
    once = post(body, x_inngest_event_id_seed=seed)
    again = post(body, x_inngest_event_id_seed=seed)
    good = names.index("") if "" in names else len(names)
    assert len(once.accepted) == good
    assert once.status == (400 if "" in names else 200)
    assert answer(once)["ids"] == ([one.internal_id for one in once.accepted] or [""])
    assert len({one.internal_id for one in once.accepted}) == good
    assert again == once
