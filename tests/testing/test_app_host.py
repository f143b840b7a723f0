"""Functions of the test's own process on a local server, and the client that sends there."""

from __future__ import annotations

import asyncio
import threading
import time

import httpx
import inngest
import pytest

from platform_events import (
    ConfigurationError,
    MemberFollowed,
    MemberUnfollowed,
    asend_event,
    configure,
    create_function,
    get_client,
    send_event,
)
from platform_events.testing import LocalInngest, use_server
from tests.support.clients import KEY, MOMENT, follow

pytestmark = pytest.mark.usefixtures("clean_client")

SIGNING_KEY = "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"


@create_function(fn_id="greet", trigger=MemberFollowed)
async def greet(ctx: inngest.Context, event: MemberFollowed) -> str:
    return f"hello {event.follower_id}"


@create_function(fn_id="greet-in-thread", trigger=MemberFollowed)
def greet_in_thread(ctx: inngest.ContextSync, event: MemberFollowed) -> str:
    return threading.current_thread().name


@create_function(fn_id="part", trigger=MemberUnfollowed)
async def part(ctx: inngest.Context, event: MemberUnfollowed) -> str:
    return "goodbye"


def unfollow() -> MemberUnfollowed:
    return MemberUnfollowed(follower_id="mem_1", followee_id="mem_2", unfollowed_at=MOMENT)


def test_one_line_serves_functions() -> None:
    with LocalInngest() as server:
        server.serve([greet, greet_in_thread])
        outputs = [run.output for run in server.runs_of(send_event(follow()))]
    assert "hello mem_me" in outputs
    assert len(outputs) == 2


def test_other_functions_take_their_place() -> None:
    with LocalInngest() as server:
        server.serve([greet])
        server.serve([part])
        assert server.runs_of(send_event(follow())) == []
        assert server.run_of(send_event(unfollow())).output == "goodbye"


def test_it_works_with_an_event_loop_that_runs() -> None:
    async def main(server: LocalInngest) -> object:
        server.serve([greet])
        event_id = await asend_event(follow())
        return (await asyncio.to_thread(server.run_of, event_id)).output

    with LocalInngest() as server:
        assert asyncio.run(main(server)) == "hello mem_me"


def test_what_it_sends_is_signed_where_it_has_a_key() -> None:
    with LocalInngest(signing_key=SIGNING_KEY, event_keys=[KEY]) as server:
        server.serve([greet])
        assert get_client().is_production
        assert server.run_of(send_event(follow())).output == "hello mem_me"


def test_afterwards_all_is_as_before() -> None:
    client = configure(app_id="scoring", is_production=False)
    threads = threading.active_count()
    with LocalInngest() as server:
        server.serve([greet])
        assert get_client() is not client
        [function] = [run.function for run in server.runs_of(send_event(follow()))]
        assert function.id == "scoring-greet"
        url = function.url
    assert get_client() is client
    assert threading.active_count() == threads
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.parametrize("is_configured", [True, False])
def test_afterwards_all_is_as_before_inside_of_use_server_too(is_configured: bool) -> None:
    client = configure(app_id="scoring", is_production=False) if is_configured else None
    with LocalInngest() as server, use_server(server):
        server.serve([greet])
        assert server.run_of(send_event(follow())).output == "hello mem_me"
    if client:
        assert get_client() is client
    else:
        with pytest.raises(ConfigurationError, match="PLATFORM_EVENTS_APP_ID"):
            get_client()


def test_the_other_settings_stay() -> None:
    class Noting(inngest.MiddlewareSync):
        def before_send_events(self, events: list[inngest.Event]) -> None:
            noted.extend(event.name for event in events)

    noted: list[str] = []
    configure(
        app_id="scoring",
        event_key=KEY,
        signing_key=SIGNING_KEY,
        env="branch",
        middleware=[Noting],
    )
    with LocalInngest() as server, use_server(server) as client:
        assert (client.env, client.signing_key, client.is_production) == ("branch", None, False)
        send_event(follow())
        assert noted == [one.name for one in server.events.details] == [MemberFollowed.event_name]


def test_functions_that_cannot_be_served_leave_nothing_behind() -> None:
    with LocalInngest() as server:
        with pytest.raises(ConfigurationError, match="greet"):
            server.serve([greet, greet])
        server.serve([greet])
        assert server.run_of(send_event(follow())).output == "hello mem_me"
    with pytest.raises(ConfigurationError, match="PLATFORM_EVENTS_APP_ID"):
        get_client()


def test_a_server_that_does_not_run_serves_nothing() -> None:
    with pytest.raises(RuntimeError, match="has not been started"):
        LocalInngest().serve([greet])
    server = LocalInngest()
    server.start()
    server.stop()
    with pytest.raises(RuntimeError, match="has been stopped"):
        server.serve([greet])
    with pytest.raises(ConfigurationError, match="PLATFORM_EVENTS_APP_ID"):
        get_client()


def test_a_handler_that_hangs_does_not_keep_the_test_from_ending() -> None:
    started = threading.Event()

    @create_function(fn_id="hang", trigger=MemberFollowed)
    async def hang(ctx: inngest.Context, event: MemberFollowed) -> None:
        started.set()
        await asyncio.sleep(600)

    begin = time.monotonic()
    with LocalInngest() as server:
        server.serve([hang])
        event_id = send_event(follow())
        assert started.wait(30)
        with pytest.raises(TimeoutError, match=r"did not end within 0\.1 s: <Run [^;]*>$"):
            server.run_of(event_id, timeout=0.1)
    assert time.monotonic() - begin < 60


def test_the_client_stays_where_nothing_differs() -> None:
    with LocalInngest() as server, use_server(server) as client:
        with use_server(server) as again:
            assert again is client
        with use_server(server, send_timeout_s=0.5) as other:
            assert other is not client
            assert other.settings.send_timeout_s == 0.5
        assert get_client() is client
