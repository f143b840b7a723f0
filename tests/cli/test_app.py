"""The command, as it is called in a shell."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import inngest
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typer.testing import Result

from platform_events import (
    EVENT_NAMES,
    EVENT_TYPES,
    Event,
    MemberFollowed,
    WearableDataReceived,
    override_client,
)
from platform_events.contracts.json_schema import event_schema
from platform_events.testing import LocalInngest, capture_events
from platform_events.testing.strategies import events, invalid_wire_data, wire_data
from tests.support.clients import KEY, follow
from tests.support.command import run_command
from tests.support.processes import bare_environment

pytestmark = pytest.mark.usefixtures("clean_client")

FOLLOW = follow().to_data()
NAME = MemberFollowed.event_name
GOOD: dict[str, Any] = {"name": NAME, "data": FOLLOW}


COMMANDS = [
    "list", "show", "validate-name", "validate", "send", "export", "check-compat", "doctor",
    "sync", "relay", "dev", "demo",
]  # fmt: skip


def wearable() -> dict[str, Any]:
    examples = cast("list[dict[str, Any]]", event_schema(WearableDataReceived)["examples"])
    return deepcopy(examples[0])


def call(*arguments: str, given: str | bytes | None = None) -> Result:
    return run_command(*arguments, given=given)


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as a process, with nothing set but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "platform_events", *arguments],
        capture_output=True, text=True, env=bare_environment() | environment, timeout=60,
        check=False,
    )  # fmt: skip


def terminal(*arguments: str, **environment: str) -> str:
    """Run it as a process with a terminal, and give what that shows."""
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "platform_events", *arguments],
        stdout=theirs, stderr=theirs,
        env={"TERM": "xterm", "COLUMNS": "200"} | bare_environment() | environment,
    ):  # fmt: skip
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # is how the end of it is told
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    return shown.decode()


class TestList:
    def test_it_names_every_event_in_plain_columns(self) -> None:
        result = call("list")
        rows = [line.split("\t") for line in result.stdout.splitlines()]
        assert {name for name, _, _ in rows} == EVENT_NAMES
        assert all(summary for _, _, summary in rows)
        assert "\x1b" not in result.stdout

    def test_one_category(self) -> None:
        result = call("list", "--category", "social")
        assert all(line.startswith("platform/social.") for line in result.stdout.splitlines())

    def test_as_json(self) -> None:
        rows: list[dict[str, Any]] = json.loads(call("list", "--json").stdout)
        assert [row["class"] for row in rows] == [kind.__name__ for kind in EVENT_TYPES]
        assert {row["category"] for row in rows} == {"scoring", "alerts", "sync", "social"}

    def test_an_unknown_category_is_a_wrong_call(self) -> None:
        result = call("list", "--category", "sports")
        assert result.exit_code == 2
        assert "no category is named sports. There are scoring, alerts, sync, " in result.stderr

    def test_the_nearest_category_is_suggested(self) -> None:
        result = call("list", "--category", "Scorng")
        assert result.exit_code == 2
        assert "no category is named Scorng. Did you mean scoring?" in result.stderr


class TestValidateName:
    def test_names_that_are_and_that_are_not(self) -> None:
        result = call("validate-name", "platform/sync.a", "platform/sync.A", "platform/sync.b")
        assert result.exit_code == 1
        assert result.stdout.splitlines()[0] == "platform/sync.a: well-formed"
        assert "'A' is not a lower-case ASCII letter" in result.stdout.splitlines()[1]
        assert call("validate-name", "platform/sync.a").exit_code == 0


class TestValidate:
    def test_valid_events(self, tmp_path: Path) -> None:
        file = tmp_path / "events.ndjson"
        file.write_text(f"{json.dumps(GOOD)}\n" * 3)
        result = call("validate", str(file))
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == "valid: 3, invalid: 0\n"
        assert call("validate", "-", given=json.dumps([GOOD])).exit_code == 0

    def test_every_rule_that_is_broken_is_told_with_its_line_and_field(self) -> None:
        lines = [
            json.dumps(GOOD),
            json.dumps({"name": NAME, "data": {**FOLLOW, "x": 1}, "ts": "now", "user": {}}),
            json.dumps({"name": "platform/social.member-folowed", "data": {}}),
            json.dumps({"name": "nonsense"}),
            json.dumps({"name": NAME}),
            json.dumps({**GOOD, "id": ""}),
            "{",
            "7",
            json.dumps({"name": 7}),
            "{}",
        ]
        result = call("validate", "-", "--json", given="\n".join(lines))
        assert result.exit_code == 1
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert [(one["line"], one["field"], one["rule"]) for one in found] == [
            (2, "user", "unknown_key"),
            (2, "data.x", "extra_forbidden"),
            (2, "ts", "event_ts"),
            (3, "name", "unknown_event"),
            (4, "name", "prefix"),
            (5, "data", "missing"),
            (6, "id", "event_id"),
            (7, "", "json"),
            (8, "", "object"),
            (9, "name", "type"),
            (10, "name", "missing"),
            (10, "data", "missing"),
        ]
        assert result.stderr == "valid: 1, invalid: 9\n"

    @pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
    @given(data=st.data())
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_it_finds_what_a_producer_would_be_refused(
        self, kind: type[Event], data: st.DataObject
    ) -> None:
        good = data.draw(events(kind)).to_data()
        wrong = data.draw(invalid_wire_data(kind))
        text = "\n".join(
            json.dumps({"name": kind.event_name, "data": d}) for d in (good, wrong.data)
        )
        result = call("validate", "-", given=text.encode("utf-8", "surrogatepass"))
        assert result.exit_code == 1
        told = result.stdout.splitlines()
        assert all(line.startswith(f"line 2: {kind.event_name}: data") for line in told)
        # What is read may hold choices that no producer has; of a kind that nobody knows, that is
        # said alone.
        if ".." not in wrong.location:
            [line] = [line for line in told if f"data.{wrong.location}: " in line]
            assert line.endswith(f"({wrong.rule})")

    @pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
    @given(data=st.data())
    @settings(max_examples=15)
    def test_it_judges_as_the_schema_of_producers_does(
        self, kind: type[Event], data: st.DataObject
    ) -> None:
        sent = data.draw(wire_data(kind, producer="newer") | wire_data(kind))
        is_valid = Draft202012Validator(event_schema(kind)).is_valid(sent)
        result = call("validate", "-", given=json.dumps({"name": kind.event_name, "data": sent}))
        assert (result.exit_code == 0) is is_valid

    @pytest.mark.parametrize(
        "instant",
        [
            "1764000000", "1764000000000", "2026-11-23 18:30:00Z", "2026-11-23_18:30:00Z",
            "2026-11-23T18:30Z", "2026-11-23t18:30:00z", "2026-11-23T18:30:00+0100",
        ],
    )  # fmt: skip
    def test_an_instant_is_written_as_the_schema_has_it(self, instant: str) -> None:
        data = {**FOLLOW, "followed_at": instant}
        with capture_events() as sent:
            result = call("send", NAME, "--data", json.dumps(data))
        assert (result.exit_code, sent) == (1, [])
        assert result.stdout == (
            f"line 1: {NAME}: data.followed_at: Input should be a valid datetime, "
            "such as 2026-11-23T18:30:00Z (datetime_parsing)\n"
        )

    def test_half_of_a_character_is_told_with_its_field(self) -> None:
        data = wearable()
        data["member_id"] = data["measurements"][0]["kind"] = "a\ud800"
        data["x\udfff"] = [[["\udfff"]]]
        given = json.dumps({"name": "platform/sync.wearable-data-received", "data": data})
        told = call("validate", "-", "--json", given=given).stdout.splitlines()
        assert [(one["field"], one["rule"]) for one in map(json.loads, told)] == [
            ("data.'x\\udfff'", "string_unicode"),
            ("data.'x\\udfff'.0.0.0", "string_unicode"),
            ("data.measurements.0.kind", "string_unicode"),
            ("data.member_id", "string_unicode"),
        ]

    def test_a_choice_and_a_kind_are_among_those_that_are_listed(self) -> None:
        data = wearable()
        data["provider"] = "ouraa"
        data["measurements"][0]["kind"] = "heartrate"
        given = json.dumps({"name": "platform/sync.wearable-data-received", "data": data})
        result = call("validate", "-", "--json", given=given)
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert [(one["field"], one["rule"]) for one in found] == [
            ("data.provider", "literal_error"),
            ("data.measurements.0.kind", "unknown_kind"),
        ]
        assert "'heart-rate' or " in found[1]["message"]
        del data["measurements"][0]["kind"]
        given = json.dumps({"name": "platform/sync.wearable-data-received", "data": data})
        told = call("validate", "-", given=given).stdout
        assert "data.measurements.0: Input does not say its kind" in told

    def test_no_value_is_shown(self) -> None:
        secret = {"name": NAME, "data": {**FOLLOW, "follower_id": "SECRET 7f3a9"}}
        result = call("validate", "-", given=json.dumps(secret) + '\n{"name": "x", SECRET')
        assert result.exit_code == 1
        assert "SECRET" not in result.output

    @pytest.mark.parametrize(
        ("event", "told"),
        [
            ({**GOOD, "name": None}, "name: must be a string, the name of an event (type)"),
            ({**GOOD, "id": 7}, f"{NAME}: id: must be a string that is not blank (event_id)"),
            (
                {**GOOD, "ts": True},
                f"{NAME}: ts: must be a whole number, milliseconds since 1970 (event_ts)",
            ),
            (
                {**GOOD, "ts": 1.5e12},
                f"{NAME}: ts: must be a whole number, milliseconds since 1970 (event_ts)",
            ),
            (
                {**GOOD, "ts": 5},
                f"{NAME}: ts: must lie in the years 1980 to 2099, in milliseconds (event_ts)",
            ),
            ({**GOOD, "data": []}, f"{NAME}: data: the data must be a JSON object (dict_type)"),
        ],
    )
    def test_types_are_named_as_json_has_them(self, event: dict[str, Any], told: str) -> None:
        assert call("validate", "-", given=json.dumps(event)).stdout == f"line 1: {told}\n"

    def test_a_key_cannot_forge_a_line(self) -> None:
        result = call("validate", "-", given=json.dumps({**GOOD, "x\n\x1b[2Jline 9: fine": 1}))
        [line] = result.stdout.splitlines()
        assert line.startswith(f"line 1: {NAME}: 'x\\n\\x1b[2Jline 9: fine': there is no such key")

    def test_no_name_is_not_this_folder(self) -> None:
        result = call("validate", "")
        assert (result.exit_code, result.stderr) == (2, "error: the name of the file is empty\n")

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        result = call("validate", str(tmp_path / "none.json"))
        assert result.exit_code == 2
        assert result.stderr == f"error: {tmp_path / 'none.json'}: No such file or directory\n"


class TestSend:
    def test_one_event(self) -> None:
        with capture_events() as sent:
            result = call("send", NAME, "--data", json.dumps(FOLLOW), "--id", "once")
        assert sent == [follow()]
        assert sent.details[0].key == "once"
        assert result.stdout == f"{sent.details[0].id}\n"
        assert result.stderr == "sent: 1\n"

    @pytest.mark.parametrize("from_input", [False, True])
    def test_the_events_of_a_file(self, tmp_path: Path, from_input: bool) -> None:
        file = tmp_path / "events.ndjson"
        moment = 1795456839034
        file.write_text(
            f"{json.dumps({**GOOD, 'ts': moment})}\n{json.dumps({**GOOD, 'id': 'x'})}\n"
        )
        with capture_events() as sent:
            result = (
                call("send", "-", given=file.read_bytes())
                if from_input
                else call("send", str(file))
            )
        assert result.exit_code == 0
        assert sent == [follow(), follow()]
        assert (sent.details[0].ts, sent.details[1].key) == (moment, "x")

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
    def test_the_events_of_a_pipe(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=lambda: pipe.write_text(json.dumps(GOOD)))
        writer.start()
        with capture_events() as sent:
            result = call("send", str(pipe))
        writer.join()
        assert (result.exit_code, sent) == (0, [follow()])

    def test_nothing_is_sent_when_one_is_invalid(self) -> None:
        with capture_events() as sent:
            result = call("send", "-", given=f"{json.dumps(GOOD)}\n{{}}")
        assert (result.exit_code, sent) == (1, [])
        assert "nothing was sent, as 1 of 2 events are not valid" in result.stderr

    def test_an_event_that_is_too_large_is_found_before_any_is_sent(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = f"{json.dumps(GOOD)}\n" * 2
        monkeypatch.setenv("PLATFORM_EVENTS_MAX_EVENT_BYTES", "100")
        with capture_events() as sent:
            result = call("send", "-", given=lines)
        assert (result.exit_code, sent) == (1, [])
        [first, second] = result.stdout.splitlines()
        assert first.startswith(f"line 1: {NAME}: too large to send: ")
        assert first.endswith(" bytes as JSON, and 100 are allowed (event_size)")
        assert second.startswith("line 2: ")

    def test_a_dry_run_sends_nothing_and_needs_no_client(self) -> None:
        result = call("send", NAME, "--data", json.dumps(FOLLOW), "--dry-run")
        assert (result.exit_code, result.stderr) == (0, "valid: 1, sent: 0\n")

    def test_a_dry_run_knows_the_size_that_is_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        size = len(json.dumps(GOOD, separators=(",", ":")))
        for limit, code in ((size, 0), (size - 1, 1)):
            monkeypatch.setenv("PLATFORM_EVENTS_MAX_EVENT_BYTES", str(limit))
            result = call("send", NAME, "--data", json.dumps(FOLLOW), "--dry-run")
            assert result.exit_code == code
            assert call("validate", "-", given=json.dumps(GOOD)).exit_code == code
        assert f"{size} bytes as JSON, and {size - 1} are allowed (event_size)" in result.stdout

    def test_what_was_accepted_is_told_when_the_rest_was_not(self) -> None:
        with capture_events(fail="partial") as sent:
            result = call("send", "-", given=f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}")
        assert result.exit_code == 3
        assert result.stdout == f"{sent.details[0].id}\n"
        assert "error: the first 1 of 2 were accepted, then: " in result.stderr

    def test_what_was_accepted_counts_over_all_requests(self) -> None:
        class Failing(inngest.MiddlewareSync):
            def before_send_events(self, events: list[inngest.Event]) -> None:
                if sent and events:
                    sent.fail = "rate-limited"

        lines = f"{json.dumps(GOOD)}\n" * 5_002
        options: dict[str, Any] = {"app_id": "cli", "is_production": False}
        with override_client(**options, middleware=[Failing]), capture_events() as sent:
            result = call("send", "-", given=lines)
        assert result.exit_code == 3
        assert len(result.stdout.splitlines()) == len(sent) == 1_000
        assert "error: the first 1000 of 5002 were accepted, then: " in result.stderr

    def test_an_interrupt_leaves_the_ids_of_what_was_accepted(self) -> None:
        class Interrupting(inngest.MiddlewareSync):
            def before_send_events(self, events: list[inngest.Event]) -> None:
                if sent and events:
                    raise KeyboardInterrupt

        lines = f"{json.dumps(GOOD)}\n" * 5_002
        options: dict[str, Any] = {"app_id": "cli", "is_production": False}
        with override_client(**options, middleware=[Interrupting]), capture_events() as sent:
            result = call("send", "-", given=lines)
        assert result.exit_code == 130
        assert result.stdout.splitlines() == [one.id for one in sent.details]
        expected = "error: interrupted when 1000 of 5002 were accepted; 4000 more may have been\n"
        assert expected in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["events.json", "--id", "x"], "--id is for one event"),
            (["platform/sync.a", "--data", "{"], "--data: not valid JSON"),
            (["platform/sync.a", "--data", "{}{}"], "--data: something follows the JSON value"),
            (["platform/sync.a", "--data", '{"a": 1, "a": 2}'], "--data: the key a stands there"),
            (["platform/sync.a", "--data", "[" * 100_000], "--data: it is nested too deeply"),
            (["platform/sync.a", "--data", "9" * 5_000], "--data: a number has too many digits"),
            (["-", "--data", "{}"], "- is a file: --data is for the name of one event"),
            ([__file__, "--data", "{}"], " is a file: --data is for the name of one event"),
            (["platform/sync.a"], "platform/sync.a is the name of an event: give its data"),
        ],
    )
    def test_wrong_calls(self, arguments: list[str], message: str) -> None:
        result = call("send", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr


class TestHelp:
    def test_it_names_every_command_and_the_exit_codes(self) -> None:
        shown = call("--help").stdout
        for command in COMMANDS:
            assert f"\n  {command} " in shown
        assert "Exit codes: 0 success" in shown
        assert shown.isascii()

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_shows_an_example(self, command: str) -> None:
        shown = " ".join(call(command, "--help").stdout.split())
        assert re.search(rf"Examples?: platform-events {command}\b", shown)

    def test_the_version(self) -> None:
        assert call("--version").stdout == f"platform-events {version('platform-events')}\n"

    def test_a_wrong_call_is_told_in_plain_text(self) -> None:
        result = call("show")
        assert result.exit_code == 2
        assert "Missing argument 'NAME'" in result.stderr
        assert result.stderr.isascii()


class TestExport:
    @pytest.mark.parametrize(
        ("contract", "file"),
        [
            ("json-schema", "platform/scoring.calculate.json"),
            ("typescript", "typescript/platform-events.ts"),
            ("asyncapi", "asyncapi.json"),
            ("html", "index.html"),
        ],
    )
    def test_it_writes_what_is_committed(self, contract: str, file: str, tmp_path: Path) -> None:
        result = call("export", contract, "--out", str(tmp_path / "new" / "folder"))
        assert (result.exit_code, result.output) == (0, "")
        [written] = (tmp_path / "new" / "folder").rglob(Path(file).name)
        assert "ScoringCalculate" in written.read_text("utf-8")

    def test_a_folder_that_cannot_be_written_to(self, tmp_path: Path) -> None:
        result = call("export", "typescript", "--out", "")
        assert (result.exit_code, result.stderr[:22]) == (2, "error: --out is empty:")
        (tmp_path / "file").touch()
        result = call("export", "typescript", "--out", str(tmp_path / "file"))
        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: {tmp_path / 'file'}: ")


class TestProcess:
    def test_it_sends_to_a_real_server(self) -> None:
        with LocalInngest() as server:
            result = shell(
                "send", NAME, "--data", json.dumps(FOLLOW),
                PLATFORM_EVENTS_APP_ID="cli", **server.env(),
            )  # fmt: skip
            assert result.returncode == 0, result.stderr
            assert [one.id for one in server.events.details] == result.stdout.split()

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
    def test_on_a_terminal_there_are_columns_and_progress(self, tmp_path: Path) -> None:
        shown = terminal("list", "--category", "sync")
        assert "IntegrationFailed A pull or a push failed." in " ".join(shown.split())
        assert "\t" not in shown
        file = tmp_path / "events.ndjson"
        file.write_text(f"{json.dumps(GOOD)}\n" * 20)
        size = f"{file.stat().st_size / 1000:.1f}"
        assert f"{size}/{size} kB" in terminal("validate", str(file))
        assert "\x1b[3" not in terminal("validate", str(file), NO_COLOR="1")
        file.write_text('{"name": "x"}\n' * 3)
        # Each finding begins on a line of its own.
        lines = re.split(r"\r\x1b\[2K|\n", terminal("validate", str(file)))
        assert sum(line.startswith("line ") for line in lines) == 3

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
    def test_a_narrow_terminal_cuts_nothing_off(self) -> None:
        shown = terminal("show", "platform/scoring.calculated", COLUMNS="50")
        assert "\u2026" not in shown
        whole = call("show", "platform/scoring.calculated").stdout
        assert sorted(filter(str.isalnum, shown)) == sorted(filter(str.isalnum, whole))

    def test_without_settings_it_says_which_is_missing(self) -> None:
        result = shell("send", NAME, "--data", json.dumps(FOLLOW))
        assert result.returncode == 4
        assert result.stderr.startswith("error: no app id: set PLATFORM_EVENTS_APP_ID")
        assert "Traceback" not in result.stderr

    def test_what_is_wrong_with_an_event_is_told_before_what_is_wrong_with_settings(self) -> None:
        result = shell("send", NAME, "--data", "[]")
        assert result.returncode == 1
        assert "data: the data must be a JSON object" in result.stdout

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
    @pytest.mark.parametrize(("count", "accepted"), [(2, 2), (5_001, 5_000)])
    def test_when_ids_cannot_be_written_it_says_how_many_were_accepted(
        self, tmp_path: Path, count: int, accepted: int
    ) -> None:
        file = tmp_path / "events.ndjson"
        file.write_text(f"{json.dumps(GOOD)}\n" * count)
        with LocalInngest() as server:
            ended = subprocess.run(
                ["sh", "-c", 'exec "$@" > /dev/full', "sh",
                 sys.executable, "-m", "platform_events", "send", str(file)],
                env=bare_environment() | {"PLATFORM_EVENTS_APP_ID": "cli", **server.env()},
                stderr=subprocess.PIPE, text=True, check=False, timeout=60,
            )  # fmt: skip
            assert len(server.events) == accepted
        assert ended.returncode == 3
        assert ended.stderr == (
            f"error: the first {accepted} of {count} were accepted; their ids could not be "
            "written: No space left on device\n"
        )

    def test_a_reader_that_goes_away_hides_no_part_that_was_not_sent(self, tmp_path: Path) -> None:
        file = tmp_path / "events.ndjson"
        file.write_text(f"{json.dumps(GOOD)}\n" * 5_001)
        with LocalInngest() as server, subprocess.Popen(
            [sys.executable, "-m", "platform_events", "send", str(file)],
            env=bare_environment() | {"PLATFORM_EVENTS_APP_ID": "cli", **server.env()},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            said = process.stderr.read()
        assert process.returncode == 3
        assert said.startswith("error: the first 5000 of 5001 were accepted; their ids could")

    def test_a_server_that_does_not_answer_is_no_trace(self) -> None:
        result = shell(
            "send", NAME, "--data", json.dumps(FOLLOW), PLATFORM_EVENTS_APP_ID="cli",
            INNGEST_DEV="http://127.0.0.1:9", PLATFORM_EVENTS_SEND_TIMEOUT_S="0.2",
            INNGEST_EVENT_KEY=KEY,
        )  # fmt: skip
        assert result.returncode == 3
        assert "the first 0" not in result.stderr
        assert "Traceback" not in result.stderr
        assert KEY not in result.stderr

    def test_a_reader_that_goes_away_is_no_trace(self, tmp_path: Path) -> None:
        file = tmp_path / "events.ndjson"
        file.write_text('{"name": "x"}\n' * 2_000)
        with subprocess.Popen(
            [sys.executable, "-m", "platform_events", "validate", str(file)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert process.stderr.read() == ""
        assert process.returncode == 1

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a signal")
    def test_an_interrupt_is_no_trace(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "platform_events", "validate", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdin
            assert process.stdout
            # More than is read at a time, so that the first is looked at before the end.
            process.stdin.write(json.dumps({"name": "x" * 800_000}).encode() + b"\n")
            process.stdin.write(json.dumps({"name": "x" * 800_000}).encode() + b"\n")
            process.stdin.flush()
            process.stdout.read(1)  # so it is at work
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (130, b"")

    @pytest.mark.parametrize(
        ("typed", "offered"),
        [
            ("show platform/sync.wearable-data-rec", ["platform/sync.wearable-data-received"]),
            ("send platform/social.member-f", ["platform/social.member-followed"]),
            ("export ", ["json-schema", "typescript", "npm", "asyncapi", "html"]),
            ("check", ["check-compat"]),
            ("list --category so", ["social"]),
        ],
    )
    def test_a_shell_completes_commands_and_names(self, typed: str, offered: list[str]) -> None:
        words = f"platform-events {typed}"
        completed = subprocess.run(
            [sys.executable, "-c", "from platform_events.cli import main; main()"],
            env=dict(os.environ) | {
                "_PLATFORM_EVENTS_COMPLETE": "complete_bash",
                "COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")),
            },
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert completed.stdout.split() == offered

    def test_without_its_extra_it_says_what_to_install(self) -> None:
        program = (
            "import sys; sys.modules['typer'] = None; from platform_events.cli import main; main()"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
        )
        assert ended.returncode == 1
        assert ended.stderr == 'typer is missing: pip install "platform-events[cli]"\n'
