"""``platform-events send``: one event, or those of a file, once all are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from .._printable import printable
from ..errors import SendError
from ..naming import is_event_name
from ..sending._pace import MAX_BATCH_EVENTS
from ..sending.settings import max_event_bytes
from ._exit_codes import ExitCode, fail, give_up_output
from ._findings import check_record, to_event
from ._input_files import opened
from ._modules import ModulesOption, complete_name
from ._records import Record, read_record, read_records


def send(
    source: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE",
            help="The name of one event, or a file, or -.",
            autocompletion=complete_name,
        ),
    ],
    data: Annotated[str | None, typer.Option(help="The data of the one event, as JSON.")] = None,
    id: Annotated[str | None, typer.Option(help="The idempotency key of the one event.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all, and send none.")] = False,
    _: ModulesOption = None,
) -> None:
    """Send one event, or those of a file.

    All are checked before the first is sent. The client is made from the environment:
    PLATFORM_EVENTS_APP_ID and INNGEST_EVENT_KEY, or INNGEST_DEV=1 for a dev server.
    """
    if data is not None:
        if source == "-" or (Path(source).is_file() and not is_event_name(source)):
            fail(f"{source} is a file: --data is for the name of one event", ExitCode.USAGE)
        read = read_record(data)
        if read.fault:
            fail(f"--data: {read.fault}", ExitCode.USAGE)
        event = {"name": source, "data": read.value} | ({} if id is None else {"id": id})
        send_records(lambda: iter([Record(1, event)]), is_dry=dry_run)
        return
    if id is not None:
        fail("--id is for one event, with --data; in a file each has its own", ExitCode.USAGE)
    if is_event_name(source) and not Path(source).exists():
        fail(f"{source} is the name of an event: give its data with --data", ExitCode.USAGE)
    with opened(source, is_read_twice=True) as stream:

        def records() -> Iterator[Record]:
            stream.seek(0)
            return read_records(stream)

        send_records(records, is_dry=dry_run)


def send_records(records: Callable[[], Iterator[Record]], *, is_dry: bool) -> None:
    """Check all events, then send them, in as few requests as the limits allow."""
    # `records` gives them from the first, each time it is called.
    # Loaded here, as most commands need no client.
    import inngest

    from ..sending.client import get_client
    from ..sending.send import send_events

    limit = max_event_bytes()
    count = wrong = 0
    for record in records():
        findings = check_record(record, max_event_bytes=limit)
        count, wrong = count + 1, wrong + bool(findings)
        for finding in findings:
            typer.echo(printable(str(finding)))
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
        before = f"the first {accepted} of {count} were accepted, then: " if accepted else ""
        told = f"{before}{error}"
        _write_ids(error.accepted_ids, told)
        fail(told, ExitCode.NOT_SENT)
    except KeyboardInterrupt as interrupt:
        account = SendError.find(interrupt)
        ids = account.accepted_ids if account else []
        accepted, unsure = accepted + len(ids), len(chunk) - len(ids)
        _write_ids(ids, f"the first {accepted} of {count} were accepted")
        unclear = f"; {unsure} more may have been" if unsure > 0 else ""
        message = f"error: interrupted when {accepted} of {count} were accepted{unclear}"
        typer.echo(message, err=True)
        raise
    typer.echo(f"sent: {count}", err=True)


def _write_ids(ids: list[str], told: str) -> None:
    """Write ids; say what was accepted if that is not possible, so that nobody sends it again."""
    try:
        for event_id in ids:
            typer.echo(printable(event_id))
    except OSError as error:
        give_up_output()
        fail(f"{told}; their ids could not be written: {error.strerror}", ExitCode.NOT_SENT)
