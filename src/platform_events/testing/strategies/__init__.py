"""Hypothesis strategies for events, their names and their data on the wire.

``st.from_type(ScoringCalculate)`` works without an import of this module: every event and payload
class is registered, also those of the test itself, as soon as Hypothesis is loaded, too. The ends
of ranges come more often than what lies between, and values shrink to short and plain ones.

Needs the extra ``testing``: ``pip install "platform-events[testing]"``.

Example:
    >>> from hypothesis import given
    >>> from platform_events.testing.strategies import events
    >>> @given(events(ScoringCalculate, score="progress"))
    ... def test_it_comes_back(event: ScoringCalculate) -> None:
    ...     assert ScoringCalculate.from_data(event.to_data()) == event
    >>> test_it_comes_back()
"""

from importlib.util import find_spec

if find_spec("hypothesis") is None:
    raise ModuleNotFoundError(
        'hypothesis is missing: pip install "platform-events[testing]"', name="hypothesis"
    )

from ._event_names import (
    InvalidEventName,
    event_names,
    invalid_event_names,
    known_event_names,
)
from ._invalid_data import InvalidWireData, invalid_wire_data
from ._payloads import events, payloads
from ._wire_data import wire_data

__all__ = [
    "InvalidEventName",
    "InvalidWireData",
    "event_names",
    "events",
    "invalid_event_names",
    "invalid_wire_data",
    "known_event_names",
    "payloads",
    "wire_data",
]
