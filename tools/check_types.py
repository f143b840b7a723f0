"""Check what type checkers tell those who install the package, and that they all tell it.

    python tools/check_types.py

The project in tests/consumer gets the built wheel and passes its own checks and tests. Then mypy,
pyright, ty and pyrefly must accept tests/typing/good.py and refuse the mistakes of wrong.py and
names/unknown.py, with the wheel and with an editable install. stubtest compares the stubs with the
package, and `pyright --verifytypes` finds every public type complete.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from test_wheel import EXTRAS, ROOT, build_wheel, install, run

CONSUMER: Final = ROOT / "tests" / "consumer"
TYPING: Final = ROOT / "tests" / "typing"
PINNED: Final = ("--constraint", ROOT / "constraints.txt")

# By the beginning of their lines, the mistakes that a checker does not see. No line may be added
# but for a new mistake; one that is seen after all must go.
UNSEEN: Final = {
    # A name that no event has, where any event may stand: to mypy alone it is a str like others.
    "mypy": {
        'parse_event("platform/scoring.calculatd", data)',
        'event = parse_event("platform/scoring.calcluate", data)',
        'send_event(parse_event("scoring.calculate", data), id=member_id)',
        'handles(parse_event("platform/scoring.calculate ", data))',
        'return parse_event("platform/scoring/calculate", data)',
    },
    "ty": {
        'configure(app="scoring")',  # keywords of an unpacked TypedDict
        'create_function(fn_id="f", trigger=ScoringCalculate, retry=3)',  # the same
        'create_function(fn_id="f", trigger=ScoringCalculate, on_invalid=tells)',  # the same
        'send_events_step(step, "s", [event])',  # a coroutine that is not awaited
    },
}
# For each plugin of mypy that a consumer may have or lack.
MYPY_CONFIGURATION: Final = """\
[mypy]
strict = true
enable_error_code = deprecated
plugins = {plugins}
"""
PYRIGHT_CONFIGURATION: Final = '{"typeCheckingMode": "strict", "enableTypeIgnoreComments": false}'
PYREFLY_CONFIGURATION: Final = 'preset = "default"\n'

# No event is deprecated at present, so that one is made: PEP 702 must reach its class and its name.
DEPRECATED_EVENT: Final = '''

@deprecated("use WorkoutLogged: it says where the workout came from")
class WorkoutNoted(Event, name="platform/scoring.workout-noted"):
    """A workout was noted."""

    workout_id: WorkoutId
'''
USES_OF_DEPRECATED: Final = """\
from platform_events import parse_event
from platform_events import WorkoutNoted  # ignore
from platform_events.names import SCORING_WORKOUT_NOTED


def read(name: str) -> object:
    parse_event(name, {})
    parse_event("platform/scoring.workout-noted", {})  # ignore
    return parse_event(SCORING_WORKOUT_NOTED, {})  # ignore
"""


@dataclass(frozen=True)
class Environment:
    """An environment of a consumer, and the checkers that run against it."""

    name: str
    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        return self.bin / "python"

    def install(self, *requirements: object) -> None:
        install(self.folder, *PINNED, *requirements)


def commands(checkers: Environment, environment: Environment) -> dict[str, list[object]]:
    """Give the command of each checker; the files to check are to be added."""
    python, found = environment.python, checkers.bin
    cache = f"--cache-dir={checkers.folder / 'mypy' / environment.name}"
    return {
        "mypy": [found / "mypy", "--python-executable", python, cache],
        "pyright": [found / "pyright", "--pythonpath", python],
        "ty": [found / "ty", "check", "--output-format=concise", "--python", python],
        "pyrefly": [
            found / "pyrefly", "check", "--output-format=min-text", "--min-severity=warn",
            "--python-interpreter-path", python,
        ],
    }  # fmt: skip


def must_accept(command: list[object], *files: object, cwd: Path) -> None:
    run(*command, *files, cwd=cwd)


def refused(command: list[object], file: Path) -> set[int]:
    """Find the lines of a file in which a checker finds a mistake."""
    done = subprocess.run(
        [*map(str, command), file.name],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(rf"{re.escape(file.name)}:(\d+)\b", done.stdout)
    if not found:
        sys.exit(f"{command[0]} refuses nothing:\n{done.stdout}{done.stderr}")
    return set(map(int, found))


def mistakes(source: str) -> dict[int, str]:
    """Find the lines that end in a comment which ignores an error."""
    lines = enumerate(source.splitlines(), start=1)
    return {number: line.strip() for number, line in lines if re.search(r"# .*ignore", line)}


def unseen(command: list[object], file: Path, folder: Path) -> set[str]:
    """Find the mistakes that a checker does not see once nothing is ignored."""
    source = file.read_text("utf-8")
    bare = folder / "bare" / file.name
    bare.write_text(re.sub(r" *# .*ignore.*", "", source), "utf-8")
    seen = refused(command, bare)
    expected = mistakes(source)
    # The mistake of a decorated handler may be reported for the line of its `def`.
    strange = seen - expected.keys() - {number + 1 for number in expected}
    if strange:
        sys.exit(f"{file.name}: refused, and right: lines {sorted(strange)}")
    return {
        line.partition("  # ")[0]
        for number, line in expected.items()
        if not seen & ({number, number + 1} if line.startswith("@") else {number})
    }


def check_consumer(checkers: Environment, environment: Environment, folder: Path) -> None:
    """Run the consumer's own checks, as its own configuration has them, and its tests."""
    project = folder / environment.name / "consumer"
    shutil.copytree(CONSUMER, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for command in commands(checkers, environment).values():
        must_accept(command, cwd=project)
    run(environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project)


def check_typing(checkers: Environment, environment: Environment, folder: Path) -> None:
    """Check what is right and what is wrong with every checker, and mypy's with plugins, too."""
    files = folder / environment.name / "typing"
    (files / "bare").mkdir(parents=True)
    for file in (TYPING / "good.py", TYPING / "wrong.py"):
        shutil.copy(file, files)
    wrong = [TYPING / "wrong.py", TYPING / "names" / "unknown.py"]
    if environment.name == "editable":
        wrong.append(files / "deprecated.py")
        wrong[-1].write_text(USES_OF_DEPRECATED, "utf-8")
    for name, plugins in (
        ("mypy.ini", ""),
        ("plugins.ini", "pydantic.mypy, platform_events.plugins.mypy"),
    ):
        (files / name).write_text(MYPY_CONFIGURATION.format(plugins=plugins), "utf-8")
    (files / "pyrightconfig.json").write_text(PYRIGHT_CONFIGURATION, "utf-8")
    (files / "pyrefly.toml").write_text(PYREFLY_CONFIGURATION, "utf-8")

    every = commands(checkers, environment)
    plugged = [*every["mypy"], "--config-file", files / "plugins.ini"]
    plugged[3] = f"{plugged[3]}-with-plugins"
    every["mypy"] += ["--config-file", files / "mypy.ini"]
    for name, command in every.items():
        # ty and pyrefly have other codes.
        exact = ["wrong.py"] if name in {"mypy", "pyright"} else []
        must_accept(command, "good.py", *exact, cwd=files)
    must_accept(plugged, "good.py", "wrong.py", cwd=files)

    every["mypy with plugins"] = plugged
    print(f"\n{environment.name}: the mistakes that are seen")
    for name, command in every.items():
        missing = {line for file in wrong for line in unseen(command, file, files)}
        allowed = UNSEEN.get(name, set())
        print(f"  {name:18} all but {len(missing)}" if missing else f"  {name:18} all")
        if missing != allowed:
            sys.exit(
                f"{name}: not seen {missing - allowed}, and seen after all {allowed - missing}"
            )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build_wheel(folder)
        installed = Environment("wheel", folder / "wheel-env")
        editable = Environment("editable", folder / "editable-env")
        group = f"{CONSUMER / 'pyproject.toml'}:dev"
        # Django has no types of its own, without which those of its classes cannot be complete.
        installed.install(f"{wheel}[{EXTRAS}]", "django-stubs", "--group", group)
        editable.install("--editable", f"{deprecating(folder / 'checkout')}[fastapi,testing]")

        check_consumer(installed, installed, folder)
        check_typing(installed, installed, folder)
        check_typing(installed, editable, folder)
        run(installed.bin / "stubtest", "platform_events.parsing", cwd=folder)
        check_completeness(installed, folder)


def deprecating(checkout: Path) -> Path:
    """Copy the project, with one more event, which is deprecated."""
    checkout.mkdir()
    for name in ("docs", "src", "stubs", "tools"):
        ignored = shutil.ignore_patterns("__pycache__")
        # With the link in src to the stubs, as it is.
        shutil.copytree(ROOT / name, checkout / name, symlinks=True, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    module = checkout / "src" / "platform_events" / "catalog" / "scoring.py"
    source = module.read_text("utf-8").replace(
        "\nfrom pydantic import",
        "\nfrom typing_extensions import deprecated\nfrom pydantic import",
        1,
    )
    module.write_text(source + DEPRECATED_EVENT, "utf-8")
    run(sys.executable, "tools/generate.py", cwd=checkout)
    return checkout


def check_completeness(environment: Environment, folder: Path) -> None:
    """Make sure that every public type is known, to all checkers alike."""
    # It looks for the package in the environment of the first Python on the path.
    path = f"{environment.bin}{os.pathsep}{os.environ['PATH']}"
    command = ["pyright", "--verifytypes", "platform_events", "--ignoreexternal"]
    print("$", *command, flush=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Type completeness score: ([\d.]+)%", done.stdout)
    if not found or found[1] != "100":
        sys.exit(done.stdout)


if __name__ == "__main__":
    main()
