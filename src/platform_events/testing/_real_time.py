"""Time that passes although a test has frozen it, so that the server goes on.

freezegun and time-machine replace ``time.monotonic``, and with it the clock of event loops, but
leave the clock of the operating system alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Final, TypeVar

from typing_extensions import override

T = TypeVar("T")

_CLOCK: Final = getattr(time, "CLOCK_MONOTONIC", None)


def monotonic_s() -> float:
    """Tell seconds that pass, from an unspecified beginning."""
    # Windows has no other clock.
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


class RealTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes although a test has frozen it."""

    @override
    def time(self) -> float:
        return monotonic_s()


def run_in_real_time(main: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run a coroutine on an event loop of its own, whose time is real."""
    with asyncio.Runner(loop_factory=RealTimeLoop) as runner:
        return runner.run(main())
