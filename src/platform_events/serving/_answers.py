"""The answers of the endpoint: the SDK's, completed, and its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import Final, cast

import pydantic_core

from .._printable import printable

NO_STORE: Final = {"cache-control": "no-store"}
"""No cache may keep an answer: answers to signed requests are for Inngest alone."""

MAX_FOREIGN: Final = 200
"""How many characters of text from outside are shown at most."""

# How the SDK reports an error of Inngest's API; the text of the answer follows.
_API_REFUSAL: Final = re.compile(r"HTTP error: ([0-9]{3})\b")


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    status: int
    headers: Mapping[str, str] = field(repr=False)  # by lower-case names
    body: bytes = field(repr=False)

    def with_headers(self, **headers: str) -> EndpointAnswer:
        """Return a copy with headers added or replaced; ``_`` stands for ``-``."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **changed})


class RequestRejected(Exception):  # noqa: N818  # it is an answer, not an error of the program
    def __init__(self, status: int, code: str | None, message: str) -> None:
        super().__init__(status, code, message)
        content = {"message": message} if code is None else {"code": code, "message": message}
        headers = {"content-type": "application/json", **sdk_headers(), **NO_STORE}
        self.answer = EndpointAnswer(status, headers, json.dumps(content).encode())


@cache
def sdk_headers() -> dict[str, str]:
    """Return the headers that tell an app's answer from that of a proxy in front of it."""
    return {"x-inngest-sdk": f"inngest-py:v{version('inngest')}", "x-inngest-sdk-handled": "true"}


def fix_failure(answer: EndpointAnswer) -> EndpointAnswer:
    """Remove text from outside from an error that the SDK itself raised."""
    content = read_object(answer.body) if answer.status == 500 else None
    if not content:
        return answer
    if content.get("code") == "output_unserializable":  # the SDK intends but omits this
        answer = answer.with_headers(x_inngest_no_retry="true")
    message = content.get("message")
    if "stack" in content or not isinstance(message, str):
        return answer
    content["message"] = describe_sdk_error(message)
    return replace(answer, body=json.dumps(content).encode())


def list_functions(answer: EndpointAnswer, ids: Iterable[str]) -> EndpointAnswer:
    """Add the ids of the functions to an inspection; the SDK only counts them."""
    content = read_object(answer.body) if answer.status == 200 else None
    if content is None:
        return answer
    return replace(answer, body=json.dumps({**content, "function_ids": sorted(ids)}).encode())


def describe_sdk_error(message: str) -> str:
    """Describe an error of the SDK without the text of Inngest's API."""
    refusal = _API_REFUSAL.search(message)
    if refusal:
        return f"the Inngest API answered HTTP {refusal[1]}"
    return printable(message[:MAX_FOREIGN])


def read_object(body: bytes) -> dict[str, object] | None:
    """Parse a JSON object; return None if the body is anything else."""
    try:
        content: object = pydantic_core.from_json(body)
    except ValueError:
        return None
    return cast("dict[str, object]", content) if isinstance(content, dict) else None
