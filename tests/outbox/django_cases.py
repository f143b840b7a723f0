"""The outbox of Django, in a process of its own: Django can be configured once in a process.

``test_django.py`` runs these, for each database.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any, cast

import django
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, close_old_connections, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

settings.configure(
    DATABASES={"default": json.loads(os.environ["OUTBOX_DATABASE"])},
    INSTALLED_APPS=["platform_events.outbox.django"],
    LOGGING_CONFIG=None,
    USE_TZ="OUTBOX_NAIVE" not in os.environ,
)
django.setup()

from platform_events import ConfigurationError, InvalidEventError, MemberFollowed  # noqa: E402
from platform_events.outbox import RelayCount  # noqa: E402
from platform_events.outbox import django as outbox  # noqa: E402
from platform_events.outbox.django.models import OutboxEvent, database_time  # noqa: E402
from platform_events.outbox.django.store import DjangoStore, connect_relay  # noqa: E402
from platform_events.outbox.relay import MAX_REFUSALS, Relay  # noqa: E402
from tests.support.clients import connect, follow, follows  # noqa: E402
from tests.support.http import Connection, EventServer, Request, accept, reply  # noqa: E402
from tests.telemetry.recording import recording  # noqa: E402

pytestmark = pytest.mark.usefixtures("clean_client", "rows")


@pytest.fixture(scope="session")
def _migrated() -> None:
    call_command("migrate", verbosity=0)


@pytest.fixture
def rows(_migrated: None) -> Iterator[None]:
    yield
    OutboxEvent.objects.all().delete()


def write(*ids: str, order_key: str | None = None) -> None:
    with transaction.atomic():
        for id in ids:
            outbox.send_event(follow(), id=id, order_key=order_key)


def ids() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("event_id", flat=True))


def sent(server: EventServer) -> list[str]:
    return [event["id"] for event in server.events]


def test_the_migration_is_what_the_model_says() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_what_commits_is_there_and_what_rolls_back_never_was() -> None:
    def fail() -> None:
        with transaction.atomic():
            outbox.send_event(follow(), id="dropped")
            raise RuntimeError

    write("kept")
    with pytest.raises(RuntimeError):
        fail()
    assert ids() == ["kept"]
    row = OutboxEvent.objects.get()
    assert str(row) == f"{MemberFollowed.event_name} {row.pk}"
    assert MemberFollowed.from_data(json.loads(row.data)) == follow()


def test_without_a_transaction_it_is_refused() -> None:
    with pytest.raises(TransactionManagementError, match=r"transaction\.atomic"):
        outbox.send_event(follow())
    with pytest.raises(TransactionManagementError, match=r"transaction\.atomic"):
        outbox.send_events(follows(2))


def test_everything_is_checked_when_it_is_written() -> None:
    with transaction.atomic():
        with pytest.raises(InvalidEventError):
            outbox.send_event(follow(), id="")
        with pytest.raises(TypeError, match="send_events"):
            outbox.send_event(cast("Any", follow().to_inngest()))
    assert ids() == []


def test_what_waits_is_sent_in_order_and_deleted(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a", "b", "c")
    relay = connect_relay(batch_size=2)
    assert relay.run_once() == RelayCount(sent=3)
    assert sent(server) == ["a", "b", "c"]
    assert ids() == []
    assert relay.status().oldest_age_s is None


def test_many_of_one_key_are_sent_in_few_requests(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    with transaction.atomic():
        assert outbox.send_events(follows(50), order_key="hot") == 50
    assert connect_relay(batch_size=20).run_once() == RelayCount(sent=50)
    assert [e["data"]["followee_id"] for e in server.events] == [f"mem_{n}" for n in range(50)]
    assert len(server.requests) <= 4


def test_what_no_server_accepts_is_set_aside_and_can_be_retried(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a", "b")
    OutboxEvent.objects.filter(event_id="a").update(data="[]")
    relay = connect_relay()
    assert relay.run_once() == RelayCount(sent=1, set_aside=1)
    assert relay.status().reasons == {"failed with ValueError": 1}
    OutboxEvent.objects.update(data=json.dumps(follow().to_data()))
    assert relay.retry() == 1
    status = relay.status()
    assert status.waiting == 1
    assert 0 <= (status.oldest_age_s or 0) < 60
    assert relay.run_once() == RelayCount(sent=1)


def test_what_is_refused_waits_and_is_set_aside_in_the_end(server: EventServer) -> None:
    server.answer_with(reply(400, {"ids": [""], "error": "no"}))
    connect(server.url, send_timeout_s=30)
    write("a")
    relay = connect_relay()
    assert relay.run_once() == RelayCount(refused=1)
    row = OutboxEvent.objects.get()
    assert row.refusals == 1
    assert row.claimed_until is not None
    OutboxEvent.objects.update(claimed_until=None, refusals=MAX_REFUSALS - 1)
    assert relay.run_once() == RelayCount(set_aside=1)


def test_what_was_sent_can_be_kept_for_a_while(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a")
    now = [datetime.now(UTC).timestamp()]
    relay = connect_relay(keep_sent=timedelta(hours=1))
    relay.store = store = DjangoStore("default", keep_sent=timedelta(hours=1), now=lambda: now[0])
    assert relay.run_once() == RelayCount(sent=1)
    assert ids() == ["a"]
    now[0] += 4_000
    store.purge()
    assert ids() == []


def test_claims_of_two_relays_share_no_row() -> None:
    write("x1", order_key="x")
    write("x2", order_key="x")
    write("free")
    claimed: list[list[str]] = []

    def claim_elsewhere() -> None:
        with connect_relay().store.claim(10) as claim:
            claimed.append([row.event_id for row in claim.rows])
        connections.close_all()

    with connect_relay().store.claim(1) as claim:
        assert [row.event_id for row in claim.rows] == ["x1"]
        thread = threading.Thread(target=claim_elsewhere)
        thread.start()
        thread.join()
    assert claimed == [["free"]]
    claim_elsewhere()
    assert claimed[1] == ["x1", "x2", "free"]


def test_a_claim_takes_no_more_statements_than_needed() -> None:
    with CaptureQueriesContext(connection) as queries, connect_relay().store.claim(10) as claim:
        assert claim.rows == []
        selects = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    assert len(selects) == 2  # rows with a key and without


def test_what_lies_behind_taken_rows_is_claimed() -> None:
    write("x1", "x2", "x3", order_key="x")
    write("y1", order_key="y")
    write("z1", order_key="z")
    store = connect_relay().store
    OutboxEvent.objects.filter(order_key="x").update(
        claimed_until=database_time(datetime.now(UTC) + timedelta(hours=1))
    )
    with store.claim(4) as claim:
        assert [row.event_id for row in claim.rows] == ["y1", "z1"]


def relay_events(*arguments: str) -> tuple[str, str, int]:
    """Call the command; return what it wrote to standard output and error, and its exit code."""
    out, err = StringIO(), StringIO()
    try:
        call_command("relay_events", *arguments, stdout=out, stderr=err)
    except CommandError as end:
        return out.getvalue(), err.getvalue(), end.returncode
    return out.getvalue(), err.getvalue(), 0


def break_row(id: str) -> None:
    OutboxEvent.objects.filter(event_id=id).update(data='["mem_Secret"]')


def test_the_command_sends_what_waits(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a")
    name = connection.settings_dict["NAME"]
    source = f"the database 'default' ({connection.vendor}, {name})"
    assert relay_events("--once", "--keep-sent", "60") == (
        "",
        "\n".join(
            (
                f"relaying from {source}, table platform_events_outbox, to {server.url}",
                "so far sent: 1, refused: 0, set aside: 0",
                "sent: 1, refused: 0, set aside: 0",
                "",
            )
        ),
        0,
    )
    assert json.loads(relay_events("--once", "--json")[0]) == {
        "sent": 0, "refused": 0, "set_aside": 0,
    }  # fmt: skip


def test_the_command_tells_what_waits_and_lets_it_wait_again(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a", "b")
    break_row("a")
    assert relay_events("--once")[2] == 3
    told = "waiting\t0\t\nset aside\t1\t\n\t1\tfailed with ValueError\n"
    assert relay_events("--status") == (told, "", 1)
    as_json = json.loads(relay_events("--status", "--json")[0])
    assert as_json["reasons"] == {"failed with ValueError": 1}
    assert relay_events("--retry") == ("waiting again: 1\n", "", 0)
    assert json.loads(relay_events("--retry", "--json")[0]) == {"waiting_again": 0}
    out, _, code = relay_events("--status")
    assert (code, out.startswith("waiting\t1\t")) == (0, True)


def test_a_scheduler_gets_an_error_that_it_can_catch(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a")
    break_row("a")
    with pytest.raises(CommandError, match="--status shows why") as raised:
        call_command("relay_events", once=True, stdout=StringIO(), stderr=StringIO())
    assert raised.value.returncode == 3
    with pytest.raises(CommandError, match="events were set aside: ") as raised:
        call_command("relay_events", status=True, stdout=StringIO())
    assert raised.value.returncode == 1
    call_command("relay_events", retry=True, stdout=StringIO())
    assert connect_relay().status().waiting == 1


def test_options_that_exclude_each_other() -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("relay_events", "--status", "--retry")


@pytest.fixture
def no_table(rows: None) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.delete_model(OutboxEvent)
    yield
    with connection.schema_editor() as editor:
        editor.create_model(OutboxEvent)


@pytest.mark.usefixtures("no_table")
def test_a_missing_table_is_told(server: EventServer, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = "there is no table platform_events_outbox: run manage.py migrate"
    for option in ("--once", "--status", "--retry"):
        with pytest.raises(CommandError, match=missing) as raised:
            call_command("relay_events", option)
        assert raised.value.returncode == 4
    connect(server.url)
    monkeypatch.setattr(Relay, "run", lambda *_, **__: RelayCount())
    assert f"warning: {missing}\n" in relay_events()[1]  # it waits for the table


def test_a_failure_of_the_database_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Relay) -> None:
        raise OperationalError("it is full\nLINE 1: SELECT")

    monkeypatch.setattr(Relay, "status", fail)
    with pytest.raises(CommandError, match=r"^the database: it is full$") as raised:
        call_command("relay_events", "--status")
    assert raised.value.returncode == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--batch-size", "0"), "batch_size must be from 1 to 5000"),
        (("--poll", "0"), "poll_interval_s must be above 0"),
        (("--keep-sent", "1e20"), "--keep-sent must be a number of seconds from 0 to 3153600000"),
        (("--keep-sent", "nan"), "--keep-sent must be a number of seconds"),
        (("--keep-sent", "-1"), "--keep-sent must be a number of seconds"),
        (("--database", "none"), "The connection 'none' doesn't exist"),
    ],
)
def test_wrong_options_are_told(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message) as raised:
        call_command("relay_events", *arguments)
    assert raised.value.returncode == 2


def test_wrong_settings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="PLATFORM_EVENTS_APP_ID") as raised:
        call_command("relay_events")
    assert raised.value.returncode == 4
    monkeypatch.setattr(connections["default"], "vendor", "oracle")
    with pytest.raises(CommandError, match="not on oracle") as raised:
        call_command("relay_events")
    assert raised.value.returncode == 4


def test_where_telemetry_is_on_the_outbox_is_observed(server: EventServer) -> None:
    seen: list[Any] = []

    def note(request: Request, connection: Connection) -> None:
        seen.append(recorded.values("platform_events.outbox.waiting"))
        connections.close_all()  # those of this thread
        accept(request, connection)

    server.answer_with(note)
    connect(server.url, send_timeout_s=30)
    write("a", "b")
    with recording() as recorded:
        assert relay_events("--once")[2] == 0
    assert seen == [{(): 2}]


def test_a_signal_before_it_runs_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    command = "platform_events.outbox.django.management.commands.relay_events"
    monkeypatch.setattr(
        f"{command}.connect_relay", lambda *_, **__: signal.raise_signal(signal.SIGTERM)
    )
    with pytest.raises(SystemExit) as end:
        call_command("relay_events")
    assert end.value.code is None


def test_the_command_runs_until_it_is_stopped(server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write("a")

    def stop_when_sent() -> None:
        server.wait_for()
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop_when_sent)
    thread.start()
    out, err, code = relay_events("--poll", "0.05")
    thread.join()
    assert (out, err.splitlines()[-1], code) == ("", "sent: 1, refused: 0, set aside: 0", 0)


def test_the_command_tells_of_a_server_that_refuses_the_key(server: EventServer) -> None:
    server.answer_with(reply(401, {"error": "Unauthorized"}))
    connect(server.url, send_timeout_s=30)
    write("a")
    with pytest.raises(CommandError, match="not accepted") as raised:
        call_command("relay_events", "--once")
    assert raised.value.returncode == 3
    assert ids() == ["a"]


def test_a_commit_wakes_a_relay_on_postgresql() -> None:
    relay = connect_relay()
    if connection.vendor != "postgresql":
        assert not relay.store.wait(0.01)
        return
    assert relay.store.wait(0)
    assert not relay.store.wait(0.01)
    write("a")
    assert relay.store.wait(30)
    relay.store.close()
    close_old_connections()


def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "oracle")
    with pytest.raises(ConfigurationError, match="not on oracle"):
        connect_relay()
