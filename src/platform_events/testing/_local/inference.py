"""Requests to models, which the server makes for the step ``step.ai.infer``.

Source: inngest/inngest: pkg/util/aigateway/request.go
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .commands import Call, Infer, options
from .go_json import Json


def infer(step_id: str, call: Call, op: Mapping[str, Json]) -> Infer:
    """Read what an app wants to ask a model."""
    given = options(op)
    url, key = str(given.get("url") or ""), str(given.get("auth_key") or "")
    headers = {"content-type": "application/json"}
    match given.get("format"):
        case "gemini":
            parts = urlsplit(url)
            query = urlencode([*parse_qsl(parts.query), ("key", key)])
            url = urlunsplit(parts._replace(query=query))
        case "bedrock":
            headers["authorization"] = key
        case "anthropic":
            headers["x-api-key"] = key
        case _:
            headers["authorization"] = f"Bearer {key}"
    more = given.get("headers")
    if isinstance(more, dict):
        headers |= {name.lower(): str(value) for name, value in more.items()}
    return Infer(step_id, call, url, headers, json.dumps(given.get("body")).encode())


def answer_of(status: int, body: str) -> tuple[Json, str]:
    """Read what a model answered; give it, or why it is a failure."""
    if not status:
        return None, body
    if not 200 <= status <= 299:
        return None, f"unsuccessful status code: {status}"
    try:
        found: Json = json.loads(body)
    except ValueError:
        return None, "the answer is not JSON"
    return found, ""
