"""The outbox as an app for Django: events that commit with ``transaction.atomic()``.

Add ``"platform_events.outbox.django"`` to ``INSTALLED_APPS``, run ``manage.py migrate``, write
events with :func:`send_event`, and run ``manage.py relay_events`` next to the service. SQLAlchemy
is not needed. ``platform-events relay`` sends from the same table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ...events.event import Event
from ...sending._batches import check_iterable
from ..rows import CHANNEL, OutboxRow, chunks_of, make_row, make_rows

if TYPE_CHECKING:
    import inngest

    from ...errors import TypedEvent

__all__ = ["send_event", "send_events"]


def send_event(
    event: Event,
    *,
    id: str | None = None,
    ts: int | datetime | None = None,
    order_key: str | None = None,
    using: str = "default",
) -> None:
    """Write an event in the transaction of ``atomic()``. If it commits, the event will be sent.

    Args:
        event: An instance of an event class.
        id: An idempotency key, as for :func:`platform_events.send_event`; absent: a new one.
        ts: When it happened: milliseconds since 1970 or an aware datetime; absent: now.
        order_key: Events with the same key are sent one after the other, in the order in which they
            were written; 1 to 255 characters. Absent: roughly first in, first out.
        using: The alias of the database.

    Raises:
        InvalidEventError: ``id`` or ``ts`` is wrong, or the event was changed past its checks.
        EventTooLargeError: It is larger than ``PLATFORM_EVENTS_MAX_EVENT_BYTES``.
        ValueError: The order key is empty or too long.
        TypeError: It is not an instance of an event class.
        django.db.transaction.TransactionManagementError: The call is not inside ``atomic()``.

    Example:
        >>> from platform_events.outbox import django as outbox
        >>> def follow(follower: str, followee: str) -> None:
        ...     with transaction.atomic():
        ...         Follow.objects.create(follower=follower, followee=followee)
        ...         outbox.send_event(
        ...             MemberFollowed(follower_id=follower, followee_id=followee, followed_at=now)
        ...         )
    """
    if not isinstance(event, Event):  # pyright: ignore[reportUnnecessaryIsInstance]  # for those without a checker
        raise TypeError("send_event takes an instance of an event class: use send_events([...])")
    _write([make_row(event, id=id, ts=ts, order_key=order_key)], using)


def send_events(
    events: Iterable[TypedEvent | inngest.Event],
    *,
    order_key: str | None = None,
    using: str = "default",
) -> int:
    """Write any number of events in the transaction of ``atomic()``.

    Args:
        events: Instances of event classes, or what ``event.to_inngest(id=..., ts=...)`` returns.
        order_key: The order key of all of them, if they have one.
        using: The alias of the database.

    Returns:
        How many were written.

    Raises:
        InvalidEventNameError, UnknownEventError, InvalidEventError, EventTooLargeError, ValueError,
            TypeError: An event cannot be sent. The exception rolls the block back.
        django.db.transaction.TransactionManagementError: The call is not inside ``atomic()``.
    """
    rows = make_rows(check_iterable(events), order_key=order_key)
    return sum(_write(chunk, using) for chunk in chunks_of(rows))


def _write(rows: list[OutboxRow], using: str) -> int:
    from django.db import connections
    from django.db.transaction import TransactionManagementError

    from .models import OutboxEvent, database_time

    connection = connections[using]
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "an event of the outbox belongs to a transaction: call it inside transaction.atomic()"
        )
    OutboxEvent.objects.using(using).bulk_create(
        OutboxEvent(**row.columns() | {"created_at": database_time(row.created_at)}) for row in rows
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return len(rows)
