"""Values whose schema a type gives to every field alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from pydantic_core import CoreSchema, core_schema

from platform_events import Payload

NUMBER: Final = core_schema.int_schema()
INSTANT: Final = core_schema.datetime_schema()


class Number(int):
    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> CoreSchema:
        return NUMBER


class Instant(datetime):
    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> CoreSchema:
        return INSTANT


def test_types_that_share_one_schema_in_several_fields_and_classes() -> None:
    class First(Payload):
        number: Number
        again: Number
        at: Instant
        later: Instant

    class Second(Payload):
        number: Number
        at: Instant

    second = Second.model_validate_json('{"number": 1e2, "at": "2026-11-23T18:30:00Z"}')
    assert (second.number, second.at) == (100, datetime(2026, 11, 23, 18, 30, tzinfo=UTC))
    first = First.model_validate_json(
        '{"number": 1.0, "again": 2, "at": "2026-11-23T18:30:00Z", "later": "2026-11-23T18:30:00Z"}'
    )
    assert (first.number, first.again) == (1, 2)
    schema = Second.model_json_schema()["properties"]
    assert schema["number"]["type"] == "integer"
    assert schema["at"]["format"] == "date-time"
