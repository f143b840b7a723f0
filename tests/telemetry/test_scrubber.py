from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import fastapi
import inngest
import pytest
import sentry_sdk
from hypothesis import given
from hypothesis import strategies as st
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from typing_extensions import override

from platform_events import (
    Event,
    SendError,
    create_function,
    override_client,
    send_event,
    send_events,
)
from platform_events.events.fields import FreeText, MemberId
from platform_events.fast_api import serve
from platform_events.telemetry import Scrubber
from platform_events.telemetry.scrubber import FILTERED
from platform_events.testing import LocalInngest, Status

from ..support.hosting import host_asgi
from ..support.http import EventServer, echo, refusing_url, reply

pytestmark = pytest.mark.usefixtures("clean_client")

EVENT_KEY = "evt+Planted/key=5ec2e7"
PLAIN_KEY = "evt-Planted-5ec2e7"
SIGNING_HEX = "5ec2e7ab" * 8
SIGNING_KEY = f"signkey-test-{SIGNING_HEX}"
WORDS = "planted-words-of-a-member"
MEMBER = "mem_Planted"


class NoteWritten(Event, name="platform/social.test-note-written"):
    """An event whose values can be searched for."""

    author_id: MemberId
    text: FreeText


def note() -> NoteWritten:
    return NoteWritten(author_id=MEMBER, text=WORDS)


class Capturing(Transport):
    """Keeps what Sentry sends."""

    def __init__(self) -> None:
        super().__init__({"dsn": "http://key@127.0.0.1:9/1"})
        self.sent: list[str] = []

    @override
    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize().decode("utf-8", "replace"))

    @property
    def text(self) -> str:
        return "\n".join(self.sent)


@pytest.fixture
def reporter() -> Iterator[Capturing]:
    """Sentry with its defaults, and the scrubber."""
    transport = Capturing()
    scrubber = Scrubber([EVENT_KEY, PLAIN_KEY, SIGNING_KEY])
    sentry_sdk.init(
        "http://key@127.0.0.1:9/1",
        transport=transport,
        traces_sample_rate=1.0,
        before_send=scrubber.scrub,
        before_send_transaction=scrubber.scrub,
        before_breadcrumb=scrubber.scrub,
        shutdown_timeout=0,
    )
    yield transport
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.init()


def assert_silent(transport: Capturing) -> None:
    assert transport.sent
    for planted in (WORDS, MEMBER, EVENT_KEY, "Planted", SIGNING_KEY, "5ec2e7ab"):
        assert planted not in transport.text


@pytest.mark.parametrize("answer", [reply(401, b"{}"), echo(400), echo(307), reply(503, b"")])
def test_a_failed_send(reporter: Capturing, answer: Any) -> None:
    with (
        EventServer(answer) as server,
        override_client(
            app_id="tests", is_production=False, event_api_base_url=server.url,
            event_key=EVENT_KEY, send_timeout_s=0.3,
        ),
    ):  # fmt: skip
        logging.getLogger("httpx2").setLevel(logging.INFO)
        with sentry_sdk.start_transaction(name="send"):
            for send in (lambda: send_event(note()), lambda: send_events([note()] * 2)):
                try:
                    send()
                except SendError:
                    sentry_sdk.capture_exception()
    sentry_sdk.flush()
    assert "SendError" in reporter.text
    assert_silent(reporter)


def test_a_send_without_a_server(reporter: Capturing) -> None:
    with (
        refusing_url() as url,
        override_client(
            app_id="tests", is_production=False, event_api_base_url=url,
            event_key=EVENT_KEY, send_timeout_s=0.2,
        ),
    ):  # fmt: skip
        try:
            send_event(note())
        except SendError:
            sentry_sdk.capture_exception()
    sentry_sdk.flush()
    assert_silent(reporter)


def test_a_handler_that_fails_and_one_with_invalid_data(reporter: Capturing) -> None:
    @create_function(fn_id="fails", trigger=NoteWritten, retries=0)
    async def fails(ctx: inngest.Context, event: NoteWritten) -> None:
        data = event.to_data()
        raw = ctx.event
        raise RuntimeError(f"{len(data)} and {raw.name}")

    with (
        # It takes the key as it is, and signs with it; a prefix is for the app.
        LocalInngest(signing_key=SIGNING_HEX, event_keys=[PLAIN_KEY]) as server,
        override_client(
            app_id="tests", event_api_base_url=server.url, api_base_url=server.url,
            event_key=PLAIN_KEY, signing_key=SIGNING_KEY,
        ) as client,
    ):  # fmt: skip
        app = fastapi.FastAPI()
        serve(app, [fails], serve_origin="http://127.0.0.1")
        with host_asgi(app) as port:
            server.register(f"http://127.0.0.1:{port}/api/inngest")
            [good] = client.send_sync(note().to_inngest())
            data = note().to_data() | {"text": 5, "author_id": MEMBER}
            [bad] = client.send_sync(inngest.Event(name=NoteWritten.event_name, data=data))
            assert server.run_of(good).status is Status.FAILED
            assert server.run_of(bad).status is Status.FAILED
    sentry_sdk.flush()
    assert_silent(reporter)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON.filter(lambda value: isinstance(value, dict)))
def test_what_holds_nothing_of_ours_keeps_its_shape(record: dict[str, Any]) -> None:
    scrubbed = Scrubber().scrub(record)
    assert json.loads(json.dumps(scrubbed)).keys() <= record.keys() | {FILTERED}


@given(st.sampled_from(["vars", "extra", "contexts", "request"]), JSON)
def test_a_sensitive_field_is_hidden_wherever_it_is(section: str, around: Any) -> None:
    record = {section: {"a": [{"text": WORDS, "other": around}]}}
    assert WORDS not in json.dumps(Scrubber().scrub(record))


TEXTS = [
    f"Event(data={{'text': '{WORDS}'}}, id='')",
    f'b\'[{{"name": "platform/social.comment-added", "data": {{"text": "{WORDS}"\'',
    f'{{\\"data\\":{{\\"text\\":\\"{WORDS}\\"}}}}',
    "POST https://inn.gs/e/5ec2e7-planted-words-of-a-member",
    f"authorization: Bearer {WORDS}",
    f"signkey-prod-{WORDS.replace('-', '')}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    scrubbed = json.dumps(Scrubber().scrub({"message": text}))
    assert WORDS not in scrubbed
    assert WORDS.replace("-", "") not in scrubbed


def test_what_is_not_ours_stays() -> None:
    record = {
        "message": "GET /events/7 took 5 ms",
        "exception": {"values": [{"type": "KeyError", "value": "'x'"}]},
        "level": "error",
    }
    assert Scrubber().scrub(record) == record


def test_frames_of_the_sdk_and_events_and_calls() -> None:
    record: dict[str, Any] = {
        "frames": [{"module": "inngest._internal.net", "vars": {"req": WORDS}, "lineno": 5}],
        "extra": {
            "event": {"name": "platform/social.comment-added", "data": {"x": WORDS}},
            "object": TEXTS,
            "bytes": WORDS.encode(),
        },
        "request": {
            "data": {"ctx": {}, "event": {"data": {"x": WORDS}}, "steps": {"s": WORDS}},
            "headers": {"X-Inngest-Signature": "t=1&s=ab", "Authorization": WORDS},
        },
    }
    scrubbed: dict[str, Any] = Scrubber().scrub(record)
    assert scrubbed["frames"][0] == {
        "module": "inngest._internal.net", "vars": FILTERED, "lineno": 5
    }  # fmt: skip
    assert WORDS not in json.dumps(scrubbed)


def test_what_cannot_be_scrubbed_is_not_sent() -> None:
    class Broken(dict[str, Any]):
        @override
        def items(self) -> Any:
            raise RuntimeError(WORDS)

    assert Scrubber().scrub(Broken(a=1)) == {"message": "scrubbing failed with RuntimeError"}


def test_what_is_too_deep_is_taken_out() -> None:
    record: dict[str, Any] = {"text": WORDS}
    for _ in range(60):
        record = {"deeper": record}
    assert WORDS not in json.dumps(Scrubber().scrub(record))


def test_objects_in_variables_are_shown_as_scrubbed_texts() -> None:
    class Holder:
        @override
        def __repr__(self) -> str:
            return f"Holder(data={{'x': '{WORDS}'}})"

    record: dict[str, Any] = {"vars": {"it": Holder()}}
    assert Scrubber().scrub(record) == {"vars": {"it": FILTERED}}
    record = {"tags": Holder()}
    assert Scrubber().scrub(record) == record


def test_its_repr_shows_no_key() -> None:
    assert repr(Scrubber(["a-long-planted-key"])) == "Scrubber()"
