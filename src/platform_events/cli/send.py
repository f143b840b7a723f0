"""Sends the events of a file, once all of them were checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import inngest
import typer

from ..errors import SendError
from ..sending.batches import MAX_BATCH_EVENTS
from ..sending.client import get_client
from ..sending.send import send_events
from ..sending.settings import max_event_bytes
from .exit_codes import ExitCode, fail, give_up_output
from .records import Record
from .validate import check_record, to_event


def send_records(records: Callable[[], Iterator[Record]], *, is_dry: bool) -> None:
    """Check all events, then send them, in as few requests as the limits allow.

    Args:
        records: Gives the events from the first, each time it is called.
        is_dry: Whether to send none.

    Raises:
        typer.Exit: One is invalid, and none was sent; or not all were accepted.
        ConfigurationError: There is no client.
    """
    limit = max_event_bytes()
    count = wrong = 0
    for record in records():
        findings = check_record(record, max_event_bytes=limit)
        count, wrong = count + 1, wrong + bool(findings)
        for finding in findings:
            typer.echo(str(finding))
    if wrong:
        fail(f"nothing was sent, as {wrong} of {count} events are not valid", ExitCode.FOUND)
    if is_dry:
        typer.echo(f"valid: {count}, sent: 0", err=True)
        return
    get_client()  # before anything is read again
    accepted, chunk = 0, list[inngest.Event]()
    events = map(to_event, records())
    try:
        # A request at a time, so that an interrupt leaves the ids of those before.
        while chunk := list(islice(events, MAX_BATCH_EVENTS)):
            ids = send_events(chunk)
            accepted, chunk = accepted + len(ids), []
            _write_ids(ids, f"the first {accepted} of {count} were accepted")
    except SendError as error:
        accepted += len(error.accepted_ids)
        told = f"the first {accepted} of {count} were accepted, then: {error}"
        _write_ids(error.accepted_ids, told)
        fail(told, ExitCode.NOT_SENT)
    except KeyboardInterrupt:
        unclear = f"; {len(chunk)} more may have been" if chunk else ""
        message = f"error: interrupted when {accepted} of {count} were accepted{unclear}"
        typer.echo(message, err=True)
        raise
    typer.echo(f"sent: {count}", err=True)


def _write_ids(ids: list[str], told: str) -> None:
    """Write ids; say what was accepted if that is not possible, so that nobody sends it again."""
    try:
        for event_id in ids:
            typer.echo(event_id)
    except OSError as error:
        give_up_output()
        fail(f"{told}; their ids could not be written: {error.strerror}", ExitCode.NOT_SENT)
