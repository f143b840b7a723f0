"""What a server's answers mean for the events of a request.

An event counts as sent only when it has a non-empty id of its own. The facts are those of
``inngest/inngest``: ``pkg/api/api.go`` and ``pkg/eventstream/eventstream.go``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, cast

from ..errors import SendError

if TYPE_CHECKING:
    import httpx

    from ..events.encoding import Sendable
    from .transport import Answer

# The server's own texts (inngest/inngest: pkg/api/api.go, pkg/event/event.go). Any other text may
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
    400: "one of the events was refused; see server_message",
    401: "check INNGEST_EVENT_KEY",
    403: "check INNGEST_EVENT_KEY",
    404: "check the base URL of the Event API",
    413: "lower max_event_bytes to the limit of your plan",
    429: "send less often, or later",
}


@dataclass(slots=True)
class Outcome:
    """What the attempts at one request came to so far.

    Attributes:
        events: The events of the request, as the caller gave them.
        origin: The server, for messages; without the key.
        ids: The id of each event that was accepted, ``""`` for the others.
        status_code: The status of the last answer.
        is_retriable: Whether another attempt may succeed.
        retry_after: What the server asked to wait, in seconds.
        server_message: The server's own words.
        reason: Why the events are not accepted yet, as a clause.
        cause: The exception behind it, if there is one.
    """

    events: list[Sendable]
    origin: str
    ids: list[str] = field(init=False)
    status_code: int | None = None
    is_retriable: bool = False
    retry_after: float | None = None
    server_message: str | None = None
    reason: str = ""
    cause: Exception | None = None

    def __post_init__(self) -> None:
        self.ids = [""] * len(self.events)

    @property
    def is_complete(self) -> bool:
        """Whether every event was accepted."""
        return all(self.ids)

    def take_failure(self, error: httpx.RequestError) -> None:
        """Note that an attempt got no whole answer.

        Args:
            error: What happened instead.
        """
        self.reason = f"{self.origin} gave no answer ({type(error).__name__})"
        self.cause, self.is_retriable, self.retry_after = error, True, None

    def take_answer(self, answer: Answer) -> None:
        """Note what a server answered.

        Args:
            answer: The answer, of any status and with any body.
        """
        status = self.status_code = answer.status_code
        self.is_retriable = status >= 500 or status in {408, 429}
        self.retry_after = _seconds(answer.headers.get("retry-after", ""))
        self.cause, self.server_message = None, None
        self.reason = f"{self.origin} answered with status {status}"
        parsed = self._parse(answer.body)
        text = parsed.get("error") or parsed.get("message")
        self.server_message = text if isinstance(text, str) else None
        # A server error promises nothing, whatever ids stand in it; 400 is how a server says that
        # it took the events before the first bad one.
        if status < 300 or status == 400:
            self._take_ids(parsed.get("ids"))

    def _parse(self, body: bytes) -> dict[str, object]:
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError) as error:
            # Without the text, which a JSON error carries whole.
            self.cause = ValueError(f"the answer is not JSON ({type(error).__name__})")
            self.reason += " and a body that is not JSON"
            return {}
        return cast("dict[str, object]", parsed) if isinstance(parsed, dict) else {}

    def _take_ids(self, ids: object) -> None:
        given = cast("list[object]", ids) if isinstance(ids, list) else []
        if len(given) > len(self.events):
            given = []  # nobody can say which belongs to which
        seen: set[str] = set()
        for position, id in enumerate(given):
            if isinstance(id, str) and id not in seen:
                self.ids[position] = id
                seen.add(id)
        if not self.is_complete and self.status_code != 400 and self.cause is None:
            self.reason += " without an id for every event"

    def error(self) -> SendError:
        """Give all of it as an error.

        Returns:
            The error; the events without an id are its ``unsent``.
        """
        unsent = [e for e, id in zip(self.events, self.ids, strict=True) if not id]
        message = f"{len(unsent)} of {len(self.events)} events were not accepted: {self.reason}"
        if self.server_message in _SAFE_TEXTS:
            message += f": {self.server_message}"
        remedy = _REMEDIES.get(self.status_code or 0)
        return SendError(
            f"{message}. {remedy[0].upper()}{remedy[1:]}." if remedy else f"{message}.",
            status_code=self.status_code,
            is_retriable=self.is_retriable,
            accepted_ids=[id for id in self.ids if id],
            unsent=unsent,
            retry_after=self.retry_after,
            server_message=self.server_message,
        )


def _seconds(retry_after: str) -> float | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3)."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds()) if date.tzinfo else None
