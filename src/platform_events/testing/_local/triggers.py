"""The registered functions, and which of them an event starts.

Source of the rules: inngest/inngest: pkg/execution/runner/runner.go, pkg/event_trigger_patterns
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from .event_api import ReceivedEvent
from .expressions import Expression, ExpressionError
from .functions import App, Function
from .go_json import Json

_log = logging.getLogger(__name__)


def patterns(name: str) -> set[str]:
    """Give the triggers that an event's name answers to; a lone ``*`` never matches."""
    # inngest/inngest: pkg/event_trigger_patterns/patterns.go
    ends = (place for place, character in enumerate(name) if character in "/.")
    return {name, *(f"{name[: place + 1]}*" for place in ends)}


def holds(expression: Expression | None, **scope: Json) -> bool:
    """Tell whether a filter lets an event pass; one that cannot be worked out does not."""
    try:
        return expression is None or expression.matches(**scope)
    except ExpressionError as error:
        _log.warning("An expression counts as false: %s", error)
        return False


class Triggers:
    """The functions of all apps."""

    def __init__(self) -> None:
        self._apps: dict[str, App] = {}

    def register(self, app: App) -> bool:
        """Take an app's functions in place of those that it had; tell whether they differ."""
        modified = self._apps.get(app.id) != app
        self._apps[app.id] = app
        return modified

    def functions_of(self, app_id: str) -> tuple[Function, ...]:
        app = self._apps.get(app_id)
        return app.functions if app else ()

    def function(self, function_id: str) -> Function | None:
        """Find a function, as it was registered last."""
        return next((one for one in self._functions() if one.id == function_id), None)

    def matching(self, event: ReceivedEvent) -> Iterator[tuple[Function, str]]:
        """Find the functions with a trigger for an event, each with why it does not start."""
        names = patterns(event.name)
        for function in list(self._functions()):
            filters = [one.expression for one in function.triggers if one.event in names]
            if any(holds(one, event=event.event) for one in filters):
                yield function, ""
            elif filters:
                texts = " and ".join(repr(one.text) for one in filters if one)
                yield function, f"its filter {texts} is false"

    def _functions(self) -> Iterator[Function]:
        return (function for app in self._apps.values() for function in app.functions)
