"""What a failing comparison of events says."""

from __future__ import annotations

import ast
from datetime import timedelta, timezone
from typing import Any

import inngest
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import (
    DistanceResult,
    HeartRateVariability,
    MemberFollowed,
    ScoringCalculate,
    WearableDataReceived,
)
from platform_events.testing import SentEvents
from platform_events.testing._comparison import explain, explain_difference
from platform_events.testing._display import event_lines, show_event, show_events
from platform_events.testing.strategies import events
from tests.support.clients import MOMENT, follow

FAR = timezone(timedelta(hours=2))
ASKED = ScoringCalculate(member_id="mem_1", gym_id="gym_1", score="progress", reason="manual")


def measured(*rmssd_ms: float) -> WearableDataReceived:
    return WearableDataReceived(
        member_id="mem_1",
        provider="oura",
        measurements=tuple(
            HeartRateVariability(measured_at=MOMENT, rmssd_ms=value) for value in rmssd_ms
        ),
        received_at=MOMENT,
    )


def sent(*events: Any) -> SentEvents:
    found = SentEvents()
    found.extend(events)
    return found


def told(op: str, left: object, right: object) -> str:
    lines = explain(op, left, right)
    assert lines is not None
    return "\n".join(lines)


def test_a_field_that_differs_is_shown_among_what_tells_the_event() -> None:
    other = ASKED.model_copy(update={"score": "performance"})
    assert told("==", sent(follow(), ASKED), [follow(), other]) == (
        "2 events were expected (-), and 2 were sent (+):\n"
        "  MemberFollowed(...)\n"
        "  ScoringCalculate(\n"
        "      ...\n"
        "-     score='performance',\n"
        "+     score='progress',\n"
        "      ...\n"
        "  )"
    )


def test_a_field_deep_inside_is_shown_with_what_holds_it() -> None:
    assert told("==", sent(measured(48.5, 50.0)), [measured(48.5, 51.0)]) == (
        "1 event was expected (-), and 1 was sent (+):\n"
        "  WearableDataReceived(\n"
        "      ...\n"
        "      measurements=(\n"
        "          ...\n"
        "          HeartRateVariability(\n"
        "              ...\n"
        "-             rmssd_ms=51.0,\n"
        "+             rmssd_ms=50.0,\n"
        "          ),\n"
        "      ),\n"
        "      ...\n"
        "  )"
    )


def test_what_differs_is_seen_before_pytest_cuts_the_rest_off() -> None:
    """It shows eight lines unless it is asked for more."""
    values = [float(value) for value in range(40, 90)]
    other = [*values[:-1], 99.0]
    lines = told("==", sent(measured(*values)), [measured(*other)]).splitlines()
    assert [line.strip() for line in lines[:10] if line[0] in "-+"] == [
        "-             rmssd_ms=99.0,",
        "+             rmssd_ms=89.0,",
    ]


def test_a_list_and_a_tuple_are_told_apart() -> None:
    lines = told("==", sent(ASKED), (ASKED,)).splitlines()
    assert lines[-1] == "one is a list, and the other a tuple"
    assert "tuple" not in told("==", sent(ASKED), [follow()])


def test_the_key_and_the_time_of_an_event_of_the_sdk_are_shown() -> None:
    event = inngest.Event(name="a/b", data={"x": 1})
    other = inngest.Event(name="a/b", data={"x": 1}, id="k", ts=5)
    lines = told("==", sent(event), [other]).splitlines()
    assert [line.strip() for line in lines if line[0] in "-+"] == ["-     id='k',", "-     ts=5,"]


def test_what_is_missing_and_what_is_too_much_is_shown_whole() -> None:
    result = DistanceResult(distance_m=2000.0)
    assert told("==", sent(follow()), [follow(), result]).splitlines()[1:] == [
        "  MemberFollowed(...)",
        "- DistanceResult(",
        "-     kind='distance',",
        "-     distance_m=2000.0,",
        "-     is_higher_better=True,",
        "- )",
    ]
    assert told("==", sent(follow(), result), [follow()]).splitlines()[1:] == [
        "  MemberFollowed(...)",
        "+ DistanceResult(",
        "+     kind='distance',",
        "+     distance_m=2000.0,",
        "+     is_higher_better=True,",
        "+ )",
    ]


def test_an_event_between_others_does_not_move_them() -> None:
    lines = explain_difference([follow("a"), follow("b")], [follow("a"), ASKED, follow("b")])
    assert [line for line in lines[1:] if line.startswith("  ")] == ["  MemberFollowed(...)"] * 2


@pytest.mark.parametrize("swap", [False, True])
def test_what_was_sent_is_told_from_what_was_expected(swap: bool) -> None:
    sides: list[Any] = [sent(ASKED), []]
    left, right = reversed(sides) if swap else sides
    assert told("==", left, right).startswith("0 events were expected (-), and 1 was sent (+):\n+")


def test_plain_lists_are_taken_as_pytest_does() -> None:
    assert told("==", [], [ASKED]).startswith("1 event was expected (-), and 0 were sent (+):\n- ")
    assert told("==", (ASKED,), []).startswith("0 events were expected (-), and 1 was sent (+):")


def test_two_events_are_compared_by_their_fields() -> None:
    assert told("==", follow("got"), follow("wanted")).splitlines() == [
        "expected (-), and got (+):",
        "  MemberFollowed(",
        "      ...",
        "-     followee_id='wanted',",
        "+     followee_id='got',",
        "      ...",
        "  )",
    ]


def test_two_classes_are_told_apart() -> None:
    assert "- MemberFollowed(" in told("==", ASKED, follow())


def test_an_event_that_was_not_sent_is_shown_with_those_that_were() -> None:
    assert told("in", ASKED, sent(follow(), follow("mem_3"))).splitlines() == [
        f"{show_event(ASKED)} is not among:",
        show_event(follow()),
        show_event(follow("mem_3")),
    ]


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        ("==", 1, 2),
        ("==", [1], [2]),
        ("==", "a", "b"),
        ("==", ASKED, None),
        ("==", [ASKED], {}),
        ("!=", ASKED, ASKED),
        ("in", ASKED, {}),
        ("in", 1, [ASKED]),
        ("not in", ASKED, [ASKED]),
        ("is", ASKED, follow()),
    ],
)
def test_other_comparisons_are_left_to_pytest(op: str, left: object, right: object) -> None:
    assert explain(op, left, right) is None


def test_events_of_the_sdk_are_shown_as_they_were_made() -> None:
    event = inngest.Event(name="shop/order.created", data={"n": 1})
    assert show_event(event) == "inngest.Event(name='shop/order.created', data={'n': 1})"
    event = inngest.Event(name="a/b", id="x", ts=5)
    assert show_event(event) == "inngest.Event(name='a/b', data={}, id='x', ts=5)"
    assert "- inngest.Event(" in told("==", sent(follow()), [event])


def test_the_repr_of_what_was_sent_shows_the_values() -> None:
    assert repr(sent(DistanceResult(distance_m=1.0))) == (
        "[DistanceResult(kind='distance', distance_m=1.0, is_higher_better=True)]"
    )
    assert repr(sent()) == "[]"


def test_an_event_is_shown_with_its_values() -> None:
    assert show_event(ASKED) == (
        "ScoringCalculate(member_id='mem_1', gym_id='gym_1', score='progress', reason='manual')"
    )


def test_fields_that_are_none_are_left_out() -> None:
    assert "activity" not in show_event(ASKED)
    assert "None" not in show_event(measured(1.0))


def test_a_tuple_of_one_is_written_as_python_does() -> None:
    assert "measurements=(HeartRateVariability(" in show_event(measured(1.0))
    assert "rmssd_ms=1.0),)" in show_event(measured(1.0))


@given(events())
def test_an_event_is_shown_as_the_code_that_makes_it(event: Any) -> None:
    """Both forms are the same Python expression, whatever the values."""
    one_line, lines = show_event(event), "\n".join(map(str, event_lines(event)))
    assert "\n" not in one_line
    assert ast.dump(ast.parse(one_line)) == ast.dump(ast.parse(lines))


def test_one_instant_in_two_time_zones_is_no_difference() -> None:
    one = follow()
    other = one.model_copy(update={"followed_at": one.followed_at.astimezone(FAR)})
    assert repr(one.followed_at) != repr(other.followed_at)
    assert explain_difference([one], [other, ASKED])[:2] == [
        "1 event was expected (-), and 2 were sent (+):",
        "  MemberFollowed(...)",
    ]


@given(st.lists(events(), max_size=4), st.lists(events(), max_size=4))
def test_every_event_that_differs_is_in_the_difference(wanted: list[Any], got: list[Any]) -> None:
    lines = explain_difference(wanted, got)
    assert (wanted == got) == all(line.startswith("  ") for line in lines[1:])


def test_one_of_a_class_is_given_and_others_are_shown() -> None:
    found = sent(follow(), ASKED)
    assert found.one(MemberFollowed) == follow()
    with pytest.raises(AssertionError) as none:
        sent(ASKED).one(MemberFollowed)
    assert str(none.value) == (
        "1 MemberFollowed was expected, and 0 were sent. All that was sent:\n" + show_event(ASKED)
    )
    with pytest.raises(AssertionError, match="and 2 were sent"):
        sent(follow(), follow()).one(MemberFollowed)
    with pytest.raises(AssertionError, match="nothing"):
        sent().one(MemberFollowed)
    assert show_events([]) == "nothing"
