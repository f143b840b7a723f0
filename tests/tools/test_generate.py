from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEW_EVENT = '''

class WorkoutDeleted(Event, name="platform/scoring.workout-deleted"):
    """A workout was taken back."""

    workout_id: WorkoutId
'''


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of what the generator reads and writes."""
    for folder in ("src", "stubs", "tools"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__", "testing"),
        )
    for file in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def generate(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, checkout / "tools" / "generate.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_committed_is_up_to_date(checkout: Path) -> None:
    done = generate(checkout, "--check")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_new_event_is_a_change_of_one_file(checkout: Path) -> None:
    module = checkout / "src/platform_events/catalog/scoring.py"
    module.write_text(module.read_text("utf-8") + NEW_EVENT, "utf-8")

    stale = generate(checkout, "--check")
    assert stale.returncode == 1
    written = {
        "src/platform_events/names.py": 'SCORING_WORKOUT_DELETED: Final = "platform/scoring.',
        "src/platform_events/catalog/__init__.py": "    | WorkoutDeleted",
        "src/platform_events/__init__.py": "from .catalog import WorkoutDeleted as WorkoutDeleted",
        "src/platform_events/_exports.py": '"WorkoutDeleted": ".catalog"',
        "stubs/platform_events-stubs/parsing.pyi": 'Literal["platform/scoring.workout-deleted"]',
        "README.md": "| `platform/scoring.workout-deleted` | `WorkoutDeleted` | A workout",
    }
    for file in written:
        assert f"stale: {file}" in stale.stdout
    assert "make generate" in stale.stdout

    assert generate(checkout).returncode == 0
    for file, expected in written.items():
        assert expected in (checkout / file).read_text("utf-8")
    assert generate(checkout, "--check").returncode == 0
    script = (
        "import platform_events as p\n"
        "assert p.parse_event('platform/scoring.workout-deleted', {'workout_id': 'w'}) == "
        "p.WorkoutDeleted(workout_id='w')\n"
        "assert p.is_known_event_name(p.WorkoutDeleted.event_name)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=checkout / "src", check=True)


def test_a_removed_event_does_not_stop_its_own_repair(checkout: Path) -> None:
    module = checkout / "src/platform_events/catalog/social.py"
    source = module.read_text("utf-8")
    module.write_text(source[: source.index("class ActivityPublished(")], "utf-8")
    assert generate(checkout).returncode == 0
    assert "ActivityPublished" not in (checkout / "src/platform_events/names.py").read_text("utf-8")
    subprocess.run(
        [sys.executable, "-c", "import platform_events as p; p.EVENT_TYPES"],
        cwd=checkout / "src",
        check=True,
    )


def test_a_file_edited_by_hand_is_stale(checkout: Path) -> None:
    names = checkout / "src/platform_events/names.py"
    names.write_text(
        names.read_text("utf-8").replace("scoring.calculate", "scoring.guess"), "utf-8"
    )
    done = generate(checkout, "--check")
    assert done.returncode == 1
    assert "stale: src/platform_events/names.py" in done.stdout


def test_reads_names_and_summaries_as_they_stand() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    found = {c.symbol: c for c in module.read_catalogue()}
    calculate = found["ScoringCalculate"]
    assert calculate.constant == "SCORING_CALCULATE"
    assert calculate.module == "scoring"
    assert calculate.summary == "Calculate, or calculate again, one member's score."
    assert found["ScoreKind"].event_name is None
    assert "_Measurement" not in found
