"""Every way in which a send fails over real HTTP ends in one error that says what became of it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from platform_events import Event, SendError, asend_event, send_events
from platform_events.sending.settings import ClientOptions

from ..support.clients import KEY, Sender, chain, connect, follow, follows
from ..support.http import (
    DRIPS_FOR_S,
    Answer,
    EventServer,
    Request,
    accept,
    drip_body,
    echo,
    hang_up,
    refusing_url,
    reply,
    reset_midway,
    silence,
)

pytestmark = pytest.mark.usefixtures("clean_client")

PAGE = b"<html><body>502 Bad Gateway</body></html>"
SEVERAL = 3


@dataclass(frozen=True)
class Case:
    """An answer to three events, and what the error says of it."""

    answer: Answer
    status_code: int | None
    is_retriable: bool = False
    cause: type[Exception] | None = None
    accepted: list[str] = field(default_factory=list[str])
    lost: tuple[int, ...] = (0, 1, 2)

    @property
    def options(self) -> ClientOptions:
        """Only an answer that does not come is not waited for."""
        return {"attempt_timeout_s": 0.3} if self.cause is httpx2.ReadTimeout else {}


NO_JSON = ValueError
CASES = {
    "closed": Case(hang_up, None, True, httpx2.RemoteProtocolError),
    "reset": Case(reset_midway, None, True, httpx2.ReadError),
    "silent": Case(silence, None, True, httpx2.ReadTimeout),
    "dripping": Case(drip_body(0.05), None, True, httpx2.ReadTimeout),
    "oversized": Case(reply(200, b"[" * (5 << 20)), None, True, httpx2.ReadError),
    "500": Case(reply(500, {"error": "boom", "ids": ["a", "b", "c"]}), 500, True),
    "500 without error": Case(reply(500, {"message": "boom"}), 500, True),
    "500 empty object": Case(reply(500, {}), 500, True),
    "502 page": Case(reply(502, PAGE), 502, True, NO_JSON),
    "503": Case(reply(503, {"error": "Event keys are required"}), 503, True),
    "408": Case(reply(408, b""), 408, True, NO_JSON),
    "429": Case(reply(429, {"error": "rate limited"}), 429, True),
    "200 page": Case(reply(200, PAGE), 200, cause=NO_JSON),
    "200 empty": Case(reply(200, b""), 200, cause=NO_JSON),
    "200 cut off": Case(reply(200, b'{"ids":["a","b"'), 200, cause=NO_JSON),
    "200 no text": Case(reply(200, b"\xff\xfe\xfd"), 200, cause=NO_JSON),
    "200 deep": Case(reply(200, b"[" * 1_000_000), 200, cause=NO_JSON),
    "200 huge number": Case(reply(200, b"9" * 10_000), 200, cause=NO_JSON),
    "200 list": Case(reply(200, ["a", "b", "c"]), 200),
    "200 string": Case(reply(200, "abc"), 200),
    "200 null": Case(reply(200, None), 200),
    "200 without ids": Case(reply(200, {"status": 200}), 200),
    "200 ids null": Case(reply(200, {"ids": None}), 200),
    "200 ids string": Case(reply(200, {"ids": "abc"}), 200),
    "200 ids of ints": Case(reply(200, {"ids": [1, 2, 3]}), 200),
    "200 ids empty": Case(reply(200, {"ids": ["", "", ""]}), 200),
    "200 fewer ids": Case(reply(200, {"ids": ["a", "b"]}), 200, accepted=["a", "b"], lost=(2,)),
    "200 gap": Case(reply(200, {"ids": ["a", "", "c"]}), 200, accepted=["a", "c"], lost=(1,)),
    "200 more ids": Case(reply(200, {"ids": ["a", "b", "c", "d"]}), 200),
    "200 same ids": Case(reply(200, {"ids": ["a"] * 3}), 200, accepted=["a"], lost=(1, 2)),
    "302": Case(reply(302, b"", {"location": "/e"}), 302, True, NO_JSON),
    "303 page": Case(reply(303, PAGE), 303, True, NO_JSON),
    "400 prefix": Case(
        reply(400, {"ids": ["a"], "error": "event name is empty"}), 400, accepted=["a"], lost=(1, 2)
    ),
    "400 none": Case(reply(400, {"ids": [""], "error": "no"}), 400),
    "400 page": Case(reply(400, PAGE), 400, cause=NO_JSON),
    "401": Case(
        reply(401, {"status": 401, "message": "", "error": "Event key not found"}), 401, True
    ),
    "403 ids": Case(reply(403, {"ids": ["a", "b", "c"]}), 403, True),
    "404 without error": Case(reply(404, {"detail": "Not Found"}), 404, True),
    "413 page": Case(reply(413, PAGE), 413, cause=NO_JSON),
}


@pytest.mark.usefixtures("one_retry")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_events_that_are_not_accepted_are_handed_back(
    server: EventServer, sender: Sender, case: Case
) -> None:
    server.answer_with(case.answer)
    connect(server.url, **case.options)
    events = follows(SEVERAL)
    error = sender.refused(events)
    assert error.status_code == case.status_code
    assert error.is_retriable == case.is_retriable
    assert error.accepted_ids == case.accepted
    assert [id(event) for event in error.unsent] == [id(events[index]) for index in case.lost]
    assert type(error.__cause__) is (case.cause or type(None))
    assert f"{len(case.lost)} of 3 events were not accepted: {server.url} " in str(error)
    assert len({request.headers["x-inngest-event-id-seed"] for request in server.requests}) == 1
    assert (len(server.requests) > 1) <= case.is_retriable


FOR_ONE = {name: case for name, case in CASES.items() if not case.accepted}


@pytest.mark.usefixtures("one_retry")
@pytest.mark.parametrize("case", FOR_ONE.values(), ids=FOR_ONE.keys())
def test_one_event_that_is_not_accepted_is_handed_back(
    server: EventServer, sender: Sender, case: Case
) -> None:
    server.answer_with(case.answer)
    connect(server.url, **case.options)
    event = follow()
    with pytest.raises(SendError) as caught:
        sender.one(event)
    error = caught.value
    assert (error.status_code, error.is_retriable) == (case.status_code, case.is_retriable)
    assert (error.accepted_ids, error.unsent) == ([], [event])
    assert type(error.__cause__) is (case.cause or type(None))


@pytest.mark.usefixtures("one_retry")
def test_a_refused_connection_is_tried_again(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    with refusing_url() as url:
        connect(url)
        events = follows(2)
        error = sender.refused(events)
    assert caplog.text.count("the next attempt is in") == 1
    assert (error.status_code, error.is_retriable, error.unsent) == (None, True, events)
    assert isinstance(error.__cause__, httpx2.ConnectError)
    assert str(error) == (
        f"2 of 2 events were not accepted: {url} gave no answer (ConnectError). Start a dev server "
        "(npx inngest-cli@latest dev), or check the address that INNGEST_DEV or INNGEST_BASE_URL "
        "gives."
    )
    # One line says it all: of the HTTP client nothing is left to be shown.
    assert chain(error) == [error, error.__cause__]
    assert error.__cause__.__traceback__ is None


@pytest.mark.parametrize("answer", [silence, drip_body(0.02)], ids=["silent", "dripping"])
def test_the_deadline_is_for_all_attempts_together(
    server: EventServer, sender: Sender, answer: Answer
) -> None:
    server.answer_with(answer)
    connect(server.url, send_timeout_s=0.5)
    began = time.monotonic()
    sender.refused(follows(1))
    assert 0.4 < time.monotonic() - began < DRIPS_FOR_S / 2


@pytest.mark.parametrize(
    "first",
    [
        reply(500, {"error": "boom"}),
        reply(502, PAGE),
        reply(429, b"slow down"),
        hang_up,
        reset_midway,
    ],
)
def test_what_passes_is_tried_again(server: EventServer, sender: Sender, first: Answer) -> None:
    server.answer_with(first, first, accept)
    connect(server.url)
    assert sender.many(follows(2)) == ["01ID000001", "01ID000002"]
    first_try, *others = server.requests
    assert len(others) == 2
    for again in others:
        assert again.body == first_try.body
        assert (
            again.headers["x-inngest-event-id-seed"] == first_try.headers["x-inngest-event-id-seed"]
        )


@pytest.mark.usefixtures("one_retry")
def test_what_stood_in_a_server_error_is_not_accepted(server: EventServer, sender: Sender) -> None:
    server.answer_with(reply(500, {"ids": ["a", "b"], "error": "boom"}), hang_up)
    connect(server.url)
    events = follows(2)
    error = sender.refused(events)
    assert error.accepted_ids == []
    assert error.unsent == events
    assert error.status_code == 500  # of the last answer that came
    assert isinstance(error.__cause__, httpx2.RemoteProtocolError)


@pytest.mark.parametrize(
    "retry_after",
    ["0", "1", "garbage", "-1", "1.5", ""],
)
def test_an_overloaded_server_is_asked_again(
    server: EventServer, sender: Sender, retry_after: str
) -> None:
    server.answer_with(reply(429, {"error": "later"}, {"retry-after": retry_after}), accept)
    connect(server.url)
    began = time.monotonic()
    assert sender.one(follow()) == "01ID000001"
    assert time.monotonic() - began >= (1 if retry_after == "1" else 0.1)


def test_a_date_to_ask_again_is_obeyed(server: EventServer) -> None:
    date = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    header = {"Retry-After": format_datetime(date, usegmt=True)}
    server.answer_with(reply(503, b"", header), accept)
    connect(server.url)
    assert send_events([follow()]) == ["01ID000001"]
    assert datetime.now(UTC) > date - timedelta(milliseconds=50)


@pytest.mark.parametrize("retry_after", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_time_beyond_the_deadline_ends_the_attempts(
    server: EventServer, sender: Sender, retry_after: str
) -> None:
    server.answer_with(reply(429, {"error": "later"}, {"retry-after": retry_after}))
    connect(server.url, send_timeout_s=120)
    began = time.monotonic()
    error = sender.refused(follows(1))
    assert time.monotonic() - began < 60
    assert len(server.requests) == 1
    assert error.is_retriable
    assert error.retry_after is not None
    assert error.retry_after >= 3600


def test_the_server_is_named_and_its_remedy(server: EventServer, sender: Sender) -> None:
    server.answer_with(reply(401, {"error": "Event key not found"}))
    connect(server.url)
    error = sender.refused(follows(1))
    assert str(error) == (
        f"the event was not accepted: {server.url} answered with status 401: "
        "Event key not found. Check INNGEST_EVENT_KEY."
    )
    assert error.server_message == "Event key not found"


def test_what_was_unsent_can_be_sent_again(server: EventServer, sender: Sender) -> None:
    server.answer_with(reply(400, {"ids": ["a"], "error": "no"}), accept)
    connect(server.url)
    events = [event.to_inngest(id=f"key-{n}") for n, event in enumerate(follows(3))]
    error = sender.refused(events)
    assert len(sender.many(error.unsent)) == 2
    assert [event["id"] for event in server.requests[1].events] == ["key-1", "key-2"]


def test_one_event_is_handed_back_with_its_id_and_time(server: EventServer, sender: Sender) -> None:
    server.answer_with(reply(404, {}), accept)
    connect(server.url)
    with pytest.raises(SendError) as caught:
        sender.one(follow(), id="key", ts=1_700_000_000_000)
    sender.many(caught.value.unsent)
    first, second = server.events
    assert first == second


def test_cancelling_an_asynchronous_send_passes_through(server: EventServer) -> None:
    server.answer_with(silence)
    connect(server.url, send_timeout_s=30)

    async def cancel() -> None:
        task = asyncio.create_task(asend_event(follow()))
        await asyncio.to_thread(server.wait_for)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert len(server.requests) == 1


def test_cancelling_between_two_attempts_passes_through(
    server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer_with(reply(503, b"", {"retry-after": "20"}))
    connect(server.url, send_timeout_s=30)

    async def cancel() -> None:
        pauses = asyncio.Event()
        logger = logging.getLogger("platform_events.sending")

        def note(_: logging.LogRecord) -> bool:  # it says so, and waits
            pauses.set()
            return False

        monkeypatch.setattr(logger, "filters", [note])
        task = asyncio.create_task(asend_event(follow()))
        await asyncio.wait_for(pauses.wait(), 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert len(server.requests) == 1


def test_two_runs_of_a_loop_send_twice(server: EventServer) -> None:
    """The SDK sends the second and then fails, so that its caller sends a third."""
    connect(server.url)
    assert asyncio.run(asend_event(follow())) == "01ID000001"
    assert asyncio.run(asend_event(follow())) == "01ID000002"
    assert len(server.requests) == 2


def quoting(answer: Callable[[Request], bytes]) -> Answer:
    return lambda request, connection: connection.reply(200, answer(request))


SECRET_ANSWERS = {
    "400": echo(400),
    "500": echo(500),
    "302": echo(302),
    "no json": quoting(lambda request: request.body[:-1]),
    "ids": quoting(lambda request: json.dumps({"ids": [request.body.decode()] * 3}).encode()),
    "silent": silence,
    "closed": hang_up,
}


@pytest.mark.usefixtures("one_retry")
@pytest.mark.parametrize("answer", SECRET_ANSWERS.values(), ids=SECRET_ANSWERS.keys())
def test_neither_payload_nor_key_shows(
    server: EventServer, sender: Sender, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer_with(answer)
    patience_s = 0.3 if answer is silence else 10
    client = connect(server.url, signing_key="signkey-test-0123abcd", attempt_timeout_s=patience_s)
    events: list[Event] = [follow("mem_very_secret")]
    with caplog.at_level("DEBUG"):
        if answer is SECRET_ANSWERS["ids"]:
            events *= 2
        error = sender.refused(events)
    shown = [caplog.text, repr(client), repr(client.settings)]
    for link in chain(error):
        shown += [str(link), repr(link), repr(link.args), *getattr(link, "__notes__", [])]
    assert any(record.name.startswith("httpx2") for record in caplog.records) or answer in (
        silence,
        hang_up,
    )
    for text in shown:
        assert "very_secret" not in text
        assert KEY not in text
        assert "0123abcd" not in text


def test_what_the_server_says_is_kept_apart(server: EventServer, sender: Sender) -> None:
    server.answer_with(echo(400))
    connect(server.url)
    error = sender.refused([follow("mem_very_secret")])
    assert error.server_message is not None
    assert "very_secret" in error.server_message
    assert str(error).endswith("One of the events was refused; see server_message.")


def test_a_retry_is_logged_without_the_payload(
    server: EventServer, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer_with(echo(503), accept)
    connect(server.url)
    with caplog.at_level("INFO", "platform_events.sending"):
        sender.one(follow())
    [line] = [record for record in caplog.records if record.name == "platform_events.sending"]
    assert "answered with status 503; the next attempt is in 0.1 s" in line.getMessage()
    assert vars(line)["problem"].endswith("answered with status 503")
