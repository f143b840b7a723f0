"""Releases in folders and wheels, read within bounds whatever they hold."""

from __future__ import annotations

import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final

from ...errors import ConfigurationError
from ._git import MAX_FILE_BYTES, MAX_FILES, release_error

_MAX_TOTAL_BYTES: Final = 64 * 2**20
# What zipfile raises for what is encrypted, compressed in another way, cut off or made up.
_BROKEN: Final = (
    zipfile.BadZipFile, RuntimeError, EOFError, ValueError, OverflowError, OSError, KeyError,
    zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip


def read_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read the JSON files of a folder."""
    for path in sorted(folder.glob("*.json"))[: MAX_FILES + 1]:
        with _opened(path) as stream:
            yield str(path), _bounded(stream, str(path))


def read_members(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """Read the members of a zip file whose names match a pattern."""
    with _opened(path) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN:
            raise release_error(f"{str(path)!a} is neither a folder nor a wheel") from None
        with archive:
            members = [one for one in archive.infolist() if wanted.fullmatch(one.filename)]
            total = sum(one.file_size for one in members)
            if len(members) > MAX_FILES or total > _MAX_TOTAL_BYTES:
                raise release_error(f"the schemas in {str(path)!a} are too large")
            for member in members:
                yield member.filename, _read_member(archive, member)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(member) as stream:
            return _bounded(stream, member.filename)
    except _BROKEN as error:
        if isinstance(error, ConfigurationError):
            raise
    raise release_error(f"{member.filename!a} cannot be read")


def _bounded(stream: IO[bytes], name: str) -> bytes:
    data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise release_error(f"{name!a} is larger than {MAX_FILE_BYTES:,} bytes")
    return data


def _opened(path: Path) -> BinaryIO:
    """Open a regular file; a pipe or a device would be read for ever."""
    try:
        # Windows has no such flag, nor what it is for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise release_error(f"{str(path)!a}: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise release_error(f"{str(path)!a} is not a regular file")
    return os.fdopen(descriptor, "rb")
