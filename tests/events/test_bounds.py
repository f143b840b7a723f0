"""Errors do not grow with what is invalid: lengths come first, and validation stops."""

from __future__ import annotations

import json
import pickle
import time
from typing import Annotated, Any

import pytest
from pydantic import Field

from platform_events import (
    Event,
    HeartRateVariability,
    InvalidEventError,
    Payload,
    WearableDataReceived,
)
from platform_events.errors import MAX_PROBLEMS, Problem

POISON = {"kind": "heart-rate-variability"}
DATA = {"member_id": "mem_1", "gym_id": "gym_1", "provider": "oura"}


def received(count: int, item: Any = POISON) -> dict[str, Any]:
    return {**DATA, "measurements": [item] * count}


def caught(act: Any, *args: Any, **fields: Any) -> InvalidEventError:
    with pytest.raises(InvalidEventError) as info:
        act(*args, **fields)
    return info.value


class _Part(Payload):
    numbers: list[int]


class _Listing(Event, abstract=True):
    parts: Annotated[list[_Part], Field(max_length=30)]
    grid: Annotated[list[list[int]], Field(max_length=30, default_factory=list)]
    unlimited: Annotated[list[int], Field(default_factory=list)]


class _Listed(_Listing, name="platform/sync.listed-for-a-test"):
    """An event with lists of every sort."""


READERS = {
    "data": WearableDataReceived.from_data,
    "JSON": lambda data: WearableDataReceived.check_json(json.dumps(data).encode()),
    "construction": lambda data: WearableDataReceived.model_construct(None, **data),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_a_list_that_is_too_long_is_not_looked_into(read: Any) -> None:
    begin = time.process_time()
    error = caught(read, received(90_000))
    assert time.process_time() - begin < 3
    assert error.problems == (
        Problem("measurements", "too_long", "Must have at most 1,000 items, not 90,000"),
    )


def test_of_a_list_that_is_not_too_long_the_first_problems_are_told_and_the_rest_counted() -> None:
    error = caught(WearableDataReceived.from_data, received(1_000))
    assert len(error.problems) == MAX_PROBLEMS
    assert error.omitted > 900
    assert str(error).endswith(f"; and {error.omitted:,} more")
    assert len(str(error)) < 3_000
    again = pickle.loads(pickle.dumps(error))
    assert (again.problems, again.omitted, str(again)) == (
        error.problems,
        error.omitted,
        str(error),
    )


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("parts", [{"numbers": ["x"] * 200_000}], "parts.0.numbers.0"),
        ("grid", [["x"] * 200_000], "grid.0.0"),
        ("unlimited", ["x"] * 200_000, "unlimited.0"),
    ],
)
def test_other_lists_are_read_up_to_the_first_bad_item(field: str, value: Any, place: str) -> None:
    error = caught(_Listed.from_data, {"parts": [], field: value})
    assert [problem.location for problem in error.problems] == [place]


def test_a_list_of_an_event_tells_all_its_bad_items() -> None:
    error = caught(_Listed.from_data, {"parts": [{}, {"numbers": []}, {}]})
    assert [problem.location for problem in error.problems] == [
        "parts.0.numbers",
        "parts.2.numbers",
    ]


def test_what_is_not_an_object_is_left_to_the_validator() -> None:
    for wire in (b"[" + b" " * 20_000 + b"]", b"x" * 20_000):
        assert len(caught(WearableDataReceived.check_json, wire).problems) == 1


def test_names_of_fields_are_cut() -> None:
    error = caught(HeartRateVariability, **{"x" * 1_000_000: 1})
    assert len(str(error)) < 1_000


def test_an_error_holds_no_more_problems_than_it_tells() -> None:
    problems = [Problem(str(n), "missing", "Field required") for n in range(MAX_PROBLEMS + 5)]
    error = InvalidEventError("platform/x.y", problems, omitted=3)
    assert (len(error.problems), error.omitted) == (MAX_PROBLEMS, 8)
    assert "more" not in str(InvalidEventError("platform/x.y", problems[:2]))


def test_data_that_is_not_an_object_is_left_to_the_validator() -> None:
    data: Any = ["x"] * 5_000
    assert caught(WearableDataReceived.from_data, data).problems[0].rule == "dict_type"
