"""A relay as a command runs it: signals end it, and lines tell what it works on and what it sends.

For ``platform-events relay`` and Django's ``manage.py relay_events``.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias

from .._printable import printable
from ..sending._observation import observation

if TYPE_CHECKING:  # the command starts faster without the client
    from .relay import OutboxStatus, Progress, Relay, RelayCount

_LOG_INTERVAL_S: Final = 10.0
_MAX_KEEP_SENT_S: Final = 100 * 365 * 86_400

Write: TypeAlias = Callable[[str], object]
"""Writes a line to standard error."""


def run_relay(relay: Relay, *, is_once: bool, write: Write) -> RelayCount:
    """Run a relay until a signal stops it, or until nothing waits any more.

    Args:
        relay: The relay.
        is_once: Whether it sends what waits now and ends.
        write: Writes what was sent so far, where standard error is not a terminal.

    Returns:
        What was done.

    Raises:
        SendError: As :meth:`Relay.run_once` does.
    """
    if observation.observe_outbox is not None:  # opentelemetry-instrument has switched it on
        observation.observe_outbox(relay)
    with handled(relay.stop, signal.SIGINT, signal.SIGTERM), _progress(write) as show:
        return relay.run_once(progress=show) if is_once else relay.run(progress=show)


@contextmanager
def handled(handle: Callable[[], object], *signals: signal.Signals) -> Generator[None]:
    """Call a function when one of the signals arrives."""

    def respond(*_: object) -> None:
        handle()

    # A scheduler may run a command in another thread, where no signal arrives.
    is_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, respond) for number in signals if is_main}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def read_keep_sent(seconds: float) -> timedelta | None:
    """Return how long a row is kept after it was sent; None if it is deleted at once."""
    if not 0 <= seconds <= _MAX_KEEP_SENT_S:  # nor NaN
        raise ValueError(
            f"--keep-sent must be a number of seconds from 0 to {_MAX_KEEP_SENT_S} (100 years)"
        )
    return timedelta(seconds=seconds) if seconds else None


def describe_start(database: str, table: str, server: str) -> str:
    """Say what a relay works on."""
    return printable(f"relaying from {database}, table {table}, to {server}")


def describe_count(done: RelayCount) -> str:
    """Say what a relay has done."""
    return f"sent: {done.sent}, refused: {done.refused}, set aside: {done.set_aside}"


def status_rows(status: OutboxStatus) -> list[tuple[str, str, str]]:
    """Return what an outbox holds as the rows of a table: what, how many, and since when or why."""
    age = "" if status.oldest_age_s is None else f"{status.oldest_age_s:.0f} s"
    rows = [("waiting", str(status.waiting), age), ("set aside", str(status.set_aside), "")]
    return rows + [("", str(count), reason) for reason, count in status.reasons.items()]


@contextmanager
def _progress(write: Write) -> Generator[Progress]:
    if not sys.stderr.isatty():
        yield _Log(write)
        return
    try:
        from rich.console import Console
    except ModuleNotFoundError:  # of the extra cli, which Django's command does not need
        yield _Log(write)
        return
    with Console(stderr=True).status("waiting for events") as line:
        yield lambda done: line.update(describe_count(done))


class _Log:
    """Writes a line when something was done, and no more often than every ten seconds."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._written_at = float("-inf")
        self._written = ""

    def __call__(self, done: RelayCount) -> None:
        line, now = describe_count(done), monotonic()
        is_news = any(asdict(done).values()) and line != self._written
        if is_news and now - self._written_at >= _LOG_INTERVAL_S:
            self._written_at, self._written = now, line
            self._write(f"so far {line}")
