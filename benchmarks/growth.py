"""How the cost of the package grows with its catalogue: 20, 200 and 1,000 generated events.

Each catalogue is made as the real one is, by tools/generate.py, in a copy of the project. What is
compared is the time for one event of a larger catalogue with that of a smaller one: a ratio up to 1
means that the whole grows no faster than the catalogue.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from .measuring import Comparison, Measure
from .type_checking import processor_seconds

ROOT: Final = Path(__file__).parent.parent
SIZES: Final = (20, 200, 1_000)
CATEGORIES: Final = ("alerts", "scoring", "social", "sync")
LINEAR: Final = 1.0
# A lookup takes as long in a large dict as in a small one, but for the caches of the processor.
CONSTANT: Final = 1.25
_CALLS: Final = 20_000

_HEADER: Final = '''\
"""Generated events."""

from typing import Literal

from platform_events.events.event import Event
from platform_events.events.fields import DurationS, GymId, MemberId, Score, Timestamp
'''
_EVENT: Final = '''

class Event{number}(Event, name="platform/{category}.event-{number}"):
    """Event number {number}."""

    member_id: MemberId
    gym_id: GymId
    score: Score
    kind: Literal["first", "second", "third"] = "first"
    duration_s: DurationS | None = None
    happened_at: Timestamp
'''
_USE: Final = """\
from platform_events import Event0, PlatformEvent, parse_event


def read(name: str, data: dict[str, object]) -> tuple[float, PlatformEvent, PlatformEvent]:
    first: Event0 = parse_event("platform/alerts.event-0", data)
    return first.score, parse_event("platform/alerts.event-4", data), parse_event(name, data)
"""
_IMPORT: Final = """\
import time
start = time.perf_counter()
import platform_events
assert all(event.__pydantic_complete__ for event in platform_events.EVENT_TYPES)
print(time.perf_counter() - start)
"""
_PARSE: Final = f"""\
import time
from platform_events import EVENT_TYPES, parse_event
data = {{
    "member_id": "mem_1", "gym_id": "gym_1", "score": 1.5, "happened_at": "2026-11-23T18:00:00Z"
}}
# The same events of every catalogue, lest more of them take the caches of the processor.
names = [event.event_name for event in EVENT_TYPES[:20]]
for name in names:
    parse_event(name, data)
start = time.perf_counter()
for number in range({_CALLS}):
    parse_event(names[number % 20], data)
print(time.perf_counter() - start)
"""


@dataclass(frozen=True)
class Catalogue:
    """A copy of the project that has so many events, and no other."""

    size: int
    folder: Path

    def write(self) -> None:
        """Make the copy."""
        for name in ("docs", "src", "stubs", "tools"):
            ignored = shutil.ignore_patterns("__pycache__", "testing")
            shutil.copytree(ROOT / name, self.folder / name, ignore=ignored)
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, self.folder)
        modules = self.folder / "src" / "platform_events" / "catalog"
        for index, category in enumerate(CATEGORIES):
            numbers = range(index, self.size, len(CATEGORIES))
            events = (_EVENT.format(number=number, category=category) for number in numbers)
            (modules / f"{category}.py").write_text(_HEADER + "".join(events), "utf-8")
        self._run(sys.executable, "tools/generate.py")
        self._install()
        self._service.mkdir()
        (self._service / "use.py").write_text(_USE, "utf-8")

    def _install(self) -> None:
        """Make an environment that has the copy installed, and else what this one has."""
        environment = self.folder / "env"
        venv.create(environment, symlinks=os.name != "nt")
        installed = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
        for package in ("src/platform_events", "stubs/platform_events-stubs"):
            shutil.copytree(self.folder / package, installed / Path(package).name)
        (installed / "others.pth").write_text(sysconfig.get_path("purelib"), "utf-8")

    @property
    def _service(self) -> Path:
        """Where the file is that uses the events, with no configuration around it."""
        return self.folder / "service"

    @property
    def python(self) -> str:
        scripts = sysconfig.get_path("scripts", "venv", {"base": str(self.folder / "env")})
        return str(Path(scripts, "python"))

    def mypy(self) -> float:
        """Let mypy check a file that uses the events, cold.

        Returns:
            How many seconds of processor time it took, for each event.
        """
        python = f"--python-executable={self.python}"
        return self._checked("mypy", "--strict", python, f"--cache-dir={os.devnull}")

    def pyright(self) -> float:
        """Let pyright check the same.

        Returns:
            How many seconds of processor time it took, for each event.
        """
        return self._checked("pyright", "--pythonpath", self.python)

    def imports(self) -> float:
        """Import the package and all events in a fresh process.

        Returns:
            How many seconds it took, for each event.
        """
        return float(self._run(self.python, "-c", _IMPORT)) / self.size

    def parses(self) -> float:
        """Call ``parse_event`` in a fresh process.

        Returns:
            How many seconds a call took.
        """
        return float(self._run(self.python, "-c", _PARSE)) / _CALLS

    def _checked(self, checker: str, *arguments: str) -> float:
        command = [sys.executable, "-m", checker, *arguments, "use.py"]
        return processor_seconds(command, self._service) / self.size

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


@contextmanager
def comparisons() -> Generator[list[Comparison]]:
    """Give the comparisons.

    Yields:
        For each thing that is measured, one of each two sizes that follow each other.
    """
    with tempfile.TemporaryDirectory() as name:
        catalogues = [Catalogue(size, Path(name) / str(size)) for size in SIZES]
        for catalogue in catalogues:
            catalogue.folder.mkdir()
            catalogue.write()
        yield list(_compared(catalogues))


def _compared(catalogues: list[Catalogue]) -> Iterator[Comparison]:
    for small, large in pairwise(catalogues):
        sizes = f"{large.size:,} events against {small.size:,}"
        for what, ours, theirs in _measures(large, small):
            yield Comparison(f"{what}: {sizes}, for each", LINEAR, 1, ours, theirs)
        parse = f"`parse_event`: {sizes}"
        yield Comparison(parse, CONSTANT, 1, large.parses, small.parses)


def _measures(large: Catalogue, small: Catalogue) -> Iterator[tuple[str, Measure, Measure]]:
    yield "mypy", large.mypy, small.mypy
    yield "pyright", large.pyright, small.pyright
    yield "import", large.imports, small.imports
