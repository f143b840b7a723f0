"""A clean state of the client, and the four ways to send."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import inngest
import pytest
from typing_extensions import Unpack

from platform_events import (
    Client,
    MemberFollowed,
    SendError,
    asend_event,
    asend_events,
    configure,
    send_event,
    send_events,
)
from platform_events.errors import TypedEvent
from platform_events.sending import client as client_module
from platform_events.sending.settings import ClientOptions

from .http import EventServer

KEY = "evt_Secret-0123456789"
"""The event key of the tests; it must not show anywhere."""

MOMENT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

_PREFIXES = ("INNGEST_", "PLATFORM_EVENTS_", "RAILWAY_", "RENDER_", "VERCEL_")


@pytest.fixture
def clean_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Take the variables of the client away, and the client that others configured."""
    for variable in os.environ:
        if variable.startswith(_PREFIXES) or variable.lower().endswith("_proxy"):
            monkeypatch.delenv(variable)
    # No server here has a certificate, and loading the authorities is what takes longest.
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    state = type(vars(client_module)["_state"])()
    monkeypatch.setattr("platform_events.sending.client._state", state)
    yield
    if state.layer.client is not None:
        state.layer.client.close()


@pytest.fixture
def server() -> Iterator[EventServer]:
    """Give a server that accepts everything until it gets another script."""
    with EventServer() as server:
        yield server


@pytest.fixture
def one_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each request be tried twice and no more, at whatever speed.

    The next pause would be longer than any send may take, which then ends at once.
    """

    def backoffs(*_: object) -> Iterator[float]:
        yield 0.01
        yield from itertools.repeat(3600.0)

    monkeypatch.setattr("platform_events.sending._retries.backoffs", backoffs)


def connect(url: str, **options: Unpack[ClientOptions]) -> Client:
    """Configure a client for a server of a test."""
    defaults: ClientOptions = {
        "app_id": "tests",
        "is_production": False,
        "event_api_base_url": url,
        "event_key": KEY,
        "send_timeout_s": 30,
    }
    merged: ClientOptions = {**defaults, **options}
    return configure(replace=True, **merged)


def follow(followee: str = "mem_2") -> MemberFollowed:
    """Make an event."""
    return MemberFollowed(follower_id="mem_me", followee_id=followee, followed_at=MOMENT)


def follows(count: int) -> list[MemberFollowed]:
    """Make events that can be told apart."""
    return [follow(f"mem_{number}") for number in range(count)]


def sdk_events(count: int) -> list[inngest.Event]:
    """Make events that the client's own methods take."""
    return [inngest.Event(name="shop/order.created", data={"n": n}) for n in range(count)]


@dataclass(frozen=True, slots=True)
class Sender:
    """One of the ways to send, synchronous or not, behind one face."""

    one: Callable[..., str]
    many: Callable[[Iterable[TypedEvent | inngest.Event]], list[str]]
    direct: Callable[[Client, list[inngest.Event]], list[str]]

    def refused(self, events: Iterable[TypedEvent | inngest.Event]) -> SendError:
        """Send, and give the error in which it ends."""
        with pytest.raises(SendError) as caught:
            self.many(events)
        return caught.value


SYNC = Sender(send_event, send_events, lambda client, events: client.send_sync(events))
ASYNC = Sender(
    lambda *args, **options: asyncio.run(asend_event(*args, **options)),
    lambda events: asyncio.run(asend_events(events)),
    lambda client, events: asyncio.run(client.send(events)),
)


@pytest.fixture(params=[SYNC, ASYNC], ids=["sync", "async"])
def sender(request: pytest.FixtureRequest) -> Sender:
    """Run a test with both kinds of functions."""
    chosen: Sender = request.param
    return chosen


def chain(error: BaseException) -> list[BaseException]:
    """Give an error with all its causes and contexts."""
    found: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        current = queue.pop()
        if current is not None and current not in found:
            found.append(current)
            queue += [current.__cause__, current.__context__]
    return found
