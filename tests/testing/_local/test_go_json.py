from __future__ import annotations

import json
from collections.abc import Callable

import jcs  # type: ignore[import-untyped]  # no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.testing._local.go_json import Json, JsonError, dumps, loads, normal

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)  # fmt: skip


@given(values)
def test_json_is_read_as_python_reads_it(value: Json) -> None:
    text = json.dumps(value)
    assert loads(f" \n{text}\t") == json.loads(text)


@given(values)
def test_what_passed_once_passes_unchanged(value: Json) -> None:
    try:
        once = normal(value)
    except JsonError:
        return
    assert normal(once) == once
    assert json.loads(dumps(once)) == once


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(-1e18, 1e18)
    | st.floats(-1e-3, 1e-3) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=10,
)  # fmt: skip


@given(plain)
def test_what_is_written_fast_is_canonical(value: Json) -> None:
    canonicalize: Callable[[object], bytes] = vars(jcs)["canonicalize"]
    assert dumps(value) == canonicalize(value)


def test_numbers_become_doubles() -> None:
    assert dumps({"b": 10.0, "a": [-0.0, 2**53 + 1]}) == b'{"a":[0,9007199254740992],"b":10}'
    assert repr(normal([10.0, -0.0, 1.5])) == "[10, 0, 1.5]"


def test_what_is_not_json_is_not_written() -> None:
    with pytest.raises(TypeError):
        dumps([object()])


def test_what_is_not_unicode_is_replaced() -> None:
    assert normal({"a\ud800": ["\udfff"]}) == {"a\ufffd": ["\ufffd"]}
    assert dumps(("\ud800",)) == '["\ufffd"]'.encode()


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400])
def test_a_number_beyond_doubles_is_refused(number: str) -> None:
    with pytest.raises(JsonError, match="cannot unmarshal number"):
        normal(loads(number))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "unexpected end of JSON input"),
        ('{"a":', "unexpected end of JSON input"),
        ('"a', "unexpected end of JSON input"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("[NaN]", "invalid character 'N' looking for beginning of value"),
        ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ("[1 2]", "invalid character '2' after object key:value pair or array element"),
        ('"a\nb"', "in string literal"),
        (r'"\q"', "in string escape code"),
        (r'"\uzzzz"', "in \\\\u hexadecimal"),
        ("[" * 100_000, "exceeded max depth|unexpected end"),
    ],
)
def test_what_is_not_json_is_refused_in_the_words_of_go(text: str, problem: str) -> None:
    with pytest.raises(JsonError, match=problem):
        loads(text)
