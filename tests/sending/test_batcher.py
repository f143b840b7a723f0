"""How requests are filled with events."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

import inngest
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from platform_events import EventTooLargeError
from platform_events.events._encoding import encode_event
from platform_events.sending._batches import Batch, Batcher
from platform_events.sending._pace import MAX_BATCH_EVENTS, MAX_REQUEST_BYTES, Pace

from ..support.clients import follow

if TYPE_CHECKING:
    from platform_events.events._encoding import Sendable


def sized(event: Sendable) -> bytes:
    """Encode an event as many bytes as it says."""
    assert isinstance(event, inngest.Event)
    return b"x" * event.ts


def events_of(sizes: list[int]) -> list[Sendable]:
    return [inngest.Event(name="a", ts=size) for size in sizes]


def batches_of(events: list[Sendable], limit: int = MAX_REQUEST_BYTES) -> list[Batch]:
    batcher = Batcher(sized, limit, Pace(MAX_BATCH_EVENTS))
    return list(batcher.split(batcher.encode_each(events)))


def body_size(batch: Batch) -> int:
    return len(b"[" + b",".join(batch.encoded) + b"]")


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
    batches = batches_of(events)
    assert [event for batch in batches for event in batch.events] == events
    for batch in batches:
        assert batch.events
        assert body_size(batch) <= MAX_REQUEST_BYTES or len(batch.events) == 1
    for batch, following in pairwise(batches):
        # It could not have taken the next event.
        assert batch.is_full
        assert body_size(batch) + len(",") + len(following.encoded[0]) > MAX_REQUEST_BYTES
    assert not (batches and batches[-1].is_full)


@given(st.integers(0, 3), st.integers(-1, 1))
@settings(deadline=None, max_examples=12)
def test_requests_hold_no_more_events_than_the_pace_allows(requests: int, more: int) -> None:
    count = max(0, requests * MAX_BATCH_EVENTS + more)
    batches = batches_of(events_of([1] * count))
    assert sum(len(batch.events) for batch in batches) == count
    assert all(len(batch.events) == MAX_BATCH_EVENTS for batch in batches[:-1])
    assert len(batches) == -(-count // MAX_BATCH_EVENTS)


@pytest.mark.parametrize("limit", [1, 10, MAX_REQUEST_BYTES + 10])
def test_an_event_may_be_as_large_as_the_limit_and_no_larger(limit: int) -> None:
    batcher = Batcher(sized, limit, Pace())
    exact, larger = events_of([limit, limit + 1])
    encoded = batcher.encode_each([exact, larger])
    assert next(encoded).event is exact
    with pytest.raises(EventTooLargeError) as caught:
        next(encoded)
    assert (caught.value.event, caught.value.size, caught.value.limit) == ("a", limit + 1, limit)
    assert batcher.taken == [larger]


def test_what_was_taken_and_is_not_sent_is_known() -> None:
    first, second = events_of([MAX_REQUEST_BYTES, 5])
    batcher = Batcher(sized, MAX_REQUEST_BYTES, Pace())
    batches = batcher.split(batcher.encode_each([first, second]))
    assert batcher.taken == []
    assert next(batches).events == [first]
    assert batcher.taken == [second]
    assert next(batches).events == [second]
    assert batcher.taken == []


def test_what_is_not_an_event_cannot_be_handed_back() -> None:
    batcher = Batcher(encode_event, 1000, Pace())
    wrong = cast("Sendable", "no event")
    with pytest.raises(TypeError, match="a str is not an event"):
        list(batcher.split(batcher.encode_each([follow(), wrong])))
    assert batcher.taken == [follow()]
