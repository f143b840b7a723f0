"""Opens the database of an outbox that a user names. Needs the extra ``outbox``."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, MetaData, Table, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..errors import ConfigurationError
from ..events._hidden import hide_locals
from ..outbox.table import default_table, outbox_table
from ._options import database_source

MISSING_TABLE_REMEDY: Final = "run the service's migrations, or name the table with --table"
_EXAMPLE: Final = "write one such as postgresql://user@host/name"

# What a service's own URL may name, and what a process without an event loop uses instead.
_DRIVERS: Final = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+psycopg",
    "sqlite+aiosqlite": "sqlite",
}


@hide_locals
def open_database(url: str, *, connect_timeout_s: float | None = None) -> Engine:
    """Make the engine for a URL; PostgreSQL without a driver's name is used by psycopg."""
    # Of the URL nothing is shown but the name of a file.
    fault = ""
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        if connect_timeout_s is not None and "psycopg" in parsed.drivername:
            parsed = parsed.update_query_dict(
                {"connect_timeout": str(math.ceil(connect_timeout_s))}
            )
        engine = create_engine(parsed, hide_parameters=True)
    except (SQLAlchemyError, ValueError):  # the second of a port, for example
        hint = f"for the file write sqlite:///{url}" if _is_file_name(url) else _EXAMPLE
        fault = f"is not a database URL: {hint}"
    except ModuleNotFoundError as error:
        fault = f"needs a driver that is not installed: pip install {error.name}"
    else:
        if not _is_missing_file(parsed):
            return engine
        fault = f"names a file that does not exist: {parsed.database}"  # SQLite would create it
    source = database_source(url)
    raise ConfigurationError(f"{source} {fault}", setting=source)


def named_table(name: str | None) -> Table:
    """Declare an outbox by its name, ``table`` or ``schema.table``; None is the default one."""
    if name is None:
        return default_table
    schema, _, table = name.rpartition(".")
    return outbox_table(MetaData(), table, schema=schema or None)


def missing_table(engine: Engine, table: Table) -> str:
    """Say that the table is not there, and what to do; empty if it is."""
    if inspect(engine).has_table(table.name, schema=table.schema):
        return ""
    return f"there is no table {table.fullname}: {MISSING_TABLE_REMEDY}"


def describe_failure(error: DBAPIError) -> str:
    """Describe an error by the driver's own text, as SQLAlchemy's may quote parameters."""
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return lines[0]


def _is_file_name(text: str) -> bool:
    return bool(re.fullmatch(r"[^:@?]+\.(db|sqlite|sqlite3)", text))


def _is_missing_file(url: URL) -> bool:
    name = url.database
    is_file = url.get_backend_name() == "sqlite" and name and name != ":memory:"
    return bool(is_file and not str(name).startswith("file:") and not Path(str(name)).exists())
