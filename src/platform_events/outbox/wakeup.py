"""LISTEN on PostgreSQL: wakes a relay when a transaction with events commits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .rows import CHANNEL

if TYPE_CHECKING:
    from typing import Any

    import psycopg


class Listener:
    """Waits for notifications on a connection of its own; without psycopg it only sleeps.

    A notification is only a hint: the relay polls the table as well.

    Args:
        connect: Opens a psycopg 3 connection; None without psycopg 3.
        errors: What ``connect`` raises if the server is unavailable, besides psycopg's errors.
    """

    # Any: no rows are read from this connection.
    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]] | None,
        *,
        errors: tuple[type[Exception], ...] = (),
    ) -> None:
        self._connect = connect
        self._errors = errors
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, timeout_s: float) -> bool:
        """Wait for a notification.

        Args:
            timeout_s: How long to wait at most, in seconds.

        Returns:
            Whether one came, or may have come before it began to listen.
        """
        if self._connect is None:
            time.sleep(timeout_s)
            return False
        import psycopg

        errors: tuple[type[Exception], ...] = (*self._errors, psycopg.Error)
        try:
            if self._connection is None:
                self._connection = self._connect()
                self._connection.autocommit = True
                self._connection.execute(f"LISTEN {CHANNEL}")
                return True
            return any(True for _ in self._connection.notifies(timeout=timeout_s, stop_after=1))
        except errors:  # the next poll finds the rows, a little later
            self.close()
            time.sleep(timeout_s)
            return False

    def close(self) -> None:
        """Close the connection; :meth:`wait` opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
