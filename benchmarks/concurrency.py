"""Many sends at once, with the package and with the SDK's client alone.

The server answers after 20 ms, as one at some distance does.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager

import inngest

from platform_events import WorkoutLogged, asend_event, override_client, send_event

from .event_api import serve
from .measuring import Comparison
from .sending import workout

DELAY_S = 0.02
TASKS = 2_000
THREADS = 100
"""How many threads send, and how many sends of the SDK are let through at once."""
LONGEST_BLOCK_S = 0.05


@contextmanager
def connect() -> Generator[str]:
    """Run the server, and configure the package's client for it.

    Yields:
        The server's origin.
    """
    with (
        serve(delay_s=DELAY_S) as url,
        override_client(
            app_id="bench", is_production=False, event_api_base_url=url, send_timeout_s=60
        ),
    ):
        yield url


def comparisons(url: str, *, is_quick: bool) -> Iterator[tuple[Comparison, int]]:
    """Give the comparisons, and in how many rounds to make each.

    Args:
        url: The server's origin.
        is_quick: Whether to measure less.

    Yields:
        A comparison and a number of rounds.
    """
    rounds = 3 if is_quick else 10
    yield tasks(url, TASKS), rounds
    yield longest_block(TASKS), rounds
    yield threads(url, TASKS // THREADS), rounds


def tasks(url: str, count: int) -> Comparison:
    """Compare sends of as many tasks of one event loop.

    Args:
        url: The server's origin.
        count: How many tasks send one event each.

    Returns:
        The comparison.
    """
    events = [workout(number) for number in range(count)]

    def ours() -> float:
        return asyncio.run(_timed_together(asend_event(event) for event in events))

    def theirs() -> float:
        sdk = _sdk(url)

        async def run() -> float:
            few = asyncio.Semaphore(THREADS)

            async def send(event: inngest.Event) -> str:
                async with few:
                    [id] = await sdk.send(event)
                    return id

            return await _timed_together(send(event) for event in _sdk_events(events))

        return asyncio.run(run())

    name = f"{count:,} `asend_event` at once against the SDK's `send` behind a semaphore"
    return Comparison(name, 0.10, count, ours, theirs)


def longest_block(count: int) -> Comparison:
    """Compare the longest time that an event loop does nothing else with what is bearable.

    Args:
        count: How many tasks send one event each.

    Returns:
        The comparison.
    """
    events = [workout(number) for number in range(count)]

    async def run() -> float:
        # A full collection looks through all that this process has loaded, as in no service that
        # freezes it after its start.
        gc.collect()
        gc.freeze()
        blocks: list[float] = []
        pulse = asyncio.create_task(_feel_pulse(blocks))
        await asyncio.sleep(0.01)
        await _timed_together(asend_event(event) for event in events)
        await asyncio.sleep(0.01)
        pulse.cancel()
        return max(blocks)

    name = f"the longest block of the event loop by {count:,} `asend_event`, against 50 ms"
    return Comparison(name, 1.00, 1, lambda: asyncio.run(run()), lambda: LONGEST_BLOCK_S)


def threads(url: str, count: int) -> Comparison:
    """Compare sends of many threads.

    Each thread waits for its answer before its next send. So with a server that answers after
    20 ms, 100 threads send at most 5,000 events a second; and as a send waits for one of the four
    requests under way to return, for a quarter of 20 ms at most, the limit is from 4,000 to 5,000.
    Ten times the SDK's rate is out of reach where the SDK itself makes more than a tenth of that.

    Args:
        url: The server's origin.
        count: How many events each sends, one after the other.

    Returns:
        The comparison.
    """
    events = [workout(number) for number in range(count)]
    sdk_events = _sdk_events(events)

    def ours() -> float:
        return _timed_threads(lambda: [send_event(event) for event in events])

    def theirs() -> float:
        sdk = _sdk(url)
        return _timed_threads(lambda: [sdk.send_sync(event)[0] for event in sdk_events])

    name = f"`send_event` in {THREADS} threads against the SDK's `send_sync`, {count} events each"
    return Comparison(name, 0.50, count * THREADS, ours, theirs)


async def _timed_together(sends: Iterator[Awaitable[str]]) -> float:
    began = time.perf_counter()
    ids = await asyncio.gather(*sends)
    seconds = time.perf_counter() - began
    assert len(set(ids)) == len(ids)
    return seconds


def _timed_threads(send: Callable[[], list[str]]) -> float:
    ids: list[str] = []
    senders = [threading.Thread(target=lambda: ids.extend(send())) for _ in range(THREADS)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - began
    assert len(set(ids)) == len(ids)
    return seconds


async def _feel_pulse(blocks: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        blocks.append(time.perf_counter() - began - 0.001)


def _sdk(url: str) -> inngest.Inngest:
    # A new one each time, as it serves one event loop alone.
    return inngest.Inngest(app_id="bench", is_production=False, event_api_base_url=url)


def _sdk_events(events: list[WorkoutLogged]) -> list[inngest.Event]:
    return [inngest.Event(name=e.event_name, data=e.to_data()) for e in events]
