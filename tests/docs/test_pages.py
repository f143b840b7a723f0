"""What pages promise and Sybil does not run: their tests, their commands, their links."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from platform_events.events._units import UNITS
from tests.support.command import run_command
from tests.support.pages import (
    PAGES,
    PAGES_WITH_TESTS,
    ROOT,
    blocks,
    commands,
    files,
    pytest_of,
    python,
)

TESTING = ROOT / "docs/guide/testing.md"
WRONG = """
def test_wrong(sent_events: SentEvents) -> None:
    follow("mem_1")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert sent_events == [
        MemberFollowed(follower_id="mem_1", followee_id="mem_3", followed_at=now)
    ]
"""
FEW_EXAMPLES = """
from hypothesis import settings
settings.register_profile("pages", max_examples=5)
settings.load_profile("pages")
"""
CACHE = ROOT / ".mypy_cache" / "pages"  # of the package, which takes longer than the pages
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.slow
def test_the_examples_are_typed_well(tmp_path: Path) -> None:
    """Each page is one module, as Sybil runs it; files that a page shows stand beside it."""
    for number, page in enumerate(PAGES):
        if not blocks(page, "python"):
            continue
        (folder := tmp_path / str(number)).mkdir()
        for name, block in files(page).items():
            (folder / name).write_text(block, "utf-8")
        (folder / "page.py").write_text("\n".join(python(page)), "utf-8")
        checked = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--cache-dir", CACHE, "."],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, f"{page.relative_to(ROOT)}:\n{checked.stdout}"


@pytest.mark.parametrize("page", PAGES_WITH_TESTS)
def test_the_tests_of_a_page_pass(
    page: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = pytest_of(page)
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "docs")
    monkeypatch.setenv("INNGEST_DEV", "1")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest(FEW_EXAMPLES)
    pytester.makepyfile(tests)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", timeout=120)
    result.assert_outcomes(passed=tests.count("def test_"))


def test_a_failing_test_looks_as_the_guide_shows(pytester: pytest.Pytester) -> None:
    [first, *_] = [block for block in blocks(TESTING, "python") if "def test_" in block]
    [difference] = blocks(TESTING, "diff")
    pytester.makepyfile(first + WRONG)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-vv", "-k", "wrong")
    printed = "\n".join(
        line.removeprefix("E").removeprefix(" " * 9) for line in result.stdout.lines
    )
    head, *lines = difference.splitlines()
    assert head in printed
    assert textwrap.dedent("\n".join(lines)) in textwrap.dedent(printed)


@pytest.mark.parametrize(
    "line",
    sorted({
        line
        for page in PAGES
        for session in blocks(page, "console")
        for line in commands(session)
        if line.startswith(("platform-events ", "make "))
    }),
)  # fmt: skip
def test_commands_exist_with_their_options(line: str) -> None:
    program, command, *arguments = shlex.split(line, comments=True)
    if program == "make":
        assert command in TARGETS
        return
    help_of_it = run_command(command, "--help")
    assert help_of_it.exit_code == 0
    options = {argument for argument in arguments if argument.startswith("--")}
    assert options <= set(re.findall(r"--[a-z-]+", help_of_it.output))


@pytest.mark.parametrize(
    "page",
    [pytest.param(path, id=path.name) for path in sorted({*PAGES, *ROOT.glob("*.md")})],
)
def test_links_lead_somewhere(page: Path) -> None:
    """Sphinx says so of what it builds; the pages are read in the repository, too."""
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        if not link.startswith("https://"):
            target = page.parent / path if path else page
            assert target.exists(), link
            assert not anchor or anchor in _anchors(target), link


def test_the_guide_lists_every_unit() -> None:
    text = (ROOT / "docs" / "guide" / "events.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.+`) \| .+ \|$", text.partition("| name ends in |")[2], re.MULTILINE)
    assert {ending for row in rows for ending in re.findall("`(.+?)`", row)} == UNITS.keys()


def _anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
