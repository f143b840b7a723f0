"""50,000 events from four writers, and three relays that are killed twenty times."""

from __future__ import annotations

import json
import logging
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from platform_events import outbox
from platform_events.outbox.table import default_table

from ..support.clients import follow
from ..support.http import Connection, EventServer, Request
from ..support.postgres import running_postgres
from ..support.processes import bare_environment
from ..support.waiting import wait_until

pytestmark = pytest.mark.slow

EVENTS = 50_000
WRITERS = 4
RELAYS = 3
KILLS = 20
LIMIT_S = 240


@dataclass
class FaultyServer:
    """Takes events as Inngest does; a third of its answers is late, wrong, partial or lost."""

    random: random.Random
    runs: Counter[str] = field(default_factory=Counter[str])
    lock: threading.Lock = field(default_factory=threading.Lock)
    faults: Counter[str] = field(default_factory=Counter[str])

    def answer(self, request: Request, connection: Connection) -> None:
        events = request.events
        with self.lock:
            fault = self.random.choice(["busy", "late", "partial", "lost", *8 * ["none"]])
            count = self.random.randrange(len(events)) if fault == "partial" else len(events)
            self.faults[fault] += 1
        if fault == "busy":
            connection.reply(503, b'{"error": "busy"}')
            return
        if fault == "late":
            connection.pause(0.1)
        # The idempotency key decides what starts a run: once in 24 hours.
        with self.lock:
            self.runs.update(event["id"] for event in events[:count])
        if fault == "lost":
            connection.hang_up(reset=True)
            return
        ids = connection.server.new_ids(count)
        status = 400 if fault == "partial" else 200
        body = {"ids": ids or [""], "status": status}
        connection.reply(status, json.dumps(body).encode())


def write(engine: Engine, number: int) -> tuple[set[str], set[str]]:
    """Write a share of the events in transactions, of which a third is rolled back."""
    chance = random.Random(number)
    committed: set[str] = set()
    dropped: set[str] = set()
    written = 0
    while written < EVENTS // WRITERS:
        size = min(chance.randint(1, 200), EVENTS // WRITERS - written)
        ids = {f"{number}-{written + n}" for n in range(size)}
        with Session(engine) as session:
            outbox.send_events(session, (follow().to_inngest(id=id) for id in ids))
            if chance.random() < 1 / 3:
                session.rollback()
                dropped |= ids
            else:
                session.commit()
                committed |= ids
        written += size
    return committed, dropped


@dataclass
class Relays:
    """The relays, each with a name by which PostgreSQL knows it."""

    environment: dict[str, str]
    names: dict[str, subprocess.Popen[bytes]] = field(
        default_factory=dict[str, "subprocess.Popen[bytes]"]
    )
    started: int = 0

    def start(self) -> None:
        self.started += 1
        name = f"relay-{self.started}"
        command = [sys.executable, "-m", "platform_events", "relay", "--poll", "0.2"]
        self.names[name] = subprocess.Popen(
            command, env=self.environment | {"PGAPPNAME": name}, stderr=subprocess.DEVNULL
        )

    def replace(self, name: str) -> None:
        victim = self.names.pop(name)
        victim.kill()
        victim.wait()
        self.start()

    def are_connected(self, engine: Engine) -> bool:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT application_name FROM pg_stat_activity"))
            return self.names.keys() <= {name for (name,) in rows}

    def stop(self) -> list[int]:
        for relay in self.names.values():
            relay.terminate()
        return [relay.wait(30) for relay in self.names.values()]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with running_postgres() as url:
        engine = create_engine(url)
        default_table.create(engine)
        yield engine
        engine.dispose()


def test_every_committed_event_arrives_and_no_other(engine: Engine) -> None:
    end = time.monotonic() + LIMIT_S
    faulty = FaultyServer(random.Random(7))
    chance = random.Random(8)
    store = outbox.connect_relay(engine)
    with EventServer(faulty.answer) as server, ThreadPoolExecutor(WRITERS) as pool:
        environment = bare_environment() | {
            "INNGEST_DEV": server.url,
            "PLATFORM_EVENTS_APP_ID": "soak",
            "PLATFORM_EVENTS_SEND_TIMEOUT_S": "5",
            "PLATFORM_EVENTS_OUTBOX_DATABASE": engine.url.render_as_string(hide_password=False),
        }
        relays = Relays(environment)
        for _ in range(RELAYS):
            relays.start()
        try:
            writers = [pool.submit(write, engine, number) for number in range(WRITERS)]
            for _ in range(KILLS):
                seen = faulty.runs.total()
                # Each is killed in the middle of work, as long as there is any.
                wait_until(
                    lambda: faulty.runs.total() > seen + 200 or store.status().waiting == 0,  # noqa: B023  # it is done before the next round
                    end - time.monotonic(),
                )
                relays.replace(chance.choice([*relays.names]))
            outcomes = [writer.result() for writer in writers]
            wait_until(lambda: store.status().waiting == 0, end - time.monotonic())
            # One that is still loading Python knows of no signal.
            wait_until(lambda: relays.are_connected(engine))
        finally:
            codes = relays.stop()
    committed = set().union(*(kept for kept, _ in outcomes))
    dropped = set().union(*(gone for _, gone in outcomes))
    logging.getLogger(__name__).info(
        "committed %d, rolled back %d, repeated under the same key %d, answers %s",
        len(committed),
        len(dropped),
        faulty.runs.total() - len(faulty.runs),
        dict(faulty.faults),
    )
    assert len(committed) + len(dropped) == EVENTS
    assert faulty.runs.keys() == committed
    assert store.status().set_aside == 0
    assert codes == [0] * RELAYS
    assert set(faulty.faults) == {"busy", "late", "partial", "lost", "none"}
