"""From a name and data to the event: :func:`parse_event`."""

from collections.abc import Mapping
from typing import cast

from .catalog import PlatformEvent
from .events._hidden import hide_locals
from .events.event import require_event_class


@hide_locals
def parse_event(name: str, data: Mapping[str, object]) -> PlatformEvent:
    """Read an event of any name, as a consumer does.

    For a literal name, type checkers know the exact class; for a ``str``, the result is the union
    of all events. A literal that is not the name of an event is an error, which mypy reports with
    :mod:`platform_events.plugins.mypy`.

    Args:
        name: The event's name. An event class from outside the catalogue is found, too, but is
            not part of the return type.
        data: The event's ``data``, as decoded from JSON.

    Returns:
        The event.

    Raises:
        InvalidEventNameError: The name is not well-formed.
        UnknownEventError: No event has this name; the closest names are suggested.
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
