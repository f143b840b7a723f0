"""What came from elsewhere does nothing but show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events._printable import printable


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(character) for character in shown} & {
        "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"
    }  # fmt: skip
    assert not shown.lstrip().startswith("::")
    assert "##[" not in shown


@pytest.mark.parametrize("text", ["", "gym_id", "Grüße, 東京", "a::b", "# a [b]", "at most 9 → 4"])
def test_words_stay_as_they_are(text: str) -> None:
    assert printable(text) == text
