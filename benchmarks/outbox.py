"""The outbox: rows relayed, against sending without a database and against another relay."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, create_engine, insert, text
from txoutbox import OutboxMessage
from txoutbox import Relay as PeerRelay
from txoutbox.adapters.postgres import PostgresStorage

from platform_events import asend_event, outbox, override_client, parse_event, send_events
from platform_events.outbox.rows import make_row
from platform_events.outbox.table import default_table
from tests.support.postgres import running_postgres

from .event_api import serve
from .measuring import Comparison
from .sending import workout

BATCH: Final = 500
FEW, MANY = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """A database and a server."""

    engine: Engine

    @property
    def url(self) -> str:
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def fill(self, count: int, order_key: str | None = None) -> None:
        """Let so many rows wait, and no others."""
        with self.engine.begin() as connection:
            connection.execute(text("TRUNCATE platform_events_outbox"))
            outbox.send_events(connection, [workout(0)], order_key=order_key)
            connection.execute(
                text(
                    "INSERT INTO platform_events_outbox "
                    "(name, data, event_id, ts, created_at, order_key) "
                    "SELECT name, data, 'row-' || n, ts, created_at, order_key "
                    "FROM platform_events_outbox, generate_series(2, :count) n"
                ),
                {"count": count},
            )
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE platform_events_outbox"))
            # Else a checkpoint of what was filled falls in the time that is measured.
            connection.execute(text("CHECKPOINT"))


@contextmanager
def connect() -> Generator[Setting]:
    """Run a PostgreSQL and a server, and configure the client for it."""
    with (
        running_postgres() as url,
        serve() as server,
        override_client(app_id="bench", is_production=False, event_api_base_url=server),
    ):
        engine = create_engine(url)
        default_table.create(engine)
        yield Setting(engine)
        engine.dispose()


def relayed(setting: Setting, count: int) -> Comparison:
    """Compare relaying with sending the same events from memory, in requests of the same size."""

    def ours() -> float:
        setting.fill(count)
        relay = outbox.connect_relay(setting.engine, batch_size=BATCH)
        return seconds(relay.run_once)

    def theirs() -> float:
        events = [workout(n) for n in range(count)]

        def send() -> None:
            for start in range(0, count, BATCH):
                send_events(events[start : start + BATCH])

        return seconds(send)

    name = "rows relayed from PostgreSQL, against `send_events` without a database"
    return Comparison(name, 1.5, count, ours, theirs)


def against_peer(setting: Setting, count: int) -> Comparison:
    """Compare relaying with ``txoutbox``, which publishes its messages one by one."""

    def ours() -> float:
        setting.fill(count)
        relay = outbox.connect_relay(setting.engine, batch_size=BATCH)
        return seconds(relay.run_once)

    async def relay_with_peer() -> float:
        storage = await PostgresStorage.connect(setting.url, delete_on_ack=True)
        try:
            pool = storage.pool
            await pool.execute("DROP TABLE IF EXISTS outbox")
            await pool.execute(storage.schema_sql())
            data = workout(0).to_json()
            rows = [(workout(0).event_name, data)] * count
            await pool.executemany("INSERT INTO outbox (topic, payload) VALUES ($1, $2)", rows)
            peer = PeerRelay(storage, publish)
            start = time.perf_counter()
            while await pool.fetchval("SELECT count(*) FROM outbox"):
                await peer.run_once()
            return time.perf_counter() - start
        finally:
            await storage.close()

    name = "rows relayed from PostgreSQL, against `txoutbox`"
    return Comparison(name, 0.5, count, ours, lambda: asyncio.run(relay_with_peer()))


async def publish(message: OutboxMessage) -> None:
    await asend_event(parse_event(message.topic, message.json()))


def written(setting: Setting, count: int) -> Comparison:
    """Compare a transaction that writes an event with one that inserts the same row bare."""
    event = workout(0)
    row = make_row(event).columns()

    def ours() -> float:
        setting.fill(1)

        def write() -> None:
            for _ in range(count):
                with setting.engine.begin() as connection:
                    outbox.send_event(connection, event)

        return seconds(write)

    def theirs() -> float:
        setting.fill(1)

        def write() -> None:
            for _ in range(count):
                with setting.engine.begin() as connection:
                    connection.execute(insert(default_table), row)

        return seconds(write)

    name = "a transaction that writes an event, against a bare INSERT of the same row"
    return Comparison(name, 1.6, count, ours, theirs)


def backlog(setting: Setting, count: int, order_key: str | None = None) -> Comparison:
    """Compare relaying with a million rows waiting and with a thousand, without or with a key."""

    def relay(waiting: int) -> float:
        taken, left = 0.0, count // BATCH
        while left:
            setting.fill(waiting, order_key)
            relay = outbox.connect_relay(setting.engine, batch_size=BATCH)
            batches = min(left, waiting // BATCH)
            taken += sum(seconds(relay._relay_batch) for _ in range(batches))
            left -= batches
        return taken

    # Of rows with keys each batch looks through up to 20 batches for the first of every key.
    rows, limit = ("rows", 1.15) if order_key is None else ("rows of one key", 1.5)
    name = f"{rows} relayed with 1,000,000 waiting, against 1,000"
    return Comparison(name, limit, count, lambda: relay(MANY), lambda: relay(FEW))


def seconds(action: Any) -> float:  # Any: whatever it returns
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
