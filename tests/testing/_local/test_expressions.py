from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.testing._local.expressions import ExpressionError, parse
from platform_events.testing._local.go_json import Json

EVENT: Json = {
    "name": "a/b",
    "data": {
        "n": 2.5,
        "s": "it's",
        "ids": ["x", 7],
        "yes": True,
        "nil": None,
        "a b": {"c": 1},
        "items": [{"sku": "a", "price": 5}, {"sku": "b", "price": 20}, {"sku": "c"}],
        "json": '{"deep": {"n": 1}}',
    },
}

Drawn = tuple[str, bool]
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@st.composite
def comparisons(draw: st.DrawFn) -> Drawn:
    left, right = draw(st.integers(-9, 9)), draw(st.floats(-9, 9, width=16))
    sign = draw(st.sampled_from(sorted(OPERATORS)))
    return f"{left} {sign} {right!r}", OPERATORS[sign](left, right)


def _combined(parts: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(lambda two: (f"({two[0][0]}) && ({two[1][0]})", two[0][1] and two[1][1])),
        pairs.map(lambda two: (f"({two[0][0]}) || ({two[1][0]})", two[0][1] or two[1][1])),
        parts.map(lambda one: (f"!({one[0]})", not one[1])),
    )


@given(st.recursive(comparisons(), _combined, max_leaves=8))
def test_it_agrees_with_python(drawn: Drawn) -> None:
    text, expected = drawn
    assert parse(text).matches(event=None) is expected


@given(st.text(), st.sampled_from(["'", '"']))
def test_a_text_is_read_as_it_was_meant(value: str, quote: str) -> None:
    escaped = "".join(f"\\u{ord(one):04x}" if ord(one) < 0x10000 else one for one in value)
    literal = f"{quote}{escaped}{quote}"
    assert parse(f"event == {literal}").matches(event=value)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        'event.data.n > 1 && event.data.s == "it\'s"',
        "event.data.s == 'it\\'s'",
        "'x' in event.data.ids && 7 in event.data.ids",
        "event.data.n in [1, 2.5]",
        "event.data['a b'].c == 1",
        "event.data.ids[0] == 'x'",
        "has(event.data.nil) && !has(event.data.none)",
        "event.data.nil == null && event.data.none == null",
        "event.data.none != 'x'",
        "!(event.data.n == 2)",
        "event.data.yes",
        "event.data.none < 5",
        "1 < 2 == true",
        "true || event.data.n < 'a'",
        "false || 1 == 1 && true",
        "'' == '' && 1e3 == 1000 && -1 < 0",
        "[] == []",
        "(event.data.yes ? 120 : 0) == 120 && (event.data.none ? 1 : 2) == 2",
        "event.data.n > 1 ? event.data.yes : false",
        "1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 / 2 == 3 && 7 % 2 == 1 && -(2) == 0 - 2",
        "event.data.n * 2.0 == 5 && event.data.n - 0.5 == 2",
        "event.data.s + '-' + event.data.n == \"it's-2.5\"",
        'event.data.s + null + true + 1.0 == "it\'sNULL_VALUEtrue1"',
        "'a' + event.data.none == 'a' && [1] + [2] == [1, 2]",
        "event.data.none + event.data.none == false",
        "size(event.data.ids) == 2 && size(event.data.none) == 0 && size('abc') == 3",
        "string(event.data.n) == '2.5' && int('7') == 7 && int(2.9) == 2 && double('1.5') == 1.5",
        "lowercase('Ab') == 'ab' && uppercase(event.data['a b'].d) == false",
        "event.data.s.startsWith('it') && event.data.s.endsWith('s') && 'abc'.contains('b')",
        "event.data.s.matches('^it.s$') && !event.data.none.startsWith('a')",
        "string(event.data.s).contains('t') && !(event.data.none - 1) && !(-event.data.none)",
        "event.data.ids[1] - 1.0 == 6",
        "event.data.ids.exists(x, x == 7) && !event.data.ids.exists(x, x == 'y')",
        "event.data.items.exists(item, item.price > 10 && item.sku in ['b', 'c'])",
        "event.data.items.filter(item, has(item.price)).all(item, item.price >= 5)",
        "event.data.items.exists_one(i, i.price == 20) && [1, 2].existsOne(i, i == 2)",
        "size(event.data.items.map(i, i.price)) == 2",
        "event.data.items.map(i, i.price > 10, i.sku) == ['b']",
        "event.data.items.map(i, i.sku).exists(s, s.startsWith('c'))",
        "event.data['a b'].exists(key, key == 'c') && !event.data['a b'].all(key, key == 'd')",
        "[1, 2].map(x, x + 1) == [2, 3] && [1, 2][1] + 1 == 3",
        "['P0', 'P1'].exists(p, event.data.items.exists(i, i.sku == lowercase(p))) == false",
        "event.data.items[0].sku == 'a' && event.data.ids.size() == 2",
        "{'a': 1, 'b': event.data.n}.b == 2.5 && 'a' in {'a': 1}",
        "json_parse(event.data.json).deep.n == 1 && json_parse('[]') == {}",
        "b64decode('aGk=') == 'hi' && b64decode('?') == '' && lowercase(event.data.n) == ''",
        "uint('3') == 3 && bool('true') && bool(true)",
        "dyn(event.data.yes) && matches(event.data.s, 't')",
        "date('2026-11-27T10:00:00+02:00') == date('2026-11-27T08:00:00')",
        "date(1795456464256) < date('2026-11-24') && date(1795456464) > date('2026-11-22')",
        "json_parse('{') == {} && timestamp(date('2026-11-27')) == date('2026-11-27')",
        "now_minus('1h') < now() && now_plus('1d') > now()",
        "string(date('2026-11-27')) == '2026-11-27T00:00:00Z' && int(date('2026-11-27')) > 0",
        "async.data.id == null && `event`.data.yes",
        "!has(event.data.none)",
        "// a remark\n event.data.yes",
    ],
)
def test_it_holds(text: str) -> None:
    assert parse(text).matches(event=EVENT)


@pytest.mark.parametrize(
    "text",
    [
        "event.data.none",
        "event.data.none == 'x'",
        "event.data.none == event.data.none",
        "!event.data.none",
        "event.data.nil",
        "event.data.none && true",
        "'x' in event.data.none",
        "event.data.n in [event.data.none, 2.5]",
        "{'a': event.data.none}.a == null && false",
        "!has(event.data.none.deeper)",
        "event.data.none.exists(x, x == 'a')",
        "[].exists(x, true)",
        "event.data.s[0] == 'i' || event.data.ids[9] == 'x' || event.data.ids['x'] == 'x'",
    ],
)
def test_it_does_not_hold(text: str) -> None:
    assert not parse(text).matches(event=EVENT)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "unexpected end"),
        ("event.data.n == 1 1", "unexpected '1'"),
        ("event.data.s.charAt(1)", "the method 'charAt' is not supported"),
        ("duration('1h')", "the function 'duration' is not supported"),
        ("size(event.data.ids, 1)", "the function 'size' is not supported"),
        ("event.data.ids.exists(x, y == 1)", "unexpected 'y'"),
        ("event.data.ids.exists(x.y, true)", "the method 'exists' is not supported"),
        ("has(event)", "the function 'has' is not supported"),
        ("data.id == 'a'", "unexpected 'data': a path begins with event or async"),
        ("b'raw' == event.data.s", "bytes are not supported"),
        ("event.data" + ".yes" * 100, "unexpected"),
        (" + ".join(["1"] * 102), "unexpected"),
    ],
)
def test_what_is_unusual_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError, match=problem):
        parse(text)


@pytest.mark.parametrize("operator", ["||", "&&"])
def test_a_condition_may_have_any_number_of_parts(operator: str) -> None:
    parts = ["event.data.yes"] * 2_000
    assert parse(f" {operator} ".join(parts)).matches(event=EVENT) is True


def test_what_cannot_be_worked_out_is_an_error_without_values() -> None:
    with pytest.raises(ExpressionError, match="do not go together") as failed:
        parse("event.data.s < event.data.n").matches(event=EVENT)
    with pytest.raises(ExpressionError, match="neither true nor false") as neither:
        parse("event.data.s").matches(event=EVENT)
    assert "it's" not in str(failed.value) + str(neither.value)


@pytest.mark.parametrize(
    "text",
    [
        "event.data.s - 1",
        "1 - 1.0",
        "1 / 0",
        "2.5 % 2.0",
        "true + false",
        "-event.data.s",
        "size(5)",
        "int('x')",
        "int(true)",
        "double(true)",
        "double('x')",
        "double(event.data.ids)",
        "event.data.n.startsWith('a')",
        "'a'.matches('(')",
        "9223372036854775807 + 9223372036854775807",
        "uint(-1)",
        "bool('maybe')",
        "bool(5)",
        "date('never')",
        "date(5)",
        "date(event.data.yes)",
        "now_plus('soon')",
        "now_plus(5)",
        "date('2026-11-27') > 'a'",
        "event.data.s.exists(x, true)",
        "{event.data.none: 1}",
    ],
)
def test_what_does_not_go_together_cannot_be_worked_out(text: str) -> None:
    with pytest.raises(ExpressionError, match="do not go together"):
        parse(text).evaluate(event=EVENT)


@pytest.mark.parametrize(
    "text",
    [
        "event.data.n + 1 > 2",
        "has(event.data.n)",
        "size('') == 0",
        "'a'.contains('')",
        "event.data.ids[1 + 1] == 2",
        "size('').x == 1",
        "[1].exists(x, x == 1)",
    ],
)
def test_a_cancellation_is_a_plain_condition(text: str) -> None:
    assert parse(text).text == text
    with pytest.raises(ExpressionError, match="is not allowed in a cancellation"):
        parse(text, is_logic=True)


def test_a_cancellation_may_convert_and_look_up() -> None:
    text = "int(async.data.n) == event.data.ids[1] ? true : async.data.k in ['a', 'b' + 'c']"
    assert parse(text, is_logic=True).matches(event=EVENT, async_={"data": {"n": "7"}})


def test_two_events_are_matched_with_each_other() -> None:
    expression = parse("async.data.k == event.data.k")
    one: Json = {"data": {"k": 1}}
    other: Json = {"data": {"k": 2}}
    assert expression.matches(event=one, async_=one)
    assert not expression.matches(event=one, async_=other)


def test_a_key_is_worked_out() -> None:
    assert parse("event.data.ids").evaluate(event=EVENT) == ["x", 7]
    assert parse("event.data.none").evaluate(event=EVENT) is None
    assert parse("date('2026-11-27')").evaluate(event=EVENT) == "2026-11-27T00:00:00+00:00"
