"""Opens what a user names: a file, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

from rich.console import Console
from rich.progress import wrap_file

from .exiting import ExitCode, fail


@contextmanager
def opened(name: str, *, is_read_twice: bool = False) -> Generator[IO[bytes]]:
    """Open a file, and show on a terminal how much of it was read.

    Args:
        name: Its path; ``-`` for standard input.
        is_read_twice: Whether it must be possible to go back to its beginning. Standard input is
            then copied to a temporary file, and so is a pipe.

    Yields:
        The file.

    Raises:
        typer.Exit: It cannot be read.
    """
    if name == "-" and not is_read_twice:
        yield sys.stdin.buffer
        return
    try:
        if name == "-":
            with _copied(sys.stdin.buffer) as copy:
                yield copy
            return
        size = Path(name).stat().st_size
        with Path(name).open("rb") as file:
            if is_read_twice and not file.seekable():
                with _copied(file) as copy:
                    yield copy
                return
            if not sys.stderr.isatty() or is_read_twice:
                yield file
                return
            console = Console(stderr=True)
            with wrap_file(file, size, description=name, console=console, transient=True) as shown:
                yield shown
    except BrokenPipeError:  # of whoever reads what is written meanwhile
        raise
    except OSError as error:
        fail(f"{name}: {error.strerror or type(error).__name__}", ExitCode.USAGE)


@contextmanager
def _copied(source: IO[bytes]) -> Generator[IO[bytes]]:
    with TemporaryFile() as copy:
        copyfileobj(source, copy)
        copy.seek(0)
        yield copy
