"""Requests to the Event API as senders in any language make them, and its answers."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.server_conformance.target import Target


@dataclass(frozen=True, slots=True)
class EventApi:
    """The Event API of a server, without any SDK."""

    target: Target
    http: httpx.Client

    @classmethod
    @contextmanager
    def of(cls, target: Target) -> Generator[EventApi]:
        with httpx.Client(base_url=target.url, timeout=30, trust_env=False) as http:
            yield cls(target, http)

    def post(
        self, content: object, headers: Mapping[str, str] | None = None, key: str | None = None
    ) -> httpx.Response:
        """Send bytes as they are, and everything else as JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        key = self.target.event_key if key is None else key
        return self.http.post(f"/e/{key}", content=body, headers=headers)


def answer(response: httpx.Response) -> dict[str, Any]:  # Any: JSON
    """Read an answer, whose content type is not that of JSON."""
    parsed: dict[str, Any] = json.loads(response.content)
    return parsed


def accepted(response: httpx.Response) -> list[str]:
    """Give the ids of an answer that accepts everything."""
    found = answer(response)
    ids: list[str] = found["ids"]
    assert response.status_code == 200
    assert found == {"ids": ids, "status": 200}
    return ids


def refused(response: httpx.Response) -> str:
    """Give the text of an answer that accepts nothing."""
    found = answer(response)
    error: str = found["error"]
    assert response.status_code == 400
    assert found == {"ids": [""], "status": 400, "error": error}
    return error
