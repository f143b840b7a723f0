from __future__ import annotations

import pytest

from platform_events.testing._local.cel_values import (
    Integer,
    Unknown,
    contained,
    equal,
    member,
    negated,
    ordered,
    truthy,
)

MISSING, FAILED = Unknown.MISSING, Unknown.FAILED


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1.0, True),
        (1, "1", False),
        (True, 1, False),
        (None, None, True),
        (None, 0, False),
        (MISSING, None, True),
        (None, FAILED, True),
        (MISSING, MISSING, False),
        (MISSING, "a", False),
        ([1], [1], True),
    ],
)
def test_equal(left: object, right: object, expected: bool) -> None:
    assert equal(left, right) is expected


@pytest.mark.parametrize(
    ("sign", "left", "right", "expected"),
    [
        ("<", 1, 1.5, True),
        ("<=", "a", "a", True),
        (">", False, True, False),
        (">=", 2, 3, False),
        ("<", MISSING, 0, True),
        ("<=", 0, MISSING, False),
        (">", MISSING, 0, False),
        (">=", 0, MISSING, True),
        ("<", None, 5, True),
        (">", "a", None, True),
        ("<", None, None, FAILED),
        ("<", None, True, FAILED),
        ("<", 1, "a", FAILED),
        ("<", [1], [2], FAILED),
    ],
)
def test_ordered(sign: str, left: object, right: object, expected: object) -> None:
    assert ordered(sign, left, right) is expected


@pytest.mark.parametrize(
    ("item", "container", "expected"),
    [
        (1.0, [1, 2], True),
        ("c", ["a"], False),
        ("a", {"a": 1}, True),
        ("a", "abc", FAILED),
        (MISSING, [None], False),
        ("a", MISSING, False),
    ],
)
def test_contained(item: object, container: object, expected: object) -> None:
    assert contained(item, container) is expected


def test_negated() -> None:
    found = [negated(value) for value in (True, False, MISSING, 0, None)]
    assert found == [False, True, False, FAILED, FAILED]


def test_truthy() -> None:
    values: list[object] = [True, 1, "a", [], {}, False, 0, "", None, MISSING, FAILED]
    assert [truthy(value) for value in values] == [True] * 5 + [False] * 6


def test_member() -> None:
    data: dict[str, object] = {"a": [{"b": None}], "n": 1}
    assert member(data, "a") == [{"b": None}]
    assert type(member(data, "n")) is float
    assert member([5], 0.0) == member([5], Integer(0)) == 5
    for container, key in [
        (data, "c"),
        ([1], 1.0),
        ([1], "a"),
        ([1], True),
        (None, "b"),
        ("a", 0.0),
    ]:
        assert member(container, key) is MISSING
