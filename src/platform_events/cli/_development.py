"""Keeps a local server up, and tells what happens on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from .._printable import printable
from ..testing import LocalInngest, RegistrationError, Run, Status

_LOOK_INTERVAL_S: Final = 0.2
_REGISTER_INTERVAL_S: Final = 2.0
_OVER: Final = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


def develop(port: int, apps: Sequence[str], write: Callable[[str], None]) -> None:
    """Run a server until it is interrupted; ``write`` gets each line, as it happens."""
    with LocalInngest(port=port) as server:
        write(f"an Inngest server listens on {server.url}; Ctrl-C ends it. For your app, set:")
        for name, value in server.env().items():
            write(f"export {name}={value}")
        watch = Watch(server, apps, write)
        while True:
            watch.look()
            time.sleep(_LOOK_INTERVAL_S)


class Watch:
    """Registers apps, and tells of what is new each time it looks."""

    def __init__(
        self,
        server: LocalInngest,
        apps: Sequence[str],
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = server
        self._unregistered = dict.fromkeys(apps, "")
        self._write = write
        self._clock = clock
        self._register_at = float("-inf")
        self._events = self._runs = 0
        self._going: list[tuple[Run, Status | None]] = []

    def look(self) -> None:
        """Register the apps that answer by now, and write what is new."""
        if self._unregistered and self._clock() >= self._register_at:
            self._register()
            self._register_at = self._clock() + _REGISTER_INTERVAL_S
        received = self._server._received(self._events)  # pyright: ignore[reportPrivateUsage]  # of this package
        for event in received:
            self._events += 1
            self._write(printable(f"event  {event.name}  {event.internal_id}"))
        runs = self._server.runs
        self._going += [(run, None) for run in runs[self._runs :]]
        self._runs = len(runs)
        self._going = [
            (run, self._tell(run, told)) for run, told in self._going if told not in _OVER
        ]

    def _register(self) -> None:
        for url, told in [*self._unregistered.items()]:
            try:
                self._server.register(url)
            except RegistrationError as error:
                if str(error) != told:
                    self._unregistered[url] = str(error)
                    self._write(printable(f"app    {error}; trying again"))
            else:
                del self._unregistered[url]
                self._write(printable(f"app    {url} is registered"))

    def _tell(self, run: Run, told: Status | None) -> Status:
        status, error = run.status, run.error
        if status is not told:
            why = f"  {error.get('name')}" if error else ""
            self._write(printable(f"run    {run.function_id}  {run.id}  {status}{why}"))
        return status
