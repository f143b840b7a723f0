"""``doctor --database``: what is found out about an outbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, create_engine, text, update
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType
from typer.testing import Result
from typing_extensions import override

from platform_events import outbox
from platform_events.cli._diagnosis import Verdict
from platform_events.cli._outbox_diagnosis import diagnose_outbox
from platform_events.outbox.table import default_table
from platform_events.testing import LocalInngest
from tests.support.command import run_command

from ..support.clients import connect, follow
from ..support.postgres import running_postgres

pytestmark = pytest.mark.usefixtures("clean_client")

COLUMNS = {
    "id": "integer PRIMARY KEY",
    "name": "varchar(255) NOT NULL",
    "data": "text NOT NULL",
    "event_id": "varchar(255) NOT NULL",
    "ts": "bigint NOT NULL",
    "order_key": "varchar(255)",
    "refusals": "smallint NOT NULL DEFAULT 0",
    "created_at": "timestamp NOT NULL",
    "claimed_until": "timestamp",
    "sent_at": "timestamp",
    "set_aside_at": "timestamp",
    "reason": "varchar(1000)",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'outbox.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE other (id integer)"))
    yield engine
    engine.dispose()


@pytest.fixture
def url(engine: Engine) -> str:
    default_table.create(engine)
    return str(engine.url)


def told(url: str, table: str | None = None, *, max_wait_s: float = 300) -> list[tuple[str, ...]]:
    found = list(diagnose_outbox(url, table, max_wait_s=max_wait_s, timeout_s=30))
    assert all(bool(one.remedy) is (one.verdict is not Verdict.OK) for one in found)
    return [(one.verdict, one.subject, one.found) for one in found]


def invoke(*arguments: str, **environment: str) -> Result:
    return run_command("doctor", "--timeout", "60", *arguments, environment=environment)


def write(engine: Engine, count: int, **columns: object) -> None:
    connect("http://127.0.0.1:9")
    with Session(engine) as session, session.begin():
        outbox.send_events(session, [follow("mem_Secret")] * count)
        if columns:
            session.execute(update(default_table).values(**columns))


def test_an_outbox_that_is_empty(url: str) -> None:
    assert told(url) == [
        ("ok", "outbox table", "platform_events_outbox has the right columns"),
        ("ok", "outbox waiting", "0"),
        ("ok", "outbox set aside", "0"),
    ]


def test_what_waits_and_what_was_set_aside(engine: Engine, url: str) -> None:
    write(engine, 2)
    [_, waiting, _] = told(url)
    assert waiting == ("ok", "outbox waiting", "2, for up to 0 s")
    write(engine, 1, created_at=text("'2026-01-01 00:00:00.000000'"))
    [_, waiting, aside] = told(url)
    assert waiting[0] == "problem"
    assert waiting[2].startswith("3, for up to ")
    assert waiting[2].endswith(" s, which is too long")
    assert aside == ("ok", "outbox set aside", "0")
    assert told(url, max_wait_s=1e12)[1][0] == "ok"
    write(engine, 0, set_aside_at=text("created_at"), reason="data.x: Field required\x1b")
    assert told(url)[1:] == [
        ("ok", "outbox waiting", "0"),
        ("problem", "outbox set aside", r"3 (3 x data.x: Field required\x1b)"),
    ]


def test_a_table_of_another_name(engine: Engine) -> None:
    outbox.outbox_table(MetaData(), "mine").create(engine)
    assert told(str(engine.url), "mine")[0][2] == "mine has the right columns"
    [missing] = told(str(engine.url))
    assert missing == ("problem", "outbox table", "there is no table platform_events_outbox")


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"order_key": None}, "there is no column order_key"),
        ({"data": "json NOT NULL"}, "the column data is JSON instead of TEXT"),
        ({"data": "varchar(9) NOT NULL"}, "the column data is VARCHAR(9) instead of TEXT"),
        ({"name": "varchar(9)"}, "the column name is VARCHAR(9) instead of VARCHAR(255)"),
        ({"name": "text"}, ""),
        ({"sent_at": "date"}, "the column sent_at is DATE instead of DATETIME"),
        ({"reason": "varchar(1000) NOT NULL"}, "the column reason must be nullable"),
        ({"tenant": "text NOT NULL"}, "the column tenant must have a default"),
        ({"tenant": "text NOT NULL DEFAULT 'a'"}, ""),
        ({"tenant": "text"}, ""),
    ],
)
def test_columns_that_are_wrong(engine: Engine, columns: dict[str, str | None], fault: str) -> None:
    shape = [f"{name} {kind}" for name, kind in (COLUMNS | columns).items() if kind]
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE platform_events_outbox ({', '.join(shape)})"))
    verdict, subject, found = told(str(engine.url))[0]
    assert subject == "outbox table"
    if fault:
        assert (verdict, found) == ("problem", fault)
    else:
        assert verdict == "ok"


def test_a_type_that_another_package_brings(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shape(UserDefinedType[str]):
        cache_ok = True

        @property
        @override
        def python_type(self) -> type[str]:
            raise NotImplementedError  # as SQLAlchemy's own types do

        def get_col_spec(self, **_: object) -> str:
            return "SHAPE"

    # This is how packages such as GeoAlchemy make their types known.
    monkeypatch.setitem(SQLiteDialect.ischema_names, "SHAPE", Shape)
    columns = ", ".join(f"{name} {kind}" for name, kind in (COLUMNS | {"data": "shape"}).items())
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE platform_events_outbox ({columns})"))
    [fault] = told(str(engine.url))
    assert fault == ("problem", "outbox table", "the column data is SHAPE instead of TEXT")


def test_several_faults_are_told_together(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE platform_events_outbox (id integer, name point)"))
    [(_, _, found)] = told(str(engine.url))
    assert found.startswith("the column name is ")
    assert found.count("; there is no column") == 10


WRONG = {
    "not a URL": ("secret", "is wrong"),
    "no file": ("sqlite:////nowhere/none.db", "is wrong"),
    "another database": ("mysql+pymysql://u:secret@h/x", "is wrong"),
    "no server": ("postgresql+asyncpg://u:secret@127.0.0.1:1/x", "does not answer"),
}


@pytest.mark.parametrize(("url", "found"), WRONG.values(), ids=WRONG)
def test_a_database_that_cannot_be_asked(url: str, found: str) -> None:
    with LocalInngest() as server:
        environment = {"PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_DEV": server.url}
        result = invoke("--database", url, **environment)
    assert result.exit_code == (1 if found == "does not answer" else 4)
    assert found in result.stdout
    assert ("setting\t--database\t" in result.stdout) is (found == "is wrong")
    assert "secret" not in result.output


def test_sqlite_files_are_not_created(tmp_path: Path) -> None:
    [(verdict, _, _)] = told(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    assert verdict == "setting"
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy.exc", None)
    [one] = diagnose_outbox("sqlite://", None, max_wait_s=1, timeout_s=1)
    assert one.remedy == 'pip install "platform-events[outbox]"'


def test_the_variable_of_the_relay_is_enough(engine: Engine, url: str) -> None:
    write(engine, 1)
    with LocalInngest() as server:
        environment = {
            "PLATFORM_EVENTS_APP_ID": "tests",
            "INNGEST_DEV": server.url,
            "PLATFORM_EVENTS_OUTBOX_DATABASE": url,
        }
        assert "ok\toutbox waiting\t1, for up to" in invoke(**environment).stdout
        late = invoke("--max-wait", "0", "--json", **environment)
    assert late.exit_code == 1
    assert [one["verdict"] for one in json.loads(late.stdout)][-3:] == ["ok", "problem", "ok"]


def test_postgresql() -> None:
    with running_postgres() as url:
        engine = create_engine(url)
        default_table.create(engine)
        assert [verdict for verdict, _, _ in told(url)] == ["ok"] * 3
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE platform_events_outbox DROP COLUMN name"))
            connection.execute(text("ALTER TABLE platform_events_outbox ADD COLUMN name point"))
        engine.dispose()
        [(_, _, fault)] = told(url)
        assert fault == "the column name is NULL instead of VARCHAR(255)"
