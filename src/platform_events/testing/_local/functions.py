"""What an app registers: its functions, with the options that the double knows.

An option that changes which runs there are, and that the double does not do, is refused. One that
changes only when a run goes on is accepted and not done. Source of the form: inngest/inngest:
pkg/sdk/register.go, pkg/inngest/function.go
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from . import go_json
from .cel_tokens import ExpressionError
from .expressions import Expression, parse
from .go_json import Json

IGNORED: Final = frozenset({"concurrency", "priority", "throttle"})
"""Options that are accepted and not done, since they change only the time of a run."""

_DONE: Final = frozenset(
    {"id", "name", "triggers", "steps", "cancel", "batchEvents", "idempotency", "timeouts"}
)
_DEFAULT_RETRIES: Final = 4
_MAX_RETRIES: Final = 20
_MAX_NAME: Final = 255
_MAX_TRIGGERS: Final = 10
_MAX_CANCELLATIONS: Final = 5
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:w|d|h|ms|m|s))+", re.ASCII)
_PART: Final = re.compile(r"([\d.]+)(ms|[wdhms])", re.ASCII)
_SECONDS: Final = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class InvalidAppError(ValueError):
    """A registration is malformed, or asks for what the double does not do."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that starts a function, or resumes or cancels a run of it.

    Attributes:
        event: The event's name, or a pattern such as ``platform/*``.
        expression: A filter on the event, if there is one.
        timeout: For a cancellation, how many seconds after the run's start it still counts.
    """

    event: str
    expression: Expression | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """How events are gathered into one run.

    Attributes:
        max_size: The number of events that makes a run at once.
        timeout: Seconds after the first event when the run begins anyway.
        key: What is worked out for each event; events that differ in it go into different batches.
        condition: Events for which it does not hold get a run of their own at once.
    """

    max_size: int
    timeout: float
    key: Expression | None = None
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One registered function.

    Attributes:
        id: ``<app id>-<function id>``.
        url: Where the app is called for it.
        triggers: The events that start it. A cron trigger is left out: the double fires none.
        max_attempts: How often each step, and the function's own code, is tried.
        cancel: The events that cancel its runs.
        batch: How its events are gathered, if they are.
        idempotency: What is worked out for each event; the same value starts no second run for
            24 hours.
        finish_timeout: Seconds after its start when a run is cancelled, if there is a limit.
    """

    id: str
    url: str
    triggers: tuple[Trigger, ...] = ()
    max_attempts: int = _DEFAULT_RETRIES + 1
    cancel: tuple[Trigger, ...] = ()
    batch: Batch | None = None
    idempotency: Expression | None = None
    finish_timeout: float | None = None

    @property
    def uuid(self) -> str:
        """The server's own id of the function, the same at every registration."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.id))

    def step_url(self, step_id: str) -> str:
        """Give the URL that calls one step.

        Source: inngest/inngest: pkg/execution/driver/httpdriver/httpdriver.go
        """
        url = urlsplit(self.url)
        query = parse_qs(url.query) | {"stepId": [step_id]}
        return urlunsplit(url._replace(query=urlencode(sorted(query.items()), doseq=True)))


@dataclass(frozen=True, slots=True)
class App:
    """What one registration holds.

    Attributes:
        id: The app's id.
        functions: All of its functions.
    """

    id: str
    functions: tuple[Function, ...]


def parse_app(body: bytes) -> App:
    """Read the body of ``POST /fn/register``."""
    try:
        raw = go_json.loads(body.decode("utf-8", "replace"))
    except go_json.JsonError as error:
        raise InvalidAppError(f"Invalid request: {error}") from None
    # Go takes "appname", which the Python SDK sends, for "appName".
    fields = {key.lower(): value for key, value in _object(raw, "the registration").items()}
    app_id = fields.get("appname")
    if not app_id or not isinstance(app_id, str):
        raise InvalidAppError("App ID required")
    return App(app_id, tuple(_function(one) for one in _list(fields.get("functions"))))


def duration(text: Json) -> float:
    """Read a duration."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise InvalidAppError("it is not a duration such as '1h30m'")
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))


def _function(raw: Json) -> Function:
    config = {key: value for key, value in _object(raw, "a function").items() if value is not None}
    function_id = config.get("id")
    if not function_id or not isinstance(function_id, str):
        raise InvalidAppError("a function has no id")
    unknown = sorted(key for key in config.keys() - _DONE - IGNORED if config[key] != [])
    if unknown:
        raise InvalidAppError(
            f"function {function_id}: LocalInngest does not do {', '.join(unknown)}"
        )
    try:
        return _known(function_id, config)
    except (ExpressionError, InvalidAppError) as error:
        raise InvalidAppError(f"function {function_id}: {error}") from None


def _known(function_id: str, config: Mapping[str, Json]) -> Function:
    step = _object(_object(config.get("steps"), "steps").get("step"), "steps.step")
    runtime = _object(step.get("runtime"), "steps.step.runtime")
    url = runtime.get("url")
    if runtime.get("type") != "http" or not isinstance(url, str):
        raise InvalidAppError("LocalInngest calls apps by HTTP only")
    retries = _object(step.get("retries") or {}, "retries").get("attempts", _DEFAULT_RETRIES)
    finish = _object(config.get("timeouts") or {}, "timeouts").get("finish")
    _check_limits(config)
    return Function(
        id=function_id,
        url=url,
        triggers=tuple(
            _trigger(_object(one, "a trigger"), "expression", ("event",))
            for one in _list(config.get("triggers"))
            if "cron" not in _object(one, "a trigger")
        ),
        max_attempts=min(max(_integer(retries), 0), _MAX_RETRIES) + 1,
        cancel=tuple(
            _trigger(_object(one, "cancel"), "if", ("event", "async"))
            for one in _list(config.get("cancel"))
        ),
        batch=_batch(config.get("batchEvents")),
        idempotency=_expression(config.get("idempotency")),
        finish_timeout=None if finish is None else duration(finish),
    )


def _check_limits(config: Mapping[str, Json]) -> None:
    """Check the server's own limits (inngest/inngest: pkg/consts, pkg/inngest)."""
    triggers, cancel = _list(config.get("triggers")), _list(config.get("cancel"))
    if len(triggers) > _MAX_TRIGGERS:
        raise InvalidAppError(f"exceeds the max number of triggers: {_MAX_TRIGGERS}")
    if any(one in triggers[:place] for place, one in enumerate(triggers)):
        raise InvalidAppError("duplicate trigger")
    if len(cancel) > _MAX_CANCELLATIONS:
        raise InvalidAppError(
            f"exceeds the max number of cancellation events: {_MAX_CANCELLATIONS}"
        )
    if config.get("batchEvents") and cancel:
        raise InvalidAppError("Batching and cancellation are mutually exclusive")
    if config.get("batchEvents") and config.get("priority"):
        raise InvalidAppError("A function cannot specify Priority.Run and Batch together")


def _trigger(raw: Mapping[str, Json], key: str, variables: tuple[str, ...]) -> Trigger:
    event, timeout = raw.get("event"), raw.get("timeout")
    if not isinstance(event, str) or not 0 < len(event) <= _MAX_NAME:
        raise InvalidAppError(f"a trigger needs an event name of at most {_MAX_NAME} characters")
    return Trigger(
        event,
        _expression(raw.get(key), variables),
        None if timeout is None else duration(timeout),
    )


def _batch(raw: Json) -> Batch | None:
    if raw is None:
        return None
    config = _object(raw, "batchEvents")
    size, timeout = _integer(config.get("maxSize")), duration(config.get("timeout"))
    # The server's own limits.
    if size < 2 or timeout < 1:
        raise InvalidAppError("a batch holds at least 2 events and waits at least 1s")
    return Batch(size, timeout, _expression(config.get("key")), _expression(config.get("if")))


def _expression(raw: Json, variables: tuple[str, ...] = ("event",)) -> Expression | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise InvalidAppError("an expression is not a text")
    return parse(raw, variables)


def _object(raw: Json, what: str) -> dict[str, Json]:
    if not isinstance(raw, dict):
        raise InvalidAppError(f"{what} is not an object")
    return raw


def _list(raw: Json) -> list[Json]:
    return raw if isinstance(raw, list) else []


def _integer(raw: Json) -> int:
    if type(raw) is not int:
        raise InvalidAppError("a count is not a whole number")
    return raw
