"""Files that are written for others to read: stamped, compared, and never through a link."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ..errors import ConfigurationError

STAMP: Final = f"content {'0' * 16}"
"""What :func:`stamped` replaces by a hash, so that an edit by hand is found."""

_STAMPED: Final = re.compile("content ([0-9a-f]{16})")


def stamped(text: str) -> str:
    """Put the hash of a text into it, in place of its stamp."""
    return text.replace(STAMP, f"content {_digest(text)}", 1)


def write_files(folder: Path, files: Mapping[str, str], *, is_forced: bool = False) -> None:
    """Write files, each as a whole or not at all."""
    for name, text in files.items():
        path = folder / name
        _refuse_links(folder, path)
        if not is_forced and path.exists() and _was_edited(path, text):
            raise ConfigurationError(
                f"{path} was edited by hand: move the edits elsewhere, or overwrite them with "
                "--force",
                setting="--force",
            )
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text)


def differences(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Compare files with what would be written: the lines of a unified diff."""
    for name, text in files.items():
        path = folder / name
        found = path.read_text("utf-8", errors="replace") if path.exists() else ""
        yield from difflib.unified_diff(
            found.splitlines(), text.splitlines(), str(path), f"{name} (exported)", lineterm=""
        )


def _was_edited(path: Path, text: str) -> bool:
    """Tell whether a file that is to have a stamp has none that fits it."""
    if not _STAMPED.search(text):
        return False
    found = path.read_text("utf-8", errors="replace")
    if not found.strip():
        return False
    stamp = _STAMPED.search(found)
    return stamp is None or _digest(found.replace(stamp[0], STAMP, 1)) != stamp[1]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse_links(folder: Path, path: Path) -> None:
    inside = [part for part in path.parents if folder in part.parents]
    for part in [*reversed(inside), path]:
        if part.is_symlink():
            raise ConfigurationError(
                f"{part} is a symbolic link, which is not written through: remove it",
                setting="--out",
            )


def _replace(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
