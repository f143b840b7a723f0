"""Goes through a payload and its JSON side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, Union, cast

from ...events.fields import OpenKinds
from ...events.payload import Payload
from ._rules import Annotation, read_fields

Path: TypeAlias = tuple[str | int, ...]
"""Where something is in JSON: names of fields and places in arrays."""

# Of a long sequence the first items stand for all.
_LOOKED_AT: Final = 2


@dataclass(frozen=True, slots=True)
class NestedPayload:
    """One payload, at some depth of an event.

    Attributes:
        payload: The payload.
        data: Its JSON object, which may be changed.
        path: Where it is in the event's data.
        location: Where it is as an error says it: with the kind of a member of a union.
        discriminator: The field that tells it from the other members of its union.
        is_open: Whether its union may have other kinds one day.
    """

    payload: Payload
    data: dict[str, Any]  # JSON
    path: Path = ()
    location: Path = ()
    discriminator: str | None = None
    is_open: bool = False


def nested_payloads(node: NestedPayload) -> Iterator[NestedPayload]:
    """Find every payload in a payload, the payload itself first."""
    yield node
    for name, annotation in read_fields(type(node.payload)).items():
        value, data = getattr(node.payload, name), node.data.get(name)
        yield from _nested_in_value(
            annotation, value, data, (*node.path, name), (*node.location, name)
        )


def only_member(annotation: Annotation) -> Annotation:
    """Look through ``X | None``."""
    if annotation.kind is not Union:
        return annotation
    first, *others = annotation.members
    is_optional = first.kind is type(None) and len(others) == 1
    return others[0] if is_optional else annotation


def _nested_in_value(
    annotation: Annotation, value: object, data: Any, path: Path, location: Path
) -> Iterator[NestedPayload]:
    annotation = only_member(annotation)
    if isinstance(value, Payload):
        tag = annotation.discriminator
        if tag is None and annotation.kind is Union:
            return  # an error would tell of every member
        is_open = annotation.rules.marked_with(OpenKinds)
        tags = () if tag is None else (data[tag],)
        yield from nested_payloads(
            NestedPayload(value, data, path, (*location, *tags), tag, is_open)
        )
    elif isinstance(value, tuple) and annotation.kind is tuple:
        item = annotation.item
        for place, part in enumerate(cast("tuple[object, ...]", value)[:_LOOKED_AT]):
            yield from _nested_in_value(item, part, data[place], (*path, place), (*location, place))
