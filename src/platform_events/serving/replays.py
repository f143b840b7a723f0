"""Refusing a signature that was seen before: off unless ``serve`` is given a store."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Protocol

MAX_SIGNATURES: Final = 100_000
"""The most signatures that a process keeps; about 20 MB."""


class SignatureStore(Protocol):
    """Remembers signatures; shared by all processes of a service if it is to be of full use."""

    def add(self, signature: str, expires_at: float) -> bool:
        """Remember a signature.

        It is called in a thread, and by several at once. An error that it raises refuses the
        request with 500, which Inngest tries again.

        Args:
            signature: What is unique to a request.
            expires_at: When it need no longer be remembered, in seconds since 1970.

        Returns:
            Whether it is new: false refuses the request.
        """
        ...


class MemorySignatureStore:
    """Remembers signatures in this process, in bounds: when it is full the oldest go first.

    Args:
        max_signatures: The most signatures kept.
        clock: Gives the present, in seconds since 1970.

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
            signature: What is unique to a request.
            expires_at: When it need no longer be remembered, in seconds since 1970.

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
        """Forget from the oldest on what has expired or is too much."""
        now = self._clock()
        while self._expiries:
            oldest = next(iter(self._expiries))
            if self._expiries[oldest] > now and len(self._expiries) < self._max:
                return
            del self._expiries[oldest]
