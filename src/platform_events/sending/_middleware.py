"""The SDK's middleware around the events of one batch."""

from __future__ import annotations

from collections.abc import Awaitable, Generator, Iterable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, cast

import inngest
from typing_extensions import override

from ._sdk_errors import SendError

if TYPE_CHECKING:
    from ..events.encoding import Sendable


@dataclass(frozen=True, slots=True, repr=False)
class AwaitHook:
    """Wait for what asynchronous middleware does."""

    awaitable: Awaitable[None]


class Hooks:
    """The hooks that see one batch; they yield what is to be awaited, if they are asynchronous."""

    def __init__(self, client: inngest.Inngest) -> None:
        self._made = [make(client, None) for make in client.middleware]

    def before(self, events: Sequence[Sendable]) -> Generator[AwaitHook, None, list[inngest.Event]]:
        """Let middleware change copies of the events.

        Args:
            events: The caller's events.

        Returns:
            What is to be sent instead of them.

        Raises:
            SendError: There are more or fewer events afterwards.
        """
        copies = _Copies(map(_copy, events))
        for hook in self._made:
            yield from _pending(hook.before_send_events(copies))
        if len(copies) != len(events):
            raise SendError("middleware changed the number of events", unsent=events)
        return copies

    def after(
        self, ids: Iterable[str], error: SendError | None
    ) -> Generator[AwaitHook, None, None]:
        """Tell middleware what became of the events.

        Args:
            ids: The ids of those that were accepted.
            error: What the send failed with, if it did. That middleware fails, too, is noted in it.

        Raises:
            SendError: Middleware failed, though all events were accepted.
        """
        # It copies the ids, so that hooks may do with it as they like.
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
    """Events that middleware may change as it likes; those who collect frames see none."""

    @override
    def __repr__(self) -> str:
        return f"<{len(self)} events>"


def _copy(event: Sendable) -> inngest.Event:
    return event.model_copy(deep=True) if isinstance(event, inngest.Event) else event.to_inngest()


def _pending(result: object) -> Generator[AwaitHook, None, None]:
    if isawaitable(result):
        yield AwaitHook(cast("Awaitable[None]", result))
