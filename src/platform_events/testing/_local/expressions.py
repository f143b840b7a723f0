"""Inngest's expressions: which events start, resume, batch or cancel, and by which key.

Inngest writes them in CEL, with rules of its own for what is missing: an absent field behaves as
null, and a comparison of different types of number works. A general CEL library does not know
these rules and costs a tenth of a second to load, so this is a small parser of what is used:
``== != < <= > >= && || ! in ?: + - * / %``, parentheses, literals, lists, ``has()``, the functions
of :mod:`.cel_functions`, and paths such as ``event.data.member.id``, ``event.data["a b"]`` or
``async.data.ids[0]``. Whatever else CEL can do is refused when it is read, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from .cel_functions import FUNCTIONS, METHODS, Function, add, calculate, negative
from .cel_tokens import ExpressionError, tokens, unquote, unreadable
from .cel_values import (
    ORDER,
    Unknown,
    contained,
    equal,
    negated,
    ordered,
    resolve_path,
    truthy,
)
from .go_json import Json

Scope: TypeAlias = Mapping[str, object]
_Node: TypeAlias = Callable[[Scope], object]


_LITERALS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, read and ready to be asked about events.

    Attributes:
        text: As it was written.
    """

    text: str
    # Two that read the same are the same, as when an app registers again.
    _node: _Node = field(repr=False, compare=False)

    def evaluate(self, **scope: Json) -> Json:
        """Work it out."""
        value = self._node({name.rstrip("_"): value for name, value in scope.items()})
        if value is Unknown.FAILED:
            raise ExpressionError(f"{self.text!r} combines values that do not go together")
        return None if value is Unknown.MISSING else cast("Json", value)

    def matches(self, **scope: Json) -> bool:
        """Tell whether the expression holds."""
        value = self.evaluate(**scope)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ExpressionError(f"{self.text!r} is neither true nor false")


def parse(
    text: str, variables: Collection[str] = ("event",), *, is_logic: bool = False
) -> Expression:
    """Read an expression.

    Args:
        text: The expression.
        variables: The names with which a path may begin: ``event``, and where one event is matched
            with another, ``async``.
        is_logic: Whether only conditions are allowed, without functions and arithmetic, as the
            server demands of cancellations (inngest/inngest: pkg/expressions/validation.go).

    Raises:
        ExpressionError: It is malformed, or of a kind that is not supported.
    """
    parser = _Parser(text, variables, is_logic=is_logic)
    node = parser.ternary()
    parser.expect_end()
    return Expression(text, node)


class _Parser:
    """A parser by recursive descent, one method for each level of precedence."""

    def __init__(self, text: str, variables: Collection[str], *, is_logic: bool) -> None:
        self._text = text
        self._variables = variables
        self._is_logic = is_logic
        self._tokens = tokens(text)
        self._place = 0

    def ternary(self) -> _Node:
        condition = self._either()
        if not self._take("?"):
            return condition
        yes = self._either()
        self._expect(":")
        no = self.ternary()
        return lambda scope: yes(scope) if truthy(condition(scope)) else no(scope)

    def _either(self) -> _Node:
        node = self._both()
        while self._take("||"):
            node = _either(node, self._both())
        return node

    def _both(self) -> _Node:
        node = self._relation()
        while self._take("&&"):
            node = _both(node, self._relation())
        return node

    def _relation(self) -> _Node:
        node = self._sum()
        while (sign := self._peek()) in {"==", "!=", "in", *ORDER}:
            self._place += 1
            node = _relation(sign, node, self._sum())
        return node

    def _sum(self) -> _Node:
        node = self._product()
        while (sign := self._arithmetic("+-")) is not None:
            node = _calculation(sign, node, self._product())
        return node

    def _product(self) -> _Node:
        node = self._not()
        while (sign := self._arithmetic("*/%")) is not None:
            node = _calculation(sign, node, self._not())
        return node

    def _arithmetic(self, signs: str) -> str | None:
        sign = self._peek()
        if not sign or sign not in signs:
            return None
        self._refuse_in_logic(repr(sign))
        self._place += 1
        return sign

    def _not(self) -> _Node:
        if self._take("!"):
            node = self._not()
            return lambda scope: negated(node(scope))
        if self._take("-"):
            node = self._not()
            return lambda scope: negative(node(scope))
        return self._methods(self._value())

    def _value(self) -> _Node:
        word = self._next()
        if word == "(":
            node = self.ternary()
            self._expect(")")
            return node
        if word == "[":
            return self._list()
        if word in _LITERALS:
            return _constant(_LITERALS[word])
        if word[0] in "'\"":
            return _constant(unquote(self._text, word))
        if word[0].isdigit():
            return _constant(int(word) if word.isdigit() else float(word))
        if word == "has":
            return self._has()
        if self._peek() == "(":
            return self._call(word)
        path = self._path(word)
        return lambda scope: resolve_path(scope, path)

    def _list(self) -> _Node:
        nodes: list[_Node] = []
        while not self._take("]"):
            if nodes:
                self._expect(",")
            nodes.append(self.ternary())
        return lambda scope: [node(scope) for node in nodes]

    def _has(self) -> _Node:
        self._refuse_in_logic("'has'")
        self._expect("(")
        path = self._path(self._next())
        self._expect(")")
        return lambda scope: resolve_path(scope, path) is not Unknown.MISSING

    def _call(self, name: str) -> _Node:
        if name not in FUNCTIONS:
            raise self._error(f"the function {name!r} is not supported")
        self._refuse_in_logic(repr(name))
        return _call(FUNCTIONS[name], [self._argument()])

    def _methods(self, node: _Node) -> _Node:
        while self._take("."):
            name = self._next()
            if name not in METHODS:
                raise self._error(f"the method {name!r} is not supported")
            self._refuse_in_logic(repr(name))
            node = _call(METHODS[name], [node, self._argument()])
        return node

    def _argument(self) -> _Node:
        self._expect("(")
        node = self.ternary()
        self._expect(")")
        return node

    def _path(self, variable: str) -> list[str | int]:
        if variable not in self._variables:
            raise self._error(f"unexpected {variable!r}: a path begins with {self._known()}")
        path: list[str | int] = [variable]
        while True:
            if self._peek() == "." and self._peek(2) != "(":
                self._place += 1
                name = self._next()
                if not name.isidentifier():
                    raise self._error(f"unexpected {name!r} after a dot")
                path.append(name)
            elif self._take("["):
                path.append(self._index(self._next()))
                self._expect("]")
            else:
                return path

    def _index(self, token: str) -> str | int:
        if token[0] in "'\"":
            return unquote(self._text, token)
        if token.isdigit():
            return int(token)
        raise self._error(f"unexpected {token!r} as an index")

    def _peek(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise self._error("it ends too early")
        self._place += 1
        return token

    def _take(self, token: str) -> bool:
        found = self._peek() == token
        self._place += found
        return found

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self._error(f"expected {token!r}, not {self._peek()!r}")

    def expect_end(self) -> None:
        if self._peek():
            raise self._error(f"unexpected {self._peek()!r}")

    def _known(self) -> str:
        return " or ".join(self._variables)

    def _refuse_in_logic(self, what: str) -> None:
        if self._is_logic:
            raise self._error(f"{what} is not allowed in a cancellation")

    def _error(self, problem: str) -> ExpressionError:
        return unreadable(self._text, problem)


def _constant(value: object) -> _Node:
    return lambda _: value


def _call(function: Function, arguments: Sequence[_Node]) -> _Node:
    return lambda scope: function(*(argument(scope) for argument in arguments))


def _calculation(sign: str, left: _Node, right: _Node) -> _Node:
    if sign == "+":
        return lambda scope: add(left(scope), right(scope))
    return lambda scope: calculate(sign, left(scope), right(scope))


def _either(left: _Node, right: _Node) -> _Node:
    def node(scope: Scope) -> object:
        value = left(scope)
        return value if truthy(value) else right(scope)

    return node


def _both(left: _Node, right: _Node) -> _Node:
    def node(scope: Scope) -> object:
        value = left(scope)
        return right(scope) if truthy(value) else value

    return node


def _relation(sign: str, left: _Node, right: _Node) -> _Node:
    if sign == "==":
        return lambda scope: equal(left(scope), right(scope))
    if sign == "!=":
        return lambda scope: not equal(left(scope), right(scope))
    if sign == "in":
        return lambda scope: contained(left(scope), right(scope))
    return lambda scope: ordered(sign, left(scope), right(scope))
