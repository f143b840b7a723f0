"""Tables, for people and for other programs."""

from __future__ import annotations

import io
import sys

import pytest

from platform_events.cli._tables import write_table

ROWS = [("a", "one [b]"), ("bbb", "[red]two[/red]")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_other_programs_get_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    write_table(ROWS)
    assert capsys.readouterr().out == "a\tone [b]\nbbb\t[red]two[/red]\n"


def test_on_a_terminal_there_are_columns_and_brackets_are_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    write_table(ROWS)
    lines = [line.rstrip() for line in terminal.getvalue().splitlines()]
    assert lines == ["a    one [b]", "bbb  [red]two[/red]"]
