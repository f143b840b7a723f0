"""The outbox: events that commit with the database transaction, and the relay that sends them.

A service that stores a fact and then sends its event loses the event if it dies in between. Here
the event is a row, written in the transaction that stores the fact: on commit it will be sent, and
on rollback it never existed. A :class:`Relay` sends the rows.

Needs the extra ``outbox``: ``pip install "platform-events[outbox]"``, and for PostgreSQL a driver,
such as ``psycopg``. Django has :mod:`platform_events.outbox.django`, which needs neither.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``writing``         ``send_event`` and its variants: events as rows of the caller's transaction
``table``           the table, for SQLAlchemy's metadata
``rows``            a row of the outbox, checked before it is written
``relay``           the relay: batches, backoff, rows that no server accepts
``store``           the table as a relay sees it, on PostgreSQL and on SQLite
``wakeup``          LISTEN on PostgreSQL
``_foreground``     a relay as a command runs it: signals, and lines that tell what it does
``django``          an app for Django
==================  ==============================================================================
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .relay import OutboxStatus as OutboxStatus
    from .relay import Relay as Relay
    from .relay import RelayCount as RelayCount
    from .store import connect_relay as connect_relay
    from .table import outbox_table as outbox_table
    from .writing import asend_event as asend_event
    from .writing import asend_events as asend_events
    from .writing import send_event as send_event
    from .writing import send_events as send_events
else:
    # The Django app must not need SQLAlchemy.
    from .._lazy import lazy_exports

    _HOMES = {
        "OutboxStatus": ".relay",
        "Relay": ".relay",
        "RelayCount": ".relay",
        "asend_event": ".writing",
        "asend_events": ".writing",
        "connect_relay": ".store",
        "outbox_table": ".table",
        "send_event": ".writing",
        "send_events": ".writing",
    }
    __all__, __getattr__, __dir__ = lazy_exports(__name__, _HOMES, "outbox")
