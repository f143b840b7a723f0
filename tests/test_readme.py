"""The README's tests are run by pytest, its commands in a shell; all other examples, by Sybil."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from platform_events.cli.app import app
from tests.support.processes import bare_environment
from tests.support.readme import blocks

WRONG = """
def test_wrong(sent_events: SentEvents) -> None:
    follow("mem_1")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert sent_events == [
        MemberFollowed(follower_id="mem_1", followee_id="mem_3", followed_at=now)
    ]
"""


def test_the_tests_of_the_readme_pass_and_fail_as_it_says(pytester: pytest.Pytester) -> None:
    [tests] = [block for block in blocks("python") if "inngest_server" in block]
    [difference] = blocks("diff")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(tests + WRONG)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-vv", timeout=120)
    result.assert_outcomes(passed=tests.count("def test_"), failed=1)
    printed = "\n".join(
        line.removeprefix("E").removeprefix(" " * 9) for line in result.stdout.lines
    )
    head, *lines = difference.splitlines()
    assert head in printed
    assert textwrap.dedent("\n".join(lines)) in textwrap.dedent(printed)


PROMPT = "$ "
CONSOLE = blocks("console")
COMMANDS = sorted(
    {
        line.removeprefix(PROMPT)
        for block in CONSOLE
        for line in block.splitlines()
        if line.startswith(f"{PROMPT}platform-events ")
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_the_commands_of_the_readme_exist_with_their_options(line: str) -> None:
    _, command, *arguments = shlex.split(line, comments=True)
    help_of_it = CliRunner().invoke(app, [command, "--help"])
    assert help_of_it.exit_code == 0
    options = {argument for argument in arguments if argument.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", help_of_it.output))


@pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are of a Unix shell")
def test_the_commands_of_the_readme_print_what_it_says(tmp_path: Path) -> None:
    """A session with what it prints, each command in the shell of the one before."""
    [session] = [block for block in CONSOLE if "\nvalid: " in block]
    lines = session.splitlines()
    commands = [line.removeprefix(PROMPT) for line in lines if line.startswith(PROMPT)]
    module = f"{shlex.quote(sys.executable)} -m platform_events"
    script = "\n".join([f'platform-events() {{ {module} "$@"; }}', "exec 2>&1", *commands])
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=bare_environment(),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.stdout.splitlines() == [line for line in lines if not line.startswith(PROMPT)]
