"""The context of a sender in the data of an event."""

from __future__ import annotations

import json
from typing import Any

import inngest
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import InvalidEventError
from platform_events.events._encoding import encode_any, encode_event
from platform_events.events._trace_context import (
    add_context,
    join_context,
    propagation,
    read_context,
    split_context,
)
from tests.functions.running_app import calculate

PARENT = {"traceparent": f"00-{1:032x}-{2:016x}-01"}
BOTH = {**PARENT, "tracestate": "vendor=1"}


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.sampled_from([PARENT, BOTH]))
def test_what_is_joined_is_read_and_split_again(
    data: dict[str, object], carrier: dict[str, str]
) -> None:
    data.pop("_trace", None)
    joined = json.loads(join_context(json.dumps(data).encode(), carrier))
    assert read_context(joined) == carrier
    assert split_context(joined) == (data, carrier)


def test_without_a_context_nothing_changes() -> None:
    assert join_context(b"{}", {}) == b"{}"
    assert add_context("platform/sync.a", b'{"a":1}') == b'{"a":1}'


def test_a_context_is_added_to_every_event_unless_it_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names: list[str] = []

    def inject(name: str) -> dict[str, str]:
        names.append(name)
        return PARENT

    monkeypatch.setattr(propagation, "inject", inject)
    event = calculate()
    received = event.to_inngest()
    received.data = {**received.data, "_trace": BOTH}
    bodies = [
        encode_event(event),
        encode_event(event.to_inngest()),
        encode_any(event.to_inngest()),
        encode_event(received),
        encode_any(received),
    ]
    found = [json.loads(body)["data"] for body in bodies]
    assert [data.pop("_trace") for data in found] == [PARENT, PARENT, PARENT, BOTH, BOTH]
    assert [data == event.to_data() for data in found] == [True] * 5
    assert names == [event.event_name] * 3


@pytest.mark.parametrize("other", ["text", {}, {"traceparent": 1}, {**PARENT, "more": "x"}])
def test_what_is_not_a_context_is_an_unknown_field(other: Any) -> None:
    event = calculate().to_inngest()
    event.data = {**event.data, "_trace": other}
    with pytest.raises(InvalidEventError, match="_trace"):
        encode_event(event)


def test_what_is_not_an_object_has_no_context() -> None:
    assert split_context([1]) == ([1], {})


def test_contexts_that_are_too_long_are_left_out() -> None:
    assert read_context({"_trace": {**PARENT, "tracestate": "x" * 513}}) == PARENT
    assert read_context({"tracestate": "vendor=1", **PARENT}) == BOTH
    assert read_context({}) == {}


def test_an_event_of_the_sdk_is_not_changed() -> None:
    event = inngest.Event(name="other/thing", data={"a": 1})
    encode_any(event)
    assert event.data == {"a": 1}
