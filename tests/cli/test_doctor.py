"""``doctor``: what is found out, over real HTTP on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

import inngest
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import Result

from platform_events import MemberFollowed, create_function, override_client
from platform_events.cli._diagnosis import Diagnosis, Verdict, diagnose
from platform_events.testing import LocalInngest, use_server
from platform_events.testing._app_host import host_functions
from tests.support.command import run_command
from tests.support.http import (
    Answer,
    EventServer,
    drip_body,
    hang_up,
    reply,
    reset_midway,
    silence,
)

pytestmark = pytest.mark.usefixtures("clean_client")

SIGNING_KEY = "signkey-test-5ec2e7"
EVENT_KEY = "evt_5ec2e7-key"
NOW = 1_795_456_839
NOBODY = "http://127.0.0.1:9"


async def on_failure(ctx: inngest.Context, failure: object) -> None:
    pass


@create_function(fn_id="greet", trigger=MemberFollowed, on_failure=on_failure)
async def greet(ctx: inngest.Context, event: MemberFollowed) -> None:
    pass


@create_function(fn_id="wave", trigger=MemberFollowed)
async def wave(ctx: inngest.Context, event: MemberFollowed) -> None:
    pass


def environment(url: str, **more: str) -> dict[str, str]:
    return {
        "PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_DEV": "1", "INNGEST_BASE_URL": url, **more
    }  # fmt: skip


def found(
    given: dict[str, str], serve_url: str | None = None, *, now: int = NOW, timeout_s: float = 30
) -> dict[str, Diagnosis]:
    told = diagnose(given, serve_url=serve_url, timeout_s=timeout_s, now=now)
    return {diagnosis.subject: diagnosis for diagnosis in told}


@pytest.fixture(scope="module")
def server() -> Generator[LocalInngest]:
    with LocalInngest() as server:
        yield server


def invoke(*arguments: str, **environment: str) -> Result:
    return run_command("doctor", "--timeout", "60", *arguments, environment=environment)


class TestSettings:
    def test_every_setting_is_told_with_its_source(self, server: LocalInngest) -> None:
        told = found(environment(server.url, INNGEST_EVENT_API_BASE_URL=server.url))
        assert {subject: one.source for subject, one in told.items() if one.source} == {
            "app id": "PLATFORM_EVENTS_APP_ID",
            "mode": "INNGEST_DEV",
            "event key": "default",
            "signing key": "default",
            "fallback signing key": "default",
            "branch environment": "default",
            "Event API URL": "INNGEST_EVENT_API_BASE_URL",
            "API URL": "INNGEST_BASE_URL",
            "most bytes of an event": "default",
            "time for a send": "default",
        }
        assert told["app id"].found == "tests"
        assert told["mode"].found == "development"

    def test_a_switch_that_is_off_gives_no_address(self) -> None:
        told = found({
            "PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_DEV": "0", "INNGEST_EVENT_KEY": EVENT_KEY,
            "INNGEST_EVENT_API_BASE_URL": "http://127.0.0.1:9",
        })  # fmt: skip
        assert (told["mode"].found, told["mode"].source) == ("production", "INNGEST_DEV")
        assert (told["API URL"].found, told["API URL"].source) == (
            "https://api.inngest.com", "default"
        )  # fmt: skip

    def test_every_setting_that_is_wrong_is_told_and_nothing_is_asked(self) -> None:
        with EventServer() as server:
            told = found(
                environment(
                    server.url,
                    INNGEST_DEV="",
                    INNGEST_EVENT_KEY="a b",
                    INNGEST_SIGNING_KEY="xyz",
                    PLATFORM_EVENTS_SEND_TIMEOUT_S="soon",
                )
            )
            assert server.requests == []
        for name in ("INNGEST_EVENT_KEY", "INNGEST_SIGNING_KEY", "PLATFORM_EVENTS_SEND_TIMEOUT_S"):
            one = told.pop(name)
            assert (one.verdict, one.found, one.source) == (Verdict.SETTING, "is wrong", name)
            assert one.remedy.startswith(name)
        assert [(one.verdict, one.subject, one.found) for one in told.values()] == [
            (Verdict.NOTE, "Event API", "was not asked")
        ]

    def test_a_setting_that_is_unusual_is_told_once_and_the_server_is_asked(self) -> None:
        with EventServer(reply(200, {"ids": [""], "status": 200})) as server:
            told = list(
                diagnose(
                    environment(server.url, PLATFORM_EVENTS_APP_ID="my app"),
                    serve_url=None, timeout_s=30, now=NOW,
                )
            )  # fmt: skip
        [note] = [one for one in told if one.verdict is Verdict.NOTE]
        assert (note.subject, note.found) == ("settings", "are unusual")
        assert note.remedy.startswith("PLATFORM_EVENTS_APP_ID has characters other than ASCII")
        assert (told[-1].subject, told[-1].verdict) == ("Event API", Verdict.OK)

    def test_a_setting_that_is_missing_has_no_source_and_a_remedy(self) -> None:
        told = found({}, "http://127.0.0.1:9/api/inngest")
        for name in ("PLATFORM_EVENTS_APP_ID", "INNGEST_EVENT_KEY"):
            one = told.pop(name)
            assert (one.verdict, one.found, one.source) == (Verdict.SETTING, "is missing", "")
            assert f"set {name}" in one.remedy
        assert {one.subject: one.found for one in told.values()} == {
            "Event API": "was not asked", "serve endpoint": "was not asked"
        }  # fmt: skip

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([
                    "PLATFORM_EVENTS_APP_ID", "INNGEST_EVENT_KEY", "INNGEST_SIGNING_KEY",
                    "INNGEST_SIGNING_KEY_FALLBACK", "INNGEST_BASE_URL", "INNGEST_API_BASE_URL",
                    "INNGEST_DEV", "INNGEST_ENV", "VERCEL_GIT_COMMIT_REF",
                    "PLATFORM_EVENTS_MAX_EVENT_BYTES", "PLATFORM_EVENTS_SEND_TIMEOUT_S",
                ]),
                st.text(max_size=3),
            ),
            min_size=1,
        ).map(dict)
    )  # fmt: skip
    @settings(max_examples=50)
    def test_however_many_are_wrong_it_comes_to_an_end(self, wrong: dict[str, str]) -> None:
        told = list(
            diagnose({**wrong, "INNGEST_EVENT_API_BASE_URL": "?"}, serve_url=None, timeout_s=1,
                     now=0)
        )  # fmt: skip
        assert {one.verdict for one in told[:-1]} == {Verdict.SETTING}
        assert (told[-1].verdict, told[-1].subject) == (Verdict.NOTE, "Event API")
        assert len({one.subject for one in told}) == len(told)

    @pytest.mark.parametrize("is_serving", [False, True])
    def test_without_a_signing_key_nothing_can_be_served(self, is_serving: bool) -> None:
        told = found(
            {
                "PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_EVENT_KEY": EVENT_KEY,
                "INNGEST_BASE_URL": "http://127.0.0.1:9",
            },
            "http://127.0.0.1:9/api/inngest" if is_serving else None,
        )  # fmt: skip
        expected = Verdict.SETTING if is_serving else Verdict.NOTE
        assert told["signing key"].verdict is expected
        assert "INNGEST_SIGNING_KEY" in told["signing key"].remedy

    @given(
        st.text("0123456789abcdef", min_size=6, max_size=20).filter(lambda d: len(d) % 2 == 0),
        st.text("ABCDEFGHIJ", min_size=6),
    )
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_key_is_shown(self, server: LocalInngest, digits: str, key: str) -> None:
        result = invoke(
            **environment(
                server.url, INNGEST_EVENT_KEY=key, INNGEST_SIGNING_KEY=f"signkey-q-{digits}"
            )
        )
        assert result.exit_code == 1  # a signing key beside dev mode
        assert digits not in result.output
        assert key not in result.output
        assert "set, not shown" in result.output


class TestEventApi:
    def test_it_answers_and_no_event_is_sent(self) -> None:
        with LocalInngest() as server:
            told = found(environment(server.url))
            assert told["Event API"].verdict is Verdict.OK
            assert server.events == []

    def test_the_branch_environment_is_named(self) -> None:
        with EventServer(reply(200, {"ids": [""], "status": 200})) as server:
            assert found(environment(server.url, INNGEST_ENV="b/1"))["Event API"].verdict == "ok"
            [request] = server.requests
        assert (request.headers["x-inngest-env"], request.body) == ("b/1", b"[]")

    def test_a_key_that_is_refused(self) -> None:
        with LocalInngest(signing_key=SIGNING_KEY, event_keys=[EVENT_KEY]) as server:
            told = found({
                "PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_BASE_URL": server.url,
                "INNGEST_EVENT_KEY": "other",
            })  # fmt: skip
        assert told["Event API"].found == "refuses the event key"
        assert "INNGEST_EVENT_KEY" in told["Event API"].remedy

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (reply(503, {"error": "Event keys are required"}), "is not available (HTTP 503)"),
            (reply(400, {"error": "odd", "status": 400}), "answers"),
            (reply(200, b"<html>"), "is not an Inngest server (HTTP 200)"),
            (reply(200, b"[" * 100_000), "is not an Inngest server (HTTP 200)"),
            (reply(429, {}), "is not available (HTTP 429)"),
            (reply(502, b"bad gateway"), "is not available (HTTP 502)"),
            (reply(404, {}), "is not an Inngest server (HTTP 404)"),
            (
                reply(302, b"", {"location": "http://127.0.0.1:9/"}),
                "is not an Inngest server (HTTP 302)",
            ),
            (reply(200, b"x" * 5_000_000), "does not answer (ReadError)"),
            (hang_up, "does not answer (RemoteProtocolError)"),
            (reset_midway, "does not answer (ReadError)"),
            (silence, "does not answer (ReadTimeout)"),
            (drip_body(0.05), "does not answer (ReadTimeout)"),
        ],
    )
    def test_what_may_be_there_instead(self, answer: Answer, told: str) -> None:
        with EventServer(answer) as server:
            given, timeout_s = environment(server.url), 0.4 if "ReadTimeout" in told else 30
            assert found(given, timeout_s=timeout_s)["Event API"].found == told

    @pytest.mark.parametrize(
        ("given", "variable"),
        [
            ({"INNGEST_BASE_URL": NOBODY}, "INNGEST_BASE_URL"),
            ({"INNGEST_DEV": NOBODY}, "INNGEST_DEV"),
            ({"INNGEST_EVENT_API_BASE_URL": NOBODY}, "INNGEST_EVENT_API_BASE_URL"),
            ({"INNGEST_BASE_URL": NOBODY, "INNGEST_DEV": "0"}, "INNGEST_BASE_URL"),
        ],
    )
    def test_nobody_is_there(self, given: dict[str, str], variable: str) -> None:
        told = found({
            "PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_EVENT_KEY": EVENT_KEY, "INNGEST_DEV": "1",
            **given,
        })  # fmt: skip
        assert told["Event API"].found == "does not answer (ConnectError)"
        assert told["Event API"].remedy == (
            f"check {variable}, and whether this network reaches it"
            if given.get("INNGEST_DEV") == "0"
            else f"start a dev server (npx inngest-cli@latest dev), or check {variable}"
        )

    def test_a_server_that_is_silent_is_not_to_be_started(self) -> None:
        with EventServer(silence) as server:
            remedy = found(environment(server.url), timeout_s=0.4)["Event API"].remedy
        assert "--timeout" in remedy
        assert "dev server" not in remedy

    def test_another_server_is_named_by_the_variable_of_its_address(self) -> None:
        with EventServer(reply(404, {})) as server:
            given = {"PLATFORM_EVENTS_APP_ID": "tests", "INNGEST_DEV": server.url}
            assert found(given)["Event API"].remedy.startswith("correct INNGEST_DEV: ")

    def test_a_server_of_the_other_kind(self, server: LocalInngest) -> None:
        told = found(environment(server.url, INNGEST_DEV="0", INNGEST_EVENT_KEY=EVENT_KEY))
        assert told["Event API"].remedy == "set INNGEST_DEV to 1 or to the server's URL"
        with LocalInngest(signing_key=SIGNING_KEY) as production:
            told = found(environment(production.url))
        assert told["Event API"].remedy == "unset INNGEST_DEV"


def known(*ids: str) -> list[dict[str, object]]:
    return [{"id": id, "config": {}} for id in ids]


@contextmanager
def service(server: LocalInngest, *, is_registered: bool = True) -> Generator[str]:
    """A service of its own, with two functions and a handler of failures."""
    with ExitStack() as stack:
        stack.enter_context(override_client(app_id="tests", is_production=False))
        stack.enter_context(use_server(server))
        origin = stack.enter_context(host_functions([greet, wave]))
        if is_registered:
            server.register(origin)
        yield f"{origin}/api/inngest"


class TestServing:
    def test_an_endpoint_that_is_registered(self) -> None:
        with LocalInngest() as server, service(server) as url:
            told = found(environment(server.url), url)
        names = "(tests-greet, tests-wave), and 1 for failures (tests-greet-failure)"
        assert told["serve endpoint"].found == f"answers, and has 2 functions {names}"
        assert told["registration"].found == f"the server has 2 functions of the app tests {names}"
        assert {one.verdict for one in told.values()} == {Verdict.OK}

    def test_an_endpoint_that_is_not(self) -> None:
        with LocalInngest() as server, service(server, is_registered=False) as url:
            registration = found(environment(server.url), url)["registration"]
        assert registration.verdict is Verdict.PROBLEM
        assert registration.found == "the server has 0 functions of the app tests"
        assert registration.remedy.startswith(f"run platform-events sync {url}")
        assert "PLATFORM_EVENTS_APP_ID" in registration.remedy

    def test_in_production_it_is_asked_with_the_signing_key(self) -> None:
        keys = {"INNGEST_DEV": "", "INNGEST_EVENT_KEY": EVENT_KEY}
        with (
            LocalInngest(signing_key=SIGNING_KEY, event_keys=[EVENT_KEY]) as server,
            service(server) as url,
        ):
            now = int(time.time())
            right = environment(server.url, **keys, INNGEST_SIGNING_KEY=SIGNING_KEY)
            told = found(right, url, now=now)
            wrong = environment(server.url, **keys, INNGEST_SIGNING_KEY="signkey-test-0000")
            refused = found(wrong, url, now=now)
            unsigned = found(environment(server.url, **keys), url, now=now)
            other = found(right | {"PLATFORM_EVENTS_APP_ID": "other"}, url, now=now)
        assert told["serve endpoint"].verdict is told["registration"].verdict is Verdict.OK
        assert refused["serve endpoint"].found == "refuses the signature"
        assert unsigned["serve endpoint"].found == "refuses what is not signed"
        assert "set INNGEST_SIGNING_KEY here" in unsigned["serve endpoint"].remedy
        assert unsigned["registration"].found == "the API refuses what is not signed"
        assert refused["registration"].found == "the API refuses the signing key"
        assert other["serve endpoint"].found == "is of an app with another id"
        assert other["registration"].remedy.startswith(f"run platform-events sync {url}")

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("INNGEST_SERVE_ORIGIN", "https://scores.example.com"),
            ("PLATFORM_EVENTS_ALLOWED_HOSTS", "scores.example.com"),
        ],
    )
    def test_where_the_app_is_served_is_told(self, variable: str, value: str) -> None:
        key = "signkey-prod-5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
        given = environment(
            NOBODY, INNGEST_DEV="", INNGEST_EVENT_KEY=EVENT_KEY, INNGEST_SIGNING_KEY=key
        )
        origin = found(given, f"{NOBODY}/api/inngest")["serve origin"]
        assert (origin.verdict, origin.found) == (Verdict.NOTE, "not set")
        origin = found({**given, variable: value}, f"{NOBODY}/api/inngest")["serve origin"]
        assert (origin.verdict, origin.found, origin.source) == (Verdict.OK, value, variable)

    def test_nothing_signed_is_sent_where_others_may_read_it(self) -> None:
        given = environment(NOBODY, INNGEST_SIGNING_KEY=SIGNING_KEY)
        told = found(given, "http://scores.example.com/api/inngest")
        assert told["serve endpoint"].found == "was not asked without encryption"
        assert "https" in told["serve endpoint"].remedy

    @pytest.mark.parametrize(("variable", "age_s"), [("UNUSED", 300), ("MAX_AGE_S", 60)])
    def test_what_is_signed_is_about_to_expire(self, variable: str, age_s: int) -> None:
        with EventServer() as server:
            server.answer_with(*[reply(404, {})] * 3)
            given = environment(server.url, INNGEST_SIGNING_KEY=SIGNING_KEY)
            given[f"PLATFORM_EVENTS_SIGNATURE_{variable}"] = str(age_s)
            found(given, f"{server.url}/api/inngest")
            headers = [one.headers.get("x-inngest-signature", "") for one in server.requests]
        assert [header[: header.find("&")] for header in headers if header] == [
            f"t={NOW - age_s + 15}"
        ]

    def test_in_dev_mode_no_bearer_leaves_the_machine(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with EventServer() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            given = environment(
                "http://inngest.example:8288",
                INNGEST_SIGNING_KEY=SIGNING_KEY,
                INNGEST_SIGNING_KEY_FALLBACK=SIGNING_KEY,
                PLATFORM_EVENTS_ALLOW_DEV_MODE="1",
            )
            proxy.answer_with(*[reply(401, {})] * 5)
            told = found(given, "https://127.0.0.1:9/api/inngest")
            assert told["mode"].verdict is Verdict.PROBLEM
            assert proxy.requests
            assert not any("authorization" in request.headers for request in proxy.requests)

    def test_during_a_rotation_inngest_may_have_the_other_key(self) -> None:
        with LocalInngest(signing_key=SIGNING_KEY, event_keys=[EVENT_KEY]) as server:
            given = environment(
                server.url, INNGEST_DEV="", INNGEST_EVENT_KEY=EVENT_KEY,
                INNGEST_SIGNING_KEY="signkey-test-0000", INNGEST_SIGNING_KEY_FALLBACK=SIGNING_KEY,
            )  # fmt: skip
            with service(server) as url:
                assert found(given, url)["registration"].verdict is Verdict.OK
                given["INNGEST_SIGNING_KEY_FALLBACK"] = "signkey-test-0101"
                refused = found(given, url)["registration"]
        assert refused.found == "the API refuses the signing key"

    def test_a_part_that_is_registered_is_not_all(self) -> None:
        # As the SDK's own endpoint tells it.
        script = (
            reply(200, {"ids": []}),
            reply(200, {"function_count": 2}),
            reply(200, known("a")),
        )
        with EventServer(*script) as server:
            told = found(environment(server.url), f"{server.url}/api/inngest")["registration"]
        assert told.verdict is Verdict.PROBLEM
        assert told.found == "the server has 1 function of the app tests (a); the endpoint has 2"
        assert "PLATFORM_EVENTS_APP_ID" not in told.remedy

    @pytest.mark.parametrize(
        ("served", "registered", "difference"),
        [
            ("a b", "a", "served, but not registered: b"),
            ("a", "a b c", "registered, but not served: b, c"),
            ("a b", "b c", "served, but not registered: a; registered, but not served: c"),
            ("a a-failure", "a", "served, but not registered: a-failure"),
            ("a a-failure b-failure", "a a-failure b-failure", ""),
        ],
    )
    def test_what_only_one_side_has_is_named(
        self, served: str, registered: str, difference: str
    ) -> None:
        inspection = {"function_count": 2, "function_ids": served.split()}
        script = (reply(200, {}), reply(200, inspection), reply(200, known(*registered.split())))
        with EventServer(*script) as server:
            told = found(environment(server.url), f"{server.url}/api/inngest")["registration"]
        assert told.verdict is (Verdict.PROBLEM if difference else Verdict.OK)
        assert told.found.partition("; ")[2] == difference

    def test_names_from_elsewhere_are_only_shown(self) -> None:
        inspection = {"function_count": 1, "function_ids": ["\n::error::x"]}
        script = (reply(200, {}), reply(200, inspection), reply(200, known("\x1b[2J")))
        with EventServer(*script) as server:
            told = found(environment(server.url), f"{server.url}/api/inngest")
        assert told["serve endpoint"].found == r"answers, and has 1 function (\n::error::x)"
        assert r"(\x1b[2J)" in told["registration"].found

    def test_a_service_of_the_other_mode(self) -> None:
        with LocalInngest() as server, service(server) as url:
            told = found(
                environment(
                    server.url, INNGEST_DEV="0", INNGEST_EVENT_KEY=EVENT_KEY,
                    INNGEST_SIGNING_KEY=SIGNING_KEY,
                ),
                url,
            )  # fmt: skip
        assert told["serve endpoint"].found == "works for the other mode"

    @pytest.mark.parametrize(
        ("answer", "endpoint", "registration"),
        [
            (reply(200, {"function_count": 0}), "has no functions", "does not tell (HTTP 200)"),
            (
                reply(200, {"function_count": "1"}),
                "is not a serve endpoint (HTTP 200)",
                "tell (HTTP 200)",
            ),
            (reply(307, b""), "is elsewhere (HTTP 307)", "does not tell (HTTP 307)"),
            (
                reply(404, b"nothing"),
                "is not a serve endpoint (HTTP 404)",
                "does not tell (HTTP 404)",
            ),
            (
                reply(200, b"null"),
                "is not a serve endpoint (HTTP 200)",
                "the server has 0 functions of the app tests",
            ),
            (
                reply(200, [{"id": "a"}]),
                "is not a serve endpoint (HTTP 200)",
                "the server has 1 function of the app tests (a)",
            ),
            (reply(200, [{}]), "is not a serve endpoint (HTTP 200)", "does not tell (HTTP 200)"),
            (reply(200, ["a"]), "is not a serve endpoint (HTTP 200)", "does not tell (HTTP 200)"),
            (silence, "does not answer (ReadTimeout)", "not answer (ReadTimeout)"),
        ],
    )
    def test_what_may_be_there_instead(
        self, answer: Answer, endpoint: str, registration: str
    ) -> None:
        with EventServer(answer) as server:
            told = found(
                environment(server.url, INNGEST_ENV="b"), f"{server.url}/api/inngest",
                timeout_s=0.4 if answer is silence else 30,
            )  # fmt: skip
        assert told["serve endpoint"].found == endpoint
        assert told["registration"].found.endswith(registration)

    @pytest.mark.parametrize("url", ["", "nonsense", "http://", "http://a\x00b", "ftp://a"])
    def test_an_address_that_is_none(self, server: LocalInngest, url: str) -> None:
        endpoint = found(environment(server.url), url)["serve endpoint"]
        assert endpoint.verdict is Verdict.PROBLEM
        assert "--serve-url" in endpoint.remedy


class TestCommand:
    @pytest.mark.parametrize("url", ["", "nonsense", "127.0.0.1:8000", "http:///", "ftp://a"])
    def test_an_address_that_is_none_is_a_wrong_call(self, url: str) -> None:
        result = invoke("--serve-url", url)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "--serve-url must begin with http://" in result.stderr

    def test_all_is_well(self, server: LocalInngest) -> None:
        result = invoke(**environment(server.url))
        assert (result.exit_code, result.stderr) == (0, "")
        assert "ok\tEvent API\tanswers\t\t\n" in result.stdout
        result = invoke(**environment(server.url, INNGEST_EVENT_KEY=EVENT_KEY))
        assert "ok\tEvent API\tanswers, and takes the event key\t\t\n" in result.stdout

    def test_a_problem_ends_with_1(self) -> None:
        result = invoke("--timeout", "0.2", **environment("http://127.0.0.1:9"))
        assert result.exit_code == 1
        assert "problem\tEvent API\tdoes not answer" in result.stdout

    def test_a_wrong_setting_ends_with_4(self) -> None:
        result = invoke("--json", INNGEST_DEV="1")
        assert result.exit_code == 4
        [one, *_] = json.loads(result.stdout)
        assert (one["verdict"], one["subject"]) == ("setting", "PLATFORM_EVENTS_APP_ID")
