"""Where the schemas of releases are found: in a folder, in a wheel, or in git.

A release keeps the document of the event ``platform/scoring.calculate`` in
``schemas/platform/scoring.calculate.json``, in git below the folder of the project and in a wheel
below any folder. It is read from what was committed or built then, so that generating files again
changes nothing about it.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from ...errors import ConfigurationError
from ._shapes import Schema
from .releases import Release, compare_releases
from .report import Report

_FOLDER: Final = "schemas"
_DOCUMENT: Final = re.compile(rf"(?:.*/)?{_FOLDER}/(platform/[^/]+)\.json")
_SETTING: Final = "--against"


def check_compat(
    new: Mapping[str, Schema], *, against: Sequence[str] = (), repository: Path | None = None
) -> Report:
    """Compare the events of this source tree with released ones: the command ``check-compat``.

    Args:
        new: The document of each event, by the name of the event.
        against: Tags or other commits of git, folders, or wheels, the oldest first. By default all
            tags such as ``v1.2.3`` that the current commit has behind it.
        repository: The folder of the project; by default the current one.

    Returns:
        The report. Its ``exit_code`` is 0 if everything is compatible and 1 if something breaks
        somebody; its ``to_text()``, ``to_json()`` and ``to_markdown()`` are what to show.

    Raises:
        ConfigurationError: A release cannot be read; the repository is shallow, so that the
            releases are out of reach; or there are releases, and neither they nor this folder have
            schemas, as in a folder below that of the project.

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
    if against:
        sources = dict.fromkeys(against)
        return compare_releases([read_release(source, folder) for source in sources], new)
    releases = [read_git(tag, folder) for tag in released_tags(folder)]
    report = compare_releases([release for release in releases if release.schemas], new)
    if releases and not report.baselines and not (folder / _FOLDER).is_dir():
        raise ConfigurationError(
            f"there is no folder {_FOLDER} here, nor in any release, so that nothing can be "
            f"compared: call it in the folder of the project, or name a release with {_SETTING}",
            setting=_SETTING,
        )
    left_out = tuple(release.version for release in releases if not release.schemas)
    return Report(report.baselines, report.events, report.findings, left_out)


def read_release(source: str, repository: Path) -> Release:
    """Read a release from wherever it is.

    Args:
        source: A folder, a wheel (or another zip file), or a commit of git.
        repository: The folder of the project.

    Returns:
        The release, with at least one schema.

    Raises:
        ConfigurationError: There is nothing to read, or it is no JSON.
    """
    if not source:
        raise ConfigurationError(
            f"{_SETTING} is empty: name a tag or another commit, a folder, or a wheel",
            setting=_SETTING,
        )
    path = Path(source)
    if path.is_dir():
        release = read_folder(path)
    elif path.is_file():
        release = read_wheel(path)
    else:
        try:
            release = read_git(source, repository)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{source!a} is neither a folder, nor a wheel, nor a commit ({error})",
                setting=_SETTING,
            ) from None
    if not release.schemas:
        raise ConfigurationError(
            f"{source!a} has no schemas: it needs {_FOLDER}/platform/<category>.<action>.json",
            setting=_SETTING,
        )
    return release


def read_folder(folder: Path) -> Release:
    """Read the schemas of a folder that is named ``schemas``, contains it, or has its contents.

    Args:
        folder: The folder.

    Returns:
        The release, called like the folder.

    Raises:
        ConfigurationError: A file cannot be read, or is no JSON.
    """
    inner = folder / _FOLDER if (folder / _FOLDER).is_dir() else folder
    files = sorted((inner / "platform").glob("*.json"))
    schemas = {f"platform/{path.stem}": _read(path.read_bytes(), str(path)) for path in files}
    return Release(folder.name or str(folder), schemas)


def read_wheel(path: Path) -> Release:
    """Read the schemas in a wheel.

    Args:
        path: The wheel, or another zip file.

    Returns:
        The release, called by the version in the wheel's name, else like the file.

    Raises:
        ConfigurationError: The file is no zip file, or a schema is no JSON.
    """
    try:
        schemas = _read_zip(path.read_bytes())
    except zipfile.BadZipFile:
        raise ConfigurationError(
            f"{str(path)!a} is neither a folder nor a wheel", setting=_SETTING
        ) from None
    version = re.fullmatch(r"[^-]+-([^-]+)-.+\.whl", path.name)
    return Release(version[1] if version else path.name, schemas)


def read_git(ref: str, repository: Path) -> Release:
    """Read the schemas that a commit has.

    Args:
        ref: A tag, a branch or another name of a commit.
        repository: The folder of the project.

    Returns:
        The release, called like the ref; without schemas if the commit has none.

    Raises:
        ConfigurationError: There is no such commit, or no git.
    """
    commit = _git(repository, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
    if not _git(repository, "ls-tree", commit.decode().strip(), "--", _FOLDER):
        return Release(ref, {})
    archive = _git(repository, "archive", "--format=zip", commit.decode().strip(), "--", _FOLDER)
    try:
        return Release(ref, _read_zip(archive))
    except ConfigurationError as error:
        raise ConfigurationError(f"{ref}: {error}", setting=_SETTING) from None


def released_tags(repository: Path) -> list[str]:
    """Find the releases that the current commit has behind it.

    Args:
        repository: The folder of the project.

    Returns:
        Tags such as ``v1.2.3``, the oldest first.

    Raises:
        ConfigurationError: There is no repository, or it is shallow, so that tags may be out of
            reach.
    """
    try:
        is_shallow = _git(repository, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{error}; name a release with {_SETTING}", setting=_SETTING
        ) from None
    if is_shallow:
        raise ConfigurationError(
            "the repository is shallow, so that releases are out of reach: fetch all of it with "
            "its tags (`git fetch --unshallow --tags`)",
            setting=_SETTING,
        )
    # Without a commit there is no HEAD that a tag could be merged into.
    if not _git(repository, "rev-list", "--all", "--max-count=1"):
        return []
    found = _git(repository, "tag", "--merged", "HEAD", "--sort=version:refname", "v[0-9]*")
    return found.decode().split()


def _git(repository: Path, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise ConfigurationError("git is not installed", setting=_SETTING)
    done = subprocess.run(  # noqa: S603  # arguments alone, no shell, and refs after --end-of-options
        [git, *arguments], cwd=repository, capture_output=True, check=False
    )
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise ConfigurationError(f"git {arguments[0]}: {words}", setting=_SETTING)
    return done.stdout


def _read_zip(data: bytes) -> dict[str, Schema]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = ((_DOCUMENT.fullmatch(name), name) for name in sorted(archive.namelist()))
        return {match[1]: _read(archive.read(name), name) for match, name in found if match}


def _read(text: bytes, name: str) -> Schema:
    try:
        schema = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        schema = None
    if not isinstance(schema, dict | bool):
        raise ConfigurationError(f"{name!a} is no JSON Schema", setting=_SETTING)
    return cast("Schema", schema)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
