"""Asks a service or its Inngest server, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

import httpx2

from ..sending._transport import Answer, HttpRequest, exchange, open_client


def ask(
    method: str, url: str, headers: Mapping[str, str], *, timeout_s: float, body: bytes = b""
) -> Answer | str:
    """Ask a server; give its answer, or the kind of failure, such as ``ConnectError``."""
    request = HttpRequest(url, headers, body, timeout_s, method)
    del url, headers  # tools that collect frames would show keys
    try:
        with open_client(request) as client:
            return exchange(client, request)
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        return type(error).__name__


def read_json(answer: Answer) -> object:
    """Parse a body; return an empty string if it is not JSON, as that is no answer to anything."""
    try:
        return cast("object", json.loads(answer.body))
    except (ValueError, RecursionError):
        return ""
