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
    """An event that starts a function, or cancels a run of it."""

    event: str
    expression: Expression | None = None
    # For a cancellation: how many seconds after the run's start it still counts.
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Function:
    # ``<app id>-<function id>``.
    id: str
    url: str
    triggers: tuple[Trigger, ...] = ()
    crons: tuple[Cron, ...] = ()
    # Of each step, and of the function's own code.
    max_attempts: int = DEFAULT_RETRIES + 1
    cancel: tuple[Trigger, ...] = ()
    batch: Batch | None = None
    rate_limit: RateLimit | None = None
    debounce: Debounce | None = None
    singleton: Singleton | None = None
    throttle: Throttle | None = None
    concurrency: tuple[Concurrency, ...] = ()
    # Gives the seconds by which a run goes before others.
    priority: Expression | None = None
    # Counted from the event.
    start_timeout_s: float | None = None
    # Counted from the first call.
    finish_timeout_s: float | None = None

    @property
    def uuid(self) -> str:
        """The server's own id of the function, the same at every registration."""
        return _uuid(self.id)

    def step_url(self, step_id: str) -> str:
        """Give the URL that calls one step."""
        # inngest/inngest: pkg/execution/driver/httpdriver/httpdriver.go
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
