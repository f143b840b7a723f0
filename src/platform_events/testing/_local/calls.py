"""What an app answers to a call.

Source: inngest/inngest: pkg/execution/driver/driver.go, pkg/execution/driver/httpdriver
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, cast

from . import go_json
from .go_json import Json

_LONGEST_SECONDS: Final = 7
_MIN_RETRY: Final = 1.0
_MAX_RETRY: Final = 86400.0
_NOT_SDK: Final = "The response did not come from an Inngest SDK"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call."""

    # Why the call itself failed, such as "invalid status code: 500", or empty.
    failure: str = ""
    body: Json = None
    # What the app reports: steps run, planned or waited for; None for a function's result.
    ops: tuple[Mapping[str, Json], ...] | None = None
    no_retry: bool = False
    retry_after: float | None = None
    version: int = 0

    def error(self) -> dict[str, Json]:
        """Put the failure into the form in which Inngest tells of it."""
        # inngest/inngest: pkg/execution/state/driver_response.go
        error: dict[str, Json] = {"error": self.failure, "name": "Error", "message": self.failure}
        given = self.body if isinstance(self.body, dict) else {}
        for key in ("name", "message", "stack"):
            if (value := given.get(key)) and isinstance(value, str):
                error[key] = value
        return error


def unreachable(reason: str) -> Answer:
    return Answer(f"Unable to reach SDK URL: {reason}")


def read_answer(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Answer:
    value = _json(body)
    if status == 201 and isinstance(value, dict):  # a streamed answer
        status, headers, value = _unwrap(value, headers)
    is_sdk = "x-inngest-sdk" in headers
    no_retry = headers.get("x-inngest-no-retry") == "true"
    ops = _ops(value) if status == 206 else None
    failure = _failure(status, ops, no_retry=no_retry)
    if _is_success(status) and not is_sdk:
        failure = _NOT_SDK
    version = headers.get("x-inngest-req-version", "")
    return Answer(
        failure=failure,
        body=value if is_sdk else _fatal(status),
        ops=None if failure else ops,
        no_retry=no_retry,
        retry_after=_retry_after(headers.get("retry-after", ""), now),
        version=int(version) if version.isdigit() else 0,
    )


def _failure(status: int, ops: Sequence[object] | None, *, no_retry: bool) -> str:
    if status == 206:
        return "error reading generator opcode response" if ops is None else ""
    if no_retry:
        return "NonRetriableError"
    return "" if _is_success(status) else f"invalid status code: {status}"


def _fatal(status: int) -> Json:
    if _is_success(status):
        return None
    message = f"Your server returned HTTP {status} before the SDK responded."
    return {"name": "Server returned a fatal error", "message": message}


def _is_success(status: int) -> bool:
    return 200 <= status <= 299


def _json(body: bytes) -> Json:
    text = body.decode("utf-8", "replace")
    try:
        return go_json.loads(text)
    except go_json.JsonError:
        return text or None


def _unwrap(
    stream: Mapping[str, Json], headers: Mapping[str, str]
) -> tuple[int, Mapping[str, str], Json]:
    inner, status, more = stream.get("body"), stream.get("status"), stream.get("headers")
    extra = more if isinstance(more, dict) else {}
    lower = {key.lower(): str(value) for key, value in extra.items()}
    body = _json(inner.encode()) if isinstance(inner, str) else inner
    return (status if isinstance(status, int) else 0), {**headers, **lower}, body


def _ops(value: Json) -> tuple[Mapping[str, Json], ...] | None:
    ops = [value] if isinstance(value, dict) else value
    if not isinstance(ops, list) or not all(isinstance(op, dict) for op in ops):
        return None
    return tuple(cast("list[dict[str, Json]]", ops))


def _retry_after(header: str, now: float) -> float | None:
    if not header:
        return None
    if len(header) <= _LONGEST_SECONDS and header.isascii() and header.isdigit():
        seconds = float(header)
    else:
        date = _date(header)
        if date is None:
            return None
        seconds = date.timestamp() - now
    return min(max(seconds, _MIN_RETRY), _MAX_RETRY)


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (TypeError, ValueError):
            continue
    return None
