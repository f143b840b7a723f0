"""Expressions that can never do what they say are refused where they are written; others pass."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

import inngest
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, JsonValue

from platform_events import (
    EVENT_TYPES,
    BenchmarkRecorded,
    ChurnRiskDetected,
    Event,
    FunctionDefinitionError,
    IntegrationSynced,
    On,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    WearableDataReceived,
    WorkoutLogged,
    create_function,
)
from platform_events.events.payload import Payload
from platform_events.functions._expression_checks import check_expression
from platform_events.functions._shapes import EventKinds
from platform_events.testing.strategies import events

MINUTE: Final = dt.timedelta(minutes=1)
CRON: Final = inngest.TriggerCron(cron="0 3 * * *")


class Inside(Payload):
    number: int


class EverythingHappened(Event, name="platform/sync.everything-happened"):
    """Has a field of every form."""

    text: str
    mood: Literal["glad", "sad"]
    level: Annotated[int, Field(ge=1, le=5)]
    ratio: Annotated[float, Field(gt=0, lt=1)] | None = None
    more: Annotated[float, Field(ge=0)] = 0.0
    less: Annotated[float, Field(le=0)] = 0.0
    is_on: bool = False
    inside: Inside | None = None
    several: tuple[Inside, ...] = ()
    pair: tuple[str, int] | None = None
    tags: tuple[str, ...] = ()
    moods: tuple[Literal["glad", "sad"], ...] = ()
    counts: Annotated[dict[str, int], Field(default_factory=dict)]
    text_or_number: str | int = 0


class AnythingHappened(Event, name="platform/sync.anything-happened"):
    """Has a field that holds whatever JSON can say."""

    anything: JsonValue


def check(text: str, *classes: type[Event], arrived: type[Event] | None = None) -> None:
    check_expression(
        "the expression",
        text,
        event=EventKinds(classes or (EverythingHappened,)),
        arrived=EventKinds((arrived,)) if arrived else None,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Paths that no such event has.
        ("event.data.txt == 'x'", "event.data has no field 'txt'; did you mean 'text'?"),
        ("event.data.isOn", "event.data has no field 'isOn'; did you mean 'is_on'?"),
        ("event.data['txt'] == 'x'", "event.data has no field 'txt'; did you mean 'text'?"),
        ("event.data.zzzzzz == 'x'", "has no field 'zzzzzz'; it has text, mood, level,"),
        ("event.text == 'x'", "event has no field 'text'; did you mean event.data.text?"),
        ("event.dta.text == 'x'", "event has no field 'dta'; did you mean 'data'?"),
        ("text == 'x'", "text is not a variable; did you mean event.data.text?"),
        ("data.text == 'x'", "data is not a variable; did you mean event.data?"),
        ("evnt.data.text == 'x'", "evnt is not a variable; did you mean event?"),
        ("has(event.data.txt)", "no field 'txt'"),
        ("!has(event.data.txt) || true", "no field 'txt'"),
        ("event.data.inside.nmber > 1", "event.data.inside has no field 'nmber'; did you"),
        ("event.data.several[0].nmber > 1", "event.data.several[0] has no field 'nmber'"),
        ("event.data.several.number > 1", "event.data.several is a list, which has no fields"),
        ("event.data.text.length > 1", "event.data.text is a string, which has no fields"),
        ("event.data.text[0] == 'x'", "event.data.text is a string, which has no items"),
        ("event.data.txt.startsWith('x')", "no field 'txt'"),
        ("event.data.text.startsWith(event.data.txt)", "no field 'txt'"),
        ("size(event.data.tgs) > 1", "no field 'tgs'"),
        ("event.data.several.exists(s, s.nmber > 1)", "s has no field 'nmber'"),
        ("event.data.counts[event.data.txt] > 1", "no field 'txt'"),
        ("event.data.level + event.data.lvl > 1", "no field 'lvl'"),
        ("event.data.is_on ? event.data.lvl : 1", "no field 'lvl'"),
        ("[event.data.lvl]", "no field 'lvl'"),
        ("{'a': event.data.lvl}", "no field 'lvl'"),
        ("'x' in event.data.tgs", "no field 'tgs'"),
        ("async.data.text == 'x'", "async is not available here: the only event is `event`"),
        # Values of another type.
        ("event.data.text == 5", "event.data.text is a string, and 5 is a number"),
        ("5 != event.data.text", "5 is a number, and event.data.text is a string"),
        ("event.data.level > '3'", "event.data.level is a number, and '3' is a string"),
        ("event.data.is_on == 'true'", "event.data.is_on is a boolean, and 'true' is a string"),
        ("event.data.tags == 'x'", "event.data.tags is a list, and 'x' is a string"),
        ("event.data.inside == 'x'", "event.data.inside is an object, and 'x' is a string"),
        ("event.data.text == event.data.level", "is a string, and event.data.level is a number"),
        ("event.data.text.size() == 'x'", "the result of size is a number, and 'x' is a string"),
        ("event.data.text_or_number == true", "is a number or a string, and True is a boolean"),
        ("event.data.text in [1, 2]", "event.data.text is a string, and 1 is a number"),
        ("event.data.level in event.data.tags", "is never among the items, each a string"),
        ("5 in event.data.tags", "5 is never among the items, each a string"),
        ("'x' in event.data.text", "event.data.text is a string, not a list or an object"),
        ("event.ts > '2026'", "event.ts is a number, and '2026' is a string"),
        # Values that a choice does not list.
        ("event.data.mood == 'happy'", "event.data.mood is never 'happy'; it is 'glad' or 'sad'"),
        ("event.data.mood != 'gladd'", "is never 'gladd'; did you mean 'glad'?"),
        ("event.data.mood in ['glad', 'saad']", "is never 'saad'; did you mean 'sad'?"),
        ("'saad' in event.data.moods", "'saad' is never among the items, each a string"),
        ("event.name == 'platform/sync.everything'", "did you mean 'platform/sync.everything-ha"),
        # Numbers out of range.
        ("event.data.level == 6", "event.data.level is never 6: it is from 1 to 5"),
        ("event.data.level == 2.5", "event.data.level is never 2.5: it is an integer"),
        ("event.data.level > 5", "event.data.level is never > 5: it is from 1 to 5"),
        ("event.data.level >= 6", "event.data.level is never >= 6"),
        ("1 > event.data.level", "event.data.level is never < 1"),
        ("event.data.level <= 0", "event.data.level is never <= 0"),
        ("event.data.more <= -1", "event.data.more is never <= -1: it is at least 0"),
        ("event.data.less > 0", "event.data.less is never > 0: it is at most 0"),
        ("event.data.text == [1]", "event.data.text is a string, and the value is a list"),
        ("event.data.ratio >= 80", "event.data.ratio is never >= 80: it is from 0 to 1"),
    ],
)
def test_mistakes_are_refused(text: str, message: str) -> None:
    with pytest.raises(FunctionDefinitionError) as caught:
        check(text)
    assert str(caught.value).startswith(f"the expression {text!a}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "event.data.mood == 'glad' && event.data.level >= 3",
        "event.data.text == '' || event.data.text != 'x'",
        "event.data.ratio == null",
        "null != event.data.text",
        "event.data.level == 3.0",
        "event.data.level < 100",
        "event.data.ratio > 0.5",
        "event.data.text > '2026-11-23'",
        "event.data.inside.number == 5",
        "has(event.data.inside.number)",
        "event.data.several[0].number > 1",
        "event.data.several.all(s, s.number > 1)",
        "event.data.several.filter(s, s.number > 1).size() > 0",
        "event.data.pair[0] == 'x' || event.data.pair[1] == 5",
        "event.data.counts.whatever > 1 || event.data.counts['a b'] > 1",
        "event.data.counts.exists(key, key == 'x')",
        "'whatever' in event.data.counts",
        "event.data.text in event.data.tags",
        "event.data.mood in event.data.moods",
        "event.data.text in event.data.counts",
        "event.data.tags[event.data.level] == 'x'",
        "event.data.text_or_number == 'x' || event.data.text_or_number == 5",
        "event.data.mood == event.data.text",
        "event.data.text.startsWith('x') && event.data.text.contains('y')",
        "lowercase(event.data.text) == 'x'",
        "date(event.data.text) > now_minus('1d')",
        "event.data.text + '-' + string(event.data.level) == 'x-1'",
        "event.data.is_on ? 100 : 0",
        "event.data.is_on == true",
        "[1, 2] == [event.data.level, 2]",
        "event.data.text == b'x'",
        "event.id == 'x' && event.ts > 5 && event.user.anything && event.v == '1'",
        "event.name == 'platform/sync.everything-happened'",
        "event.name == 'inngest/function.invoked' && event.data._inngest.fn_id == 'x'",
        "steps.whatever.data == 5",
        "{'a': 1}.a == event.data.level",
        "event.data.level > event.data.counts.whatever",
        "event.data.level in [null]",
        "null in event.data.tags",
        "event.data.text in {'a': 1}",
        "5 in [event.data.level]",
        "event.data.text > event.data.mood",
        "'constant'",
        # What is not known here.
        "Type{a: 1}",
        "event.?data.?txt",
        "event[?'data']",
        "[?event.data]",
        "{?'a': event.data}",
        "(" * 40 + "true" + ")" * 40,
        "event" + ".data" * 5_000,
    ],
)
def test_everything_else_passes(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("event.data.text = 'x'", "unexpected '=' at position 16; did you mean ==?"),
        ("event.data.text === 'x'", "unexpected '=' at position 18; did you mean ==?"),
        ("event.data.text !== 'x'", "unexpected '=' at position 18; did you mean !=?"),
        ("event.data.text <> 'x'", "unexpected '>' at position 17; did you mean !=?"),
        ("event.data.level => 3", "unexpected '=' at position 17; did you mean >=?"),
        ("true and false", "unexpected 'and' at position 5; did you mean &&?"),
        ("true OR false", "unexpected 'OR' at position 5; did you mean ||?"),
        ("true & false", "unexpected '&' at position 5; did you mean &&?"),
        ("true | false", "unexpected '|' at position 5; did you mean ||?"),
        ("not event.data.is_on", "unexpected 'event' at position 4; did you mean !?"),
        ("event.data.text not in ['x']", "unexpected 'not' at position 16; did you mean !?"),
        ("event.data.text is null", "unexpected 'is' at position 16; did you mean ==?"),
        ("event.data.text == \u201cx\u201d", "strings stand between straight quotes"),
        ("event.data.text == 'x", "is the string closed?"),
        ("(true", "something is missing at the end, or a bracket is not closed"),
        ("event.data.txt ==", "something is missing at the end, or a bracket is not closed"),
        ("true)", "unexpected ')' at position 4"),
        ("event.data.text @ 1", "unexpected '@' at position 16"),
        ("", "it is empty"),
        (" ", "it is empty"),
    ],
)
def test_what_is_not_cel_is_refused(text: str, message: str) -> None:
    with pytest.raises(FunctionDefinitionError) as caught:
        check(text)
    assert message in str(caught.value)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(FunctionDefinitionError, match="the expression must be a str, not int"):
        check_expression("the expression", 5, event=EventKinds((EverythingHappened,)))


SIGNS: Final = "|| && == != < <= > >= in + - * / %"
OPERATORS: Final = st.sampled_from(SIGNS.split())


@st.composite
def expressions(draw: st.DrawFn, parts: st.SearchStrategy[str]) -> str:
    """Write an expression of the grammar around others."""
    one, other = draw(parts), draw(parts)
    operator = draw(OPERATORS)
    space = draw(st.sampled_from([" ", "\n", " // and so on\n"]))
    return draw(
        st.sampled_from(
            [
                f"({one}){space}{operator}{space}({other})",
                f"({one}) ? ({other}) : {one}",
                f"!({one})",
                f"-({one})",
                f"({one}).and",
                f"({one})[{other}]",
                f"({one}).exists(x, {other})",
                f"size({one})",
                f"[{one}, {other},]",
                f"{{{one}: {other}}}",
            ]
        )
    )


LEAVES: Final = st.sampled_from(
    [
        *["unknown", ".unknown", "unknown.`a-b`", "true", "null", "1", "0x1F", "7u", "1.5", ".5e3"],
        *["''", '"="', "'and'", "'''it's'''", r"'\''", r"r'\'", "b'a'", 'r"""a"b"""', "Type{}"],
    ]
)


@given(st.recursive(LEAVES, expressions, max_leaves=8))
def test_no_expression_of_the_grammar_is_called_other_than_cel(text: str) -> None:
    message = ""
    try:
        check(text)
    except FunctionDefinitionError as error:  # a comparison of two constants, for example
        message = str(error)
    assert "not CEL" not in message


def test_a_field_of_one_of_several_events_passes() -> None:
    check("event.data.reaction == 'fire'", ReactionAdded, ScoringCalculate)
    check("event.data.member_id == 'x'", ReactionAdded, ScoringCalculate)
    with pytest.raises(FunctionDefinitionError, match="no field 'reactio'"):
        check("event.data.reactio == 'fire'", ReactionAdded, ScoringCalculate)


def test_the_second_event_is_checked_by_its_own_class() -> None:
    check("async.data.value > 50 && event.data.mood == 'sad'", arrived=ScoringCalculated)
    with pytest.raises(FunctionDefinitionError, match=r"async.data has no field 'mood'"):
        check("async.data.mood == event.data.mood", arrived=ScoringCalculated)


def test_choices_that_have_nothing_in_common_are_never_equal() -> None:
    with pytest.raises(FunctionDefinitionError, match=r"async.data.score is never 'glad' or 'sad'"):
        check("async.data.score == event.data.mood", arrived=ScoringCalculated)


@pytest.mark.parametrize(
    ("cls", "text"),
    [
        (WearableDataReceived, "event.data.provider == 'a-ring-of-2031'"),
        (WearableDataReceived, "event.data.measurements[0].kind == 'aura'"),
        (WearableDataReceived, "event.data.measurements.exists(m, m.aura_lux > 5)"),
        (BenchmarkRecorded, "event.data.result.kind == 'load' && event.data.result.load_kg > 50"),
        (ScoringCalculate, "event.data.caused_by == null || event.data.caused_by != ''"),
        (AnythingHappened, "event.data.anything.whatever[0].there.is == 5"),
        (AnythingHappened, "5 in event.data.anything"),
    ],
)
def test_what_is_open_passes(cls: type[Event], text: str) -> None:
    check(text, cls)


def test_a_closed_union_is_closed() -> None:
    with pytest.raises(FunctionDefinitionError, match="did you mean 'load_kg'"):
        check("event.data.result.load_kgs > 50", BenchmarkRecorded)
    with pytest.raises(FunctionDefinitionError, match=r"event.data.result.kind is never 'sprint'"):
        check("event.data.result.kind == 'sprint'", BenchmarkRecorded)


def comparisons(value: Any, path: str) -> Iterator[str]:
    """Give what is true of a value, and of all that is in it."""
    yield f"has({path})"
    yield f"{path} != null"
    match value:
        case dict():
            for key, part in value.items():
                yield f"{json.dumps(key)} in {path}"
                yield from comparisons(part, f"{path}[{json.dumps(key)}]")
                if key.isidentifier() and key.isascii():
                    yield from comparisons(part, f"{path}.{key}")
        case list():
            yield f"{path}.size() == {len(value)}"
            for part in value[:2]:
                yield from comparisons(part, f"{path}[0]")
        case str():
            yield f"{path} == {json.dumps(value)}"
            yield f"{path} in [{json.dumps(value)}]"
            yield f"{path}.startsWith('a')"
        case bool() | None:
            yield f"{path} == {json.dumps(value)}"
        case _:
            yield f"{path} == {json.dumps(value)}"
            yield f"{path} >= {json.dumps(value)}"
            yield f"{json.dumps(value)} >= {path}"


@settings(max_examples=40)
@given(st.sampled_from(EVENT_TYPES).flatmap(events))
def test_nothing_that_holds_for_a_real_event_is_refused(event: Event) -> None:
    for text in comparisons(event.to_data(), "event.data"):
        check(text, type(event))


@settings(max_examples=40)
@given(events(EverythingHappened))
def test_nothing_that_holds_for_an_event_of_every_form_is_refused(event: Event) -> None:
    for text in comparisons(event.to_data(), "async.data"):
        check(text, arrived=EverythingHappened)


# Where expressions stand.


def declare(trigger: Any = WorkoutLogged, **options: Any) -> None:
    create_function(fn_id="fn", trigger=trigger, **options)


WRONG: Final = "event.data.memberid"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"trigger": On(WorkoutLogged, expression=f"{WRONG} == 'x'")}, "the expression"),
        (
            {"trigger": (ReactionAdded, On(WorkoutLogged, expression=f"{WRONG} == 'x'"))},
            "the expression",
        ),
        (
            {
                "trigger": inngest.TriggerEvent(
                    event=WorkoutLogged.event_name, expression=f"{WRONG} == 'x'"
                )
            },
            "the expression",
        ),
        ({"idempotency": WRONG}, "idempotency"),
        ({"priority": inngest.Priority(run=f"{WRONG} == 'x' ? 1 : 0")}, "priority"),
        (
            {"concurrency": [inngest.Concurrency(limit=1, key=WRONG)]},
            "the key of concurrency",
        ),
        ({"debounce": inngest.Debounce(period=MINUTE, key=WRONG)}, "the key of debounce"),
        (
            {"rate_limit": inngest.RateLimit(limit=1, period=MINUTE, key=WRONG)},
            "the key of rate_limit",
        ),
        ({"throttle": inngest.Throttle(limit=1, period=MINUTE, key=WRONG)}, "the key of throttle"),
        ({"singleton": inngest.Singleton(mode="skip", key=WRONG)}, "the key of singleton"),
        (
            {"batch_events": inngest.Batch(max_size=2, timeout=MINUTE, key=WRONG)},
            "the key of batch_events",
        ),
        (
            {"batch_events": inngest.Batch(max_size=2, timeout=MINUTE, if_exp=f"{WRONG} == 'x'")},
            "the if_exp of batch_events",
        ),
        ({"cancel": On(ReactionAdded, f"async.data.member_id == {WRONG}")}, "cancel"),
        (
            {
                "cancel": inngest.Cancel(
                    event=ReactionAdded.event_name, if_exp=f"async.data.member_id == {WRONG}"
                )
            },
            "cancel",
        ),
        ({"trigger": (WorkoutLogged, CRON), "idempotency": WRONG}, "idempotency"),
    ],
)
def test_every_expression_of_a_function_is_checked(options: dict[str, Any], where: str) -> None:
    with pytest.raises(FunctionDefinitionError) as caught:
        declare(**options)
    assert str(caught.value).startswith(f"fn: {where} ")
    assert "event.data has no field 'memberid'; did you mean 'member_id'?" in str(caught.value)


NOT_CEL: Final = "event.data.member_id = 'x'"


@pytest.mark.parametrize(
    "options",
    [
        {"trigger": On(WorkoutLogged, expression=NOT_CEL)},
        {"trigger": inngest.TriggerEvent(event="a/b", expression=NOT_CEL)},
        {"cancel": On(ReactionAdded, NOT_CEL)},
        {"idempotency": NOT_CEL},
        {"concurrency": [inngest.Concurrency(limit=1, key=NOT_CEL)]},
    ],
)
def test_what_is_not_cel_is_refused_wherever_it_stands(options: dict[str, Any]) -> None:
    with pytest.raises(FunctionDefinitionError, match=r"^fn: .* not CEL: .*did you mean ==\?"):
        declare(**options)


def test_what_cancels_is_checked_by_its_own_class() -> None:
    declare(cancel=On(ReactionAdded, "async.data.post_id == event.data.workout_id"))
    with pytest.raises(FunctionDefinitionError, match=r"async.data has no field 'duration_s'"):
        declare(cancel=On(ReactionAdded, "async.data.duration_s == event.data.duration_s"))


@pytest.mark.parametrize(
    "options",
    [
        {"trigger": inngest.TriggerEvent(event="other/thing", expression="event.data.nope == 1")},
        {"trigger": inngest.TriggerEvent(event="platform/scoring.*"), "idempotency": WRONG},
        {"trigger": (WorkoutLogged, inngest.TriggerEvent(event="a/b")), "idempotency": WRONG},
        {"trigger": CRON, "idempotency": "event.data.cron"},
        {"cancel": inngest.Cancel(event="a/b", if_exp="async.data.nope == event.data.gym_id")},
        {"concurrency": [inngest.Concurrency(limit=1, key="'global'")]},
        {"idempotency": "event.data.gym_id + '-' + event.data.member_id"},
        {"trigger": ChurnRiskDetected, "idempotency": "event.data.caused_by"},
        {"trigger": IntegrationSynced, "singleton": inngest.Singleton(mode="skip")},
    ],
)
def test_what_nobody_described_passes(options: dict[str, Any]) -> None:
    declare(**options)


class Opaque:
    """A type that JSON Schema cannot say."""


class OpaqueHappened(Event, name="platform/sync.opaque-happened", arbitrary_types_allowed=True):
    opaque: Opaque


def test_a_class_without_a_schema_passes() -> None:
    declare(OpaqueHappened, idempotency="event.data.nope")
