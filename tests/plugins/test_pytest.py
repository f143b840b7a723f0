"""The plugin as a service's tests meet it, each in a pytest process of its own."""

from __future__ import annotations

import re

import pytest

PRELUDE = """
    import asyncio
    import sys

    import inngest
    import pytest

    from platform_events import MemberFollowed, SendError, asend_event, create_function, send_event
    from datetime import UTC, datetime

    MOMENT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

    def follow(followee="mem_2"):
        return MemberFollowed(follower_id="mem_1", followee_id=followee, followed_at=MOMENT)

    @create_function(fn_id="greet", trigger=MemberFollowed)
    async def greet(ctx: inngest.Context, event: MemberFollowed) -> str:
        return f"hello {event.follower_id}"
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest on a file of tests, with no settings but its own."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    for variable in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER", "INNGEST_DEV"):
        monkeypatch.delenv(variable, raising=False)
    return Run(pytester)


class Run:
    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester

    def __call__(
        self, tests: str, *arguments: str, conftest: str = "", **outcomes: int
    ) -> pytest.RunResult:
        """Run it, and check how many tests passed and failed."""
        self.pytester.makeconftest(conftest)
        self.pytester.makepyfile(PRELUDE + tests)
        options = ["-p", "no:cacheprovider", *arguments]
        result = self.pytester.runpytest_subprocess(*options, timeout=120)
        result.assert_outcomes(**outcomes)
        return result


HEAVY = ("fastapi", "flask", "httpx", "hypothesis", "inngest", "pydantic", "starlette", "uvicorn")

SHOW_LOADED = f"""
    import sys

    def pytest_collection_finish(session):
        loaded = {{name.partition(".")[0] for name in sys.modules}}
        print("loaded:", sorted(loaded.intersection({HEAVY})), "platform_events" in loaded)
"""


def test_it_loads_nothing_heavy_where_it_is_not_used(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(SHOW_LOADED)
    pytester.makepyfile("def test_one(): assert [1] == [1]")
    # What is measured is pytest's own start: coverage and other plugins load what they like.
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-s", timeout=120)
    result.assert_outcomes(passed=1)
    assert "loaded: [] True" in result.stdout.str()


def test_a_failing_test_of_others_loads_nothing_either(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        SHOW_LOADED.replace("collection_finish(session", "sessionfinish(session, exitstatus")
    )
    pytester.makepyfile("def test_one(): assert [1] == [2]")
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-s", timeout=120)
    result.assert_outcomes(failed=1)
    assert "loaded: [] True" in result.stdout.str()


def test_what_is_sent_is_in_the_list_of_each_test(run: Run) -> None:
    tests = """
    @pytest.mark.parametrize("number", range(2, 22))
    def test_one(sent_events, number):
        assert sent_events == []
        event_id = send_event(follow(f"mem_{number}"))
        assert [event.followee_id for event in sent_events.of(MemberFollowed)] == [f"mem_{number}"]
        assert sent_events.details[0].id == event_id

    def test_fails(sent_events):
        send_event(follow())
        raise KeyError

    def test_next(sent_events):
        assert not sent_events

    def test_without():
        with pytest.raises(Exception, match="PLATFORM_EVENTS_APP_ID"):
            send_event(follow())
    """
    run(tests, passed=22, failed=1)
    run(tests, "-n", "2", passed=22, failed=1)


def test_asynchronous_tests_of_both_kinds_have_it(run: Run) -> None:
    run(
        """
    @pytest.mark.asyncio
    async def test_asyncio(sent_events):
        await asyncio.gather(asend_event(follow("a")), asend_event(follow("b")))
        assert sorted(event.followee_id for event in sent_events) == ["a", "b"]

    @pytest.fixture
    async def anyio_event(sent_events, anyio_backend):
        await asend_event(follow())

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.mark.anyio
    async def test_anyio(sent_events, anyio_event):
        assert sent_events == [follow()]
        await asend_event(follow())
        assert len(sent_events) == 2
    """,
        passed=2,
    )


def test_a_failure_can_be_answered(run: Run) -> None:
    run(
        """
    def test_one(sent_events):
        sent_events.fail = "rate-limited"
        with pytest.raises(SendError) as caught:
            send_event(follow())
        assert caught.value.status_code == 429
        assert sent_events == []
    """,
        passed=1,
    )


def test_a_wrong_expectation_is_explained_with_values(run: Run) -> None:
    result = run(
        """
    def test_one(sent_events):
        send_event(follow("mem_3"))
        assert sent_events == [follow()]

    def test_two(sent_events):
        send_event(follow("mem_3"))
        assert follow() in sent_events

    def test_three(sent_events):
        sent_events.one(MemberFollowed)
    """,
        failed=3,
    )
    result.stdout.fnmatch_lines(
        [
            "E*assert 1 event was expected (-), and 1 was sent (+):",
            "E*-     followee_id='mem_2',",
            "E*+     followee_id='mem_3',",
            "E*MemberFollowed(*followee_id='mem_2', *) is not among:",
            "E*MemberFollowed(*followee_id='mem_3', *)",
            "E*1 MemberFollowed was expected, and 0 were sent. All that was sent:",
        ]
    )
    assert "truncated" not in result.stdout.str()
    # A failure of the list itself points to the test's line, not into the package.
    assert not re.search(r"sent\.py:\d+", result.stdout.str())


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_a_local_server_serves_functions_in_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    run(
        """
    @pytest.mark.parametrize("number", range(4))
    def test_one(inngest_server, number):
        inngest_server.serve([greet])
        assert inngest_server.run_of(send_event(follow())).output == "hello mem_1"
        assert inngest_server.events == [follow()]

    @pytest.mark.asyncio
    async def test_in_a_loop(inngest_server):
        inngest_server.serve([greet])
        assert inngest_server.run_of(await asend_event(follow())).output == "hello mem_1"

    def test_what_fails_is_tried_again_at_once(inngest_server):
        attempts = []

        @create_function(fn_id="fail", trigger=MemberFollowed, retries=2)
        async def fail(ctx: inngest.Context, event: MemberFollowed) -> None:
            attempts.append(ctx.attempt)
            raise ValueError("no")

        inngest_server.serve([fail])
        assert inngest_server.run_of(send_event(follow())).status.value == "Failed"
        assert attempts == [0, 1, 2]
    """,
        *arguments,
        passed=6,
    )


WITHOUT_UVICORN = """
    import sys
    sys.modules["uvicorn"] = None
"""


def test_without_the_extra_a_server_says_what_to_install(run: Run) -> None:
    result = run(
        """
    def test_one(inngest_server): ...

    def test_what_is_sent_is_kept_all_the_same(sent_events): ...

    def test_comparisons_are_explained_all_the_same():
        assert [follow("mem_3")] == [follow()]
    """,
        conftest=WITHOUT_UVICORN,
        errors=1,
        failed=1,
        passed=1,
    )
    output = result.stdout.str()
    assert 'uvicorn is missing: pip install "platform-events[testing]"' in output
    assert "-     followee_id='mem_2'," in output


def test_pytest_lists_the_fixtures_with_what_they_do(run: Run) -> None:
    result = run("", "--fixtures")
    result.stdout.fnmatch_lines(
        [
            "sent_events*",
            "*Record everything that the test sends, in a list; nothing leaves the process.",
            "inngest_server*",
            "*Run an Inngest server for the test, to which the client sends.",
        ]
    )
