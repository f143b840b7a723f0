"""The command sees the events of a service's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
from platform_events import Event, fields


class Mine(Event, name="platform/sync.x-mine"):
    \"\"\"Mine happened.

    Sent by mine. Handled by mine.
    \"\"\"

    member_id: fields.MemberId
"""
NAME = "platform/sync.x-mine"
DATA = {"name": NAME, "data": {"member_id": "mem_1"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine_events.py").write_text(MODULE, "utf-8")
    (tmp_path / "events.ndjson").write_text(json.dumps(DATA) + "\n", "utf-8")
    return tmp_path


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "platform_events", *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [("list",), ("show", NAME), ("validate", "events.ndjson"), ("export", "json-schema")],
    ids=lambda arguments: arguments[0],
)
def test_a_module_is_imported(folder: Path, arguments: tuple[str, ...]) -> None:
    out = ("--out", "out") if arguments[0] == "export" else ()
    done = command(folder, "--module", "mine_events", *arguments, *out)
    assert done.returncode == 0, done.stderr
    if arguments[0] == "export":
        assert (folder / "out" / f"{NAME}.json").exists()
    elif arguments[0] != "validate":
        assert NAME in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("show", NAME),
        ("show", "Mine"),
        ("validate", "events.ndjson"),
        ("send", "events.ndjson", "--dry-run"),
        ("validate-name", NAME),
        ("export", "json-schema", "--out", "out"),
        ("check-compat", "--against", "out", "--json"),
    ],
    ids=" ".join,
)
def test_a_module_may_be_named_after_the_subcommand(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    if arguments[0] == "check-compat":
        exported = ("export", "json-schema", "--out", "out", "--module", "mine_events")
        assert command(folder, *exported).returncode == 0
    done = command(folder, *arguments, "--module", "mine_events")
    assert done.returncode == 0, done.stderr
    if arguments[0] in {"list", "show"}:
        assert NAME in done.stdout


def test_modules_of_both_places_are_imported(folder: Path) -> None:
    (folder / "other_events.py").write_text(
        MODULE.replace("mine", "other").replace("Mine(", "Other(")
    )
    done = command(folder, "--module", "mine_events", "list", "--module", "other_events")
    assert "platform/sync.x-mine\t" in done.stdout
    assert "platform/sync.x-other\t" in done.stdout


def test_without_it_the_event_is_not_known(folder: Path) -> None:
    assert NAME not in command(folder, "list").stdout


def test_a_module_that_is_not_there_is_told_of(folder: Path) -> None:
    done = command(folder, "--module", "nowhere", "list")
    assert done.returncode == 2
    assert command(folder, "list", "--module", "nowhere").stderr == done.stderr
    assert "--module nowhere: No module named 'nowhere'" in done.stderr


def test_entry_points_are_imported(folder: Path) -> None:
    info = folder / "mine-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text(
        "[platform_events.events]\nmine = mine_events\n", "utf-8"
    )
    assert NAME in command(folder, "list").stdout
