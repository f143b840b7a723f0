"""The documents say what Python does, but for what is listed here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import AwareDatetime, Field
from typing_extensions import deprecated

from platform_events import (
    EVENT_TYPES,
    Event,
    EventDefinitionError,
    InvalidEventError,
    MemberFollowed,
    Payload,
    ScoringCalculate,
    WearableDataReceived,
)
from platform_events.contracts._examples import example_of
from platform_events.contracts._field_docs import FieldDoc, field_docs
from platform_events.contracts.json_schema import (
    consumer_schema,
    documents,
    envelope_schema,
    event_schema,
    write,
)
from platform_events.contracts.schema_tree import each_object
from platform_events.events import invariants
from platform_events.events._encoding import encode_event
from platform_events.events._envelope import EARLIEST, EVENT_ID_PATTERN, LATEST
from platform_events.events._instants import ANY_INSTANT_PATTERN, DAY_PATTERN, INSTANT_PATTERN
from platform_events.events.event import require_event_class
from platform_events.events.fields import MemberId, Open, Sensitive, Timestamp
from platform_events.testing.strategies import events, invalid_wire_data, wire_data

every_event = pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
few = settings(max_examples=15)


def producer(kind: type[Event]) -> Draft202012Validator:
    return validators(kind.event_name)[0]


def consumer(kind: type[Event]) -> Draft202012Validator:
    return validators(kind.event_name)[1]


@cache
def validators(name: str) -> tuple[Draft202012Validator, Draft202012Validator]:
    document = event_schema(require_event_class(name))
    return Draft202012Validator(document), Draft202012Validator(consumer_schema(document))


def accepts(check: Callable[..., object], *arguments: object) -> bool:
    try:
        check(*arguments)
    except InvalidEventError:
        return False
    return True


def reads(kind: type[Event], data: object) -> bool:
    return accepts(kind.from_data, data)


def sends(kind: type[Event], data: object) -> bool:
    return accepts(kind.check_json, json.dumps(data).encode())


class Exempt(NamedTuple):
    """What Python and a document judge differently, and why."""

    reason: str
    holds: Callable[[object], bool]


def ends_with_newline(value: object) -> bool:
    return isinstance(value, str) and value.endswith("\n")


def is_on_the_edge(value: object) -> bool:
    """Whether it is an instant that is in the range at its place, and not in UTC."""
    if not isinstance(value, str) or not re.search(INSTANT_PATTERN, value):
        return False
    return not EARLIEST <= datetime.fromisoformat(re.sub(r"\.\d*", "", value)) < LATEST


# The document takes it, and Python does not.
PYTHON_IS_STRICTER = (
    Exempt("a $ of Python's re, which jsonschema uses, lets a newline follow", ends_with_newline),
    Exempt("whether an instant is in the range in UTC is arithmetic", is_on_the_edge),
)


INVARIANTS = {
    str(cls.name).replace("-", "_")
    for cls in vars(invariants).values()
    if hasattr(cls, "holds") and hasattr(cls, "name")
}


def is_exempt(value: object, exemptions: tuple[Exempt, ...]) -> bool:
    return any(exempt.holds(value) for exempt in exemptions)


def breaks_invariants(kind: type[Event], data: object) -> bool:
    """Tell whether nothing but `x-invariants`, which no validator reads, makes data invalid."""
    try:
        kind.from_data(data)  # type: ignore[arg-type]  # that is what is tried  # pyright: ignore[reportArgumentType]
    except InvalidEventError as error:
        return all(problem.rule in INVARIANTS for problem in error.problems)
    return False


def kind_named(name: str) -> type[Event]:
    return next(kind for kind in EVENT_TYPES if kind.__name__ == name)


class TestDocuments:
    def test_there_is_one_for_each_event_and_one_for_the_envelope(self) -> None:
        assert documents().keys() == {
            "envelope.json",
            *(f"{kind.event_name}.json" for kind in EVENT_TYPES),
        }

    @pytest.mark.untraced
    @pytest.mark.parametrize("path", documents())
    def test_they_follow_the_metaschema(self, path: str) -> None:
        document = json.loads(documents()[path])
        assert document["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        Draft202012Validator.check_schema(document)
        Draft202012Validator.check_schema(consumer_schema(document))

    def test_each_has_an_id_of_its_own_that_names_its_event(self) -> None:
        ids = [json.loads(text)["$id"] for text in documents().values()]
        assert len(ids) == len(set(ids))
        assert event_schema(ScoringCalculate)["$id"] == (
            "urn:platform-events:platform/scoring.calculate"
        )
        assert event_schema(ScoringCalculate)["x-event-name"] == ScoringCalculate.event_name

    def test_they_are_the_same_in_every_process(self) -> None:
        script = "from platform_events.contracts.json_schema import documents; print(documents())"
        seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode().rstrip("\r\n") == str(documents())

    def test_the_written_files_are_the_documents(self, tmp_path: Path) -> None:
        write(tmp_path / "schemas", [ScoringCalculate])
        written = {
            path.relative_to(tmp_path / "schemas").as_posix(): path.read_text("utf-8")
            for path in tmp_path.rglob("*.json")
        }
        assert written == documents([ScoringCalculate])
        assert all(text.endswith("}\n") for text in written.values())

    def test_what_they_refer_to_is_in_them(self) -> None:
        for text in documents().values():
            document = json.loads(text)
            targets = {
                str(node[key])
                for node in each_object(document)
                for key in ("$ref", "x-fallback")
                if key in node
            }
            assert targets == {f"#/$defs/{name}" for name in document.get("$defs", {})}


class TestVerdicts:
    @every_event
    @few
    @given(data=st.data())
    def test_what_producers_send_is_valid(self, kind: type[Event], data: st.DataObject) -> None:
        sent = data.draw(st.sampled_from(["same", "older"]).flatmap(lambda p: wire(kind, p)))
        producer(kind).validate(sent)
        consumer(kind).validate(sent)

    @every_event
    @few
    @given(data=st.data())
    def test_what_newer_producers_send_is_valid_for_consumers(
        self, kind: type[Event], data: st.DataObject
    ) -> None:
        consumer(kind).validate(data.draw(wire(kind, "newer")))

    @every_event
    @few
    @given(data=st.data())
    def test_what_is_invalid_is_refused(self, kind: type[Event], data: st.DataObject) -> None:
        wrong = data.draw(invalid_wire_data(kind))
        is_newline = wrong.rule == "string_pattern_mismatch" and any(
            ends_with_newline(holder[key]) for holder, key in places(wrong.data)
        )
        assert producer(kind).is_valid(wrong.data) <= is_newline
        assert consumer(kind).is_valid(wrong.data) <= is_newline

    @every_event
    @few
    @given(data=st.data())
    def test_any_change_is_judged_as_python_does(
        self, kind: type[Event], data: st.DataObject
    ) -> None:
        changed = data.draw(wire(kind, "same"))
        holder, key = data.draw(st.sampled_from(list(places(changed))))
        holder[key] = strange = data.draw(STRANGE)
        if not is_exempt(strange, PYTHON_IS_STRICTER) and not breaks_invariants(kind, changed):
            assert producer(kind).is_valid(changed) <= sends(kind, changed)
            assert consumer(kind).is_valid(changed) <= reads(kind, changed)
        assert reads(kind, changed) <= consumer(kind).is_valid(changed)

    @every_event
    def test_unknown_fields_are_for_consumers_alone(self, kind: type[Event]) -> None:
        data = example_of(event_schema(kind), complete=True)
        assert isinstance(data, dict)
        added = {**data, "added_later": 1}
        assert producer(kind).is_valid(data)
        assert (producer(kind).is_valid(added), sends(kind, added)) == (False, False)
        assert (consumer(kind).is_valid(added), reads(kind, added)) == (True, True)

    def test_a_kind_that_nobody_knows_is_for_consumers_alone(self) -> None:
        document = event_schema(WearableDataReceived)
        data = example_of(document, complete=True)
        assert isinstance(data, dict)
        data["measurements"] = [{"kind": "added-later"}]
        assert not Draft202012Validator(document).is_valid(data)
        assert Draft202012Validator(consumer_schema(document)).is_valid(data)

    def test_an_open_choice_is_closed_for_producers(self) -> None:
        data: Any = {"member_id": "a", "gym_id": "g", "score": "progress", "reason": "added-later"}
        assert not producer(ScoringCalculate).is_valid(data)
        assert not accepts(lambda: ScoringCalculate(**data))
        assert consumer(ScoringCalculate).is_valid(data)
        assert not consumer(ScoringCalculate).is_valid({**data, "reason": "a" * 65})

    def test_a_kind_that_is_known_is_not_read_as_an_unknown_one(self) -> None:
        kind = kind_named("WearableDataReceived")
        data = example_of(event_schema(kind), complete=True)
        assert isinstance(data, dict)
        for name, is_valid in {"heart-rate": False, "added-later": True}.items():
            measured: Any = {**data, "measurements": [{"kind": name}]}
            assert not producer(kind).is_valid(measured)
            assert not sends(kind, measured)
            measured = {**data, "measurements": [{"kind": name, "added_later": 1}]}
            assert consumer(kind).is_valid(measured) is reads(kind, measured) is is_valid
            assert not producer(kind).is_valid(measured)


def wire(kind: type[Event], age: Any) -> st.SearchStrategy[dict[str, Any]]:
    return wire_data(kind, producer=age)


# What lies near to something valid, of every type.
STRANGE = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8")),
    st.sampled_from([[], {}, [[]], 2**53, -(2**53), 1.0, -0.0, 0, 100, 1e300]),
    st.sampled_from(["", "a", "x" * 129, "2026-11-23", "2026-11-23T18:30:00Z", "a\n", "😀" * 64]),
    st.from_regex(INSTANT_PATTERN, fullmatch=True) | st.datetimes().map(datetime.isoformat),
)  # fmt: skip


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Find every place in JSON at which something can be put."""
    for key, part in data.items() if isinstance(data, dict) else enumerate(data):
        yield data, key
        if isinstance(part, dict | list):
            yield from places(part)


class TestExamples:
    @every_event
    def test_they_are_valid(self, kind: type[Event]) -> None:
        examples: Any = event_schema(kind)["examples"]
        for example in examples:
            producer(kind).validate(example)
            assert kind.from_data(example).to_data().items() >= example.items()
        assert examples[0].keys() <= kind.model_fields.keys()
        required = {name for name, field in kind.model_fields.items() if field.is_required()}
        needed = examples[-1].keys() - required
        assert required <= examples[-1].keys()
        for name in needed:
            without = {key: part for key, part in examples[-1].items() if key != name}
            assert breaks_invariants(kind, without)

    def test_they_are_those_that_people_checked(self) -> None:
        for kind in EVENT_TYPES:
            examples: Any = event_schema(kind)["examples"]
            if kind.EXAMPLE:  # until somebody writes one it is made from the types
                assert examples[0] == kind.EXAMPLE
                assert kind.from_data(kind.EXAMPLE).to_data() == kind.EXAMPLE

    def test_they_take_words_from_descriptions(self) -> None:
        examples: Any = event_schema(kind_named("BenchmarkRecorded"))["examples"]
        assert examples[0]["benchmark"] == "back-squat-1rm"

    def test_they_find_the_way_around_every_kind_of_rule(self) -> None:
        schema: Any = {
            "type": "object",
            "properties": {
                "narrow": {"type": "number", "minimum": 2000.5, "maximum": 2000.5},
                "above": {"type": "integer", "exclusiveMinimum": 12, "maximum": 13},
                "deep": {"$ref": "#/$defs/Deep"},
                "short": {"type": "string", "maxLength": 1},
                "duration_s": {"type": "integer", "x-unit": "s"},
                "model_version": {"type": "string"},
            },
            "required": ["narrow", "above"],
            "$defs": {
                "Deep": {
                    "type": "object",
                    "properties": {"deep": {"type": "array", "items": {"$ref": "#/$defs/Deep"}}},
                    "required": ["deep"],
                }
            },
        }
        example = example_of(schema, complete=True)
        Draft202012Validator(schema).validate(example)
        assert example == {
            "narrow": 2000.5,
            "above": 13,
            "deep": {"deep": [{"deep": [{"deep": []}]}]},
            "short": "a",
            "duration_s": 2700,
            "model_version": "2026.4",
        }
        assert example_of(schema, complete=False) == {"narrow": 2000.5, "above": 13}

    def test_a_field_without_an_example_is_told_of(self) -> None:
        schema: Any = {
            "type": "object",
            "properties": {"odd": {"type": "string", "pattern": "^~$"}},
        }
        with pytest.raises(EventDefinitionError, match="no example of the field 'odd' is known"):
            example_of(schema, complete=True)
        schema["properties"]["odd"]["description"] = "A sign, such as `~`."
        assert example_of(schema, complete=True) == {"odd": "~"}


class TestInstants:
    @given(st.datetimes(timezones=st.just(UTC)))
    def test_what_python_writes_is_matched(self, when: datetime) -> None:
        for text in (when.isoformat(), when.isoformat().replace("+00:00", "Z")):
            assert bool(re.search(INSTANT_PATTERN, text)) is (EARLIEST <= when < LATEST)

    @given(events(kind_named("MemberFollowed")))
    def test_what_events_write_is_matched(self, event: Event) -> None:
        assert re.search(INSTANT_PATTERN, event.to_data()["followed_at"])

    @settings(max_examples=300)
    @given(st.from_regex(INSTANT_PATTERN, fullmatch=True))
    def test_what_is_matched_is_read_but_on_the_first_and_the_last_day(self, text: str) -> None:
        data = {"follower_id": "a", "followee_id": "b", "followed_at": text}
        when = datetime.fromisoformat(re.sub(r"\.(\d{1,6})\d*", r".\1", text))
        assert reads(kind_named("MemberFollowed"), data) is (EARLIEST <= when < LATEST)
        assert EARLIEST - timedelta(days=1) < when < LATEST + timedelta(days=1)

    @pytest.mark.parametrize("year", range(1980, 2100))
    def test_every_day_is_matched_and_no_other(self, year: int) -> None:
        for month in range(14):
            last = monthrange(year, month)[1] if 1 <= month <= 12 else 0
            for day in range(34):
                text, exists = f"{year}-{month:02}-{day:02}", 1 <= day <= last
                assert bool(re.search(INSTANT_PATTERN, f"{text}T00:00:00Z")) is exists
                assert bool(re.search(DAY_PATTERN, text)) is exists

    @given(st.dates())
    def test_days_of_every_year_are_matched(self, day: Any) -> None:
        assert re.search(DAY_PATTERN, day.isoformat())

    @pytest.mark.parametrize("year", [0, 1, 4, 100, 200, 400, 1900, 2000, 9996, 9999])
    def test_leap_days_are_of_leap_years(self, year: int) -> None:
        is_leap = year > 0 and monthrange(year, 2)[1] == 29
        assert bool(re.search(DAY_PATTERN, f"{year:04}-02-29")) is is_leap
        assert bool(re.search(DAY_PATTERN, f"{year:04}-02-28")) is (year > 0)

    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-23T18:30:00",
            "2026-11-23 18:30:00Z",
            "2026-11-23T18:30Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T18:60:00Z",
            "2026-11-23T18:30:60Z",
            "2026-11-23T18:30:00.Z",
            "2026-11-23T18:30:00.1234567890Z",
            "2026-11-23T18:30:00+24:00",
            "2026-11-23T18:30:00+0100",
            "1979-12-31T23:59:59Z",
            "1979-12-31T23:59:59-00:00",
            "1979-12-31T23:59:59+01:00",
            "2100-01-01T00:00:00-01:00",
            " 2026-11-23T18:30:00Z",
            "٢٠٢٦-11-23T18:30:00Z",
        ],
    )
    def test_others_are_not(self, text: str) -> None:
        assert not re.search(INSTANT_PATTERN, text)


class Old(Payload):
    """One that is inside of itself."""

    inner: tuple[Old, ...] = ()
    note: str = Field(default="", deprecated="use `inner`")


class Undocumented(Payload):
    n: int


class Newer(Event, name="platform/scoring.newer-than-that"):
    """Something happened.

    It is told
    in lines.
    """

    member_id: MemberId
    by: MemberId | None = None
    """Who
    did it."""
    heart_rate_bpm: Annotated[float, Field(ge=1), Sensitive()] | None = None
    choice: Annotated[Literal["a", "b"], Open()]
    old: Old
    undated_at: AwareDatetime
    dated_at: Timestamp
    undocumented: Undocumented


DEPRECATED: type[Event] = deprecated("Use Newest.")(Newer)


class TestNotes:
    def test_the_words_of_the_source_are_in_it(self) -> None:
        document: Any = event_schema(DEPRECATED)
        assert document["title"] == "Newer"
        assert document["description"] == "Something happened.\n\nIt is told in lines."
        fields = document["properties"]
        assert fields["member_id"]["description"] == "A member of a gym, or of the platform alone."
        assert fields["by"]["description"] == "Who did it."
        assert fields["by"]["examples"] == ["member_1"]
        assert "description" not in fields["choice"]
        assert "description" not in document["$defs"]["Undocumented"]

    def test_marks_are_on_the_fields_that_have_them(self) -> None:
        fields: Any = event_schema(DEPRECATED)["properties"]
        assert {name for name, field in fields.items() if "x-sensitive" in field} == {
            "heart_rate_bpm"
        }
        assert fields["heart_rate_bpm"]["x-unit"] == "/min"
        assert fields["choice"]["enum"] == ["a", "b"]
        assert fields["choice"]["x-open"] == {"type": "string", "minLength": 1, "maxLength": 64}

    @every_event
    def test_what_is_not_sent_is_no_default(self, kind: type[Event]) -> None:
        assert all(node.get("default", ...) is not None for node in each_object(event_schema(kind)))

    def test_what_is_deprecated_says_so(self) -> None:
        document: Any = event_schema(DEPRECATED)
        note = document["$defs"]["Old"]["properties"]["note"]
        assert (document["deprecated"], document["x-deprecated-message"]) == (True, "Use Newest.")
        assert (note["deprecated"], note["x-deprecated-message"]) == (True, "use `inner`")
        assert "deprecated" not in event_schema(ScoringCalculate)

    def test_only_timestamps_have_the_range_of_timestamps(self) -> None:
        fields: Any = event_schema(DEPRECATED)["properties"]
        assert fields["undated_at"] == {
            "title": "Undated At",
            "type": "string",
            "format": "date-time",
            "pattern": ANY_INSTANT_PATTERN.replace("?$", "$"),  # the offset is required
        }
        assert fields["dated_at"]["$ref"] == "#/$defs/Timestamp"

    def test_a_payload_inside_of_itself_is_described(self) -> None:
        document = event_schema(DEPRECATED)
        examples: Any = document["examples"]
        for example in examples:
            Draft202012Validator(document).validate(example)
        assert len(examples) == 2

    def test_the_order_is_the_readers(self) -> None:
        for text in documents().values():
            keys = list(json.loads(text))
            assert keys[:3] == ["$schema", "$id", "$comment"]
            order = ["title", "description", "type", "properties", "required", "examples"]
            assert all(keys.index(a) < keys.index(b) for a, b in pairwise(order))
        fields: Any = event_schema(ScoringCalculate)["properties"]
        assert list(fields) == list(ScoringCalculate.model_fields)


class TestFieldDocs:
    def test_a_class_without_source_has_none(self) -> None:
        scope: dict[str, Any] = {"__name__": "nowhere", "Payload": Payload}
        sys.modules["nowhere"] = type(sys)("nowhere")
        try:
            exec("class Sourceless(Payload):\n    n: int\n    'A number.'", scope)
            assert field_docs(scope["Sourceless"]) == {}
        finally:
            del sys.modules["nowhere"]

    def test_inherited_fields_have_theirs(self) -> None:
        from platform_events import HeartRate, ScoringCalculated

        assert field_docs(HeartRate)["measured_at"].text.startswith("When it was measured")
        assert field_docs(HeartRate)["kind"] == FieldDoc("", "")
        assert field_docs(ScoringCalculated)["value"].text.startswith("0 to 100 for a performance")


class TestEnvelope:
    validator = Draft202012Validator(envelope_schema())

    # One event will do: its data is for its own document.
    @given(events(MemberFollowed), st.none() | st.text(st.characters(codec="utf-8")), st.integers())
    def test_what_is_sent_is_valid(self, event: Event, id: str | None, ts: int) -> None:
        assume(id is None or re.search(EVENT_ID_PATTERN, id))
        sent = event.to_inngest(id=id, ts=EARLIEST + timedelta(milliseconds=abs(ts) % 10**12))
        self.validator.validate(json.loads(encode_event(sent)))

    @pytest.mark.parametrize(
        "change",
        [
            {"name": "platform/scoring.Calculate"},
            {"name": "platform/scoring." + "a" * 255},
            {"id": ""},
            {"id": "x" * 10_001},
            {"ts": 1.5},
            {"ts": int(EARLIEST.timestamp() * 1000) - 1},
            {"ts": int(LATEST.timestamp() * 1000)},
            {"data": []},
            {"v": 1},
            {"user": {}},
        ],
    )
    def test_what_would_be_refused_is_not(self, change: dict[str, Any]) -> None:
        examples: Any = envelope_schema()["examples"]
        self.validator.validate(examples[0])
        assert not self.validator.is_valid({**examples[0], **change})

    def test_a_consumer_takes_more(self) -> None:
        examples: Any = envelope_schema()["examples"]
        tolerant = Draft202012Validator(consumer_schema(envelope_schema()))
        assert tolerant.is_valid({**examples[0], "user": {}})
