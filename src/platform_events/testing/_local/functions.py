"""The functions of an app, with all that their options say."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from .cron import Cron
from .expressions import Expression
from .flow_control.batch import Batch
from .flow_control.concurrency import Concurrency
from .flow_control.debounce import Debounce
from .flow_control.rate_limit import RateLimit
from .flow_control.singleton import Singleton
from .flow_control.throttle import Throttle

DEFAULT_RETRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that starts a function, or cancels a run of it.

    Attributes:
        event: The event's name, or a pattern such as ``platform/*``.
        expression: A filter on the event, if there is one.
        timeout_s: For a cancellation, how many seconds after the run's start it still counts.
    """

    event: str
    expression: Expression | None = None
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One registered function.

    Attributes:
        id: ``<app id>-<function id>``.
        url: Where the app is called for it.
        triggers: The events that start it.
        crons: The times when it starts.
        max_attempts: How often each step, and the function's own code, is tried.
        cancel: The events that cancel its runs.
        priority: Gives the seconds by which a run goes before others.
        start_timeout_s: Seconds after which a run that has not begun is cancelled.
        finish_timeout_s: Seconds after its first call when a run is cancelled.
    """

    id: str
    url: str
    triggers: tuple[Trigger, ...] = ()
    crons: tuple[Cron, ...] = ()
    max_attempts: int = DEFAULT_RETRIES + 1
    cancel: tuple[Trigger, ...] = ()
    batch: Batch | None = None
    rate_limit: RateLimit | None = None
    debounce: Debounce | None = None
    singleton: Singleton | None = None
    throttle: Throttle | None = None
    concurrency: tuple[Concurrency, ...] = ()
    priority: Expression | None = None
    start_timeout_s: float | None = None
    finish_timeout_s: float | None = None

    @property
    def uuid(self) -> str:
        """The server's own id of the function, the same at every registration."""
        return _uuid(self.id)

    def step_url(self, step_id: str) -> str:
        """Give the URL that calls one step.

        Source: inngest/inngest: pkg/execution/driver/httpdriver/httpdriver.go
        """
        return _step_url(self.url, step_id)


@dataclass(frozen=True, slots=True)
class App:
    """What one registration holds: the app's id, and all of its functions."""

    id: str
    functions: tuple[Function, ...]


# Asked for with every call.
@lru_cache
def _uuid(function_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, function_id))


@lru_cache
def _step_url(function_url: str, step_id: str) -> str:
    url = urlsplit(function_url)
    query = parse_qs(url.query) | {"stepId": [step_id]}
    return urlunsplit(url._replace(query=urlencode(sorted(query.items()), doseq=True)))
