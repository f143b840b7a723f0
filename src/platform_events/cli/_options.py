"""Options that several subcommands have."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import typer

DATABASE_VARIABLE: Final = "PLATFORM_EVENTS_OUTBOX_DATABASE"

DatabaseOption: Final = typer.Option(
    metavar="URL",
    envvar=DATABASE_VARIABLE,
    help="The database, such as postgresql://user@host/name or sqlite:///file.db. Other users of a "
    "machine can see arguments: set the variable if there is a password.",
)

TableName: TypeAlias = Annotated[
    str | None, typer.Option("--table", metavar="NAME", help="The outbox's table, or schema.table.")
]
