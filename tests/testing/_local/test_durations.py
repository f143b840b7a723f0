from __future__ import annotations

import pytest

from platform_events.testing._local.durations import When, duration_s, read_when

NOW = 1_795_456_464.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1w2d3h4m5s", 788645.0),
        ("26h", 93600.0),
        ("1.5s", 1.5),
        ("500ms", 0.5),
        ("0s", 0.0),
        ("1us500ns", 1.5e-6),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration_s(text) == pytest.approx(seconds)
    assert read_when(text).seconds_from(NOW) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "5", "s", "1y", "1h ", "-1s", None, 5])
def test_what_is_not_a_duration(text: object) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        duration_s(text)


def test_a_time_may_be_given_instead() -> None:
    later = read_when("2026-11-23T18:00:24.5+01:00")
    assert later == When(until=1_795_453_224.5)
    assert later.seconds_from(1_795_453_224.0) == 0.5


@pytest.mark.parametrize("text", ["2026-11-23T18:00:24", "T", "2026-13-01T00:00:00Z"])
def test_what_is_not_a_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"no offset|isoformat|month"):
        read_when(text)
