from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType, ModuleType
from typing import Any

import inngest
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import (
    Event,
    EventDefinitionError,
    InvalidEventError,
    MemberFollowed,
    ReactionAdded,
    ScoringCalculate,
    parse_event,
)
from platform_events.events._envelope import EVENT_ID_PATTERN, check_id, to_milliseconds
from platform_events.events.event import encode_data, event_class

NAME = "platform/scoring.calculate"


def define(source: str, module: str = "somewhere") -> dict[str, Any]:
    """Run the source of a module that defines events."""
    namespace = vars(ModuleType(module))
    exec(f"from platform_events import Event\n{source}", namespace)
    return namespace


def calculate(**changes: Any) -> ScoringCalculate:
    fields: dict[str, Any] = {
        "member_id": "mem_1",
        "gym_id": "gym_1",
        "score": "progress",
        "reason": "manual",
    }
    return ScoringCalculate(**(fields | changes))


class TestDefinition:
    def test_a_name_registers_the_class(self) -> None:
        class Probe(Event, name="platform/scoring.probe"):
            n: int

        assert Probe.event_name == "platform/scoring.probe"
        assert event_class("platform/scoring.probe") is Probe
        read: object = parse_event("platform/scoring.probe", {"n": 1})
        assert read == Probe(n=1)
        assert event_class("platform/scoring.none") is None

    @pytest.mark.parametrize(
        ("source", "complaint"),
        [
            ("class X(Event): n: int", "X has no name"),
            ("class X(Event, nam='platform/sync.x'): n: int", "unknown option nam: an event"),
            ("class X(Event, name='x'): n: int", "must begin with 'platform/'"),
            ("class X(Event, name=7): n: int", "it must be a str"),
            ("class X(Event, name='platform/payments.made'): n: int", "category must be one of"),
            ("class X(Event, name='platform/scoring.Made'): n: int", "position 17"),
            (
                "class X(Event, name='platform/scoring.calculate'): n: int",
                "is an event of the catalog",
            ),
            ("class X(Event, name='platform/sync.x', abstract=True): n: int", "so it has no name"),
            ("class X(Event, name='platform/sync.x'): n: int | None", "must default to None"),
            ("class X(Event, name='platform/sync.x'): _n: int", "X._n begins with an underscore"),
            ("class X(Event, abstract=True): _n: int = 1", "X._n begins with an underscore"),
            ("class X(Event, name='platform/sync.x'): n: int | None = 1", "X.n may be None and"),
        ],
    )
    def test_a_mistake_fails_at_class_creation(self, source: str, complaint: str) -> None:
        with pytest.raises(EventDefinitionError, match=re.escape(complaint)) as caught:
            define(source)
        assert isinstance(caught.value, TypeError)
        assert str(caught.value).startswith("X")
        assert event_class("platform/sync.x") is None

    def test_a_module_named_after_a_category_has_its_events_alone(self) -> None:
        source = "class X(Event, name='platform/sync.misplaced'): n: int"
        with pytest.raises(EventDefinitionError, match="in the module of alerts events"):
            define(source, "platform_events.catalog.alerts")
        assert event_class("platform/sync.misplaced") is None
        define(source, "platform_events.catalog.sync")
        assert event_class("platform/sync.misplaced") is not None

    def test_a_reloaded_class_takes_its_place(self) -> None:
        source = "class Reloaded(Event, name='platform/sync.reloaded'): n: int"
        define(source)
        second = define(source)["Reloaded"]
        assert event_class("platform/sync.reloaded") is second
        with pytest.raises(EventDefinitionError, match=r"taken by somewhere\.Reloaded"):
            define(source, "elsewhere")

    def test_bases_may_be_abstract(self) -> None:
        class Base(Event, abstract=True):
            n: int

        class Concrete(Base, name="platform/scoring.concrete"):
            m: int

        assert Concrete(n=1, m=2).to_data() == {"n": 1, "m": 2}
        for attempt in (lambda: Base(n=1), lambda: Base.from_data({"n": 1}), Event):
            with pytest.raises(EventDefinitionError, match="is abstract"):
                attempt()
        with pytest.raises(EventDefinitionError, match="is abstract"):
            Base.from_inngest(inngest.Event(name="x"))

    def test_an_event_may_have_a_successor_of_its_own_name(self) -> None:
        with pytest.raises(EventDefinitionError, match="has no name"):
            define("from platform_events import MemberFollowed\nclass X(MemberFollowed): n: int")


class TestProducer:
    @pytest.mark.parametrize(
        ("field", "value", "rule"),
        [
            ("unknown", 1, "extra_forbidden"),
            ("member_id", 7, "string_type"),
            ("member_id", "", "string_too_short"),
            ("member_id", "a b", "string_pattern_mismatch"),
            ("member_id", "mem_1\n", "string_pattern_mismatch"),
            ("member_id", "m" * 129, "string_too_long"),
            ("member_id", "\ud800", "string_unicode"),
            ("score", "speed", "literal_error"),
            ("reason", "mood", "literal_error"),
            ("as_of", datetime(2026, 11, 23), "timezone_aware"),  # noqa: DTZ001  # naive on purpose
            ("as_of", "2026-11-23T00:00:00Z", "datetime_type"),
            ("as_of", datetime(1979, 12, 31, tzinfo=UTC), "greater_than_equal"),
            ("as_of", datetime(2100, 1, 1, tzinfo=UTC), "less_than"),
        ],
    )
    def test_what_breaks_a_rule_is_refused_by_field_and_rule(
        self, field: str, value: object, rule: str
    ) -> None:
        with pytest.raises(InvalidEventError) as caught:
            calculate(**{field: value})
        assert [(p.location, p.rule) for p in caught.value.problems] == [(field, rule)]
        assert caught.value.event == NAME
        assert str(caught.value).startswith(f"invalid {NAME}: {field}: ")
        assert isinstance(caught.value, ValueError)

    def test_a_missing_field_is_named(self) -> None:
        with pytest.raises(InvalidEventError, match="reason: Field required"):
            ScoringCalculate(member_id="mem_1", gym_id="gym_1", score="progress")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # the mistake

    def test_an_instant_has_an_offset_whatever_its_field_is_declared_as(self) -> None:
        class Instants(Event, name="platform/scoring.instants"):
            at: datetime
            more: tuple[datetime, ...] = ()

        assert Instants(at=datetime(2026, 11, 23, tzinfo=UTC)).at.tzinfo is UTC
        naive = datetime(2026, 11, 23)  # noqa: DTZ001  # on purpose
        wrong: list[dict[str, Any]] = [
            {"at": naive},
            {"at": naive.replace(tzinfo=UTC), "more": (naive,)},
        ]
        for fields in wrong:
            with pytest.raises(InvalidEventError) as caught:
                Instants(**fields)
            assert [problem.rule for problem in caught.value.problems] == ["timezone_aware"]

    @pytest.mark.parametrize("value", [2**53, -(2**53), 10**30, True, 1.0, "1", None])
    def test_integers_that_json_would_change_are_refused(self, value: object) -> None:
        class Counted(Event, name="platform/scoring.counted"):
            n: int
            many: tuple[int, ...] = ()

        with pytest.raises(InvalidEventError, match="n: "):
            Counted(n=value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake
        with pytest.raises(InvalidEventError, match=r"many\.0: "):
            Counted(n=1, many=(value,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake
        for largest in (2**53 - 1, 1 - 2**53):
            assert Counted.from_data(Counted(n=largest).to_data()).n == largest

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "1.0", True])
    def test_numbers_that_json_does_not_have_are_refused(self, value: object) -> None:
        class Weighed(Event, name="platform/scoring.weighed"):
            x: float

        with pytest.raises(InvalidEventError, match="x: "):
            Weighed(x=value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the mistake

    def test_bounds_of_its_own_are_kept(self) -> None:
        from typing import Annotated

        from pydantic import Field

        class Bounded(Event, name="platform/scoring.bounded"):
            n: Annotated[int, Field(ge=-5, le=5)]

        for n in (-6, 6):
            with pytest.raises(InvalidEventError):
                Bounded(n=n)
        assert Bounded(n=5).n == 5

    def test_cannot_be_changed(self) -> None:
        event = calculate()
        with pytest.raises(Exception, match="frozen"):
            event.score = "performance"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # the mistake
        with pytest.raises(Exception, match="frozen"):
            del event.score  # pyright: ignore[reportAttributeAccessIssue]  # the mistake

    def test_a_copy_is_checked(self) -> None:
        changed = calculate().model_copy(update={"score": "performance"})
        assert changed == calculate(score="performance")
        with pytest.raises(InvalidEventError, match="score: ") as caught:
            calculate().model_copy(update={"score": "SECRET"})
        assert "SECRET" not in str(caught.value)
        with pytest.raises(InvalidEventError, match="scor: There is no such field"):
            calculate().model_copy(update={"scor": "progress"})
        moment = datetime(2026, 11, 23)  # noqa: DTZ001  # naive on purpose
        with pytest.raises(InvalidEventError, match="as_of: "):
            calculate().model_copy(update={"as_of": moment})

    def test_a_copy_keeps_what_a_newer_producer_chose(self) -> None:
        read = ScoringCalculate.from_data({**calculate().to_data(), "reason": "of-next-year"})
        copied = read.model_copy(update={"gym_id": "gym_2"})
        assert (copied.reason, copied.gym_id) == ("of-next-year", "gym_2")

    def test_what_no_json_can_hold_is_in_no_copy(self) -> None:
        loop: list[object] = []
        loop.append(loop)
        for value in (object(), loop, "\ud800"):
            with pytest.raises(InvalidEventError, match=NAME):
                calculate().model_copy(update={"member_id": value})

    def test_the_values_are_not_shown(self) -> None:
        shown = "ScoringCalculate(member_id=..., gym_id=..., score=..., reason=...)"
        assert str(calculate()) == repr(calculate()) == shown

    def test_the_local_time_of_day_is_kept(self) -> None:
        berlin = timezone(timedelta(hours=1))
        event = calculate(as_of=datetime(2026, 11, 23, 6, tzinfo=berlin))
        assert event.to_data()["as_of"] == "2026-11-23T06:00:00+01:00"
        odd = timezone(timedelta(minutes=19, seconds=32))
        event = calculate(as_of=datetime(2026, 11, 23, 6, tzinfo=odd))
        assert event.to_data()["as_of"] == "2026-11-23T05:40:28Z"


class TestConsumer:
    def test_none_and_absent_are_the_same(self) -> None:
        data = calculate().to_data()
        assert "as_of" not in data
        assert ScoringCalculate.from_data({**data, "as_of": None}) == calculate()

    @pytest.mark.parametrize("data", [None, [], "x", 7, b"{}"])
    def test_only_objects_are_data(self, data: Any) -> None:
        with pytest.raises(InvalidEventError, match="must be a JSON object"):
            ScoringCalculate.from_data(data)

    def test_any_mapping_is_data(self) -> None:
        data = MappingProxyType(calculate().to_data())
        assert ScoringCalculate.from_data(data) == calculate()

    @pytest.mark.parametrize("value", [object(), {1, object()}, b"\xff", "\ud800"])
    def test_only_json_is_data(self, value: object) -> None:
        with pytest.raises(InvalidEventError, match="must hold JSON values only"):
            ScoringCalculate.from_data({"member_id": value})

    def test_circles_are_no_data(self) -> None:
        circle: dict[str, object] = {}
        circle["member_id"] = circle
        with pytest.raises(InvalidEventError, match="must hold JSON values only"):
            ScoringCalculate.from_data(circle)

    def test_strings_are_no_numbers_here_either(self) -> None:
        data = {"follower_id": 7, "followee_id": "mem_2", "followed_at": 1_700_000_000}
        with pytest.raises(InvalidEventError) as caught:
            MemberFollowed.from_data(data)
        assert {p.location for p in caught.value.problems} == {"follower_id", "followed_at"}

    def test_an_event_of_another_name_is_refused(self) -> None:
        with pytest.raises(InvalidEventError, match="the event is named 'platform/social"):
            ScoringCalculate.from_inngest(inngest.Event(name="platform/social.comment-added"))

    def test_encoding_data_is_by_the_rules_for_producers(self) -> None:
        data = calculate().to_data()
        assert encode_data(ScoringCalculate, data) == calculate().to_json()
        with pytest.raises(InvalidEventError, match="later: Extra inputs"):
            encode_data(ScoringCalculate, {**data, "later": 1})


class TestToInngest:
    def test_gives_name_and_data(self) -> None:
        event = calculate().to_inngest()
        assert (event.name, event.id, event.ts) == (NAME, "", 0)
        assert event.data == calculate().to_data()

    def test_gives_id_and_time(self) -> None:
        moment = datetime(2026, 11, 23, 18, tzinfo=UTC)
        event = calculate().to_inngest(id="workout:7", ts=moment)
        assert (event.id, event.ts) == ("workout:7", 1_795_456_800_000)
        assert calculate().to_inngest(ts=1_795_456_800_000).ts == 1_795_456_800_000

    @pytest.mark.parametrize(
        "id", ["", " ", "\n", "\ufeff\x1b", 7, b"x", "\ud800", "é\udfff", "x" * 10_001]
    )
    def test_refuses_an_id_that_is_none(self, id: Any) -> None:
        with pytest.raises(InvalidEventError, match="id: must"):
            calculate().to_inngest(id=id)

    @given(
        st.text(st.characters(codec="utf-8")).filter(re.compile(EVENT_ID_PATTERN).fullmatch)
        | st.just("x" * 10_000)
    )
    def test_takes_any_text_as_an_id_that_another_event_may_name_as_its_cause(
        self, id: str
    ) -> None:
        assert check_id(NAME, id) == id
        event = calculate(caused_by=id)
        assert ScoringCalculate.from_data(event.to_data()).caused_by == id

    @pytest.mark.parametrize("id", ["", " ", "\x85\u2003", "\ud800", "x" * 10_001])
    def test_what_is_not_an_id_is_not_a_cause(self, id: str) -> None:
        with pytest.raises(InvalidEventError, match="caused_by"):
            calculate(caused_by=id)

    @pytest.mark.parametrize(
        "ts",
        [
            True,
            1.5,
            "2026",
            datetime(2026, 11, 23),  # noqa: DTZ001  # naive on purpose
            0,
            315_532_799_999,
            4_102_444_800_000,
            datetime(1979, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime(2100, 1, 1, tzinfo=UTC),
        ],
    )
    def test_refuses_a_time_that_the_server_would(self, ts: Any) -> None:
        with pytest.raises(InvalidEventError, match="ts: must"):
            calculate().to_inngest(ts=ts)

    @given(st.integers(315_532_800_000, 4_102_444_799_999))
    def test_milliseconds_and_instants_are_the_same(self, ts: int) -> None:
        instant = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ts)
        assert to_milliseconds(NAME, ts) == ts
        assert to_milliseconds(NAME, instant) == ts


def test_reading_does_not_load_the_sdk() -> None:
    import subprocess

    script = (
        "import sys, platform_events as p\n"
        "e = p.ScoringCalculate(member_id='m', gym_id='g', score='progress', reason='manual')\n"
        "p.parse_event(e.event_name, e.to_data())\n"
        "print({'inngest', 'httpx'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", script]).strip() == b"set()"


def test_a_class_of_another_event_is_not_equal() -> None:
    data = {"member_id": "a", "gym_id": "g", "post_id": "p", "reaction": "fire"}
    reaction = ReactionAdded.from_data(
        {**data, "author_id": "b", "added_at": "2026-11-23T18:00:00Z"}
    )
    others: list[object] = [calculate(), reaction.to_data()]
    assert reaction not in others
