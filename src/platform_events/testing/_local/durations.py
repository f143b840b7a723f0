"""Durations as Inngest writes them, and times that end a wait.

Source: github.com/xhit/go-str2duration, inngest/inngest: pkg/util/strtimeout/strtimeout.go
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:w|d|h|ms|us|ns|m|s))+", re.ASCII)
_PART: Final = re.compile(r"([\d.]+)(ms|us|ns|[wdhms])", re.ASCII)
_SECONDS: Final = {
    "w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6,
    "ns": 1e-9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """A time to come: so many seconds from now, or at a time of the app's clock."""

    delay_s: float = 0.0
    # Seconds since 1970, by the clock of the app.
    until: float | None = None

    def seconds_from(self, now: float) -> float:
        return self.delay_s if self.until is None else self.until - now


def duration_s(text: object) -> float:
    """Read a duration such as ``1d12h``, in seconds."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration such as '1h30m'")
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))


def read_when(text: object) -> When:
    """Read a duration, or a date and time with its offset such as ``2026-11-27T08:00:00Z``."""
    if isinstance(text, str) and "T" in text:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(f"the time {text!r} has no offset such as Z")
        return When(until=moment.timestamp())
    return When(duration_s(text))
