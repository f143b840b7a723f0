"""``platform-events validate``: the events of a file, checked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .._printable import printable, printable_json
from ..sending.settings import max_event_bytes
from ._exit_codes import ExitCode
from ._findings import check_record
from ._input_files import clear_progress, opened
from ._modules import ModulesOption
from ._records import read_records


def validate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write a JSON object for each finding.")
    ] = False,
    _: ModulesOption = None,
) -> None:
    """Check the events in a file.

    They are JSON objects with name, data, and perhaps id and ts: one after the other, such as one
    on each line, or an array of them. Every rule that is broken is written with its line and field;
    no value of a payload is.
    """
    count = wrong = 0
    limit = max_event_bytes()
    with opened(file) as stream:
        for record in read_records(stream):
            findings = check_record(record, max_event_bytes=limit)
            count, wrong = count + 1, wrong + bool(findings)
            if findings:
                clear_progress()
            for finding in findings:
                typer.echo(printable_json(asdict(finding)) if as_json else printable(str(finding)))
    typer.echo(f"valid: {count - wrong}, invalid: {wrong}", err=True)
    if wrong:
        raise typer.Exit(ExitCode.FOUND)
