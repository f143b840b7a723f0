"""Strings that no UTF-8 can hold, found with their places."""

from __future__ import annotations

from pydantic import JsonValue

from ..errors import Problem, show_key
from ._records import is_unicode


def lone_surrogates(data: JsonValue) -> list[Problem]:
    r"""Find texts that no UTF-8 can hold, which JSON may write as ``\ud800``.

    Args:
        data: The data of an event.

    Returns:
        A problem for each, with its place.

    Example:
        >>> print(*lone_surrogates({"a": ["", "\ud800"]}))
        a.1: must be valid Unicode, but holds half of a surrogate pair
    """
    message = "must be valid Unicode, but holds half of a surrogate pair"
    found: list[Problem] = []
    waiting: list[tuple[str, JsonValue]] = [("", data)]
    while waiting:  # as deep as it may be
        place, value = waiting.pop()
        if isinstance(value, str) and not is_unicode(value):
            found.append(Problem(place, "string_unicode", message))
        elif isinstance(value, list):
            waiting += [(_inside(place, str(i)), part) for i, part in enumerate(value)]
        elif isinstance(value, dict):
            for key, part in value.items():
                waiting += [(_inside(place, key), key), (_inside(place, key), part)]
    return sorted(set(found), key=lambda problem: problem.location)


def _inside(place: str, part: str) -> str:
    return f"{place}.{show_key(part)}" if place else show_key(part)
