"""Serves functions from a FastAPI app, at ``/api/inngest``.

Needs the extra ``fastapi``: ``pip install "platform-events[fastapi]"``.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import inngest
from typing_extensions import Unpack

try:
    import fastapi
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{_why.name} is missing: pip install "platform-events[fastapi]"', name=_why.name
    ) from _why

from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import ConfigurationError
from ..functions.event_function import Servable
from ..sending.client import Client
from ._answers import EndpointAnswer, RequestRejected
from ._body import BodyBuffer
from ._endpoint import Endpoint, OpenEndpoint, unavailable
from ._gate import BODY_TIMEOUT_S, MAX_BODY_BYTES, ROUTED_METHODS, Admission, Gate, RequestHead
from ._health import answer_probe
from ._servable import check_app
from .options import ServeOptions

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.fast_api

_Routes: TypeAlias = dict[str, Callable[[fastapi.Request], Awaitable[fastapi.Response]]]

# The rest of a rejected body that is larger is not awaited: the connection is closed.
_SMALL_BODY_BYTES: Final = 64 * 1024


def serve(
    app: fastapi.FastAPI,
    functions: Sequence[Servable],
    *,
    streaming: inngest.Streaming | None = None,
    **options: Unpack[ServeOptions],
) -> None:
    """Serve functions: let Inngest discover, register and call them.

    The app can be imported without configuration. If a client is configured or given, missing
    settings raise here; otherwise when the app starts, from its lifespan.

    Args:
        app: The app that gets the endpoint.
        functions: What ``create_function`` declared.
        streaming: Whether to keep the connection alive while a function runs.
        **options: See :class:`~platform_events.serving.options.ServeOptions`; what is absent is
            read from the environment.

    Raises:
        ConfigurationError: ``app`` is none, a setting is missing or wrong, there are no functions,
            one belongs to another app or cannot be registered, or two have the same id.

    Example:
        >>> import fastapi
        >>> from platform_events.fast_api import serve
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... async def greet(ctx: inngest.Context, event: MemberFollowed) -> None: ...
        >>> app = fastapi.FastAPI()
        >>> serve(app, [greet])
    """
    check_app(app, fastapi.FastAPI)

    def build(client: Client, gate: Gate) -> _Routes:
        inner = fastapi.FastAPI(openapi_url=None)
        inngest.fast_api.serve(
            inner,
            client,
            gate.functions,
            public_path=gate.settings.public_path,
            serve_origin=gate.settings.serve_origin,
            serve_path=gate.settings.serve_path,
            streaming=streaming,
        )
        routes = [route for route in inner.routes if isinstance(route, APIRoute)]
        return {method: route.endpoint for route in routes for method in route.methods or ()}

    endpoint = Endpoint(functions, options, build)

    async def inngest_api(request: fastapi.Request) -> fastapi.Response:
        try:
            opened = endpoint.open()
        except ConfigurationError as error:
            return _response(unavailable(error))
        return await _answer(request, opened)

    app.add_api_route(
        endpoint.path,
        inngest_api,
        methods=list(ROUTED_METHODS),
        include_in_schema=False,
        response_model=None,
    )
    _open_at_start(app, endpoint)
    if endpoint.health_path is not None:
        _answer_probes(app, endpoint)


def _open_at_start(app: fastapi.FastAPI, endpoint: Endpoint[_Routes]) -> None:
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[Any]:  # Any: as Starlette has them
        endpoint.open()
        async with inner(app) as state:
            yield state

    app.router.lifespan_context = lifespan


def _answer_probes(app: fastapi.FastAPI, endpoint: Endpoint[_Routes]) -> None:
    """Answer probes before every middleware, also one that is added later."""
    build = app.build_middleware_stack

    def build_middleware_stack() -> ASGIApp:
        inner = build()

        async def stack(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and _path_of(scope) == endpoint.health_path:
                answer = _response(answer_probe(endpoint, scope["method"]))
                await answer(scope, receive, send)
            else:
                await inner(scope, receive, send)

        return stack

    app.build_middleware_stack = build_middleware_stack  # type: ignore[method-assign]  # as above


def _path_of(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


async def _answer(request: fastapi.Request, opened: OpenEndpoint[_Routes]) -> fastapi.Response:
    gate = opened.gate
    try:
        head = _head(request)
        body = await _admit_body(request, head, gate)
        admission = gate.verify_request(head, body.content)
        if gate.settings.replays is not None:
            await asyncio.to_thread(gate.refuse_replay, head)
        sdk = opened.for_method(head.method)[head.method]
        response = await sdk(_replay(request, head, body, admission))
    except RequestRejected as rejected:
        return _response(rejected.answer)
    except Exception as error:  # noqa: BLE001  # what it says may hold what a server sent
        return _response(gate.describe_failure(error))
    return _complete(response, gate, head, admission)


def _head(request: fastapi.Request) -> RequestHead:
    # Joined as WSGI does, so that two signatures are malformed.
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers}
    try:
        return RequestHead.of(request.method, request.url.netloc, headers, request.url.query)
    except ValueError:  # Starlette cannot parse the host or the query
        raise RequestRejected(400, "url_invalid", "the host or the query is not valid") from None


async def _admit_body(request: fastapi.Request, head: RequestHead, gate: Gate) -> BodyBuffer:
    try:
        gate.check_head(head)
        return await _read(request)
    except RequestRejected as rejected:
        length = head.headers.get("content-length", "0")
        is_small = length.isdecimal() and len(length) < 18 and int(length) <= _SMALL_BODY_BYTES
        if not is_small or "transfer-encoding" in head.headers:
            # The rest of the body is not read.
            rejected.answer = rejected.answer.with_headers(connection="close")
        raise


async def _read(request: fastapi.Request) -> BodyBuffer:
    body = BodyBuffer()
    stream = request.stream()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            while body.feed(await anext(stream, None)):
                if len(body) > MAX_BODY_BYTES:
                    break
    except TimeoutError:
        message = f"the body took more than {BODY_TIMEOUT_S:g} s"
        raise RequestRejected(408, "body_too_slow", message) from None
    except ClientDisconnect:
        raise RequestRejected(400, "body_invalid", "the body ended too early") from None
    return body


def _replay(
    request: fastapi.Request, head: RequestHead, body: BodyBuffer, admission: Admission
) -> fastapi.Request:
    """Make the request again, changed as the gate says, with its body unread."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body.content, "more_body": False}

    changed = {**head.headers, **admission.changes}
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in changed.items()
        if value is not None
    ]
    return fastapi.Request({**request.scope, "headers": headers}, receive)


def _complete(
    response: fastapi.Response, gate: Gate, head: RequestHead, admission: Admission
) -> fastapi.Response:
    if isinstance(response, StreamingResponse):
        headers = gate.fix_headers(head, response.headers)
        return StreamingResponse(response.body_iterator, response.status_code, headers)
    answer = EndpointAnswer(response.status_code, response.headers, bytes(response.body))
    return _response(gate.fix_response(head, admission, answer))


def _response(answer: EndpointAnswer) -> fastapi.Response:
    return fastapi.Response(answer.body, answer.status, dict(answer.headers))
