"""Reads an event that a server took back into its class."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import cast

import inngest

from ..errors import InvalidEventError
from ..events.event import Event, event_class
from ._sent import SentEvent


def sent_event(internal_id: str, wire: Mapping[str, object]) -> SentEvent:
    """Make what tests see of an event, from the server's id of it and what apps get of it."""
    identity, ts = str(wire["id"]), wire["ts"]
    return SentEvent(
        event=typed_event(str(wire["name"]), cast("Mapping[str, inngest.JSON]", wire["data"])),
        id=internal_id,
        key=None if identity == internal_id else identity,
        ts=ts if isinstance(ts, int) else 0,
    )


def typed_event(name: str, data: Mapping[str, inngest.JSON]) -> Event | inngest.Event:
    """Read an event; it stays the SDK's if no class reads it."""
    kind = event_class(name)
    if kind is not None:
        try:
            return _read(kind, data)
        except InvalidEventError:
            pass  # middleware may have made of it what no class reads, such as an encrypted text
    # The id and the time are in the details, so that it can be compared with what was sent.
    return inngest.Event(name=name, data=dict(data))


def _read(kind: type[Event], data: Mapping[str, inngest.JSON]) -> Event:
    if "__deprecated__" not in vars(kind):
        return kind.from_data(data)
    # It is the service that sends it, and not who looks at what was sent.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind.from_data(data)
