"""Gauges, which are read when metrics are collected: what waits in this process and in outboxes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final
from weakref import WeakKeyDictionary

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from ..sending._observation import Outbox, OutboxStatus
from ..sending._observation import observation as sends
from ..sending.client import configured_client
from ._attributes import OUTBOX

_log: Final = logging.getLogger("platform_events.telemetry")


outboxes: Final[WeakKeyDictionary[Outbox, str]] = WeakKeyDictionary()
"""The outboxes that are observed, with their names."""


def create_gauges(meter: Meter) -> None:
    """Create the gauges. They show nothing while telemetry is off."""
    meter.create_observable_gauge(
        "inngest.client.waiting_events", [_waiting], "{message}", "Events that wait for a request"
    )
    meter.create_observable_gauge(
        "inngest.client.in_flight_events",
        [_in_flight],
        "{message}",
        "Events in requests that the server has not answered",
    )
    meter.create_observable_gauge(
        "platform_events.outbox.waiting", [_outbox_waiting], "{message}", "Events in the outbox"
    )
    meter.create_observable_gauge(
        "platform_events.outbox.oldest_age",
        [_outbox_age],
        "s",
        "How long the oldest event has been waiting",
    )
    meter.create_observable_gauge(
        "platform_events.outbox.set_aside",
        [_outbox_set_aside],
        "{message}",
        "Events that no server accepts",
    )


def _waiting(_: CallbackOptions) -> Iterator[Observation]:
    client = configured_client()
    if client is not None and sends.observer is not None:
        yield Observation(client.dispatch.load().waiting)


def _in_flight(_: CallbackOptions) -> Iterator[Observation]:
    client = configured_client()
    if client is not None and sends.observer is not None:
        yield Observation(client.dispatch.load().in_flight)


def _outbox_waiting(_: CallbackOptions) -> Iterator[Observation]:
    for name, status in _statuses():
        yield Observation(status.waiting, {OUTBOX: name})


def _outbox_age(_: CallbackOptions) -> Iterator[Observation]:
    for name, status in _statuses():
        yield Observation(status.oldest_age_s or 0.0, {OUTBOX: name})


def _outbox_set_aside(_: CallbackOptions) -> Iterator[Observation]:
    for name, status in _statuses():
        yield Observation(status.set_aside, {OUTBOX: name})


def _statuses() -> Iterator[tuple[str, OutboxStatus]]:
    if sends.observer is None:
        return
    for outbox, name in list(outboxes.items()):
        try:
            yield name, outbox.status()
        except Exception as error:  # noqa: BLE001  # its text may hold what was queried
            _log.warning("the outbox %s cannot be read: %s", name, type(error).__name__)
