"""Replay protection: refuses a signature that was seen before. Off by default."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

MAX_SIGNATURES: Final = 100_000
"""How many signatures a process keeps at most; they take about 20 MB."""


class SignatureStore(Protocol):
    """Remembers signatures. To be effective, all processes of a service must share one."""

    def add(self, signature: str, expires_at: float) -> bool:
        """Remember a signature.

        Called from several threads at once. If it raises, the request is answered with 500, and
        Inngest retries it.

        Args:
            signature: The signature, which is unique to a request.
            expires_at: When it may be forgotten, in seconds since 1970.

        Returns:
            Whether it is new; if not, the request is refused.
        """
        ...


class MemorySignatureStore:
    """Remembers signatures in this process; when it is full, it forgets the oldest first.

    Args:
        max_signatures: How many signatures to keep at most.
        clock: Returns the current time, in seconds since 1970.

    Example:
        >>> store = MemorySignatureStore(clock=lambda: 0.0)
        >>> store.add("t=1&s=5e", 300.0), store.add("t=1&s=5e", 300.0)
        (True, False)
    """

    def __init__(self, max_signatures: int = MAX_SIGNATURES, *, clock: Callable[[], float]) -> None:
        self._max = max_signatures
        self._clock = clock
        self._expiries: dict[str, float] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._expiries)

    def add(self, signature: str, expires_at: float) -> bool:
        """Remember a signature; see :class:`SignatureStore`.

        Args:
            signature: The signature, which is unique to a request.
            expires_at: When it may be forgotten, in seconds since 1970.

        Returns:
            Whether it is new.
        """
        with self._lock:
            if signature in self._expiries:
                return False
            self._forget_expired()
            self._expiries[signature] = expires_at
            return True

    def _forget_expired(self) -> None:
        """Forget signatures that have expired or are too many, the oldest first."""
        now = self._clock()
        while self._expiries:
            oldest = next(iter(self._expiries))
            if self._expiries[oldest] > now and len(self._expiries) < self._max:
                return
            del self._expiries[oldest]
