"""Reading JSON from outside, member by member, so that whatever nobody read can be told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn, TypeVar, cast

_Choice = TypeVar("_Choice")

# RFC 3339, whose offset Open mHealth makes optional.
_DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_SHOWN: Final = 60


class DocumentError(ValueError):
    """A document makes no sense, or has no place in the catalogue. It never quotes a value.

    Example:
        >>> str(DocumentError("heart_rate.unit must be one of beats/min"))
        'heart_rate.unit must be one of beats/min'
    """


class Members:
    """The members of a JSON object, which are taken out one by one.

    Args:
        value: What shall be a JSON object.
        path: Where it stands in the document, for messages.

    Raises:
        DocumentError: It is no object.

    Example:
        >>> document = Members({"heart_rate": {"value": 60.0, "unit": "beats/min"}, "notes": "x"})
        >>> document.quantity("heart_rate", {"beats/min": 1.0})
        60.0
        >>> list(document.left_over())
        ['notes']
    """

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise DocumentError(f"{path or 'the document'} must be a JSON object")
        self._members = dict(cast("dict[str, object]", value))
        self._path = path
        self._sections: list[Members] = []

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def path_of(self, name: str) -> str:
        """Give the path of a member, in ASCII: names come from outside, too.

        Args:
            name: The member's name; empty for the object itself.

        Returns:
            The path, such as ``effective_time_frame.date_time``.
        """
        shown = name if name.isascii() and name.isprintable() else ascii(name)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
        return ".".join(part for part in (self._path, shown) if part)

    def has_number(self, name: str) -> bool:
        """Tell whether a member is a number.

        Args:
            name: The member's name.

        Returns:
            Whether it is there and is one.
        """
        return isinstance(self._members.get(name), float)

    def take(self, name: str) -> object:
        """Take a member out.

        Args:
            name: The member's name.

        Returns:
            Its value; None if it is absent.
        """
        return self._members.pop(name, None)

    def take_if(self, name: str, value: object) -> bool:
        """Take a member out if it has this very value, and leave it otherwise.

        Args:
            name: The member's name.
            value: The value.

        Returns:
            Whether it had that value.
        """
        if self._members.get(name) != value:
            return False
        del self._members[name]
        return True

    def section(self, name: str) -> Members | None:
        """Take a member out that is an object; what nobody takes from it is left over, too.

        Args:
            name: The member's name.

        Returns:
            Its members; None if it is absent.

        Raises:
            DocumentError: It is no object.
        """
        value = self.take(name)
        if value is None:
            return None
        section = Members(value, self.path_of(name))
        self._sections.append(section)
        return section

    def choice(self, name: str, choices: Mapping[str, _Choice]) -> _Choice | None:
        """Take a member out that is one of some words.

        Args:
            name: The member's name.
            choices: What each word stands for.

        Returns:
            What its word stands for; None if it is absent.

        Raises:
            DocumentError: It is none of the words.
        """
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, str) or value not in choices:
            self.refuse(name, f"must be one of {', '.join(choices)}")
        return choices[value]

    def instant(self, name: str) -> datetime | None:
        """Take a member out that is a date and a time.

        Args:
            name: The member's name.

        Returns:
            The instant; None if it is absent. Without an offset it is in UTC, as the schema
            ``omh:date-time`` has it.

        Raises:
            DocumentError: It is no date and time.
        """
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
            self.refuse(name, "must be a date and a time, as RFC 3339 writes them")
        try:
            instant = datetime.fromisoformat(value.upper())
        except ValueError:
            instant = None
        if instant is None:  # raised here, so that no context quotes the value
            self.refuse(name, "must be a date and a time that exist")
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

    def quantity(self, name: str, units: Mapping[str, float], *, power: int = 1) -> float | None:
        """Take a member out that is a value with a unit, and convert it.

        Args:
            name: The member's name.
            units: The factor of each unit that is known.
            power: The power that the unit is raised to.

        Returns:
            The value in the unit that has the factor 1; None if it is absent.

        Raises:
            DocumentError: It is no number, or the unit is not known.
        """
        section = self.section(name)
        if section is None:
            return None
        value = section.number("value")
        factor = section.choice("unit", units)
        if factor is None:
            section.refuse("unit", "is missing")
        return value * factor**power

    def text(self, name: str) -> str | None:
        """Take a member out that is a text.

        Args:
            name: The member's name.

        Returns:
            The text; None if it is absent.

        Raises:
            DocumentError: It is something else.
        """
        value = self.take(name)
        if not isinstance(value, str | None):
            self.refuse(name, "must be a text")
        return value

    def is_among(self, name: str, words: Iterable[str]) -> bool:
        """Tell whether a member is one of some words, and leave it.

        Args:
            name: The member's name.
            words: The words.
        """
        return self._members.get(name) in set(words)

    def whole_number(self, name: str) -> int | None:
        """Take a member out that is a whole number.

        Args:
            name: The member's name.

        Returns:
            The number; None if it is absent.

        Raises:
            DocumentError: It is something else.
        """
        if name not in self:
            return None
        value = self.number(name)
        if not value.is_integer():
            self.refuse(name, "must be a whole number")
        return int(value)

    def number(self, name: str) -> float:
        """Take a member out that is a number and must be there.

        Args:
            name: The member's name.

        Returns:
            The number.

        Raises:
            DocumentError: It is absent or no number.
        """
        value = self.take(name)
        if not isinstance(value, float):
            self.refuse(name, "must be a number")
        return value

    def refuse(self, name: str, rule: str) -> NoReturn:
        """Say what is wrong with a member.

        Args:
            name: The member's name; empty for the object itself.
            rule: What it breaks, without any value.

        Raises:
            DocumentError: Always.
        """
        raise DocumentError(f"{self.path_of(name)} {rule}")

    def left_over(self) -> Iterator[str]:
        """Give what nobody has taken.

        Yields:
            The paths of members, those of sections after those of the object itself.
        """
        yield from map(self.path_of, self._members)
        for section in self._sections:
            yield from section.left_over()


def parse_document(document: bytes) -> Members:
    """Parse JSON from outside.

    Args:
        document: UTF-8, with or without a byte order mark.

    Returns:
        Its members; every number is a float.

    Raises:
        DocumentError: It is not JSON, has a member twice, or is no object.

    Example:
        >>> parse_document(b'{"step_count": 6000}').number("step_count")
        6000.0
    """
    problem = "it is not JSON"
    try:
        parsed = json.loads(
            document.decode("utf-8-sig"),
            parse_int=float,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
        return Members(parsed)
    except DocumentError:
        raise
    except json.JSONDecodeError as error:
        problem += f" (line {error.lineno}, column {error.colno})"
    except UnicodeDecodeError:
        problem += " in UTF-8"
    except RecursionError:
        problem += " of any sensible depth"
    raise DocumentError(problem)  # here, so that no context holds the document


def _refuse_constant(constant: str) -> NoReturn:
    raise DocumentError(f"it is not JSON, which has no {constant}")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise DocumentError("it has two members of the same name, so one of them would be lost")
    return members
