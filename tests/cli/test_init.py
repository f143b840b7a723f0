"""How the command begins."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from platform_events.cli import main


def test_what_is_missing_but_no_part_of_the_extra_is_no_wrong_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "platform_events.cli._app", None)
    with pytest.raises(ModuleNotFoundError):
        main()


def test_an_interrupt_while_it_is_imported_is_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(ModuleType):
        def __getattr__(self, _: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "platform_events.cli._app", Interrupted("app"))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


FULL = "error: standard output: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize(
    ("redirection", "arguments", "code", "said"),
    [
        (">&-", ["list"], 0, ""),
        (">&-", ["show", "platform/social.member-followed"], 0, ""),
        ("2>&-", ["validate", "FILE"], 1, ""),
        ("<&-", ["list"], 0, ""),
        ("<&-", ["validate", "-"], 2, "error: -: standard input is closed\n"),
        (">/dev/full", ["list"], 2, FULL),
        (">/dev/full", ["validate", "FILE"], 2, FULL),
        ("2>/dev/full", ["validate", "FILE"], 2, ""),
    ],
)
def test_streams_that_are_closed_or_full_are_no_trace(
    redirection: str, arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text('{"name": "x"}\n' * 200)
    command = [sys.executable, "-m", "platform_events", *arguments]
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh"]
        + [str(file) if word == "FILE" else word for word in command],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (code, said)


def test_importing_the_module_that_runs_it_runs_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    importlib.import_module("platform_events.__main__")
    assert capsys.readouterr() == ("", "")
