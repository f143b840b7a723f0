"""The pages of the documentation, and how their examples run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from sybil import Example
from sybil.evaluators.python import PythonEvaluator

from .processes import bare_environment

ROOT = Path(__file__).parents[2]
PATTERNS = ["README.md", "docs/*.md", "docs/**/*.md"]
PAGES = sorted({page for pattern in PATTERNS for page in ROOT.glob(pattern)})

_PROMPT = "$ "


def blocks(page: Path, language: str) -> list[str]:
    """Give the blocks of a language, in their order."""
    pattern = rf"^```{language}\n(.*?)^```$"
    return re.findall(pattern, page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def commands(session: str) -> list[str]:
    """Give what is typed in a console session."""
    return [line.removeprefix(_PROMPT) for line in session.splitlines() if line.startswith(_PROMPT)]


class PrintingPython(PythonEvaluator):
    """Runs a block of Python, and keeps what it prints for the block of text that follows.

    A block that begins with the name of a file is written to the folder of the page, for the
    console sessions that follow.
    """

    def __call__(self, example: Example) -> None:
        if file_name := _file_name(example.parsed):
            Path(file_name).write_text(example.parsed, "utf-8")
            return
        with redirect_stdout(StringIO()) as printed:
            super().__call__(example)
        example.namespace["printed"] = printed.getvalue()


def compare_with_printed(example: Example) -> str | None:
    """Say how a block of text differs from what the block of Python before it printed."""
    printed = example.namespace["printed"]
    return None if printed == example.parsed else f"this was printed:\n{printed}"


def run_session(example: Example) -> str | None:
    """Run a console session that shows what it prints; sessions of a page share a folder."""
    expected = "".join(
        f"{line}\n" for line in example.parsed.splitlines() if not line.startswith(_PROMPT)
    )
    if not expected or not shutil.which("bash"):
        return None
    module = f"{shlex.quote(sys.executable)} -m platform_events"
    script = "\n".join(
        [f'platform-events() {{ {module} "$@"; }}', "exec 2>&1", *commands(example.parsed)]
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # The reader has no plugin that warns of a setting which it lacks.
    environment = bare_environment() | {"PATH": path, "PYTEST_ADDOPTS": "-p no:asyncio"}
    ran = subprocess.run(
        ["bash", "-c", script],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return _difference(expected, ran.stdout)


def _file_name(block: str) -> str | None:
    first_line = re.match(r"# (\w+\.py)\n", block)
    return first_line[1] if first_line else None


def _difference(expected: str, printed: str) -> str | None:
    """Compare texts; three dots in what is expected stand for anything."""
    pattern = re.escape(expected).replace(re.escape("..."), ".*?")
    is_same = re.fullmatch(pattern, printed, re.DOTALL)
    return None if is_same else f"this was printed:\n{printed}"


def python(page: Path) -> list[str]:
    """Give the blocks of Python that build on each other."""
    return [block for block in blocks(page, "python") if not _file_name(block)]


def files(page: Path) -> dict[str, str]:
    """Give the files of Python that a page shows, by their names."""
    named = ((_file_name(block), block) for block in blocks(page, "python"))
    return {name: block for name, block in named if name}


def pytest_of(page: Path) -> str:
    """Give the tests that a page shows, and the Python above them, as one module."""
    shown = python(page)
    last = max((i for i, block in enumerate(shown) if "def test_" in block), default=-1)
    return "\n\n".join(shown[: last + 1])


PAGES_WITH_TESTS = [
    pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES if pytest_of(page)
]
