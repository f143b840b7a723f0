"""``show``, as it is called in a shell."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import Result

from platform_events import EVENT_TYPES, Event, WearableDataReceived, parse_event
from platform_events.cli.show import show_event
from platform_events.contracts.json_schema import event_schema
from platform_events.errors import UnknownEventError
from tests.contracts.pages import deprecated
from tests.support.command import run_command


def call(*arguments: str) -> Result:
    return run_command("show", *arguments)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_is_shown_with_its_fields_and_an_example_that_is_valid(
    kind: type[Event],
) -> None:
    result = call(kind.event_name)
    shown, _, example = result.stdout.partition("\nExample\n")
    assert result.exit_code == 0
    assert shown.startswith(f"{kind.event_name}\n")
    rows = [line.split("\t") for line in shown.splitlines() if "\t" in line]
    assert {"sent by", "handled by", "class"} <= {row[0] for row in rows}
    assert kind.__pydantic_fields__.keys() <= {row[0] for row in rows}
    assert isinstance(parse_event(kind.event_name, json.loads(example)), kind)
    assert "<" not in shown.replace("<=", "")
    assert "``" not in shown


def test_a_field_has_its_type_unit_range_marks_and_meaning() -> None:
    shown = call(WearableDataReceived.event_name).stdout
    assert re.search(
        r"\nduration_s\t(required|optional), sensitive\tnumber, 0 to [\d,]+ seconds\tHow long ",
        shown,
    )
    assert re.search(r"\nkind\trequired\talways sleep\t", shown)
    assert re.search(r"Values: .*\blight, deep, rem\b", shown)
    assert "Default: false." in shown
    assert "\nSleepStage: A stretch of one sleep stage.\n" in shown


def test_what_is_deprecated_says_what_to_use(capsys: pytest.CaptureFixture[str]) -> None:
    show_event(deprecated())
    shown = capsys.readouterr().out
    assert "\ndeprecated\tUse ScoringCalculate.\n" in shown
    assert "Deprecated: Use score." in shown


def test_an_event_may_have_no_fields(capsys: pytest.CaptureFixture[str]) -> None:
    show_event({**deprecated(), "properties": {}})
    assert "\nFields" not in capsys.readouterr().out


def test_as_json_it_is_the_schema() -> None:
    told: dict[str, Any] = json.loads(call(WearableDataReceived.event_name, "--json").stdout)
    assert told == event_schema(WearableDataReceived)


def test_the_name_of_its_class_will_do() -> None:
    assert call("WearableDataReceived").stdout == call(WearableDataReceived.event_name).stdout


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    result = call("platform/scoring.calculat")
    assert isinstance(result.exception, UnknownEventError)
    assert "platform/scoring.calculate" in str(result.exception)
