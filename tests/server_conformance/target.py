"""The servers that the suite runs against, behind one face.

What differs between them is time: the double's clock is moved, a real one is waited for.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from platform_events.testing import LocalInngest

_HANGS: Final = 30.0
_SHORT: Final = 0.1
_SLOW: Final = 10.0
_POLL: Final = 0.25
_SETTLE: Final = 1.5


class Target(Protocol):
    """An Inngest server."""

    @property
    def url(self) -> str:
        """The origin of its Event API and of its API."""
        ...

    @property
    def event_key(self) -> str:
        """An event key that it accepts."""
        ...

    @property
    def signing_key(self) -> str | None:
        """What it signs with; None for a dev server, which has no keys."""
        ...

    @property
    def app_host(self) -> str:
        """The host under which it reaches this process."""
        ...

    def wait_until(self, done: Callable[[], bool], within: float = 0) -> None:
        """Wait for what happens within so many seconds of the server's time, or soon after."""
        ...

    def pass_time(self, seconds: float = 0) -> None:
        """Let the server do all there is to do, and then let so much of its time pass."""
        ...


@dataclass(frozen=True, slots=True)
class Double:
    """``LocalInngest``."""

    server: LocalInngest
    signing_key: str | None
    app_host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def event_key(self) -> str:
        return self.server.event_key

    def wait_until(self, done: Callable[[], bool], within: float = 0) -> None:
        # In steps of a second, as what happens then may put something off once more.
        for _ in range(math.ceil(within) + 1):
            self._settle()
            if done():
                return
            self.server.advance(1)
        raise TimeoutError(f"it did not happen within {within} s; runs: {self.server.runs}")

    def pass_time(self, seconds: float = 0) -> None:
        self._settle()
        self.server.advance(seconds)
        self._settle()

    def _settle(self) -> None:
        # Its own waiting would include what is due soon; here the clock is moved for that.
        deadline = time.monotonic() + _HANGS
        while time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                return self.server.wait_idle(_SHORT)
        raise TimeoutError(f"it works on and on; runs: {self.server.runs}")


@dataclass(frozen=True, slots=True)
class RealServer:
    """A dev server or a self-hosted one, which must be running."""

    url: str
    event_key: str
    signing_key: str | None
    app_host: str

    def wait_until(self, done: Callable[[], bool], within: float = 0) -> None:
        deadline = time.monotonic() + within + _SLOW
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"it did not happen within {within} s")
            time.sleep(_POLL)

    def pass_time(self, seconds: float = 0) -> None:
        time.sleep(seconds + _SETTLE)
