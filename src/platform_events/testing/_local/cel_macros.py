"""The macros of CEL: what an expression asks of the items of a list, or of the keys of a map.

Each is worked out as its expansion in CEL is, with Inngest's rules for values that are not there.
Source: github.com/google/cel-go: parser/macro.go, inngest/inngest: pkg/expressions/unknown.go
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Final, TypeAlias, cast

from .cel_values import Unknown, both, either, truthy

Evaluate: TypeAlias = Callable[[Mapping[str, object]], object]
_Items: TypeAlias = Sequence[object]
_Ask: TypeAlias = Callable[[object], object]


def _macro(fold: Callable[..., object]) -> Callable[..., Evaluate]:
    """Make of a fold over items, and of what to ask of each, what works a macro out."""

    def compiled(over: Evaluate, variable: str, *parts: Evaluate) -> Evaluate:
        def evaluate(scope: Mapping[str, object]) -> object:
            value = over(scope)
            if isinstance(value, Unknown):
                return value
            if not isinstance(value, list | Mapping):
                return Unknown.FAILED
            asks = [partial(_ask, part, scope, variable) for part in parts]
            return fold(list(cast("Sequence[object]", value)), *asks)

        return evaluate

    return compiled


def _ask(part: Evaluate, scope: Mapping[str, object], variable: str, item: object) -> object:
    return part({**scope, variable: item})


def _exists(items: _Items, holds: _Ask) -> object:
    return reduce(either, map(holds, items), cast("object", False))


def _all(items: _Items, holds: _Ask) -> object:
    return reduce(both, map(holds, items), cast("object", True))


def _exists_one(items: _Items, holds: _Ask) -> object:
    return sum(truthy(holds(item)) for item in items) == 1


def _filter(items: _Items, holds: _Ask) -> object:
    return [item for item in items if truthy(holds(item))]


def _map(items: _Items, convert: _Ask) -> object:
    # A list with a value that is not there is not there itself, and adds nothing to another one.
    found = (convert(item) for item in items)
    return [value for value in found if not isinstance(value, Unknown)]


def _map_some(items: _Items, holds: _Ask, convert: _Ask) -> object:
    return _map([item for item in items if truthy(holds(item))], convert)


MACROS: Final[Mapping[tuple[str, int], Callable[..., Evaluate]]] = {
    ("exists", 1): _macro(_exists),
    ("all", 1): _macro(_all),
    ("exists_one", 1): _macro(_exists_one),
    ("existsOne", 1): _macro(_exists_one),
    ("filter", 1): _macro(_filter),
    ("map", 1): _macro(_map),
    ("map", 2): _macro(_map_some),
}
"""By name, and by how many expressions stand after the variable."""
