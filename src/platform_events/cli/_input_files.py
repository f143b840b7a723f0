"""Opens what a user names: a file, or standard input."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, Final

from .._printable import printable
from ._exit_codes import ExitCode, fail

# What the output fails with, while the file is being read.
_OF_WRITING: Final = {errno.EPIPE, errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


@contextmanager
def opened(name: str, *, is_read_twice: bool = False) -> Generator[BinaryIO]:
    """Open a file, or standard input for ``-``; show on a terminal how much of it was read."""
    if not name:
        fail("the name of the file is empty", ExitCode.USAGE)
    try:
        with ExitStack() as stack:
            if name == "-":
                if not sys.stdin:
                    fail("-: standard input is closed", ExitCode.USAGE)
                file: BinaryIO = sys.stdin.buffer
            else:
                file = stack.enter_context(Path(name).open("rb"))
            # To be read twice, what has no way back to its beginning is copied.
            if is_read_twice and (name == "-" or not file.seekable()):
                file = stack.enter_context(_copied(file))
            elif name != "-" and not is_read_twice and sys.stderr.isatty():
                file = stack.enter_context(_shown(file, name))
            yield file
    except OSError as error:
        if error.errno in _OF_WRITING:
            raise
        fail(f"{name}: {error.strerror or type(error).__name__}", ExitCode.USAGE)


def clear_progress() -> None:
    """Make room on a terminal for a line of the output, where the progress stands."""
    is_shown = sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if is_shown and sys.__stderr__:  # rich has its own in the place of sys.stderr
        sys.__stderr__.write("\r\x1b[2K")
        sys.__stderr__.flush()


def _shown(file: BinaryIO, name: str) -> AbstractContextManager[BinaryIO]:
    # Loaded here, as it takes a while, and other programs are shown no progress.
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import wrap_file

    size = os.fstat(file.fileno()).st_size
    console = Console(stderr=True)
    return wrap_file(
        file, size, description=escape(printable(name)), console=console, transient=True
    )


@contextmanager
def _copied(source: BinaryIO) -> Generator[BinaryIO]:
    with TemporaryFile() as copy:
        copyfileobj(source, copy)
        copy.seek(0)
        yield copy
