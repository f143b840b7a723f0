"""One realistic event of every class: the examples that the catalogue itself gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final, cast

from platform_events import EVENT_TYPES, PlatformEvent
from platform_events.contracts.json_schema import event_schema

BEDTIME: Final = datetime(2026, 11, 22, 22, 45, tzinfo=timezone(timedelta(hours=1)))


def example_of(kind: type[PlatformEvent]) -> PlatformEvent:
    """Make the example of a class.

    Args:
        kind: The class.

    Returns:
        The event: what the class gives as its ``EXAMPLE``, or else what is made from its types.

    Example:
        >>> from platform_events import MemberFollowed
        >>> example_of(MemberFollowed).to_data()["follower_id"]
        'mem_ben'
    """
    examples = cast("list[Mapping[str, object]]", event_schema(kind)["examples"])
    return kind.from_data(examples[0])


EVENTS: Final[tuple[PlatformEvent, ...]] = tuple(map(example_of, EVENT_TYPES))
"""One of each class, in the order of the catalogue."""
