"""Which schedules are taken, as the server takes them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from zoneinfo import reset_tzpath

import inngest
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import FunctionDefinitionError, create_function
from platform_events.functions._crons import check_cron


@pytest.mark.parametrize(
    "cron",
    [
        "* * * * *",
        "0 3 * * *",
        "*/15 0-6,18-23 1,15 JAN-mar Mon-fri",
        "5/20 ? ? * ?",
        "  0   0  29 2 * ",
        "0 0 31 2 1",
        "TZ=Europe/Paris 0 12 * * 5",
        "CRON_TZ=UTC 0 12 * * sun",
        "1,,2 0 * * *",
    ],
)
def test_valid_schedules(cron: str) -> None:
    check_cron(cron)


@pytest.mark.parametrize(
    ("cron", "message"),
    [
        ("99 3 * * *", "'99' is not a valid minute: it must be from 0 to 59"),
        ("0 24 * * *", "'24' is not a valid hour: it must be from 0 to 23"),
        ("0 0 0 * *", "'0' is not a valid day of the month: it must be from 1 to 31"),
        ("0 0 * 13 *", "'13' is not a valid month: it must be from 1 to 12"),
        ("0 0 * * 7", "'7' is not a valid day of the week: it must be from 0 to 6"),
        ("0 0 * * monday", "'monday' is not a valid day of the week"),
        ("0 0 * * -1", "'-1' is not a valid day of the week"),
        ("30-10 * * * *", "'30-10' in the minute ends before it begins"),
        ("*/0 * * * *", "'*/0' in the minute needs a step above 0"),
        ("*/x * * * *", "'*/x' in the minute needs a step above 0"),
        (", * * * *", "the minute is empty"),
        ("99999999999999999999 * * * *", "is not a valid minute"),
        ("² * * * *", "'\\xb2' is not a valid minute"),
        ("* * * *", "it must have five fields (minute, hour, day of the month, month, day of"),
        ("0 * * * * *", "day of the week), not 6"),
        ("@daily", "day of the week), not 1"),
        ("", "day of the week), not 0"),
        ("TZ=Europe/Atlantis 0 0 * * *", "'Europe/Atlantis' is not a time zone"),
        ("TZ=../etc 0 0 * * *", "'../etc' is not a time zone"),
        ("0 0 30 2 *", "no such day exists in these months"),
        ("0 0 31 4,6,9 ?", "no such day exists in these months"),
    ],
)
def test_schedules_that_never_come(cron: str, message: str) -> None:
    with pytest.raises(FunctionDefinitionError) as caught:
        check_cron(cron)
    assert str(caught.value).startswith(f"cron {cron!a}: ")
    assert message in str(caught.value)


def test_without_a_database_every_time_zone_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tzdata", None)
    reset_tzpath([str(tmp_path)])
    try:
        check_cron("TZ=Europe/Atlantis 0 0 * * *")
    finally:
        reset_tzpath()


@given(st.text(alphabet="0123456789*?/-, TZ=janmo", max_size=30))
def test_any_text_is_valid_or_refused(text: str) -> None:
    with suppress(FunctionDefinitionError):
        check_cron(text)


def test_a_function_is_declared_with_valid_schedules_only() -> None:
    with pytest.raises(FunctionDefinitionError, match="nightly: cron '99 3 "):
        create_function(fn_id="nightly", trigger=inngest.TriggerCron(cron="99 3 * * *"))
