"""The options of a function: their types, and what the server allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict, TypeVar, cast

import inngest

from ..errors import FunctionDefinitionError
from ..events._encoding import describe_type
from ..events.event import Event
from .failures import Failure, InvalidEvent
from .triggers import Trigger

if TYPE_CHECKING:
    from ..sending.settings import Middleware

T = TypeVar("T")

OnFailure: TypeAlias = (
    Callable[[inngest.Context, Failure[T]], Coroutine[Any, Any, object]]  # Any: as coroutines have
    | Callable[[inngest.ContextSync, Failure[T]], object]
)
"""A handler of failed runs; asynchronous if the function's handler is."""

OnInvalid: TypeAlias = (
    # Any: as coroutines have
    Callable[[inngest.Context, list[InvalidEvent]], Coroutine[Any, Any, object]]
    | Callable[[inngest.ContextSync, list[InvalidEvent]], object]
)
"""A handler of the invalid events of a batch; asynchronous if the function's handler is."""

MAX_RETRIES: Final = 20
"""The most retries of a function (inngest/inngest: pkg/consts/consts.go, MaxRetries)."""

DEFAULT_RETRIES: Final = 4
"""The retries of a function that names none (inngest/inngest: pkg/consts/consts.go)."""

MAX_CANCELLATIONS: Final = 5
"""The most entries of ``cancel`` (inngest/inngest: pkg/consts/consts.go, MaxCancellations)."""

# It stands in a URL, and between quotes in the filter of the function of on_failure.
_FN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXCLUDED_BY_BATCH: Final = ("cancel", "debounce", "priority", "singleton")


class FunctionOptions(TypedDict, total=False):
    """The SDK's options of a function, with the SDK's meanings.

    Keys and expressions are CEL over ``event``. A field that none of the function's events has is
    refused, and so is a comparison with a value that the field never has.

    Attributes:
        cancel: What cancels a run: event classes, ``On`` with an expression such as
            ``"async.data.member_id == event.data.member_id"``, or the SDK's ``Cancel``; 5 at most.
        concurrency: How many steps run at once.
        debounce: Waits until events cease to come, and runs for the last one.
        idempotency: A CEL expression: events for which it has the same value start one run within
            24 hours.
        middleware: The SDK's middleware for this function only.
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


def check_fn_id(fn_id: object) -> str:
    """Refuse an id that does not fit into a URL."""
    if isinstance(fn_id, str) and _FN_ID.fullmatch(fn_id):
        return fn_id
    raise FunctionDefinitionError(
        f"fn_id={fn_id!a}: it must be a non-empty string of ASCII letters, digits, dots, hyphens "
        "and underscores, and start with a letter or a digit"
    )


# Those of one type; ``cancel`` and ``retries`` are checked on their own.
_TYPES: Final[Mapping[str, type]] = {
    "batch_events": inngest.Batch,
    "debounce": inngest.Debounce,
    "idempotency": str,
    "name": str,
    "priority": inngest.Priority,
    "rate_limit": inngest.RateLimit,
    "singleton": inngest.Singleton,
    "throttle": inngest.Throttle,
    "timeouts": inngest.Timeouts,
}
_ARGUMENTS: Final = ("fn_id", "trigger", "batch_events", "on_failure", "on_invalid")


def check_options(options: Mapping[str, object]) -> None:
    """Refuse an option that there is not, and a value of another type than the option's."""
    for name, value in options.items():
        if name == "concurrency":
            _check_items(name, value, "inngest.Concurrency", _is_concurrency)
        elif name == "middleware":
            _check_items(name, value, "middleware classes", callable)
        elif name in _TYPES:
            wanted = _TYPES[name]
            if not isinstance(value, wanted):
                shown = "a str" if wanted is str else f"an inngest.{wanted.__name__}"
                raise FunctionDefinitionError(f"{name} must be {shown}, not {describe_type(value)}")
        elif name not in FunctionOptions.__annotations__:
            known = (*FunctionOptions.__annotations__, *_ARGUMENTS)
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise FunctionDefinitionError(f"{name} is not an option of create_function{hint}")


def _is_concurrency(value: object) -> bool:
    return isinstance(value, inngest.Concurrency)


def _check_items(name: str, value: object, items: str, is_item: Callable[[object], bool]) -> None:
    if not isinstance(value, list):
        hint = ": put it in a list" if is_item(value) else f", not {describe_type(value)}"
        raise FunctionDefinitionError(f"{name} must be a list of {items}{hint}")
    for item in cast("list[object]", value):
        if not is_item(item):
            raise FunctionDefinitionError(
                f"{name} must be a list of {items}; it holds {describe_type(item)}"
            )


def check_retries(retries: object) -> None:
    """Refuse a number of retries that the server does not take."""
    if isinstance(retries, bool) or not isinstance(retries, int) or not 0 <= retries <= MAX_RETRIES:
        raise FunctionDefinitionError(f"retries must be an int from 0 to {MAX_RETRIES}")


def check_batch(batch: inngest.Batch | None, options: Sequence[str], *, on_invalid: bool) -> None:
    """Refuse a batch that the server does not take, and what only goes with one."""
    if batch is None:
        if on_invalid:
            raise FunctionDefinitionError(
                "on_invalid needs batch_events: without it an invalid event fails its run, "
                "and on_failure gets it"
            )
        return
    if batch.max_size < 2 or batch.timeout is None:
        raise FunctionDefinitionError("batch_events needs a max_size above 1, and a timeout")
    # Of whole days the SDK writes "1d", and the server reads hours at most here, as Go does.
    timeout = batch.timeout
    if isinstance(timeout, int):
        timeout = timedelta(milliseconds=timeout)
    if timeout and not timeout % timedelta(days=1):
        raise FunctionDefinitionError(
            "batch_events: the server does not take a timeout of whole days: change it by an hour"
        )
    excluded = [name for name in _EXCLUDED_BY_BATCH if name in options]
    if excluded:
        raise FunctionDefinitionError(f"batch_events excludes {', '.join(excluded)}")
