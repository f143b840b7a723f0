"""Looks through decorators, partials and callable objects at the function behind them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator


def layers(handler: object) -> Iterator[object]:
    """Give a callable, and one after the other what it wraps."""
    seen: set[int] = set()
    layer: object | None = handler
    while layer is not None and id(layer) not in seen:
        seen.add(id(layer))
        yield layer
        layer = _inside(layer)


def _inside(layer: object) -> object | None:
    if isinstance(layer, functools.partial):
        return layer.func
    if inspect.ismethod(layer):
        return layer.__func__
    wrapped: object = getattr(layer, "__wrapped__", None)
    if wrapped is not None or inspect.isroutine(layer) or isinstance(layer, type):
        return wrapped
    return getattr(type(layer), "__call__", None)  # noqa: B004  # its code is what is asked for


def is_async(handler: object) -> bool:
    """Tell whether a call gives something to await, as decorators on async functions do."""
    return any(map(_is_coroutine_function, layers(handler)))


def _is_coroutine_function(layer: object) -> bool:
    # An object may be called asynchronously, and name the synchronous function that it wraps.
    call: object = getattr(type(layer), "__call__", None)  # noqa: B004  # as above
    return inspect.iscoroutinefunction(layer) or inspect.iscoroutinefunction(call)
