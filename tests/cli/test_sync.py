from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import inngest
import pytest
from typer.testing import Result

from platform_events import MemberFollowed, Servable, create_function, override_client
from platform_events.testing import LocalInngest
from platform_events.testing._app_host import host_functions
from tests.support.command import run_command

from ..support.http import Answer, EventServer, hang_up, reply

pytestmark = pytest.mark.usefixtures("clean_client")

KEY = "signkey-test-" + "5ec2e7ab" * 8


async def on_failure(ctx: inngest.Context, failure: object) -> None: ...


@create_function(fn_id="greet", trigger=MemberFollowed, on_failure=on_failure)
async def greet(ctx: inngest.Context, event: MemberFollowed) -> None: ...


@create_function(fn_id="wave", trigger=MemberFollowed)
async def wave(ctx: inngest.Context, event: MemberFollowed) -> None: ...


def call(*arguments: str) -> Result:
    return run_command("sync", *arguments)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalInngest]:
    with LocalInngest() as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
        yield server


@contextmanager
def served(server: LocalInngest, *functions: Servable) -> Iterator[str]:
    with (
        override_client(
            app_id="tests",
            is_production=False,
            event_api_base_url=server.url,
            api_base_url=server.url,
        ),
        host_functions(list(functions)) as url,
    ):
        yield f"{url}/api/inngest"


def test_it_tells_what_changed(server: LocalInngest) -> None:
    with served(server, greet) as url:
        first = call(url)
        assert (first.exit_code, first.stderr) == (0, "")
        assert first.stdout.splitlines() == [
            "tests: registered",
            "added: tests-greet",
            "added: tests-greet-failure",
            "1 function (tests-greet), and 1 for failures (tests-greet-failure)",
        ]
        assert call(url).stdout.startswith("tests: nothing changed\n")
    with served(server, wave) as url:
        changed = json.loads(call(url, "--json").stdout)
        assert changed["added"] == ["tests-wave"]
        assert changed["removed"] == ["tests-greet", "tests-greet-failure"]


def test_other_settings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def known(**retries: int) -> Answer:
        return reply(200, [{"id": id, "config": {"retries": n}} for id, n in retries.items()])

    registered = reply(200, {"ok": True, "modified": True})
    with EventServer(known(a=1, b=1, c=1), registered, known(a=1, b=2, d=1)) as both:
        monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
        monkeypatch.setenv("INNGEST_DEV", both.url)
        assert call(both.url + "/api/inngest").stdout.splitlines() == [
            "tests: registered",
            "added: d",
            "removed: c",
            "changed: b",
            "3 functions (a, b, d)",
        ]


def test_during_a_rotation_the_server_may_have_the_other_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [reply(401), reply(200, []), reply(200, {"ok": True}), reply(401), reply(200, [])]
    with EventServer(*answers) as both:
        monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
        monkeypatch.setenv("INNGEST_EVENT_KEY", "evt_5ec2e7")
        monkeypatch.setenv("INNGEST_SIGNING_KEY", KEY)
        monkeypatch.setenv("INNGEST_SIGNING_KEY_FALLBACK", KEY.replace("5", "6"))
        monkeypatch.setenv("INNGEST_BASE_URL", both.url)
        assert "0 functions" in call(both.url + "/api/inngest").stdout


REFUSALS = {
    "a server that says why": (reply(500, {"message": "at least one function"}), "at least one"),
    "an answer that is not JSON": (reply(200, b"<html>"), "it did not say why"),
    "an error with status 200": (reply(200, {"error": "no such app"}), "no such app"),
    "words that would be acted on": (reply(500, {"message": "\n::error::x"}), "\\n"),
}


@pytest.mark.parametrize(("answer", "message"), REFUSALS.values(), ids=REFUSALS)
def test_why_it_was_refused(server: LocalInngest, answer: object, message: str) -> None:
    with EventServer(answer) as app_server:  # type: ignore[arg-type]  # of any answer  # pyright: ignore[reportArgumentType]
        told = call(app_server.url + "/api/inngest")
    assert told.exit_code == 1
    assert message in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_service_that_does_not_answer(server: LocalInngest) -> None:
    told = call("http://127.0.0.1:9/api/inngest")
    assert (told.exit_code, told.stderr.count("\n")) == (1, 1)
    assert "does not answer (ConnectError): start the service, or correct the URL" in told.stderr


def test_a_service_that_gives_no_answer_has_a_log(server: LocalInngest) -> None:
    with EventServer(hang_up) as app_server:
        told = call(app_server.url + "/api/inngest")
    assert told.exit_code == 1
    assert "does not answer (RemoteProtocolError): look at the service's own log" in told.stderr


def test_a_url_without_a_host() -> None:
    assert call("127.0.0.1").exit_code == 2


def test_no_signature_goes_where_others_can_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
    monkeypatch.setenv("INNGEST_EVENT_KEY", "evt_5ec2e7")
    monkeypatch.setenv("INNGEST_SIGNING_KEY", KEY)
    monkeypatch.setenv("INNGEST_API_BASE_URL", "http://127.0.0.1:9")
    told = call("http://scoring.example.com/api/inngest")
    assert told.exit_code == 2
    assert "give the URL with https" in told.stderr


@pytest.mark.parametrize("answer", [reply(404, b""), reply(200, b"{}"), reply(200, b"null")])
def test_a_server_that_does_not_list_functions(
    monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    registered = reply(200, {"ok": True, "modified": True})
    with EventServer(answer, registered, answer) as both:  # type: ignore[arg-type]  # of any answer  # pyright: ignore[reportArgumentType]
        monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
        monkeypatch.setenv("INNGEST_DEV", both.url)
        monkeypatch.setenv("INNGEST_ENV", "branch")
        told = call(both.url + "/api/inngest")
    assert told.exit_code == 0
    assert told.stdout.startswith("tests: registered")


@pytest.mark.parametrize(("variable", "age_s"), [("UNUSED", 300), ("MAX_AGE_S", 60)])
def test_a_production_registration_is_signed(
    monkeypatch: pytest.MonkeyPatch, variable: str, age_s: int
) -> None:
    monkeypatch.setenv(f"PLATFORM_EVENTS_SIGNATURE_{variable}", str(age_s))
    before = int(time.time())
    answers = [reply(200, []), reply(200, {"ok": True}), reply(200, [])]
    with EventServer(*answers) as both:
        monkeypatch.setenv("PLATFORM_EVENTS_APP_ID", "tests")
        monkeypatch.setenv("INNGEST_EVENT_KEY", "evt_5ec2e7")
        monkeypatch.setenv("INNGEST_SIGNING_KEY", KEY)
        monkeypatch.setenv("INNGEST_BASE_URL", both.url)
        assert call(both.url + "/api/inngest").exit_code == 0
    asked, put, _ = both.requests
    assert asked.headers["authorization"].startswith("Bearer ")
    signed_at = int(put.headers["x-inngest-signature"].partition("&")[0].removeprefix("t="))
    # It is about to expire, by the limit of the service.
    assert before <= signed_at + age_s - 15 <= time.time()
    assert put.headers["x-inngest-server-kind"] == "cloud"
