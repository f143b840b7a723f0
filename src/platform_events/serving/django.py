"""Serves functions from a Django project, at ``/api/inngest``.

Needs the extra ``django``: ``pip install "platform-events[django]"``.
"""

from __future__ import annotations

import inspect
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import inngest

try:
    import django.urls
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{(_why.name or "").partition(".")[0]} is missing: pip install "platform-events[django]"',
        name=_why.name,
    ) from _why

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import HttpHeaders
from django.views.decorators.csrf import csrf_exempt

from ..sending.client import Client
from ..sending.transport import Answer
from .gate import MAX_BODY_BYTES, SIGNATURE, Gate, RequestRejected, Servable

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.django

_META_SIGNATURE: Final = "HTTP_" + SIGNATURE.upper().replace("-", "_")


def serve(
    functions: Sequence[Servable],
    *,
    client: Client | None = None,
    enable_unauthed_sync: bool | None = None,
    public_path: str | None = None,
    serve_origin: str | None = None,
    serve_path: str | None = None,
    clock: Callable[[], float] = time.time,
) -> django.urls.URLPattern:
    """Let Inngest discover, register and call functions.

    Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which is made for forms, does not count here: a call
    may be larger.

    Args:
        functions: What ``create_function`` declared.
        client: The client that they are bound to; None: the one client.
        enable_unauthed_sync: Whether a registration in production may be unsigned. None: only if
            ``INNGEST_ENABLE_UNAUTHED_SYNC`` is ``1`` or ``true``.
        public_path: The path that Inngest calls, where a proxy rewrites it.
        serve_origin: The origin that Inngest calls, where the app cannot see it.
            Environment: ``INNGEST_SERVE_ORIGIN``.
        serve_path: Where to serve, instead of ``/api/inngest``.
            Environment: ``INNGEST_SERVE_PATH``.
        clock: Gives the present, in seconds since 1970, for the age of signatures.

    Returns:
        A pattern for ``urlpatterns``.

    Raises:
        ConfigurationError: There is no signing key in production; the functions are none, are of
            another app, have one id twice, or cannot be registered.

    Example:
        >>> from platform_events.django import serve
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... def greet(ctx: inngest.ContextSync, event: MemberFollowed) -> None: ...
        >>> urlpatterns = [serve([greet])]
    """
    gate = Gate.open(
        functions, client=client, enable_unauthed_sync=enable_unauthed_sync, clock=clock
    )
    pattern = inngest.django.serve(
        gate.client,
        gate.functions,
        public_path=public_path,
        serve_origin=serve_origin,
        serve_path=serve_path,
    )
    view = pattern.callback

    def enter(request: HttpRequest) -> None:
        body = _read(request)
        headers = {name.lower(): value for name, value in HttpHeaders(request.META).items()}
        signature = gate.verify_request(request.method or "", headers, body)
        if signature is not None:
            request.META[_META_SIGNATURE] = signature
            # A middleware may have looked at the headers, which are kept once they were read.
            vars(request).pop("headers", None)

    def leave(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, response.content)
        fixed = gate.fix_response(request.method or "", answer)
        return response if fixed is answer else _response(fixed)

    def refuse(error: Exception) -> HttpResponse:
        if isinstance(error, SuspiciousOperation):
            raise error  # a host that is not allowed, for example, is Django's to answer
        return _response(error.answer if isinstance(error, RequestRejected) else gate.failed(error))

    if inspect.iscoroutinefunction(view):

        async def inngest_api_async(request: HttpRequest) -> HttpResponse:
            try:
                enter(request)
                return leave(request, await view(request))
            except Exception as error:  # noqa: BLE001  # what it says may hold what a server sent
                return refuse(error)

        return django.urls.path(str(pattern.pattern), csrf_exempt(inngest_api_async))

    def inngest_api(request: HttpRequest) -> HttpResponse:
        try:
            enter(request)
            return leave(request, view(request))
        except Exception as error:  # noqa: BLE001  # as above
            return refuse(error)

    return django.urls.path(str(pattern.pattern), csrf_exempt(inngest_api))


def _read(request: HttpRequest) -> bytes:
    length = _length(request)
    if length > MAX_BODY_BYTES:
        raise RequestRejected(413, "body_too_large", f"a body has {MAX_BODY_BYTES} bytes at most")
    body = None
    with suppress(UnreadablePostError):
        body = request.read(MAX_BODY_BYTES + 1)
    if body is None or len(body) < length:
        raise RequestRejected(400, "body_invalid", "the body ended too early")
    # request.body refuses what is larger than a form may be; it gives what it finds here.
    vars(request)["_body"] = body
    return body


def _length(request: HttpRequest) -> int:
    """Give the length that the request has by its header; 0 for what is no number, as Django."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _response(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status_code, headers=dict(answer.headers))
