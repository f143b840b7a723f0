"""The pages of the documentation, and how their examples run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from sybil import Example
from sybil.evaluators.python import PythonEvaluator

from .processes import bare_environment

ROOT = Path(__file__).parents[2]
PATTERNS = ["README.md", "docs/**/*.md"]
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
    """Runs a block of Python, and keeps what it prints for the block of text that follows."""

    def __call__(self, example: Example) -> None:
        with redirect_stdout(StringIO()) as printed:
            super().__call__(example)
        example.namespace["printed"] = printed.getvalue()


def compare_with_printed(example: Example) -> str | None:
    """Say how a block of text differs from what the block of Python before it printed."""
    return _difference(example.parsed, example.namespace["printed"])


def run_session(example: Example) -> str | None:
    """Run a console session that shows what it prints; sessions of a page share a folder."""
    expected = "".join(
        f"{line}\n" for line in example.parsed.splitlines() if not line.startswith(_PROMPT)
    )
    if not expected or not shutil.which("bash"):
        return None
    if "folder" not in example.namespace:
        example.namespace["folder"] = tempfile.TemporaryDirectory()
    module = f"{shlex.quote(sys.executable)} -m platform_events"
    script = "\n".join(
        [f'platform-events() {{ {module} "$@"; }}', "exec 2>&1", *commands(example.parsed)]
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        ["bash", "-c", script], cwd=example.namespace["folder"].name,
        env=bare_environment() | {"PATH": path},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return _difference(expected, ran.stdout)


def _difference(expected: str, printed: str) -> str | None:
    """Compare texts; a line of three dots in what is expected stands for any lines."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "..." else re.escape(line)
        for line in expected.splitlines(keepends=True)
    )
    return None if re.fullmatch(pattern, printed) else f"this was printed:\n{printed}"


def pytest_of(page: Path) -> str:
    """Give the tests that a page shows, and the Python above them, as one module."""
    python = blocks(page, "python")
    last = max((i for i, block in enumerate(python) if "def test_" in block), default=-1)
    return "\n\n".join(python[: last + 1])


PAGES_WITH_TESTS = [
    pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES if pytest_of(page)
]
