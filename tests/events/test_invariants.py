"""What holds between fields is checked in both ways, and told in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from platform_events import EventDefinitionError, InvalidEventError, Payload
from platform_events.events._units import UNITS, unit_hint, unit_of
from platform_events.events.invariants import (
    Absent,
    Among,
    AnyOf,
    AtMost,
    Between,
    Differ,
    Inside,
    Invariant,
    Invariants,
    LastsAtMost,
    Needs,
    NotBefore,
    NotFraction,
    OneOf,
    Unique,
    When,
    invariants_of,
    to_json,
)

START = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


class Part(Payload):
    started_at: datetime
    duration_s: float


class Whole(Payload):
    a: float | None = None
    b: float | None = None
    c: float | None = None
    word: str | None = None
    other: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    is_so: bool = True


def part(minutes: float, lasts: float) -> Part:
    return Part(started_at=START + timedelta(minutes=minutes), duration_s=lasts * 60)


HOUR: dict[str, Any] = {"since": START, "a": 3600.0}

CASES: list[tuple[Invariant, str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    (
        AtMost("a", "b"),
        "`a` must not be above `b`",
        [{}, {"a": 1.0}, {"b": 1.0}, {"a": 1.0, "b": 1.0}],
        [{"a": 1.5, "b": 1.0}],
    ),
    (
        AtMost(("a", "b"), "c", slack=2),
        "`a` + `b` must not be above `c` by more than 2",
        [{"a": 5.0, "c": 3.0}, {"a": 2.0, "b": 3.0, "c": 3.0}],
        [{"a": 2.0, "b": 3.5, "c": 3.0}],
    ),
    (
        AtMost("a", "b", times=42),
        "`a` must not be above 42 times `b`",
        [{"a": 84.0, "b": 2.0}],
        [{"a": 84.5, "b": 2.0}, {"a": 0.5, "b": 0.0}],
    ),
    (
        NotBefore("until", "since"),
        "`until` must not be before `since`",
        [{"since": START}, {"until": START}, {"since": START, "until": START}],
        [{"since": START, "until": START - timedelta(seconds=1)}],
    ),
    (
        Differ("word", "other"),
        "`word` must differ from `other`",
        [{}, {"word": "a"}, {"word": "a", "other": "b"}],
        [{"word": "a", "other": "a"}],
    ),
    (
        AnyOf(("a", "words")),
        "one of `a` and `words` must be given",
        [{"a": 0.0}, {"words": ("x",)}],
        [{}, {"words": ()}],
    ),
    (AnyOf(("a",)), "`a` must be given", [{"a": 0.0}], [{}]),
    (
        OneOf(("a", "b", "c")),
        "exactly one of `a`, `b` and `c` must be given",
        [{"a": 0.0}, {"c": 1.0}],
        [{}, {"a": 1.0, "b": 1.0}],
    ),
    (
        Needs("a", "words"),
        "`a` needs `words`",
        [{}, {"words": ("x",)}, {"a": 1.0, "words": ("x",)}],
        [{"a": 1.0}],
    ),
    (Absent("words"), "`words` must be absent", [{}, {"words": ()}], [{"words": ("x",)}]),
    (
        Between("a", 0, 21),
        "`a` must be from 0 to 21",
        [{}, {"a": 0.0}, {"a": 21.0}],
        [{"a": -0.5}, {"a": 21.5}],
    ),
    (
        NotFraction("a"),
        "`a` is out of 100: a fraction such as 0.84 is multiplied by 100",
        [{}, {"a": 0.0}, {"a": 1.0}, {"a": 84.0}],
        [{"a": 0.84}],
    ),
    (
        Among("word", ("x", "y")),
        "`word` must be one of x, y",
        [{}, {"word": "x"}],
        [{"word": "z"}],
    ),
    (
        Unique("words"),
        "`words` must not name anything twice",
        [{}, {"words": ("x", "y")}],
        [{"words": ("x", "y", "x")}],
    ),
    (
        Inside("parts", "since", "a", slack=60),
        "`parts` must lie within `since` and `a`",
        [
            {"parts": (part(-500, 1),)},
            {"parts": (part(-500, 1),), "since": START},
            HOUR,
            HOUR | {"parts": (part(0, 60), part(-1, 1), part(60, 1))},
        ],
        [HOUR | {"parts": (part(0, 62),)}, HOUR | {"parts": (part(0, 1), part(-2, 1))}],
    ),
    (
        LastsAtMost("words", "a", 10),
        "`words` at every `a` must not last above 10 s",
        [{}, {"words": ("x",) * 99}, {"words": ("x",) * 5, "a": 2.0}],
        [{"words": ("x",) * 6, "a": 2.0}],
    ),
    (
        When("is_so", (False,), Absent("a")),
        "when `is_so` is false, `a` must be absent",
        [{"a": 1.0}, {"is_so": False}],
        [{"a": 1.0, "is_so": False}],
    ),
    (
        When("word", ("x", "y"), When("other", ("z",), Between("a", 0, 1))),
        "when `word` is x or y, when `other` is z, `a` must be from 0 to 1",
        [{"a": 9.0}, {"word": "x", "a": 9.0}, {"word": "x", "other": "z", "a": 1.0}],
        [{"word": "y", "other": "z", "a": 9.0}],
    ),
]


@pytest.mark.parametrize(("invariant", "message", "good", "bad"), CASES)
def test_it_tells_what_keeps_it_from_what_does_not(
    invariant: Invariant, message: str, good: list[dict[str, Any]], bad: list[dict[str, Any]]
) -> None:
    assert invariant.message == message
    assert [invariant.holds(Whole(**fields)) for fields in good] == [True] * len(good)
    assert [invariant.holds(Whole(**fields)) for fields in bad] == [False] * len(bad)
    assert set(invariant.fields) <= Whole.model_fields.keys()


class Bounded(Whole):
    INVARIANTS: ClassVar[Invariants] = (AtMost("a", "b"),)


class MoreBounded(Bounded):
    INVARIANTS: ClassVar[Invariants] = (Differ("word", "other"),)


class Outer(Payload):
    inner: MoreBounded


def test_those_of_the_bases_hold_too() -> None:
    assert invariants_of(MoreBounded) == (AtMost("a", "b"), Differ("word", "other"))
    assert MoreBounded(a=1.0, b=1.0, word="a", other="b").a == 1.0
    for broken in ({"a": 2.0, "b": 1.0}, {"word": "a", "other": "a"}):
        with pytest.raises(InvalidEventError, match="must"):
            MoreBounded(**broken)  # pyright: ignore[reportArgumentType]  # wrong on purpose


def test_what_is_read_and_what_is_copied_keeps_them() -> None:
    with pytest.raises(InvalidEventError) as caught:
        Bounded(a=1.0, b=2.0).model_copy(update={"a": 3.0})
    [problem] = caught.value.problems
    assert (problem.location, problem.rule) == ("", "at_most")


def test_the_place_of_a_payload_inside_is_told() -> None:
    with pytest.raises(InvalidEventError) as caught:
        Outer._validated(b'{"inner": {"a": 70313370, "b": 1}}', extra="ignore")
    [problem] = caught.value.problems
    assert problem.location == "inner"
    assert "70313370" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_field_that_is_not_there_is_told_of_where_it_is_declared() -> None:
    with pytest.raises(EventDefinitionError, match="'differ' names the field 'nobody'"):

        class Wrong(Payload):
            INVARIANTS: ClassVar[Invariants] = (Differ("word", "nobody"),)
            word: str


def test_it_is_written_down_with_its_attributes() -> None:
    written = to_json(When("word", ("x",), AtMost(("a", "b"), "c", slack=2)))
    assert written == {
        "rule": "when",
        "field": "word",
        "values": ["x"],
        "then": {
            "rule": "at-most",
            "parts": ["a", "b"],
            "whole": "c",
            "times": 1,
            "slack": 2,
            "message": "`a` + `b` must not be above `c` by more than 2",
        },
        "message": "when `word` is x, `a` + `b` must not be above `c` by more than 2",
    }


@pytest.mark.parametrize(
    ("location", "rule", "hint"),
    [
        ("duration_s", "less_than_equal", "expected in s: milliseconds are divided by 1,000"),
        ("m.0.sleep.efficiency_percent", "greater_than",
         "expected in %: a fraction such as 0.97 is multiplied by 100"),
        ("values_bpm.17", "less_than",
         "expected in /min: 60,000 / milliseconds between beats are bpm"),
        ("probability", "less_than_equal", "a percentage is divided by 100"),
        ("duration_s", "missing", ""),
        ("efficiency_percent", "less_than_equal", ""),
        ("member_id", "less_than_equal", ""),
        ("", "less_than_equal", ""),
    ],
)  # fmt: skip
def test_a_mistake_of_units_is_named(location: str, rule: str, hint: str) -> None:
    assert unit_hint(location, rule) == hint


def test_the_longest_suffix_wins() -> None:
    assert all(unit_of(f"x{suffix}") is unit for suffix, unit in UNITS.items())
