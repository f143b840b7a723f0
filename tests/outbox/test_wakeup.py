from __future__ import annotations

from contextlib import closing

from sqlalchemy import Engine, create_engine, text

from platform_events.outbox.rows import CHANNEL
from platform_events.outbox.store import LockingStore
from platform_events.outbox.wakeup import Listener

from ..support.waiting import wait_until


def notify(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"NOTIFY {CHANNEL}"))


def test_a_commit_is_heard(postgres: Engine) -> None:
    with closing(LockingStore(postgres)) as listener:
        assert listener.wait(0)  # rows may have been written before it listened
        assert not listener.wait(0.01)
        notify(postgres)
        assert listener.wait(5)
        listener.close()


def test_a_connection_that_breaks_is_opened_anew(postgres: Engine) -> None:
    with closing(LockingStore(postgres)) as listener:
        assert listener.wait(0)
        with postgres.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%'"
                )
            )
        # When the signal reaches the server's process is up to the operating system.
        wait_until(lambda: listener.wait(0.01), 10)
        notify(postgres)
        assert listener.wait(5)


def test_without_a_server_it_only_waits(postgres: Engine) -> None:
    away = create_engine(postgres.url.set(port=1))
    assert not LockingStore(away).wait(0.01)


def test_without_psycopg_it_only_waits() -> None:
    listener = Listener(None)
    assert not listener.wait(0.01)
    listener.close()
