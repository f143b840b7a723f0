"""The demo does the main job, and says clearly what it cannot do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples.demo import DOCUMENTS
from platform_events import EVENT_NAMES
from platform_events.testing import LocalInngest

from .test_open_mhealth import REAL, needs_real_documents

ROOT = Path(__file__).parents[2]
PULSE = {
    "heart_rate": {"value": 61.25, "unit": "beats/min"},
    "effective_time_frame": {"date_time": "2026-11-23T06:30:00Z"},
}
WEARABLE = "platform/sync.wearable-data-received"


def demo(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the demo as `make demo` does, without what this machine's environment may say."""
    hidden = ("INNGEST_", "PLATFORM_EVENTS_", "COLUMNS", "FORCE_COLOR", "NO_COLOR")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return subprocess.run(
        [sys.executable, "-m", "examples.demo", *map(str, arguments)],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def row(output: str, first: str) -> list[str]:
    """Find the row of a table by its first cell."""
    rows = [re.split(r"\s{2,}", line.strip()) for line in output.splitlines()]
    [found] = [cells for cells in rows if cells[0] == first]
    return found


@pytest.fixture(scope="module")
def own() -> subprocess.CompletedProcess[str]:
    """Run the demo on the documents that come with it."""
    return demo()


def test_it_succeeds_and_sums_up(own: subprocess.CompletedProcess[str]) -> None:
    assert own.stderr == ""
    assert own.returncode == 0
    assert "20 documents: 16 mapped, 4 refused." in own.stdout
    assert "37 of 37 events arrived, equal to what was sent." in own.stdout


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
    assert row(done.stdout, "e.json")[2] == (
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


@pytest.mark.parametrize("variable", ["INNGEST_DEV", "INNGEST_BASE_URL"])
def test_it_sends_to_the_server_that_the_environment_names(variable: str) -> None:
    with LocalInngest() as server:
        done = demo(**{variable: server.url}, INNGEST_EVENT_KEY="of-production")
        received = server.events

    assert done.returncode == 0
    assert {event.name for event in received} == EVENT_NAMES
    assert f"37 events accepted by {server.url}" in done.stdout
    assert "What arrived there cannot be shown" in done.stdout
    assert row(done.stdout, "heart-rate-2.0-at-rest.json")[2:] == [
        received[5].internal_id, "not seen"
    ]  # fmt: skip


def test_a_server_that_is_not_there_is_an_error() -> None:
    done = demo(INNGEST_DEV="http://127.0.0.1:9", PLATFORM_EVENTS_SEND_TIMEOUT_S="0.2")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "demo: 37 of 37 events were not accepted: http://127.0.0.1:9 gave no answer "
        "(ConnectError).\n"
    )


def test_a_setting_that_cannot_be_is_an_error() -> None:
    done = demo(INNGEST_DEV="http://inngest")

    assert done.returncode == 2
    assert "INNGEST_DEV has a host with neither a dot nor a port" in done.stderr


@needs_real_documents
def test_real_documents_are_sent_where_they_make_sense() -> None:
    done = demo("--data", REAL)

    assert done.returncode == 0
    assert "12 documents: 11 mapped, 1 refused." in done.stdout
    assert row(done.stdout, "sleep-duration-2.0-with-descriptive-statistic.json")[1:] == [
        "mapping", "effective_time_frame.time_interval ends before it begins"
    ]  # fmt: skip
