"""The demo does the main job, and says clearly what it cannot do."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from examples.demo import DOCUMENTS
from examples.functions import FUNCTIONS
from platform_events import (
    EVENT_NAMES,
    EVENT_TYPES,
    EventFunction,
    ScoringCalculate,
    override_client,
    send_event,
)
from platform_events.testing import LocalInngest

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
PULSE = {
    "heart_rate": {"value": 61.25, "unit": "beats/min"},
    "effective_time_frame": {"date_time": "2026-11-23T06:30:00Z"},
}
WEARABLE = "platform/sync.wearable-data-received"

SENT = 16 + len(EVENT_TYPES) - 1
"""The documents that are mapped, and one event of every other kind."""


def demo(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the demo as `make demo` does, without what this machine's environment may say."""
    return python("-m", "examples.demo", *arguments, **variables)


def python(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    hidden = ("INNGEST_", "PLATFORM_EVENTS_", "COLUMNS", "FORCE_COLOR", "NO_COLOR")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return {**kept, **variables}


def row(output: str, first: str) -> list[str]:
    """Find the row of a table by its first cell."""
    rows = [re.split(r"\s{2,}", line.strip()) for line in output.splitlines()]
    [found] = [cells for cells in rows if cells[0] == first]
    return found


def told(output: str, subject: str) -> list[str]:
    """Give what was told of a run, or of events, while it happened."""
    return re.findall(rf"^ *\d+ ms  {subject} +(.*?) *$", output, re.MULTILINE)


@pytest.fixture(scope="module")
def own() -> subprocess.CompletedProcess[str]:
    """Run the demo on the documents that come with it."""
    return demo()


def test_it_succeeds_and_sums_up(own: subprocess.CompletedProcess[str]) -> None:
    assert own.stderr == ""
    assert own.returncode == 0
    assert "20 documents: 16 mapped, 4 refused." in own.stdout
    assert f"{SENT} of {SENT} events arrived, equal to what was sent." in own.stdout


def test_every_run_completes(own: subprocess.CompletedProcess[str]) -> None:
    assert "22 of 22 runs completed, 2 of them after a retry." in own.stdout
    assert row(own.stdout, "function") == [
        "function", "runs", "completed", "failed", "steps", "failed attempts"
    ]  # fmt: skip
    assert row(own.stdout, "store-wearable-data")[1:] == ["16", "16", "0", "19", "2"]
    assert row(own.stdout, "calculate-score")[1:] == ["4", "4", "0", "12", "0"]
    assert row(own.stdout, "follow-up-churn-risk")[1:] == ["1", "1", "0", "2", "0"]
    assert row(own.stdout, "digest-reactions")[1:] == ["1", "1", "0", "1", "0"]
    assert "Not completed" not in own.stdout


def test_what_happens_is_told_in_order(own: subprocess.CompletedProcess[str]) -> None:
    [risk] = re.findall(r"(run \d+) +follow-up-churn-risk started", own.stdout)
    assert told(own.stdout, risk) == [
        "follow-up-churn-risk started by platform/alerts.churn-risk-detected",
        "step tell-coach finished",
        "step wait-for-workout waits for an event",
        "step wait-for-workout finished",
        "follow-up-churn-risk completed",
    ]
    [retried, *_] = re.findall(r"(run \d+) +step store failed", own.stdout)
    assert told(own.stdout, retried) == [
        "store-wearable-data started by platform/sync.wearable-data-received",
        "step store failed in attempt 1 (ConnectionError)",
        "step store finished",
        "step ask-for-score finished",
        "store-wearable-data completed",
    ]
    events = told(own.stdout, "event")
    assert events[0] == "16 of platform/sync.wearable-data-received sent"
    assert f"platform/scoring.calculate sent by {retried}" in events
    assert len([event for event in events if "calculated sent by run" in event]) == 4
    assert "digest-reactions started by 6 of platform/social.reaction-added" in own.stdout


def test_every_event_of_the_catalogue_arrives(own: subprocess.CompletedProcess[str]) -> None:
    for name in EVENT_NAMES - {WEARABLE}:
        assert row(own.stdout, name)[2] == "yes"


def test_every_document_is_accounted_for(own: subprocess.CompletedProcess[str]) -> None:
    sent, _, refused = own.stdout.partition("Refused")
    sent, _, left_out = sent.partition("Left out")
    names = [file.name for file in DOCUMENTS.glob("*.json")]

    assert all((name in sent) != (name in refused) for name in names)
    assert row(sent, "heart-rate-2.0-at-rest.json")[1] == "resting-heart-rate"
    assert row(left_out, "oxygen-saturation-2.0-night.json")[1] == "system, measurement_method"
    assert row(refused, "wrong-unit.json") == [
        "wrong-unit.json", "mapping", "body_weight.unit must be one of kg, g, lb, oz"
    ]  # fmt: skip
    assert row(refused, "wrong-not-json.json")[2] == "it is not JSON (line 2, column 1)"


def test_mistakes_are_refused_by_the_package_and_by_the_server(
    own: subprocess.CompletedProcess[str],
) -> None:
    assert "max_event_bytes is 3145728" in row(own.stdout, "30 nights in one event")[2]
    assert "Did you mean 'platform/scoring.calculate'" in own.stdout
    assert row(own.stdout, "a name that Inngest reserves") == [
        "a name that Inngest reserves",
        "the server (400)",
        "event name is reserved for internal use: inngest/demo",
    ]


def test_piped_output_is_plain(own: subprocess.CompletedProcess[str]) -> None:
    assert "\x1b" not in own.stdout


def test_no_color_is_honoured_where_colours_could_be_shown() -> None:
    output = demo(FORCE_COLOR="1", NO_COLOR="1").stdout

    # What is left on a terminal is bold alone, which is no colour.
    assert set(re.findall(r"\x1b\[([0-9;]*)m", output)) <= {"0", "1"}


def test_no_value_of_a_document_is_shown(own: subprocess.CompletedProcess[str]) -> None:
    assert not re.search(r"165\.5|75\.06|9874\.5|11\.8|49\.5", own.stdout)


def test_a_folder_with_broken_documents_goes_on(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps(PULSE))
    (tmp_path / "a.json").write_bytes(b"\x00\xff")
    (tmp_path / "c.json").mkdir()
    (tmp_path / "d.json").write_text("[61.25]")
    (tmp_path / "e.json").write_text(json.dumps(PULSE).replace("61.25", "3061.25"))
    (tmp_path / "[red]f.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("no document")

    done = demo("--data", tmp_path)

    assert done.returncode == 0
    assert "6 documents: 1 mapped, 5 refused." in done.stdout
    assert "61.25" not in done.stdout
    assert row(done.stdout, "b.json")[3] == "yes"
    assert row(done.stdout, "a.json")[2] == "it is not JSON in UTF-8"
    assert row(done.stdout, "c.json")[1] == "reading"
    assert row(done.stdout, "d.json")[2] == "the document must be a JSON object"
    assert row(done.stdout, "e.json")[2].startswith(
        "invalid HeartRate: heart_rate_bpm: Input should be less than or equal to 300"
    )
    assert "none of the measures" in row(done.stdout, "[red]f.json")[2]
    assert "notes.txt" not in done.stdout


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    done = demo("--data", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"demo: {tmp_path}: no *.json documents in this folder\n"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    done = demo("--data", tmp_path / "nowhere")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"demo: {tmp_path / 'nowhere'}: ")
    assert "Traceback" not in done.stderr


def test_a_terminal_shows_it_live() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "examples.demo"],
        cwd=ROOT,
        env=environment({"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    output = bytearray()

    def read() -> None:
        # What was written last is still there when the other side is closed.
        try:
            while part := os.read(ours, 65_536):
                output.extend(part)
        except OSError:
            pass

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert process.wait(60) == 0
    finally:
        process.kill()
        reader.join()
        os.close(ours)

    text = output.decode()
    assert "22 of 22 runs completed" in text
    # Colours, the table that is written anew, and the cursor that comes back.
    assert "\x1b[32m" in text
    assert text.count("\x1b[2K") > 10
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


@pytest.mark.parametrize("variable", ["INNGEST_DEV", "INNGEST_BASE_URL"])
def test_it_works_with_the_server_that_the_environment_names(variable: str) -> None:
    with LocalInngest(retry_interval=0.05) as server:
        done = demo(**{variable: server.url}, INNGEST_EVENT_KEY="of-production")
        received = server.events
        runs = server.runs
        with override_client(app_id="test", is_production=False, event_api_base_url=server.url):
            send_event(
                ScoringCalculate(member_id="m", gym_id="g", score="progress", reason="manual")
            )

        assert (done.returncode, done.stderr) == (0, "")
        assert {one.name for one in received.details} == EVENT_NAMES
        assert [run.status for run in runs] == ["Completed"] * 22
        assert {run.function_id for run in runs} == {
            f"demo-{one.fn_id}" for one in FUNCTIONS if isinstance(one, EventFunction)
        }
        assert len(server.runs) == 22, "the app that is gone is still registered"

    assert f"{SENT} events accepted by {server.url}" in done.stdout
    assert f"19 of {SENT} events were seen by a function" in done.stdout
    assert row(done.stdout, "heart-rate-2.0-at-rest.json")[2:] == [received.details[5].id, "yes"]
    assert row(done.stdout, "platform/social.comment-added")[2] == "not seen"


def test_it_works_with_a_server_that_has_keys() -> None:
    key = "00112233445566778899aabbccddeeff"
    with LocalInngest(retry_interval=0.05, signing_key=key, event_keys=["of-it"]) as server:
        done = demo(INNGEST_BASE_URL=server.url, INNGEST_SIGNING_KEY=key, INNGEST_EVENT_KEY="of-it")
        assert (done.returncode, done.stderr) == (0, "")
        assert {run.status for run in server.runs} == {"Completed"}
    assert f"{SENT} events accepted by {server.url}" in done.stdout


def test_what_is_not_completed_in_time_is_named() -> None:
    # A retry comes after some 15 seconds, as with a dev server.
    with LocalInngest() as server:
        done = demo("--wait", 7, INNGEST_BASE_URL=server.url)

    assert (done.returncode, done.stderr) == (1, "")
    summary = re.search(r"(\d+) of (\d+) runs completed, 0 of them after a retry\.", done.stdout)
    assert summary
    waiting = int(summary[2]) - int(summary[1])
    assert waiting >= 1
    [awaited, *_] = told(done.stdout, "waiting")
    assert awaited.count("store-wearable-data") == waiting
    _, _, left = done.stdout.partition("Not completed")
    assert left.count("failed, and is to be tried again by the server") == waiting


def test_a_function_that_fails_for_good_is_a_failure() -> None:
    done = python(
        "-c",
        "import sys, inngest\n"
        "from examples import demo, functions\n"
        "def store(*_): raise inngest.NonRetriableError('61.25')\n"
        "functions._store = store\n"
        "sys.exit(demo.main())",
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert row(done.stdout, "store-wearable-data")[1:] == ["16", "0", "16", "0", "16"]
    assert "3 of 19 runs completed" in done.stdout
    assert "store-wearable-data failed for good (NonRetriableError)" in done.stdout
    assert "61.25" not in done.stdout
    _, _, left = done.stdout.partition("Not completed")
    assert len(re.findall(r"run \d+ store-wearable-data +failed", left)) == 16


def test_a_server_that_is_not_there_is_an_error() -> None:
    done = demo(INNGEST_DEV="http://127.0.0.1:9")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("demo: the app could not be registered at http://127.0.0.1:9: ")
    assert "Traceback" not in done.stderr


def test_a_server_that_refuses_the_app_is_an_error() -> None:
    with LocalInngest(signing_key="signkey-test-1234") as server:
        done = demo(INNGEST_BASE_URL=server.url)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"demo: the app could not be registered at {server.url}: ")


def test_a_server_that_refuses_the_events_is_an_error() -> None:
    with LocalInngest(event_keys=["another"]) as server:
        done = demo(INNGEST_BASE_URL=server.url)

    assert done.returncode == 1
    assert told(done.stdout, "event")[-1] == "not all were accepted"
    assert done.stderr.startswith(f"demo: {SENT} of {SENT} events were not accepted: ")


def test_a_setting_that_cannot_be_is_an_error() -> None:
    done = demo(INNGEST_DEV="http://inngest")

    assert done.returncode == 2
    assert "INNGEST_DEV has a host with neither a dot nor a port" in done.stderr
