"""The main job on real input: wearable documents become events, are sent, and arrive.

    python -m examples.demo [--data DIR]

Every ``*.json`` of a folder is read as a document of Open mHealth. What they map to is sent, and
one event of every other kind: to an embedded double of an Inngest server, or to the dev server that
``INNGEST_DEV`` or ``INNGEST_BASE_URL`` names. No value is shown, because they are health data.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from platform_events import (
    ConfigurationError,
    Event,
    SendError,
    WearableDataReceived,
    get_client,
    override_client,
    send_events,
)
from platform_events.settings import ClientOptions
from platform_events.testing import LocalInngest

from .documents import Folder, FolderError, Refusal, read_folder
from .events import one_of_each
from .refusals import make_mistakes

DOCUMENTS: Final = Path(__file__).parent / "data"
"""What is read unless the command line says otherwise."""

# Where no terminal breaks lines, they may be as long as they need to be.
_WIDTH_WITHOUT_TERMINAL: Final = 200

_Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """An event that was accepted.

    Attributes:
        event: The event.
        id: The id that the server gave it.
        arrived: What of it was seen to arrive.
    """

    event: Event
    id: str
    arrived: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo.

    Args:
        arguments: Those of the command line.

    Returns:
        0 if everything was accepted, and arrived as far as that can be seen; 1 if not; 2 if there
        is nothing to send, or nowhere to send it.
    """
    parser = argparse.ArgumentParser(prog="demo", description="Send wearable documents as events.")
    parser.add_argument("--data", type=Path, default=DOCUMENTS, metavar="DIR", help="*.json files")
    try:
        folder = read_folder(parser.parse_args(arguments).data)
        with connect() as server:
            return run(folder, server)
    except (FolderError, ConfigurationError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except SendError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


@contextmanager
def connect() -> Generator[LocalInngest | None]:
    """Configure the client for the server that the environment names, or for an embedded one.

    Yields:
        The embedded server, or None.

    Raises:
        ConfigurationError: The environment names no server that could be one.
    """
    # What a demo makes up must not get to a real environment, so it uses none of its keys.
    options: ClientOptions = {"app_id": "demo", "is_production": False, "event_key": "demo"}
    if _is_server_named():
        with override_client(**options):
            yield None
        return
    with LocalInngest() as server:
        options["event_api_base_url"] = server.url
        with override_client(**options):
            yield server


def run(folder: Folder, server: LocalInngest | None) -> int:
    """Send everything, make some mistakes, and show what became of it.

    Args:
        folder: The documents.
        server: The embedded server, or None if it is another one.

    Returns:
        The exit code.

    Raises:
        SendError: The server did not accept the events.
    """
    others = [event for event in one_of_each() if not isinstance(event, WearableDataReceived)]
    sent = send([*(document.event for document in folder.documents), *others], server)
    mistakes = make_mistakes()

    console = _console()
    count = len(folder.documents)
    _show_documents(console, folder, sent[:count])
    _show_others(console, sent[count:])
    _show_refused(console, folder.refused + mistakes)
    return _sum_up(console, folder, sent, len(mistakes), server)


def send(events: Sequence[Event], server: LocalInngest | None) -> list[Sent]:
    """Send events, and look which of them arrived.

    Args:
        events: The events.
        server: The embedded server, or None if it is another one.

    Returns:
        The events with their ids, in the same order.

    Raises:
        SendError: Not all were accepted.
    """
    ids = send_events(events)
    received = {one.internal_id: one for one in server.events} if server else {}
    sent: list[Sent] = []
    for event, id in zip(events, ids, strict=True):
        if server is None:
            arrived = "not seen"
        elif id not in received:
            arrived = "no"
        else:
            is_equal = type(event).from_data(received[id].data) == event
            arrived = "yes" if is_equal else "changed"
        sent.append(Sent(event, id, arrived))
    return sent


def _is_server_named() -> bool:
    is_dev = os.environ.get("INNGEST_DEV", "").strip().lower() not in {"", "0", "false"}
    return is_dev or bool(os.environ.get("INNGEST_BASE_URL"))


def _console() -> Console:
    is_free = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=_WIDTH_WITHOUT_TERMINAL if is_free else None, highlight=False)


def _show_documents(console: Console, folder: Folder, sent: Sequence[Sent]) -> None:
    pairs = zip(folder.documents, sent, strict=True)
    rows = [
        (document.name, document.event.measurements[0].kind, one.id, one.arrived)
        for document, one in pairs
    ]
    title = f"Documents sent as {WearableDataReceived.event_name}"
    _show(console, title, ("document", "measurement", "id", "arrived"), rows)
    left_out = [(document.name, ", ".join(document.left_out)) for document in folder.documents]
    title = "Left out, as the event has no place for them"
    _show(console, title, ("document", "members"), [row for row in left_out if row[1]])


def _show_others(console: Console, sent: Sequence[Sent]) -> None:
    rows = [(one.event.event_name, one.id, one.arrived) for one in sent]
    _show(console, "One event of every other kind", ("event", "id", "arrived"), rows)


def _show_refused(console: Console, refusals: Sequence[Refusal]) -> None:
    rows = [(refusal.what, refusal.by, refusal.reason) for refusal in refusals]
    _show(console, "Refused", ("what", "by", "why"), rows)


def _show(console: Console, title: str, columns: _Row, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    table = Table(box=box.SIMPLE, title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"id", "arrived"})
    for row in rows:
        table.add_row(*map(Text, row))  # no markup: names of files are not ours
    console.print(table)


def _sum_up(
    console: Console, folder: Folder, sent: Sequence[Sent], mistakes: int, server: object
) -> int:
    found = len(folder.documents) + len(folder.refused)
    console.print(
        f"{found} documents: {len(folder.documents)} mapped, {len(folder.refused)} refused.\n"
        f"{len(sent)} events accepted by {get_client().settings.event_api_base_url}; "
        f"{mistakes} mistakes refused."
    )
    if server is None:
        console.print("What arrived there cannot be shown; look the ids up in its user interface.")
        return 0
    arrived = sum(one.arrived == "yes" for one in sent)
    console.print(f"{arrived} of {len(sent)} events arrived, equal to what was sent.")
    return 0 if arrived == len(sent) else 1


if __name__ == "__main__":
    sys.exit(main())
