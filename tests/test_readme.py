"""The README's tests are run by pytest, as a reader would; all its other examples, by Sybil."""

from __future__ import annotations

import textwrap

import pytest

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
