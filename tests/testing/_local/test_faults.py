"""A server that fails, is out of order, or is cleared."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import httpx
import inngest
import pytest

from platform_events import (
    MemberFollowed,
    SendError,
    create_function,
    send_event,
    wait_for_event,
)
from platform_events.testing import LocalInngest, NoRunError, Status, use_server
from tests.support.clients import follow
from tests.testing._local.apps import EVENT_KEY


@create_function(fn_id="greet", trigger=MemberFollowed)
async def greet(_: inngest.Context, event: MemberFollowed) -> str:
    return f"hello {event.follower_id}"


@create_function(fn_id="sleep", trigger=MemberFollowed)
async def sleep(ctx: inngest.Context, _: MemberFollowed) -> None:
    await ctx.step.sleep("nap", 3_600_000)


@create_function(fn_id="wait", trigger=MemberFollowed)
async def wait(ctx: inngest.Context, _: MemberFollowed) -> None:
    await wait_for_event(ctx.step, "wait", event=MemberFollowed, timeout=timedelta(hours=2))


def post(server: LocalInngest, timeout_s: float = 30) -> httpx.Response:
    url = f"{server.url}/e/{EVENT_KEY}"
    with httpx.Client(trust_env=False, timeout=httpx.Timeout(30, read=timeout_s)) as client:
        return client.post(url, json=[{"name": "t/one"}, {"name": "t/two"}])


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("server-error", 500),
        ("rate-limited", 429),
        ("unauthorized", 401),
        ("too-large", 413),
        ("redirect", 302),
        ("page", 200),
        ("no-ids", 200),
        ("partial", 400),
    ],
)
def test_it_answers_with_a_failure(fault: str, status: int) -> None:
    with LocalInngest() as server:
        server.fail = fault  # type: ignore[assignment]  # one of its names  # pyright: ignore[reportAttributeAccessIssue]
        assert server.fail == fault
        assert post(server).status_code == status
        assert len(server.events) == (1 if fault == "partial" else 0)
        server.fail = None
        assert post(server).status_code == 200


@pytest.mark.parametrize("fault", ["reset", "refused"])
def test_it_breaks_the_connection(fault: str) -> None:
    with LocalInngest() as server:
        server.fail = fault  # type: ignore[assignment]  # one of its names  # pyright: ignore[reportAttributeAccessIssue]
        with httpx.Client(trust_env=False) as other:
            assert other.get(f"{server.url}/health").status_code == 200
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                post(server)
            assert other.get(f"{server.url}/health").status_code == 200
        assert server.events == []


def test_it_does_not_answer_in_time() -> None:
    with LocalInngest() as server:
        server.fail = "time-out"
        with pytest.raises(httpx.ReadTimeout):
            post(server, timeout_s=0.05)
        sending = threading.Thread(target=post, args=(server,))
        sending.start()
        server.fail = None
        sending.join()
        assert len(server.events) == 2


def test_a_failure_without_a_name() -> None:
    with LocalInngest() as server, pytest.raises(ValueError, match="unknown failure"):
        server.fail = "other"  # type: ignore[assignment]  # on purpose  # pyright: ignore[reportAttributeAccessIssue]


def test_out_of_order_it_refuses_connections_and_calls_nobody() -> None:
    with LocalInngest() as server:
        server.serve([greet])
        with use_server(server, send_timeout_s=0.05), server.down():
            with pytest.raises(SendError) as failed:
                send_event(follow())
            assert failed.value.is_retriable
            with pytest.raises(httpx.ConnectError):
                post(server)
        event_id = send_event(follow())
        assert server.run_of(event_id).output == "hello mem_me"


def test_a_run_goes_on_after_an_outage() -> None:
    with LocalInngest() as server:
        server.serve([sleep])
        event_id = send_event(follow())
        server.wait_idle()
        with server.down():
            server.advance(3600)
            assert server.runs[0].status is Status.RUNNING
        assert server.run_of(event_id).status is Status.COMPLETED


def test_cleared_it_has_its_functions_and_nothing_else() -> None:
    with LocalInngest() as server:
        server.serve([sleep])
        event_id = send_event(follow(), id="once")
        server.wait_idle()
        server.clear()
        assert (server.events, server.events.details, server.runs) == ([], [], [])
        server.advance(3600)
        assert server.runs == []
        with pytest.raises(
            NoRunError, match=r"no event with the id .* arrived \(pass what send_event returned\)"
        ):
            server.run_of(event_id)
        again = send_event(follow(), id="once")
        server.advance(3600)
        assert server.run_of(again).status is Status.COMPLETED


def test_a_run_that_does_not_end_in_time_says_what_is_due() -> None:
    with LocalInngest() as server:
        server.serve([sleep, wait])
        event_id = send_event(follow())
        server.wait_idle()
        due = r"due in .* advance\(3[56]\d\d\) goes there at once"
        with pytest.raises(TimeoutError, match=due):
            server.run_of(event_id, timeout=0.05)
        server.advance(3600)
        with pytest.raises(TimeoutError, match=r"a time-out is due in 3[56]\d\d"):
            server.runs_of(event_id, timeout=0.05)


def test_clearing_gives_up_calls() -> None:
    release = threading.Event()

    @create_function(fn_id="hang", trigger=MemberFollowed)
    def hang(_: inngest.ContextSync, __: MemberFollowed) -> None:
        release.wait(60)

    with LocalInngest() as server:
        server.serve([hang])
        send_event(follow())
        with pytest.raises(TimeoutError):
            server.wait_idle(0.1)
        with pytest.raises(TimeoutError, match="a call was not answered within"):
            server.advance(5, timeout=0.1)
        server.clear()
        server.wait_idle(30)
        release.set()


def test_at_once_it_says_why_there_is_no_run() -> None:
    with LocalInngest() as server, use_server(server):
        event_id = send_event(follow())
        began = time.perf_counter()
        with pytest.raises(NoRunError, match="no function has a trigger for platform/social"):
            server.run_of(event_id, timeout=120)
        assert time.perf_counter() - began < 60
