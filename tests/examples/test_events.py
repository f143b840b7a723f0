"""Every event has an example."""

from __future__ import annotations

from examples.events import EVENTS
from platform_events import EVENT_TYPES


def test_there_is_one_example_of_every_event() -> None:
    assert tuple(map(type, EVENTS)) == EVENT_TYPES


def test_every_example_survives_the_wire() -> None:
    assert tuple(type(event).from_data(event.to_data()) for event in EVENTS) == EVENTS
