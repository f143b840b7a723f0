"""How requests of events are delivered: attempts, their answers, and an account of every event.

The decisions are made in generators that perform no I/O: they yield what to do
(:class:`HttpRequest`, :class:`Delay`, :class:`AwaitHook`) and are sent the result. So the logic is
written once, and two small drivers run it, with and without an event loop.
"""

from __future__ import annotations

import base64
import logging
import random
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from inspect import isawaitable
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import httpx
import inngest

from ..errors import SendError
from ..events.encoding import encode_any
from .batches import Batch, Batcher
from .outcome import Outcome

if TYPE_CHECKING:
    from ..events.encoding import Sendable
    from .batches import Encode
    from .settings import Settings
    from .transport import Answer, Transport

_log: Final = logging.getLogger("platform_events.sending")

_FIRST_BACKOFF_S: Final = 0.1
_LONGEST_BACKOFF_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """Do send a request; the answer is sent back, or an ``httpx.RequestError`` thrown."""

    url: str
    headers: dict[str, str]
    body: bytes
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Delay:
    """Do wait for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AwaitHook:
    """Do wait for what asynchronous middleware does."""

    awaitable: Awaitable[None]


SendFlow: TypeAlias = Generator[HttpRequest | Delay | AwaitHook, "Answer | None", list[str]]
"""What happens to events; returns their ids, in order."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivers requests for one client.

    Attributes:
        client: Whose middleware sees the events.
        settings: The client's limits, addresses and keys.
        transport: The client's connections.
        clock: Gives the time that deadlines are measured by, in seconds; None: the transport's.
        jitter: Gives a random number from 0 to 1.
    """

    client: inngest.Inngest
    settings: Settings
    transport: Transport
    clock: Callable[[], float] | None = None
    jitter: Callable[[], float] = random.random

    def send_many(
        self, events: Iterable[Sendable], encode: Encode, *, skip_middleware: bool = False
    ) -> SendFlow:
        """Deliver any number of events, in as few requests as the limits allow.

        What can be read twice, such as a list, is checked whole before the first byte leaves. Of
        an iterator only as much is read as one request holds.

        Args:
            events: The events.
            encode: Checks one event and encodes it.
            skip_middleware: Whether the middleware is passed by.

        Returns:
            The flow; it ends with the ids of the events, in order.

        Raises:
            SendError: Not all events were accepted; also when the iterator failed or gave
                something that cannot be sent after others were sent or taken from it.
            TypeError, ValueError: An event cannot be sent, and the caller still has all of them.
        """
        batcher = Batcher(encode, self.settings.max_event_bytes)
        batches = batcher.split(events)
        is_kept = isinstance(events, Collection)
        if is_kept:
            batches = iter(list(batches))
        ids: list[str] = []
        current: list[Sendable] = []
        try:
            for batch in batches:
                current = batch.events
                ids += yield from self.send_batch(batch, skip_middleware=skip_middleware)
                current = []
        except SendError as error:
            error.accepted_ids[:0] = ids
            error.unsent += _following(batches) if is_kept else batcher.taken
            raise
        except Exception as error:
            taken = [*current, *batcher.taken]
            if not ids and (is_kept or not taken):
                raise
            unsent = [*current, *_following(batches)] if is_kept else taken
            raise SendError(
                f"the send was interrupted by {type(error).__name__}: {len(ids)} events were "
                f"accepted, and {len(unsent)} were not",
                accepted_ids=ids,
                unsent=unsent,
            ) from error
        return ids

    def send_batch(self, batch: Batch, *, skip_middleware: bool = False) -> SendFlow:
        """Deliver the events of one request, through the client's middleware.

        Args:
            batch: The events.
            skip_middleware: Whether the middleware is passed by.

        Returns:
            The flow; it ends with the ids of the events, in order.

        Raises:
            SendError: Not all events were accepted. Its ``unsent`` holds the caller's own objects.
        """
        if skip_middleware or not self.client.middleware:
            return (yield from self._attempts(batch, batch.events))
        return (yield from self._through_middleware(batch))

    def _through_middleware(self, batch: Batch) -> SendFlow:
        hooks = [make(self.client, None) for make in self.client.middleware]
        copies = [_sdk_copy(event) for event in batch.events]
        for hook in hooks:
            yield from _wait_for(hook.before_send_events(copies))
        if len(copies) != len(batch.events):
            raise SendError("middleware changed the number of events", unsent=batch.events)

        # What middleware made of an event need not follow its schema: it may be encrypted.
        batcher = Batcher(encode_any, self.settings.max_event_bytes)
        parts = list(batcher.split(copies))
        rest = deque(batch.events)
        ids: list[str] = []
        error: SendError | None = None
        for part in parts:
            originals = [rest.popleft() for _ in part.events]
            try:
                ids += yield from self._attempts(part, originals)
            except SendError as refused:
                ids += refused.accepted_ids
                refused.accepted_ids[:] = ids
                refused.unsent += rest
                error = refused
                break
        try:
            # It copies the ids, so that hooks may do with it as they like.
            result = inngest.SendEventsResult(ids=ids, error=str(error) if error else None)
            for hook in reversed(hooks):
                yield from _wait_for(hook.after_send_events(result))
        except Exception as failure:
            if error is None:
                # Without the ids the caller would take the events for lost, and send them again.
                raise SendError(
                    f"middleware failed with {type(failure).__name__}, but all {len(ids)} events "
                    "were accepted before",
                    accepted_ids=ids,
                ) from failure
            error.add_note(f"Middleware failed, too, with {type(failure).__name__}.")
        if error is not None:
            raise error
        return ids

    def _attempts(self, batch: Batch, originals: list[Sendable]) -> SendFlow:
        settings = self.settings
        url = f"{settings.event_api_base_url}/e/{settings.event_key}"
        # One seed for all attempts: the server derives the ids from it, so that a repeat of what
        # it had taken already makes the same events and starts no second run.
        headers, body = self._headers(), batch.body
        clock = self.clock or self.transport.clock
        end = clock() + settings.send_timeout_s
        outcome = Outcome(originals, settings.event_api_base_url)
        backoffs = _backoffs()
        while True:
            try:
                timeout_s = max(end - clock(), 0.001)
                answer = yield HttpRequest(url, headers, body, timeout_s)
                outcome.take_answer(cast("Answer", answer))
            except httpx.RequestError as error:
                outcome.take_failure(error)
            if outcome.is_complete:
                return outcome.ids
            delay = max(next(backoffs) * (1 + self.jitter() / 2), outcome.retry_after or 0)
            if not outcome.is_retriable or clock() + delay >= end:
                break
            _log.info("%s; the next attempt is in %.1f s", outcome.reason, delay)
            yield Delay(delay)
        raise outcome.error() from outcome.cause

    def _headers(self) -> dict[str, str]:
        seed = base64.b64encode(secrets.token_bytes(10)).decode()
        headers = {
            "content-type": "application/json",
            "user-agent": f"platform-events:v{_version('platform-events')}",
            "x-inngest-sdk": f"inngest-py:v{_version('inngest')}",
            "x-inngest-event-id-seed": f"{int(time.time() * 1000)},{seed}",
        }
        if self.client.env is not None:
            headers["x-inngest-env"] = self.client.env
        return headers


def _backoffs() -> Iterator[float]:
    delay = _FIRST_BACKOFF_S
    while True:
        yield delay
        delay = min(2 * delay, _LONGEST_BACKOFF_S)


def _wait_for(result: object) -> Generator[AwaitHook, object, None]:
    """AwaitHook for what a hook of middleware gave, if it is of the asynchronous kind."""
    if isawaitable(result):
        yield AwaitHook(result)


def _sdk_copy(event: Sendable) -> inngest.Event:
    """Make a copy that middleware may change as it likes."""
    return event.model_copy(deep=True) if isinstance(event, inngest.Event) else event.to_inngest()


def _following(batches: Iterable[Batch]) -> list[Sendable]:
    return [event for batch in batches for event in batch.events]


@cache
def _version(distribution: str) -> str:
    return version(distribution)
