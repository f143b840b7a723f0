"""``platform-events export``: the events, for other languages to read."""

from __future__ import annotations

import json
import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from .._printable import printable
from ..errors import ConfigurationError
from ._exit_codes import ExitCode, fail
from ._modules import ModulesOption, event_types


class Contract(StrEnum):
    """What other languages read events by.

    Example:
        >>> from platform_events.cli.export import Contract
        >>> Contract("typescript")
        <Contract.TYPESCRIPT: 'typescript'>
    """

    JSON_SCHEMA = "json-schema"
    TYPESCRIPT = "typescript"
    NPM = "npm"
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
    is_checked: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with 1 and a diff if a file is stale."),
    ] = False,
    is_forced: Annotated[
        bool, typer.Option("--force", help="Overwrite files that were edited by hand.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="The name of the npm package, such as @acme/events.")
    ] = None,
    docs_url: Annotated[
        str, typer.Option(metavar="URL", help="Where the page links to: this documentation.")
    ] = "",
    _: ModulesOption = None,
) -> None:
    """Write the events for others to read.

    As JSON Schemas, a module or an npm package for TypeScript, an AsyncAPI document, or a page for
    people.
    """
    from ..contracts._files import differences, write_files

    if not out:
        fail("--out is empty: give a folder, such as . for the current one", ExitCode.USAGE)
    if name is not None and contract is not Contract.NPM:
        fail("--name is for the npm package only", ExitCode.USAGE)
    files, folder = _files(contract, name, docs_url), Path(out)
    try:
        found = list(differences(folder, files)) if is_checked else []
        if not is_checked:
            write_files(folder, files, is_forced=is_forced)
    except ConfigurationError as error:
        fail(str(error), ExitCode.USAGE)
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror or type(error).__name__}", ExitCode.USAGE)
    for line in found:
        typer.echo(printable(line))
    if found:
        raise typer.Exit(ExitCode.FOUND)
    if contract is Contract.NPM and not is_checked:
        _tell_of_package(folder, files)


def _tell_of_package(folder: Path, files: dict[str, str]) -> None:
    """Say where the package is, and how to install it: packed, as npm only links to a folder."""
    package = json.loads(files["package.json"])
    name, version = str(package["name"]), str(package["version"])
    # npm takes a path without a dot or a slash in front for a name.
    path = folder.as_posix() if folder.is_absolute() else f"./{folder.as_posix()}"
    packed = f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"
    typer.echo(printable(f"wrote {name} {version} to {folder}"))
    typer.echo(printable(f"next: npm pack {shlex.quote(path)}, then npm install ./{packed}"))


def _files(contract: Contract, name: str | None, docs_url: str) -> dict[str, str]:
    from ..contracts import asyncapi, html, json_schema, npm, typescript

    match contract:
        case Contract.JSON_SCHEMA:
            return json_schema.documents(event_types())
        case Contract.TYPESCRIPT:
            return {typescript.FILE_NAME: typescript.typescript_module(event_types())}
        case Contract.NPM:
            return npm.npm_package(event_types(), name=name or npm.PACKAGE_NAME)
        case Contract.ASYNCAPI:
            return {asyncapi.FILE_NAME: asyncapi.asyncapi_text(event_types())}
        case Contract.HTML:
            return {html.FILE_NAME: html.catalogue_page_of_events(event_types(), docs_url=docs_url)}
        case _:
            assert_never(contract)
