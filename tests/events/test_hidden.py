from __future__ import annotations

import traceback

import pytest
from pydantic import field_validator

from platform_events import Event, InvalidEventError
from platform_events.events._hidden import Hidden, HiddenMapping


class StrangeHappened(Event, name="platform/sync.strange-happened"):
    text: str

    @field_validator("text")
    @classmethod
    def fail(cls, _: str) -> str:
        raise TypeError("a mistake in a validator")


def test_a_hidden_value_shows_nothing() -> None:
    hidden = Hidden({"what": "nobody may read"})
    assert repr([hidden]) == "[...]"
    assert hidden.value == {"what": "nobody may read"}


def test_a_hidden_mapping_shows_nothing() -> None:
    hidden = HiddenMapping({"KEY": "nobody may read"})
    assert repr(hidden) == "..."
    assert (hidden["KEY"], [*hidden], len(hidden)) == ("nobody may read", ["KEY"], 1)


def test_an_error_of_the_package_comes_without_its_frames() -> None:
    with pytest.raises(InvalidEventError) as caught:
        StrangeHappened.from_data({"text": 5})
    assert [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)] == [
        "test_an_error_of_the_package_comes_without_its_frames",
        "wrapper",
    ]


def test_an_error_of_a_service_keeps_its_frames() -> None:
    with pytest.raises(TypeError, match="a mistake in a validator") as caught:
        StrangeHappened(text="x")
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "fail"
