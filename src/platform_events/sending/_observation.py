"""Who observes sends in this process, as telemetry does, which this package must not know of.

Also who observes outboxes: relays and telemetry do not know of each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ._delivery import SendFlow
    from .settings import Settings


class SendObserver(Protocol):
    def observe_send(self, flow: SendFlow, settings: Settings, name: str | None) -> SendFlow:
        """Return a flow that does the same, observed; events are encoded while it runs."""
        ...


class OutboxStatus(Protocol):
    """What an outbox holds."""

    @property
    def waiting(self) -> int:
        """How many events wait."""
        ...

    @property
    def oldest_age_s(self) -> float | None:
        """How long the oldest of them has been waiting, in seconds."""
        ...

    @property
    def set_aside(self) -> int:
        """How many events are set aside."""
        ...


class Outbox(Protocol):
    """What counts the events in an outbox, such as a :class:`~platform_events.outbox.Relay`."""

    def status(self) -> OutboxStatus:
        """Count them."""
        ...


class _Observation:
    observer: SendObserver | None = None
    observe_outbox: Callable[[Outbox], None] | None = None


observation: Final = _Observation()
"""Who observes sends and outboxes; nobody, unless telemetry is switched on."""


def observed(flow: SendFlow, settings: Settings, name: str | None = None) -> SendFlow:
    observer = observation.observer
    return flow if observer is None else observer.observe_send(flow, settings, name)
