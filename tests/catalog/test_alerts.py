"""Alerts do not contradict themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from platform_events import InjuryRiskDetected, InvalidEventError, ThresholdCrossed

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
CROSSED: dict[str, Any] = {
    "gym_id": "g", "rule_id": "r", "metric": "days-since-last-visit", "unit": "d",
    "audience": ("owner",), "crossed_at": NOW,
}  # fmt: skip
RISK: dict[str, Any] = {
    "member_id": "m", "gym_id": "g", "probability": 0.2, "horizon_days": 14, "level": "moderate",
    "model_version": "3", "detected_at": NOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("direction", "value", "threshold"), [("rising", 13.0, 14.0), ("falling", 15.0, 14.0)]
)
def test_a_threshold_is_crossed_in_its_direction(
    direction: Any, value: float, threshold: float
) -> None:
    with pytest.raises(InvalidEventError, match=f"when `direction` is {direction}"):
        ThresholdCrossed(**CROSSED, direction=direction, value=value, threshold=threshold)
    crossed = ThresholdCrossed(**CROSSED, direction=direction, value=threshold, threshold=value)
    assert crossed.direction == direction


def test_an_audience_names_nobody_twice() -> None:
    twice: dict[str, Any] = CROSSED | {"audience": ("owner", "owner")}
    with pytest.raises(InvalidEventError, match="`audience` must not name anything twice"):
        ThresholdCrossed(**twice, direction="rising", value=2.0, threshold=1.0)


@pytest.mark.parametrize("region", ["thigh", "lower-leg", "foot", "hand"])
def test_regions_of_injuries_in_sport_are_there(region: Any) -> None:
    assert InjuryRiskDetected(**RISK, body_region=region, body_side="left").body_side == "left"


def test_a_side_is_that_of_a_region() -> None:
    with pytest.raises(InvalidEventError, match="`body_side` needs `body_region`"):
        InjuryRiskDetected(**RISK, body_side="left")
