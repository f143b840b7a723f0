"""A test double of an Inngest server, in this process and on loopback; no server for production.

Example:
    >>> from platform_events.testing.local import LocalInngest
    >>> with LocalInngest() as server:
    ...     server.runs
    []
"""

from platform_events.testing.local.event_api import ReceivedEvent
from platform_events.testing.local.memos import Step
from platform_events.testing.local.registration import RegistrationError
from platform_events.testing.local.runs import Run, Status
from platform_events.testing.local.server import LocalInngest

__all__ = ["LocalInngest", "ReceivedEvent", "RegistrationError", "Run", "Status", "Step"]
