"""``check-compat``, as it is called in a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from platform_events import MemberFollowed
from platform_events.contracts import json_schema
from tests.support.command import run_command

NAME = MemberFollowed.event_name


def call(*arguments: str) -> Result:
    return run_command("check-compat", *arguments)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The events as they are."""
    folder = tmp_path / "v1"
    json_schema.write(folder / "schemas")
    return folder


@pytest.fixture
def wider(released: Path) -> Path:
    """A release in which the event had a field more."""
    path = released / "schemas" / f"{NAME}.json"
    schema: dict[str, Any] = json.loads(path.read_text())
    schema["properties"]["mood"] = {"type": "string"}
    schema["required"].append("mood")
    path.write_text(json.dumps(schema))
    return released


@pytest.fixture
def tagged(released: Path) -> Path:
    """A repository whose one release has the events as they are."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (
        ["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "A"], ["tag", "v1.0.0"]
    ):  # fmt: skip
        subprocess.run([*git, *command], cwd=released, check=True)
    return released


def test_nothing_changed(released: Path) -> None:
    result = call("--against", str(released))
    assert (result.exit_code, result.stdout) == (0, "nothing changed since v1\n")


def test_what_breaks_somebody_ends_with_1(wider: Path) -> None:
    result = call("--against", str(wider))
    assert result.exit_code == 1
    assert f"\n{NAME}\n  BREAKING data.mood: required field removed: string\n" in result.stdout
    assert "breaks deployed consumers of v1" in result.stdout


def test_as_json(wider: Path) -> None:
    result = call("--against", str(wider), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["is_compatible"]) == (1, False)
    assert [finding["path"] for finding in told["findings"]] == ["data.mood"]


def test_as_markdown(wider: Path) -> None:
    result = call("--against", str(wider), "--markdown")
    assert result.exit_code == 1
    assert result.stdout.startswith("## Compatibility of the events\n")
    assert f"| `{NAME}` | `data.mood`: required field removed" in result.stdout


def test_one_form_at_a_time(released: Path) -> None:
    result = call("--against", str(released), "--json", "--markdown")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "exclude each other" in result.stderr


def test_every_release_that_is_named_counts(released: Path, tmp_path: Path, wider: Path) -> None:
    json_schema.write(tmp_path / "v2" / "schemas")
    result = call("--against", str(wider), "--against", str(tmp_path / "v2"))
    assert result.exit_code == 1
    assert result.stdout.startswith(
        "1 breaking change and 0 compatible changes since v1\nnothing changed since v2\n"
    )


def test_by_default_it_is_the_tags_of_this_repository(
    tagged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tagged)
    result = call()
    assert (result.exit_code, result.stdout) == (0, "nothing changed since v1.0.0\n")


def test_where_nothing_can_be_compared_it_does_not_pass(
    tagged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tagged / "below").mkdir()
    monkeypatch.chdir(tagged / "below")
    result = run_command("check-compat")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'v1.0.0' has no schemas" in result.stderr


def test_a_schema_that_is_nested_too_deeply_is_none(released: Path) -> None:
    (released / "schemas" / f"{NAME}.json").write_text("[" * 100_000)
    result = call("--against", str(released))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a JSON Schema" in result.stderr


def test_a_release_whose_schema_is_broken_is_named(
    tagged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tagged)
    (tagged / "schemas" / f"{NAME}.json").write_text("{")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["commit", "--quiet", "-a", "-m", "B"], ["tag", "v1.1.0"]):
        subprocess.run([*git, *command], cwd=tagged, check=True)
    result = call()
    assert result.exit_code == 2
    assert result.stderr == f"error: 'v1.1.0:schemas/{NAME}.json' is not a JSON Schema\n"


def test_a_release_that_cannot_be_read_is_said_without_a_trace(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "platform_events", "check-compat"], cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("error: git rev-parse: not a git repository")
    assert "Traceback" not in done.stderr
