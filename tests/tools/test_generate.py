from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
STUB = "stubs/platform_events-stubs/parsing.pyi"
NEW_EVENT = '''

class MetronomeStarted(Event, name="platform/scoring.metronome-started"):
    """A metronome was started."""

    workout_id: WorkoutId
'''

NEW_QUANTITIES = '''

class _Noise(Event, abstract=True):
    rung_s: Annotated[float, Field(ge=0.5, le=60)]
    """How long it rang."""


class BellRung(_Noise, name="platform/social.bell-rung"):
    """A bell rang."""

    loud_count: Annotated[int, Field(ge=1, lt=10)]
    member_id: MemberId
'''

DEPRECATED = """

@deprecated("use WorkoutLogged: it says where the workout came from")
class MetronomeHeard(Event, name="platform/scoring.metronome-heard"):
    \"\"\"A metronome was heard.\"\"\"

    workout_id: WorkoutId
"""
USING_IT = """
import platform_events
import platform_events.catalog
from platform_events import names, parse_event

assert not hasattr(names, "SCORING_GUESS")
assert "platform/scoring.metronome-heard" in names.EVENT_NAMES
assert not vars(names).keys() & {"pydantic", "SCORING_METRONOME_HEARD"}

with warnings.catch_warnings(record=True, action="always") as caught:
    from platform_events.names import SCORING_METRONOME_HEARD
    from platform_events.names import SCORING_METRONOME_HEARD
    print([(w.lineno, str(w.message)) for w in caught])

with warnings.catch_warnings(record=True, action="always") as caught:
    parse_event(SCORING_METRONOME_HEARD, {"workout_id": "w"})
    platform_events.MetronomeHeard(workout_id="w")
    print([(w.lineno, str(w.message)) for w in caught])
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of what the generator reads and writes."""
    for folder in ("docs", "schemas", "src", "stubs", "tools"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__", "testing"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
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
        "src/platform_events/names.py": 'SCORING_METRONOME_STARTED: Final = "platform/scoring.',
        "src/platform_events/catalog/__init__.py": "    | MetronomeStarted",
        "src/platform_events/_exports.py": " MetronomeStarted ",
        "stubs/platform_events-stubs/parsing.pyi": 'Literal["platform/scoring.metronome-started"]',
        "docs/catalogue.md": "`platform/scoring.metronome-started` | A metronome was started.",
    }
    for file in written:
        assert f"stale: {file}" in stale.stdout
    assert "make generate" in stale.stdout

    assert generate(checkout).returncode == 0
    written |= {
        "schemas/platform/scoring.metronome-started.json": "A metronome was started.",
        "schemas/typescript/platform-events.ts": "A metronome was started.",
        "schemas/asyncapi.json": "A metronome was started.",
    }
    for file, expected in written.items():
        assert expected in (checkout / file).read_text("utf-8")
    assert generate(checkout, "--check").returncode == 0
    script = (
        "import platform_events as p\n"
        "assert p.parse_event('platform/scoring.metronome-started', {'workout_id': 'w'}) == "
        "p.MetronomeStarted(workout_id='w')\n"
        "assert p.is_known_event_name(p.MetronomeStarted.event_name)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=checkout / "src", check=True)


def test_a_deprecated_event_is_marked_wherever_it_shows(checkout: Path) -> None:
    module = checkout / "src/platform_events/catalog/scoring.py"
    before = (checkout / STUB).read_text("utf-8").count("@deprecated(")
    source = "from typing_extensions import deprecated\n" + module.read_text("utf-8") + DEPRECATED
    module.write_text(source, "utf-8")

    assert generate(checkout).returncode == 0
    reason = "use WorkoutLogged: it says where the workout came from"
    stub = (checkout / STUB).read_text("utf-8")
    assert f'@overload\n@deprecated("{reason}")\ndef parse_event(\n    name: Literal["pl' in stub
    assert stub.count("@deprecated(") == before + 1
    page = (checkout / "docs/catalogue.md").read_text("utf-8")
    assert (
        f"`platform/scoring.metronome-heard` | A metronome was heard. **Deprecated:** {reason} |"
        in page
    )
    # Listing it is no use of it.
    listing = (checkout / "src/platform_events/catalog/__init__.py").read_text("utf-8")
    assert 'disable-error-code="deprecated"' in listing

    assert generate(checkout, "--check").returncode == 0
    done = subprocess.run(
        [sys.executable, "-c", f"import warnings{USING_IT}"],
        cwd=checkout / "src",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        f"[(11, 'SCORING_METRONOME_HEARD is deprecated: {reason}')]",
        f"[(16, '{reason}')]",
    ]

    module.write_text(source.replace(DEPRECATED, ""), "utf-8")
    assert generate(checkout).returncode == 0
    for listing in ("names.py", "_exports.py"):
        path = Path("src/platform_events") / listing
        assert (checkout / path).read_text("utf-8") == (ROOT / path).read_text("utf-8")


def test_a_removed_event_does_not_stop_its_own_repair(checkout: Path) -> None:
    module = checkout / "src/platform_events/catalog/social.py"
    source = module.read_text("utf-8")
    module.write_text(source[: source.index("class ActivityPublished(")], "utf-8")
    assert generate(checkout).returncode == 0
    assert "ActivityPublished" not in (checkout / "src/platform_events/names.py").read_text("utf-8")
    assert not (checkout / "schemas/platform/social.activity-published.json").exists()
    assert "ActivityPublished" not in (
        checkout / "schemas/typescript/platform-events.ts"
    ).read_text("utf-8")
    subprocess.run(
        [sys.executable, "-c", "import platform_events as p; p.EVENT_TYPES"],
        cwd=checkout / "src",
        check=True,
    )


def test_editors_show_the_unit_and_the_range_of_a_quantity(checkout: Path) -> None:
    module = checkout / "src/platform_events/catalog/social.py"
    source = module.read_text("utf-8") + NEW_QUANTITIES
    module.write_text(source, "utf-8")
    assert generate(checkout).returncode == 0
    written = module.read_text("utf-8")
    assert '    """How long it rang. 0.5 to 60 seconds."""\n' in written
    assert (
        '    loud_count: Annotated[int, Field(ge=1, lt=10)]\n    """At least 1, less than 10."""\n'
        in written
    )
    assert generate(checkout, "--check").returncode == 0

    module.write_text(written.replace("le=60", "le=90"), "utf-8")
    assert generate(checkout).returncode == 0
    assert '    """How long it rang. 0.5 to 90 seconds."""\n' in module.read_text("utf-8")
    # Others have words of their own for a range.
    schema = (checkout / "schemas/platform/social.bell-rung.json").read_text("utf-8")
    assert '"description": "How long it rang."' in schema


def test_a_file_edited_by_hand_is_stale(checkout: Path) -> None:
    names = checkout / "src/platform_events/names.py"
    names.write_text(
        names.read_text("utf-8").replace("scoring.calculate", "scoring.guess"), "utf-8"
    )
    done = generate(checkout, "--check")
    assert done.returncode == 1
    assert "stale: src/platform_events/names.py" in done.stdout


def test_a_schema_edited_by_hand_is_stale(checkout: Path) -> None:
    schema = checkout / "schemas/platform/scoring.calculate.json"
    schema.write_text(schema.read_text("utf-8").replace("128", "129"), "utf-8")
    done = generate(checkout, "--check")
    assert done.returncode == 1
    assert "stale: schemas/platform/scoring.calculate.json" in done.stdout


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
