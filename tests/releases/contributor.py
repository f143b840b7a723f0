"""A contributor at work, in a copy of this repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CATALOG = "src/platform_events/catalog"
# Where things are, and how the network is reached: of Node and npm, which the tests install with.
KEPT = (
    "HOME", "LANG", "LC_", "TMPDIR", "XDG_", "NPM_CONFIG_", "NODE_EXTRA_CA_CERTS",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
)  # fmt: skip
IDENTITY = ("-c", "user.name=Contributor", "-c", "user.email=contributor@example.test")


@dataclass(frozen=True, slots=True)
class Contributor:
    """Edits the copy, and runs what CONTRIBUTING says, with the environment of these tests."""

    folder: Path

    @classmethod
    def begin(cls, folder: Path) -> Contributor:
        """Copy what Git knows, or would add, and release it as it is."""
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
        for name in filter(None, names.decode().split("\0")):
            source, copy = ROOT / name, folder / name
            if source.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, copy, follow_symlinks=False)
        # Nobody begins with nothing checked; mypy looks at the times and the contents of files.
        if (cache := ROOT / ".mypy_cache").exists():
            shutil.copytree(cache, folder / ".mypy_cache")
        self = cls(folder)
        self.make_environment()
        self.run("git", "init", "--quiet")
        self.commit(f"Release {self.version}")
        self.tag()
        return self

    @property
    def version(self) -> str:
        [version] = re.findall(r'^version = "(.*)"$', self.read("pyproject.toml"), re.MULTILINE)
        return str(version)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def write(self, name: str, text: str) -> None:
        # Not through a folder that is not there: whoever follows CONTRIBUTING makes none.
        (self.folder / name).write_text(text, "utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = self.read(name)
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def commit(self, message: str) -> None:
        self.run("git", "add", "--all")
        self.run("git", *IDENTITY, "commit", "--quiet", "--message", message)

    def tag(self) -> None:
        self.run("git", *IDENTITY, "tag", "--annotate", f"v{self.version}", "-m", self.version)

    def make_environment(self) -> None:
        """Take over packages and tools of these tests, all but the package that was copied."""
        folder = self.folder / ".venv"
        venv.create(folder, with_pip=False, symlinks=True)
        for tool in Path(sys.prefix, "bin").iterdir():
            if not (folder / "bin" / tool.name).exists():
                (folder / "bin" / tool.name).symlink_to(tool)
        [packages] = folder.glob("lib/python*/site-packages")
        # What else is installed editable is not found through a folder that is named here.
        paths = [self.folder / "src", *filter(is_packages, map(Path, sys.path))]
        (packages / "copy.pth").write_text("".join(f"{path}\n" for path in paths), "utf-8")

    def make(self, *arguments: str, status: int = 0) -> str:
        """Run targets of the Makefile; the environment is ready, whatever is newer."""
        return self.run("make", "--assume-old=.venv/.ready", *arguments, status=status)

    def run(self, *command: str, status: int = 0) -> str:
        """Run a command, check its status, and give what it printed."""
        # Before the editable install, which is of the repository that was copied.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = own_environment() | {"PYTHONPATH": str(self.folder / "src"), "PATH": path}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == status, f"{' '.join(command)}\n{done.stdout}"
        return done.stdout


def own_environment() -> dict[str, str]:
    """Give what a shell of theirs has: nothing of the tests around this one, nor of a make."""
    return {k: v for k, v in os.environ.items() if k.upper().startswith(KEPT)}


def is_packages(path: Path) -> bool:
    return path.name == "site-packages"
