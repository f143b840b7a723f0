"""An app whose typed functions a local server runs, over real HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import inngest

from platform_events import (
    Client,
    EventFunction,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    override_client,
)
from platform_events.sending.settings import ClientOptions
from platform_events.testing import LocalInngest, Run
from tests.testing._local.apps import serving

MOMENT = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC)

Functions = Sequence[EventFunction[Any, Any, Any]]


class RunningApp:
    """A server, the app that it calls, and a client that sends to it."""

    def __init__(self, server: LocalInngest, client: Client, app_url: str) -> None:
        self.server = server
        self.client = client
        self.app_url = app_url

    def send(self, name: str, data: dict[str, Any]) -> str:
        """Send what any producer may send, and give its id."""
        return self.client.send_sync(inngest.Event(name=name, data=data))[0]

    def run(self, name: str, data: dict[str, Any]) -> Run:
        """Send it, and wait for the run that it starts."""
        return self.server.run_of(self.send(name, data), timeout=60)


@contextmanager
def running(
    functions: Functions, serializer: inngest.Serializer | None = None
) -> Generator[RunningApp]:
    """Serve functions, and register them."""
    with LocalInngest(retry_interval=0.02) as server:
        options: ClientOptions = {
            "app_id": "demo",
            "is_production": False,
            "event_api_base_url": server.url,
            "api_base_url": server.url,
        }
        if serializer is not None:
            options["serializer"] = serializer
        with (
            override_client(**options) as client,
            serving(client, [function.bind(client) for function in functions]) as url,
        ):
            server.register(url)
            yield RunningApp(server, client, url)


def calculate(member: str = "mem_1", **changes: Any) -> ScoringCalculate:
    """Make an event that starts most functions of these tests."""
    return ScoringCalculate(
        member_id=member, gym_id="gym_1", score="progress", reason="manual", **changes
    )


def calculated(member: str = "mem_1", value: float = 71.5) -> ScoringCalculated:
    """Make an event that functions wait for, or are cancelled by."""
    return ScoringCalculated(
        member_id=member,
        gym_id="gym_1",
        score="progress",
        value=value,
        algorithm_version="1",
        reason="manual",
        calculated_at=MOMENT,
    )


def reaction(member: str = "mem_1") -> ReactionAdded:
    """Make an event for batches."""
    return ReactionAdded(
        member_id=member,
        gym_id="gym_1",
        post_id="post_1",
        author_id="mem_9",
        reaction="fire",
        added_at=MOMENT,
    )
