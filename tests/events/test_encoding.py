"""From events to requests: what is checked, how it is encoded and how requests are filled."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import inngest
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from platform_events import (
    EventTooLargeError,
    HeartRate,
    InvalidEventError,
    MemberFollowed,
    WearableDataReceived,
)
from platform_events.events.encoding import encode_any, encode_event
from platform_events.sending.batches import MAX_BATCH_EVENTS, MAX_REQUEST_BYTES, Batch, Batcher

from ..support.clients import MOMENT, chain, follow

if TYPE_CHECKING:
    from platform_events.events.encoding import Sendable

NAME = "platform/social.member-followed"


def sized(event: Sendable) -> bytes:
    """Encode an event as many bytes as it says."""
    assert isinstance(event, inngest.Event)
    return b"x" * event.ts


def events_of(sizes: list[int]) -> list[Sendable]:
    return [inngest.Event(name="a", ts=size) for size in sizes]


def body_size(sizes: list[int]) -> int:
    return len("[]") + sum(sizes) + max(0, len(sizes) - 1) * len(",")


SIZES = st.lists(
    st.integers(1, 40)
    | st.sampled_from([99_999, MAX_REQUEST_BYTES // 2, MAX_REQUEST_BYTES - 3])
    | st.integers(MAX_REQUEST_BYTES - 5, MAX_REQUEST_BYTES),
    max_size=12,
)


@given(SIZES)
@example([MAX_REQUEST_BYTES // 2 - 1, MAX_REQUEST_BYTES // 2 - 2])
@example([MAX_REQUEST_BYTES // 2 - 1, MAX_REQUEST_BYTES // 2 - 1])
@settings(max_examples=50, deadline=None)
def test_requests_are_filled_to_the_limits_and_in_order(sizes: list[int]) -> None:
    events = events_of(sizes)
    batches = list(Batcher(sized, MAX_REQUEST_BYTES).split(events))
    assert [event for batch in batches for event in batch.events] == events
    for batch in batches:
        assert batch.events
        assert len(batch.body) == body_size([len(part) for part in batch.encoded])
        assert len(batch.body) <= MAX_REQUEST_BYTES or len(batch.events) == 1
    for batch, following in pairwise(batches):
        # It could not have taken the next event.
        assert len(batch.body) + len(",") + len(following.encoded[0]) > MAX_REQUEST_BYTES


@given(st.integers(0, 3), st.integers(-1, 1))
@settings(deadline=None)
def test_requests_hold_five_thousand_events_at_most(requests: int, more: int) -> None:
    count = max(0, requests * MAX_BATCH_EVENTS + more)
    batches = list(Batcher(sized, 100).split(events_of([1] * count)))
    assert sum(len(batch.events) for batch in batches) == count
    assert all(len(batch.events) == MAX_BATCH_EVENTS for batch in batches[:-1])
    assert len(batches) == -(-count // MAX_BATCH_EVENTS)


def test_a_body_is_a_json_array() -> None:
    assert Batch().body == b"[]"
    assert Batch([], [b"{}", b'{"a":1}']).body == b'[{},{"a":1}]'


@pytest.mark.parametrize("limit", [1, 10, MAX_REQUEST_BYTES + 10])
def test_an_event_may_be_as_large_as_the_limit_and_no_larger(limit: int) -> None:
    batcher = Batcher(sized, limit)
    exact, larger = events_of([limit, limit + 1])
    assert batcher.add(exact) is None
    with pytest.raises(EventTooLargeError) as caught:
        batcher.add(larger)
    assert (caught.value.event, caught.value.size, caught.value.limit) == ("a", limit + 1, limit)
    assert batcher.taken == [exact, larger]


def test_what_was_taken_and_is_not_sent_is_known() -> None:
    first, second = events_of([MAX_REQUEST_BYTES, 5])
    batcher = Batcher(sized, MAX_REQUEST_BYTES)
    assert batcher.taken == []
    assert batcher.add(first) is None
    assert batcher.taken == [first]
    full = batcher.add(second)
    assert full
    assert full.events == [first]
    assert batcher.taken == [second]
    assert batcher.flush() is not None
    assert batcher.taken == []
    assert batcher.flush() is None


def test_what_is_no_event_cannot_be_handed_back() -> None:
    batcher = Batcher(encode_event, 1000)
    batcher.add(follow())
    with pytest.raises(TypeError, match="a str is not an event"):
        batcher.add(cast("Sendable", "no event"))
    assert batcher.taken == [follow()]


def test_an_event_is_encoded_with_the_present_time() -> None:
    encoded = json.loads(encode_event(follow(), now=lambda: 1_700_000_000.1239))
    assert encoded == {"name": NAME, "data": follow().to_data(), "ts": 1_700_000_000_123}
    encoded = json.loads(encode_any(inngest.Event(name="a"), now=lambda: 1_700_000_000.9))
    assert encoded == {"name": "a", "data": {}, "ts": 1_700_000_000_900}


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
    with pytest.raises(TypeError, match=r"is no inngest.Event; send_event\(\) sends"):
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


@pytest.mark.filterwarnings("error")
def test_what_is_inside_of_a_large_event_keeps_its_types() -> None:
    event = WearableDataReceived(
        member_id="mem_1",
        provider="oura",
        measurements=tuple(HeartRate(measured_at=MOMENT, heart_rate_bpm=60) for _ in range(200)),
        received_at=MOMENT,
    )
    assert len(encode_event(event)) > 8 * 1024
    object.__setattr__(event.measurements[7], "heart_rate_bpm", "secret")
    with pytest.raises(InvalidEventError, match=r"measurements\.7\..*valid number") as caught:
        encode_event(event)
    assert "secret" not in str(caught.value)
