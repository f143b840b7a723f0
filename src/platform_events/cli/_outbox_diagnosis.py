"""Checks of an outbox: its table, and what waits in it. Nothing is changed by them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from .._printable import printable
from ..errors import ConfigurationError
from ._diagnosis import Diagnosis, Verdict
from ._options import database_source

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table
    from sqlalchemy.engine.interfaces import ReflectedColumn
    from sqlalchemy.types import TypeEngine

    from ..outbox.relay import OutboxStatus

_TABLE: Final = "outbox table"


def diagnose_outbox(
    database: str, table: str | None, *, max_wait_s: float, timeout_s: float
) -> Iterator[Diagnosis]:
    """Check an outbox.

    Args:
        database: The URL of its database.
        table: The name of its table, if it is not the default one.
        max_wait_s: For how long the oldest event may be waiting, in seconds.
        timeout_s: How long it may take to connect, in seconds.

    Yields:
        What was found: the table, and if that is right, what waits and what was set aside.
    """
    try:
        from sqlalchemy.exc import DBAPIError

        from ._database import describe_failure, named_table, open_database
    except ModuleNotFoundError as error:
        remedy = 'pip install "platform-events[outbox]"'
        yield Diagnosis(Verdict.SETTING, "outbox", f"needs {error.name}", remedy=remedy)
        return
    try:
        engine = open_database(database, connect_timeout_s=timeout_s)
        yield from _diagnose(engine, named_table(table), max_wait_s)
    except ConfigurationError as error:
        subject = database_source(database)
        yield Diagnosis(Verdict.SETTING, subject, "is wrong", remedy=str(error))
    except DBAPIError as error:
        remedy = f"start the database, or correct {database_source(database)}"
        yield _problem("outbox", f"does not answer ({printable(describe_failure(error))})", remedy)


def _diagnose(engine: Engine, table: Table, max_wait_s: float) -> Iterator[Diagnosis]:
    from sqlalchemy import inspect

    from ..outbox.store import connect_relay
    from ._database import MISSING_TABLE_REMEDY

    with ExitStack() as stack:
        stack.callback(engine.dispose)
        relay = connect_relay(engine, table=table)
        inspector = inspect(engine)
        if not inspector.has_table(table.name, schema=table.schema):
            found = f"there is no table {printable(table.fullname)}"
            yield _problem(_TABLE, found, MISSING_TABLE_REMEDY)
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of types that SQLAlchemy does not know: told below
            columns = inspector.get_columns(table.name, schema=table.schema)
        faults = list(_faults(table, columns))
        if faults:
            remedy = "migrate it to the columns that outbox_table() declares"
            yield _problem(_TABLE, "; ".join(faults), remedy)
            return
        yield Diagnosis(Verdict.OK, _TABLE, f"{table.fullname} has the right columns")
        yield from _status(relay.status(), max_wait_s)


def _status(status: OutboxStatus, max_wait_s: float) -> Iterator[Diagnosis]:
    age_s = status.oldest_age_s
    waiting = f"{status.waiting}" if age_s is None else f"{status.waiting}, for up to {age_s:.0f} s"
    if age_s is not None and age_s > max_wait_s:
        remedy = "start a relay (platform-events relay), or see in its log why nothing is accepted"
        yield _problem("outbox waiting", f"{waiting}, which is too long", remedy)
    else:
        yield Diagnosis(Verdict.OK, "outbox waiting", waiting)
    if status.set_aside:
        reasons = "; ".join(f"{n} x {printable(reason)}" for reason, n in status.reasons.items())
        remedy = "remove the cause, then run platform-events relay --retry"
        yield _problem("outbox set aside", f"{status.set_aside} ({reasons})", remedy)
    else:
        yield Diagnosis(Verdict.OK, "outbox set aside", "0")


def _faults(table: Table, columns: Sequence[ReflectedColumn]) -> Iterator[str]:
    """Yield what keeps a table from being used as an outbox."""
    found = {column["name"]: column for column in columns}
    for declared in table.columns:
        column = found.pop(declared.name, None)
        if column is None:
            yield f"there is no column {declared.name}"
        elif not _holds(column["type"], declared.type):
            yield f"the column {declared.name} is {column['type']} instead of {declared.type}"
        elif declared.nullable and not column["nullable"]:
            yield f"the column {declared.name} must be nullable"
    for name, column in found.items():
        if not column["nullable"] and column.get("default") is None:
            yield f"the column {printable(name)} must have a default"


def _holds(found: TypeEngine[object], declared: TypeEngine[object]) -> bool:
    """Whether a column holds what the declared type does."""
    try:
        is_same = found.python_type is declared.python_type
    except NotImplementedError:  # of a type that SQLAlchemy does not know
        return False
    room, needed = (getattr(one, "length", None) for one in (found, declared))
    return is_same and (room is None or (needed is not None and room >= needed))


def _problem(subject: str, found: str, remedy: str) -> Diagnosis:
    return Diagnosis(Verdict.PROBLEM, subject, found, remedy=remedy)
