"""``export``, as it is called in a shell."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import Result

from platform_events.cli.export import Contract
from tests.support.command import run_command


def call(*arguments: str) -> Result:
    return run_command("export", *arguments)


@pytest.mark.parametrize("contract", Contract)
def test_what_was_exported_is_current_until_it_changes(contract: Contract, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "new"))
    missing = call(contract, *out, "--check")
    assert (missing.exit_code, bool(missing.stdout)) == (1, True)
    assert not (tmp_path / "new").exists()
    assert call(contract, *out).exit_code == 0
    assert (call(contract, *out, "--check").exit_code, call(contract, *out).exit_code) == (0, 0)
    path = min(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    path.write_text(path.read_text("utf-8") + "\n\x1b[2Jmore\n")
    stale = call(contract, *out, "--check")
    assert stale.exit_code == 1
    assert "-\\x1b[2Jmore\n" in stale.stdout


@pytest.mark.parametrize(
    ("contract", "name"),
    [("typescript", "platform-events.ts"), ("npm", "index.js"), ("npm", "package.json")],
)
def test_an_edit_by_hand_is_not_overwritten(contract: str, name: str, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path))
    assert call(contract, *out).exit_code == 0
    edited = (tmp_path / name).read_text("utf-8").replace("platform", "plattform", 1)
    (tmp_path / name).write_text(edited, "utf-8")
    refused = call(contract, *out)
    assert refused.exit_code == 2
    assert "was edited by hand" in refused.stderr
    assert (tmp_path / name).read_text("utf-8") == edited
    assert call(contract, *out, "--force").exit_code == 0
    assert call(contract, *out, "--check").exit_code == 0


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "asyncapi.json").symlink_to("precious")
    refused = call("asyncapi", "--out", str(tmp_path))
    assert (refused.exit_code, (tmp_path / "precious").read_text()) == (2, "mine")
    assert "is a symbolic link" in refused.stderr


@pytest.mark.parametrize(
    ("out", "path"), [("package", "./package"), ("a b", "'./a b'"), ("{}", "{}")]
)
def test_the_next_step_is_told_of_a_package(
    out: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder, path = out.format(tmp_path / "new"), path.format((tmp_path / "new").as_posix())
    version = metadata.version("platform-events")
    assert call("npm", "--out", folder, "--name", "@acme/events").stdout == (
        f"wrote @acme/events {version} to {folder}\n"
        f"next: npm pack {path}, then npm install ./acme-events-{version}.tgz\n"
    )
    assert call("npm", "--out", folder, "--name", "@acme/events", "--check").stdout == ""


def test_the_package_may_have_another_name(tmp_path: Path) -> None:
    assert call("npm", "--out", str(tmp_path), "--name", "@acme/events").exit_code == 0
    assert json.loads((tmp_path / "package.json").read_text())["name"] == "@acme/events"
    refused = call("html", "--out", str(tmp_path), "--name", "a")
    assert (refused.exit_code, refused.stderr) == (2, "error: --name is for the npm package only\n")
