"""What mypy says with the plugin. That it needs it is shown by tools/check_types.py."""

from __future__ import annotations

from pathlib import Path

import pytest

# mypy is for the development of the package; the built wheel is tested without it.
api = pytest.importorskip("mypy.api")

NAMES = """
from typing import Literal, TypeAlias

KnownEventName: TypeAlias = Literal["platform/scoring.calculate", "platform/scoring.here-alone"]
"""
STUB = """
from collections.abc import Mapping
from platform_events.names import KnownEventName

def parse_event(name: str, data: Mapping[str, object]) -> object: ...
def parse_other(name: str) -> object: ...
"""


CHECKED = """
from typing import Any, Final, Literal
from platform_events.parsing import parse_event, parse_other

TYPO: Final = "platform/scoring.typo"
Some = Literal["platform/scoring.calculate", "platform/scoring.one", "platform/scoring.two"]

def refused(some: Some) -> None:
    parse_event("platform/scoring.calculat", {})
    parse_event(data={}, name="nothing like it")
    parse_event(TYPO, {})
    parse_event(some, {})

def accepted(name: str, anything: Any, known: Literal["platform/scoring.calculate"]) -> None:
    parse_event("platform/scoring.calculate", {})
    parse_event(known, {})
    parse_event("platform/scoring.here-alone", {})
    parse_event(name, {})
    parse_event(anything, {})
    parse_other("nothing like it")

parse_event(data={})
parse_event(1, {})
"""
NEAR = "did you mean 'platform/scoring.calculate' or 'platform/scoring.calculated'?"
REFUSED = [
    f"9: error: No event is named 'platform/scoring.calculat'; {NEAR}  [arg-type]",
    "10: error: No event is named 'nothing like it'  [arg-type]",
    f"11: error: No event is named 'platform/scoring.typo'; {NEAR}  [arg-type]",
    "12: error: No event is named 'platform/scoring.one'",
    "12: error: No event is named 'platform/scoring.two'",
    '22: error: Missing positional argument "name" in call to "parse_event"  [call-arg]',
    '23: error: Argument 1 to "parse_event" has incompatible type "int"',
]


def test_names_that_no_event_has_are_refused_where_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "platform_events"
    package.mkdir()
    (package / "__init__.pyi").touch()
    (package / "names.pyi").write_text(NAMES, "utf-8")
    (package / "parsing.pyi").write_text(STUB, "utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = platform_events.plugins.mypy\n", "utf-8")
    (tmp_path / "checked.py").write_text(CHECKED, "utf-8")
    monkeypatch.chdir(tmp_path)

    shown, wrong, code = api.run(["--cache-dir=.cache", "--no-error-summary", "checked.py"])

    assert (wrong, code) == ("", 1)
    for line, expected in zip(shown.splitlines(), REFUSED, strict=True):
        assert line.startswith(f"checked.py:{expected}")
