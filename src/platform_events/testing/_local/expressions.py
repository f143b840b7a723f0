"""Inngest's expressions: which events start, resume, batch or cancel, and by which key.

Inngest writes them in CEL, with rules of its own for what is missing: an absent field behaves as
null, and a comparison of different types of number works. A general CEL library does not know
these rules and costs a tenth of a second to load, so this works out the trees of
``functions._expressions``: operators, macros such as ``exists``, the functions of
:mod:`.cel_functions`, and paths such as ``event.data.member.id``. Whatever else CEL can do is
refused when it is read, never guessed. Source of the rules: inngest/inngest: pkg/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias, cast

from ...functions import _expressions as syntax
from ...functions._expressions import Call, Index, ListLiteral, Literal, MapLiteral, Name, Select
from .cel_functions import FUNCTIONS, METHODS
from .cel_macros import MACROS
from .cel_values import ORDER, Integer, Unknown, from_json, has, member
from .go_json import Json

Scope: TypeAlias = Mapping[str, object]
_Evaluate: TypeAlias = Callable[[Scope], object]

_VARIABLES: Final = frozenset({"event", "async"})
_LOGIC: Final = frozenset(
    {"?:", "&&", "||", "!", "==", "!=", "in", *ORDER, "int", "uint", "double"}
)
"""What a cancellation may call (inngest/inngest: pkg/expressions/validation.go)."""


class ExpressionError(ValueError):
    """An expression is not of the kind that the double understands, or cannot be worked out."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, read and ready to be asked about events."""

    text: str
    # Two that read the same are the same, as when an app registers again.
    _evaluate: _Evaluate = field(repr=False, compare=False)

    def evaluate(self, **scope: Json) -> Json:
        value = self._evaluate({name.rstrip("_"): value for name, value in scope.items()})
        if value is Unknown.FAILED:
            raise ExpressionError(f"{self.text!r} combines values that do not go together")
        if isinstance(value, datetime):
            return value.isoformat()
        return None if value is Unknown.MISSING else cast("Json", value)

    def matches(self, **scope: Json) -> bool:
        value = self.evaluate(**scope)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ExpressionError(f"{self.text!r} is neither true nor false")


def parse(text: str, *, is_logic: bool = False) -> Expression:
    """Read an expression; ``is_logic`` allows only conditions, as in a cancellation."""
    try:
        tree = syntax.parse(text)
        if is_logic:
            _check_logic(tree)
        return Expression(text, _compile(tree, _VARIABLES))
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"cannot read the expression {text!r}: {error}") from None


def _check_logic(node: syntax.Node) -> None:
    match node:
        case Call(name, arguments, target):
            if target is not None or name not in _LOGIC:
                raise ValueError(f"{name!r} is not allowed in a cancellation")
            for argument in arguments:
                _check_logic(argument)
        case Index(operand, key):
            _check_logic(operand)
            _check_logic(key)
        case Select(operand):
            _check_logic(operand)
        case _:  # the server does not look into lists and maps
            pass


def _compile(node: syntax.Node, names: frozenset[str]) -> _Evaluate:
    match node:
        case Literal(bytes()):
            raise ValueError("bytes are not supported")
        case Literal(value):
            constant = Integer(value) if type(value) is int else value
            return lambda _: constant
        case Name(name):
            if name not in names:
                raise ValueError(f"unexpected {name!r}: a path begins with event or async")
            return lambda scope: from_json(scope.get(name, Unknown.MISSING))
        case Select(operand, name):
            of = _compile(operand, names)
            return lambda scope: member(of(scope), name)
        case Index(operand, key):
            of, at = _compile(operand, names), _compile(key, names)
            return lambda scope: member(of(scope), at(scope))
        case ListLiteral(items):
            return _list([_compile(item, names) for item in items])
        case MapLiteral(entries):
            keys = _list([_compile(key, names) for key, _ in entries])
            return _map(keys, _list([_compile(value, names) for _, value in entries]))
        case _:
            return _call(node, names)


def _list(items: Sequence[_Evaluate]) -> _Evaluate:
    def evaluate(scope: Scope) -> object:
        values = [item(scope) for item in items]
        return next((value for value in values if isinstance(value, Unknown)), values)

    return evaluate


def _map(keys: _Evaluate, values: _Evaluate) -> _Evaluate:
    def evaluate(scope: Scope) -> object:
        names, found = keys(scope), values(scope)
        if isinstance(names, list) and isinstance(found, list):
            pairs = zip(cast("list[object]", names), cast("list[object]", found), strict=True)
            return {name: value for name, value in pairs if isinstance(name, str)}
        return Unknown.FAILED

    return evaluate


def _call(node: Call, names: frozenset[str]) -> _Evaluate:
    match node:
        case Call("has", (Select(operand, name),), None):
            of = _compile(operand, names)
            return lambda scope: has(of(scope), name)
        case Call(name, (Name(item), *parts), target) if target and (name, len(parts)) in MACROS:
            asked = [_compile(part, names | {item}) for part in parts]
            return MACROS[name, len(parts)](_compile(target, names), item, *asked)
        case _:
            function = _function(node.function, len(node.arguments), is_method=bool(node.target))
            found = node.arguments if node.target is None else (node.target, *node.arguments)
            operands = [_compile(operand, names) for operand in found]
            return lambda scope: function(*(operand(scope) for operand in operands))


def _function(name: str, count: int, *, is_method: bool) -> Callable[..., object]:
    known = METHODS if is_method else FUNCTIONS
    if (name, count) not in known:
        raise ValueError(f"the {'method' if is_method else 'function'} {name!r} is not supported")
    return known[name, count]
