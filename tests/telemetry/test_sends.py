"""Spans and metrics of sends, and the context that the events carry."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import inngest
import pytest
from opentelemetry.trace import SpanKind, StatusCode

from platform_events import (
    EventTooLargeError,
    InvalidEventError,
    ScoringCalculate,
    SendError,
    asend_event,
    asend_events,
    get_client,
    override_client,
    send_event,
    send_events,
)
from platform_events.testing import capture_events
from tests.functions.running_app import calculate, calculated
from tests.support.clients import connect
from tests.support.http import Answer, Connection, EventServer, Request, accept, echo
from tests.support.waiting import wait_until
from tests.telemetry.recording import (
    SECRET,
    Recording,
    attributes_of,
    carrier_of,
    context_of,
    linked,
)

pytestmark = pytest.mark.usefixtures("clean_client")

NAME = ScoringCalculate.event_name
SENT = "messaging.client.sent.messages"
DURATION = "messaging.client.operation.duration"
INVALID = "inngest.invalid_events"
DESTINATION = "messaging.destination.name"


def raw(**data: Any) -> inngest.Event:
    """An event without a class, whose data a capture gives back as it was sent."""
    return inngest.Event(name="other/thing", data=data)


def test_a_send_is_a_span_of_a_producer(recorded: Recording) -> None:
    with capture_events() as sent:
        event_id = send_event(calculate(SECRET))
    span = recorded.one(f"send {NAME}")
    assert span.kind is SpanKind.PRODUCER
    assert span.status.status_code is StatusCode.UNSET
    assert attributes_of(span) == {
        "messaging.system": "inngest",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": NAME,
        "messaging.message.id": event_id,
        "server.address": "127.0.0.1",
        "server.port": 8288,
    }
    assert sent == [calculate(SECRET)]  # the context is not part of the event


def test_a_send_is_part_of_the_trace_around_it(recorded: Recording) -> None:
    tracer = recorded.tracers.get_tracer("service")
    with capture_events(), tracer.start_as_current_span("request"):
        send_event(calculate())
        asyncio.run(asend_event(calculate()))
    request = context_of(recorded.one("request"))
    parents = [span.parent for span in recorded.named(f"send {NAME}")]
    assert parents == [request, request]


def test_an_event_carries_the_context_of_its_send(recorded: Recording) -> None:
    with capture_events() as sent:
        get_client().send_sync(raw(a=1))
    (event,) = sent
    assert isinstance(event, inngest.Event)
    assert event.data == {"a": 1, "_trace": carrier_of(recorded.one("send other/thing"))}


def test_many_events_are_one_span_and_carry_its_context(recorded: Recording) -> None:
    with capture_events() as sent:
        get_client().send_sync([raw(), raw(a=1)])
        send_events([calculate(), calculated()])
        asyncio.run(asend_events([calculate(), calculate()]))
    together = recorded.one("send other/thing")
    assert [event.data["_trace"] for event in sent[:2]] == [carrier_of(together)] * 2  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]  # the SDK's
    counts = [attributes_of(span)["messaging.batch.message_count"] for span in recorded.spans]
    assert counts == [2, 2, 2]
    assert DESTINATION not in attributes_of(recorded.one("send"))  # two names


CALLERS = 24


def send_from_tasks(count: int) -> None:
    async def send_at_once() -> None:
        client = get_client()
        await asyncio.gather(*(client.send(raw(number=number)) for number in range(count)))

    asyncio.run(send_at_once())


def send_from_threads(count: int) -> None:
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(get_client().send_sync, [raw(number=number) for number in range(count)]))


def accept_once_all_are_there() -> Answer:
    """Hold answers until every caller has come, so that the later ones share requests."""
    came = threading.Event()

    def are_there() -> bool:
        load = get_client().dispatch.load()
        if load.waiting + load.in_flight == CALLERS:
            came.set()
        return came.is_set()

    def answer(request: Request, connection: Connection) -> None:
        wait_until(are_there)
        accept(request, connection)

    return answer


@pytest.mark.parametrize("send", [send_from_tasks, send_from_threads])
def test_callers_that_share_requests_keep_their_own_contexts(
    recorded: Recording, server: EventServer, send: Callable[[int], None]
) -> None:
    connect(server.url, send_timeout_s=20)
    # As many as may be under way at once: with these held, all others wait.
    server.answer_with(*[accept_once_all_are_there()] * 4, accept)
    send(CALLERS)
    assert len(server.requests) < CALLERS
    spans = {carrier_of(span)["traceparent"] for span in recorded.named("send other/thing")}
    carried = {event["data"]["_trace"]["traceparent"] for event in server.events}
    assert len(spans) == CALLERS
    assert carried == spans


def test_every_attempt_carries_the_same_context(recorded: Recording, server: EventServer) -> None:
    server.answer_with(echo(503), accept)
    connect(server.url, send_timeout_s=20)
    send_event(calculate())
    first, second = server.events
    assert first["data"] == second["data"]
    assert first["data"]["_trace"] == carrier_of(recorded.one(f"send {NAME}"))


def test_an_event_that_is_sent_again_keeps_its_context_and_is_linked(recorded: Recording) -> None:
    with capture_events() as sent:
        get_client().send_sync(raw())
        (first,) = sent
        assert isinstance(first, inngest.Event)
        get_client().send_sync(first)
    original, again = recorded.spans
    assert sent[1].data == first.data  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]  # the SDK's
    assert linked(again) == {context_of(original).span_id}


def test_a_platform_event_that_was_received_may_be_sent_again(recorded: Recording) -> None:
    received = calculate().to_inngest()
    carrier = {"traceparent": f"00-{1:032x}-{2:016x}-01"}
    received.data = {**received.data, "_trace": carrier}
    with capture_events() as sent:
        send_events([received])
    assert sent == [calculate()]
    assert linked(recorded.one(f"send {NAME}")) == {2}


def test_middleware_keeps_the_context(recorded: Recording) -> None:
    class Changing(inngest.MiddlewareSync):
        def before_send_events(self, events: list[inngest.Event]) -> None:
            for event in events:
                event.data = {**event.data, "more": 1}

    with (
        override_client(app_id="test", is_production=False, middleware=[Changing]),
        capture_events() as sent,
    ):
        get_client().send_sync(raw())
    (event,) = sent
    assert event.data == {"more": 1, "_trace": carrier_of(recorded.one("send other/thing"))}  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]  # the SDK's


@pytest.mark.parametrize(("fault", "kind"), [("unauthorized", "401"), ("refused", "ConnectError")])
def test_a_send_that_fails_says_how(recorded: Recording, fault: Any, kind: str) -> None:
    with (
        override_client(app_id="test", is_production=False),
        capture_events(fail=fault),
        pytest.raises(SendError),
    ):
        send_event(calculate(SECRET))
    span = recorded.one(f"send {NAME}")
    assert span.status.status_code is StatusCode.ERROR
    assert attributes_of(span)["error.type"] == kind
    assert not span.events
    outcomes = recorded.values(SENT, DESTINATION, "inngest.outcome", "error.type")
    assert outcomes == {(NAME, "not_accepted", kind): 1}
    assert recorded.values(DURATION, "error.type") == {(kind,): 1}


def test_sends_are_counted_by_event_and_outcome(recorded: Recording) -> None:
    with capture_events() as sent:
        send_events([calculate(), calculate(), calculated()])
        sent.fail = "partial"
        with contextlib.suppress(SendError):
            send_events([calculate(), calculate()])
    outcomes = recorded.values(SENT, DESTINATION, "inngest.outcome")
    assert outcomes[calculated().event_name, "accepted"] == 1
    assert outcomes[NAME, "accepted"] + outcomes[NAME, "not_accepted"] == 4
    assert outcomes[NAME, "not_accepted"] >= 1
    assert recorded.values(DURATION, DESTINATION, "error.type") == {
        (None, None): 1,
        (NAME, "400"): 1,
    }


def test_what_is_not_sent_is_counted_as_invalid(recorded: Recording) -> None:
    with capture_events(), override_client(app_id="t", is_production=False, max_event_bytes=100):
        with pytest.raises(InvalidEventError):
            send_event(calculate(SECRET), id=" ")
        with pytest.raises(EventTooLargeError):
            send_event(calculate(SECRET))
    assert recorded.values(INVALID, "messaging.operation.name", DESTINATION) == {("send", NAME): 2}
    assert not recorded.points(SENT)


def test_what_is_not_an_event_fails_as_without_telemetry(recorded: Recording) -> None:
    with capture_events(), pytest.raises(TypeError, match="not an event"):
        send_event({"member_id": SECRET})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a mistake
    span = recorded.one("send")
    assert attributes_of(span)["error.type"] == "TypeError"
    assert span.status.description is None


def test_an_iterator_that_fails_shows_nothing_of_its_error(recorded: Recording) -> None:
    def events() -> Iterator[ScoringCalculate]:
        yield calculate()
        raise RuntimeError(SECRET)

    with capture_events(), pytest.raises(SendError):
        send_events(events())
    assert attributes_of(recorded.one("send"))["error.type"] == "RuntimeError"


def test_the_port_of_an_address_without_one_is_that_of_its_scheme(recorded: Recording) -> None:
    options: dict[str, Any] = {"event_api_base_url": "https://inngest.example"}
    with override_client(app_id="t", is_production=False, **options), capture_events():
        send_event(calculate())
    attributes = attributes_of(recorded.one(f"send {NAME}"))
    assert attributes["server.address"] == "inngest.example"
    assert attributes["server.port"] == 443


def test_a_send_that_is_cancelled_is_an_error(recorded: Recording) -> None:
    async def cancelled(server: socket.socket) -> None:
        server.setblocking(False)  # the socket's
        task = asyncio.create_task(asend_event(calculate()))
        connection, _ = await asyncio.get_running_loop().sock_accept(server)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with override_client(app_id="t", is_production=False, event_api_base_url=url):
            asyncio.run(cancelled(server))
    assert attributes_of(recorded.one(f"send {NAME}"))["error.type"] == "CancelledError"
    assert recorded.values(SENT, "inngest.outcome") == {("not_accepted",): 1}


def test_an_error_without_a_status_or_a_cause_is_named(recorded: Recording) -> None:
    class Dropping(inngest.MiddlewareSync):
        def before_send_events(self, events: list[inngest.Event]) -> None:
            events.clear()

    with (
        override_client(app_id="test", is_production=False, middleware=[Dropping]),
        capture_events(),
        pytest.raises(SendError),
    ):
        send_event(calculate())
    assert attributes_of(recorded.one(f"send {NAME}"))["error.type"] == "SendError"


def test_middleware_that_awaits_is_waited_for(recorded: Recording) -> None:
    class Waiting(inngest.Middleware):
        async def before_send_events(self, events: list[inngest.Event]) -> None:  # noqa: ARG002  # the SDK's
            await asyncio.sleep(0)

    with (
        override_client(app_id="test", is_production=False, middleware=[Waiting]),
        capture_events() as sent,
    ):
        asyncio.run(asend_event(calculate()))
    assert len(sent) == len(recorded.spans) == 1
