"""Sends the events of a file, once all of them were checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import inngest
import typer

from ..client import get_client
from ..errors import SendError
from ..sending import send_events
from ..settings import max_event_bytes
from ..wire import MAX_BATCH_EVENTS
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
    # A dry run needs no client.
    limit = max_event_bytes() if is_dry else get_client().settings.max_event_bytes
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
    accepted, chunk = 0, list[inngest.Event]()
    events = map(to_event, records())
    try:
        # A request at a time, so that an interrupt leaves the ids of those before.
        while chunk := list(islice(events, MAX_BATCH_EVENTS)):
            for event_id in send_events(chunk):
                typer.echo(event_id)
            accepted, chunk = accepted + len(chunk), []
    except SendError as error:
        for event_id in error.accepted_ids:
            typer.echo(event_id)
        accepted += len(error.accepted_ids)
        fail(f"the first {accepted} of {count} were accepted, then: {error}", ExitCode.NOT_SENT)
    except KeyboardInterrupt:
        unclear = f"; {len(chunk)} more may have been" if chunk else ""
        message = f"error: interrupted when {accepted} of {count} were accepted{unclear}"
        typer.echo(message, err=True)
        raise
    typer.echo(f"sent: {count}", err=True)
