"""Serves functions from a Flask app, at ``/api/inngest``.

Needs the extra ``flask``: ``pip install "platform-events[flask]"``.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import inngest
from typing_extensions import Unpack

try:
    import flask
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{_why.name} is missing: pip install "platform-events[flask]"', name=_why.name
    ) from _why

from werkzeug.datastructures import Headers

from ..errors import ConfigurationError
from ..functions.event_function import Servable
from ..sending.client import Client
from ._answers import EndpointAnswer, RequestRejected
from ._body import BodyBuffer
from ._endpoint import Endpoint, OpenEndpoint, unavailable
from ._gate import BODY_TIMEOUT_S, MAX_BODY_BYTES, ROUTED_METHODS, Gate, RequestHead
from ._health import answer_probe
from ._servable import check_app
from ._wsgi import change_headers, read_body, stop_reading
from .options import ServeOptions

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.flask

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_View: TypeAlias = Callable[[], Any]  # Any: as Flask has it


def serve(app: flask.Flask, functions: Sequence[Servable], **options: Unpack[ServeOptions]) -> None:
    """Serve functions: let Inngest discover, register and call them.

    The app can be imported without configuration. If a client is configured or given, missing
    settings raise here; otherwise requests are answered with 500 until they are set, and the log
    names them.

    Args:
        app: The app that gets the endpoint.
        functions: What ``create_function`` declared.
        **options: See :class:`~platform_events.serving.options.ServeOptions`; what is absent is
            read from the environment.

    Raises:
        ConfigurationError: ``app`` is none, a setting is missing or wrong, there are no functions,
            one belongs to another app or cannot be registered, or two have the same id.

    Example:
        >>> import flask
        >>> from platform_events.flask import serve
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... def greet(ctx: inngest.ContextSync, event: MemberFollowed) -> None: ...
        >>> app = flask.Flask("social")
        >>> serve(app, [greet])
    """
    check_app(app, flask.Flask)

    def build(client: Client, gate: Gate) -> _View:
        inner = flask.Flask("platform_events.flask", static_folder=None)
        inngest.flask.serve(
            inner,
            client,
            gate.functions,
            public_path=gate.settings.public_path,
            serve_origin=gate.settings.serve_origin,
            serve_path=gate.settings.serve_path,
        )
        [rule] = inner.url_map.iter_rules()
        # The SDK's view is asynchronous if one of the functions is.
        return inner.ensure_sync(inner.view_functions[rule.endpoint])

    endpoint = Endpoint(functions, options, build)

    def inngest_api() -> flask.Response:
        try:
            opened = endpoint.open()
        except ConfigurationError as error:
            return _response(unavailable(error))
        return _answer(flask.request, opened)

    app.add_url_rule(
        endpoint.path,
        view_func=inngest_api,
        methods=ROUTED_METHODS,
        provide_automatic_options=False,
    )
    if endpoint.health_path is not None:
        _answer_probes(app, endpoint)


def _answer_probes(app: flask.Flask, endpoint: Endpoint[_View]) -> None:
    """Answer probes before the app, whose hooks may demand a login or open a database."""
    inner = app.wsgi_app

    def wsgi_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != endpoint.health_path:
            return inner(environ, start_response)
        answer = _response(answer_probe(endpoint, environ["REQUEST_METHOD"]))
        return answer(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]  # the way that Flask documents


def _answer(request: flask.Request, opened: OpenEndpoint[_View]) -> flask.Response:
    gate = opened.gate
    try:
        head = RequestHead.of(
            request.method,
            request.host,
            _lower(request.headers),
            request.query_string.decode("latin-1"),
        )
        body = _admit_body(request, head, gate)
        admission = gate.verify_request(head, body.content)
        gate.refuse_replay(head)
        change_headers(request.environ, admission.changes)
        response = flask.make_response(opened.for_method(head.method)())
    except RequestRejected as rejected:
        return _response(rejected.answer)
    except Exception as error:  # noqa: BLE001  # what it says may hold what a server sent
        return _response(gate.describe_failure(error))
    answer = EndpointAnswer(response.status_code, _lower(response.headers), response.get_data())
    return _response(gate.fix_response(head, admission, answer))


def _admit_body(request: flask.Request, head: RequestHead, gate: Gate) -> BodyBuffer:
    try:
        gate.check_head(head)
        return _read(request)
    except RequestRejected:
        stop_reading(request.environ)
        raise


def _read(request: flask.Request) -> BodyBuffer:
    if "stream" in vars(request):  # something before this view has read it
        body = BodyBuffer()
        body.feed(request.get_data())
        return body
    body = read_body(request.environ, limit=MAX_BODY_BYTES, timeout_s=BODY_TIMEOUT_S)
    # For the SDK, which reads it again.
    request.environ["wsgi.input"] = io.BytesIO(body.content)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    request.max_content_length = None
    return body


def _lower(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _response(answer: EndpointAnswer) -> flask.Response:
    return flask.Response(answer.body, answer.status, dict(answer.headers))
