"""Instants and days as regular expressions, which need no check of formats to be exact.

JSON Schema's ``format`` is a note that validators may leave unread, and no keyword of it compares
instants. The patterns are written in what ECMA-262, Python, RE2 and Rust read in the same way.
"""

from __future__ import annotations

from typing import Final

_MONTH_AND_DAY: Final = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_HOURS_AND_MINUTES: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
# Python reads more decimals, and keeps six.
_TIME: Final = rf"T{_HOURS_AND_MINUTES}:[0-5][0-9](?:\.[0-9]{{1,9}})?"
_NOT_ZERO: Final = "(?:00:(?:0[1-9]|[1-5][0-9])|(?:0[1-9]|1[0-9]|2[0-3]):[0-5][0-9])"

_DAY: Final = (
    "(?:"
    "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"
    f"-{_MONTH_AND_DAY}"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])"
    "|(?:0[48]|[2468][048]|[13579][26])00)-02-29"
    ")"
)
DAY_PATTERN: Final = f"^{_DAY}$"
"""RFC 3339 days of the years 0001 to 9999, leap years included."""

ANY_INSTANT_PATTERN: Final = f"^{_DAY}{_TIME}(?:Z|[+-]{_HOURS_AND_MINUTES})?$"
"""RFC 3339 instants, but for the offset: its absence is a mistake with a name of its own."""

INSTANT_PATTERN: Final = (
    "^(?:"
    f"(?:(?:19[89][0-9]|20[0-9][0-9])-{_MONTH_AND_DAY}"
    "|(?:19(?:8[048]|9[26])|20(?:[02468][048]|[13579][26]))-02-29)"
    f"{_TIME}(?:Z|[+-]{_HOURS_AND_MINUTES})"
    f"|1979-12-31{_TIME}-{_NOT_ZERO}"
    rf"|2100-01-01{_TIME}\+{_NOT_ZERO}"
    ")$"
)
"""RFC 3339 instants with their offset, from 1980 to 2099 to the day.

In UTC the range begins and ends at midnight, and local days before and after it overlap: whether
an instant of the first or the last day is within the range is for arithmetic, not for a pattern.
"""
