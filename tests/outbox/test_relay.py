from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import inngest
import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy import event as sql_events
from sqlalchemy.orm import Session

from platform_events import ConfigurationError, SendError, outbox
from platform_events.outbox import Relay, RelayCount, connect_relay
from platform_events.outbox.relay import StoredRow
from platform_events.outbox.store import LeasingStore, LockingStore
from platform_events.outbox.table import default_table

from ..support.clients import MOMENT, connect, follow, follows
from ..support.http import Answer, Connection, EventServer, Request, accept, refusing_url, reply

pytestmark = pytest.mark.usefixtures("clean_client")


def write(engine: Engine, *ids: str, order_key: str | None = None) -> None:
    with Session(engine) as session, session.begin():
        for id in ids:
            outbox.send_event(session, follow(), id=id, order_key=order_key)


def stored(engine: Engine) -> list[Any]:  # Any: rows
    with engine.connect() as connection:
        return list(connection.execute(select(default_table).order_by(default_table.c.id)))


def sent_ids(server: EventServer) -> list[str]:
    return [event["id"] for event in server.events]


def test_what_waits_is_sent_in_order_and_deleted(engine: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(engine, "a", "b", "c")
    assert connect_relay(engine, batch_size=2).run_once() == RelayCount(sent=3)
    assert sent_ids(server) == ["a", "b", "c"]
    assert [len(request.events) for request in server.requests] == [2, 1]
    assert stored(engine) == []


def test_what_was_sent_can_be_kept_for_a_while(engine: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(engine, "a", "b")
    relay = connect_relay(engine, keep_sent=timedelta(hours=1))
    assert relay.run_once() == RelayCount(sent=2)
    assert [row.sent_at is not None for row in stored(engine)] == [True, True]
    assert relay.run_once() == RelayCount()
    with engine.begin() as connection:
        old = datetime.now(UTC) - timedelta(hours=2)
        first = default_table.c.event_id == "a"
        connection.execute(update(default_table).where(first).values(sent_at=old))
    relay.store.purge()
    assert [row.event_id for row in stored(engine)] == ["b"]


def refuse(bad: str) -> Answer:
    """Refuse one event as Inngest does: what stood before it is in."""

    def answer(request: Request, connection: Connection) -> None:
        ids = [event["id"] for event in request.events]
        if bad not in ids:
            accept(request, connection)
            return
        taken = connection.server.new_ids(ids.index(bad))
        body = {"ids": taken or [""], "status": 400, "error": f"no {bad}"}
        connection.reply(400, json.dumps(body).encode())

    return answer


@dataclass
class Clock:
    """A relay whose clock is set by the test."""

    engine: Engine
    now: float = field(default_factory=time.time)

    @property
    def relay(self) -> Relay:
        store = LockingStore if self.engine.dialect.name == "postgresql" else LeasingStore
        return Relay(store(self.engine, now=lambda: self.now))


@pytest.mark.parametrize("bad", ["a", "c", "e"])
def test_what_the_server_refuses_is_tried_again_alone_and_then_set_aside(
    engine: Engine, server: EventServer, bad: str
) -> None:
    server.answer_with(refuse(bad))
    connect(server.url, send_timeout_s=30)
    write(engine, *"abcde")
    clock = Clock(engine)
    assert clock.relay.run_once() == RelayCount(sent=4, refused=1)
    assert clock.relay.run_once() == RelayCount()  # its time has not come
    for wait in (1, 2, 4):
        clock.now += wait + 0.001
        assert clock.relay.run_once() == RelayCount(refused=1)
    clock.now += 8.001
    assert clock.relay.run_once() == RelayCount(set_aside=1)
    [row] = stored(engine)
    assert (row.event_id, row.set_aside_at is not None) == (bad, True)
    assert "status 400" in row.reason
    assert f"no {bad}" not in row.reason  # the server's words may quote the payload
    accepted = [id for id in sent_ids(server) if id != bad]
    assert sorted(set(accepted)) == sorted({*"abcde"} - {bad})
    status = clock.relay.status()
    assert (status.waiting, status.set_aside, list(status.reasons.values())) == (0, 1, [1])

    server.answer_with(accept)
    assert clock.relay.retry() == 1
    clock.now += 8.001
    assert clock.relay.run_once() == RelayCount(sent=1)
    assert stored(engine) == []


def test_what_is_refused_holds_back_its_key_alone(engine: Engine, server: EventServer) -> None:
    server.answer_with(refuse("x1"))
    connect(server.url, send_timeout_s=30)
    write(engine, "x1", "x2", order_key="x")
    write(engine, "y1", order_key="y")
    clock = Clock(engine)
    assert clock.relay.run_once() == RelayCount(sent=1, refused=1)
    assert clock.relay.run_once() == RelayCount()
    assert [row.event_id for row in stored(engine)] == ["x1", "x2"]
    server.answer_with(accept)
    clock.now += 1.001
    assert clock.relay.run_once() == RelayCount(sent=2)
    assert sent_ids(server)[-2:] == ["x1", "x2"]


BROKEN = {
    "data that is not an object": {"data": "[]"},
    "data that is not JSON": {"data": "{"},
    "a name that is empty": {"name": ""},
    "an id that is too long": {"event_id": "x" * 255, "ts": 5},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_row_that_was_broken_by_hand_is_set_aside_alone(
    sqlite: Engine,
    server: EventServer,
    broken: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    connect(server.url, send_timeout_s=30)
    write(sqlite, *"abcde")
    with sqlite.begin() as connection:
        third = default_table.c.event_id == "c"
        connection.execute(update(default_table).where(third).values(broken))
    assert connect_relay(sqlite).run_once() == RelayCount(sent=4, set_aside=1)
    [record] = [one for one in caplog.records if one.name == "platform_events.outbox"]
    assert record.levelname == "ERROR"
    assert {"event_name", "event_id", "row_id", "problem"} <= vars(record).keys()
    assert sorted(sent_ids(server)) == ["a", "b", "d", "e"]


def test_an_event_beyond_the_limit_of_this_client_is_set_aside(
    engine: Engine, server: EventServer
) -> None:
    connect(server.url, max_event_bytes=50)
    write(engine, "a")
    assert connect_relay(engine).run_once() == RelayCount(set_aside=1)
    assert "too large" in stored(engine)[0].reason


@pytest.mark.usefixtures("one_retry")
@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_a_server_that_takes_nothing_leaves_everything_waiting(
    engine: Engine, server: EventServer, status: int
) -> None:
    server.answer_with(reply(status, {"error": "no"}))
    connect(server.url)
    write(engine, "a", "b")
    with pytest.raises(SendError, match="not accepted"):
        connect_relay(engine).run_once()
    rows = stored(engine)
    assert [(row.sent_at, row.set_aside_at, row.claimed_until) for row in rows] == [(None,) * 3] * 2


@pytest.mark.usefixtures("one_retry")
def test_what_was_accepted_before_the_server_went_away_is_not_sent_again(
    engine: Engine, server: EventServer
) -> None:
    connect(server.url)
    write(engine, *"abcd")

    def half(request: Request, connection: Connection) -> None:
        body = {"ids": connection.server.new_ids(2), "status": 400, "error": "internal"}
        connection.reply(400, json.dumps(body).encode())

    server.answer_with(half, reply(503, b""))
    relay = connect_relay(engine)
    with pytest.raises(SendError, match="not accepted"):
        relay.run_once()
    assert [row.event_id for row in stored(engine)] == ["c", "d"]
    server.answer_with(accept)
    assert relay.run_once() == RelayCount(sent=2)


def test_a_lost_answer_repeats_the_event_under_its_key(engine: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    with Session(engine) as session, session.begin():
        outbox.send_event(session, follow())
    relay = connect_relay(engine)

    def die() -> None:
        with relay.store.claim(10) as claim:
            assert len(claim.rows) == 1
            raise RuntimeError("the relay dies")

    with pytest.raises(RuntimeError):
        die()
    relay.run_once()
    relay.run_once()
    [id] = sent_ids(server)
    assert id.startswith("outbox:")


def test_two_relays_never_claim_the_same_row(engine: Engine) -> None:
    write(engine, *"abcd")
    one, other = connect_relay(engine), connect_relay(engine)
    with one.store.claim(2) as first, other.store.claim(10) as second, one.store.claim(9) as third:
        claimed = [[row.event_id for row in claim.rows] for claim in (first, second, third)]
    assert claimed == [["a", "b"], ["c", "d"], []]
    with other.store.claim(9) as again:
        assert len(again.rows) == 4


def test_events_of_a_key_are_claimed_together_or_not_at_all(engine: Engine) -> None:
    write(engine, "x1", order_key="x")
    write(engine, "y1", order_key="y")
    write(engine, "x2", "x3", order_key="x")
    write(engine, "free")
    one, other = connect_relay(engine), connect_relay(engine)
    with one.store.claim(1) as first, other.store.claim(10) as second:
        assert [row.event_id for row in first.rows] == ["x1"]
        assert [row.event_id for row in second.rows] == ["y1", "free"]
        first.sent.append(first.rows[0].id)
    with one.store.claim(10) as rest:
        assert [row.event_id for row in rest.rows] == ["y1", "x2", "x3", "free"]


@pytest.fixture
def statements(postgres: Engine) -> list[Any]:  # Any: the parameters of each
    """What is executed from now on, by its parameters."""
    seen: list[Any] = []
    sql_events.listen(postgres, "before_cursor_execute", lambda *args: seen.append(args[3]))
    return seen


def test_a_claim_takes_no_more_statements_than_needed(
    postgres: Engine, statements: list[Any]
) -> None:
    with LockingStore(postgres).claim(10) as claim:
        assert claim.rows == []
    assert len(statements) == 2  # rows with a key and without
    write(postgres, "x1", "x2", order_key="x")
    statements.clear()
    with LockingStore(postgres).claim(10) as claim:
        assert [row.event_id for row in claim.rows] == ["x1", "x2"]
    assert len(statements) == 4  # whether there are keys, their first rows, the others, and no key


def test_a_claim_of_many_keys_has_few_parameters(postgres: Engine, statements: list[Any]) -> None:
    write(postgres, *(f"hot-{number}" for number in range(10)), order_key="hot")
    for number in range(30):
        write(postgres, f"other-{number}", order_key=f"key-{number}")
    write(postgres, "late", order_key="late")
    with LockingStore(postgres).claim(10) as hot:
        statements.clear()
        # The first 40 rows with a key are not enough, as ten are taken.
        with LockingStore(postgres).claim(40) as claim:
            others = [f"other-{number}" for number in range(30)]
            assert [row.event_id for row in claim.rows] == [*others, "late"]
    assert {row.order_key for row in hot.rows} == {"hot"}
    assert max(map(len, statements)) < 10


def test_a_key_with_many_rows_is_sent_in_few_requests(engine: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    with Session(engine) as session, session.begin():
        outbox.send_events(session, follows(60), order_key="hot")
    assert connect_relay(engine, batch_size=25).run_once() == RelayCount(sent=60)
    followees = [event["data"]["followee_id"] for event in server.events]
    assert followees == [f"mem_{n}" for n in range(60)]
    assert len(server.requests) <= 4


def test_a_claim_of_a_dead_relay_ends_on_sqlite(sqlite: Engine) -> None:
    write(sqlite, "a")
    now = [1_795_456_839.0]
    store = LeasingStore(sqlite, now=lambda: now[0])
    dead = store.claim(1)
    assert [row.event_id for row in dead.__enter__().rows] == ["a"]  # never left
    with store.claim(1) as nothing:
        assert nothing.rows == []
    now[0] += 301
    with store.claim(1) as claim:
        assert [row.event_id for row in claim.rows] == ["a"]


@contextmanager
def running(relay: Relay) -> Generator[threading.Event]:
    """Run a relay in a thread, and give an event that is set when it has sent something."""
    sent = threading.Event()

    def note(done: RelayCount) -> None:
        if done.sent:
            sent.set()

    thread = threading.Thread(target=lambda: relay.run(progress=note))
    thread.start()
    try:
        yield sent
    finally:
        relay.stop()
        thread.join()
        relay.store.close()


def test_it_runs_until_it_is_stopped(engine: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    with running(connect_relay(engine, poll_interval_s=0.05)) as sent:
        write(engine, "a")
        assert sent.wait(30)
    assert sent_ids(server) == ["a"]


def test_it_outlives_a_server_that_is_away(
    sqlite: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_events.outbox.relay._FIRST_BACKOFF_S", 0.01)
    write(sqlite, "a")
    relay, failed = connect_relay(sqlite), threading.Event()
    with ExitStack() as stack:
        url = stack.enter_context(refusing_url())
        connect(url, send_timeout_s=0.05)
        log = "platform_events.outbox.relay._log.warning"
        monkeypatch.setattr(log, lambda *args, **extra: failed.set())
        relaying = stack.enter_context(running(relay))
        assert failed.wait(30)
        server = stack.enter_context(EventServer())
        connect(server.url, send_timeout_s=30)
        relay._client = None
        assert relaying.wait(30)
    assert stored(sqlite) == []


def test_status_of_an_empty_outbox(engine: Engine) -> None:
    status = connect_relay(engine).status()
    assert (status.waiting, status.oldest_age_s, status.set_aside) == (0, None, 0)


def test_status_tells_how_long_the_oldest_waits(engine: Engine) -> None:
    write(engine, "a")
    store = LockingStore if engine.dialect.name == "postgresql" else LeasingStore
    later = datetime.now(UTC).timestamp() + 60
    age = store(engine, now=lambda: later).status().oldest_age_s
    assert age is not None
    assert 59 < age < 70


@pytest.mark.parametrize(
    "options", [{"batch_size": 0}, {"batch_size": 5_001}, {"poll_interval_s": 0}]
)
def test_options_out_of_range_are_refused(sqlite: Engine, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        connect_relay(sqlite, **options)


def test_another_database_is_refused() -> None:
    class Dialect:
        name = "mysql"

    class Other:
        dialect = Dialect()

    with pytest.raises(ConfigurationError, match="not on mysql"):
        connect_relay(Other())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_relay_is_woken_by_a_commit(postgres: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    with running(connect_relay(postgres, poll_interval_s=600)) as sent:
        write(postgres, "first")
        assert sent.wait(30)
        sent.clear()
        write(postgres, "second")
        assert sent.wait(30)


def test_rows_inserted_by_others_are_polled(postgres: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(postgres, "template")
    [row] = stored(postgres)
    relay = connect_relay(postgres)
    with postgres.begin() as connection:
        connection.execute(delete(default_table))
        values = {**row._mapping, "id": 77, "event_id": "by-hand"}
        connection.execute(insert(default_table).values(values))
    assert relay.run_once() == RelayCount(sent=1)


def test_once_ends_when_it_is_stopped(sqlite: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(sqlite, "a")
    relay = connect_relay(sqlite)
    relay.stop()
    assert relay.run_once() == RelayCount()
    assert relay.run() == RelayCount()


def test_without_progress(sqlite: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(sqlite, "a")
    relay = connect_relay(sqlite, poll_interval_s=0.01)

    def stop(request: Request, connection: Connection) -> None:
        relay.stop()
        accept(request, connection)

    server.answer_with(stop)
    assert relay.run() == RelayCount(sent=1)


class Stamp(inngest.MiddlewareSync):
    """Changes what is sent."""

    def before_send_events(self, events: list[inngest.Event]) -> None:
        for event in events:
            event.data = {**event.data, "followee_id": f"{event.id}-{event.ts}"}


def test_middleware_of_the_client_sees_what_is_relayed(sqlite: Engine, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30, middleware=[lambda client, _: Stamp(client, None)])
    write(sqlite, "a")
    [row] = stored(sqlite)
    assert connect_relay(sqlite).run_once() == RelayCount(sent=1)
    [event] = server.events
    assert event["data"]["followee_id"] == f"a-{row.ts}"


def test_a_row_as_an_event_may_get_another_id_and_time() -> None:
    row = StoredRow(1, "platform/sync.a", "{}", "key", 5, 0, None)
    event = row.to_inngest(id="other", ts=MOMENT)
    assert (event.id, event.ts) == ("other", int(MOMENT.timestamp() * 1000))


def test_the_log_goes_on_after_a_problem_that_is_a_sentence(
    sqlite: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = connect_relay(sqlite)

    def claim(limit: int) -> Any:
        relay.stop()
        raise SendError("the server is down. Start it.")

    monkeypatch.setattr(relay.store, "claim", claim)
    relay.run()
    [line] = caplog.messages
    assert line.startswith("the server is down. Start it; the next attempt is in ")


def test_sending_once_tells_its_progress(sqlite: Engine, server: EventServer) -> None:
    connect(server.url)
    write(sqlite, "a", "b", "c")
    seen: list[int] = []
    connect_relay(sqlite, batch_size=2).run_once(progress=lambda done: seen.append(done.sent))
    assert seen == [2, 3]


def test_it_backs_off_while_the_database_is_down(
    sqlite: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_events.outbox.relay._FIRST_BACKOFF_S", 0.001)
    relay = connect_relay(sqlite)
    attempts: list[int] = []

    def claim(limit: int) -> Any:
        attempts.append(limit)
        if len(attempts) == 3:
            relay.stop()
        raise OSError("mem_Secret")

    monkeypatch.setattr(relay.store, "claim", claim)
    assert relay.run() == RelayCount()
    assert attempts == [500] * 3
    assert [record.problem for record in caplog.records] == ["failed with OSError"] * 3  # type: ignore[attr-defined]  # an extra  # pyright: ignore[reportAttributeAccessIssue]
    assert "mem_Secret" not in caplog.text
