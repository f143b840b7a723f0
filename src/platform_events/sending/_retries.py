"""Retries: whether a request is tried again, the time-out of each attempt, and the backoff.

There is no maximum number of attempts: the deadline of the send ends them. The relay of the outbox
backs off for longer (``outbox.relay``), as its rows have no deadline.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from ._outcome import Verdict, judge_answer, judge_failure
from ._transport import Answer, HttpRequest

if TYPE_CHECKING:
    from ._pace import Pace
    from ._queue import SharedRequest
    from .settings import Settings

_log: Final = logging.getLogger("platform_events.sending")

_FIRST_BACKOFF_S: Final = 0.1
_MAX_BACKOFF_S: Final = 2.0
# A server may be slow without hanging, so the first attempt gets at least this long.
_MIN_FIRST_ATTEMPT_TIMEOUT_S: Final = 1.0
# A server error may be about a single event. But most pass, so a request is not split at once.
_ATTEMPTS_BEFORE_SPLIT: Final = 2
# With less time left, another attempt would only time out, and hide why the last one failed.
_MIN_ATTEMPT_TIMEOUT_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Delay:
    seconds: float


AttemptFlow: TypeAlias = Generator[HttpRequest | Delay, "Answer | None", Verdict]
"""Yields the attempts at one request and the delays between them; returns the last verdict."""


@dataclass(frozen=True, slots=True, repr=False)
class RetryPolicy:
    """Decides when and how often requests to one server are tried."""

    settings: Settings
    headers: Mapping[str, str]
    clock: Callable[[], float]
    pace: Pace
    jitter: Callable[[], float] = random.random
    # One dictionary for all threads, as adding to it and removing from it are atomic.
    under_way: dict[SharedRequest, None] = field(default_factory=dict["SharedRequest", None])

    def flow(self, request: SharedRequest, note: Callable[[Verdict], object]) -> AttemptFlow:
        """Try a request until it succeeds, cannot succeed, or no caller is waiting for it."""
        settings, count = self.settings, request.event_count
        delays = backoffs(_FIRST_BACKOFF_S, _MAX_BACKOFF_S, self.jitter)
        while True:
            verdict = yield from self._attempt(request, count)
            request.take(verdict)
            note(verdict)
            if not verdict.is_retriable:  # so is every verdict that holds ids
                return verdict
            if request.attempts >= _ATTEMPTS_BEFORE_SPLIT and request.can_split(verdict):
                return verdict
            delay = max(next(delays), verdict.retry_after or 0)
            if self.clock() + delay + _MIN_ATTEMPT_TIMEOUT_S >= request.deadline:
                return verdict
            level = logging.INFO if settings.is_production else logging.WARNING
            message, problem = "%s; the next attempt is in %.1f s", verdict.reason
            _log.log(level, message, problem, delay, extra={"problem": problem})
            yield Delay(delay)

    def _attempt(self, request: SharedRequest, count: int) -> AttemptFlow:
        settings = self.settings
        began = self.clock()
        sent = HttpRequest(
            settings.event_url,
            {**self.headers, "x-inngest-event-id-seed": request.seed.header},
            request.body,
            self._timeout_s(request, request.deadline - began),
        )
        request.begin_attempt()
        self.under_way[request] = None
        try:
            answer = yield sent
        except Exception as error:  # noqa: BLE001  # whatever it is, every event is accounted for
            if self.clock() - began >= sent.timeout_s / 2:
                self.pace.note_silence(count)
            return judge_failure(error, settings.event_api_base_url)
        finally:
            self.under_way.pop(request, None)
        assert answer is not None  # noqa: S101  # the driver sends one
        verdict = judge_answer(answer, count, settings.event_api_base_url)
        if verdict.ids:
            self.pace.note_answer(count, self.clock() - began)
        return verdict

    def _timeout_s(self, request: SharedRequest, left_s: float) -> float:
        """Give the first attempt only part of the time, so that another can follow if it hangs."""
        settings = self.settings
        left_s = max(left_s, 0.001)
        if settings.attempt_timeout_s is not None:
            return min(settings.attempt_timeout_s, left_s)
        if request.attempts:
            return left_s
        return min(max(settings.send_timeout_s / 3, _MIN_FIRST_ATTEMPT_TIMEOUT_S), left_s)


def backoffs(first_s: float, most_s: float, jitter: Callable[[], float]) -> Iterator[float]:
    """Yield delays that double up to a maximum; jitter adds up to 50 % to each."""
    delay_s = first_s
    while True:
        yield delay_s * (1 + jitter() / 2)
        delay_s = min(2 * delay_s, most_s)
