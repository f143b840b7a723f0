"""What the strategies make: all that is allowed, to both ends, and short examples."""

from __future__ import annotations

import ast
import json
import math
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType, SimpleNamespace
from typing import Annotated, Any, Literal, Union, get_args
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning, NoSuchExample, Unsatisfiable
from pydantic import AwareDatetime, BaseModel, Field, model_validator
from typing_extensions import TypeAliasType

from platform_events import (
    EVENT_NAMES,
    EVENT_TYPES,
    DistanceResult,
    Event,
    EventNameStr,
    HeartRate,
    InvalidEventError,
    NameRule,
    Open,
    Payload,
    PlatformEvent,
    ReactionAdded,
    ScoringCalculate,
    Sensitive,
    Sleep,
    UnrecognizedMeasurement,
    WearableDataReceived,
    is_event_name,
)
from platform_events.events._subclass_hooks import subclass_hooks
from platform_events.events.fields import GymId, MemberId, OpenKinds
from platform_events.events.invariants import AnyOf, Differ, Unique, invariants_of
from platform_events.events.payload import MAX_SAFE_INTEGER
from platform_events.naming import MAX_NAME_LENGTH
from platform_events.plugins.hypothesis import register
from platform_events.testing.strategies import (
    InvalidWireData,
    event_names,
    events,
    invalid_event_names,
    invalid_wire_data,
    known_event_names,
    payloads,
    wire_data,
)
from platform_events.testing.strategies._rules import Annotation, is_known_kind, read_fields
from tests.support.processes import bare_environment

MOMENT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

every_event = pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)

QUIET = settings(
    # Searches end with what they look for. Hypothesis takes constants from the modules that are
    # loaded, so that what comes once in a thousand would now and then be missed in fewer.
    max_examples=50_000,
    # What explains a failure takes as long as the search, and `find` shows nothing of it.
    phases=[Phase.generate, Phase.shrink],
    database=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.nested_given,
        HealthCheck.too_slow,
    ],
)

Json = dict[str, Any]


class Recursive(Payload):
    """A payload that may be inside of itself."""

    inner: Recursive | None = None


Named = TypeAliasType("Named", Annotated[str, Field(pattern=r"^evt_[0-9]{4}$")])


class Level(Enum):
    LOW = "low"
    HIGH = "high"


class Odd(Event, name="platform/scoring.odd-types"):
    """All that the catalogue has no example of."""

    tens: Annotated[int, Field(ge=-25, le=35, multiple_of=10)]
    halves: Annotated[float, Field(ge=0, le=10, multiple_of=2)]
    open_float: Annotated[float, Field(gt=0, lt=1)]
    open_int: Annotated[int, Field(gt=0, lt=4)]
    large: int
    evt: Named
    letters: Annotated[str, Field(pattern=r"^\w+$", max_length=5)]
    any_text: str
    name: EventNameStr
    days: Annotated[date, Field(ge=date(2026, 1, 1), lt=date(2026, 2, 1))]
    any_day: date
    since: Annotated[datetime, Field(gt=datetime(2026, 1, 1, tzinfo=UTC))]
    identity: UUID
    marked: Annotated[UUID, Sensitive()]
    level: Level
    levels: dict[str, Level]
    items: list[int]
    pairs: Annotated[tuple[bool, ...], Field(max_length=40)]
    choice: int | Literal["none"] | None = None
    inner: Recursive | None = None


class Ordered(Event, name="platform/scoring.ordered"):
    """An event with a rule of its own."""

    least: Annotated[int, Field(ge=0, le=5)]
    most: Annotated[int, Field(ge=0, le=5)]

    @model_validator(mode="after")
    def _is_ordered(self) -> Ordered:
        if self.least > self.most:
            raise ValueError("least must not be above most")
        return self


class Base(Event, abstract=True):
    """What two events share."""

    count: Annotated[int, Field(ge=0, le=3)]


class First(Base, name="platform/scoring.first"):
    """One."""


class Second(Base, name="platform/scoring.second"):
    """The other."""


@dataclass(frozen=True)
class Wanted:
    """A value that must come, in some place."""

    place: str
    value: object


def reach(made: st.SearchStrategy[Any], condition: Callable[[Any], object]) -> None:
    """Check that something comes, without a search for the shortest example of it."""
    with warnings.catch_warnings():
        # What is found is not shortened, so that Hypothesis finds it too large to be shown.
        warnings.simplefilter("ignore", HypothesisWarning)
        find(
            made,
            lambda value: bool(condition(value)),
            settings=settings(QUIET, phases=[Phase.generate]),
        )


def assert_broken(
    rules: set[str], kind: type[Event], made: st.SearchStrategy[InvalidWireData]
) -> None:
    """Check that every one of the rules comes to be broken, alone and where it is said to be."""
    missing = set(rules)

    def finds_the_last(wrong: InvalidWireData) -> bool:
        with pytest.raises(InvalidEventError) as caught:
            kind.from_data(wrong.data)
        [problem] = caught.value.problems
        assert (problem.location, problem.rule) == (wrong.location, wrong.rule)
        missing.discard(wrong.rule)
        return not missing

    reach(made, finds_the_last)


def payload_classes() -> list[type[Payload]]:
    """Give every class of the catalogue: events, and what is inside of them."""
    found: list[type[Payload]] = list(EVENT_TYPES)
    for kind in found:
        for annotation in read_fields(kind).values():
            found += [inner for inner in inside(annotation) if inner not in found]
    return found


def inside(annotation: Annotation) -> list[type[Payload]]:
    if annotation.kind is Union:
        return [kind for member in annotation.members for kind in inside(member)]
    if annotation.kind is tuple:
        return inside(annotation.item)
    return [annotation.kind] if is_payload(annotation.kind) else []


def is_payload(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Payload)


def wanted(annotation: Annotation, place: str) -> Iterator[Wanted]:
    """List the values that must come: both ends of a range, every choice, every branch."""
    rules = annotation.rules
    if annotation.kind is Union:
        # What stands for a newer producer's kind is read alone, and never made.
        fallbacks = [mark.fallback for mark in rules.metadata if isinstance(mark, OpenKinds)]
        for member in annotation.members:
            if member.kind not in fallbacks:
                yield from wanted(member, place)
    elif annotation.kind is tuple:
        yield from (Wanted(f"{place}#", length) for length in (rules.min_length, rules.max_length))
        yield from wanted(annotation.item, f"{place}[]")
    elif annotation.kind is str:
        shortest = max(rules.min_length, 1 if rules.pattern else 0)
        yield from (Wanted(f"{place}#", length) for length in (shortest, rules.max_length))
    else:
        yield from (Wanted(place, value) for value in ends(annotation))


def ends(annotation: Annotation) -> list[object]:
    kind, rules = annotation.kind, annotation.rules
    if kind is Literal:
        # Looking for each of many choices takes long.
        choices = list(annotation.arguments)
        return choices if len(choices) <= 12 else [choices[0], choices[-1]]
    if kind is float:
        low = -sys.float_info.max if rules.low is None else rules.low
        high = sys.float_info.max if rules.high is None else rules.high
        return [low if rules.gt is None else math.nextafter(low, math.inf), high]
    if kind is int:
        return [rules.low, rules.high]
    if kind in SIMPLE:
        return SIMPLE[kind]
    if is_payload(kind):
        return [kind]
    return [rules.low, rules.high - timedelta(microseconds=1)]


SIMPLE: dict[object, list[object]] = {
    bool: [True, False],
    NoneType: [None],
    date: [date.min, date.max],
}


def seen(value: object, place: str) -> Iterator[Wanted]:
    """List what is in a field, as ``wanted`` does."""
    if isinstance(value, tuple):
        yield Wanted(f"{place}#", len(value))
        for item in value[:3]:
            yield from seen(item, f"{place}[]")
    elif isinstance(value, Payload):
        yield Wanted(place, type(value))
    else:
        yield Wanted(place, value)
        if isinstance(value, str):
            yield Wanted(f"{place}#", len(value))


def seen_in(payload: Payload) -> Iterator[Wanted]:
    for name in type(payload).model_fields:
        yield from seen(getattr(payload, name), name)


def wanted_of(kind: type[Payload]) -> set[Wanted]:
    return {
        one for name, annotation in read_fields(kind).items() for one in wanted(annotation, name)
    }


def fields_of_every_kind() -> Iterator[tuple[type[Payload], set[str]]]:
    """Give the fields by class, each type once, and once more where an invariant is about it."""
    found: set[str] = set()
    for kind in payload_classes():
        bound = {name for one in vars(kind).get("INVARIANTS", ()) for name in one.fields}
        types = {name: type_of(annotation) for name, annotation in read_fields(kind).items()}
        names = {name for name, of_it in types.items() if of_it not in found or name in bound}
        found.update(types.values())
        if names:
            yield kind, names


def type_of(annotation: Annotation) -> str:
    marks = [type(mark) for mark in annotation.rules.metadata]
    bare = replace(annotation.rules, metadata=())
    return repr((annotation.kind, annotation.arguments, bare, marks))


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("kind", "names"),
    [pytest.param(kind, names, id=kind.__name__) for kind, names in fields_of_every_kind()],
)
def test_every_field_takes_both_ends_and_every_union_each_branch(
    kind: type[Payload], names: set[str]
) -> None:
    missing = {one for one in wanted_of(kind) if re.split(r"\W", one.place)[0] in names}
    for one in invariants_of(kind):
        if isinstance(one, Unique):
            # A full list repeats a few items, of which each is left once.
            missing -= {Wanted(f"{one.field}#", read_fields(kind)[one.field].rules.max_length)}
        elif isinstance(one, AnyOf) and len(one.of) == 1:
            missing -= {Wanted(one.of[0], None)}
    assert missing

    @given(payloads(kind))
    @settings(QUIET, phases=[Phase.generate])
    def look(payload: Payload) -> None:
        missing.difference_update(seen_in(payload))
        if not missing:
            raise StopIteration

    with suppress(StopIteration):
        look()
    assert missing == set()


@pytest.mark.untraced
@every_event
def test_examples_shrink_to_short_and_plain_ones(kind: type[Event]) -> None:
    plain = find(events(kind), lambda event: True, settings=QUIET)
    # Two that must differ cannot both be the plainest.
    differing = {
        name for one in invariants_of(kind) if isinstance(one, Differ) for name in one.fields
    }
    for name in kind.model_fields:
        value, choices = getattr(plain, name), {w.value for w in wanted_of(kind) if w.place == name}
        if None in choices:
            assert value is None or is_needed(plain, name)
        elif isinstance(value, str):
            assert value in {"0", *choices} | ({"00", "1"} if name in differing else set())
        elif isinstance(value, datetime):
            assert value == datetime(2000, 1, 1, tzinfo=UTC)


def is_needed(event: Event, name: str) -> bool:
    """Tell whether an invariant would not hold without a field."""
    without = SimpleNamespace(**{**dict(event), name: None})
    return not all(one.holds(without) for one in invariants_of(type(event)))


def test_a_failing_example_shows_its_values() -> None:
    class Measured(Event, name="platform/scoring.measured"):
        gym_id: GymId
        member_id: MemberId | None = None
        value: Annotated[float, Field(ge=0, le=1_000)]

    @given(events(Measured))
    @settings(QUIET, max_examples=300, print_blob=False, phases=list(Phase))
    def fails(event: Measured) -> None:
        assert event.value <= 100

    with pytest.raises(AssertionError) as caught:
        fails()
    notes = "\n".join(caught.value.__notes__)
    assert "value=101.0" in notes
    assert "member_id=None" in notes or "member_id" not in notes
    assert "gym_id='0'" in notes


ANY_EVENT: Any = PlatformEvent  # mypy takes a union for no type


@given(st.from_type(Event), st.from_type(ANY_EVENT), st.from_type(HeartRate))
def test_types_are_resolved_without_an_import(
    event: Event, other: PlatformEvent, inner: HeartRate
) -> None:
    assert type(event) in EVENT_TYPES
    assert type(other) in EVENT_TYPES
    assert type(inner) is HeartRate


@given(...)
def test_annotations_are_enough(event: ScoringCalculate, more: list[DistanceResult]) -> None:
    assert type(event) is ScoringCalculate
    assert all(type(one) is DistanceResult for one in more)


@given(st.from_type(Odd))
def test_types_that_the_catalogue_does_not_have_are_made_too(event: Odd) -> None:
    assert Odd.from_data(event.to_data()) == event
    assert event.tens in range(-20, 40, 10)
    assert event.halves in range(0, 11, 2)
    assert 0 < event.open_float < 1
    assert event.open_int in {1, 2, 3}
    assert abs(event.large) <= MAX_SAFE_INTEGER
    assert is_event_name(event.name)
    assert event.days.month == 1


def test_classes_of_a_test_are_registered_when_they_are_made() -> None:
    class Made(Event, name="platform/sync.made-in-a-test"):
        member_id: str

    assert isinstance(find(st.from_type(Made), lambda event: True, settings=QUIET), Made)
    found: set[type[Base]] = set()

    @given(st.from_type(Base))
    def look(event: Base) -> None:
        found.add(type(event))

    look()
    assert found == {First, Second}


def test_registering_again_changes_nothing() -> None:
    before = list(subclass_hooks)
    register()
    assert subclass_hooks == before


@given(st.from_type(Ordered))
def test_rules_of_its_own_are_kept(event: Ordered) -> None:
    assert event.least <= event.most


@given(events(ScoringCalculate, member_id="mem_1", score=st.just("progress"), as_of=None))
def test_fields_can_be_given(event: ScoringCalculate) -> None:
    assert (event.member_id, event.score, event.as_of) == ("mem_1", "progress", None)


@given(payloads(DistanceResult, distance_m=st.floats(1, 2)))
def test_fields_of_payloads_can_be_given(result: DistanceResult) -> None:
    assert 1 <= result.distance_m <= 2


class TestWrongUse:
    def test_a_field_that_there_is_not(self) -> None:
        message = "ScoringCalculate has no field 'membr_id', only member_id, gym_id, score, reason"
        with pytest.raises(TypeError, match=message):
            events(ScoringCalculate, membr_id="mem_1")

    def test_an_abstract_class(self) -> None:
        with pytest.raises(TypeError, match="Base is abstract: use one of its events"):
            events(Base)

    @pytest.mark.parametrize(
        ("other", "called"), [(DistanceResult, "DistanceResult"), ("platform/sync.a", "a str")]
    )
    def test_no_event_class(self, other: Any, called: str) -> None:
        with pytest.raises(TypeError, match=f"^{called} is no event class"):
            events(other)

    def test_fields_of_no_class(self) -> None:
        of_none: Any = events
        with pytest.raises(TypeError, match="give it first"):
            of_none(member_id="mem_1")

    def test_a_value_that_the_schema_refuses(self) -> None:
        with pytest.raises(InvalidEventError, match="member_id"):
            find(events(ScoringCalculate, member_id="a b"), lambda event: True, settings=QUIET)

    def test_a_value_that_a_rule_of_its_own_refuses_always(self) -> None:
        with pytest.raises((NoSuchExample, Unsatisfiable)):
            find(events(Ordered, least=5, most=0), lambda event: True, settings=QUIET)
        with pytest.raises(InvalidEventError, match="least"):
            find(events(Ordered, least=9, most=9), lambda event: True, settings=QUIET)

    def test_a_producer_that_there_is_not(self) -> None:
        old: Any = "old"
        with pytest.raises(ValueError, match="no producer 'old', only same, older, newer"):
            wire_data(ScoringCalculate, producer=old)


class TestNames:
    @given(event_names())
    def test_names_are_names(self, name: str) -> None:
        assert is_event_name(name)

    def test_the_longest_comes_and_the_shortest(self) -> None:
        reach(event_names(), lambda name: len(name) == MAX_NAME_LENGTH)
        assert find(event_names(), lambda name: True) == "platform/scoring.a"

    def test_every_known_name_comes(self) -> None:
        missing: set[str] = set(EVENT_NAMES)

        def finds_the_last(name: str) -> bool:
            missing.discard(name)
            return not missing

        reach(known_event_names(), finds_the_last)

    @pytest.mark.parametrize("rule", sorted(set(NameRule) - {NameRule.TYPE}))
    def test_every_rule_is_broken_by_near_misses(self, rule: NameRule) -> None:
        found = find(invalid_event_names(), lambda wrong: wrong.rule is rule, settings=QUIET)
        assert len(found.name) <= 19 or rule is NameRule.LENGTH

    @pytest.mark.parametrize(
        "is_wanted",
        [
            lambda name: name.endswith("\n"),
            lambda name: name.startswith("Platform/"),
            lambda name: "\u0430" in name,
            lambda name: "--" in name,
            lambda name: name.startswith("scoring."),
            lambda name: name.startswith("platform/scorings."),
            lambda name: name == "platform/sync",
            lambda name: len(name) == MAX_NAME_LENGTH + 1,
            lambda name: name.partition(".")[2][:1].isdigit(),
        ],
    )
    def test_the_usual_mistakes_are_among_them(self, is_wanted: Any) -> None:
        reach(invalid_event_names(), lambda wrong: is_wanted(wrong.name))


@pytest.mark.untraced
@pytest.mark.parametrize("producer", ["same", "older", "newer"])
def test_it_is_fast_enough_where_hypothesis_has_no_cache_yet(producer: str, tmp_path: Path) -> None:
    """By the time of the processor; that of the clock, which Hypothesis takes, is others', too."""
    program = f"""
import time
from hypothesis import given, settings, HealthCheck
from platform_events import ReactionAdded
from platform_events.testing.strategies import wire_data

@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(wire_data(ReactionAdded, producer="{producer}"))
def look(wire): ...

began = time.process_time()
look()
print(time.process_time() - began)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**bare_environment(), "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)},
        capture_output=True, text=True, check=True, cwd=tmp_path, timeout=120,
    )  # fmt: skip
    assert float(ended.stdout) < 1, "Hypothesis finds it too slow from a second on"


class TestWireData:
    @every_event
    @settings(max_examples=25)
    @given(data=st.data())
    def test_it_is_json_and_is_read(self, kind: type[Event], data: st.DataObject) -> None:
        wire = data.draw(wire_data(kind))
        assert json.loads(json.dumps(wire)) == wire
        kind.from_data(wire)

    def test_the_same_version_sends_no_more_than_it_knows(self) -> None:
        @given(wire_data(ReactionAdded, producer="same"))
        def check(wire: Json) -> None:
            ReactionAdded.check_json(json.dumps(wire).encode())

        check()

    def test_an_older_version_leaves_optional_fields_out_at_every_depth(self) -> None:
        older = wire_data(
            WearableDataReceived, producer="older", measurements=st.tuples(payloads(Sleep))
        )
        reach(older, lambda wire: "is_backfill" not in wire)
        reach(
            older,
            lambda wire: any(
                one["kind"] == "sleep" and "stages" not in one for one in wire["measurements"]
            ),
        )
        with pytest.raises(NoSuchExample):
            find(
                older,
                lambda wire: any("kind" not in one for one in wire["measurements"]),
                settings=settings(QUIET, max_examples=300),
            )

    def test_a_newer_version_adds_fields_choices_and_kinds_at_every_depth(self) -> None:
        newer = wire_data(WearableDataReceived, producer="newer")
        known = set(get_args(WearableDataReceived.model_fields["provider"].annotation))
        reach(newer, lambda wire: wire["provider"] not in known)
        reach(newer, lambda wire: "added_later" in wire)
        reach(newer, lambda wire: "added_later" in wire["measurements"][0])
        reach(
            newer,
            lambda wire: (
                len(wire["measurements"][0]) > 2
                and isinstance(
                    WearableDataReceived.from_data(wire).measurements[0], UnrecognizedMeasurement
                )
            ),
        )


class Left(Payload):
    kind: Literal["left"] = "left"
    whole: Annotated[int, Field(ge=0, lt=10)]


class Right(Payload):
    kind: Literal["right"] = "right"
    part: Annotated[float, Field(gt=0, le=1)]


class AddedLater(Payload):
    kind: str


class Lettered(Payload):
    text: Annotated[str, Field(pattern=r"^[0-9a-zéßà]+$", max_length=10)]


def test_letters_that_only_a_pattern_has_are_made() -> None:
    find(payloads(Lettered), lambda made: not made.text.isascii(), settings=QUIET)


class EveryRule(Event, name="platform/scoring.every-rule"):
    """A field for each rule that a plain value may break."""

    id: Annotated[str, Field(min_length=1, max_length=8, pattern=r"^[0-9a-z]+$")]
    choice: Literal["one", "two"]
    open_choice: Annotated[Literal["one", "two"], Open()]
    is_set: bool
    at: Annotated[AwareDatetime, Field(ge=MOMENT, lt=MOMENT + timedelta(days=1))]
    day: Annotated[date, Field(gt=date(2026, 1, 1), le=date(2026, 2, 1))]


class EveryNestedRule(Event, name="platform/scoring.every-nested-rule"):
    """A field for each rule that something with parts may break."""

    items: Annotated[tuple[float, ...], Field(min_length=1, max_length=3)]
    more: tuple[int, ...] = ()
    closed: Annotated[Left | Right, Field(discriminator="kind")]
    many: Annotated[
        tuple[Annotated[Left | Right | AddedLater, OpenKinds(AddedLater)], ...],
        Field(min_length=1, max_length=2),
    ]


class TestInvalidWireData:
    def test_every_rule_is_broken(self) -> None:
        rules = {
            "bool_type", "date_parsing", "date_type", "datetime_parsing", "datetime_type",
            "greater_than", "greater_than_equal", "less_than", "less_than_equal", "literal_error",
            "missing", "string_pattern_mismatch", "string_too_long", "string_too_short",
            "string_type", "timezone_aware",
        }  # fmt: skip
        assert_broken(rules, EveryRule, invalid_wire_data(EveryRule))

    def test_every_rule_of_what_has_parts_is_broken(self) -> None:
        rules = {
            "float_type", "greater_than", "greater_than_equal", "int_type", "less_than",
            "less_than_equal", "missing", "too_long", "too_short", "tuple_type",
            "union_tag_invalid", "union_tag_not_found",
        }  # fmt: skip
        assert_broken(rules, EveryNestedRule, invalid_wire_data(EveryNestedRule))

    def test_a_nested_model_a_plain_union_and_unbounded_numbers(self) -> None:
        class Inner(Payload):
            text: str

        class Other(Payload):
            number: int

        class Outer(Event, name="platform/scoring.outer"):
            inner: Inner
            either: int | bool
            one_of_two: Inner | Other
            number: int
            identity: UUID
            day: Annotated[date, Field(ge=date(2026, 1, 1))]

        rules = {"model_type", "less_than_equal", "greater_than_equal", "int_type", "missing"}
        assert_broken(rules, Outer, invalid_wire_data(Outer))


LOADED = """
import sys
{first}
loaded = sorted({{"pydantic", "inngest", "platform_events.events.event"}} & set(sys.modules))
{second}
from hypothesis import find, strategies as st
from platform_events import ScoringCalculate
print(loaded, find(st.from_type(ScoringCalculate), lambda event: True).member_id)
"""


@pytest.mark.parametrize(
    ("first", "second", "loaded"),
    [
        ("import hypothesis", "import platform_events.catalog", []),
        (
            "import platform_events.catalog",
            "import hypothesis",
            ["platform_events.events.event", "pydantic"],
        ),
    ],
)
def test_whichever_is_imported_first_nothing_more_is_loaded(
    first: str, second: str, loaded: list[str]
) -> None:
    program = LOADED.format(first=first, second=second)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    shown, _, member_id = ended.stdout.strip().rpartition(" ")
    assert (ast.literal_eval(shown), member_id) == (loaded, "0")


def test_models_of_others_are_left_to_hypothesis() -> None:
    class Other(BaseModel):
        number: int

    assert find(st.from_type(Other), lambda other: True).number == 0


def test_an_open_union_is_open_and_open_choices_are_not_invented() -> None:
    field = read_fields(WearableDataReceived)["measurements"].item
    assert field.discriminator == "kind"
    assert field.rules.marked_with(OpenKinds)
    provider = read_fields(WearableDataReceived)["provider"]
    assert provider.rules.marked_with(Open)


@given(st.from_type(Sleep))
def test_a_sequence_inside_may_be_long(sleep: Sleep) -> None:
    assert len(sleep.stages) <= 2_000


BOUNDS: list[dict[str, Any]] = [
    {"ge": 3, "le": 100},
    {"gt": 3, "lt": 100},
    {"gt": 7, "lt": 98},
    {"ge": -(2**60), "le": 2**60},
    {"gt": -(2**60), "lt": 2**60},
    {},
]


@pytest.mark.parametrize("rules", BOUNDS, ids=repr)
@pytest.mark.parametrize("step", [None, 7])
@pytest.mark.parametrize("number", [int, float])
def test_beyond_the_range_of_a_multiple_no_other_rule_is_broken(
    number: type[int | float], step: int | None, rules: dict[str, Any]
) -> None:
    class Sevens(Event, name="platform/scoring.sevens"):
        __annotations__ = {"value": Annotated[number, Field(multiple_of=step, **rules)]}

    @given(invalid_wire_data(Sevens))
    @settings(max_examples=50)
    def check(wrong: InvalidWireData) -> None:
        with pytest.raises(InvalidEventError) as caught:
            Sevens.from_data(wrong.data)
        assert [problem.rule for problem in caught.value.problems] == [wrong.rule]

    check()


LEFT_TO_HYPOTHESIS = [
    dict[str, int],
    dict[str, float],
    dict[str, Decimal],
    dict[str, list[float | None]],
    tuple[int, str],
    frozenset[int],
    frozenset[Decimal],
    Decimal,
    Annotated[Decimal, Field(ge=0, le=1)],
    Annotated[Decimal, Field(gt=0, lt=Decimal("0.1"))],
    Annotated[Decimal, Field(max_digits=6, decimal_places=2)],
    Annotated[Decimal, Field(max_digits=3)],
    Annotated[Decimal, Field(ge=-1, le=1, multiple_of=0.25)],
]


@pytest.mark.parametrize("kind", LEFT_TO_HYPOTHESIS, ids=str)
def test_types_that_are_left_to_hypothesis_keep_the_rules_of_payloads(kind: Any) -> None:
    class Held(Event, name="platform/scoring.held"):
        __annotations__ = {"value": kind}

    @given(events(Held), wire_data(Held), invalid_wire_data(Held))
    @settings(max_examples=50, database=None)  # with every health check
    def check(event: Held, data: dict[str, Any], wrong: InvalidWireData) -> None:
        assert Held.from_data(event.to_data()) == event
        Held.from_data(data)
        with pytest.raises(InvalidEventError):
            Held.from_data(wrong.data)

    check()


@pytest.mark.parametrize("producer", ["same", "newer"])
def test_a_kind_that_is_known_is_none_of_a_newer_producer(
    producer: Literal["same", "newer"],
) -> None:
    """Nor of an unknown measurement, though Hypothesis tries texts that it finds in programs."""
    assert is_known_kind("rr-interval")
    assert not is_known_kind("added-later")
    bare = {"kind": "rr-interval"}
    sent = wire_data(WearableDataReceived, producer=producer)
    with pytest.raises(NoSuchExample):
        find(
            sent,
            lambda data: bare in data["measurements"],
            settings=settings(QUIET, max_examples=300),
        )
