"""The SDK's function, called in the context of the request wherever the SDK runs it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Any

import inngest


class _BoundFunction(inngest.Function[Any]):  # Any: as the SDK serves them
    """Is called in the context variables of the request."""

    # Under an asynchronous framework the SDK calls a synchronous handler in a thread of its own,
    # without the context. It looks the method up where the request is handled.
    # Any: the SDK's method, whose arguments are passed on.
    @property
    def call_sync(self) -> Callable[..., Any]:  # pyright: ignore[reportIncompatibleMethodOverride]  # a property gives what is called
        call: Callable[..., Any] = super().call_sync
        return partial(copy_context().run, call)


def keep_context(function: inngest.Function[Any]) -> inngest.Function[Any]:  # Any: as above
    """Let a function keep the context of the request."""
    function.__class__ = _BoundFunction
    return function
