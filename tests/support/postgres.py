"""A real PostgreSQL, started by an ordinary user on a free port of loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NEEDED = "PLATFORM_EVENTS_POSTGRES_NEEDED"
# Nothing in a test outlives the process.
_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def postgres_binaries() -> Path | None:
    """Find the folder of ``initdb`` and ``postgres``: on the path, or where Debian has it."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server, give the URL of a database without tables, and stop it."""
    binaries = postgres_binaries()
    if binaries is None:
        if os.environ.get(_NEEDED):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        user = _ordinary_user(folder)
        data = folder / "data"
        _run(user, binaries / "initdb", "-D", data, "-U", "tests", "-A", "trust", "--no-sync")
        port = _free_port()
        options = f"{_FAST} -c listen_addresses=127.0.0.1 -c port={port} -k {folder}"
        control: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
        _run(user, *control, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://tests@127.0.0.1:{port}/postgres"
        finally:
            _run(user, *control, "-m", "immediate", "stop")


def _ordinary_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root; Debian's package makes a user for it."""
    if os.getuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def _run(user: str | None, *command: str | Path) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd="/", timeout=60,
    )  # fmt: skip


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
