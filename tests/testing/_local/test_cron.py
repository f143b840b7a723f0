from __future__ import annotations

from datetime import datetime

import pytest

from platform_events.testing._local.cron import Cron


def following(text: str, after: str, count: int = 2) -> list[str]:
    cron, moment, found = Cron(text), datetime.fromisoformat(after), []
    for _ in range(count):
        due = cron.next_after(moment)
        moment = due
        found.append(due.isoformat())
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * *", ["2026-11-27T18:01:00+00:00", "2026-11-27T18:02:00+00:00"]),
        ("*/30 * * * *", ["2026-11-27T18:30:00+00:00", "2026-11-27T19:00:00+00:00"]),
        ("0 7 * * MON-FRI", ["2026-11-30T07:00:00+00:00", "2026-12-01T07:00:00+00:00"]),
        ("0 0 1 jan ?", ["2027-01-01T00:00:00+00:00", "2028-01-01T00:00:00+00:00"]),
        ("TZ=Europe/Berlin 0 7 * * *", ["2026-11-28T07:00:00+01:00", "2026-11-29T07:00:00+01:00"]),
        ("CRON_TZ=UTC 5 4 * * 0", ["2026-11-29T04:05:00+00:00", "2026-12-06T04:05:00+00:00"]),
        # A day of the month or of the week is enough, as neither field is a plain star.
        ("0 0 */10 * 1", ["2026-11-30T00:00:00+00:00", "2026-12-01T00:00:00+00:00"]),
    ],
)
def test_the_next_times(text: str, expected: list[str]) -> None:
    assert following(text, "2026-11-27T18:00:30+00:00") == expected


def test_the_hour_of_a_zone_follows_its_summer_time() -> None:
    found = following("TZ=Europe/Berlin 0 7 * * *", "2026-10-24T00:00:00+00:00")
    assert found == ["2026-10-24T07:00:00+02:00", "2026-10-25T07:00:00+01:00"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* * * * 7",
        "* * L * *",
        "0 0 30 2 *",
        "* * * * 1#2",
        "@daily",
        "*/0 * * * *",
        "5-1 * * * *",
        "TZ=Nowhere/Here * * * * *",
        "TZ=../etc/passwd * * * * *",
        "0 " * 200,
    ],
)
def test_what_is_not_a_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="is not a cron schedule"):
        Cron(text)
