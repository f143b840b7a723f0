"""LISTEN on PostgreSQL, so that a relay wakes when a transaction with events commits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from typing import Any

    import psycopg
    from sqlalchemy import Engine

CHANNEL: Final = "platform_events_outbox"
"""The channel of NOTIFY."""


class Listener:
    """Waits for notifications on a connection of its own; without psycopg it only waits.

    A notification is a hint: whoever listens looks at the table from time to time all the same.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Any: of the rows of this connection nothing is read.
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, timeout_s: float) -> bool:
        """Wait for a notification.

        Args:
            timeout_s: For how many seconds at most.

        Returns:
            Whether one came, or may have come before this listened.
        """
        if self._engine.dialect.driver != "psycopg":
            time.sleep(timeout_s)
            return False
        import psycopg

        try:
            if self._connection is None:
                self._connection = self._listen()
                return True
            return any(True for _ in self._connection.notifies(timeout=timeout_s, stop_after=1))
        except (DBAPIError, psycopg.Error):  # the table says the same, a little later
            self.close()
            time.sleep(timeout_s)
            return False

    def close(self) -> None:
        """Close the connection; :meth:`wait` opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _listen(self) -> psycopg.Connection[Any]:
        pooled = self._engine.raw_connection()
        # Any: SQLAlchemy does not know the type of the driver's connection.
        connection: Any = pooled.driver_connection
        pooled.detach()  # it is no longer of the pool, whose size counts senders
        connection.autocommit = True
        connection.execute(f"LISTEN {CHANNEL}")
        return connection  # type: ignore[no-any-return]  # as above
