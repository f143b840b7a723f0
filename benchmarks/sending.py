"""Sending with the package, and with the SDK's client alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import inngest

from platform_events import (
    WorkoutLogged,
    asend_event,
    override_client,
    send_event,
    send_events,
)

from .event_api import serve
from .measuring import Comparison, timed

BATCH = 1_000
STARTED_AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@contextmanager
def connect() -> Generator[inngest.Inngest]:
    """Run the server, and configure the package's client for it.

    Yields:
        A client of the bare SDK for the same server.
    """
    with (
        serve() as url,
        override_client(app_id="bench", is_production=False, event_api_base_url=url),
    ):
        yield inngest.Inngest(app_id="bench", is_production=False, event_api_base_url=url)


def one_by_one(sdk: inngest.Inngest, count: int) -> Comparison:
    """Compare sends of one event.

    Args:
        sdk: The client of the bare SDK.
        count: How many are sent in a round.

    Returns:
        The comparison.
    """
    data = workout(0).to_data()

    def ours() -> None:
        for number in range(count):
            send_event(workout(number))

    def theirs() -> None:
        for _ in range(count):
            sdk.send_sync(inngest.Event(name=WorkoutLogged.event_name, data=data))

    name = "`send_event` against the SDK's `send_sync`, one event each"
    return Comparison(name, 1.00, count, timed(ours), timed(theirs))


def one_by_one_async(url: str, count: int) -> Comparison:
    """Compare sends of one event on an event loop.

    Args:
        url: The server's origin.
        count: How many are sent in a round.

    Returns:
        The comparison.
    """
    data = workout(0).to_data()

    def ours() -> float:
        async def run() -> float:
            await asend_event(workout(0))
            began = time.perf_counter()
            for number in range(count):
                await asend_event(workout(number))
            return time.perf_counter() - began

        return asyncio.run(run())

    def theirs() -> float:
        # It serves one event loop alone.
        sdk = inngest.Inngest(app_id="bench", is_production=False, event_api_base_url=url)

        async def run() -> float:
            await sdk.send(inngest.Event(name=WorkoutLogged.event_name, data=data))
            began = time.perf_counter()
            for _ in range(count):
                await sdk.send(inngest.Event(name=WorkoutLogged.event_name, data=data))
            return time.perf_counter() - began

        return asyncio.run(run())

    name = "`asend_event` against the SDK's `send`, one event each"
    return Comparison(name, 1.00, count, ours, theirs)


def together(sdk: inngest.Inngest, count: int) -> Comparison:
    """Compare sends of many events.

    Args:
        sdk: The client of the bare SDK.
        count: How many are sent in a round.

    Returns:
        The comparison; it holds all the events.
    """
    events = [workout(number) for number in range(count)]
    sdk_events = [inngest.Event(name=e.event_name, data=e.to_data()) for e in events]

    def ours() -> None:
        assert len(set(send_events(events))) == count

    def theirs() -> None:
        ids: list[str] = []
        for start in range(0, count, BATCH):
            ids += sdk.send_sync(sdk_events[start : start + BATCH])
        assert len(set(ids)) == count

    name = f"`send_events` of {count:,} against the SDK's `send_sync` of {BATCH:,} each"
    return Comparison(name, 1.05, count, timed(ours), timed(theirs))


def workout(number: int) -> WorkoutLogged:
    """Make an event that differs from others by its number.

    Args:
        number: Any.

    Returns:
        The event.
    """
    return WorkoutLogged(
        member_id="mem_1",
        gym_id="gym_1",
        workout_id=f"wko_{number}",
        activity_type="running",
        source="wearable",
        started_at=STARTED_AT + timedelta(seconds=number % 3_600),
        duration_s=1_800.5,
        distance_m=5_012.0,
        average_heart_rate_bpm=152.0,
    )
