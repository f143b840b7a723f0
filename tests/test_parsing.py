from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.events import EVENTS
from platform_events import (
    EVENT_NAMES,
    Event,
    InvalidEventError,
    InvalidEventNameError,
    UnknownEventError,
    is_event_name,
    parse_event,
)


@given(st.sampled_from(EVENTS))
def test_what_was_sent_is_read_by_its_name(event: Event) -> None:
    read = parse_event(event.event_name, event.to_data())
    assert read == event
    assert type(read) is type(event)


@given(st.sampled_from(EVENTS))
def test_it_reads_as_a_consumer_does(event: Event) -> None:
    assert parse_event(event.event_name, event.to_data() | {"of_next_year": [1]}) == event


def test_a_class_from_outside_the_catalogue_is_found() -> None:
    class Parsed(Event, name="platform/sync.parsed-in-a-test"):
        number: int

    read: object = parse_event(Parsed.event_name, {"number": 1})
    assert read == Parsed(number=1)


def test_an_unknown_name_is_refused_with_those_that_are_near() -> None:
    with pytest.raises(UnknownEventError, match=r"platform/social\.reaction-added"):
        parse_event("platform/social.reaction-addd", {})


@given(st.text().filter(lambda text: not is_event_name(text)))
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidEventNameError):
        parse_event(name, {})


@given(st.sampled_from(sorted(EVENT_NAMES)), st.text(min_size=8))
def test_data_that_breaks_the_schema_is_refused_without_its_values(name: str, value: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        parse_event(name, {"member_id": {"nested": value}})
    assert name in str(caught.value)
    assert caught.value.__context__ is None
