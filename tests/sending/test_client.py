"""The one client: how it comes to be, who shares it, and how tests replace it."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import inngest
import pytest

from platform_events import (
    Client,
    ConfigurationError,
    SendError,
    asend_event,
    configure,
    get_client,
    override_client,
    send_event,
)
from platform_events.sending import client as client_module
from platform_events.sending.settings import Settings

from ..support.clients import KEY, connect, follow, sdk_events
from ..support.http import EventServer, hang_up

pytestmark = pytest.mark.usefixtures("clean_client")


def in_threads(work: Callable[[], object], count: int = 16) -> list[object]:
    """Do the same in many threads, begun at once."""
    barrier = threading.Barrier(count)

    def begin(_: int) -> object:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(count) as executor:
        return list(executor.map(begin, range(count)))


@pytest.fixture
def dev(clean_client: None, monkeypatch: pytest.MonkeyPatch) -> None:  # before
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "from-environment")
    monkeypatch.setenv("INNGEST_DEV", "1")


@pytest.mark.usefixtures("dev")
def test_the_client_is_built_from_the_environment_once() -> None:
    assert get_client().app_id == "from-environment"
    assert get_client() is get_client()


@pytest.mark.usefixtures("dev")
def test_many_threads_build_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Client] = []
    build = Client.__init__

    def slow(self: Client, settings: Settings) -> None:
        built.append(self)
        time.sleep(0.02)  # for other threads to begin, too; the test passes without
        build(self, settings)

    monkeypatch.setattr(Client, "__init__", slow)
    clients = in_threads(get_client)
    assert len(built) == 1
    assert {id(client) for client in clients} == {id(built[0])}


def test_many_threads_may_configure_the_same() -> None:
    clients = in_threads(lambda: configure(app_id="app", is_production=False))
    assert len({id(client) for client in clients}) == 1


def test_without_an_app_id_there_is_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="PLATFORM_EVENTS_APP_ID") as caught:
        get_client()
    assert caught.value.setting == "PLATFORM_EVENTS_APP_ID"
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "later")
    monkeypatch.setenv("INNGEST_DEV", "1")
    assert get_client().app_id == "later"


def test_production_without_a_key_is_refused_before_the_network(server: EventServer) -> None:
    configure(app_id="app", event_api_base_url=server.url)  # enough to serve functions
    with pytest.raises(ConfigurationError) as caught:
        send_event(follow())
    assert caught.value.setting == "INNGEST_EVENT_KEY"
    with pytest.raises(ConfigurationError):
        asyncio.run(asend_event(follow()))
    assert not server.requests


def test_the_configured_client_is_the_one_that_is_given() -> None:
    client = configure(app_id="app", is_production=False)
    assert get_client() is client


def test_the_same_settings_give_the_same_client() -> None:
    client = configure(app_id="app", is_production=False)
    assert configure(app_id="app", is_production=False) is client
    assert configure(app_id="app", is_production=False, replace=True) is client


def test_other_settings_are_an_error_unless_asked_for() -> None:
    client = configure(app_id="app", is_production=False)
    with pytest.raises(ConfigurationError, match="replace=True") as caught:
        configure(app_id="other", is_production=False)
    assert caught.value.setting == "replace"
    assert get_client() is client
    assert configure(app_id="other", is_production=False, replace=True) is get_client()
    assert get_client().app_id == "other"


@pytest.mark.usefixtures("dev")
def test_a_client_from_the_environment_counts_as_configured() -> None:
    client = get_client()
    assert configure() is client
    with pytest.raises(ConfigurationError):
        configure(app_id="other")


def test_middleware_that_has_no_hash_can_be_configured_twice() -> None:
    @dataclass
    class Unhashable:
        def __call__(self, client: inngest.Inngest, request: object) -> inngest.MiddlewareSync:
            return inngest.MiddlewareSync(client, request)

    client = configure(app_id="app", is_production=False, middleware=[Unhashable()])
    assert configure(app_id="app", is_production=False, middleware=[Unhashable()]) is client


def test_the_client_hands_every_setting_to_the_sdk() -> None:
    logger = logging.getLogger("tests.sdk")
    client = configure(
        app_id="app",
        app_version="1.2",
        env="branch",
        event_key=KEY,
        signing_key="signkey-test-5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0",
        event_api_base_url="https://events.test",
        api_base_url="https://api.test",
        middleware=[inngest.MiddlewareSync],
        logger=logger,
    )
    assert (client.app_id, client.app_version, client.env) == ("app", "1.2", "branch")
    assert (client.event_key, client.signing_key) == (
        KEY,
        "signkey-test-5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0",
    )
    assert (client.event_api_origin, client.api_origin) == (
        "https://events.test",
        "https://api.test",
    )
    assert client.is_production
    assert client.logger is logger
    assert client.middleware == [inngest.MiddlewareSync]
    assert client.settings.send_timeout_s == 10


def test_no_key_is_in_the_repr() -> None:
    client = configure(
        app_id="app", event_key=KEY, signing_key="signkey-prod-0123abcd0123abcd0123abcd0123abcd"
    )
    assert repr(client).startswith("Client(Settings(app_id='app'")
    assert KEY not in repr(client)
    assert "0123abcd" not in repr(client)


def test_override_restores_what_was_there() -> None:
    before = configure(app_id="app", is_production=False)
    with override_client(app_id="outer", is_production=False) as outer:
        assert get_client() is outer
        with override_client(app_id="inner", is_production=False) as inner:
            assert get_client() is inner
        assert get_client() is outer
    assert get_client() is before


def test_override_restores_also_after_an_error() -> None:
    with pytest.raises(KeyError), override_client(app_id="other", is_production=False):
        raise KeyError
    with pytest.raises(ConfigurationError):  # there was no client before, and there is none now
        get_client()


def test_overrides_may_end_in_another_order_than_they_began_in() -> None:
    before = configure(app_id="app", is_production=False)
    outer, inner = ExitStack(), ExitStack()
    outer.enter_context(override_client(app_id="outer", is_production=False))
    other = inner.enter_context(override_client(app_id="inner", is_production=False))
    outer.close()
    assert get_client() is other
    inner.close()
    assert get_client() is before


def test_override_changes_nothing_when_its_settings_are_wrong() -> None:
    before = configure(app_id="app", is_production=False)
    with pytest.raises(ConfigurationError), override_client(app_id=""):
        pytest.fail("the body ran")
    assert get_client() is before


def test_override_is_seen_by_other_threads() -> None:
    with override_client(app_id="other", is_production=False) as client:
        assert set(map(id, in_threads(get_client, 4))) == {id(client)}


def test_override_closes_its_connections(server: EventServer) -> None:
    with override_client(
        app_id="app", is_production=False, event_api_base_url=server.url
    ) as client:
        send_event(follow())
        send_event(follow())
    client.send_sync(sdk_events(1))
    first, second, third = server.ports
    assert first == second != third


def test_the_sdks_own_methods_deliver_events_of_any_name(server: EventServer) -> None:
    client = connect(server.url)
    assert client.send_sync(sdk_events(1)[0]) == ["01ID000001"]
    assert client.send_sync(sdk_events(2)) == ["01ID000002", "01ID000003"]
    assert asyncio.run(client.send(sdk_events(1)[0])) == ["01ID000004"]
    assert asyncio.run(client.send(sdk_events(2))) == ["01ID000005", "01ID000006"]
    assert {event["name"] for event in server.events} == {"shop/order.created"}
    assert [event["data"]["n"] for event in server.events] == [0, 0, 1, 0, 0, 1]


def test_the_sdks_own_methods_lose_nothing(server: EventServer) -> None:
    """The SDK returns ``[]`` where the server answers 500 without saying why."""
    server.answer_with(hang_up)
    client = connect(server.url, send_timeout_s=0.4)
    events = sdk_events(2)
    with pytest.raises(SendError) as caught:
        client.send_sync(events)
    assert caught.value.unsent == events
    with pytest.raises(SendError) as caught:
        asyncio.run(client.send(events))
    assert caught.value.unsent == events


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, "an iterable of events, not a NoneType"),
        (inngest.Event, "an iterable of events, not the class Event"),
        (follow(), "a MemberFollowed is one event"),
        ([follow()], "a MemberFollowed is not an inngest.Event"),
        ([{"name": "shop/order.created"}], "a dict is not an inngest.Event"),
    ],
)
def test_the_sdks_own_methods_say_what_they_do_not_take(
    server: EventServer, wrong: list[inngest.Event], message: str
) -> None:
    client = connect(server.url)
    with pytest.raises(TypeError, match=message):
        client.send_sync(wrong)
    with pytest.raises(TypeError, match=message):
        asyncio.run(client.send(wrong))
    assert not server.requests


def test_the_signatures_are_those_of_the_sdk() -> None:
    for name in ["send", "send_sync"]:
        own, its = getattr(Client, name), getattr(inngest.Inngest, name)
        assert list(inspect.signature(own).parameters) == list(inspect.signature(its).parameters)


def test_threads_share_the_client(server: EventServer) -> None:
    connect(server.url)
    ids = in_threads(lambda: send_event(follow()), 8)
    assert len(set(ids)) == len(server.events) == 8


def test_event_loops_share_the_client(server: EventServer) -> None:
    """The SDK's client fails on the second loop, after the server took the event."""
    connect(server.url)
    for _ in range(3):
        asyncio.run(asend_event(follow()))
    in_threads(lambda: asyncio.run(asend_event(follow())), 8)
    assert len(server.requests) == 11


def test_a_fork_forgets_the_client_and_keeps_its_settings() -> None:
    """What a child process does, in this one, so that the effect can be seen."""
    configured = configure(app_id="app", is_production=False)
    state = vars(client_module)["_state"]
    state.lock.acquire()  # a thread that the child does not have
    state.forget_client()
    assert get_client() is not configured
    assert get_client().settings == configured.settings
    get_client().close()


FORKING = """
    import os, signal, sys, threading
    from platform_events.sending import client as client_module
    from platform_events import MemberFollowed, configure, get_client, send_event
    from datetime import UTC, datetime

    event = MemberFollowed(follower_id="a", followee_id="b", followed_at=datetime.now(UTC))
    mine = configure(
        app_id="fork", is_production=False, event_api_base_url=sys.argv[1], send_timeout_s=30
    )
    send_event(event, id="parent-1")

    def in_child(work):
        child = os.fork()
        if not child:
            signal.alarm(60)  # a lock that nobody releases must not hang
            try:
                work()
            finally:
                os._exit(0)
        os.waitpid(child, 0)

    def child():
        assert get_client() is not mine
        send_event(event, id="child-get")
        send_event(event, id="child-get-2")
        mine.send_sync(event.to_inngest(id="child-kept"))

    in_child(child)
    send_event(event, id="parent-2")

    held, release = threading.Event(), threading.Event()
    def hold():
        with client_module._state.lock, mine.transport._connections().lock:
            held.set()
            release.wait()
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    in_child(lambda: send_event(event, id="child-locked"))
    release.set()
    thread.join()
    send_event(event, id="parent-3")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_shares_no_connection(server: EventServer) -> None:
    command = [sys.executable, "-c", textwrap.dedent(FORKING), server.url]
    subprocess.run(command, check=True, timeout=300)
    ports = {request.events[0]["id"]: request.port for request in server.requests}
    assert list(ports) == [
        "parent-1",
        "child-get",
        "child-get-2",
        "child-kept",
        "parent-2",
        "child-locked",
        "parent-3",
    ]
    assert ports["parent-1"] == ports["parent-2"] == ports["parent-3"]
    assert ports["child-get"] == ports["child-get-2"]
    assert len({ports[k] for k in ["parent-1", "child-get", "child-kept", "child-locked"]}) == 4


def test_a_process_that_forked_unknown_to_python_starts_anew(
    server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a child process does, in this one, so that the effect can be seen."""
    parents = connect(server.url)
    send_event(follow())
    process_id = os.getpid()
    monkeypatch.setattr("os.getpid", lambda: process_id + 1)
    parents.send_sync(sdk_events(1))  # by what the child kept hold of
    send_event(follow())
    assert get_client() is not parents
    assert len(set(server.ports)) == 3
    get_client().close()
