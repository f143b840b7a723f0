"""What holds for every event of the catalogue."""

from __future__ import annotations

import copy
import json
import pickle
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any, get_args

import inngest
import jcs  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from platform_events import (
    EVENT_NAMES,
    EVENT_TYPES,
    Event,
    InvalidEventError,
    Open,
    Payload,
    PlatformEvent,
    names,
    parse_event,
    parse_event_name,
)
from platform_events.catalog import UnrecognizedMeasurement, WearableDataReceived
from platform_events.contracts.event_docs import event_doc
from platform_events.testing.strategies import events, invalid_wire_data, wire_data
from platform_events.testing.strategies._rules import read_fields

every_event = pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)

# There are many classes, so that each needs fewer examples.
few_of_each = settings(max_examples=25)

# Quantities that say nothing of a body or a person's state.
SECRET = "SECRET-7f3a9"


def refusal(attempt: Callable[[], object]) -> InvalidEventError | None:
    try:
        attempt()
    except InvalidEventError as error:
        return error
    return None


def canonical(data: object) -> dict[str, Any]:
    """Give data as a server hands it on: numbers are 64-bit floats, and 10.0 is written 10."""
    return json.loads(jcs.canonicalize(data))  # type: ignore[no-any-return]  # JSON


def nested(value: object) -> Iterator[dict[str, Any]]:
    """Find every object of a piece of JSON."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from nested(part)


@given(events())
def test_what_is_read_from_the_wire_equals_what_was_written(event: Event) -> None:
    kind = type(event)
    assert kind.from_data(event.to_data()) == event
    assert kind.from_data(json.loads(event.to_json())) == event
    assert kind.from_data(canonical(event.to_data())) == event
    assert kind.from_inngest(event.to_inngest()) == event
    assert parse_event(kind.event_name, event.to_data()) == event


@given(events(), st.data())
def test_fields_that_are_not_known_are_ignored_at_every_depth(
    event: Event, data: st.DataObject
) -> None:
    wire = event.to_data()
    for part in nested(wire):
        part[data.draw(st.sampled_from(["added_later", "", "Ünicode"]))] = data.draw(
            st.none() | st.integers() | st.just({"deep": [1]})
        )
    assert type(event).from_data(wire) == event
    with pytest.raises(InvalidEventError):
        event.check_json(json.dumps(wire).encode())


@given(events())
def test_equal_events_are_interchangeable(event: Event) -> None:
    copies: list[Event] = [
        copy.copy(event),
        copy.deepcopy(event),
        event.model_copy(),
        pickle.loads(pickle.dumps(event)),
        type(event).from_data(event.to_data()),
    ]
    assert {event, *copies} == {event}


@given(events())
def test_nothing_is_shown_but_the_names_of_fields(event: Event) -> None:
    set_fields = [name for name in type(event).model_fields if getattr(event, name) is not None]
    shown = ", ".join(f"{name}=..." for name in set_fields)
    assert repr(event) == str(event) == f"{event:}" == f"{type(event).__name__}({shown})"


@every_event
@few_of_each
@given(data=st.data())
def test_a_consumer_reads_what_producers_of_every_age_send(
    kind: type[Event], data: st.DataObject
) -> None:
    wire = data.draw(wire_data(kind))
    read = kind.from_data(wire)
    assert kind.from_data(read.to_data()) == read


@every_event
@few_of_each
@given(data=st.data())
def test_open_choices_keep_what_they_do_not_know(kind: type[Event], data: st.DataObject) -> None:
    choices = [name for name, field in read_fields(kind).items() if field.rules.marked_with(Open)]
    wire = data.draw(wire_data(kind, producer="newer"))
    read = kind.from_data(wire)
    for name in choices:
        value = getattr(read, name)
        if value is None or value in get_args(kind.model_fields[name].annotation):
            continue
        assert value == wire[name]
        assert type(value) is str
        with pytest.raises(InvalidEventError, match=name):
            kind(**dict(read))


@every_event
@few_of_each
@given(data=st.data())
def test_one_mistake_is_refused_with_its_place_and_no_other(
    kind: type[Event], data: st.DataObject
) -> None:
    wrong = data.draw(invalid_wire_data(kind))
    with pytest.raises(InvalidEventError) as caught:
        kind.from_data(wrong.data)
    assert [(problem.location, problem.rule) for problem in caught.value.problems] == [
        (wrong.location, wrong.rule)
    ]


@every_event
def test_the_name_is_in_every_place(kind: type[PlatformEvent]) -> None:
    parts = parse_event_name(kind.event_name)
    constant = f"{parts.category}_{parts.action}".replace("-", "_").upper()
    assert getattr(names, constant) == kind.event_name
    assert kind.event_name in EVENT_NAMES
    assert kind.__module__.endswith(f".catalog.{parts.category}")
    assert kind in get_args(PlatformEvent)


def test_the_catalogue_is_whole() -> None:
    assert {kind.event_name for kind in EVENT_TYPES} == EVENT_NAMES
    assert len(EVENT_TYPES) == len(set(EVENT_TYPES)) == len(get_args(PlatformEvent))
    required = """
        scoring.calculate scoring.calculated scoring.benchmark-recorded scoring.workout-logged
        alerts.churn-risk-check alerts.churn-risk-detected alerts.injury-risk-check
        alerts.injury-risk-detected alerts.threshold-crossed
        sync.wearable-data-received sync.integration-pull-requested
        sync.integration-push-requested sync.integration-synced sync.integration-failed
        social.reaction-added social.reaction-removed social.comment-added
        social.member-followed social.activity-published
    """
    assert {f"platform/{name}" for name in required.split()} <= EVENT_NAMES


@every_event
def test_the_docstring_says_who_sends_and_who_handles_it(kind: type[Event]) -> None:
    doc = event_doc(kind.__doc__ or "")
    assert re.fullmatch(r"[A-Z].+\.", doc.summary)
    for phrase in (doc.sent_by, doc.handled_by):
        assert phrase
        # It ended where it should, and not at a full stop within.
        assert phrase.count("(") == phrase.count(")")
        assert phrase.count("`") % 2 == 0
    assert not re.search("(Sent|Handled) by", doc.notes)


@every_event
@few_of_each
@given(data=st.data())
def test_no_error_shows_a_value(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(kind))
    strange = st.sampled_from(
        [SECRET, [SECRET], {"kind": SECRET}, {"kind": [SECRET]}, 70313370313.5]
    )
    fields = data.draw(st.sets(st.sampled_from(sorted(kind.model_fields)), min_size=1))
    broken = {name: data.draw(strange) for name in sorted(fields)}
    wire = {**event.to_data(), **broken}
    attempts: list[Callable[[], object]] = [
        lambda: kind(**{**dict(event), **broken}),
        lambda: kind.from_data(wire),
        lambda: kind.from_data({"x": object(), "y": SECRET}),
        lambda: kind.check_json(json.dumps(wire).encode()),
        lambda: kind.check_json(f'{{"a": {SECRET}'.encode()),
        lambda: event.model_copy(update=broken),
        lambda: kind.from_inngest(inngest.Event(name="x", data={"a": SECRET})),
    ]
    errors = [error for attempt in attempts if (error := refusal(attempt))]
    assert len(errors) >= 3
    for error in errors:
        assert error.__cause__ is None
        assert error.__context__ is None
        assert error.event == kind.event_name
        told = f"{error} {error!r} {error.problems} {traceback.format_exception_only(error)}"
        assert SECRET not in told
        assert "70313370313" not in told


@every_event
def test_there_is_no_way_past_the_checks(kind: type[Event]) -> None:
    with pytest.raises(InvalidEventError, match=re.escape(kind.event_name)):
        kind.model_construct(None, **dict.fromkeys(kind.model_fields, 1))


@given(events())
def test_what_was_constructed_otherwise_is_the_same(event: Event) -> None:
    assert type(event).model_construct(**dict(event)) == event
    assert event.model_copy(update=dict(event)) == event


def test_a_measurement_of_an_unknown_kind_is_read() -> None:
    event = WearableDataReceived.from_data(
        {
            "member_id": "mem_1",
            "provider": "oura",
            "received_at": "2026-11-23T18:00:00Z",
            "measurements": [{"kind": "aura", "colour": "blue"}],
        }
    )
    assert event.measurements == (UnrecognizedMeasurement(kind="aura"),)
    assert event.to_data()["measurements"] == [{"kind": "aura"}]


def test_an_unknown_choice_deep_inside_is_written_as_it_was_read() -> None:
    stage = {"stage": "trance", "started_at": "2026-11-23T01:00:00Z", "duration_s": 60.0}
    sleep = {"kind": "sleep", "measured_at": "2026-11-23T01:00:00Z", "duration_s": 60.0}
    data = {
        "member_id": "mem_1",
        "provider": "oura",
        "received_at": "2026-11-23T18:00:00Z",
        "measurements": [{**sleep, "stages": [stage]}],
        "is_backfill": False,
    }
    assert WearableDataReceived.from_data(data).to_data() == data


@pytest.mark.parametrize("measurement", [{}, {"kind": 7}, {"kind": None}, {"kind": ""}, 7, None])
def test_a_measurement_without_a_kind_is_refused(measurement: object) -> None:
    with pytest.raises(InvalidEventError, match=r"measurements\.0"):
        parse_event(
            "platform/sync.wearable-data-received",
            {
                "member_id": "mem_1",
                "provider": "oura",
                "received_at": "2026-11-23T18:00:00Z",
                "measurements": [measurement],
            },
        )


def test_a_known_kind_with_wrong_fields_is_not_taken_for_an_unknown_one() -> None:
    with pytest.raises(InvalidEventError) as caught:
        parse_event(
            "platform/sync.wearable-data-received",
            {
                "member_id": "mem_1",
                "provider": "oura",
                "received_at": "2026-11-23T18:00:00Z",
                "measurements": [
                    {
                        "kind": "heart-rate",
                        "measured_at": "2026-11-23T18:00:00Z",
                        "heart_rate_bpm": 900,
                    }
                ],
            },
        )
    [problem] = caught.value.problems
    assert problem.location == "measurements.0.heart-rate.heart_rate_bpm"
    assert problem.rule == "less_than_equal"


def _payloads(base: type[Payload] = Payload) -> Iterator[type[Payload]]:
    """Find the payloads of the catalogue that are inside events."""
    for cls in base.__subclasses__():
        yield from _payloads(cls)
        is_public = ".catalog." in cls.__module__ and not cls.__name__.startswith("_")
        if is_public and not issubclass(cls, Event):
            yield cls


PAYLOADS: list[type[Payload]] = sorted(set(_payloads()), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", PAYLOADS, ids=lambda kind: kind.__name__)
def test_every_payload_has_an_example_of_its_own(kind: type[Payload]) -> None:
    example = json.dumps(vars(kind)["EXAMPLE"])
    read = TypeAdapter(kind).validate_json(example)
    assert json.loads(TypeAdapter(kind).dump_json(read, exclude_none=True)).keys() == json.loads(
        example
    ).keys() | {name for name in ("stages", "sets") if name in kind.model_fields}


def test_payloads_inside_events_are_no_events() -> None:
    inner = {cls for cls in Payload.__subclasses__() if not issubclass(cls, Event)}
    assert inner
    assert all("event_name" not in vars(cls) for cls in inner)
