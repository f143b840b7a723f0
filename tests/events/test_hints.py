"""Problems say what was probably meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from platform_events import (
    BenchmarkRecorded,
    Event,
    InvalidEventError,
    MemberFollowed,
    WearableDataReceived,
)
from platform_events.errors import EventDefinitionError
from platform_events.events.payload import Payload

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def problems(found: InvalidEventError) -> dict[str, str]:
    return {problem.location: problem.message for problem in found.problems}


def follow(**changes: Any) -> Event:
    data = {"follower_id": "mem_1", "followee_id": "mem_2", "followed_at": NOW, **changes}
    return MemberFollowed(**data)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"followerid": "x"}, "Extra inputs are not permitted (did you mean follower_id?)"),
        ({"zzz": "x"}, "Extra inputs are not permitted"),
        (
            {"followed_at": NOW.replace(tzinfo=None)},
            "Input should have timezone info (such as datetime.now(UTC))",
        ),
        (
            {"followed_at": "2026-11-23T00:00:00Z"},
            "Input should be a valid datetime (a datetime object; from_data reads text)",
        ),
    ],
)
def test_mistakes_of_who_constructs_an_event(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        follow(**changes)
    assert problems(caught.value) == {next(iter(changes)): message}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2026-11-23T00:00:00", "Input should have timezone info"),
        ([], "Input should be a valid datetime"),
    ],
)
def test_what_came_over_the_wire_gets_no_advice_on_python(value: object, message: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        MemberFollowed.from_data(
            {"follower_id": "mem_1", "followee_id": "mem_2", "followed_at": value}
        )
    assert problems(caught.value) == {"followed_at": message}


def test_a_copy_with_an_unknown_field() -> None:
    with pytest.raises(InvalidEventError) as caught:
        follow().model_copy(update={"followeeid": "x"})
    assert problems(caught.value) == {
        "followeeid": "There is no such field (did you mean followee_id?)"
    }


@pytest.mark.parametrize(
    ("cls", "wire", "location", "near"),
    [
        (
            BenchmarkRecorded,
            b'{"result": {"kind": "load", "load_kgs": 5}}',
            "result.load.load_kgs",
            "load_kg",
        ),
        (
            WearableDataReceived,
            b'{"measurements": [{"kind": "sleep", "asleeps": 5}]}',
            "measurements.0.sleep.asleeps",
            "asleep_s",
        ),
    ],
)
def test_the_nearest_field_of_a_part(
    cls: type[Event], wire: bytes, location: str, near: str
) -> None:
    with pytest.raises(InvalidEventError) as caught:
        cls.check_json(wire)
    assert problems(caught.value)[location].endswith(f"(did you mean {near}?)")


def test_a_part_with_a_private_field_is_refused() -> None:
    with pytest.raises(EventDefinitionError, match=r"^Part\._n begins with an underscore, so that"):

        class Part(Payload):
            _n: int = 1
