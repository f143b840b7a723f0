"""A row of the outbox: a checked event, as columns."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from ..errors import EventTooLargeError
from ..events._encoding import encode_parts, join_event
from ..events._envelope import to_milliseconds
from ..events._hidden import hide_locals
from ..sending.settings import max_event_bytes

if TYPE_CHECKING:
    import inngest

    from ..errors import TypedEvent

_CHUNK_ROWS: Final = 1_000

CHANNEL: Final = "platform_events_outbox"
"""The NOTIFY channel on which PostgreSQL informs relays of new rows."""

TABLE_NAME: Final = "platform_events_outbox"
"""The default name of the table."""

MAX_REASON_LENGTH: Final = 1_000
"""The maximum length of the reason why a row was set aside, in characters."""

MAX_ORDER_KEY_LENGTH: Final = 255
"""The maximum length of an order key, in characters."""


class HiddenText(str):
    """A string whose repr is hidden, as database libraries quote parameters in errors and logs."""

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return "'...'"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event to be written. The repr shows no value of the payload.

    Attributes:
        name: The event's name.
        data: Its data, as JSON.
        event_id: Its idempotency key, used by every attempt to send it.
        ts: When it happened, in milliseconds since 1970.
        order_key: Events of one key are sent one after the other; None for no order.
        created_at: When the row was written.
    """

    name: str
    data: HiddenText
    event_id: str
    ts: int
    order_key: str | None
    created_at: datetime

    def columns(self) -> dict[str, object]:
        """Return the values of the columns, by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@hide_locals
def make_row(
    event: object,
    *,
    id: str | None = None,
    ts: int | datetime | None = None,
    order_key: str | None = None,
    now: Callable[[], float] = time.time,
) -> OutboxRow:
    """Check an event by all rules for sending, and make a row of it.

    Args:
        event: An event, or what its ``to_inngest(id=..., ts=...)`` returns.
        id: Its idempotency key; absent: a new one.
        ts: When it happened: milliseconds since 1970 or an aware datetime; absent: now.
        order_key: Events with the same key keep their order; 1 to 255 characters.
        now: Returns the current time, in seconds since 1970.

    Returns:
        The row.

    Raises:
        InvalidEventError, InvalidEventNameError, UnknownEventError, EventTooLargeError, TypeError:
            It cannot be sent.
        ValueError: The order key is empty or too long.

    Example:
        >>> from platform_events.outbox.rows import make_row
        >>> row = make_row(MemberFollowed(follower_id="a", followee_id="b", followed_at=now))
        >>> row.name
        'platform/social.member-followed'
    """
    if order_key is not None and not 1 <= len(order_key) <= MAX_ORDER_KEY_LENGTH:
        raise ValueError(f"order_key must have 1 to {MAX_ORDER_KEY_LENGTH} characters")
    name, data, own_id, own_ts = encode_parts(event)
    # All attempts use one key, so that a relay that dies before it deletes the row causes no
    # second run: Inngest starts one run of a function per key within 24 hours.
    key = id if id is not None else own_id or f"outbox:{uuid.uuid4()}"
    moment = ts if ts is not None else own_ts or int(now() * 1000)
    size, limit = len(join_event(name, data, key, moment)), max_event_bytes()
    if size > limit:
        raise EventTooLargeError(name, size, limit)
    return OutboxRow(
        name=name,
        data=HiddenText(data.decode()),
        event_id=key,
        ts=to_milliseconds(name, moment),
        order_key=order_key,
        created_at=datetime.fromtimestamp(now(), UTC),
    )


def make_rows(
    events: Iterable[TypedEvent | inngest.Event], *, order_key: str | None = None
) -> Iterator[OutboxRow]:
    """Make rows of events, one by one.

    Args:
        events: Events, or what ``to_inngest`` returns.
        order_key: The order key of all of them.

    Yields:
        A row for each.

    Raises:
        InvalidEventError, InvalidEventNameError, UnknownEventError, EventTooLargeError, TypeError,
            ValueError: As for :func:`make_row`.
    """
    for event in events:
        yield make_row(event, order_key=order_key)


def chunks_of(rows: Iterator[OutboxRow]) -> Iterator[list[OutboxRow]]:
    """Split rows into lists that one statement writes."""
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        yield chunk
