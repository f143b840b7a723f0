"""Reading a folder of wearable documents; one that makes no sense does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from platform_events import Event, InvalidEventError, WearableDataReceived

from .json_members import DocumentError
from .open_mhealth import map_document
from .providers.records import Account, UnreadableError
from .providers.registry import ADAPTERS

OPEN_MHEALTH: Final = "open-mhealth"
"""Documents of the standard, rather than of a provider."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that became an event.

    Attributes:
        name: The file's name.
        event: What it became.
        left_out: The members that have no place in the event.
    """

    name: str
    event: Event
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not sent, or not accepted.

    Attributes:
        what: A document, or what was tried.
        by: Who refused it.
        reason: Why, without any value.
    """

    what: str
    by: str
    reason: str


@dataclass(slots=True)
class Folder:
    """What was found in a folder.

    Attributes:
        documents: Those that became events.
        refused: Those that did not.
    """

    documents: list[Document] = field(default_factory=list[Document])
    refused: list[Refusal] = field(default_factory=list[Refusal])


class FolderError(Exception):
    """A folder cannot be read, or has no documents."""


def read_folder(path: Path, provider: str = OPEN_MHEALTH) -> Folder:
    """Map every document of a folder.

    Args:
        path: The folder; its ``*.json`` files are read in the order of their names. A file alone
            will do, too.
        provider: Whose documents they are: ``"open-mhealth"``, or a provider that has an adapter.

    Returns:
        What became of each.

    Raises:
        FolderError: There is no such folder, it has no documents, or none of them becomes an event.
    """
    try:
        files = sorted(file for file in path.iterdir() if file.suffix == ".json")
    except NotADirectoryError:
        files = [path]
    except OSError as error:
        raise FolderError(f"{_show(path)}: {error.strerror}") from None
    if not files:
        raise FolderError(f"{_show(path)}: no *.json documents in this folder")
    folder = Folder()
    for file in files:
        try:
            folder.documents += read_file(file, provider)
        except OSError as error:
            reason = f"it cannot be read: {error.strerror}"
            folder.refused.append(Refusal(_show(file.name), "reading", reason))
        except (DocumentError, InvalidEventError, UnreadableError) as error:
            folder.refused.append(Refusal(_show(file.name), "mapping", str(error)))
    if not folder.documents:
        raise FolderError(_why_nothing(path, folder.refused))
    return folder


def _why_nothing(path: Path, refused: Sequence[Refusal]) -> str:
    if not refused:
        return f"{_show(path)}: all of it is left out (see docs/guide/providers.md)"
    return "; ".join(f"{refusal.what}: {refusal.reason}" for refusal in refused)


def read_file(file: Path, provider: str) -> list[Document]:
    """Map one file: a document of Open mHealth, or a payload of a provider.

    Args:
        file: The file.
        provider: Whose it is.

    Returns:
        The events that it became.

    Raises:
        OSError: It cannot be read.
        DocumentError, UnreadableError, InvalidEventError: It makes no sense.
    """
    if provider == OPEN_MHEALTH:
        return [read_document(file)]
    account = Account("mem_demo", "con_demo", datetime.now(UTC), gym_id="gym_demo")
    try:
        payload: object = json.loads(file.read_bytes())
    except ValueError:
        raise UnreadableError("it is not JSON") from None
    events = ADAPTERS[provider].events_of(payload, account)
    return [Document(_show(file.name), event, ()) for event in events]


def read_document(file: Path) -> Document:
    """Map one document.

    Args:
        file: The document.

    Returns:
        The event that it became.

    Raises:
        OSError: It cannot be read.
        DocumentError, InvalidEventError: As for ``map_document``.
    """
    mapped = map_document(file.read_bytes())
    event = WearableDataReceived(
        member_id="mem_demo",
        gym_id="gym_demo",
        provider="open-mhealth",
        measurements=mapped.measurements,
        received_at=datetime.now(UTC),
    )
    return Document(_show(file.name), event, mapped.left_out)


def _show(name: object) -> str:
    text = str(name)
    return text if text.isprintable() else ascii(text)
