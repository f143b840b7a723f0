"""From events to JSON: what is checked, and how it is encoded."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import inngest
import pytest

from platform_events import (
    HeartRate,
    InvalidEventError,
    MemberFollowed,
    WearableDataReceived,
)
from platform_events.events._encoding import encode_any, encode_event

from ..support.clients import MOMENT, chain, follow

NAME = "platform/social.member-followed"


def test_the_server_gives_the_time_to_an_event_without_one() -> None:
    """A clock that is ahead would delay the runs."""
    assert json.loads(encode_event(follow())) == {"name": NAME, "data": follow().to_data()}
    assert json.loads(encode_any(inngest.Event(name="a"))) == {"name": "a", "data": {}}


def test_an_event_is_encoded_with_its_id_and_time() -> None:
    assert json.loads(encode_event(follow().to_inngest(id="k", ts=MOMENT))) == {
        "name": NAME,
        "data": follow().to_data(),
        "id": "k",
        "ts": 1795458600000,
    }
    event = follow().to_inngest(id="k", ts=MOMENT)
    assert encode_event(event) == encode_any(event) or json.loads(
        encode_event(event)
    ) == json.loads(encode_any(event))


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ({"n": 1.5, "t": (1, 2)}, {"n": 1.5, "t": [1, 2]}),
        ({"nested": {"at": MOMENT}}, {"nested": {"at": "2026-11-23T18:30:00Z"}}),
        ({"text": "☃ \U0001f600"}, {"text": "☃ \U0001f600"}),
    ],
)
def test_data_of_any_name_becomes_json(data: dict[str, Any], sent: object) -> None:  # Any: JSON
    assert json.loads(encode_any(inngest.Event(name="a", data=data)))["data"] == sent


def cyclic() -> dict[str, Any]:  # Any: no JSON
    cycle: dict[str, Any] = {}
    cycle["self"] = cycle
    return cycle


def deep() -> dict[str, Any]:  # Any: JSON
    nested: dict[str, Any] = {}
    for _ in range(100_000):
        nested = {"a": nested}
    return nested


@pytest.mark.parametrize(
    "data",
    [
        {"n": float("nan")},
        {"n": [float("inf")]},
        {"o": object()},
        {"b": b"\xff"},
        cyclic(),
        deep(),
        None,
        ["secret"],
        5,
    ],
    ids=["nan", "inf", "object", "bytes", "cycle", "deep", "none", "list", "int"],
)
def test_data_that_is_no_json_is_refused_without_showing_it(data: Any) -> None:  # Any: no JSON
    event = inngest.Event(name="a/b")
    event.data = data
    with pytest.raises(InvalidEventError) as caught:
        encode_any(event)
    assert str(caught.value) == "invalid a/b: data: must hold JSON values only"
    assert chain(caught.value) == [caught.value]


@pytest.mark.parametrize("name", ["", None, 7])
def test_an_event_of_any_name_has_a_name(name: Any) -> None:  # Any: wrong types
    event = inngest.Event(name="a")
    event.name = name
    with pytest.raises(InvalidEventError, match="event: name: must be a non-empty string"):
        encode_any(event)


def test_an_id_and_a_time_of_any_event_are_checked() -> None:
    with pytest.raises(InvalidEventError, match="ts: must lie"):
        encode_any(inngest.Event(name="a", ts=5))
    with pytest.raises(InvalidEventError, match="id: must have"):
        encode_any(inngest.Event(name="a", id="x" * 10_001))


@pytest.mark.parametrize("wrong", [follow(), {}, None, MemberFollowed, inngest.Event])
def test_the_sdks_functions_take_the_sdks_events_alone(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"is not an inngest.Event: use send_event\(\)"):
        encode_any(wrong)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("followee_id", 5, "followee_id: Input should be a valid string"),
        ("followee_id", "", "followee_id: String should have at least 1 character"),
        ("followee_id", None, "followee_id: Field required"),
        ("followed_at", "secret", "followed_at: Input should be a valid datetime"),
        ("followed_at", object(), "a field was changed to what is not JSON"),
    ],
)
def test_an_event_that_was_changed_past_its_checks_is_refused(
    field: str, value: object, message: str
) -> None:
    event = follow()
    object.__setattr__(event, field, value)
    with pytest.raises(InvalidEventError) as caught:
        encode_event(event)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("make", [follow, lambda: MemberFollowed.from_data(follow().to_data())])
def test_an_event_is_refused_however_it_was_made(make: Callable[[], MemberFollowed]) -> None:
    event = make()
    assert encode_event(event) == encode_event(pickle.loads(pickle.dumps(event)))  # its own
    vars(event)["followee_id"] = event.follower_id
    with pytest.raises(InvalidEventError, match="followee_id"):
        encode_event(event)


def wearable(count: int) -> WearableDataReceived:
    return WearableDataReceived(
        member_id="mem_1",
        provider="oura",
        measurements=tuple(HeartRate(measured_at=MOMENT, heart_rate_bpm=60) for _ in range(count)),
        received_at=MOMENT,
    )


def test_what_is_inside_of_an_event_is_checked_again() -> None:
    event = wearable(3)
    object.__setattr__(event.measurements[1], "heart_rate_bpm", 5.0)
    with pytest.raises(InvalidEventError, match=r"measurements\.1\..*heart_rate_bpm"):
        encode_event(event)


def test_a_field_of_a_large_event_is_checked_again() -> None:
    event = wearable(200)
    object.__setattr__(event, "member_id", "")
    with pytest.raises(InvalidEventError, match="member_id"):
        encode_event(event)


@pytest.mark.filterwarnings("error")
def test_what_is_inside_of_a_large_event_keeps_its_types() -> None:
    event = wearable(200)
    assert len(encode_event(event)) > 8 * 1024
    object.__setattr__(event.measurements[7], "heart_rate_bpm", "secret")
    with pytest.raises(InvalidEventError, match=r"measurements\.7\..*valid number") as caught:
        encode_event(event)
    assert "secret" not in str(caught.value)
