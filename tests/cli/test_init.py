"""How the command begins."""

from __future__ import annotations

import importlib
import sys

import pytest

from platform_events.cli import main


def test_what_is_missing_but_no_part_of_the_extra_is_no_wrong_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "platform_events.cli.app", None)
    with pytest.raises(ModuleNotFoundError):
        main()


def test_importing_the_module_that_runs_it_runs_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    importlib.import_module("platform_events.__main__")
    assert capsys.readouterr() == ("", "")
