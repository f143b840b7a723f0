"""The demo takes a payload of every provider, and says what is wrong with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.demo import main
from examples.providers.registry import ADAPTERS

pytestmark = pytest.mark.untraced

PAYLOADS = Path(__file__).parents[3] / "examples" / "payloads"
PAYLOAD = {
    "apple-health": "apple-health-export",
    "garmin": "garmin-push",
    "google-health": "google-health-points",
    "oura": "oura-sleep",
    "polar": "polar-recharge",
    "strava": "strava-activity",
    "whoop": "whoop-sleep",
    "withings": "withings-measures",
}


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_payload_becomes_events_that_arrive(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A terminal's width would break names of files over lines.
    monkeypatch.delenv("COLUMNS", raising=False)
    file = PAYLOADS / f"{PAYLOAD[name]}.json"
    code = main(["--provider", name, "--data", str(file)])
    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert file.name in told.out
    assert " events arrived, equal to what was sent." in told.out


@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "it is not JSON"),
        ("[7]", "must be a JSON object"),
        ('{"hello": "world"}', "none of the fields by which a payload of"),
        (None, "No such file or directory"),
    ],
)
def test_what_cannot_be_sent_is_an_error(
    name: str, content: str | None, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "payload.txt"
    if content is not None:
        file.write_text(content, "utf-8")
    assert main(["--provider", name, "--data", str(file)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("demo: ")
    assert "payload.txt" in told.err
    assert reason in told.err


def test_what_is_left_out_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ping.json"
    file.write_text('{"event": "PING"}', "utf-8")
    assert main(["--provider", "polar", "--data", str(file)]) == 2
    assert "all of it is left out" in capsys.readouterr().err


def test_an_unknown_provider_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--provider", "pedometer"])
    told = capsys.readouterr().err
    assert "invalid choice: 'pedometer'" in told
    assert "'oura'" in told
