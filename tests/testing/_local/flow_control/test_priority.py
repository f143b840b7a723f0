from __future__ import annotations

import logging

import pytest

from platform_events.testing._local.event_api import ReceivedEvent
from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.priority import priority_factor_s

EVENT = ReceivedEvent("1", {"name": "a", "data": {"n": 7, "plan": "pro"}, "id": "1", "ts": 0})


@pytest.mark.parametrize(
    ("text", "factor_s"),
    [
        ("event.data.plan == 'pro' ? 120 : 0", 120),
        ("int(event.data.n) * 10", 70),
        ("50000", 43200),
        ("-50000", -43200),
    ],
)
def test_the_factor_is_a_whole_number_within_half_a_day(text: str, factor_s: int) -> None:
    assert priority_factor_s(parse(text), EVENT) == factor_s


@pytest.mark.parametrize("text", ["event.data.n", "'high'", "event.data.none", "1 - 'a'"])
def test_anything_else_counts_as_zero(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert priority_factor_s(parse(text), EVENT) == 0
    assert "A priority counts as 0" in caplog.text
