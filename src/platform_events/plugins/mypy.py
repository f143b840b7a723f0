"""Lets mypy refuse names that no event has, at the call.

mypy does not distinguish a literal from any other ``str`` here: to it,
``parse_event("platform/scoring.calculat", data)`` gives the union of all events, and the mistake
shows where the result is used. With this plugin it shows at the call, with the nearest names. Other
type checkers need no plugin. In mypy's configuration:

.. code-block:: toml

    [tool.mypy]
    plugins = ["platform_events.plugins.mypy"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mypy.errorcodes import ARG_TYPE
from mypy.nodes import TypeAlias
from mypy.plugin import FunctionContext, Plugin
from mypy.types import Instance, LiteralType, Type, UnionType, get_proper_type
from typing_extensions import override

from ..naming import suggest_event_names


def plugin(version: str) -> type[Plugin]:  # noqa: ARG001  # mypy gives it
    """Give mypy the plugin.

    Args:
        version: mypy's version.

    Returns:
        The plugin's class.
    """
    return EventNames


class EventNames(Plugin):
    """Checks the literal names that ``parse_event`` is called with."""

    @override
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        """Give mypy what checks the calls of a function.

        Args:
            fullname: The function's name.

        Returns:
            A check of the first argument if it is ``parse_event``.
        """
        return self._check if fullname == "platform_events.parsing.parse_event" else None

    def _check(self, context: FunctionContext) -> Type:
        known = self._known_names()
        for argument in context.arg_types[0]:
            for name in _literals(argument):
                if name not in known:
                    context.api.fail(_mistake(name), context.context, code=ARG_TYPE)
        return context.default_return_type

    def _known_names(self) -> set[str]:
        # Of the package that is checked, which may be another one than mypy runs beside.
        found = self.lookup_fully_qualified("platform_events.names.KnownEventName")
        assert found  # noqa: S101  # the stub with parse_event imports it
        assert isinstance(found.node, TypeAlias)  # noqa: S101  # it is one
        return set(_literals(found.node.target))


def _mistake(name: str) -> str:
    near = " or ".join(map(repr, suggest_event_names(name)))
    return f"No event is named {name!r}" + (f"; did you mean {near}?" if near else "")


def _literals(argument: Type) -> Iterator[str]:
    match get_proper_type(argument):
        case LiteralType(value=str(name)) | Instance(last_known_value=LiteralType(value=str(name))):
            yield name
        case UnionType(items=items):
            for item in items:
                yield from _literals(item)
        case _:
            pass
