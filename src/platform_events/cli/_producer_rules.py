"""What a producer may not send although it would be read: the rest of the published contract.

Reading is tolerant: a choice that is open takes what it does not list, and Python takes more forms
of an instant than RFC 3339 has. Constructing an event refuses that, and so does its JSON Schema,
which other languages go by. Data that was written by hand is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, cast

from pydantic import JsonValue

from ..contracts.json_schema import event_schema
from ..contracts.schema_tree import JsonSchema, alternatives, definitions, properties, ref_name
from ..errors import Problem, show_key
from ..events.event import Event
from ._records import is_unicode

_FORMATS: Final = {
    "date-time": ("datetime_parsing", "an instant, such as 2026-11-23T18:30:00Z"),
    "date": ("date_parsing", "a day, such as 2026-11-23"),
}


UNKNOWN_KIND: Final = "union_tag_invalid"
"""The rule of a kind that no union lists. An open one takes it, if it has no fields beside it."""


def check_produced(cls: type[Event], data: JsonValue) -> list[Problem]:
    """Find what reading would let through and constructing would not.

    Args:
        cls: The class of the event.
        data: Its data; whether it can be read is for others to say.

    Returns:
        A problem for each value that no choice lists, each kind that no union has, and each instant
        or day that is written in another way.

    Example:
        >>> from platform_events import ScoringCalculate
        >>> data = {"member_id": "m", "gym_id": "g", "score": "progress", "reason": "manuel"}
        >>> [problem] = check_produced(ScoringCalculate, data)
        >>> print(problem)
        reason: no such value, only ...
    """
    document = _document(cls)  # pyright: ignore[reportArgumentType]  # classes have a hash
    return list(_problems(document, data, "", definitions(document)))


def lone_surrogates(data: JsonValue) -> list[Problem]:
    r"""Find texts that no UTF-8 can hold, which JSON may write as ``\ud800``.

    Args:
        data: The data of an event.

    Returns:
        A problem for each, with its place.

    Example:
        >>> print(*lone_surrogates({"a": ["", "\ud800"]}))
        a.1: must be valid Unicode, and holds half of a pair of surrogates
    """
    message = "must be valid Unicode, and holds half of a pair of surrogates"
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


@cache
def _document(cls: type[Event]) -> JsonSchema:
    return event_schema(cls)


def _problems(
    schema: JsonSchema, value: JsonValue, place: str, defined: dict[str, JsonSchema]
) -> Iterator[Problem]:
    if ref_name(schema):
        yield from _problems(defined[ref_name(schema)], value, place, defined)
    elif isinstance(value, str):
        yield from _problems_of_text(schema, value, place)
    elif isinstance(value, list) and "items" in schema:
        items = cast("JsonSchema", schema["items"])
        for index, part in enumerate(value):
            yield from _problems(items, part, _inside(place, str(index)), defined)
    elif isinstance(value, dict) and "discriminator" in schema:
        yield from _problems_of_kind(schema, value, place, defined)
    elif isinstance(value, dict):
        for name, field in properties(schema).items():
            if name in value:
                yield from _problems(field, value[name], _inside(place, name), defined)
    # The one other union is with null, which a text, a list or an object is not.
    if value is not None and "discriminator" not in schema:
        for member in alternatives(schema):
            yield from _problems(member, value, place, defined)


def _problems_of_text(schema: JsonSchema, value: str, place: str) -> Iterator[Problem]:
    listed = cast("list[str]", schema.get("enum", []))
    if "x-open" in schema and value not in listed:
        yield Problem(place, "literal_error", f"no such value, only {', '.join(listed)}")
    rule, form = _FORMATS.get(str(schema.get("format")), ("", ""))
    if rule and not re.search(str(schema.get("pattern", "")), value):
        yield Problem(place, rule, f"must be {form}")


def _problems_of_kind(
    schema: JsonSchema, value: dict[str, JsonValue], place: str, defined: dict[str, JsonSchema]
) -> Iterator[Problem]:
    discriminator = cast("dict[str, JsonValue]", schema["discriminator"])
    tag = str(discriminator["propertyName"])
    kinds = cast("dict[str, str]", discriminator["mapping"])
    kind = value.get(tag)
    if isinstance(kind, str) and kind in kinds:
        yield from _problems({"$ref": kinds[kind]}, value, place, defined)
    elif isinstance(kind, str):
        message = f"no such {tag}, only {', '.join(kinds)}"
        yield Problem(_inside(place, tag), UNKNOWN_KIND, message)


def _inside(place: str, part: str) -> str:
    return f"{place}.{show_key(part)}" if place else show_key(part)
