"""Runs the SDK's middleware around the events of one batch."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Iterable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, cast

import inngest
from typing_extensions import override

from ._sdk_errors import SendError

if TYPE_CHECKING:
    from ..events._encoding import Sendable


@dataclass(frozen=True, slots=True, repr=False)
class AwaitHook:
    awaitable: Awaitable[None]


class Hooks:
    """The middleware hooks for one batch. They yield the awaitables of asynchronous middleware."""

    def __init__(self, client: inngest.Inngest) -> None:
        self._made = [make(client, None) for make in client.middleware]

    def before(self, events: Sequence[Sendable]) -> Generator[AwaitHook, None, list[inngest.Event]]:
        """Let middleware change copies of the events."""
        copies = _Copies(map(_copy, events))
        for hook in self._made:
            yield from _pending(hook.before_send_events(copies))
        if len(copies) != len(events):
            raise SendError("middleware changed the number of events", unsent=events)
        return copies

    def after(
        self, ids: Iterable[str], error: SendError | None
    ) -> Generator[AwaitHook, None, None]:
        """Tell middleware what became of the events."""
        # A copy of the ids, so that hooks may change it.
        ids = list(ids)
        result = inngest.SendEventsResult(ids=ids, error=str(error) if error else None)
        try:
            for hook in reversed(self._made):
                yield from _pending(hook.after_send_events(result))
        except Exception as failure:
            name = type(failure).__name__
            if error is None:
                # Without the ids the caller would take the events for lost, and send them again.
                raise SendError(
                    f"middleware failed with {name}, but all {len(ids)} events were "
                    "accepted before",
                    accepted_ids=ids,
                ) from failure
            error.add_note(f"Middleware failed, too, with {name}.")


class _Copies(list[inngest.Event]):
    """Events that middleware may change. The repr hides them from tools that collect frames."""

    @override
    def __repr__(self) -> str:
        return f"<{len(self)} events>"


def _copy(event: Sendable) -> inngest.Event:
    return event.model_copy(deep=True) if isinstance(event, inngest.Event) else event.to_inngest()


def _pending(result: object) -> Generator[AwaitHook, None, None]:
    if isawaitable(result):
        yield AwaitHook(cast("Awaitable[None]", result))
