"""What those who collect local variables get to see: no value, no key, in no frame of ours."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import httpx2
import inngest
import pytest

import platform_events
from platform_events import (
    Client,
    ConfigurationError,
    Event,
    SendError,
    asend_event,
    configure,
    get_client,
    override_client,
)
from platform_events.cli import _diagnosis, _http
from platform_events.cli._database import open_database
from platform_events.sending import _network, _transport
from platform_events.sending.client import current_settings
from platform_events.sending.settings import ClientOptions, max_event_bytes
from platform_events.serving._gate import Gate
from platform_events.serving.options import ServeSettings
from platform_events.telemetry.scrubber import Scrubber
from platform_events.testing._app_host import change_settings

from ..support.clients import KEY, SYNC, Sender, chain, connect, follow, follows
from ..support.http import Connection, EventServer, Request, accept, echo, hang_up, reply, silence

pytestmark = pytest.mark.usefixtures("clean_client")

VALUE = "mem_very_secret"
SIGNING_KEY = f"signkey-prod-{'5ec4e7' * 6}"
PACKAGE = platform_events.__name__


def secret(count: int = 2) -> list[Event | inngest.Event]:
    return [follow(VALUE).to_inngest(id=f"key-{VALUE}-{number}") for number in range(count)]


def look_into(frames: list[FrameType]) -> list[str]:
    """Give what the local variables of the package's frames show, as error reporters do."""
    shown: list[str] = []
    for frame in frames:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(f"{PACKAGE}."):
            for name, value in frame.f_locals.items():
                shown.append(f"{module}.{frame.f_code.co_name}: {name} = {value!r}")
    return shown


def check(shown: list[str]) -> None:
    assert [line for line in shown if any(one in line for one in (VALUE, KEY, SIGNING_KEY))] == []


def frames_of(error: BaseException) -> list[FrameType]:
    return [frame for link in chain(error) for frame, _ in traceback.walk_tb(link.__traceback__)]


class Failing(inngest.MiddlewareSync):
    """Fails after the send."""

    def after_send_events(self, result: inngest.SendEventsResult) -> None:
        raise KeyError(result.ids)


class FailingBefore(inngest.MiddlewareSync):
    """Fails before the send."""

    def before_send_events(self, events: list[inngest.Event]) -> None:
        raise KeyError(len(events))


def failing_source() -> Iterator[Event | inngest.Event]:
    yield from secret()
    raise OSError


def invalid() -> list[Event | inngest.Event]:
    event = secret(1)[0]
    assert isinstance(event, inngest.Event)
    return [event.model_copy(update={"data": {**event.data, "follower_id": 5}})]


def send_by_the_client(client: Client) -> None:
    client.send_sync([event for event in secret() if isinstance(event, inngest.Event)])


CALLS: dict[str, Callable[[Sender], object]] = {
    "one": lambda sender: sender.one(follow(VALUE)),
    "many": lambda sender: sender.many(secret()),
    "of the SDK": lambda _: send_by_the_client(get_client()),
    "a generator": lambda sender: sender.many(event for event in secret()),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize(
    "answer", [echo(400), echo(500), echo(302), hang_up, silence, reply(200, b"")]
)
def test_a_failed_send_shows_nothing(
    server: EventServer,
    sender: Sender,
    call: Callable[[Sender], object],
    answer: Callable[[Request, Connection], None],
) -> None:
    server.answer_with(answer)
    connect(server.url, send_timeout_s=0.3)
    with pytest.raises(SendError) as caught:
        call(sender)
    check(look_into(frames_of(caught.value)))
    # The HTTP client's frames hold the request, so none of them is left.
    modules = {str(frame.f_globals["__name__"]) for frame in frames_of(caught.value)}
    assert not [name for name in modules if name.startswith(("httpx2", "httpcore2", "anyio"))]


FAULTS: dict[str, Callable[[Sender], object]] = {
    "invalid": lambda sender: sender.many(invalid()),
    "invalid later": lambda sender: sender.many(iter([*secret(), *invalid()])),
    "failing source": lambda sender: sender.many(failing_source()),
    "wrong argument": lambda sender: sender.one(secret()[0]),
    "not a list": lambda sender: sender.many(secret()[0]),  # type: ignore[arg-type]  # a mistake  # pyright: ignore[reportArgumentType]
    "wrong id": lambda sender: sender.one(follow(VALUE), id=""),
}


@pytest.mark.parametrize("call", FAULTS.values(), ids=FAULTS.keys())
def test_a_refused_event_shows_nothing(
    server: EventServer, sender: Sender, call: Callable[[Sender], object]
) -> None:
    connect(server.url)
    with pytest.raises((SendError, ValueError, TypeError, OSError)) as caught:
        call(sender)
    check(look_into(frames_of(caught.value)))


@pytest.mark.parametrize("middleware", [Failing, FailingBefore])
def test_failing_middleware_shows_nothing_in_our_frames(
    server: EventServer, sender: Sender, middleware: type[inngest.MiddlewareSync]
) -> None:
    connect(server.url, middleware=[middleware])
    with pytest.raises((SendError, KeyError)) as caught:
        sender.many(secret())
    check(look_into(frames_of(caught.value)))


def test_what_is_too_large_shows_nothing(server: EventServer, sender: Sender) -> None:
    connect(server.url, max_event_bytes=20)
    with pytest.raises(ValueError, match="too large") as caught:
        sender.many(secret())
    check(look_into(frames_of(caught.value)))


def test_a_cancelled_send_shows_nothing(server: EventServer) -> None:
    server.answer_with(silence)
    connect(server.url, send_timeout_s=10)

    async def run() -> None:
        async with asyncio.timeout(0.3):
            await asyncio.gather(*[asend_event(follow(VALUE)) for _ in range(4)])

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(run())
    check(look_into(frames_of(caught.value)))


def test_threads_that_send_show_nothing_meanwhile(server: EventServer) -> None:
    """Some reporters look at all threads when one fails."""
    shown: list[str] = []

    def look(request: Request, connection: Connection) -> None:
        for frame in sys._current_frames().values():
            stack = [frame for frame, _ in traceback.walk_stack(frame)]
            shown.extend(look_into(stack))
        accept(request, connection)

    server.answer_with(look)
    connect(server.url, send_timeout_s=10)
    thread = threading.Thread(target=SYNC.many, args=(secret(),))
    thread.start()
    thread.join()
    assert [line for line in shown if "sending._drivers.run_sync" in line]
    check(shown)


def test_errors_are_also_the_sdks_own(server: EventServer, sender: Sender) -> None:
    """So that ``except`` clauses that were written for the SDK go on to work."""
    from inngest._internal import errors  # the SDK exports them nowhere else

    server.answer_with(reply(400, {"ids": ["a"], "error": "no"}))
    connect(server.url)
    with pytest.raises(errors.SendEventsError) as caught:
        sender.many(follows(2))
    error = caught.value
    assert isinstance(error, errors.Error)
    assert isinstance(error, SendError)
    assert error.ids == error.accepted_ids == ["a"]
    error.ids = ["b"]
    assert error.accepted_ids == ["b"]
    assert error.message == str(error)
    assert type(error).__name__ == "SendError"
    assert repr(error).startswith("SendError('1 of 2 events were not accepted")


WRONG: dict[str, str] = {
    "INNGEST_DEV": f"http://user:{VALUE}@127.0.0.1:8288",
    "INNGEST_BASE_URL": f"https://user:{VALUE}@inngest.example",
    "INNGEST_API_BASE_URL": f"https://user:{VALUE}@inngest.example",
    "INNGEST_EVENT_API_BASE_URL": f"https://inngest.example/{VALUE}",
    "INNGEST_ENV": f"{VALUE}\n",
    "INNGEST_EVENT_KEY": f"{KEY} {VALUE}",
    "INNGEST_SIGNING_KEY": f"signkey-prod-{VALUE}",
    "INNGEST_SIGNING_KEY_FALLBACK": f"signkey-prod-{VALUE}",
    "PLATFORM_EVENTS_ALLOW_HTTP": VALUE,
    "PLATFORM_EVENTS_ALLOW_DEV_MODE": VALUE,
    "PLATFORM_EVENTS_APP_ID": f"{VALUE}\n",
    "PLATFORM_EVENTS_ATTEMPT_TIMEOUT_S": VALUE,
    "PLATFORM_EVENTS_MAX_EVENT_BYTES": VALUE,
    "PLATFORM_EVENTS_SEND_TIMEOUT_S": VALUE,
    "PLATFORM_EVENTS_SHARE_REQUESTS": VALUE,
    "SSLKEYLOGFILE": f"/nonexistent/{VALUE}",
    "SSL_CERT_FILE": f"/nonexistent/{VALUE}",
    "SSL_CERT_DIR": f"/nonexistent/{VALUE}",
    # The message quotes this one.
    "NO_PROXY": "127.0.0.0/8,::1/128",
    "no_proxy": "http://[::1",
    **{
        name: f"http://user:{VALUE}@[::1"
        for protocol in ("HTTP", "HTTPS", "ALL")
        for name in (f"{protocol}_PROXY", f"{protocol}_proxy".lower())
    },
}
"""A wrong value of each variable that is checked, which may be a secret."""


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Set secrets beside the variable that a test sets wrongly."""
    monkeypatch.setenv("INNGEST_EVENT_KEY", KEY)
    monkeypatch.setenv("INNGEST_SIGNING_KEY", SIGNING_KEY)
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
    monkeypatch.setenv("OTHER_SECRET", VALUE)
    return monkeypatch


def test_every_variable_that_is_checked_has_a_wrong_value() -> None:
    checked = {name for name, _ in _network._CHECKS}
    assert checked <= WRONG.keys()
    documented = set(re.findall(r"[A-Z]+_[A-Z_]+", str(ClientOptions.__doc__)))
    assert documented <= WRONG.keys()


@pytest.mark.parametrize("variable", WRONG)
@pytest.mark.parametrize("resolve", [get_client, configure, current_settings])
def test_a_wrong_variable_shows_nothing(
    keys: pytest.MonkeyPatch, variable: str, resolve: Callable[[], object]
) -> None:
    keys.setenv(variable, WRONG[variable])
    with pytest.raises(ConfigurationError) as caught:
        resolve()
    assert caught.value.setting == variable
    check(look_into(frames_of(caught.value)))


SERVING = {
    "INNGEST_SERVE_ORIGIN": f"https://user:{VALUE}@scores.example",
    "PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S": VALUE,
}


@pytest.mark.parametrize("variable", SERVING)
def test_a_wrong_variable_of_serving_shows_nothing(keys: pytest.MonkeyPatch, variable: str) -> None:
    keys.setenv(variable, SERVING[variable])
    with pytest.raises(ConfigurationError) as caught:
        ServeSettings.resolve()
    assert caught.value.setting == variable
    check(look_into(frames_of(caught.value)))


def override() -> None:
    with override_client(app_id="tests", event_key=f"{KEY} {VALUE}"):
        pass


def fail_meanwhile() -> None:
    with override_client(app_id="tests", event_key=KEY):
        raise KeyError


def fail_with_changed_settings() -> None:
    with change_settings(event_key=KEY):
        raise KeyError


def serve_without_hosts() -> None:
    Gate.of([], ServeSettings.resolve({}), get_client())


CONFIGURING: dict[str, Callable[[], object]] = {
    "configure": lambda: configure(app_id="tests", event_key=f"{KEY} {VALUE}"),
    "configure differently": lambda: (
        configure(app_id="tests"),
        configure(app_id="tests", event_key=KEY + VALUE),
    ),
    "override": override,
    "within an override": fail_meanwhile,
    "with changed settings": fail_with_changed_settings,
    "an invalid URL": lambda: configure(app_id="tests", api_base_url=f"http://a:{VALUE}@b.example"),
    "a gate": serve_without_hosts,
    "the largest size": lambda: max_event_bytes(
        {"PLATFORM_EVENTS_MAX_EVENT_BYTES": "x", "INNGEST_EVENT_KEY": KEY}
    ),
    "a scrubber": lambda: Scrubber([KEY, None]),  # type: ignore[list-item]  # a mistake  # pyright: ignore[reportArgumentType]
    "a database": lambda: open_database(f"postgresql://user:{VALUE}@host:port/name"),
}


@pytest.mark.parametrize("act", CONFIGURING.values(), ids=CONFIGURING.keys())
def test_an_error_beside_keys_shows_nothing(
    keys: pytest.MonkeyPatch, act: Callable[[], object]
) -> None:
    keys.setenv("SOME_PASSWORD", VALUE)
    with pytest.raises((ConfigurationError, KeyError, TypeError)) as caught:
        act()
    check(look_into(frames_of(caught.value)))


def test_a_warning_that_is_an_error_shows_nothing(keys: pytest.MonkeyPatch) -> None:
    keys.setenv("PLATFORM_EVENTS_APP_ID", "a b")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning) as caught:
            get_client()
    check(look_into(frames_of(caught.value)))


@pytest.mark.parametrize("failing", ["_settings", "event_api", "endpoint", "registration"])
def test_a_failing_diagnosis_shows_nothing(
    keys: pytest.MonkeyPatch, server: EventServer, failing: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError

    server.answer_with(reply(200, {"function_count": 1}))
    requests = {"event_api": 0, "endpoint": 1, "registration": 2}
    if failing in requests:
        left = iter([_transport.exchange] * requests[failing])

        def exchange(client: httpx2.Client, request: _transport.HttpRequest) -> Any:
            return next(left, fail)(client, request)

        keys.setattr(_http, "exchange", exchange)
    else:
        keys.setattr(_diagnosis, "_masked", fail)
    keys.setenv("INNGEST_BASE_URL", server.url)
    url = f"{server.url}/api/inngest"
    with pytest.raises(KeyError) as caught:
        list(_diagnosis.diagnose(os.environ, serve_url=url, timeout_s=5, now=0))
    check(look_into(frames_of(caught.value)))


def test_an_http_client_that_cannot_be_made_shows_nothing(
    keys: pytest.MonkeyPatch, server: EventServer, sender: Sender
) -> None:
    def fail(_: str) -> bool:
        raise OSError

    connect(server.url)
    keys.setattr(_transport, "is_loopback", fail)
    with pytest.raises((SendError, OSError)) as caught:
        sender.one(follow(VALUE))
    check(look_into(frames_of(caught.value)))
