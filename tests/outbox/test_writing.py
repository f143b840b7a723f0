from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import inngest
import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, insert, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from platform_events import (
    ConfigurationError,
    Event,
    EventTooLargeError,
    InvalidEventError,
    MemberFollowed,
    UnknownEventError,
    outbox,
)
from platform_events.outbox.relay import StoredRow, encode_row
from platform_events.outbox.table import default_table

from ..support.clients import MOMENT, follow, follows

EPOCH_MS = int(MOMENT.timestamp() * 1000)


def stored(engine: Engine) -> list[Any]:  # Any: rows
    with engine.connect() as connection:
        return list(connection.execute(select(default_table).order_by(default_table.c.id)))


def async_url(engine: Engine) -> str:
    # psycopg itself has both kinds of connections.
    return engine.url.render_as_string(hide_password=False).replace("sqlite:", "sqlite+aiosqlite:")


def test_what_commits_is_there_and_what_rolls_back_never_was(engine: Engine) -> None:
    with Session(engine) as session:
        outbox.send_event(session, follow("mem_2"), id="kept", ts=EPOCH_MS)
        session.commit()
        outbox.send_event(session, follow("mem_3"), id="dropped")
        session.rollback()
    [row] = stored(engine)
    assert (row.name, row.event_id, row.ts) == (MemberFollowed.event_name, "kept", EPOCH_MS)
    assert MemberFollowed.from_data(json.loads(row.data)) == follow("mem_2")
    assert (row.claimed_until, row.sent_at, row.set_aside_at, row.order_key) == (None,) * 4


def test_a_nested_transaction_takes_its_events_with_it(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        outbox.send_event(session, follow(), id="outer")
        nested = session.begin_nested()
        outbox.send_event(session, follow(), id="inner")
        nested.rollback()
    assert [row.event_id for row in stored(engine)] == ["outer"]


def test_connections_and_scoped_sessions_are_taken(engine: Engine) -> None:
    with engine.begin() as connection:
        outbox.send_event(connection, follow(), id="connection")
    registry = scoped_session(sessionmaker(engine))
    with registry.begin():
        outbox.send_event(registry, follow(), id="scoped")
    registry.remove()
    assert [row.event_id for row in stored(engine)] == ["connection", "scoped"]


@asynccontextmanager
async def transaction(
    engine: Engine, kind: type[AsyncSession | AsyncConnection]
) -> AsyncIterator[AsyncSession | AsyncConnection]:
    async_engine = create_async_engine(async_url(engine))
    try:
        if kind is AsyncSession:
            async with AsyncSession(async_engine) as session, session.begin():
                yield session
        else:
            async with async_engine.begin() as connection:
                yield connection
    finally:
        await async_engine.dispose()


@pytest.mark.parametrize("kind", [AsyncSession, AsyncConnection])
def test_on_an_event_loop(engine: Engine, kind: type[AsyncSession | AsyncConnection]) -> None:
    async def write() -> int:
        async with transaction(engine, kind) as session:
            await outbox.asend_event(session, follow(), id="one", order_key="mem_1")
            return await outbox.asend_events(session, follows(2), order_key="mem_1")

    assert asyncio.run(write()) == 2
    assert [row.order_key for row in stored(engine)] == ["mem_1"] * 3


def test_many_are_written_in_order_with_keys_of_their_own(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        last = follow("x").to_inngest(id="given", ts=EPOCH_MS)
        events: list[Event | inngest.Event] = [*follows(2_500), last]
        assert outbox.send_events(session, iter(events)) == 2_501
    rows = stored(engine)
    assert [f'"mem_{n}"' in row.data for n, row in enumerate(rows[:2_500])] == [True] * 2_500
    assert len({row.event_id for row in rows}) == 2_501
    assert (rows[-1].event_id, rows[-1].ts) == ("given", EPOCH_MS)


def test_no_events_write_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        assert outbox.send_events(session, []) == 0


WRONG: list[tuple[Callable[[Session], object], type[Exception], str]] = [
    (lambda s: outbox.send_event(s, cast("Any", follow().to_inngest())), TypeError, "send_events"),
    (lambda s: outbox.send_event(s, cast("Any", MemberFollowed)), TypeError, "event class"),
    (lambda s: outbox.send_events(s, cast("Any", follow())), TypeError, "put it in a list"),
    (lambda s: outbox.send_event(s, follow(), id=""), InvalidEventError, "id"),
    (lambda s: outbox.send_event(s, follow(), ts=5), InvalidEventError, "ts"),
    (lambda s: outbox.send_event(s, follow(), order_key=""), ValueError, "1 to 255 characters"),
    (lambda s: outbox.send_event(s, follow(), order_key="k" * 256), ValueError, "1 to 255"),
    (
        lambda s: outbox.send_events(
            s, [follow().to_inngest().model_copy(update={"name": "platform/social.nope"})]
        ),
        UnknownEventError,
        "social.nope",
    ),
]


@pytest.mark.parametrize(("write", "kind", "message"), WRONG)
def test_everything_is_checked_when_it_is_written(
    sqlite: Engine, write: Callable[[Session], object], kind: type[Exception], message: str
) -> None:
    with Session(sqlite) as session, pytest.raises(kind, match=message):
        write(session)
    assert stored(sqlite) == []


def test_an_event_that_is_too_large_is_refused(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATFORM_EVENTS_MAX_EVENT_BYTES", "50")
    with Session(sqlite) as session, pytest.raises(EventTooLargeError, match="max_event_bytes"):
        outbox.send_event(session, follow())


def autocommit_of_the_engine(engine: Engine) -> Connection:
    return create_engine(engine.url, isolation_level="AUTOCOMMIT").connect()


def autocommit_of_the_connection(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


@pytest.mark.parametrize("connect", [autocommit_of_the_engine, autocommit_of_the_connection])
def test_a_connection_without_transactions_is_refused(
    postgres: Engine, connect: Callable[[Engine], Connection]
) -> None:
    with connect(postgres) as connection, pytest.raises(ConfigurationError, match="AUTOCOMMIT"):
        outbox.send_event(connection, follow())
    connection.engine.dispose()


def test_another_database_is_refused() -> None:
    class Elsewhere:
        name = "mysql"

    class Other(Connection):
        def __init__(self) -> None:
            pass

        dialect = Elsewhere()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    with pytest.raises(ConfigurationError, match="not on mysql"):
        outbox.send_event(Other(), follow())


def test_a_table_of_another_name(sqlite: Engine) -> None:
    table = outbox.outbox_table(MetaData(), "my_outbox")
    table.create(sqlite)
    with Session(sqlite) as session, session.begin():
        outbox.send_event(session, follow(), table=table)
    with sqlite.connect() as connection:
        assert len(connection.execute(select(table)).all()) == 1
    assert stored(sqlite) == []


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_neither_logs_nor_errors_of_the_database_show_a_value(
    engine: Engine, logged: pytest.LogCaptureFixture
) -> None:
    loud = create_engine(engine.url, echo=True)
    with Session(loud) as session, session.begin():
        outbox.send_event(session, follow("mem_Secret"))
        outbox.send_events(session, follows(3))
    default_table.drop(engine)
    with Session(loud) as session, pytest.raises(StatementError) as caught:
        outbox.send_event(session, follow("mem_Secret"))
    loud.dispose()
    default_table.create(engine)
    assert "mem_Secret" not in str(caught.value) + repr(caught.value) + logged.text
    assert "INSERT INTO platform_events_outbox" in logged.text


def test_what_the_table_demands(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(default_table).values(name="x"))


def test_the_key_of_the_outbox_counts_towards_the_size(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(sqlite) as session, session.begin():
        outbox.send_event(session, follow())
    [row] = stored(sqlite)
    size = len(encode_row(StoredRow(1, row.name, row.data, row.event_id, row.ts, 0, None)))
    with Session(sqlite) as session:
        monkeypatch.setenv("PLATFORM_EVENTS_MAX_EVENT_BYTES", str(size))
        outbox.send_event(session, follow())
        monkeypatch.setenv("PLATFORM_EVENTS_MAX_EVENT_BYTES", str(size - 1))
        with pytest.raises(EventTooLargeError):
            outbox.send_event(session, follow())
