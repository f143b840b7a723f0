"""The error of sending in the SDK's own family, so that ``except inngest`` clauses catch it.

:mod:`platform_events.errors` must not load the SDK, and whoever sends has loaded it anyway.
"""

from __future__ import annotations

from inngest._internal.errors import SendEventsError

from .. import errors


class SendError(errors.SendError, SendEventsError):
    """As :class:`platform_events.SendError`, which see; also an ``inngest`` ``SendEventsError``."""

    @property
    def ids(self) -> list[str]:
        """What the SDK calls ``accepted_ids``."""
        return self.accepted_ids

    @ids.setter
    def ids(self, ids: list[str]) -> None:
        self.accepted_ids = ids
