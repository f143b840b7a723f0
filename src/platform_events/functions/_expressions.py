"""The syntax of CEL, the language of filters and keys: from text to a tree.

It knows all of the language that Inngest's expressions use, and tells the rest of CEL from what is
not CEL at all: see :class:`UnsupportedSyntaxError`. Nothing is evaluated here.

Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias


class ExpressionSyntaxError(ValueError):
    """The text is not CEL, or uses a part of CEL that :func:`parse` does not support."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class UnsupportedSyntaxError(ExpressionSyntaxError):
    """The text may be CEL, but uses messages, optional values, or more than the limits below."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: null, a boolean, a number, a string or bytes."""

    value: str | bytes | bool | int | float | None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, such as ``event``."""

    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """A field of a value: ``operand.field``."""

    operand: Node
    field: str


@dataclass(frozen=True, slots=True)
class Index:
    """An item or a field of a value: ``operand[key]``."""

    operand: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, of a method, or an operator."""

    function: str  # or an operator as it is written; ``?:`` for a condition
    arguments: tuple[Node, ...]
    target: Node | None = None  # what a method is called on


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """A list: ``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapLiteral:
    """A map: ``{key: value}``."""

    entries: tuple[tuple[Node, Node], ...]


Node: TypeAlias = Literal | Name | Select | Index | Call | ListLiteral | MapLiteral
"""A part of an expression."""

MAX_DEPTH: Final = 32
"""How deep parentheses, brackets, braces and signs may be nested."""

MAX_CHAIN: Final = 100
"""Fewer members or operators may follow each other, but for ``||`` and ``&&``."""

_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\n\f\r]+|//[^\n]*)
    | (?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<int>(?:0x[0-9a-fA-F]+|\d+)[uU]?)
    | (?P<raw>(?:[rR][bB]?|[bB][rR])(?:
          \"{3}.*?\"{3} | '{3}.*?'{3} | "[^"\n\r]*" | '[^'\n\r]*'))
    | (?P<string>[bB]?(?:
          \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3}
        | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'))
    | (?P<name>[A-Za-z_]\w*)
    | (?P<quoted>`[\w.\-/ ]+`)
    | (?P<sign>==|!=|<=|>=|&&|\|\||[-<>!+*/%.,?:()\[\]{}])
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_ESCAPE: Final = re.compile(
    r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL
)
_ESCAPED: Final = {
    **dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True)),
    **{character: character for character in "\\\"'`?"},
}
# Of 64 bits, which is all that CEL knows; more would be slow to read.
_MOST_DIGITS: Final = 20
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
# The binary operators by precedence, those that bind least first. Those below bind to the left; how
# parts of a condition are joined makes no difference.
_LOGICAL: Final = ("||", "&&")
_BINARY: Final = (
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)


def parse(text: str) -> Node:
    parser = _Parser(_tokenize(text))
    node = parser.expression()
    if parser.kind != "end":
        parser.refuse()
    return node


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokenize(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionSyntaxError(f"unexpected {text[position]!a}", position)
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(_Token(kind, match[0], position))
        position = match.end()
    return [*tokens, _Token("end", "", len(text))]


def _balanced(operator: str, operands: Sequence[Node]) -> Node:
    """Join operands in any order of joining, as CEL allows, so that the tree stays flat."""
    if len(operands) == 1:
        return operands[0]
    middle = (len(operands) + 1) // 2
    halves = (operands[:middle], operands[middle:])
    return Call(operator, tuple(_balanced(operator, half) for half in halves))


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._next].kind

    def refuse(self) -> NoReturn:
        token = self._tokens[self._next]
        found = "end" if token.kind == "end" else ascii(token.text)
        raise ExpressionSyntaxError(f"unexpected {found}", token.position)

    def _refuse_unsupported(self) -> NoReturn:
        token = self._tokens[self._next]
        raise UnsupportedSyntaxError(f"unexpected {token.text!a}", token.position)

    def expression(self) -> Node:
        self._enter()
        node = self._logical(0)
        if self._take("?"):
            then = self._logical(0)
            self._expect(":")
            node = Call("?:", (node, then, self.expression()))
        self._depth -= 1
        return node

    def _logical(self, level: int) -> Node:
        if level == len(_LOGICAL):
            return self._binary(0)
        operands = [self._logical(level + 1)]
        while self._peek() == _LOGICAL[level]:
            self._next += 1
            operands.append(self._logical(level + 1))
        return _balanced(_LOGICAL[level], operands)

    def _binary(self, level: int) -> Node:
        if level == len(_BINARY):
            return self._unary()
        node = self._binary(level + 1)
        for _ in range(MAX_CHAIN):
            if (operator := self._peek()) not in _BINARY[level]:
                return node
            self._next += 1
            node = Call(operator, (node, self._binary(level + 1)))
        return self._refuse_unsupported()

    def _unary(self) -> Node:
        operator = self._peek()
        if operator not in {"!", "-"}:
            return self._member()
        self._next += 1
        self._enter()
        node = self._unary()
        self._depth -= 1
        match node:
            case Literal(int() | float() as number) if operator == "-" and type(number) is not bool:
                return Literal(-number)
            case _:
                return Call(operator, (node,))

    def _member(self) -> Node:
        node = self._primary()
        for _ in range(MAX_CHAIN):
            if self._take("."):
                self._refuse_optional()
                name = self._identifier()
                node = Call(name, self._items(")"), node) if self._take("(") else Select(node, name)
            elif self._take("["):
                self._refuse_optional()
                node = Index(node, self.expression())
                self._expect("]")
            elif self._peek() == "{" and isinstance(node, Name | Select):
                self._refuse_unsupported()
            else:
                return node
        return self._refuse_unsupported()

    def _primary(self) -> Node:
        token = self._tokens[self._next]
        if token.kind in {"int", "float", "string", "raw"}:
            self._next += 1
            return Literal(_constant(token))
        if token.kind == "name" and token.text in _CONSTANTS:
            self._next += 1
            return Literal(_CONSTANTS[token.text])
        if self._take("("):
            node = self.expression()
            self._expect(")")
            return node
        if self._take("["):
            return ListLiteral(self._items("]"))
        if self._take("{"):
            return MapLiteral(self._entries())
        self._take(".")  # before a name it asks for the outermost variable
        name = self._identifier()
        return Call(name, self._items(")")) if self._take("(") else Name(name)

    def _identifier(self) -> str:
        token = self._tokens[self._next]
        if token.kind not in {"name", "quoted"} or token.text == "in":
            self.refuse()
        self._next += 1
        return token.text.strip("`")

    def _items(self, end: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._take(end):
            if end == "]":
                self._refuse_optional()
            items.append(self.expression())
            if not self._take(","):
                self._expect(end)
                break
        return tuple(items)

    def _entries(self) -> tuple[tuple[Node, Node], ...]:
        entries: list[tuple[Node, Node]] = []
        while not self._take("}"):
            self._refuse_optional()
            key = self.expression()
            self._expect(":")
            entries.append((key, self.expression()))
            if not self._take(","):
                self._expect("}")
                break
        return tuple(entries)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH and self.kind != "end":
            self._refuse_unsupported()

    def _refuse_optional(self) -> None:
        if self._peek() == "?":
            self._refuse_unsupported()

    def _peek(self) -> str:
        token = self._tokens[self._next]
        return token.text if token.kind in {"sign", "name"} else ""

    def _take(self, sign: str) -> bool:
        found = self._peek() == sign
        self._next += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            self.refuse()


def _constant(token: _Token) -> str | bytes | int | float:
    if token.kind == "float":
        return float(token.text)
    if token.kind == "int":
        digits = token.text.rstrip("uU")
        if len(digits) > _MOST_DIGITS:
            raise ExpressionSyntaxError("unexpected number", token.position)
        return int(digits, 16 if digits.startswith("0x") else 10)
    start = min(token.text.index(quote) for quote in "\"'" if quote in token.text)
    prefix, quoted = token.text[:start].lower(), token.text[start:]
    width = 3 if len(quoted) >= 6 and quoted[:3] in {'"""', "'''"} else 1
    text = quoted[width:-width]
    if token.kind != "raw":
        text = _ESCAPE.sub(lambda match: _unescape(match, token.position), text)
    return text.encode(errors="surrogatepass") if "b" in prefix else text


def _unescape(match: re.Match[str], position: int) -> str:
    hexadecimal = match[1] or match[2] or match[3]
    code = int(hexadecimal, 16) if hexadecimal else int(match[4], 8) if match[4] else None
    if code is not None and code <= 0x10FFFF:
        return chr(code)
    if match[5] not in _ESCAPED:
        raise ExpressionSyntaxError(f"unexpected escape {match[0]!a}", position)
    return _ESCAPED[match[5]]
