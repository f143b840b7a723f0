"""Examples of events for property tests: made from the types, and by strategies written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, get_args

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from platform_events import Event, ScoringCalculate, WearableDataReceived
from platform_events.testing.strategies import events

from .measuring import Comparison, Measure, timed

_IDS: Final = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", fullmatch=True)
_INSTANTS: Final = st.datetimes(
    datetime(1980, 1, 1),  # noqa: DTZ001  # the time zone is the strategy's
    datetime(2099, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def _choices(field: str) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(ScoringCalculate.model_fields[field].annotation))


BY_HAND: Final = st.builds(
    ScoringCalculate,
    member_id=_IDS,
    gym_id=_IDS,
    score=_choices("score"),
    reason=_choices("reason"),
    as_of=st.none() | _INSTANTS,
    caused_by=st.none() | _IDS,
)
"""As a test would have it without the package's strategies."""


def one_class(count: int) -> Comparison:
    """Compare examples of one event class.

    Args:
        count: How many are made in one measurement.

    Returns:
        The comparison.
    """
    ours = drawing(events(ScoringCalculate), count)
    return Comparison(
        "an example of an event, for Hypothesis", 1.0, count, ours, drawing(BY_HAND, count)
    )


def every_class(count: int) -> Comparison:
    """Compare examples of all events with those of a small one.

    Args:
        count: How many are made in one measurement.

    Returns:
        The comparison.
    """
    return Comparison(
        "an example of any event, against a small one by hand",
        1.5,
        count,
        drawing(events(), count),
        drawing(BY_HAND, count),
    )


def largest_class(count: int) -> Comparison:
    """Compare examples of the event that holds most with one small event, made by hand.

    Args:
        count: How many examples.

    Returns:
        The comparison.
    """
    return Comparison(
        "an example of the largest event, against a small one by hand",
        2,
        count,
        drawing(events(WearableDataReceived), count),
        drawing(BY_HAND, count),
    )


def drawing(made: st.SearchStrategy[Event], count: int) -> Measure:
    """Measure how long examples take, as a property test draws them.

    Args:
        made: The strategy.
        count: How many.

    Returns:
        What measures it.
    """

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
    )
    @given(made)
    def draw(_: Event) -> None: ...

    return timed(draw)
