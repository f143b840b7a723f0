"""The main job on real input: wearable documents become events, and functions handle them.

    python -m examples.demo [--provider NAME] [--data DIR_OR_FILE] [--wait SECONDS]

Every ``*.json`` of a folder is read as a document of Open mHealth, or as a payload of a provider.
What they map to is sent, and one event of every other kind; an app with the four functions of
:mod:`examples.functions` handles them. The Inngest server is an embedded double, or the dev server
that ``INNGEST_DEV`` or ``INNGEST_BASE_URL`` names; with ``INNGEST_SIGNING_KEY`` and
``INNGEST_EVENT_KEY`` it may be a self-hosted one. No value is shown, because they are health data.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import fastapi
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from platform_events import (
    ConfigurationError,
    Event,
    EventFunction,
    ReactionAdded,
    SendError,
    WearableDataReceived,
    get_client,
    override_client,
    send_events,
)
from platform_events.fast_api import serve
from platform_events.sending.settings import ClientOptions
from platform_events.testing import LocalInngest

from .documents import OPEN_MHEALTH, Folder, FolderError, Refusal, read_folder
from .events import EVENTS
from .functions import FUNCTIONS
from .hosting import HOST, RegistrationError, hosting, registered
from .live import View
from .providers.registry import ADAPTERS
from .recorder import Recorder
from .refusals import make_mistakes
from .waiting import Waiting

DOCUMENTS: Final = Path(__file__).parent / "data"
"""What is read unless the command line says otherwise."""

REACTIONS: Final = 5
"""How many more reactions are sent, as a batch of one is none."""

# Where no terminal breaks lines, they may be as long as they need to be.
_WIDTH_WITHOUT_TERMINAL: Final = 200
_WAIT_EMBEDDED_S: Final = 30.0
# A dev server tries a step again after 15 to 45 seconds.
_WAIT_S: Final = 180.0
_RETRY_INTERVAL_S: Final = 0.5

_Row: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """What the demo works with.

    Attributes:
        server: The embedded server, or None if it is another one.
        recorder: What the app does.
    """

    server: LocalInngest | None
    recorder: Recorder


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
        0 if everything was accepted and handled; 1 if not; 2 if there is nothing to send, or
        nowhere to send it.
    """
    parser = argparse.ArgumentParser(prog="demo", description="Send wearable documents as events.")
    parser.add_argument(
        "--provider", choices=[OPEN_MHEALTH, *ADAPTERS], default=OPEN_MHEALTH, help="whose they are"
    )
    parser.add_argument(
        "--data", type=Path, default=DOCUMENTS, metavar="DIR", help="*.json files, or one of them"
    )
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="for runs to end, at most")
    given = parser.parse_args(arguments)
    try:
        folder = read_folder(given.data, given.provider)
        with connect() as session:
            app = fastapi.FastAPI()
            serve(app, FUNCTIONS, allowed_hosts=[HOST])
            with hosting(app) as url, registered(url):
                return run(folder, session, given.wait)
    except (FolderError, ConfigurationError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except (SendError, RegistrationError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


@contextmanager
def connect() -> Generator[Session]:
    """Configure the client for the server that the environment names, or for an embedded one.

    Yields:
        What the demo works with.

    Raises:
        ConfigurationError: The environment names no server that could be one.
    """
    recorder = Recorder()
    # What a demo makes up must not get to a real environment, so that it uses keys of a server of
    # one's own alone.
    made_up: ClientOptions = {
        "is_production": False,
        "event_key": "demo",
        "signing_key": "signkey-demo-00",
    }
    own: ClientOptions = {"is_production": True}
    options: ClientOptions = {
        "app_id": "demo",
        "middleware": [recorder.middleware],
        "logger": _silent(),
        **(own if _has_keys() else made_up),
    }
    if _is_server_named():
        with override_client(**options):
            yield Session(None, recorder)
        return
    with LocalInngest(retry_interval=_RETRY_INTERVAL_S) as server:
        options["event_api_base_url"] = options["api_base_url"] = server.url
        with override_client(**options):
            yield Session(server, recorder)


def run(folder: Folder, session: Session, wait_s: float | None) -> int:
    """Send everything, follow what it starts, make some mistakes, and show what became of it.

    Args:
        folder: The documents.
        session: What the demo works with.
        wait_s: How long to wait for the runs; None: as long as they should take.

    Returns:
        The exit code.

    Raises:
        SendError: The server did not accept the events.
    """
    console = _console()
    if wait_s is None:
        wait_s = _WAIT_EMBEDDED_S if session.server else _WAIT_S
    others = [event for event in EVENTS if not isinstance(event, WearableDataReceived)]
    events = [*(document.event for document in folder.documents), *others]
    names = [function.fn_id for function in FUNCTIONS if isinstance(function, EventFunction)]
    with View(console, session.recorder, names) as view:
        ids = send_events(events)
        send_events(more_reactions())
        lost = Waiting(session.recorder, view.show).follow(wait_s)
    sent = [_look(event, id, session) for event, id in zip(events, ids, strict=True)]
    mistakes = make_mistakes()

    count = len(folder.documents)
    _show_documents(console, folder, sent[:count])
    _show_others(console, sent[count:])
    _show_refused(console, folder.refused + mistakes)
    console.print(view.table())
    _show(console, "Not completed", ("what", "how far"), lost)
    return _sum_up(console, folder, sent, len(mistakes), lost, session)


def more_reactions() -> list[ReactionAdded]:
    """Have more members react to the post of the examples.

    Returns:
        The reactions.
    """
    [first] = [event for event in EVENTS if isinstance(event, ReactionAdded)]
    return [
        first.model_copy(update={"member_id": f"mem_{number}", "reaction": "clap"})
        for number in range(REACTIONS)
    ]


def _look(event: Event, id: str, session: Session) -> Sent:
    """Look whether an event arrived: at the embedded server, or else in a run."""
    if session.server is None:
        return Sent(event, id, "yes" if session.recorder.run_of(id) else "not seen")
    received = {one.id: one.event for one in session.server.events.details}
    if id not in received:
        return Sent(event, id, "no")
    return Sent(event, id, "yes" if received[id] == event else "changed")


def _is_server_named() -> bool:
    is_dev = os.environ.get("INNGEST_DEV", "").strip().lower() not in {"", "0", "false"}
    return is_dev or bool(os.environ.get("INNGEST_BASE_URL"))


def _has_keys() -> bool:
    """Whether the server that is named is a self-hosted one, whose keys are given."""
    host = urlsplit(os.environ.get("INNGEST_BASE_URL", "")).hostname or "inngest.com"
    is_cloud = host == "inn.gs" or host.endswith("inngest.com")
    return not is_cloud and bool(os.environ.get("INNGEST_SIGNING_KEY"))


def _silent() -> logging.Logger:
    # An attempt that fails is shown as a line; the package logs it, too, and the SDK its trace.
    logger = logging.getLogger("demo")
    for quiet in (logger, logging.getLogger("platform_events")):
        quiet.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


def _console() -> Console:
    is_free = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=_WIDTH_WITHOUT_TERMINAL if is_free else None, highlight=False)


def _show_documents(console: Console, folder: Folder, sent: Sequence[Sent]) -> None:
    pairs = zip(folder.documents, sent, strict=True)
    rows = [(document.name, _what(document.event), one.id, one.arrived) for document, one in pairs]
    title = "Documents sent"
    _show(console, title, ("document", "measurement", "id", "arrived"), rows)
    left_out = [(document.name, ", ".join(document.left_out)) for document in folder.documents]
    title = "Left out, as the event has no place for them"
    _show(console, title, ("document", "members"), [row for row in left_out if row[1]])


def _what(event: Event) -> str:
    """Say what a document became: the kinds of its measurements, or the event."""
    if not isinstance(event, WearableDataReceived):
        return event.event_name
    return ", ".join(dict.fromkeys(measurement.kind for measurement in event.measurements))


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
    console: Console,
    folder: Folder,
    sent: Sequence[Sent],
    mistakes: int,
    lost: Sequence[_Row],
    session: Session,
) -> int:
    found = len(folder.documents) + len(folder.refused)
    runs = session.recorder.runs.values()
    completed = sum(run.status == "completed" for run in runs)
    retried = sum(run.status == "completed" and run.failures > 0 for run in runs)
    console.print(
        f"{found} documents: {len(folder.documents)} mapped, {len(folder.refused)} refused.\n"
        f"{len(sent)} events accepted by {get_client().settings.event_api_base_url}; "
        f"{mistakes} mistakes refused.\n"
        f"{completed} of {len(runs)} runs completed, {retried} of them after a retry."
    )
    arrived = sum(one.arrived == "yes" for one in sent)
    if session.server is None:
        console.print(
            f"{arrived} of {len(sent)} events were seen by a function; look the ids of the others "
            "up in the server's user interface."
        )
        return 1 if lost else 0
    console.print(f"{arrived} of {len(sent)} events arrived, equal to what was sent.")
    return 1 if lost or arrived < len(sent) else 0


if __name__ == "__main__":
    sys.exit(main())
