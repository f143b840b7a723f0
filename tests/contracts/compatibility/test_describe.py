"""Shapes in words."""

from __future__ import annotations

from platform_events.contracts.compatibility._describe import rules, shortened, summary
from platform_events.contracts.compatibility._shapes import Array, Text, Values
from platform_events.contracts.compatibility.changes import ChangeKind


def test_a_list_of_values_has_no_rules() -> None:
    assert rules(Values(frozenset({"1", "2"}))) == {}
    assert summary([Values(frozenset({"1", "2"}))]) == "one of 1, 2"


def test_many_values_are_counted() -> None:
    assert summary([Values(frozenset("12345678"))]) == "one of 1, 2, 3, 4, 5 and 3 more"


def test_the_rules_of_an_array() -> None:
    assert rules(Array((1, 2), is_unique=True)) == {
        ChangeKind.MIN_ITEMS: "at least 1 item",
        ChangeKind.MAX_ITEMS: "at most 2 items",
        ChangeKind.UNIQUE_ITEMS: "no two items equal",
    }


def test_what_cannot_be_seen_is_written_so_that_it_shows() -> None:
    assert summary([Text(patterns=frozenset({"\u202e"}))]) == r'string, pattern "\u202e"'
    assert shortened("a" * 100) == "a" * 80 + "..."
