"""When a cron trigger fires.

The grammar is that of the server: five fields, and perhaps a time zone before them. Source:
inngest/inngest: pkg/inngest/trigger.go, which reads it with github.com/robfig/cron
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_MAX_LENGTH: Final = 255
_JITTER_S: Final = (1.0, 300.0)
_ZONE: Final = re.compile(r"(?:CRON_)?TZ=(\S+)\s+(.*)", re.DOTALL)
_MONTHS: Final = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAYS: Final = "SUN|MON|TUE|WED|THU|FRI|SAT"


def _list_of(value: str) -> re.Pattern[str]:
    item = rf"(?:[*?]|(?:{value})(?:-(?:{value}))?)(?:/[1-9]\d*)?"
    return re.compile(rf"{item}(?:,{item})*", re.IGNORECASE | re.ASCII)


# A week has no day 7, there are no days from the month's end, and no other such extension.
_FIELDS: Final = tuple(
    map(_list_of, (r"\d\d?", r"\d\d?", r"\d\d?", rf"\d\d?|{_MONTHS}", rf"[0-6]|{_DAYS}"))
)
_WHOLE: Final = {2: "1-31", 4: "0-6"}


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule such as ``TZ=Europe/Berlin 0 7 * * MON-FRI``."""

    text: str
    # By how many seconds a run begins later at most.
    jitter_s: float = 0.0

    def __post_init__(self) -> None:
        least, most = _JITTER_S
        if self.jitter_s and not least <= self.jitter_s <= most:
            raise ValueError(f"cron jitter must be from {least:g} to {most:g} s")
        self.next_after(datetime.now().astimezone())

    @property
    def delay_s(self) -> float:
        """By how many seconds a run begins later: the least that a server draws."""
        return _JITTER_S[0] if self.jitter_s else 0.0

    def next_after(self, moment: datetime) -> datetime:
        zoned = _ZONE.fullmatch(self.text.strip())
        zone, text = zoned.groups() if zoned else ("UTC", self.text)
        fields = text.split()
        fits = len(fields) == len(_FIELDS) and all(
            pattern.fullmatch(field) for pattern, field in zip(_FIELDS, fields, strict=True)
        )
        if fits and len(self.text) <= _MAX_LENGTH:
            with suppress(ValueError, OSError, LookupError, CronSimError):
                return next(CronSim(" ".join(_normal(fields)), moment.astimezone(ZoneInfo(zone))))
        raise ValueError(f"{self.text!r} is not a cron schedule")


def _normal(fields: list[str]) -> list[str]:
    """Write a schedule as the library wants it: there, a step of all days counts as all days."""
    written = [field.replace("?", "*") for field in fields]
    for place, whole in _WHOLE.items():
        if written[place].startswith("*/") and written[place] != "*/1":
            written[place] = whole + written[place][1:]
    return written
