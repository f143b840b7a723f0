"""LISTEN on PostgreSQL, so that a relay wakes when a transaction with events commits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .rows import CHANNEL

if TYPE_CHECKING:
    from typing import Any

    import psycopg


class Listener:
    """Waits for notifications on a connection of its own; without psycopg it only waits.

    A notification is a hint: whoever listens looks at the table from time to time all the same.

    Args:
        connect: Opens a connection of psycopg 3; None where there is none.
        errors: What ``connect`` raises where the server is away, beside the errors of psycopg.
    """

    # Any: of the rows of this connection nothing is read.
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
            timeout_s: For how many seconds at most.

        Returns:
            Whether one came, or may have come before this listened.
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
        except errors:  # the table says the same, a little later
            self.close()
            time.sleep(timeout_s)
            return False

    def close(self) -> None:
        """Close the connection; :meth:`wait` opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
