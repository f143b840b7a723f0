"""A declared function: called like its handler, and bound to a client when it is served."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

import inngest

from ..events._hidden import Hidden
from ._callables import is_async
from ._calls import check_handler
from ._definition import Definition
from ._results import Result

T_contra = TypeVar("T_contra", contravariant=True)
C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class EventFunction(Generic[C_contra, T_contra, R_co]):
    """A declared function. Call it like its handler; serve it to let Inngest call it.

    Attributes:
        fn_id: Its id within the app.
        is_async: Whether its handler is asynchronous.

    Example:
        >>> @create_function(fn_id="greet", trigger=MemberFollowed)
        ... def greet(ctx: inngest.ContextSync, event: MemberFollowed) -> str:
        ...     return f"{event.followee_id} has a new follower"
        >>> greet
        <EventFunction greet>
        >>> greet.bind(get_client()).id
        'scoring-greet'
    """

    def __init__(
        self, handler: Callable[[C_contra, T_contra], R_co], definition: Definition
    ) -> None:
        check_handler(handler, "the handler")
        definition.check_kinds(handler)
        self.fn_id: str = definition.fn_id
        self.is_async: bool = is_async(handler)
        self._handler = handler
        self._definition = definition
        functools.update_wrapper(self, handler)

    def __call__(self, ctx: C_contra, event: T_contra) -> R_co:
        """Call the handler, as a unit test does.

        Args:
            ctx: The context of the call.
            event: The event; a list of events with ``batch_events``.

        Returns:
            What the handler returns.
        """
        arguments = Hidden((ctx, event))
        del ctx, event
        return self._handler(*arguments.value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.fn_id}>"

    def bind(self, client: inngest.Inngest) -> inngest.Function[Any]:  # Any: as the SDK serves them
        """Make the SDK's function of it, as ``serve`` does.

        Args:
            client: The client of the app that serves it.

        Returns:
            The SDK's function.
        """
        return self._definition.bind(client, self._handler)

    def result_of(self, subject: str, serializer: inngest.Serializer | None) -> Result:
        """Tell how what it returns is read where it was invoked."""
        return Result.of(subject, self._handler, serializer)


# Any: functions of every kind; the SDK does not care for what its functions return.
Servable: TypeAlias = EventFunction[Any, Any, Any] | inngest.Function[Any]
"""What an app serves: what ``create_function`` declared, or a function of the SDK's.

Example:
    >>> @create_function(fn_id="greet", trigger=MemberFollowed)
    ... def greet(ctx: inngest.ContextSync, event: MemberFollowed) -> None: ...
    >>> @create_function(fn_id="score", trigger=ScoringCalculate)
    ... async def score(ctx: inngest.Context, event: ScoringCalculate) -> None: ...
    >>> FUNCTIONS: list[Servable] = [greet, score]
"""
