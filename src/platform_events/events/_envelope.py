"""What an event has beside its data: the id that makes a send idempotent, and the time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from ..errors import InvalidEventError, Problem

EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The first instant that Inngest takes as an event's time (inngest/inngest: pkg/event/event.go)."""

LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""The first instant that Inngest refuses again as an event's time."""

MAX_ID_LENGTH: Final = 10_000
"""The most characters of an event's id. The server takes any text that fits into an event."""

# White space and controls, as ranges: the \s of Python, Rust and JavaScript are not the same.
_BLANK: Final = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
EVENT_ID_PATTERN: Final = rf"^[{_BLANK}]*[^{_BLANK}][\s\S]*$"
"""What an event's id matches: it is not blank."""
_EVENT_ID: Final = re.compile(EVENT_ID_PATTERN)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_MS: Final = EARLIEST.timestamp() * 1000
_LATEST_MS: Final = LATEST.timestamp() * 1000


def check_id(event: str, id: object) -> str:
    """Check an idempotency key, by the rules of the field type ``EventId``."""
    # The SDK would take an empty one for none.
    if not isinstance(id, str) or not _EVENT_ID.fullmatch(id):
        message = "must be a string that is not blank"
    elif len(id) > MAX_ID_LENGTH:
        message = f"must have at most {MAX_ID_LENGTH} characters"
    elif not id.isascii() and any("\ud800" <= character <= "\udfff" for character in id):
        message = "must be valid Unicode"
    else:
        return id
    raise InvalidEventError(event, [Problem("id", "event_id", message)])


def to_milliseconds(event: str, ts: object) -> int:
    """Turn an event's time into milliseconds since 1970, and check it."""
    if isinstance(ts, datetime) and ts.tzinfo is not None:
        # Whole numbers alone: a float is off by a millisecond at times.
        ts = (ts - _EPOCH) // timedelta(milliseconds=1)
    if isinstance(ts, bool) or not isinstance(ts, int):
        message = "must be milliseconds as an int, or an aware datetime"
        raise InvalidEventError(event, [Problem("ts", "event_ts", message)])
    if not _EARLIEST_MS <= ts < _LATEST_MS:
        message = "must lie in the years 1980 to 2099, in milliseconds"
        raise InvalidEventError(event, [Problem("ts", "event_ts", message)])
    return ts
