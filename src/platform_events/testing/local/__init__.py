"""A test double of an Inngest server, in this process and on loopback; no server for production.

Example:
    >>> from platform_events.testing.local import LocalInngest
    >>> with LocalInngest() as server:
    ...     server.runs
    []
"""

from .event_api import ReceivedEvent
from .memos import Step
from .registration import RegistrationError
from .runs import Run, Status
from .server import LocalInngest

__all__ = ["LocalInngest", "ReceivedEvent", "RegistrationError", "Run", "Status", "Step"]
