"""Run the tests against the built wheel, with the source out of reach.

    python tools/test_wheel.py                      this Python
    python tools/test_wheel.py --every-python       every supported Python that this machine has
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
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = ",".join(PROJECT["optional-dependencies"])
# The tests of tools and pages are about the source, which must be out of reach; the soak is long;
# TypeScript and AsyncAPI need Node, the page a browser, and the consumer has a tool of its own.
COPIED = ["tests", "examples", "README.md", "docs", "conftest.py", "pyproject.toml"]
IGNORED = shutil.ignore_patterns(
    "__pycache__",
    "tools",
    "docs",
    "benchmarks",
    "soak",
    "consumer",
    "test_typescript.py",
    "typescript",
    "test_asyncapi.py",
    "asyncapi",
    "test_html_in_browser.py",
    "browsing.py",
    "axe",
)
# What takes longest, and differs least: the newest Python alone runs it.
LONGEST = ["cli", "server_conformance", "contracts", "examples", "sending", "testing/_local"]
SHIPPED = {
    "platform_events/py.typed",
    "platform_events-stubs/py.typed",
    "platform_events-stubs/parsing.pyi",
    "platform_events/contracts/page/page.css",
    "platform_events/contracts/page/page.html",
    "platform_events/contracts/page/page.js",
    "platform_events/contracts/runtime.ts",
} | {
    f"platform_events/schemas/platform/{path.name}"
    for path in (ROOT / "schemas" / "platform").glob("*.json")
}


def run(*command: object, cwd: Path) -> None:
    print("$", *(part.name if isinstance(part, Path) else part for part in command), flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def build_wheel(folder: Path) -> Path:
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    [wheel] = folder.glob("*.whl")
    missing = SHIPPED - set(zipfile.ZipFile(wheel).namelist())
    if missing:
        sys.exit(f"the wheel lacks {', '.join(sorted(missing))}")
    return wheel


def supported_pythons() -> list[str]:
    """Find an interpreter for every version that the classifiers name, where there is one."""
    found: list[str] = []
    for version in re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"])):
        python = find_python(version)
        if python:
            found.append(python)
        else:
            print(f"Python {version} is not on this machine: not tested")
    return found


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


def test(wheel: Path, python: str, folder: Path, *, lowest: bool, whole: bool) -> None:
    checkout = folder / "checkout"
    checkout.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=IGNORED)
        else:
            shutil.copy(source, checkout)
    run(python, "-m", "venv", "env", cwd=folder)
    bin_folder = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    constraints = "constraints-lowest.txt" if lowest else "constraints.txt"
    pinned = ["--constraint", ROOT / constraints]
    pip = [bin_folder / "python", "-m", "pip", "install", "--quiet"]
    run(*pip, "--upgrade", *pinned, "pip", cwd=folder)
    group = f"{ROOT / 'pyproject.toml'}:test"
    run(*pip, *pinned, f"{wheel}[{EXTRAS}]", "--group", group, cwd=folder)
    run(
        bin_folder / "python",
        "-m",
        "pytest",
        "-q",
        "-n",
        "3",  # most of the time they wait
        "--hypothesis-profile=quick",
        *([] if whole else [f"--ignore=tests/{name}" for name in LONGEST]),
        "tests",
        "README.md",
        "docs",
        cwd=checkout,
    )
    if not lowest:
        files = sorted(str(p.relative_to(checkout)) for p in checkout.glob("tests/typing/*.py"))
        python_path = bin_folder / "python"
        run(sys.executable, "-m", "mypy", "--python-executable", python_path, *files, cwd=checkout)
        run(sys.executable, "-m", "pyright", "--pythonpath", python_path, *files, cwd=checkout)


def check_lowest() -> None:
    """Make sure that the lowest versions which are tested are those which are declared."""
    tested = (ROOT / "constraints-lowest.txt").read_text("utf-8").replace("_", "-").splitlines()
    declared = {dependency.replace(">=", "==") for dependency in PROJECT["dependencies"]}
    # A version such as 2.12 is written 2.12.0 by pip.
    untested = {d for d in declared if d not in tested and f"{d}.0" not in tested}
    if untested:
        sys.exit(f"constraints-lowest.txt lacks {', '.join(sorted(untested))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every-python", action="store_true")
    parser.add_argument("--lowest", action="store_true")
    options = parser.parse_args()
    if options.lowest:
        check_lowest()
    pythons = supported_pythons() if options.every_python else [sys.executable]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build_wheel(folder)
        for number, python in enumerate(pythons):
            whole = number == len(pythons) - 1
            test(wheel, python, folder / str(number), lowest=options.lowest, whole=whole)


if __name__ == "__main__":
    main()
