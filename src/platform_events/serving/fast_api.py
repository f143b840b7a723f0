"""Serves functions from a FastAPI app, at ``/api/inngest``.

Needs the extra ``fastapi``: ``pip install "platform-events[fastapi]"``.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import inngest

try:
    import fastapi
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{_why.name} is missing: pip install "platform-events[fastapi]"', name=_why.name
    ) from _why

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message

from ..sending.client import Client
from ..sending.transport import Answer
from .gate import MAX_BODY_BYTES, SIGNATURE, Gate, RequestRejected, Servable

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.fast_api

_Endpoint: TypeAlias = Callable[[fastapi.Request], Awaitable[fastapi.Response]]


def serve(  # noqa: PLR0913  # the SDK's keywords
    app: fastapi.FastAPI,
    functions: Sequence[Servable],
    *,
    client: Client | None = None,
    enable_unauthed_sync: bool | None = None,
    public_path: str | None = None,
    serve_origin: str | None = None,
    serve_path: str | None = None,
    streaming: inngest.Streaming | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Let Inngest discover, register and call functions.

    Args:
        app: The app that gets the endpoint.
        functions: What ``create_function`` declared.
        client: The client that they are bound to; None: the one client.
        enable_unauthed_sync: Whether a registration in production may be unsigned. None: only if
            ``INNGEST_ENABLE_UNAUTHED_SYNC`` is ``1`` or ``true``.
        public_path: The path that Inngest calls, where a proxy rewrites it.
        serve_origin: The origin that Inngest calls, where the app cannot see it.
            Environment: ``INNGEST_SERVE_ORIGIN``.
        serve_path: Where to serve, instead of ``/api/inngest``.
            Environment: ``INNGEST_SERVE_PATH``.
        streaming: Whether to keep a connection alive while a function works.
        clock: Gives the present, in seconds since 1970, for the age of signatures.

    Raises:
        ConfigurationError: There is no signing key in production; the functions are none, are of
            another app, have one id twice, or cannot be registered.

    Example:
        >>> import fastapi
        >>> from platform_events.fast_api import serve
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... async def greet(ctx: inngest.Context, event: MemberFollowed) -> None: ...
        >>> app = fastapi.FastAPI()
        >>> serve(app, [greet])
    """
    gate = Gate.open(
        functions, client=client, enable_unauthed_sync=enable_unauthed_sync, clock=clock
    )
    inner = fastapi.FastAPI(openapi_url=None)
    inngest.fast_api.serve(
        inner,
        gate.client,
        gate.functions,
        public_path=public_path,
        serve_origin=serve_origin,
        serve_path=serve_path,
        streaming=streaming,
    )
    routes = [route for route in inner.routes if isinstance(route, APIRoute)]
    endpoints: dict[str, _Endpoint] = {
        method: route.endpoint for route in routes for method in route.methods or ()
    }

    async def endpoint(request: fastapi.Request) -> fastapi.Response:
        try:
            body = await _read(request)
            signature = gate.verify_request(request.method, _one_of_each(request.headers), body)
            response = await endpoints[request.method](_replay(request, body, signature))
        except RequestRejected as refused:
            return _response(refused.answer)
        except Exception as error:  # noqa: BLE001  # what it says may hold what a server sent
            return _response(gate.failed(error))
        return response if isinstance(response, StreamingResponse) else _mended(request, response)

    def _mended(request: fastapi.Request, response: fastapi.Response) -> fastapi.Response:
        answer = Answer(response.status_code, response.headers, bytes(response.body))
        fixed = gate.fix_response(request.method, answer)
        return response if fixed is answer else _response(fixed)

    app.add_api_route(
        routes[0].path,
        endpoint,
        methods=sorted(endpoints),
        include_in_schema=False,
        response_model=None,
    )


async def _read(request: fastapi.Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                break
    except ClientDisconnect:
        raise RequestRejected(400, "body_invalid", "the body ended too early") from None
    return bytes(body)


def _one_of_each(headers: Headers) -> dict[str, str]:
    """Join what came more than once, as WSGI does: two signatures are none."""
    return {name: ",".join(headers.getlist(name)) for name in headers}


def _replay(request: fastapi.Request, body: bytes, signature: str | None) -> fastapi.Request:
    """Make the request once more, with a body that was not read yet."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers: list[tuple[bytes, bytes]] = [
        (name, value) for name, value in request.scope["headers"] if name != SIGNATURE.encode()
    ]
    if signature is not None:
        headers.append((SIGNATURE.encode(), signature.encode("latin-1")))
    return fastapi.Request({**request.scope, "headers": headers}, receive)


def _response(answer: Answer) -> fastapi.Response:
    return fastapi.Response(answer.body, answer.status_code, dict(answer.headers))
