"""The readiness probe: says whether functions can be served, to anyone, and nothing else."""

from __future__ import annotations

from typing import Any, Final

from ..errors import ConfigurationError
from ._answers import NO_STORE, EndpointAnswer
from ._endpoint import Endpoint, unavailable

_METHODS: Final = ("GET", "HEAD")
_HEADERS: Final = {"content-type": "text/plain; charset=utf-8", **NO_STORE}


def answer_probe(endpoint: Endpoint[Any], method: str) -> EndpointAnswer:
    """Answer a probe. Nothing but its method is looked at, and the body is always empty."""
    if method not in _METHODS:
        return EndpointAnswer(405, {**_HEADERS, "allow": ", ".join(_METHODS)}, b"")
    try:
        endpoint.open()
    except ConfigurationError as error:
        unavailable(error)  # logs the reason, once in a while
        return EndpointAnswer(503, _HEADERS, b"")
    return EndpointAnswer(200, _HEADERS, b"")
