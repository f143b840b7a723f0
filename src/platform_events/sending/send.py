"""Sends events through the one client: one or many, synchronously or asynchronously.

Everything is checked before the first byte is sent. A request is tried until the client's
``send_timeout_s`` has passed (10 seconds, unless configured; only a server that sends its headers
bit by bit can outlast it, and only in the synchronous functions), and an event counts as sent only
when the server has given it a non-empty id of its own. Otherwise:

=============================================  ==========  ============  ===================
the server                                     attempts    status_code   is_retriable
=============================================  ==========  ============  ===================
refuses the connection, resets it, is silent   until the   None          True
                                               deadline
answers 5xx, with any body                     until the   the status    True
                                               deadline
answers 408 or 429                             until the   the status    True
                                               deadline
answers 400; it may have taken the events      one         400           False
before the first bad one
answers 413, 415 or 422                        one         the status    False
answers another 4xx, or a redirect             one         the status    True, when key and
                                                                         address are correct
answers 200 without a valid body, or without   one         200           False
an id for every event
=============================================  ==========  ============  ===================

Each of these ends in :class:`~platform_events.SendError`, which holds the ids of the events that
were accepted and the events that were not; its ``__cause__`` is the error of the connection or of
the body, if there was one. ``Retry-After`` is obeyed, and ends the attempts at once when it points
beyond the deadline. All attempts at a request carry one seed, from which the server derives the
ids of the events (``inngest/inngest``: ``pkg/event/id.go``), so that a retry never creates a second
event.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from ..events._encoding import encode_event
from ..events._hidden import Hidden, hide_locals
from ..events.event import Event
from ._batches import Batch, encode_within
from ._drivers import run_async, run_sync
from ._observation import observed
from .client import get_client

if TYPE_CHECKING:
    import inngest

    from ..errors import TypedEvent
    from ._delivery import SendFlow
    from .client import Client


def send_event(event: Event, *, id: str | None = None, ts: int | datetime | None = None) -> str:
    """Send one event.

    Args:
        event: An instance of an event class.
        id: An idempotency key. Inngest starts no second run of a function for the same id within
            24 hours, so if the send may be repeated, pass one that identifies the fact, such as
            ``f"workout:{row_id}"``. A repeat is still accepted, and gets an id of its own.
        ts: When it happened: milliseconds since 1970 or an aware datetime, from 1980 to 2099. A
            time in the future delays the runs until then. Absent: when it arrives at the server, so
            that a fast local clock delays nothing.

    Returns:
        The id that the server gave the event.

    Raises:
        SendError: The event was not accepted; see the table of this module.
        InvalidEventError: ``id`` or ``ts`` is wrong, or the event was changed past its checks.
        EventTooLargeError: It is larger than ``max_event_bytes``.
        ConfigurationError: No client is configured, and the environment lacks a setting.
        TypeError: It is not an instance of an event class.

    Example:
        >>> event = ScoringCalculate(
        ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="workout-logged"
        ... )
        >>> event_id = send_event(event, id="recalculate:workout_7")
    """
    given = Hidden((event, id, ts))
    del event, id, ts  # tools that collect frames would show a local variable
    client = get_client()
    began = client.transport.clock()
    flow = observed(_send_one(client, given, began), client.settings, _name_in(given))
    [only] = run_sync(flow, client.dispatch)
    return only


async def asend_event(
    event: Event, *, id: str | None = None, ts: int | datetime | None = None
) -> str:
    """Async version of :func:`send_event`.

    Args:
        event: An instance of an event class.
        id: An idempotency key.
        ts: When it happened: milliseconds since 1970, or an aware datetime.

    Returns:
        The id that the server gave the event.

    Raises:
        SendError, InvalidEventError, EventTooLargeError, ConfigurationError, TypeError: As for
            :func:`send_event`.

    Example:
        >>> async def removed(reaction: ReactionRemoved) -> None:
        ...     await asend_event(reaction)
    """
    given = Hidden((event, id, ts))
    del event, id, ts  # tools that collect frames would show a local variable
    client = get_client()
    began = client.transport.clock()
    await client.dispatch.turn()
    flow = observed(_send_one(client, given, began), client.settings, _name_in(given))
    [only] = await run_async(flow, client.dispatch)
    return only


def send_events(events: Iterable[TypedEvent | inngest.Event]) -> list[str]:
    """Send any number of events, in as few requests as the server's limits allow.

    A request holds at most 5,000 events and 3 MiB. A list is checked completely before the first
    request; an iterator is read as it is sent, so that a million events need little memory.

    Args:
        events: Instances of event classes, or what ``event.to_inngest(id=..., ts=...)``
            returns for events that need an idempotency key or a time.

    Returns:
        The ids that the server gave the events, in order; an empty list for no events.

    Raises:
        SendError: Not all were accepted. ``accepted_ids`` and ``unsent`` say which; the rest
            of an iterator is still in it. Also raised when the iterator itself failed, or yielded
            something that cannot be sent, after other events were taken from it.
        InvalidEventNameError, UnknownEventError, InvalidEventError, EventTooLargeError,
            TypeError: An event cannot be sent, and none was.
        ConfigurationError: No client is configured, and the environment lacks a setting.

    Example:
        >>> ids = send_events(
        ...     MemberFollowed(follower_id="mem_1", followee_id=other, followed_at=now)
        ...     for other in ["mem_2", "mem_3"]
        ... )
        >>> len(ids)
        2
    """
    client = get_client()
    flow = observed(client.delivery.send_many(events, encode_event), client.settings)
    del events  # tools that collect frames would show a local variable
    return run_sync(flow, client.dispatch)


async def asend_events(events: Iterable[TypedEvent | inngest.Event]) -> list[str]:
    """Async version of :func:`send_events`.

    Args:
        events: Instances of event classes, or what ``to_inngest`` returns.

    Returns:
        The ids that the server gave the events, in order.

    Raises:
        SendError, InvalidEventNameError, UnknownEventError, InvalidEventError,
            EventTooLargeError, TypeError, ConfigurationError: As for :func:`send_events`.

    Example:
        >>> async def moderate(comments: list[CommentRemoved]) -> None:
        ...     await asend_events(comments)
    """
    client = get_client()
    flow = observed(client.delivery.send_many(events, encode_event), client.settings)
    del events  # tools that collect frames would show a local variable
    return await run_async(flow, client.dispatch)


_Given: TypeAlias = Hidden[tuple[Event, str | None, int | datetime | None]]


def _send_one(client: Client, given: _Given, began: float) -> SendFlow:
    return (yield from client.delivery.send_batch(_single(client, given, began)))


def _name_in(given: _Given) -> str | None:
    return getattr(type(given.value[0]), "event_name", None)


@hide_locals
def _single(client: Client, given: _Given, began: float) -> Batch:
    event, id, ts = given.value
    if not isinstance(event, Event):  # pyright: ignore[reportUnnecessaryIsInstance]  # for those without a checker
        encode_event(event)
        raise TypeError("send_event takes an event class's instance: use send_events([...])")
    # With its id and time, an event in a SendError can be sent again unchanged.
    sent = event if id is None and ts is None else event.to_inngest(id=id, ts=ts)
    encoded = encode_within(client.settings.max_event_bytes, encode_event, sent)
    return Batch([sent], [encoded], began=began)
