"""Every event has an example."""

from __future__ import annotations

from collections import Counter

import pytest

from examples import events
from examples.minimal import minimal
from platform_events import EVENT_TYPES, Event, ScoringCalculate


def test_there_is_one_example_of_every_event() -> None:
    assert Counter(map(type, events.one_of_each())) == Counter(EVENT_TYPES)


def test_every_example_survives_the_wire() -> None:
    examples = events.one_of_each()
    assert [type(event).from_data(event.to_data()) for event in examples] == examples


def test_a_class_without_an_example_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = tuple(event for event in events.EVENTS if type(event) is not ScoringCalculate)
    monkeypatch.setattr(events, "EVENTS", fewer)
    *given, least = [
        e for e in events.one_of_each() if isinstance(e, (*map(type, fewer), ScoringCalculate))
    ]
    assert (given, least) == ([*fewer], minimal(ScoringCalculate))


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_the_least_event_has_the_required_fields_alone(kind: type[Event]) -> None:
    required = {name for name, field in kind.model_fields.items() if field.is_required()}
    assert minimal(kind).to_data().keys() >= required
    assert minimal(kind) == kind.from_data({n: minimal(kind).to_data()[n] for n in required})
