"""Whether what ``serve`` is given can be served: an app, a client, and the functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, cast

import inngest

from ..errors import ConfigurationError
from ..events._encoding import describe_type
from ..functions.event_function import EventFunction, Servable
from ..sending.client import Client

# The URL of the app does not matter for checking its functions.
_ANY_URL: Final = "http://localhost/api/inngest"


def check_app(app: object, wanted: type) -> None:
    """Check that an app is one of the framework, and not the functions."""
    if isinstance(app, wanted):
        return
    hint = (
        "the arguments are swapped"
        if isinstance(app, list | tuple)
        else f"app is {describe_type(app)}"
    )
    raise ConfigurationError(
        f"{hint}: serve takes the {wanted.__name__} app first, as in serve(app, functions)",
        setting="app",
    )


def check_client(client: object) -> Client | None:
    """Check that a client is one of this package, or absent."""
    if client is None or isinstance(client, Client):
        return client
    raise ConfigurationError(
        f"client is a {type(client).__module__}.{type(client).__name__}, whose sends lose events "
        "silently: give the client that configure() or get_client() returns",
        setting="client",
    )


def check_functions(functions: Sequence[Servable]) -> list[Servable]:
    """Check everything that needs no client."""
    if not isinstance(functions, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # a mistake
        raise _unservable("functions must be a list: put the one function in a list")
    checked = [_check_one(function) for function in functions]
    if not checked:
        raise _unservable("no functions to serve: pass at least one")
    _check_unique(map(_local_id, checked))
    return checked


def bind_functions(
    functions: Sequence[Servable], client: Client
) -> list[inngest.Function[Any]]:  # Any: as the SDK serves them
    """Bind functions to the client of the app, and check what needs a client."""
    bound = [
        function if isinstance(function, inngest.Function) else function.bind(client)
        for function in functions
    ]
    for function in bound:
        if function.id != f"{client.app_id}-{function.local_id}":
            raise _unservable(
                f"{function.id} belongs to another app: this one is {client.app_id!r}, so declare "
                "the function with create_function, or with the client that serves it"
            )
        _check_config(function)
    _check_unique(identity for function in bound for identity in function_ids(function))
    return bound


def is_any_async(functions: Iterable[Servable]) -> bool:
    """Whether a handler of any of the functions is asynchronous."""
    return any(
        function.is_handler_async or function.is_on_failure_handler_async
        if isinstance(function, inngest.Function)
        else function.is_async
        for function in functions
    )


def function_ids(function: inngest.Function[Any]) -> Iterator[str]:  # Any: as above
    """Yield the ids by which Inngest calls a function: its own, and its failure handler's."""
    yield function.id
    if function.on_failure_fn_id is not None:
        yield function.on_failure_fn_id


def _check_one(function: object) -> Servable:
    if isinstance(function, inngest.Function):
        return cast("inngest.Function[Any]", function)  # type: ignore[redundant-cast]  # not to pyright
    if isinstance(function, EventFunction):
        return cast("Servable", function)
    name = getattr(function, "__name__", type(function).__name__)
    raise _unservable(f"{name} cannot be served: decorate it with create_function")


def _local_id(function: Servable) -> str:
    return function.local_id if isinstance(function, inngest.Function) else function.fn_id


def _check_unique(ids: Iterable[str]) -> None:
    twice = sorted(identity for identity, count in Counter(ids).items() if count > 1)
    if twice:
        raise _unservable(f"two functions have the id {', '.join(twice)}: each needs its own")


def _check_config(function: inngest.Function[Any]) -> None:  # Any: as above
    """Find what would otherwise fail at registration, with an answer that says little."""
    problem = ""
    try:
        config = function.get_config(_ANY_URL)
        for one in filter(None, (config.main, config.on_failure)):
            one.model_dump(mode="json")
    except Exception as error:  # noqa: BLE001  # the SDK raises what it likes, pydantic's too
        problem = str(error)
    if problem:
        raise _unservable(f"{function.id} cannot be registered: {problem}")


def _unservable(message: str) -> ConfigurationError:
    return ConfigurationError(message, setting="functions")
