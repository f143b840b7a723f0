from __future__ import annotations

import pytest

from platform_events.testing._local.go_json import Json
from platform_events.testing._local.sessions import resolve


def test_those_set_by_hand_win_and_the_rest_is_filled_up() -> None:
    inherited: Json = {key: key for key in "fedcba"}
    resolved = resolve({"sessions": {"a": "mine", "n": 5}, "propagated_sessions": inherited})
    assert resolved == {"a": "mine", "n": "5", "b": "b", "c": "c", "d": "d"}


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (None, {}),
        ({}, {}),
        ("text", {}),
        ({"propagated_sessions": {"a": "1"}}, {"a": "1"}),
        ({"sessions": None, "propagated_sessions": {"a": "1"}}, {}),
        ({"sessions": {"a": None}, "propagated_sessions": {"a": "1", "b": "2"}}, {"b": "2"}),
        ({"Sessions": {"a": "1"}}, {"a": "1"}),
    ],
)
def test_null_removes_what_would_be_inherited(meta: Json, expected: dict[str, str]) -> None:
    assert resolve(meta) == expected


@pytest.mark.parametrize(
    ("meta", "problem"),
    [
        ({"sessions": {str(n): "x" for n in range(6)}}, "at most 5 entries"),
        ({"sessions": {"": "x"}}, "keys cannot be empty"),
        ({"sessions": {"k" * 129: "x"}}, "exceeds 128 bytes"),
        ({"sessions": {"k": ""}}, '"k" cannot have an empty ID'),
        ({"sessions": {"k": "x" * 513}}, '"k" exceeds 512 bytes'),
        ({"sessions": {"k": True}}, '"k" must be a string, number, or null'),
        ({"propagated_sessions": {"k": None}}, '"k" must be a string or number'),
        ({"sessions": []}, "cannot unmarshal"),
    ],
)
def test_rules(meta: Json, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        resolve(meta)
