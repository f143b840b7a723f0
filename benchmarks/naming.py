"""Telling event names from other texts, next to the bare regular expression."""

from __future__ import annotations

import re
from collections.abc import Sequence

from platform_events.names import EVENT_NAMES
from platform_events.naming import EVENT_NAME_PATTERN, is_event_name

from .measuring import Comparison, timed

VALID = sorted(EVENT_NAMES)
UNKNOWN = [f"{name}-v2" for name in VALID]
INVALID = [
    *(name.upper() for name in VALID[:5]),
    *(name + "\n" for name in VALID[5:10]),
    *(name.replace("platform/", "") for name in VALID[10:15]),
    *(name.replace(".", "/") for name in VALID[15:]),
]
LIMIT = 1.5


def comparisons(repeats: int) -> list[Comparison]:
    """Give the comparisons.

    Args:
        repeats: How often every name is looked at in a round.

    Returns:
        One for each kind of names.
    """
    return [
        _comparison("known names", VALID, repeats, is_valid=True),
        _comparison("names of no event", UNKNOWN, repeats, is_valid=True),
        _comparison("invalid names", INVALID, repeats, is_valid=False),
    ]


def _comparison(kind: str, names: Sequence[str], repeats: int, *, is_valid: bool) -> Comparison:
    fullmatch = re.compile(EVENT_NAME_PATTERN).fullmatch
    assert [is_event_name(name) for name in names] == [is_valid] * len(names)
    assert [fullmatch(name) is not None for name in names] == [is_valid] * len(names)

    def ours() -> None:
        for _ in range(repeats):
            for name in names:
                is_event_name(name)

    def theirs() -> None:
        for _ in range(repeats):
            for name in names:
                fullmatch(name)

    name = f"`is_event_name` against a bare compiled `fullmatch`, {kind}"
    return Comparison(name, LIMIT, repeats * len(names), timed(ours), timed(theirs))
