"""Type checking two services, next to the same services with pydantic and the bare SDK.

mypy reads everything anew each time, and finds the package where this environment has it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from .measuring import Comparison, Measure

LIMIT: Final = 1.15
ROOT: Final = Path(__file__).parent.parent
OURS: Final = (
    "workouts/__init__.py",
    "workouts/log.py",
    "scores/__init__.py",
    "scores/functions.py",
)


@contextmanager
def comparison() -> Generator[Comparison]:
    """Give the comparison.

    Yields:
        mypy on the services of tests/consumer, without tests and web framework, and on plain ones.
    """
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name) / "ours", Path(name) / "theirs"
        for path in OURS:
            (ours / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "tests" / "consumer" / path, ours / path)
        theirs.mkdir()
        shutil.copy(Path(__file__).with_name("plain_services.py"), theirs)
        what = "`mypy --strict`, cold, on two services: processor time"
        yield Comparison(what, LIMIT, 1, _mypy(ours), _mypy(theirs))


def processor_seconds(command: Sequence[str], folder: Path) -> float:
    """Run a command that must succeed.

    Args:
        command: The command.
        folder: Where to run it.

    Returns:
        The seconds of processor time that it took, which what else runs disturbs least.
    """
    before = os.times()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])  # of children: in their own code, and in the system's


def _mypy(folder: Path) -> Measure:
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={os.devnull}", "."]
    return partial(processor_seconds, command, folder)
