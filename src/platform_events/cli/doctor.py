"""``platform-events doctor``: a service's configuration, checked."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from typing import Annotated

import typer

from .._printable import printable_json
from ._exit_codes import ExitCode
from ._options import DatabaseOption, JsonOption, TableName, require_http_url
from ._tables import write_table


def doctor(
    serve_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where the service serves its functions, to look there."),
    ] = None,
    database: Annotated[str | None, DatabaseOption] = None,
    table: TableName = None,
    max_wait: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0, help="For how long the oldest event in an outbox may wait."
        ),
    ] = 300,
    as_json: JsonOption = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, max=60, help="For each request.")
    ] = 5,
) -> None:
    """Check a service's configuration.

    Tells what is wrong and what to do about it. Looks at the settings in the environment, at the
    Event API, with --serve-url at the endpoint and whether its functions are registered, and with
    --database at the outbox. Changes nothing, sends no event, and shows no key.
    """
    from ._diagnosis import Verdict, diagnose
    from ._outbox_diagnosis import diagnose_outbox

    if serve_url is not None:
        require_http_url("--serve-url", serve_url)
    found = list(diagnose(os.environ, serve_url=serve_url, timeout_s=timeout, now=int(time.time())))
    if database is not None:
        found += diagnose_outbox(database, table, max_wait_s=max_wait, timeout_s=timeout)
    if as_json:
        typer.echo(printable_json([asdict(diagnosis) for diagnosis in found], indent=2))
    else:
        write_table((one.verdict, one.subject, one.found, one.source, one.remedy) for one in found)
    verdicts = {diagnosis.verdict for diagnosis in found}
    if Verdict.SETTING in verdicts:
        raise typer.Exit(ExitCode.CONFIGURATION)
    if Verdict.PROBLEM in verdicts:
        raise typer.Exit(ExitCode.FOUND)
