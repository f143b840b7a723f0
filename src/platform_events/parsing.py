"""From a name and data to the event: :func:`parse_event`."""

from collections.abc import Mapping
from typing import cast

from .catalog import PlatformEvent
from .events.event import require_event_class


def parse_event(name: str, data: Mapping[str, object]) -> PlatformEvent:
    """Find the class of an event by its name, and read its data as a consumer does.

    With the stubs of this package a literal name gives the exact class to a type checker, and a
    ``str`` gives the union of all events. A literal that no event is named gives nothing that can
    be used; mypy needs :mod:`platform_events.plugins.mypy` to see that.

    Args:
        name: The event's name. An event class from outside the catalogue is found, too, though
            it is no part of the type that is returned.
        data: The event's ``data``, as JSON makes it.

    Returns:
        The event.

    Raises:
        InvalidEventNameError: The name is not well-formed.
        UnknownEventError: No event has this name; the nearest names are suggested.
        InvalidEventError: The data breaks the schema; no value is shown.

    Example:
        >>> event = parse_event("platform/social.member-followed", {
        ...     "follower_id": "mem_1",
        ...     "followee_id": "mem_2",
        ...     "followed_at": "2026-11-23T18:00:00Z",
        ... })
        >>> event.follower_id
        'mem_1'
    """
    return cast("PlatformEvent", require_event_class(name).from_data(data))
