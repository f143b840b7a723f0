"""Outcomes: what a server's answers mean for the events of a request.

An event counts as sent only when it has a non-empty id of its own. The facts are from
``inngest/inngest``: ``pkg/api/api.go`` and ``pkg/eventstream/eventstream.go``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import httpx2

from ._hosts import is_loopback
from ._sdk_errors import SendError

if TYPE_CHECKING:
    from ..events._encoding import Sendable
    from ._transport import Answer

# Fixed texts of the server (inngest/inngest: pkg/api/api.go, pkg/event/event.go). Other texts may
# quote a payload, so it goes into SendError.server_message and not into the message.
_SAFE_TEXTS: Final = (
    "Event key not found",
    "Event keys are required to process events securely",
    "event name is empty",
    "timestamp is before Jan 1, 1980",
    "timestamp is after Jan 1, 2100",
    "Cannot have more than 5000 events in a batch",
)

_REMEDIES: Final = {
    400: "One of the events was refused; see server_message",
    401: "Check INNGEST_EVENT_KEY",
    403: "Check INNGEST_EVENT_KEY",
    404: "Check the base URL of the Event API",
    413: "Lower max_event_bytes to the limit of your plan",
    429: "Send less often, or later",
}

_NO_LOCAL_SERVER: Final = (
    "Start a dev server (npx inngest-cli@latest dev), or check the address that INNGEST_DEV or "
    "INNGEST_BASE_URL gives"
)

_UNTRUSTED: Final = (
    "Its certificate is not trusted here: check SSL_CERT_FILE, SSL_CERT_DIR and the authorities of "
    "this machine, or whether a proxy puts in its own"
)

# Refusals that concern the sender or the address, and so all events.
_ABOUT_ALL: Final = {401, 404, 405, 407, 410}

# Refusals that concern the events themselves: they stay wrong when key and address are corrected.
_ABOUT_EVENTS: Final = {400, 413, 415, 422}

# Failures after which the server certainly has not seen any of the events.
_BEFORE_ANY_BYTE: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The result of one attempt at a request."""

    reason: str  # why events were not accepted, as a clause
    ids: tuple[str, ...] = ()  # one for each event, ``""`` for one that was not accepted
    status_code: int | None = None
    is_retriable: bool = False
    is_unclear: bool = False  # the server may have accepted events nonetheless
    is_prefix: bool = False  # it accepted the events before the first that it refused
    retry_after: float | None = None
    server_message: str | None = None
    remedy: str | None = None
    cause: Exception | None = None

    @property
    def may_be_about_one(self) -> bool:
        """Whether a single event may be at fault, not the sender or the whole request."""
        status = self.status_code or 0
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            # Other server errors, and a time to wait, are about the server's state.
            return self.retry_after is None
        return 400 <= status < 500 and not self.is_retriable and status not in _ABOUT_ALL

    @property
    def may_pass_later(self) -> bool:
        """Whether the events may be accepted once server, key or address are in order."""
        return self.is_retriable or (
            300 <= (self.status_code or 0) < 500 and self.status_code not in _ABOUT_EVENTS
        )


def judge_failure(error: Exception, origin: str) -> Verdict:
    """Return the verdict on an attempt that got no complete answer; its cause shows no frames."""
    is_network = isinstance(error, httpx2.RequestError)
    is_unreachable = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)
    return Verdict(
        f"{origin} gave no answer ({type(error).__name__})",
        is_retriable=is_network and not isinstance(error, httpx2.UnsupportedProtocol),
        is_unclear=not isinstance(error, _BEFORE_ANY_BYTE),
        remedy=remedy(error, origin) if is_unreachable else None,
        cause=type(error)(str(error)) if is_network else error.with_traceback(None),
    )


def remedy(error: Exception, origin: str, api: str = "Event API") -> str:
    """Say what to do about a server that cannot be reached."""
    if "CERTIFICATE_VERIFY" in str(error):  # OpenSSL's own word, which the HTTP client passes on
        return _UNTRUSTED
    if is_loopback(origin):
        return _NO_LOCAL_SERVER
    return f"Check the base URL of the {api}, and whether this network reaches it"


def judge_answer(answer: Answer, count: int, origin: str) -> Verdict:
    status, cause = answer.status_code, None
    reason = f"{origin} answered with status {status}"
    try:
        parsed = _parse_object(answer.body)
    except ValueError as error:
        parsed, cause = dict[str, object](), error.with_traceback(None)
        reason += " and a body that is not JSON"
    text = parsed.get("error") or parsed.get("message")
    # A server error promises nothing, whatever ids it contains; with 400 a server says that it
    # accepted the events before the first bad one.
    ids = _read_ids(parsed.get("ids"), count) if status < 300 or status == 400 else ()
    if status < 300 and cause is None and not (ids and all(ids)):
        reason += " without an id for every event"
    return Verdict(
        reason,
        ids,
        status_code=status,
        is_retriable=status >= 500 or status in {408, 429},
        is_unclear=status >= 500 or status < 300,
        is_prefix=status == 400 and isinstance(parsed.get("ids"), list),
        retry_after=_seconds(answer.headers.get("retry-after", "")),
        server_message=text if isinstance(text, str) else None,
        remedy=_REMEDIES.get(status),
        cause=cause,
    )


@dataclass(slots=True, repr=False)
class Outcome:
    """What has become of one caller's events so far."""

    events: list[Sendable]
    ids: list[str] = field(init=False)  # ``""`` for an event that was not accepted
    verdict: Verdict = field(default=Verdict("nothing was sent"))
    is_unclear: bool = False  # an attempt may have delivered events that have no id
    status_code: int | None = None

    def __post_init__(self) -> None:
        self.ids = [""] * len(self.events)

    @property
    def is_complete(self) -> bool:
        return all(self.ids)

    @property
    def missing(self) -> list[int]:
        """The positions of the events that have no id."""
        return [position for position, id in enumerate(self.ids) if not id]

    def take(self, verdict: Verdict, positions: Iterable[int], ids: Iterable[str]) -> None:
        self.verdict = verdict
        self.is_unclear = self.is_unclear or verdict.is_unclear
        self.status_code = verdict.status_code or self.status_code
        for position, id in zip(positions, ids, strict=False):
            self.ids[position] = id

    def error(self) -> SendError:
        verdict, missing = self.verdict, self.missing
        message = f"{_describe_count(len(missing), len(self.events))}: {verdict.reason}"
        if verdict.server_message in _SAFE_TEXTS:
            message += f": {verdict.server_message}"
        if self.is_unclear:
            it = "it" if len(self.events) == 1 else "they"
            message += f"; {it} may have arrived all the same"
        message += f". {verdict.remedy}." if verdict.remedy else "."
        error = SendError(
            message,
            status_code=self.status_code,
            is_retriable=verdict.may_pass_later,
            accepted_ids=[id for id in self.ids if id],
            unsent=[self.events[position] for position in missing],
            retry_after=verdict.retry_after,
            server_message=verdict.server_message,
        )
        error.may_have_arrived = self.is_unclear
        return error


def _describe_count(missing: int, total: int) -> str:
    if total == 1:
        return "the event was not accepted"
    return f"{missing} of {total} events were not accepted"


def _parse_object(body: bytes) -> dict[str, object]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        name = type(error).__name__
    else:
        return cast("dict[str, object]", parsed) if isinstance(parsed, dict) else {}
    # Raised outside the handler, as a JSON error holds the whole text.
    raise ValueError(f"the answer is not JSON ({name})")


def _read_ids(ids: object, count: int) -> tuple[str, ...]:
    given = cast("list[object]", ids) if isinstance(ids, list) else []
    if len(given) > count:
        return ()  # it is unknown which id belongs to which event
    found, seen = [""] * count, {""}
    for position, id in enumerate(given):
        if isinstance(id, str) and id not in seen:
            found[position] = id
            seen.add(id)
    return tuple(found)


def _seconds(retry_after: str) -> float | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3)."""
    text = retry_after.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds()) if date.tzinfo else None
