"""Finds expressions that can never do what they say, by the schemas of the events.

A text that is not CEL, a path that no event has and a comparison with a value that a field never
has are mistakes. Whatever else CEL can do passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from ..errors import FunctionDefinitionError
from ._expression_hints import describe_syntax_error
from ._expressions import (
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
from ._shapes import ANYTHING, EventKinds, Shape, event_shape, shape_of

_BOOLEAN: Final = shape_of({"type": "boolean"})
_NUMBER: Final = shape_of({"type": "number"})
_STRING: Final = shape_of({"type": "string"})
_LIST: Final = shape_of({"type": "array"})

# What functions give, whatever they are called on.
_RESULTS: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("!", "&&", "||", "has", "contains", "startsWith", "endsWith"), _BOOLEAN),
    **dict.fromkeys(("matches", "exists", "exists_one", "existsOne", "all"), _BOOLEAN),
    **dict.fromkeys(("size", "int", "uint", "double"), _NUMBER),
    **dict.fromkeys(("string", "lowercase", "uppercase"), _STRING),
}
_MACROS: Final = frozenset({"all", "exists", "exists_one", "existsOne", "filter", "map"})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_FLIPPED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARISONS: Final = _ORDER | {"==", "!="}
_ARTICLES: Final[Mapping[str, str]] = {"array": "a list", "object": "an object"}


def check_expression(
    where: str, text: object, *, event: EventKinds, arrived: EventKinds | None = None
) -> None:
    """Refuse an expression that is not CEL, or can never do what it says."""
    if text is None:
        return
    if not isinstance(text, str):
        raise FunctionDefinitionError(f"{where} must be a str, not {type(text).__name__}")
    mistake = _find_mistake(text, event, arrived)
    if mistake is not None:
        raise FunctionDefinitionError(f"{where} {text!a}: {mistake}")


@lru_cache(maxsize=512)
def _find_mistake(text: str, event: EventKinds, arrived: EventKinds | None) -> str | None:
    kinds = {"event": event, "async": arrived}
    try:
        node = parse(text)
        _Checker({name: event_shape(kind) for name, kind in kinds.items() if kind}).visit(node)
    except _MistakeError as error:
        return str(error)
    except (UnsupportedSyntaxError, RecursionError):  # what is not known here passes
        pass
    except ExpressionSyntaxError as error:
        return describe_syntax_error(text, error)
    return None


class _MistakeError(Exception):
    """Says what is wrong with an expression."""


@dataclass(frozen=True, slots=True)
class _Checker:
    """Walks through an expression; every visit gives the shape of what it visited."""

    variables: Mapping[str, Shape]

    def visit(self, node: Node) -> Shape:
        match node:
            case Literal(bytes()):
                return ANYTHING
            case Literal(value):
                return shape_of({"const": value})
            case Name(name):
                return self._variable(name)
            case Select(operand, name):
                return self._member(node, self.visit(operand), name)
            case Index(operand, Literal(str(name))):
                return self._member(node, self.visit(operand), name)
            case Index(operand, key):
                return self._index(node, self.visit(operand), key)
            case ListLiteral(items):
                self._visit_all(items)
                return _LIST
            case MapLiteral(entries):
                self._visit_all(part for entry in entries for part in entry)
                return ANYTHING
            case _:
                return self._call(node)

    def _visit_all(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            self.visit(node)

    def _variable(self, name: str) -> Shape:
        if name in self.variables:
            return self.variables[name]
        if name == "async":
            raise _MistakeError("async is not available here: the only event is `event`")
        if name in self.variables["event"].member("data").names():
            raise _MistakeError(f"{name} is not a variable; did you mean event.data.{name}?")
        if name == "data":
            raise _MistakeError("data is not a variable; did you mean event.data?")
        near = get_close_matches(name, self.variables, n=1, cutoff=0.7)
        if near:
            raise _MistakeError(f"{name} is not a variable; did you mean {near[0]}?")
        return ANYTHING

    def _member(self, node: Select | Index, operand: Shape, name: str) -> Shape:
        found = operand.member(name)
        if not found.alternatives:
            raise _MistakeError(self._no_field(node, operand, name))
        return found

    def _no_field(self, node: Select | Index, operand: Shape, name: str) -> str:
        path = show(node.operand)
        names = operand.names()
        if isinstance(node.operand, Name) and name in operand.member("data").names():
            return f"{path} has no field {name!a}; did you mean {path}.data.{name}?"
        if not names:
            return f"{path} is {_describe(operand)}, which has no fields"
        near = _nearest(name, names)
        hint = f"did you mean {near!a}?" if near else f"it has {', '.join(names)}"
        return f"{path} has no field {name!a}; {hint}"

    def _index(self, node: Index, operand: Shape, key: Node) -> Shape:
        self.visit(key)
        if not isinstance(key, Literal):
            return ANYTHING
        found = operand.item()
        if not found.alternatives:
            raise _MistakeError(f"{show(node.operand)} is {_describe(operand)}, which has no items")
        return found

    def _call(self, node: Call) -> Shape:
        match node:
            case Call(operator, (left, right), None) if operator in _COMPARISONS:
                self._compare(operator, left, right)
                return _BOOLEAN
            case Call("in", (left, right), None):
                self._contain(left, right)
                return _BOOLEAN
            case Call(name, (Name(variable), *parts), target) if target and name in _MACROS:
                container = self.visit(target)
                # Of an object they are the keys.
                items = ANYTHING if "object" in container.kinds else container.item()
                _Checker({**self.variables, variable: items})._visit_all(parts)
            case _:
                self._visit_all(
                    node.arguments if node.target is None else (node.target, *node.arguments)
                )
        return _RESULTS.get(node.function, ANYTHING)

    def _compare(self, operator: str, left: Node, right: Node) -> None:
        first, second = self.visit(left), self.visit(right)
        if first.is_open or second.is_open or not first.kinds or not second.kinds:
            return
        if not first.kinds & second.kinds:
            raise _MistakeError(
                f"{show(left)} is {_describe(first)}, and {show(right)} is {_describe(second)}"
            )
        if operator in _ORDER:
            _check_order(operator, left, first, second)
            _check_order(_FLIPPED[operator], right, second, first)
        else:
            _check_equality(left, first, second)
            _check_equality(right, second, first)

    def _contain(self, left: Node, right: Node) -> None:
        if isinstance(right, ListLiteral):
            for one in right.items:
                self._compare("==", left, one)
            return
        item, container = self.visit(left), self.visit(right)
        if item.is_open or container.is_open or not container.kinds:
            return
        if not container.kinds & {"array", "object"}:
            what = f"{show(right)} is {_describe(container)}"
            raise _MistakeError(f"{what}, not a list or an object")
        if "object" not in container.kinds:
            _check_item(left, item, container.item())
        elif isinstance(left, Literal) and isinstance(left.value, str):
            self._member(Index(right, left), container, left.value)


def show(node: Node) -> str:
    """Write a path as it stands in an expression; other parts are only named."""
    match node:
        case Literal(value):
            return "null" if value is None else ascii(value)
        case Name(name):
            return name
        case Select(operand, name):
            return f"{show(operand)}.{name}"
        case Index(operand, key):
            return f"{show(operand)}[{show(key)}]"
        case Call(function):
            return f"the result of {function}"
        case _:
            return "the value"


def _check_equality(node: Node, shape: Shape, other: Shape) -> None:
    """Check that the values of the other side can be values of a field."""
    values = other.constants
    if isinstance(node, Literal) or values is None:
        return
    choices = shape.constants
    if choices is not None and not any(value in choices for value in values):
        near = _nearest(str(values[0]), [str(choice) for choice in choices])
        hint = f"did you mean {near!a}?" if near else f"it is {_join(choices)}"
        raise _MistakeError(f"{show(node)} is never {_join(values)}; {hint}")
    low, high = shape.bounds
    for value in values:
        if isinstance(value, int | float) and shape.kinds == _NUMBER.kinds:
            if not low <= value <= high:
                raise _MistakeError(f"{show(node)} is never {value}: {_range(low, high)}")
            if shape.is_whole and value != int(value):
                raise _MistakeError(f"{show(node)} is never {value}: it is an integer")


def _check_order(operator: str, node: Node, shape: Shape, other: Shape) -> None:
    """Check that a field's range does not make the comparison false for every value."""
    values = other.constants
    if isinstance(node, Literal) or values is None or shape.kinds != _NUMBER.kinds:
        return
    low, high = shape.bounds
    for value in (one for one in values if isinstance(one, int | float)):
        never = {
            "<": low >= value,
            "<=": low > value,
            ">": high <= value,
            ">=": high < value,
        }[operator]
        if never:
            raise _MistakeError(f"{show(node)} is never {operator} {value}: {_range(low, high)}")


def _check_item(node: Node, item: Shape, items: Shape) -> None:
    if items.is_open or not items.kinds or not item.kinds:
        return
    values, choices = item.constants, items.constants
    is_listed = values is None or choices is None or any(value in choices for value in values)
    if not item.kinds & items.kinds or not is_listed:
        raise _MistakeError(f"{show(node)} is never among the items, each {_describe(items)}")


def _describe(shape: Shape) -> str:
    return " or ".join(_ARTICLES.get(kind, f"a {kind}") for kind in sorted(shape.kinds)) or "null"


def _join(values: Iterable[object]) -> str:
    return " or ".join(ascii(value) for value in values)


def _range(low: float, high: float) -> str:
    if low == float("-inf"):
        return f"it is at most {high:g}"
    return f"it is at least {low:g}" if high == float("inf") else f"it is from {low:g} to {high:g}"


def _nearest(name: str, names: Iterable[str]) -> str | None:
    """Find what was probably meant; case and separators do not count."""
    plain = {_plain(one): one for one in names}
    near = get_close_matches(_plain(name), plain, n=1, cutoff=0.5)
    return plain[near[0]] if near else None


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")
