"""Every event has an example."""

from collections import Counter

from examples.events import EVENTS
from platform_events import EVENT_TYPES


def test_there_is_one_example_of_every_event() -> None:
    assert Counter(type(event) for event in EVENTS) == Counter(EVENT_TYPES)


def test_every_example_survives_the_wire() -> None:
    assert [type(event).from_data(event.to_data()) for event in EVENTS] == list(EVENTS)
