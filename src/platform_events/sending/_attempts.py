"""Attempts at one request: their number, their time-outs and the delays between them."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from .outcome import Verdict, judge_answer, judge_failure
from .transport import Answer, HttpRequest

if TYPE_CHECKING:
    from ._pace import Pace
    from ._queue import SharedRequest
    from .settings import Settings

_log: Final = logging.getLogger("platform_events.sending")

_FIRST_BACKOFF_S: Final = 0.1
_LONGEST_BACKOFF_S: Final = 2.0
# What the first attempt gets at least, as a server may be slow without hanging.
_LEAST_FIRST_ATTEMPT_S: Final = 1.0
# With less, another attempt would hide why the last one failed behind a time-out.
_LEAST_ATTEMPT_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Delay:
    """Let some seconds pass."""

    seconds: float


AttemptFlow: TypeAlias = Generator[HttpRequest | Delay, "Answer | None", Verdict]
"""What happens to one request; returns what the last attempt came to."""


@dataclass(frozen=True, slots=True, repr=False)
class Attempts:
    """Decides about the attempts at requests to one server.

    Attributes:
        settings: The address, the key and the time-outs.
        headers: Those of every request; the seed comes to them.
        clock: Gives the time that deadlines are measured by, in seconds.
        pace: Learns how long answers take.
        jitter: Gives a random number from 0 to 1.
    """

    settings: Settings
    headers: Mapping[str, str]
    clock: Callable[[], float]
    pace: Pace
    jitter: Callable[[], float] = random.random

    def flow(self, request: SharedRequest, note: Callable[[Verdict], object]) -> AttemptFlow:
        """Try a request until it succeeds, cannot succeed, or nobody waits for it any more.

        Args:
            request: The request; it is told of every verdict.
            note: Is told, too.

        Returns:
            The flow. An answer is sent back to it, and what happened instead thrown into it.
        """
        settings, count = self.settings, request.event_count
        backoffs = _backoffs()
        while True:
            verdict = yield from self._attempt(request, count)
            request.take(verdict)
            note(verdict)
            if not verdict.is_retriable or (verdict.ids and all(verdict.ids)):
                return verdict
            delay = max(next(backoffs) * (1 + self.jitter() / 2), verdict.retry_after or 0)
            if self.clock() + delay + _LEAST_ATTEMPT_S >= request.deadline:
                return verdict
            level = logging.INFO if settings.is_production else logging.WARNING
            _log.log(level, "%s; the next attempt is in %.1f s", verdict.reason, delay)
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
        try:
            answer = yield sent
        except Exception as error:  # noqa: BLE001  # whatever it is, the events are accounted for
            if self.clock() - began >= sent.timeout_s / 2:
                self.pace.note_silence(count)
            return judge_failure(error, settings.event_api_base_url)
        assert answer is not None  # noqa: S101  # the driver sends one
        verdict = judge_answer(answer, count, settings.event_api_base_url)
        if verdict.ids:
            self.pace.note_answer(count, self.clock() - began)
        return verdict

    def _timeout_s(self, request: SharedRequest, left_s: float) -> float:
        """Give a hanging first attempt a part of the time, so that another one is possible."""
        settings = self.settings
        left_s = max(left_s, 0.001)
        if settings.attempt_timeout_s is not None:
            return min(settings.attempt_timeout_s, left_s)
        if request.attempts:
            return left_s
        return min(max(settings.send_timeout_s / 3, _LEAST_FIRST_ATTEMPT_S), left_s)


def _backoffs() -> Iterator[float]:
    delay = _FIRST_BACKOFF_S
    while True:
        yield delay
        delay = min(2 * delay, _LONGEST_BACKOFF_S)
