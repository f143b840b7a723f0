"""Serves functions from a Django project, at ``/api/inngest``.

Needs the extra ``django``: ``pip install "platform-events[django]"``.
"""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import inngest
from typing_extensions import Unpack

try:
    import django.urls
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{(_why.name or "").partition(".")[0]} is missing: pip install "platform-events[django]"',
        name=_why.name,
    ) from _why

from django.conf import settings as django_settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import HttpHeaders
from django.views.decorators.csrf import csrf_exempt

from ..errors import ConfigurationError
from ..functions.event_function import Servable
from ..sending.client import Client
from ._answers import EndpointAnswer, RequestRejected
from ._body import BodyBuffer
from ._endpoint import Endpoint, OpenEndpoint, unavailable
from ._gate import BODY_TIMEOUT_S, MAX_BODY_BYTES, Admission, Gate, RequestHead
from ._health import answer_probe
from ._wsgi import change_headers, read_body, stop_reading
from .options import ServeOptions

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.django

_View: TypeAlias = Callable[[HttpRequest], Any]  # Any: an answer, or what gives one when awaited


def serve(functions: Sequence[Servable], **options: Unpack[ServeOptions]) -> django.urls.URLPattern:
    """Serve functions: let Inngest discover, register and call them.

    The project can be imported without configuration. If a client is configured or given, missing
    settings raise here; otherwise requests are answered with 500 until they are set, and the log
    names them.

    The view is exempt from the CSRF check, from ``LoginRequiredMiddleware`` and from
    ``ATOMIC_REQUESTS``: a function's errors become answers, so they would roll nothing back.
    Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which is meant for forms, does not apply: a call may
    be larger.

    Args:
        functions: What ``create_function`` declared.
        **options: See :class:`~platform_events.serving.options.ServeOptions`; what is absent is
            read from the environment.

    Returns:
        A pattern for ``urlpatterns``.

    Raises:
        ConfigurationError: A setting is missing or wrong, there are no functions, one belongs to
            another app or cannot be registered, or two have the same id.

    Example:
        >>> from platform_events.django import serve
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... def greet(ctx: inngest.ContextSync, event: MemberFollowed) -> None: ...
        >>> urlpatterns = [serve([greet])]
    """

    def build(client: Client, gate: Gate) -> _View:
        return inngest.django.serve(
            client,
            gate.functions,
            public_path=gate.settings.public_path,
            serve_origin=gate.settings.serve_origin,
            serve_path=gate.settings.serve_path,
        ).callback

    endpoint = Endpoint(functions, options, build)

    def inngest_api(request: HttpRequest, probe: str = "") -> HttpResponse:
        exchange = _Exchange.begin(request, endpoint, is_probe=bool(probe))
        if isinstance(exchange, HttpResponse):
            return exchange
        try:
            exchange.admit()
            exchange.opened.gate.refuse_replay(exchange.head)
            return exchange.complete(exchange.view(request))
        except Exception as error:  # noqa: BLE001  # what it says may hold what a server sent
            return exchange.describe(error)

    async def inngest_api_async(request: HttpRequest, probe: str = "") -> HttpResponse:
        exchange = _Exchange.begin(request, endpoint, is_probe=bool(probe))
        if isinstance(exchange, HttpResponse):
            return exchange
        try:
            exchange.admit()
            await asyncio.to_thread(exchange.opened.gate.refuse_replay, exchange.head)
            return exchange.complete(await exchange.view(request))
        except Exception as error:  # noqa: BLE001  # as above
            return exchange.describe(error)

    view = _exempt(inngest_api_async if endpoint.is_async else inngest_api)
    return _pattern(endpoint, view)


def _pattern(endpoint: Endpoint[_View], view: _View) -> django.urls.URLPattern:
    """Route to a view; a request to the path of the probe gets it as an argument."""
    path = endpoint.path.lstrip("/")
    if endpoint.health_path is None:
        return django.urls.path(path, view)
    probe = re.escape(endpoint.health_path.lstrip("/"))
    return django.urls.re_path(rf"\A(?:{re.escape(path)}|(?P<probe>{probe}))\Z", view)


def _exempt(view: _View) -> _View:
    """Exempt a view from checks that are meant for browsers and forms."""
    with suppress(ImproperlyConfigured):  # settings that are made later have no databases yet
        for alias in django_settings.DATABASES:
            view = non_atomic_requests(using=alias)(view)
    return csrf_exempt(login_not_required(non_atomic_requests(view)))


class _Exchange:
    def __init__(
        self, request: HttpRequest, opened: OpenEndpoint[_View], head: RequestHead
    ) -> None:
        self.request = request
        self.opened = opened
        self.head = head
        self.view = opened.for_method(head.method)
        self.admission = Admission(None, {})

    @classmethod
    def begin(
        cls, request: HttpRequest, endpoint: Endpoint[_View], *, is_probe: bool
    ) -> _Exchange | HttpResponse:
        """Begin with a request; return the answer to a probe, or if no endpoint can take it."""
        if is_probe:
            return _response(answer_probe(endpoint, request.method or ""))
        try:
            opened = endpoint.open()
            headers = {name.lower(): value for name, value in HttpHeaders(request.META).items()}
            query = request.META.get("QUERY_STRING", "")
            head = RequestHead.of(request.method or "", request.get_host(), headers, query)
        except ConfigurationError as error:
            return _response(unavailable(error))
        except RequestRejected as rejected:
            return _response(rejected.answer)
        return cls(request, opened, head)

    def admit(self) -> None:
        """Check the request, and change it as the gate says."""
        gate, meta = self.opened.gate, self.request.META
        try:
            gate.check_head(self.head)
            body = _read(self.request)
        except RequestRejected:
            stop_reading(meta)
            raise
        # request.body refuses what is larger than a form may be, but returns what it finds here.
        vars(self.request)["_body"] = body.content
        self.admission = gate.verify_request(self.head, body.content)
        change_headers(meta, self.admission.changes)
        # Middleware may have read the headers, which Django then caches.
        vars(self.request).pop("headers", None)

    def complete(self, response: HttpResponse) -> HttpResponse:
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = EndpointAnswer(response.status_code, headers, response.content)
        return _response(self.opened.gate.fix_response(self.head, self.admission, answer))

    def describe(self, error: Exception) -> HttpResponse:
        if isinstance(error, RequestRejected):
            return _response(error.answer)
        return _response(self.opened.gate.describe_failure(error))


def _read(request: HttpRequest) -> BodyBuffer:
    is_read = hasattr(request, "_body") or getattr(request, "_read_started", False)
    if "wsgi.input" in request.META and not is_read:
        return read_body(request.META, limit=MAX_BODY_BYTES, timeout_s=BODY_TIMEOUT_S)
    body = BodyBuffer()
    try:
        # Under ASGI, Django has read it before this view.
        body.feed(vars(request).get("_body") or request.read(MAX_BODY_BYTES + 1))
    except UnreadablePostError:
        raise RequestRejected(400, "body_invalid", "the body ended too early") from None
    return body


def _response(answer: EndpointAnswer) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
