"""Run the tests against the built wheel, with the source out of reach.

    python tools/test_wheel.py                      this Python
    python tools/test_wheel.py --coverage           this Python, every line and branch of the wheel
    python tools/test_wheel.py --newest             the newest supported Python of this machine
    python tools/test_wheel.py --lowest             the lowest versions that pyproject.toml declares

What an editable install forgives shows here: a missing py.typed, a stub or a data file that was not
shipped, a dependency that is not declared.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = ",".join(PROJECT["optional-dependencies"])
COPIED = ["tests", "examples", "README.md", "docs", "conftest.py", "pyproject.toml"]
# The tests of tools and pages are about the source, which must be out of reach; benchmarks and soak
# take minutes, and the consumer has a tool of its own.
IGNORED = ["__pycache__", "tools", "docs", "benchmarks", "soak", "releases", "consumer"]
# TypeScript and AsyncAPI need Node, the page a browser.
OF_OTHERS = ["test_typescript.py", "test_asyncapi.py", "test_html_in_browser.py"]
# What takes longest, and differs least among Pythons.
LONGEST = ["catalog", "cli", "contracts", "examples", "sending", "server_conformance", "testing"]
SHIPPED = {
    "platform_events/py.typed",
    "platform_events-stubs/py.typed",
    "platform_events-stubs/parsing.pyi",
    "platform_events/contracts/page/page.css",
    "platform_events/contracts/page/page.html.jinja",
    "platform_events/contracts/page/page.js",
    "platform_events/contracts/typescript_runtime/events.d.ts",
    "platform_events/contracts/typescript_runtime/events.js",
    "platform_events/contracts/typescript_runtime/events.ts",
    "platform_events/contracts/typescript_runtime/names.d.ts",
    "platform_events/contracts/typescript_runtime/names.js",
    "platform_events/contracts/typescript_runtime/names.ts",
} | {
    f"platform_events/schemas/platform/{path.name}"
    for path in (ROOT / "schemas" / "platform").glob("*.json")
}


def run(*command: object, cwd: Path) -> None:
    print("$", *(part.name if isinstance(part, Path) else part for part in command), flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def install(environment: Path, *requirements: object, python: object = sys.executable) -> None:
    """Make an environment, and install what is required; pip needs ten times as long."""
    uv = [sys.executable, "-m", "uv"]
    run(*uv, "venv", "--quiet", "--python", python, environment, cwd=environment.parent)
    pip = [*uv, "pip", "install", "--quiet", "--python", environment]
    run(*pip, *requirements, cwd=environment.parent)


def build_wheel(folder: Path) -> Path:
    build = [sys.executable, "-m", "build", "--installer", "uv", "--wheel", "--outdir", folder]
    run(*build, ROOT, cwd=folder)
    [wheel] = folder.glob("*.whl")
    missing = SHIPPED - set(zipfile.ZipFile(wheel).namelist())
    if missing:
        sys.exit(f"the wheel lacks {', '.join(sorted(missing))}")
    return wheel


def newest_python() -> str | None:
    """Find an interpreter for the newest other version that the classifiers name."""
    present = "{}.{}".format(*sys.version_info)
    versions = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    for version in sorted(versions, key=lambda text: int(text.removeprefix("3.")), reverse=True):
        python = None if version == present else find_python(version)
        if python:
            return python
    print(f"no supported Python but {present} is on this machine: not tested")
    return None


def find_python(version: str) -> str | None:
    """Find an interpreter on the path, or among those that pyenv has but does not show."""
    candidates = [shutil.which(f"python{version}")]
    if shutil.which("pyenv"):
        prefix = subprocess.run(
            ["pyenv", "prefix", version], capture_output=True, text=True, check=False
        )
        candidates.append(f"{prefix.stdout.strip()}/bin/python")
    for candidate in candidates:
        # What pyenv puts on the path may only say that the version is not in use.
        if candidate and Path(candidate).exists():
            done = subprocess.run(
                [candidate, "-c", "import venv"], capture_output=True, check=False
            )
            if done.returncode == 0:
                return candidate
    return None


@dataclass(frozen=True)
class Run:
    """A run of the tests in an environment of its own.

    Attributes:
        python: The interpreter.
        folder: Where the environment and what is copied go.
        constraints: The file that pins what is installed.
        group: The dependency group of what the tests need.
        ignored: The names of files and folders that are not copied.
    """

    python: str
    folder: Path
    constraints: str = "constraints.txt"
    group: str = "test"
    ignored: Sequence[str] = (*IGNORED, *OF_OTHERS)

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def env_python(self) -> Path:
        return self.folder / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"

    def prepare(self, wheel: Path) -> None:
        """Copy the tests, and install the wheel and what they need."""
        self.checkout.mkdir(parents=True)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns(*self.ignored)
                shutil.copytree(source, self.checkout / name, ignore=ignored)
            else:
                shutil.copy(source, self.checkout)
        pinned = ["--constraint", ROOT / self.constraints]
        group = ["--group", f"{ROOT / 'pyproject.toml'}:{self.group}"]
        install(self.folder / "env", *pinned, *group, f"{wheel}[{EXTRAS}]", python=self.python)

    def pytest(self, *arguments: object) -> list[object]:
        return ["-m", "pytest", "--quiet", "--numprocesses", "auto", *arguments]

    def test(self, *arguments: object) -> None:
        command = self.pytest("--hypothesis-profile=quick", *arguments)
        run(self.env_python, *command, cwd=self.checkout)

    def check_types(self) -> None:
        """Have type checkers see the wheel as a consumer's would."""
        files = sorted(self.checkout.glob("tests/typing/*.py"))
        mypy = [sys.executable, "-m", "mypy", "--python-executable", self.env_python]
        run(*mypy, *files, cwd=self.checkout)
        pyright = [sys.executable, "-m", "pyright", "--pythonpath", self.env_python]
        run(*pyright, *files, cwd=self.checkout)

    def measure(self) -> None:
        """Run all tests, and say at the end what they did not reach, then how they ended."""
        command = self.pytest("tests")
        last = show_all_but_last(
            self.env_python, "-m", "coverage", "run", *command, cwd=self.checkout
        )
        coverage = [sys.executable, "-m", "coverage"]
        run(*coverage, "combine", "--quiet", *self.checkout.glob(".coverage*"), cwd=ROOT)
        run(*coverage, "report", cwd=ROOT)
        print(last, end="", flush=True)


def show_all_but_last(*command: object, cwd: Path) -> str:
    """Run a command, show what it prints, and give its last line instead."""
    last = ""
    with subprocess.Popen(
        [str(part) for part in command], cwd=cwd, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            print(last, end="", flush=True)
            last = line
    if process.returncode:
        print(last, end="")
        sys.exit(process.returncode)
    return last


def check_lowest() -> None:
    """Make sure that the lowest versions which are tested are those which are declared."""
    tested = (ROOT / "constraints-lowest.txt").read_text("utf-8").replace("_", "-").splitlines()
    declared = {dependency.replace(">=", "==") for dependency in PROJECT["dependencies"]}
    # A version such as 2.12 is written 2.12.0 there.
    untested = {d for d in declared if d not in tested and f"{d}.0" not in tested}
    if untested:
        sys.exit(f"constraints-lowest.txt lacks {', '.join(sorted(untested))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--coverage", action="store_true")
    modes.add_argument("--newest", action="store_true")
    modes.add_argument("--lowest", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.coverage:
            whole = Run(sys.executable, folder, group="dev", ignored=IGNORED)
            whole.prepare(build_wheel(folder))
            whole.measure()
        elif options.lowest:
            check_lowest()
            lowest = Run(sys.executable, folder, constraints="constraints-lowest.txt")
            lowest.prepare(build_wheel(folder))
            # Versions of pydantic differ most, and the catalogue asks the most of it.
            lowest.test("tests", *left_out(name for name in LONGEST if name != "catalog"))
        elif options.newest:
            if python := newest_python():
                newest = Run(python, folder)
                newest.prepare(build_wheel(folder))
                newest.test("tests", *left_out(LONGEST))
                newest.check_types()
        else:
            this = Run(sys.executable, folder)
            this.prepare(build_wheel(folder))
            this.test("tests", "README.md", "docs")
            this.check_types()


def left_out(folders: Iterable[str]) -> list[str]:
    return [f"--ignore=tests/{folder}" for folder in folders]


if __name__ == "__main__":
    main()
