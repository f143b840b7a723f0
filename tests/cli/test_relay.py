from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, update
from sqlalchemy.orm import Session
from typer.testing import Result

from platform_events import outbox
from platform_events.cli._database import open_database
from platform_events.outbox.relay import Relay, RelayCount
from platform_events.outbox.table import default_table
from tests.support.command import run_command

from ..support.clients import connect, follow
from ..support.http import Connection, EventServer, Request, accept, refusing_url
from ..support.processes import bare_environment
from ..telemetry.recording import recording

OUTBOX = "platform_events.outbox.name"

pytestmark = pytest.mark.usefixtures("clean_client")


@pytest.fixture
def url(tmp_path: Path) -> str:
    engine = create_engine(f"sqlite:///{tmp_path / 'outbox.db'}")
    default_table.create(engine)
    engine.dispose()
    return str(engine.url)


def write(url: str, *ids: str) -> None:
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        for id in ids:
            outbox.send_event(session, follow("mem_Secret"), id=id)
    engine.dispose()


def break_row(url: str, id: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        broken = update(default_table).where(default_table.c.event_id == id)
        connection.execute(broken.values(data='["mem_Secret"]'))
    engine.dispose()


def call(*arguments: str) -> Result:
    return run_command("relay", *arguments)


def test_once_sends_what_waits(url: str, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(url, "a", "b")
    done = call("--database", url, "--once")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        f"relaying from {url}, table platform_events_outbox, to {server.url}",
        "so far sent: 2, refused: 0, set aside: 0",
        "sent: 2, refused: 0, set aside: 0",
    ]
    assert [event["id"] for event in server.events] == ["a", "b"]
    again = call("--database", url, "--once", "--json")
    assert json.loads(again.stdout) == {"sent": 0, "refused": 0, "set_aside": 0}


def test_what_was_set_aside_is_told_and_can_be_retried(url: str, server: EventServer) -> None:
    connect(server.url, send_timeout_s=30)
    write(url, "a", "b")
    break_row(url, "a")
    assert call("--database", url, "--once").exit_code == 3
    told = call("--database", url, "--status")
    assert told.exit_code == 1
    assert told.stdout == "waiting\t0\t\nset aside\t1\t\n\t1\tfailed with ValueError\n"
    as_json = json.loads(call("--database", url, "--status", "--json").stdout)
    assert as_json["reasons"] == {"failed with ValueError": 1}
    assert call("--database", url, "--retry").stdout == "waiting again: 1\n"
    assert json.loads(call("--database", url, "--retry", "--json").stdout) == {"waiting_again": 0}
    waiting = call("--database", url, "--status")
    assert waiting.exit_code == 0
    assert waiting.stdout.startswith("waiting\t1\t")


def test_a_server_that_is_away_is_told(url: str) -> None:
    write(url, "a")
    with refusing_url() as away:
        connect(away, send_timeout_s=0.05)
        done = call("--database", url, "--once")
    assert done.exit_code == 3
    [_, error] = done.stderr.splitlines()
    assert error.startswith("error: ")


def test_sent_rows_can_be_kept_in_a_table_of_another_name(
    tmp_path: Path, server: EventServer
) -> None:
    connect(server.url, send_timeout_s=30)
    engine = create_engine(f"sqlite:///{tmp_path / 'mine.db'}")
    table = outbox.outbox_table(MetaData(), "mine")
    table.create(engine)
    with Session(engine) as session, session.begin():
        outbox.send_event(session, follow(), table=table)
    engine.dispose()
    arguments = ("--database", str(engine.url), "--table", "mine")
    assert call(*arguments, "--once", "--keep-sent", "60").exit_code == 0
    with engine.connect() as connection:
        assert [row.sent_at is not None for row in connection.execute(table.select())] == [True]
    engine.dispose()


WRONG = {
    "not a URL": ("secret-url", "--database is not a database URL"),
    "a port that is not a number": ("postgresql://u:secret@h:port/x", "not a database URL"),
    "an unknown dialect": ("nosuch://u:secret@h/x", "not a database URL"),
    "a driver that is missing": ("mysql+mysqldb://u:secret@h/x", "pip install MySQLdb"),
    "no server": ("postgresql://u:secret@127.0.0.1:1/x", "the database: connection failed"),
    "no table": (
        "sqlite://",
        "there is no table platform_events_outbox: run the service's migrations, or name ",
    ),
    "a file's name": ("service.db", "URL: for the file write sqlite:///service.db"),
    "another database": ("mssql+fake://u:secret@h/x", "not a database URL"),
}


@pytest.mark.parametrize(("database", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_database_is_told_without_its_password(database: str, message: str) -> None:
    done = call("--database", database, "--status")
    assert done.exit_code == 4
    assert message in done.output
    assert "secret" not in done.output
    assert done.output.count("\n") == 1


def test_options_that_exclude_each_other(url: str) -> None:
    assert call("--database", url, "--status", "--retry").exit_code == 2
    told = call("--database", url, "--keep-sent", "1e20")
    assert told.exit_code == 2
    assert "--keep-sent must be a number of seconds from 0 to 3153600000" in told.stderr


def test_without_the_extra_it_says_what_to_install(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy.exc", None)
    done = call("--database", url, "--status")
    assert done.exit_code == 2
    assert 'pip install "platform-events[outbox]"' in done.stderr


def test_the_client_is_checked_before_a_row_is_claimed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = call("--database", url, "--once")
    assert done.exit_code == 1
    assert "PLATFORM_EVENTS_APP_ID" in str(done.exception)


def start(url: str, server: EventServer, **options: Any) -> subprocess.Popen[bytes]:
    environment = bare_environment() | {
        "INNGEST_DEV": server.url,
        "PLATFORM_EVENTS_APP_ID": "tests",
        "PLATFORM_EVENTS_OUTBOX_DATABASE": url,
    }
    command = [sys.executable, "-m", "platform_events", "relay", "--poll", "0.05"]
    return subprocess.Popen(command, env=environment, **options)  # pyright: ignore[reportReturnType]  # wrong on purpose


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_when_the_batch_is_done(
    url: str, server: EventServer, number: signal.Signals
) -> None:
    write(url, "a")
    process = start(url, server, stderr=subprocess.PIPE)
    assert process.stderr is not None
    with process:
        server.wait_for()
        process.send_signal(number)
        lines = process.stderr.read().decode().splitlines()
    assert lines[0].startswith("relaying from sqlite:///")
    assert lines[1:] == [f"{so_far}sent: 1, refused: 0, set aside: 0" for so_far in ("so far ", "")]
    assert process.returncode == 0


def test_a_signal_before_it_runs_ends_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "platform_events.outbox.store.connect_relay",
        lambda *_, **__: signal.raise_signal(signal.SIGTERM),
    )
    done = call("--database", url)
    assert (done.exit_code, done.output) == (0, "")


def test_on_a_terminal_it_shows_its_progress(url: str, server: EventServer) -> None:
    write(url, "a")
    ours, its = pty.openpty()
    shown = b""
    with start(url, server, stderr=its) as process:
        os.close(its)
        while b"sent: 1" not in shown:
            shown += os.read(ours, 4096)
        process.terminate()
    os.close(ours)
    assert process.returncode == 0


def test_the_engine_hides_parameters() -> None:
    engine = open_database("sqlite://")
    assert engine.hide_parameters
    engine.dispose()


def test_where_telemetry_is_on_the_outbox_is_observed(url: str, server: EventServer) -> None:
    seen: list[Any] = []

    def note(request: Request, connection: Connection) -> None:
        seen.append(recorded.values("platform_events.outbox.waiting", OUTBOX))
        accept(request, connection)

    server.answer_with(note)
    connect(server.url, send_timeout_s=30)
    write(url, "a", "b")
    with recording() as recorded:
        assert call("--database", url, "--once").exit_code == 0
    assert seen == [{(default_table.name,): 2}]


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://u@h/x", "postgresql+psycopg"),
        ("postgres://u@h/x", "postgresql+psycopg"),
        ("postgresql+asyncpg://u@h/x", "postgresql+psycopg"),
        ("sqlite+aiosqlite://", "sqlite"),
    ],
)
def test_a_url_of_the_service_will_do(url: str, driver: str) -> None:
    engine = open_database(url, connect_timeout_s=1.2)
    assert engine.url.drivername == driver
    expected = {"connect_timeout": "2"} if "postgresql" in driver else {}
    assert dict(engine.url.query) == expected
    engine.dispose()


def test_no_file_is_created(tmp_path: Path) -> None:
    done = call("--database", f"sqlite:///{tmp_path / 'none.db'}", "--status")
    assert (done.exit_code, list(tmp_path.iterdir())) == (4, [])
    assert f"--database names a file that does not exist: {tmp_path / 'none.db'}" in done.stderr


def test_what_was_given_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_EVENTS_OUTBOX_DATABASE", "service.db")
    assert call("--status").stderr.startswith("error: PLATFORM_EVENTS_OUTBOX_DATABASE is not a ")
    assert call("--database", "x", "--status").stderr.startswith("error: --database is not a ")


def test_an_endless_relay_waits_for_the_table(
    server: EventServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(server.url)
    monkeypatch.setattr(Relay, "run", lambda *_, **__: RelayCount())
    (tmp_path / "empty.db").touch()
    done = call("--database", f"sqlite:///{tmp_path / 'empty.db'}")
    assert done.exit_code == 0
    assert "warning: there is no table platform_events_outbox: run the service's" in done.stderr


def test_an_endless_relay_waits_for_the_database(
    server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(server.url)
    monkeypatch.setattr(Relay, "run", lambda *_, **__: RelayCount())
    done = call("--database", "postgresql://u:secret@127.0.0.1:1/x?sslpassword=secret")
    assert (done.exit_code, done.stderr.splitlines()[1:]) == (
        0,
        ["sent: 0, refused: 0, set aside: 0"],
    )
    assert done.stderr.startswith("relaying from postgresql+psycopg://u:***@127.0.0.1:1/x, table ")


def test_a_log_gets_a_line_every_ten_seconds(
    url: str, server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_: Relay, *, progress: Callable[[RelayCount], None]) -> RelayCount:
        for now, sent in ((0, 0), (1, 1), (2, 2), (11, 3), (22, 3)):
            monkeypatch.setattr("platform_events.outbox._foreground.monotonic", lambda now=now: now)
            progress(RelayCount(sent))
        return RelayCount(sent)

    connect(server.url)
    monkeypatch.setattr(Relay, "run", run)
    lines = call("--database", url).stderr.splitlines()[1:]
    assert [line.partition(",")[0] for line in lines] == [
        "so far sent: 1",
        "so far sent: 3",
        "sent: 3",
    ]
