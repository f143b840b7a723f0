"""Events that a server took, as tests see them."""
# A deprecated class is used on purpose.
# mypy: disable-error-code="deprecated"

from __future__ import annotations

import warnings

import inngest
from typing_extensions import deprecated

from platform_events import Event
from platform_events.testing._typed_events import sent_event, typed_event
from tests.support.clients import follow


@deprecated("use another one")
class Former(Event, name="platform/scoring.former"):
    number: int


def test_whoever_looks_at_a_deprecated_event_is_not_warned() -> None:
    with warnings.catch_warnings(action="error"):
        seen = typed_event("platform/scoring.former", {"number": 1})
    assert isinstance(seen, Event)
    assert seen.to_data() == {"number": 1}


def test_what_no_class_reads_stays_as_it_came() -> None:
    for name in ("a/b", follow().event_name):
        assert typed_event(name, {"x": 1}) == inngest.Event(name=name, data={"x": 1})


def test_ids_and_times_stand_beside() -> None:
    wire = {"name": "a/b", "data": {}, "id": "mine", "ts": 5}
    seen = sent_event("01A", wire)
    assert (seen.name, seen.id, seen.key, seen.ts) == ("a/b", "01A", "mine", 5)
    assert sent_event("01A", {**wire, "id": "01A"}).key is None
