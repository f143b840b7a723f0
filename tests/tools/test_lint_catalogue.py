"""What the linter of the catalogue tells a contributor, and that the catalogue is clean."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Annotated, Any, get_args

import pytest
from pydantic import Field

from platform_events import EVENT_TYPES, Event, Payload, Sensitive
from platform_events.events.fields import (
    Count,
    DurationS,
    FreeText,
    MemberId,
    Percentage,
    Slug,
    Timestamp,
)

linter: Any = import_module("tools.lint_catalogue")

Watts = Annotated[float, Field(ge=0, le=3_000), Sensitive()]


def messages(annotation: Any, field: str = "average_torque") -> list[str]:
    """Lint an event with one field."""

    class Linted(Event, name="platform/scoring.linted"):
        """Something happened.

        Sent by a test. Handled by nobody.
        """

        __annotations__ = {field: annotation}
        if type(None) in get_args(annotation):
            locals()[field] = None

    found = linter.lint([Linted])
    assert all((one.owner, one.field) == ("Linted", field) for one in found)
    return [one.message for one in found]


def test_the_catalogue_is_clean() -> None:
    assert linter.lint(EVENT_TYPES) == []
    assert linter.main() == 0


@pytest.mark.parametrize("name", ["average_torque", "cadence", "torque_nm"])
@pytest.mark.parametrize("annotation", [Watts, Watts | None, tuple[Watts, ...]], ids=str)
def test_a_number_without_a_unit(annotation: Any, name: str) -> None:
    told = " ".join(messages(annotation, name))
    assert "a number without a unit: end its name with one, such as _s, _m, _kg" in told
    assert "UNITS of events/_units.py" in told
    assert f"list {name} in UNITLESS" in told


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("duration_min", "duration_s"),
        ("rest_hours", "rest_s"),
        ("distance_km", "distance_m"),
        ("load_lbs", "load_kg"),
        ("fat_pct", "fat_percent"),
    ],
)
def test_a_unit_that_the_catalogue_has_otherwise(name: str, better: str) -> None:
    [message] = messages(Watts, name)
    assert f"write {better}, and convert" in message


@pytest.mark.parametrize("annotation", [str, str | None, Annotated[str, Field(min_length=1)]])
def test_a_text_without_a_limit(annotation: Any) -> None:
    [message] = messages(annotation, "note")
    assert message.startswith("a text without a limit: use an id, Slug, Version or FreeText")


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[float, Sensitive()],
        Annotated[float, Field(gt=0), Sensitive()] | None,  # pyright: ignore[reportOperatorIssue]  # wrong on purpose
        Annotated[float, Field(lt=9), Sensitive()],
    ],
)
def test_a_number_without_a_range(annotation: Any) -> None:
    [message] = messages(annotation, "duration_s")
    assert message.startswith("a number without a range: use a type of platform_events")


def test_a_list_without_a_limit() -> None:
    [message] = messages(tuple[Slug, ...], "tags")
    assert message.startswith("a list without a limit: ")
    [message] = messages(Annotated[tuple[str, ...], Field(max_length=9)], "tags")
    assert message.startswith("a text without a limit: ")


def test_what_tells_of_a_person_is_marked() -> None:
    [message] = messages(DurationS, "rest_s")
    assert "mark its type with Sensitive(), or list Linted.rest_s in HARMLESS" in message
    [message] = messages(Annotated[str, Field(max_length=5_000)], "note")
    assert "use FreeText" in message


@pytest.mark.parametrize(
    ("name", "annotation"),
    [
        ("rest_s", Annotated[DurationS, Sensitive()]),
        ("rest_count", Annotated[Count, Sensitive()]),
        ("done_percent", Percentage | None),
        ("note", FreeText),
        ("member_id", MemberId),
        ("ended_at", Timestamp),
        ("tags", Annotated[tuple[Slug, ...], Field(max_length=9)]),
        ("weight", Watts),
    ],
)
def test_what_is_right_is_not_told(name: str, annotation: Any) -> None:
    assert messages(annotation, name) == []


def test_payloads_inside_are_looked_at() -> None:
    class LintedInside(Payload):
        pace: Watts

    class LintedOutside(Event, name="platform/scoring.linted-outside"):
        inner: LintedInside | None = None

    found = linter.lint([LintedOutside])
    assert {one.subject for one in found} == {"LintedOutside", "LintedInside.pace"}
    told = [one.message for one in found if one.owner == "LintedOutside"]
    assert sorted(re.findall('a sentence "(.*?) <', " ".join(told))) == ["Handled by", "Sent by"]


def test_the_place_is_a_line_of_a_file() -> None:
    finding = linter.Finding("CommentAdded", "text", "wrong")
    path, line, subject = linter.place(finding).split(":")
    assert (path, subject) == ("src/platform_events/catalog/social.py", " CommentAdded.text")
    source = (linter.ROOT / path).read_text("utf-8").splitlines()
    assert source[int(line) - 1].strip().startswith("text:")
    assert linter.place(linter.Finding("Nowhere", "x", "wrong")) == "Nowhere.x"
