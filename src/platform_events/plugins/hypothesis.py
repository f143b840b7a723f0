"""Lets Hypothesis generate events from their types: ``st.from_type(ScoringCalculate)``.

Hypothesis calls :func:`register` through an entry point when it is imported. That loads nothing
else: each class is registered when it is created, and its strategy is built on first use.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..events._subclass_hooks import subclass_hooks

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def register() -> None:
    """Register every payload class with Hypothesis, present and future ones.

    Example:
        >>> from hypothesis import find
        >>> from hypothesis import strategies as st
        >>> register()
        >>> find(st.from_type(DistanceResult), lambda result: True)
        DistanceResult(kind=..., distance_m=...)
    """
    if _register_class in subclass_hooks:
        return
    subclass_hooks.append(_register_class)
    payload = sys.modules.get("platform_events.events.payload")
    if payload is not None:
        for kind in _descendants(payload.Payload):
            _register_class(kind)


def _register_class(kind: type) -> None:
    from hypothesis import strategies as st

    # Not the class that the function is given, which may be a base class that is asked for.
    st.register_type_strategy(kind, lambda _: _resolve(kind))


def _resolve(kind: type[Any]) -> SearchStrategy[Any]:  # Any: whichever class is asked for
    from hypothesis import strategies as st

    from ..events.event import Event
    from ..testing.strategies import events, payloads

    if kind is Event:
        return events()
    if issubclass(kind, Event) and "event_name" not in vars(kind):
        return st.one_of([_resolve(child) for child in kind.__subclasses__()])
    return payloads(kind)


def _descendants(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [d for child in children for d in [child, *_descendants(child)]]
