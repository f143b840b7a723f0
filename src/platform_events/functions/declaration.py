"""Typed background functions: ``@create_function(fn_id=..., trigger=WorkoutLogged)``.

A function is declared without a client and bound to it when it is served. Its handler gets the
event as an instance of its class; data that breaks the schema fails the run at once, without
retries, because the same data will break it again.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    Protocol,
    TypeAlias,
    TypedDict,
    TypeVar,
    overload,
)

import inngest
from typing_extensions import Unpack

from ..errors import FunctionDefinitionError, InvalidEventError
from ..events.event import Event
from .failures import Failure
from .triggers import E, On, SdkTrigger, Trigger, Triggers, as_list, as_on

if TYPE_CHECKING:
    from ..sending.settings import Middleware

E2 = TypeVar("E2", bound=Event)
E3 = TypeVar("E3", bound=Event)
E4 = TypeVar("E4", bound=Event)
T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
C_contra = TypeVar("C_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
Output = TypeVar("Output", bound=inngest.JSON)

OnFailure: TypeAlias = (
    Callable[[inngest.Context, Failure[T]], Coroutine[Any, Any, object]]  # Any: as coroutines have
    | Callable[[inngest.ContextSync, Failure[T]], object]
)
"""A handler of failures; asynchronous if the function's handler is."""

MAX_RETRIES: Final = 20
"""The most retries of a function (inngest/inngest: pkg/consts/consts.go, MaxRetries)."""

MAX_CANCELLATIONS: Final = 5
"""The most entries of ``cancel`` (inngest/inngest: pkg/consts/consts.go, MaxCancellations)."""

# It stands in a URL, and between quotes in the filter of the function of on_failure.
_FN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXCLUDED_BY_BATCH: Final = ("cancel", "debounce", "priority", "singleton")


class FunctionOptions(TypedDict, total=False):
    """The SDK's options of a function, with the SDK's meanings.

    Attributes:
        cancel: What cancels a run: event classes, ``On`` with an expression such as
            ``"async.data.member_id == event.data.member_id"``, or the SDK's ``Cancel``; 5 at most.
        concurrency: How many steps run at once.
        debounce: Waits until events cease to come, and runs for the last one.
        idempotency: A CEL expression: events for which it has the same value start one run within
            24 hours.
        middleware: The SDK's middleware for this function alone.
        name: The name to show; absent: the id.
        priority: Which runs go first.
        rate_limit: How many runs start in a time; the others are skipped.
        retries: How often a failing step, or the function itself, is tried again, from 0 to 20;
            absent: 4.
        singleton: One run at a time for a key.
        throttle: How many runs start in a time; the others wait.
        timeouts: How long a run may wait, and how long it may take.
    """

    cancel: Trigger[Event] | inngest.Cancel | Sequence[Trigger[Event] | inngest.Cancel] | None
    concurrency: list[inngest.Concurrency] | None
    debounce: inngest.Debounce | None
    idempotency: str | None
    middleware: list[Middleware] | None
    name: str | None
    priority: inngest.Priority | None
    rate_limit: inngest.RateLimit | None
    retries: int | None
    singleton: inngest.Singleton | None
    throttle: inngest.Throttle | None
    timeouts: inngest.Timeouts | None


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
        self, handler: Callable[[C_contra, T_contra], R_co], declaration: Declaration
    ) -> None:
        self.fn_id: str = declaration.fn_id
        self.is_async: bool = inspect.iscoroutinefunction(handler)
        self._handler = handler
        self._declaration = declaration
        declaration.check_failure_handler(is_async=self.is_async)
        functools.update_wrapper(self, handler)

    def __call__(self, ctx: C_contra, event: T_contra) -> R_co:
        """Call the handler, as a unit test does.

        Args:
            ctx: The context of the call.
            event: The event; a list of events with ``batch_events``.

        Returns:
            What the handler returns.
        """
        return self._handler(ctx, event)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.fn_id}>"

    def bind(self, client: inngest.Inngest) -> inngest.Function[Any]:  # Any: as the SDK serves them
        """Make the SDK's function of it, as ``serve`` does.

        Args:
            client: The client of the app that serves it.

        Returns:
            The SDK's function.
        """
        declaration = self._declaration
        # Any: its handlers are of one kind, and the SDK's overloads want to know which.
        handler: Any = _adapt(self._handler, declaration.read)
        on_failure: Any = declaration.on_failure and _adapt(
            declaration.on_failure, declaration.read_failure
        )
        return client.create_function(
            **declaration.options,
            batch_events=declaration.batch_events,
            cancel=declaration.cancel,
            fn_id=self.fn_id,
            on_failure=on_failure,
            trigger=declaration.triggers.to_inngest(),
        )(handler)


class _Declare(Protocol[T]):
    """What ``create_function`` returns; T is what the handler gets beside the context."""

    # Any: of a coroutine nothing but its result matters here.
    @overload
    def __call__(
        self, handler: Callable[[inngest.Context, T], Coroutine[Any, Any, Output]], /
    ) -> EventFunction[inngest.Context, T, Coroutine[Any, Any, Output]]: ...
    @overload
    def __call__(
        self, handler: Callable[[inngest.ContextSync, T], Output], /
    ) -> EventFunction[inngest.ContextSync, T, Output]: ...


@overload
def create_function(
    *,
    fn_id: str,
    trigger: Trigger[E],
    batch_events: None = None,
    on_failure: OnFailure[E] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2]],
    batch_events: None = None,
    on_failure: OnFailure[E | E2] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | E2]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2], Trigger[E3]],
    batch_events: None = None,
    on_failure: OnFailure[E | E2 | E3] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | E2 | E3]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2], Trigger[E3], Trigger[E4]],
    batch_events: None = None,
    on_failure: OnFailure[E | E2 | E3 | E4] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | E2 | E3 | E4]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: Sequence[type[E]] | Sequence[On[E]],
    batch_events: None = None,
    on_failure: OnFailure[E] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: SdkTrigger | Sequence[SdkTrigger],
    batch_events: None = None,
    on_failure: OnFailure[inngest.Event] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[inngest.Event]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], SdkTrigger],
    batch_events: None = None,
    on_failure: OnFailure[E | inngest.Event] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[E | inngest.Event]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: Trigger[E],
    batch_events: inngest.Batch,
    on_failure: OnFailure[E] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[E]]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: tuple[Trigger[E], Trigger[E2]],
    batch_events: inngest.Batch,
    on_failure: OnFailure[E | E2] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[E | E2]]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: Sequence[type[E]] | Sequence[On[E]],
    batch_events: inngest.Batch,
    on_failure: OnFailure[E] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[E]]: ...
@overload
def create_function(
    *,
    fn_id: str,
    trigger: inngest.TriggerEvent | Sequence[inngest.TriggerEvent],
    batch_events: inngest.Batch,
    on_failure: OnFailure[inngest.Event] | None = None,
    **options: Unpack[FunctionOptions],
) -> _Declare[list[inngest.Event]]: ...
def create_function(
    *,
    fn_id: str,
    trigger: object,
    batch_events: inngest.Batch | None = None,
    on_failure: OnFailure[Any] | None = None,  # Any: the overloads say of what
    **options: Unpack[FunctionOptions],
) -> _Declare[Any]:  # Any: the overloads say of what
    """Declare a function that Inngest runs when an event arrives.

    Args:
        fn_id: Its id within the app: letters, digits, dots, hyphens and underscores. Another id
            is another function to Inngest.
        trigger: What starts it. An event class, or ``On(Class, expression=...)``: the handler
            gets an instance of the class. A tuple of up to four of these: an instance of one of
            them. The SDK's ``TriggerCron`` or ``TriggerEvent``: the SDK's event. A class and one
            of the SDK's: either. For more classes, a tuple that is declared as
            ``tuple[type[A | B], ...]``; 10 at most.
        batch_events: Collects events, of which the handler gets a list. ``max_size`` is 2 at least
            and ``timeout`` a second. Excludes ``cancel``, ``debounce``, ``priority`` and
            ``singleton``.
        on_failure: ``(ctx, failure)``, called when a run has failed for good; see
            :class:`Failure`. Asynchronous if the handler is.
        **options: The SDK's, with the SDK's meanings; see :class:`FunctionOptions`. Durations
            are milliseconds or a ``timedelta``, in whole seconds.

    Returns:
        A decorator of the handler ``(ctx, event)``. What the handler returns must be JSON. An
        asynchronous handler gets ``inngest.Context``, another one ``inngest.ContextSync``.

    Raises:
        FunctionDefinitionError: The function cannot be declared like that. When decorating, too:
            the handlers are not both asynchronous, or take other than two arguments.

    Example:
        >>> @create_function(fn_id="recalculate-score", trigger=ScoringCalculate, retries=3)
        ... async def recalculate(ctx: inngest.Context, event: ScoringCalculate) -> float:
        ...     async def measure() -> float:
        ...         return 71.5
        ...     return await ctx.step.run("measure", measure)
    """
    declaration = Declaration.check(fn_id, trigger, batch_events, on_failure, options)

    def declare(handler: Any) -> EventFunction[Any, Any, Any]:  # Any: as above
        _check_handler(handler, "the handler")
        return EventFunction(handler, declaration)

    return declare


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a function was declared with, checked."""

    fn_id: str
    triggers: Triggers
    batch_events: inngest.Batch | None
    cancel: list[inngest.Cancel] | None
    on_failure: OnFailure[Any] | None  # Any: of whatever events
    options: dict[str, Any]  # Any: passed on to the SDK

    @classmethod
    def check(
        cls,
        fn_id: object,
        trigger: object,
        batch_events: inngest.Batch | None,
        on_failure: OnFailure[Any] | None,  # Any: of whatever events
        options: FunctionOptions,
    ) -> Declaration:
        """Check what ``create_function`` was given.

        Returns:
            The declaration.

        Raises:
            FunctionDefinitionError: Something is not allowed.
        """
        if not isinstance(fn_id, str) or not _FN_ID.fullmatch(fn_id):
            raise FunctionDefinitionError(
                f"fn_id={fn_id!a}: it must be ASCII letters, digits, dots, hyphens and "
                "underscores, and not be empty"
            )
        # Any: checked below, or by the SDK.
        given: dict[str, Any] = {
            name: value for name, value in options.items() if value is not None
        }
        try:
            _check_retries(given.get("retries", 0))
            if batch_events is not None:
                _check_batch(batch_events, given)
            if on_failure is not None:
                _check_handler(on_failure, "on_failure")
            cancel = _cancellations(given.pop("cancel", ()))
            triggers = Triggers.of(trigger)
        except FunctionDefinitionError as error:
            raise FunctionDefinitionError(f"{fn_id}: {error}") from None
        return cls(fn_id, triggers, batch_events, cancel or None, on_failure, given)

    def check_failure_handler(self, *, is_async: bool) -> None:
        """Check that the handlers of the function and of its failures are of one kind.

        Args:
            is_async: Whether the function's is asynchronous.

        Raises:
            FunctionDefinitionError: The other one is not, or the other way round.
        """
        if self.on_failure and inspect.iscoroutinefunction(self.on_failure) is not is_async:
            kind, other = ("async def", "def") if is_async else ("def", "async def")
            raise FunctionDefinitionError(
                f"{self.fn_id}: the handler is `{kind}` and on_failure is `{other}`: "
                "both must be the same"
            )

    def read(self, ctx: inngest.Context | inngest.ContextSync) -> object:
        """Read what started the run.

        Args:
            ctx: The context of the call.

        Returns:
            The event, or the events of a batch.

        Raises:
            NonRetriableError: The data breaks the schema; names event, fields and rules, but no
                value.
        """
        try:
            if self.batch_events is None:
                return self.triggers.read(ctx.event)
            return self.triggers.read_all(ctx.events)
        except InvalidEventError as error:
            message = str(error)
        # Raised out here, as the other error is no part of what is reported.
        raise inngest.NonRetriableError(message)

    def read_failure(self, ctx: inngest.Context | inngest.ContextSync) -> Failure[Event]:
        """Read the failure of a run.

        Args:
            ctx: The context of the call of ``on_failure``.

        Returns:
            The failure, with what started the run.
        """
        return Failure[Event].of(ctx.event.data, self.triggers.read)


def _adapt(
    handler: Callable[[Any, Any], Any], read: Callable[[Any], object]
) -> Callable[[Any], Any]:
    if inspect.iscoroutinefunction(handler):

        async def call_async(ctx: inngest.Context) -> object:
            result: object = await handler(ctx, read(ctx))
            return result

        return call_async

    def call(ctx: inngest.ContextSync) -> object:
        return handler(ctx, read(ctx))

    return call


def _check_handler(handler: object, role: str) -> None:
    if not callable(handler):
        raise FunctionDefinitionError(f"{role} is not callable")
    try:
        inspect.signature(handler).bind(None, None)
    except TypeError:
        raise FunctionDefinitionError(
            f"{role} must take two arguments, the context and the event (or the failure)"
        ) from None
    if inspect.isasyncgenfunction(handler) or inspect.isgeneratorfunction(handler):
        raise FunctionDefinitionError(f"{role} is a generator: return a value instead")


def _check_retries(retries: object) -> None:
    if isinstance(retries, bool) or not isinstance(retries, int) or not 0 <= retries <= MAX_RETRIES:
        raise FunctionDefinitionError(f"retries must be an int from 0 to {MAX_RETRIES}")


def _check_batch(batch: inngest.Batch, options: dict[str, Any]) -> None:
    if batch.max_size < 2 or batch.timeout is None:
        raise FunctionDefinitionError("batch_events needs a max_size above 1, and a timeout")
    excluded = [name for name in _EXCLUDED_BY_BATCH if name in options]
    if excluded:
        raise FunctionDefinitionError(f"batch_events excludes {', '.join(excluded)}")


def _cancellations(given: object) -> list[inngest.Cancel]:
    several = as_list(given)
    if len(several) > MAX_CANCELLATIONS:
        raise FunctionDefinitionError(f"cancel has more than {MAX_CANCELLATIONS} entries")
    return [one if isinstance(one, inngest.Cancel) else _cancel(as_on(one)) for one in several]


def _cancel(on: On[Event]) -> inngest.Cancel:
    return inngest.Cancel(event=on.event.event_name, if_exp=on.expression)
