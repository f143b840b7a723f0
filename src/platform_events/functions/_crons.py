"""The schedules that Inngest takes: five fields, with a time zone before them if need be.

Grammar: github.com/robfig/cron/v3, as inngest/inngest: pkg/inngest/trigger.go uses it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ..errors import FunctionDefinitionError

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def parse(self, text: str) -> frozenset[int]:
        parts = [part for part in text.split(",") if part]
        if not parts:
            raise FunctionDefinitionError(f"the {self.name} is empty")
        return frozenset(number for part in parts for number in self._range(part))

    def _range(self, part: str) -> range:
        values, slash, step = part.partition("/")
        first, dash, last = values.partition("-")
        if not first:
            raise FunctionDefinitionError(f"{part!a} is not a valid {self.name}")
        if first in {"*", "?"}:
            start, end = self.low, self.high
        else:
            start = self._number(first)
            end = self._number(last) if dash else self.high if slash else start
        if start > end:
            raise FunctionDefinitionError(f"{part!a} in the {self.name} ends before it begins")
        if slash and not re.fullmatch(r"\d*[1-9]\d*", step, re.ASCII):
            raise FunctionDefinitionError(f"{part!a} in the {self.name} needs a step above 0")
        return range(start, end + 1, int(step) if slash else 1)

    def _number(self, text: str) -> int:
        word = text.lower()
        if word in self.words:
            return self.low + self.words.index(word)
        # A longer number is out of range anyway.
        number = int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else -1
        if not self.low <= number <= self.high:
            raise FunctionDefinitionError(
                f"{text!a} is not a valid {self.name}: it must be from {self.low} to {self.high}"
            )
        return number


_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _WEEKDAYS),
)


def check_cron(cron: str) -> None:
    """Refuse a schedule that the server refuses, or that never fires."""
    try:
        _check(cron)
    except FunctionDefinitionError as error:
        message = str(error)
    else:
        return
    raise FunctionDefinitionError(f"cron {cron!a}: {message}")


def _check(cron: str) -> None:
    fields = cron.split()
    if fields and fields[0].startswith(("TZ=", "CRON_TZ=")):
        _check_time_zone(fields.pop(0).partition("=")[2])
    if len(fields) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise FunctionDefinitionError(f"it must have five fields ({names}), not {len(fields)}")
    _, _, days, months, _ = (field.parse(text) for field, text in zip(_FIELDS, fields, strict=True))
    is_any_weekday = fields[4][0] in "*?"
    if is_any_weekday and not any(min(days) <= _LONGEST_MONTHS[month - 1] for month in months):
        raise FunctionDefinitionError("no such day exists in these months")


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Without a database of time zones nobody can tell.
        if available_timezones():
            raise FunctionDefinitionError(f"{name!a} is not a time zone") from None
