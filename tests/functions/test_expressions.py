"""What is parsed of CEL, and that nothing makes the parser fail in another way."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.functions._expressions import (
    MAX_DEPTH,
    Call,
    ExpressionSyntaxError,
    Index,
    ListLiteral,
    Literal,
    MapLiteral,
    Name,
    Node,
    Select,
    UnsupportedSyntaxError,
    parse,
)

EVENT: Final = Name("event")
A, B, C = Name("a"), Name("b"), Name("c")


def call(function: str, *arguments: Node) -> Call:
    return Call(function, arguments)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("event", EVENT),
        ("event.data", Select(EVENT, "data")),
        ("event . data // what it holds\n.n", Select(Select(EVENT, "data"), "n")),
        ("event['a b'][0]", Index(Index(EVENT, Literal("a b")), Literal(0))),
        ("event.`a-b`", Select(EVENT, "a-b")),
        ("true", Literal(value=True)),
        ("null", Literal(None)),
        ("-3", Literal(-3)),
        ("- 2.5e1", Literal(-25.0)),
        (".5", Literal(0.5)),
        ("0x1F", Literal(31)),
        ("7u", Literal(7)),
        ("'it\\'s'", Literal("it's")),
        ('"\\u00e9\\x41\\101\\n\\U0001F600"', Literal("éAA\n😀")),
        (r"r'\d'", Literal(r"\d")),
        (r"r'\' + 'a'", call("+", Literal("\\"), Literal("a"))),
        (r'bR"\d"', Literal(rb"\d")),
        (".event.data", Select(EVENT, "data")),
        ("b'a'", Literal(b"a")),
        ("'''a'b'''", Literal("a'b")),
        ("''", Literal("")),
        ("a || b && c", call("||", A, call("&&", B, C))),
        ("a && b || c", call("||", call("&&", A, B), C)),
        ("a == b + c * a", call("==", A, call("+", B, call("*", C, A)))),
        ("a - b - c", call("-", call("-", A, B), C)),
        ("(a || b) && c", call("&&", call("||", A, B), C)),
        ("!a == b", call("==", call("!", A), B)),
        ("!!a", call("!", call("!", A))),
        ("-a", call("-", A)),
        ("-true", call("-", Literal(value=True))),
        ("a ? b : c", call("?:", A, B, C)),
        ("a ? b : b ? c : a", call("?:", A, B, call("?:", B, C, A))),
        ("a in [b, c,]", call("in", A, ListLiteral((B, C)))),
        ("[]", ListLiteral(())),
        ("{'a': b, 'c': a}", MapLiteral(((Literal("a"), B), (Literal("c"), A)))),
        ("{}", MapLiteral(())),
        ("{a: b,}", MapLiteral(((A, B),))),
        ("has(event.data)", call("has", Select(EVENT, "data"))),
        ("now()", call("now")),
        ("a.size()", Call("size", (), A)),
        ("a.exists(b, c)", Call("exists", (B, C), A)),
    ],
)
def test_what_is_parsed(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "unexpected end", 0),
        ("a ==", "unexpected end", 4),
        ("a = b", "unexpected '='", 2),
        ("a b", "unexpected 'b'", 2),
        ("a.1", "unexpected '.1'", 1),
        ("a.'b'", "unexpected \"'b'\"", 2),
        ("(a", "unexpected end", 2),
        ("f(a b)", "unexpected 'b'", 4),
        ("[a b]", "unexpected 'b'", 3),
        ("{a}", "unexpected '}'", 2),
        ("{a: b c}", "unexpected 'c'", 6),
        ("a[", "unexpected end", 2),
        ("a ? b", "unexpected end", 5),
        ("in", "unexpected 'in'", 0),
        ("Type{a: 1}", "unexpected '{'", 4),
        ("a.?b", "unexpected '?'", 2),
        ("'a", 'unexpected "\'"', 0),
        ("'\\q'", "unexpected escape '\\\\q'", 0),
        ("'\\U00110000'", "unexpected escape '\\\\U00110000'", 0),
        ("9" * 21, "unexpected number", 0),
        ("§", "unexpected '\\xa7'", 0),
        ("(" * (MAX_DEPTH + 1) + "a", "unexpected '('", MAX_DEPTH),
        ("!" * (MAX_DEPTH + 1) + "a", "unexpected '!'", MAX_DEPTH),
    ],
)
def test_what_is_not_parsed(text: str, message: str, position: int) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse(text)
    assert (str(caught.value), caught.value.position) == (message, position)


@pytest.mark.parametrize(
    ("text", "is_unsupported"),
    [
        ("a.b.Type{c: 1}", True),
        ("a.?b", True),
        ("a[?b]", True),
        ("[a, ?b]", True),
        ("{?a: b}", True),
        ("(" * MAX_DEPTH, False),
        ("(" * (MAX_DEPTH + 1) + "a", True),
        ("f(?a)", False),
        ("1{a: b}", False),
        ("a ?", False),
    ],
)
def test_what_else_cel_knows_is_told_from_what_is_not_cel(text: str, is_unsupported: bool) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        parse(text)
    assert isinstance(caught.value, UnsupportedSyntaxError) is is_unsupported


SIGNS: Final = """
    event async . data [ ] ( ) { } , : ? ! - + * / % == != < <= && || in has 'a' "b"
"""
PIECES: Final = st.sampled_from(
    [*SIGNS.split(), "'\\x'", "0", "1.5", "0x", "9u", "true", "null", "`", "//", "\n", " ", "@"]
)


@given(st.text() | st.lists(PIECES).map(" ".join) | st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(ExpressionSyntaxError):
        parse(text)


def test_long_expressions_take_linear_time() -> None:
    parse(" || ".join(["event.data.n == 1"] * 2_000))
    with pytest.raises(UnsupportedSyntaxError):
        parse("event" + ".a" * 20_000)


def test_chains_may_have_a_hundred_members_or_operators() -> None:
    parse("event" + ".a" * 99)
    parse(" + ".join(["1"] * 100))
    for text in ("event" + ".a" * 100, " + ".join(["1"] * 101)):
        with pytest.raises(UnsupportedSyntaxError):
            parse(text)
