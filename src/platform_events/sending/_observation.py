"""Who observes sends in this process, as telemetry does, which this package must not know of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ._delivery import SendFlow
    from .settings import Settings


class SendObserver(Protocol):
    def observe_send(self, flow: SendFlow, settings: Settings, name: str | None) -> SendFlow:
        """Return a flow that does the same, observed; events are encoded while it runs."""
        ...


class _Observation:
    observer: SendObserver | None = None


observation: Final = _Observation()
"""Who observes sends; nobody, unless telemetry is switched on."""


def observed(flow: SendFlow, settings: Settings, name: str | None = None) -> SendFlow:
    """Let whoever observes sends observe a flow."""
    observer = observation.observer
    return flow if observer is None else observer.observe_send(flow, settings, name)
