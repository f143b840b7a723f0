"""Importing the package, next to importing pydantic with the same events as plain models.

Every import is in a fresh process. All modules are compiled beforehand, the standard library's too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from .measuring import Comparison, Measure
from .plain_models import source

LIMIT = 1.25

_TIMED = """\
import sys, time
start = time.perf_counter()
{statement}
seconds = time.perf_counter() - start
print(seconds)
print(*sorted({{"httpx", "inngest"}} & sys.modules.keys()))
"""
_PACKAGE = "import platform_events"
_EVENTS = """\
import platform_events
assert all(event.__pydantic_complete__ for event in platform_events.EVENT_TYPES)
"""
_PLAIN = "import pydantic, plain_models"


class HeavyImportError(Exception):
    """An import loaded what only a send needs."""


@contextmanager
def comparisons() -> Generator[list[Comparison]]:
    """Give the comparisons.

    Yields:
        That of the package alone, and that with all its events.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plain_models.py").write_text(source(), "utf-8")
        measure = partial(_in_fresh_process, folder)
        plain = "against pydantic and plain models"
        yield [
            _comparison(f"`import platform_events` {plain}", _PACKAGE, measure),
            _comparison(
                f"`import platform_events` and all event classes {plain}", _EVENTS, measure
            ),
        ]


def _comparison(name: str, statement: str, measure: partial[float]) -> Comparison:
    ours: Measure = partial(measure, statement)
    return Comparison(name, LIMIT, 1, ours, partial(measure, _PLAIN))


def _in_fresh_process(folder: Path, statement: str) -> float:
    environment = os.environ | {
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "PYTHONPATH": str(folder),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement=statement)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds, heavy = done.stdout.split("\n")[:2]
    if heavy:
        raise HeavyImportError(f"{statement.splitlines()[0]} loaded {heavy}")
    return float(seconds)
