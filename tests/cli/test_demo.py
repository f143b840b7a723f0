"""``demo``, as somebody sees it who has just installed the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.command import run_command

pytestmark = pytest.mark.usefixtures("clean_client")


def test_an_event_starts_functions_and_a_step_is_tried_again() -> None:
    result = run_command("demo")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1] == "platform/scoring.calculate is sent"
    assert [line.split("  ")[0] for line in lines[2:]] == [
        "calculate-score", "calculate-score", "tell-member", "tell-member"
    ]  # fmt: skip
    assert "is tried again" in lines[2]


def test_without_its_extra_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['starlette'] = None; sys.argv[1:] = ['demo']; "
        "from platform_events.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: starlette")
    assert ended.stderr.endswith(' is missing: pip install "platform-events[testing]"\n')
