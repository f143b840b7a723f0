"""Switches spans and metrics on and off."""

from __future__ import annotations

import threading
from importlib.metadata import version
from typing import Final

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider

from ..events._trace_context import propagation
from ..functions._call_report import observation as calls
from ..sending._observation import Outbox
from ..sending._observation import observation as sends
from ._calls import CallTelemetry
from ._gauges import create_gauges, outboxes
from ._instruments import Instruments
from ._sends import SendTelemetry

_SCOPE: Final = "platform_events"

_lock: Final = threading.Lock()


def instrument(
    *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> None:
    """Switch spans and metrics on, for every send and every call of a function of this process.

    Call it once, when the service starts. Calling it again changes the providers, and doubles
    nothing. Without a configured provider, OpenTelemetry discards what is recorded.

    Args:
        tracer_provider: Where spans go; absent: the global provider, also one that is set later.
        meter_provider: Where metrics go; absent: likewise.

    Example:
        >>> from platform_events import telemetry
        >>> telemetry.instrument()
        >>> telemetry.uninstrument()
    """
    release = version("platform-events")
    tracer = trace.get_tracer(_SCOPE, release, tracer_provider)
    meter = metrics.get_meter(_SCOPE, release, meter_provider)
    with _lock:
        instruments = Instruments.of(meter)
        create_gauges(meter)
        observer = SendTelemetry(tracer, instruments)
        calls.observer = CallTelemetry(tracer, instruments)
        sends.observer = observer
        sends.observe_outbox = observe_outbox
        propagation.inject = observer.carrier


def uninstrument() -> None:
    """Switch spans and metrics off, as a test does when it ends.

    Example:
        >>> from platform_events import telemetry
        >>> telemetry.uninstrument()
    """
    with _lock:
        propagation.inject = sends.observer = sends.observe_outbox = calls.observer = None


def observe_outbox(relay: Outbox, *, name: str = "platform_events_outbox") -> None:
    """Add gauges of how many events an outbox holds and how long the oldest has been waiting.

    Each reading of the metrics is a query. ``platform-events relay`` and Django's
    ``manage.py relay_events`` do this by themselves, if telemetry is switched on in their process.

    Args:
        relay: What :func:`platform_events.outbox.connect_relay` returns; it need not run. Once
            nothing else holds it, the gauges end.
        name: What tells this outbox from others, in the attribute ``platform_events.outbox.name``.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from platform_events import telemetry
        >>> from platform_events.outbox import connect_relay
        >>> relay = connect_relay(create_engine("sqlite:///service.db"))
        >>> telemetry.observe_outbox(relay)
    """
    with _lock:
        outboxes[relay] = name


class Instrumentor:
    """Lets ``opentelemetry-instrument`` switch telemetry on in any process, commands included.

    It is the entry point ``opentelemetry_instrumentor``; in code, call :func:`instrument`.

    Source:
        open-telemetry/opentelemetry-python-contrib: opentelemetry-instrumentation
    """

    def instrument(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        **_: object,
    ) -> None:
        """Switch telemetry on.

        Args:
            tracer_provider: As for :func:`instrument`.
            meter_provider: As for :func:`instrument`.
        """
        instrument(tracer_provider=tracer_provider, meter_provider=meter_provider)

    def uninstrument(self, **_: object) -> None:
        """Switch telemetry off."""
        uninstrument()
