"""``platform-events export``: the events, for other languages to read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ._exit_codes import ExitCode, fail


class Contract(StrEnum):
    """What other languages read events by.

    Example:
        >>> from platform_events.cli.export import Contract
        >>> Contract("typescript")
        <Contract.TYPESCRIPT: 'typescript'>
    """

    JSON_SCHEMA = "json-schema"
    TYPESCRIPT = "typescript"
    ASYNCAPI = "asyncapi"
    HTML = "html"


def export(
    contract: Annotated[
        Contract,
        typer.Argument(metavar="|".join(Contract), help="What to write."),
    ],
    out: Annotated[
        str,
        typer.Option(metavar="DIR", help="The folder to write to; it is made if need be."),
    ],
) -> None:
    """Write the events for others to read.

    As JSON Schemas, a module for TypeScript, an AsyncAPI document, or a page for people.
    """
    from ..contracts import asyncapi, html, json_schema, typescript

    writers = {
        Contract.JSON_SCHEMA: json_schema.write,
        Contract.TYPESCRIPT: typescript.write,
        Contract.ASYNCAPI: asyncapi.write,
        Contract.HTML: html.write,
    }
    if not out:
        fail("--out is empty: name a folder, such as . for this one", ExitCode.USAGE)
    try:
        writers[contract](Path(out))
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror or type(error).__name__}", ExitCode.USAGE)
