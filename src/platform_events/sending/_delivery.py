"""The delivery of the events of one call: requests, middleware, and an account of every event.

Generators that perform no I/O make the decisions: they yield commands (:class:`Handover`,
:class:`AwaitHook`) and resume when those are done. So the logic is written once, and two small
drivers run it, with and without an event loop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import inngest

from ..events._encoding import encode_any
from ._batches import Batch, Batcher, check_iterable
from ._frames import hide_frames
from ._middleware import AwaitHook, Hooks
from ._outcome import Outcome
from ._sdk_errors import SendError

if TYPE_CHECKING:
    from ..events._encoding import Sendable
    from ._batches import Encode
    from ._pace import Pace
    from .settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Handover:
    """A command to send events; the outcome records what became of them."""

    batch: Batch
    outcome: Outcome


SendFlow: TypeAlias = Generator[Handover | AwaitHook, None, list[str]]
"""Yields the commands that deliver events; returns the ids of the events, in order."""


@dataclass(frozen=True, slots=True, repr=False)
class Delivery:
    """Delivers the events of a call for one client."""

    client: inngest.Inngest
    settings: Settings
    pace: Pace

    def send_many(
        self, events: Iterable[Sendable], encode: Encode, *, skip_middleware: bool = False
    ) -> SendFlow:
        """Deliver any number of events: a list is checked whole, an iterator read as it is sent."""
        call = _Call(Batcher(encode, self.settings.max_event_bytes, self.pace), events)
        del events  # tools that collect frames would show a local variable
        try:
            for batch in call.batches():
                call.current = batch.events
                call.ids += yield from self.send_batch(batch, skip_middleware=skip_middleware)
                call.current = []
        except BaseException as error:
            call.account_for(error)
            raise
        return call.ids

    def send_batch(self, batch: Batch, *, skip_middleware: bool = False) -> SendFlow:
        """Deliver the events of one batch, through the client's middleware."""
        if skip_middleware or not self.client.middleware:
            return (yield from _hand_over(batch, Outcome(batch.events)))
        hooks = Hooks(self.client)
        changed = yield from hooks.before(batch.events)
        ids, error = list[str](), None
        try:
            ids = yield from self._send_changed(changed, batch)
        except SendError as refused:
            error, ids = refused, refused.accepted_ids
        yield from hooks.after(ids, error)
        if error is not None:
            raise error
        return ids

    def _send_changed(self, changed: Iterable[Sendable], batch: Batch) -> SendFlow:
        """Deliver what middleware made of a batch, in more requests if it has grown."""
        # What middleware returns need not follow the schema of the event: it may be encrypted.
        batcher = Batcher(encode_any, self.settings.max_event_bytes, self.pace)
        parts = list(batcher.split(list(batcher.encode_each(changed))))
        rest = deque(batch.events)
        ids = list[str]()
        for part in parts:
            part.began = batch.began
            outcome = Outcome([rest.popleft() for _ in part.events])
            try:
                ids += yield from _hand_over(part, outcome)
            except BaseException as error:
                account = _account_in(error)
                if account is not None:
                    account.accepted_ids[:0] = ids
                    account.unsent += rest
                raise
        return ids


class _Call:
    """The state of one call: what was read, what is being sent, and what was accepted."""

    def __init__(self, batcher: Batcher, events: Iterable[Sendable]) -> None:
        self.is_kept = isinstance(events, Collection)
        self.current: list[Sendable] = []
        self.ids: list[str] = []
        self._batcher = batcher
        self._events = check_iterable(events)
        self._batches: Iterable[Batch] = ()

    def batches(self) -> Iterable[Batch]:
        encoded = self._batcher.encode_each(self._events)
        self._batches = self._batcher.split(list(encoded) if self.is_kept else encoded)
        return self._batches

    def account_for(self, error: BaseException) -> None:
        """Add to an error what was and was not accepted; raise a SendError from it if need be."""
        if isinstance(error, SendError):
            error.accepted_ids[:0] = self.ids
            error.unsent += self._following()
            return
        is_interrupt = not isinstance(error, Exception)
        in_hand = _account_in(error) or SendError("", unsent=self.current)
        ids = [*self.ids, *in_hand.accepted_ids]
        if not ids and not in_hand.unsent and not self._taken():
            return
        if self.is_kept and not ids and not is_interrupt:
            return  # the caller still has everything
        account = _interrupted(error, ids, [*in_hand.unsent, *self._following()])
        account.may_have_arrived = in_hand.may_have_arrived
        if not is_interrupt:
            raise account from hide_frames(error)
        error.__cause__ = account

    def _following(self) -> list[Sendable]:
        """Return the events that were taken from the caller and not handed over."""
        if self.is_kept:
            return [event for batch in self._batches for event in batch.events]
        return self._taken()

    def _taken(self) -> list[Sendable]:
        return [] if self.is_kept else self._batcher.taken


def _hand_over(batch: Batch, outcome: Outcome) -> SendFlow:
    try:
        yield Handover(batch, outcome)
    except BaseException as error:
        ids = [id for id in outcome.ids if id]
        account = _interrupted(error, ids, [outcome.events[at] for at in outcome.missing])
        account.may_have_arrived = True
        error.__cause__ = account
        raise
    if outcome.is_complete:
        return outcome.ids
    raise outcome.error() from outcome.verdict.cause


def _interrupted(error: BaseException, ids: list[str], unsent: list[Sendable]) -> SendError:
    return SendError(
        f"the send was interrupted by {type(error).__name__}: {len(ids)} events were accepted, "
        f"and {len(unsent)} were not",
        accepted_ids=ids,
        unsent=unsent,
    )


def _account_in(error: BaseException) -> SendError | None:
    if isinstance(error, SendError):
        return error
    return error.__cause__ if isinstance(error.__cause__, SendError) else None
