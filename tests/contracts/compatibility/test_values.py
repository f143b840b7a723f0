"""Single values in shapes; a yes is never wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.contracts.compatibility._shapes import (
    Json,
    Number,
    Record,
    Shape,
    Text,
    canonical,
)
from platform_events.contracts.compatibility._values import admits


@pytest.mark.parametrize(
    ("shape", "value", "is_in"),
    [
        (Number((1, False)), 1, True),
        (Number((1, True)), 1, False),
        (Number(), True, False),
        (Number(), "1", False),
        (Text((1, 2)), "ab", True),
        (Text((1, 2)), "", False),
        (Text(patterns=frozenset({"^a"})), "ab", True),
        (Text(patterns=frozenset({"^a"})), "b", False),
        (Text(patterns=frozenset({"^a"})), "aß", False),  # beyond ASCII, engines differ
        (Text(patterns=frozenset({r"\pL"})), "a", False),  # not everybody reads this
        (Text(patterns=frozenset({"a)"})), "a", False),  # nobody does
        (Text(formats=frozenset({"uuid"})), "a", False),
        (Text(excluded=frozenset({"a"})), "a", False),
        (Record(), {}, False),
    ],
)
def test_a_value_is_in_a_shape_or_not(shape: Shape, value: Json, is_in: bool) -> None:
    assert admits(shape, canonical(value)) is is_in


@given(st.text("ab()[]^$*+?{},|\\dw-", max_size=6), st.text("ab1-", max_size=4))
def test_no_pattern_is_an_error(pattern: str, value: str) -> None:
    if admits(Text(patterns=frozenset({pattern})), canonical(value)):
        assert re.search(pattern, value)
