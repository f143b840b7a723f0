"""A service's own events, and how they are kept apart from the catalogue's."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given

from platform_events import (
    EVENT_NAMES,
    Event,
    EventDefinitionError,
    parse_event,
    parse_event_name,
)
from platform_events.events import event as module
from platform_events.events.event import PRIVATE_PREFIX
from platform_events.events.fields import MemberId
from platform_events.testing.strategies import events, wire_data


class MealLogged(Event, name="platform/scoring.x-kitchen-meal-logged"):
    """A member logged a meal."""

    member_id: MemberId


def test_a_private_event_is_an_event_like_any_other() -> None:
    event: Event = parse_event(MealLogged.event_name, {"member_id": "mem_1"})
    assert event == MealLogged(member_id="mem_1")


@given(events(MealLogged), wire_data(MealLogged))
def test_the_strategies_make_it(event: MealLogged, data: dict[str, object]) -> None:
    assert MealLogged.from_data(event.to_data()) == event
    assert isinstance(MealLogged.from_data(data), MealLogged)


def test_a_name_of_the_catalogue_is_refused_where_a_service_declares_it() -> None:
    with pytest.raises(EventDefinitionError, match="is an event of the catalogue") as caught:

        class Mine(Event, name="platform/scoring.workout-logged"):
            member_id: MemberId

    assert "platform/scoring.x-" in str(caught.value)


def test_the_catalogue_is_importable_after_a_service_tried_to_take_a_name() -> None:
    code = """
from platform_events import Event, EventDefinitionError
try:
    class Mine(Event, name="platform/scoring.workout-logged"): ...
except EventDefinitionError:
    from platform_events import WorkoutLogged
    print(WorkoutLogged.event_name)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "platform/scoring.workout-logged\n"


def test_the_catalogue_takes_no_private_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(parse_event_name(name).action.startswith(PRIVATE_PREFIX) for name in EVENT_NAMES)
    monkeypatch.setattr(module, "_CATALOGUE", f"{__name__}")
    with pytest.raises(EventDefinitionError, match="kept for the private events of services"):

        class Taken(Event, name="platform/scoring.x-taken"):
            member_id: MemberId
