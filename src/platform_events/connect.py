"""Serves functions from a process without a web server, which connects to Inngest itself.

Needs the extra ``connect``: ``pip install "platform-events[connect]"``.
"""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final, Protocol, TypedDict, cast

from typing_extensions import Unpack

try:
    with warnings.catch_warnings():
        # The SDK declares a model in a way that pydantic deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        import inngest.connect
        from inngest._internal.comm_lib import CommRequest, CommResponse
        from inngest.connect._internal.errors import NonRetryableError
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{_why.name} is missing: pip install "platform-events[connect]"', name=_why.name
    ) from _why

from ._printable import printable
from .errors import ConfigurationError
from .functions._call_report import keep_headers, report_malformed
from .functions.event_function import Servable
from .sending._outcome import remedy
from .sending.client import Client, get_client
from .serving._answers import (
    MAX_FOREIGN,
    EndpointAnswer,
    RequestRejected,
    fix_failure,
    read_object,
)
from .serving._calls import call_error
from .serving._gate import check_signing_key, quote_in_logs
from .serving._servable import bind_functions, check_client, check_functions

__all__ = ["ConnectOptions", "connect"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class ConnectOptions(TypedDict, total=False):
    """The options of :func:`connect`.

    Attributes:
        client: The client that the functions are bound to; absent: the one client.
        instance_id: What Inngest calls this worker; absent: the name of the host.
        max_concurrency: How many calls this worker takes at once; absent: any number.
            Environment: ``INNGEST_CONNECT_MAX_WORKER_CONCURRENCY``.
        rewrite_gateway: Changes the URL that the server says to connect to, for a server in a
            container whose own address cannot be reached from here.
    """

    client: Client
    instance_id: str
    max_concurrency: int
    rewrite_gateway: Callable[[str], str]


async def connect(functions: Sequence[Servable], **options: Unpack[ConnectOptions]) -> None:
    """Serve functions over a connection that this process opens to Inngest.

    Nothing needs to reach this process, so there is neither an endpoint nor a signature: the
    process shows the signing key when it connects. It registers the functions, reconnects when the
    connection breaks, and returns after SIGTERM or SIGINT, or ends when its task is cancelled:
    it then takes no more calls, and finishes those that are running. A second signal ends the
    process as if it were not here.

    Asynchronous functions run on the event loop of the caller, and the others in threads.

    Args:
        functions: What ``create_function`` declared.
        **options: See :class:`ConnectOptions`.

    Raises:
        ConfigurationError: A setting is missing or wrong, there are no functions, one belongs to
            another app or cannot be registered, two have the same id, or the server refuses the
            signing key.
        ConnectionError: The server cannot be reached: five attempts failed, five seconds apart,
            which takes 20 seconds or more.

    Example:
        >>> from platform_events.connect import connect
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... async def greet(ctx: inngest.Context, event: MemberFollowed) -> None: ...
        >>> def main() -> None:
        ...     asyncio.run(connect([greet]))
    """
    for name in options.keys() - ConnectOptions.__annotations__.keys():
        raise ConfigurationError(f"{name} is not an option of connect", setting=name)
    client = check_client(options.get("client")) or get_client()
    connection = _open(client, functions, options)
    failure = ""
    try:
        await _serve(connection)
    except NonRetryableError:
        raise ConfigurationError(
            "the Inngest server refuses the signing key: set INNGEST_SIGNING_KEY to the key of the "
            "environment",
            setting="INNGEST_SIGNING_KEY",
        ) from None
    except Exception as error:  # noqa: BLE001  # the SDK raises what it likes
        failure = printable(str(error)[:MAX_FOREIGN]) or type(error).__name__
        if error.__cause__ is not None:  # no answer came
            failure = f"{failure}. {remedy(error, client.api_origin, 'API')}"
    if failure:
        raise ConnectionError(f"no connection to Inngest at {client.api_origin}: {failure}")


def _open(client: Client, functions: Sequence[Servable], options: ConnectOptions) -> _Connection:
    """Check everything, as ``serve`` does, and make the connection of the SDK."""
    bound = bind_functions(check_functions(functions), client)
    if client.is_production:
        check_signing_key(client)
    quote_in_logs(client.logger)
    connection = inngest.connect.connect(
        [(client, bound)],
        instance_id=_check_instance_id(options.get("instance_id")),
        max_worker_concurrency=_check_concurrency(options.get("max_concurrency")),
        rewrite_gateway_endpoint=options.get("rewrite_gateway"),
        shutdown_signals=[],
    )
    # The SDK passes each call on to one of these, which are private to it.
    handlers = cast("dict[str, _CallHandler]", vars(connection)["_comm_handlers"])
    handlers[client.app_id] = _CheckedHandler(handlers[client.app_id])
    return connection


async def _serve(connection: _Connection) -> None:
    serving = asyncio.create_task(connection.start())
    loop = asyncio.get_running_loop()
    with _on_signal(lambda: asyncio.run_coroutine_threadsafe(connection.close(), loop)):
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            await connection.close()
            await serving
            raise


@contextmanager
def _on_signal(stop: Callable[[], object]) -> Generator[None]:
    """Call a function on the first signal to end, which only the main thread can receive."""
    is_main = threading.current_thread() is threading.main_thread()

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as signals have it
        restore()
        stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, handle) for number in _SIGNALS if is_main}
    try:
        yield
    finally:
        restore()


class _Connection(Protocol):
    async def start(self) -> None: ...

    async def close(self) -> None: ...


class _CallHandler(Protocol):
    async def post(self, req: CommRequest) -> CommResponse: ...


class _Message(Protocol):
    """A part of the message that holds a call."""

    function_slug: str
    run_id: str
    user_trace_ctx: bytes


class _CheckedHandler:
    """Does for calls over a connection what the gate does for those over HTTP."""

    def __init__(self, inner: _CallHandler) -> None:
        self._inner = inner

    async def post(self, req: CommRequest) -> CommResponse:
        problem = call_error(req.body)
        message = cast("_Message", req.raw_request)
        if problem:
            report_malformed(message.function_slug, message.run_id, problem)
            return _to_response(RequestRejected(500, "body_invalid", problem).answer)
        keep_headers(_headers_of(message))
        response = await self._inner.post(req)
        body = response.body_bytes()
        if response.status_code != 500 or isinstance(body, Exception):
            return response
        answer = EndpointAnswer(500, response.headers, body)
        return _to_response(fix_failure(answer))


def _headers_of(message: _Message) -> dict[str, str]:
    """Return the headers that the call would have over HTTP, of those that are kept."""
    # inngest/inngest: pkg/connect/grpc/proxy.go
    trace = read_object(message.user_trace_ctx) or {}
    headers = {name: value for name, value in trace.items() if isinstance(value, str)}
    return {**headers, "x-run-id": message.run_id}


def _to_response(answer: EndpointAnswer) -> CommResponse:
    body: object = json.loads(answer.body)
    return CommResponse(body=body, headers=dict(answer.headers), status_code=answer.status)


def _check_instance_id(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise ConfigurationError("instance_id must be a non-empty string", setting="instance_id")


def _check_concurrency(value: object) -> int | None:
    if value is None or (type(value) is int and value >= 1):
        return value
    raise ConfigurationError("max_concurrency must be 1 or more", setting="max_concurrency")
