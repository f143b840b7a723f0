"""What is sent while a test captures it: caught wherever it is sent, refused as in earnest."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import inngest
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_events import (
    ConfigurationError,
    EventTooLargeError,
    MemberFollowed,
    ScoringCalculate,
    SendError,
    UnknownEventError,
    asend_event,
    configure,
    create_function,
    get_client,
    override_client,
    send_event,
    send_events,
    send_events_step,
)
from platform_events.sending.settings import ClientOptions, Settings
from platform_events.testing import Fault, LocalInngest, SentEvents, capture_events
from platform_events.testing.strategies import events
from tests.support.clients import KEY, MOMENT, Sender, connect, follow, follows, sdk_events
from tests.support.http import (
    Answer,
    EventServer,
    refusing_url,
    reply,
    reset_midway,
    silence,
)

pytestmark = pytest.mark.usefixtures("clean_client")


def test_what_is_sent_is_a_list_of_typed_events(sender: Sender) -> None:
    with capture_events() as sent:
        sender.one(follow())
        sender.many(follows(2))
    assert sent == [follow(), *follows(2)]
    assert [type(event) for event in sent] == [MemberFollowed] * 3


def test_the_details_hold_id_key_and_time(sender: Sender) -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    with capture_events() as sent:
        ids = [sender.one(follow(), id="once", ts=MOMENT), sender.one(follow())]
    first, second = sent.details
    assert [first.id, second.id] == ids
    assert len(set(ids)) == 2
    assert (first.key, first.ts) == ("once", int(MOMENT.timestamp() * 1000))
    assert second.key is None
    assert before <= second.ts <= datetime.now(UTC).timestamp() * 1000
    assert [detail.event for detail in sent.details] == sent


def test_what_was_sent_can_be_forgotten_before_the_test_acts(sender: Sender) -> None:
    with capture_events() as sent:
        sender.one(follow("a"), id="arrange")
        sent.clear()
        sender.one(follow("b"), id="act")
    assert sent == [follow("b")]
    assert [detail.key for detail in sent.details] == ["act"]


@given(st.lists(events(), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_event_is_captured_as_it_was_sent(wanted: list[Any]) -> None:
    with capture_events() as sent:
        send_events(wanted)
    assert sent == wanted


def test_nothing_leaves_the_process(server: EventServer, sender: Sender) -> None:
    client = connect(server.url)
    with capture_events() as sent:
        sender.one(follow())
        sender.direct(client, sdk_events(1))
    assert server.requests == []
    assert len(sent) == 2
    sender.one(follow("mem_3"))
    assert len(server.requests) == 1


def test_events_of_other_platforms_are_the_sdks(sender: Sender) -> None:
    with capture_events() as sent:
        sender.direct(get_client(), sdk_events(2))
    assert sent == sdk_events(2)
    assert sent.of(MemberFollowed) == []


def test_sends_of_threads_and_tasks_are_caught() -> None:
    async def tasks() -> None:
        await asyncio.gather(*(asend_event(event) for event in follows(50)))

    with capture_events() as sent:
        with ThreadPoolExecutor(16) as executor:
            list(executor.map(send_event, follows(200)))
        assert sorted(event.followee_id for event in sent.of(MemberFollowed)) == sorted(
            event.followee_id for event in follows(200)
        )
        asyncio.run(tasks())
    assert len(sent) == len(sent.details) == 250
    assert len({detail.id for detail in sent.details}) == 250


def test_a_task_lets_others_go_on_as_over_a_network() -> None:
    order: list[str] = []

    async def send() -> None:
        await asend_event(follow())
        order.append("sent")

    async def other() -> None:
        order.append("other")

    async def both() -> None:
        await asyncio.gather(send(), other())

    with capture_events():
        asyncio.run(both())
    assert order == ["other", "sent"]


def test_what_a_function_sends_is_caught() -> None:
    wanted = ScoringCalculate(
        member_id="mem_1", gym_id="gym_1", score="progress", reason="workout-logged"
    )

    @create_function(fn_id="ask-later", trigger=MemberFollowed)
    async def ask_later(ctx: inngest.Context, event: MemberFollowed) -> list[str]:
        await ctx.step.sleep("wait", timedelta(hours=1))
        return await send_events_step(ctx.step, "ask", [wanted])

    with LocalInngest() as server:
        server.serve([ask_later])
        event_id = send_event(follow())
        server.wait_idle()
        with capture_events() as sent:
            server.advance(3600)
            run = server.run_of(event_id)
        assert sent == [wanted]
        assert run.output == [sent.details[0].id]
        assert wanted.event_name not in {one.name for one in server.events.details}


def test_a_middleware_that_encrypts_leaves_what_no_class_reads() -> None:
    class Encrypting(inngest.MiddlewareSync):
        def before_send_events(self, events: list[inngest.Event]) -> None:
            for event in events:
                event.data = {"encrypted": "AAAA"}

    with (
        override_client(app_id="a", is_production=False, middleware=[Encrypting]),
        capture_events() as sent,
    ):
        send_event(follow())
    assert sent == [
        inngest.Event(name="platform/social.member-followed", data={"encrypted": "AAAA"})
    ]


def test_the_rules_are_the_real_ones(sender: Sender) -> None:
    with (
        override_client(app_id="a", is_production=False, max_event_bytes=200),
        capture_events() as sent,
    ):
        with pytest.raises(EventTooLargeError):
            sender.one(follow("m" * 128))
        with pytest.raises(UnknownEventError):
            sender.many([inngest.Event(name="platform/social.member-folowed", data={})])
        with pytest.raises(SendError, match="400") as caught:
            sender.direct(get_client(), [*sdk_events(1), inngest.Event(name="inngest/x")])
    assert caught.value.server_message == "event name is reserved for internal use: inngest/x"
    assert sent == sdk_events(1)


def test_where_nothing_is_configured_there_is_a_client_meanwhile() -> None:
    with capture_events() as sent:
        client = get_client()
        assert (client.app_id, client.is_production) == ("test", False)
        assert get_client() is client
        send_event(follow())
    assert len(sent) == 1
    with pytest.raises(ConfigurationError, match="PLATFORM_EVENTS_APP_ID"):
        get_client()


def test_what_the_environment_says_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "scoring")
    monkeypatch.setenv("PLATFORM_EVENTS_MAX_EVENT_BYTES", "10")
    with capture_events():
        assert get_client().app_id == "scoring"
        with pytest.raises(EventTooLargeError):
            send_event(follow())
    monkeypatch.setenv("INNGEST_DEV", "http://inngest")
    with capture_events(), pytest.raises(ConfigurationError, match="INNGEST_DEV"):
        get_client()


def test_a_service_may_configure_its_client_meanwhile_and_keeps_it() -> None:
    with capture_events() as sent:
        send_event(follow())
        client = configure(app_id="scoring", is_production=False)
        assert get_client() is client
        send_event(follow())
    assert len(sent) == 2
    assert get_client() is client


def test_a_client_that_was_configured_is_used_and_stays() -> None:
    client = configure(app_id="scoring", is_production=True, event_key=KEY)
    with capture_events() as sent:
        assert get_client() is client
        send_event(follow())
    assert len(sent) == 1
    assert get_client() is client


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, SystemExit])
def test_everything_is_restored_after_an_error(
    server: EventServer, error: type[BaseException]
) -> None:
    connect(server.url)
    with pytest.raises(error), capture_events() as sent:  # noqa: PT012  # it ends by an error
        send_event(follow())
        raise error
    send_event(follow())
    assert len(server.requests) == len(sent) == 1


def test_the_inner_of_two_catches() -> None:
    with capture_events() as outer:
        with capture_events() as inner:
            send_event(follow())
            client = get_client()
        assert get_client() is client
        send_event(follow("mem_3"))
    assert (inner, outer) == ([follow()], [follow("mem_3")])


def test_two_may_end_in_the_order_of_their_beginning() -> None:
    first, second = capture_events(), capture_events()
    first.__enter__()
    sent = second.__enter__()
    first.__exit__(None, None, None)
    send_event(follow())
    second.__exit__(None, None, None)
    assert sent == [follow()]
    with pytest.raises(ConfigurationError):
        get_client()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_forked_process_sends_does_not_leave_it(server: EventServer) -> None:
    connect(server.url)
    with capture_events() as sent:
        child = os.fork()
        if not child:
            try:
                send_event(follow())
                os._exit(len(sent))
            finally:
                os._exit(99)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert sent == []
    assert server.requests == []


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from(["shop/a", "b", "inngest/x"])},
            optional={"id": st.just("once"), "ts": st.sampled_from([0, 1795456839034])},
        ),
        max_size=4,
    )
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_answers_as_the_local_server_does(raw: list[dict[str, Any]]) -> None:
    """The same sends, captured and over HTTP, end in the same way."""

    def outcome(client_options: ClientOptions) -> tuple[object, ...]:
        with override_client(**client_options) as client:
            try:
                return (len(client.send_sync([inngest.Event(**fields) for fields in raw])),)
            except SendError as error:
                return (
                    str(error).replace(client.settings.event_api_base_url, ""),
                    len(error.accepted_ids),
                    len(error.unsent),
                    error.server_message,
                )

    options: ClientOptions = {"app_id": "a", "is_production": False}
    with capture_events() as sent:
        captured = outcome(options)
    with LocalInngest() as server:
        assert outcome({**options, "event_api_base_url": server.url}) == captured
        assert server.events == sent


def partial(count: int) -> Answer:
    """Take all but the last event."""
    ids = [f"id-{number}" for number in range(count - 1)] or [""]
    return reply(400, {"ids": ids, "status": 400, "error": "event name is empty"})


SCRIPTS: dict[Fault, Callable[[], Answer]] = {
    "reset": lambda: reset_midway,
    "time-out": lambda: silence,
    "server-error": lambda: reply(500, {"error": "internal error"}),
    "rate-limited": lambda: reply(429, {"error": "rate limited"}),
    "unauthorized": lambda: reply(401, {"status": 401, "error": "Event key not found"}),
    "too-large": lambda: reply(413, {"status": 413, "error": "request body is too large"}),
    "redirect": lambda: reply(302),
    "page": lambda: reply(200, b"<html></html>"),
    "no-ids": lambda: reply(200, {"ids": [], "status": 200}),
    "partial": lambda: partial(3),
}


def fate(error: SendError) -> tuple[object, ...]:
    return (
        error.status_code,
        error.is_retriable,
        len(error.accepted_ids),
        error.unsent,
        type(error.__cause__),
        error.retry_after,
    )


@pytest.mark.usefixtures("one_retry")
@pytest.mark.parametrize("fault", get_args(Fault))
def test_each_failure_ends_as_the_real_one_does(
    server: EventServer, sender: Sender, fault: Fault
) -> None:
    if fault == "refused":
        with refusing_url() as url:
            connect(url)
            real = sender.refused(follows(3))
    else:
        server.answer_with(SCRIPTS[fault]())
        connect(server.url, attempt_timeout_s=0.3 if fault == "time-out" else 10)
        real = sender.refused(follows(3))
    with capture_events(fail=fault) as sent:
        captured = sender.refused(follows(3))
    assert fate(captured) == fate(real)
    assert sent == follows(3)[: len(captured.accepted_ids)]
    assert [detail.id for detail in sent.details] == captured.accepted_ids


@pytest.mark.parametrize("fault", get_args(Fault))
def test_a_failure_takes_no_time(sender: Sender, fault: Fault) -> None:
    begin = datetime.now(UTC)
    with (
        override_client(app_id="a", is_production=False, send_timeout_s=3600),
        capture_events(fail=fault),
    ):
        sender.refused(follows(1))
    assert (datetime.now(UTC) - begin).total_seconds() < 60


def test_a_failure_can_end_in_the_middle(sender: Sender) -> None:
    with capture_events(fail="server-error") as sent:
        sender.refused(follows(2))
        sent.fail = None
        sender.many(follows(2))
        sent.fail = "partial"
        assert sender.refused(follows(2)).unsent == follows(2)[1:]
    assert sent == [*follows(2), follows(2)[0]]


def test_an_unknown_failure_is_refused_and_nothing_is_captured(server: EventServer) -> None:
    connect(server.url)
    known = ", ".join(get_args(Fault))
    message = f"unknown failure 'late': it must be one of {known}"
    late: Any = "late"
    with pytest.raises(ValueError, match=message), capture_events(fail=late):
        raise AssertionError
    with capture_events() as sent, pytest.raises(ValueError, match=message):
        sent.fail = late
    send_event(follow())
    assert len(server.requests) == 1


def test_the_list_can_be_read_when_the_block_has_ended() -> None:
    with capture_events() as sent:
        send_event(follow())
    assert isinstance(sent, SentEvents)
    assert sent.one(MemberFollowed) == follow()


def test_threads_that_begin_together_share_the_stand_in() -> None:
    barrier = threading.Barrier(8)

    def begin(_: int) -> object:
        barrier.wait()
        return get_client()

    with capture_events(), ThreadPoolExecutor(8) as executor:
        assert len(set(executor.map(begin, range(8)))) == 1


def test_the_settings_of_the_stand_in_are_those_of_a_dev_server() -> None:
    with capture_events():
        assert get_client().settings == Settings.resolve({"INNGEST_DEV": "1"}, app_id="test")
