"""Sends the events of a file, once all of them were checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import typer

from ..errors import SendError
from ..sending import send_events
from .checking import check_record, to_event
from .exiting import ExitCode, fail
from .reading import Record


def send_records(records: Callable[[], Iterator[Record]], *, is_dry: bool) -> None:
    """Check all events, then send them, in as few requests as the limits allow.

    Args:
        records: Gives the events from the first, each time it is called.
        is_dry: Whether to send none.

    Raises:
        typer.Exit: One is invalid, and none was sent; or not all were accepted.
        ConfigurationError: There is no client.
    """
    count = wrong = 0
    for record in records():
        findings = check_record(record)
        count, wrong = count + 1, wrong + bool(findings)
        for finding in findings:
            typer.echo(str(finding))
    if wrong:
        fail(f"nothing was sent, as {wrong} of {count} events are not valid", ExitCode.FOUND)
    if is_dry:
        typer.echo(f"valid: {count}, sent: 0", err=True)
        return
    try:
        for event_id in send_events(to_event(record) for record in records()):
            typer.echo(event_id)
    except SendError as error:
        for event_id in error.accepted_ids:
            typer.echo(event_id)
        accepted = len(error.accepted_ids)
        fail(f"{error} The first {accepted} of {count} were accepted.", ExitCode.NOT_SENT)
    typer.echo(f"sent: {count}", err=True)
