"""Rate-limits the warnings that anyone can trigger by sending requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

INTERVAL_S: Final = 60.0
"""For how long a warning is only counted after it was logged, in seconds."""


class WarningLogger(Protocol):
    """The part of a logger that :class:`RejectionLog` uses."""

    def warning(self, msg: str, /, *args: object) -> None: ...


@dataclass(slots=True)
class RejectionLog:
    """Logs the first warning of a kind, and then one a minute with a count."""

    logger: WarningLogger
    clock: Callable[[], float]
    _due: dict[str, float] = field(default_factory=dict[str, float], init=False)
    _counts: dict[str, int] = field(default_factory=dict[str, int], init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def warn(self, kind: str, message: str) -> None:
        """Log a warning, or count it."""
        now = self.clock()
        with self._lock:
            if now < self._due.get(kind, now):
                self._counts[kind] = self._counts.get(kind, 0) + 1
                return
            self._due[kind] = now + INTERVAL_S
            count = self._counts.pop(kind, 0)
        more = f" ({count:,} more like this since the last warning)" if count else ""
        self.logger.warning("%s%s", message, more)
