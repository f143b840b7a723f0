"""Options that several subcommands have."""

from __future__ import annotations

import os
import re
from typing import Annotated, Final, TypeAlias

import typer

from ._exit_codes import ExitCode, fail

DATABASE_VARIABLE: Final = "PLATFORM_EVENTS_OUTBOX_DATABASE"

DatabaseOption: Final = typer.Option(
    metavar="URL",
    envvar=DATABASE_VARIABLE,
    help="The database, such as postgresql://user@host/name or sqlite:///file.db. Other users of a "
    "machine can see arguments: set the variable if there is a password.",
)

JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Write JSON.")]
TableName: TypeAlias = Annotated[
    str | None, typer.Option("--table", metavar="NAME", help="The outbox's table, or schema.table.")
]


def database_source(url: str) -> str:
    """Name what the URL of the database was given with: the variable, or the option."""
    return DATABASE_VARIABLE if os.environ.get(DATABASE_VARIABLE) == url else "--database"


def require_http_url(what: str, url: str) -> None:
    """Refuse what is not the URL of a server."""
    if not re.match(r"https?://[^/]", url):
        fail(f"{what} must begin with http:// or https://, and a host", ExitCode.USAGE)
