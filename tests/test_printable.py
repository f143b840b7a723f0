"""What came from elsewhere does nothing but show."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events._printable import printable, printable_json


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("b\n::error::x\x1b[2J", r"b\n::error::x\x1b[2J"),
        ("::stop::", r"\x3a:stop::"),
        ("##[group]é", r"\x23#[group]é"),
    ],
)
def test_what_acts_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_json_holds_no_command_and_reads_as_the_same() -> None:
    text = printable_json({"a": "##[error]é"})
    assert text == r'{"a": "\u0023#[error]\u00e9"}'
    assert json.loads(text) == {"a": "##[error]é"}
