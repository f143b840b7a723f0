"""Serves functions from a Flask app, at ``/api/inngest``.

Needs the extra ``flask``: ``pip install "platform-events[flask]"``.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from typing import Final

import inngest

try:
    import flask
except ModuleNotFoundError as _why:
    raise ModuleNotFoundError(
        f'{_why.name} is missing: pip install "platform-events[flask]"', name=_why.name
    ) from _why

from werkzeug.datastructures import Headers
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from ..sending.client import Client
from ..sending.transport import Answer
from .gate import MAX_BODY_BYTES, SIGNATURE, Gate, RequestRejected, Servable

with warnings.catch_warnings():
    # The SDK declares a model in a way that pydantic deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import inngest.flask

_ENVIRON_SIGNATURE: Final = "HTTP_" + SIGNATURE.upper().replace("-", "_")


def serve(
    app: flask.Flask,
    functions: Sequence[Servable],
    *,
    client: Client | None = None,
    enable_unauthed_sync: bool | None = None,
    public_path: str | None = None,
    serve_origin: str | None = None,
    serve_path: str | None = None,
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
        clock: Gives the present, in seconds since 1970, for the age of signatures.

    Raises:
        ConfigurationError: There is no signing key in production; the functions are none, are of
            another app, have one id twice, or cannot be registered.

    Example:
        >>> import flask
        >>> from platform_events.flask import serve
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... def greet(ctx: inngest.ContextSync, event: MemberFollowed) -> None: ...
        >>> app = flask.Flask("social")
        >>> serve(app, [greet])
    """
    gate = Gate.open(
        functions, client=client, enable_unauthed_sync=enable_unauthed_sync, clock=clock
    )
    inner = flask.Flask("platform_events.flask", static_folder=None)
    inngest.flask.serve(
        inner,
        gate.client,
        gate.functions,
        public_path=public_path,
        serve_origin=serve_origin,
        serve_path=serve_path,
    )
    [rule] = inner.url_map.iter_rules()
    # The SDK's view is asynchronous if one of the functions is.
    view = inner.ensure_sync(inner.view_functions[rule.endpoint])

    def inngest_api() -> flask.Response:
        request = flask.request
        try:
            signature = gate.verify_request(request.method, _lower(request.headers), _read(request))
            if signature is not None:
                request.environ[_ENVIRON_SIGNATURE] = signature
            response = flask.make_response(view())
        except RequestRejected as refused:
            return _response(refused.answer)
        except Exception as error:  # noqa: BLE001  # what it says may hold what a server sent
            return _response(gate.failed(error))
        answer = Answer(response.status_code, _lower(response.headers), response.get_data())
        fixed = gate.fix_response(request.method, answer)
        return response if fixed is answer else _response(fixed)

    app.add_url_rule(rule.rule, view_func=inngest_api, methods=["GET", "POST", "PUT"])


def _read(request: flask.Request) -> bytes:
    request.max_content_length = MAX_BODY_BYTES
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        message = f"a body has {MAX_BODY_BYTES} bytes at most"
        raise RequestRejected(413, "body_too_large", message) from None
    except ClientDisconnected:
        raise RequestRejected(400, "body_invalid", "the body ended too early") from None


def _lower(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _response(answer: Answer) -> flask.Response:
    return flask.Response(answer.body, answer.status_code, dict(answer.headers))
