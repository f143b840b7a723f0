"""Where the schemas of releases are found: in a folder, in a wheel, or in git.

A release keeps the document of the event ``platform/scoring.calculate`` in
``schemas/platform/scoring.calculate.json``, in git below the folder of the project and in a wheel
below any folder. It is read from what was committed or built then, so that generating files again
changes nothing about it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, cast

from ...errors import ConfigurationError
from ...naming import EVENT_NAME_PATTERN
from ._files import read_files, read_members
from ._git import SETTING, list_blobs, read_blobs, release_error, released_tags
from ._shapes import Schema
from .releases import Release, compare_releases
from .report import Report

_FOLDER: Final = "schemas"
_DOCUMENT: Final = re.compile(rf"(?:.*/)?{_FOLDER}/(platform/[^/]+)\.json", re.DOTALL)
_NAME: Final = re.compile(EVENT_NAME_PATTERN)


def check_compat(
    new: Mapping[str, Schema],
    *,
    against: Sequence[str] = (),
    repository: Path | None = None,
    has_prereleases: bool = False,
) -> Report:
    """Compare the events of this source tree with released ones: the command ``check-compat``.

    Args:
        new: The document of each event, by the name of the event.
        against: Tags or other commits of git, folders, or wheels, the oldest first. By default all
            tags such as ``v1.2.3`` that the current commit has behind it.
        repository: The folder of the project; by default the current one.
        has_prereleases: Whether tags such as ``v1.2.3-rc1`` are releases, too.

    Returns:
        The report. Its ``exit_code`` is 0 if everything is compatible and 1 if something breaks
        somebody; its ``to_text()``, ``to_json()`` and ``to_markdown()`` are what to show.

    Raises:
        ConfigurationError: A release cannot be read, has no schemas, or is too large; or the
            repository is shallow, so that the releases are out of reach.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from platform_events.contracts.compatibility import check_compat
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "platform", "sync.a.json")
        ...     path.parent.mkdir()
        ...     _ = path.write_text('{"type": "integer", "maximum": 9}')
        ...     report = check_compat(
        ...         {"platform/sync.a": {"type": "integer", "maximum": 5}}, against=[folder]
        ...     )
        >>> report.exit_code, str(report.breaking[0])
        (1, 'at most 9 → at most 5')
    """
    folder = repository or Path()
    sources = list(dict.fromkeys(against))
    if sources:
        releases = [read_release(source, folder) for source in sources]
    else:
        releases = read_git(released_tags(folder, has_prereleases=has_prereleases), folder)
    return compare_releases(releases, new)


def read_release(source: str, repository: Path) -> Release:
    """Read a release from wherever it is.

    Args:
        source: A folder, a wheel (or another zip file), or a commit of git.
        repository: The folder of the project.

    Returns:
        The release, with at least one schema.

    Raises:
        ConfigurationError: There is nothing to read, or what is there is not a JSON Schema.
    """
    if not source:
        raise release_error(
            f"{SETTING} is empty: name a tag or another commit, a folder, or a wheel"
        )
    path = Path(source)
    if "\0" not in source and path.is_dir():
        return read_folder(path)
    if "\0" not in source and path.is_file():
        return read_wheel(path)
    try:
        [release] = read_git([source], repository)
    except ConfigurationError as error:
        message = str(error)
    else:
        return release
    raise release_error(f"{source!a} is neither a folder nor a wheel, and git says: {message}")


def read_folder(folder: Path) -> Release:
    """Read the schemas of a folder that is named ``schemas``, contains it, or has its contents.

    Args:
        folder: The folder.

    Returns:
        The release, called like the folder.

    Raises:
        ConfigurationError: A file cannot be read, or is not JSON; or there is none.
    """
    inner = folder / _FOLDER if (folder / _FOLDER).is_dir() else folder
    found = ((f"platform/{Path(name).stem}", name, data) for name, data in
             read_files(inner / "platform"))  # fmt: skip
    return _release(folder.name or str(folder), found)


def read_wheel(path: Path) -> Release:
    """Read the schemas in a wheel.

    Args:
        path: The wheel, or another zip file.

    Returns:
        The release, called by the version in the wheel's name, else like the file.

    Raises:
        ConfigurationError: The file is not a zip file that can be read, or a schema is not JSON.
    """
    version = re.fullmatch(r"[^-]+-([^-]+)-.+\.whl", path.name)
    members = read_members(path, _DOCUMENT)
    return _release(
        version[1] if version else path.name,
        ((_event(name), name, data) for name, data in members),
    )


def read_git(refs: Sequence[str], repository: Path) -> list[Release]:
    """Read the schemas that commits have; what several of them have is read once.

    Args:
        refs: Tags, branches or other names of commits.
        repository: The folder of the project.

    Returns:
        The releases, called like the refs.

    Raises:
        ConfigurationError: There is no such commit, or it has no schemas; or there is no git.
    """
    listed = {
        ref: [blob for blob in blobs if _DOCUMENT.fullmatch(blob.path)]
        for ref, blobs in list_blobs(refs, _FOLDER, repository).items()
    }
    ids = [blob.id for blobs in listed.values() for blob in blobs]
    read = read_blobs(ids, repository) if ids else {}
    schemas: dict[str, Schema] = {}
    releases: list[Release] = []
    for ref, blobs in listed.items():
        for blob in blobs:
            if blob.id not in schemas:
                schemas[blob.id] = _parsed(read[blob.id], f"{ref}:{blob.path}")
        found = {_checked_name(_event(blob.path), blob.path): schemas[blob.id] for blob in blobs}
        releases.append(_nonempty(Release(ref, found)))
    return releases


def _release(version: str, found: Iterable[tuple[str, str, bytes]]) -> Release:
    schemas: dict[str, Schema] = {}
    for event, name, data in found:
        if _checked_name(event, name) in schemas:
            raise release_error(f"{version!a} has more than one schema of {event}")
        schemas[event] = _parsed(data, name)
    return _nonempty(Release(version, schemas))


def _nonempty(release: Release) -> Release:
    if release.schemas:
        return release
    raise release_error(
        f"{release.version!a} has no schemas: it needs {_FOLDER}/platform/<category>.<action>.json "
        "below the current folder; name releases that have them with --against"
    )


def _event(path: str) -> str:
    found = _DOCUMENT.fullmatch(path)
    return found[1] if found else path


def _checked_name(event: str, name: str) -> str:
    if not _NAME.fullmatch(event):
        raise release_error(f"{name!a} is not named after an event")
    return event


def _parsed(text: bytes, name: str) -> Schema:
    try:
        schema = json.loads(
            text,
            parse_constant=_refuse_number,
            parse_int=partial(_finite, int),
            parse_float=partial(_finite, float),
        )
    except (ValueError, RecursionError):
        schema = None
    if not isinstance(schema, dict | bool):
        raise release_error(f"{name!a} is not a JSON Schema")
    return cast("Schema", schema)


def _finite(kind: type[float], digits: str) -> float:
    number = kind(digits)
    return number if abs(number) <= sys.float_info.max else _refuse_number(digits)


def _refuse_number(digits: str) -> float:
    raise ValueError(f"{digits:.20} is not a number that JSON Schema can compare")
