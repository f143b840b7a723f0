"""Reads what an app registers. Whatever is not done here is refused by name, never ignored.

Source of the form and of the limits: inngest/inngest: pkg/sdk/register.go, pkg/sdk/function.go,
pkg/inngest/function.go, pkg/consts/consts.go
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, Literal, TypeVar, cast, get_args

from . import go_json
from .cron import Cron
from .durations import duration_s
from .expressions import Expression, ExpressionError, parse
from .flow_control.batch import Batch
from .flow_control.concurrency import Concurrency, Scope
from .flow_control.debounce import Debounce
from .flow_control.rate_limit import IDEMPOTENCY_S, RateLimit
from .flow_control.singleton import Singleton
from .flow_control.throttle import Throttle
from .functions import DEFAULT_RETRIES, App, Function, Trigger
from .go_json import Json

T = TypeVar("T")
Fields = Mapping[str, Json]

_OPTIONS: Final = frozenset({
    "id", "name", "triggers", "steps", "retries", "cancel", "batchEvents", "concurrency",
    "debounce", "idempotency", "priority", "rateLimit", "singleton", "throttle", "timeouts",
})  # fmt: skip
_MAX_RETRIES: Final = 20
_MAX_NAME: Final = 255
_MAX_TRIGGERS: Final = 10
_MAX_CANCELLATIONS: Final = 5
_MAX_CONCURRENCY: Final = 2
_DEBOUNCE_S: Final = (1.0, 7 * 86400.0)
_LONG_UNITS: Final = frozenset("wd")
_EXCLUSIVE: Final = (
    ("cancel", "Batching and cancellation are mutually exclusive"),
    ("debounce", "Batching and debouncing are mutually exclusive"),
    ("singleton", "Batching and singletons are mutually exclusive"),
    ("priority", "A function cannot specify Priority.Run and Batch together"),
)


class InvalidAppError(ValueError):
    """A registration is malformed, or asks for what the double does not support."""


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


def _function(raw: Json) -> Function:
    config = _object(raw, "a function")
    function_id = config.get("id")
    if not function_id or not isinstance(function_id, str):
        raise InvalidAppError("a function has no id")
    try:
        return _known(function_id, _only(config, "", _OPTIONS))
    except (ExpressionError, ValueError) as error:
        raise InvalidAppError(f"function {function_id}: {error}") from None


def _known(function_id: str, config: Fields) -> Function:
    url, retries = _runtime(config)
    timeouts = _optional(config, "timeouts", _timeouts) or {}
    _check_limits(config)
    triggers = [_object(one, "a trigger") for one in _list(config.get("triggers"))]
    priority = _optional(config, "priority", lambda fields: _only(fields, "priority", {"run"}))
    return Function(
        id=function_id,
        url=url,
        triggers=tuple(_trigger(one) for one in triggers if "cron" not in one),
        crons=tuple(_cron(one) for one in triggers if "cron" in one),
        max_attempts=min(max(_integer(retries), 0), _MAX_RETRIES) + 1,
        cancel=tuple(_cancellation(_object(one, "cancel")) for one in _list(config.get("cancel"))),
        batch=_optional(config, "batchEvents", _batch),
        rate_limit=_idempotency(config) or _optional(config, "rateLimit", _rate_limit),
        debounce=_optional(config, "debounce", _debounce),
        singleton=_optional(config, "singleton", _singleton),
        throttle=_optional(config, "throttle", _throttle),
        concurrency=_concurrency(config.get("concurrency")),
        priority=_expression((priority or {}).get("run")),
        start_timeout_s=timeouts.get("start"),
        finish_timeout_s=timeouts.get("finish"),
    )


def _runtime(config: Fields) -> tuple[str, Json]:
    """Give where the app is called, and how often a failure is tried again."""
    step = _object(_object(config.get("steps"), "steps").get("step"), "steps.step")
    runtime = _object(step.get("runtime"), "steps.step.runtime")
    url = runtime.get("url")
    if runtime.get("type") != "http" or not isinstance(url, str):
        raise InvalidAppError("LocalInngest calls apps by HTTP only")
    of_function = config.get("retries")
    default = DEFAULT_RETRIES if of_function is None else of_function
    return url, _object(step.get("retries") or {}, "retries").get("attempts", default)


def _check_limits(config: Fields) -> None:
    triggers, cancel = _list(config.get("triggers")), _list(config.get("cancel"))
    if len(triggers) > _MAX_TRIGGERS:
        raise InvalidAppError(f"exceeds the max number of triggers: {_MAX_TRIGGERS}")
    crons = [one.get("cron") for one in triggers if isinstance(one, dict) and "cron" in one]
    is_repeated = any(one in triggers[:place] for place, one in enumerate(triggers))
    if is_repeated or any(one in crons[:place] for place, one in enumerate(crons)):
        raise InvalidAppError("duplicate trigger")
    if len(cancel) > _MAX_CANCELLATIONS:
        raise InvalidAppError(
            f"exceeds the max number of cancellation events: {_MAX_CANCELLATIONS}"
        )
    if config.get("batchEvents"):
        for option, message in _EXCLUSIVE:
            if config.get(option):
                raise InvalidAppError(message)


def _trigger(raw: Fields) -> Trigger:
    fields = _only(raw, "a trigger", {"event", "expression"})
    return Trigger(_event_name(fields), _expression(fields.get("expression")))


def _cancellation(raw: Fields) -> Trigger:
    fields = _only(raw, "cancel", {"event", "if", "timeout"})
    condition = _expression(fields.get("if"), is_logic=True)
    return Trigger(_event_name(fields), condition, _seconds(fields, "timeout"))


def _event_name(fields: Fields) -> str:
    event = fields.get("event")
    if not isinstance(event, str) or not 0 < len(event) <= _MAX_NAME:
        raise InvalidAppError(f"a trigger needs an event name of at most {_MAX_NAME} characters")
    return event


def _cron(raw: Fields) -> Cron:
    fields = _only(raw, "a cron trigger", {"cron", "jitter"})
    return Cron(str(fields["cron"]), _seconds(fields, "jitter") or 0.0)


def _batch(raw: Fields) -> Batch:
    fields = _only(raw, "batchEvents", {"maxSize", "timeout", "key", "if"})
    size, timeout_s = _integer(fields.get("maxSize")), duration_s(fields.get("timeout"))
    if size < 2 or timeout_s < 1:
        raise InvalidAppError("a batch must hold at least 2 events and wait at least 1s")
    # Go's own durations end with hours, so that a timedelta of whole days is refused.
    if _LONG_UNITS & set(str(fields["timeout"])):
        raise InvalidAppError(f"invalid timeout string: {fields['timeout']} (write days as hours)")
    return Batch(size, timeout_s, _expression(fields.get("key")), _expression(fields.get("if")))


def _idempotency(config: Fields) -> RateLimit | None:
    key = _expression(config.get("idempotency"))
    return None if key is None else RateLimit(1, IDEMPOTENCY_S, key, "idempotency")


def _rate_limit(raw: Fields) -> RateLimit:
    fields = _only(raw, "rateLimit", {"limit", "period", "key"})
    limit, period_s = _integer(fields.get("limit")), duration_s(fields.get("period"))
    if limit < 1:
        raise InvalidAppError("limit must be greater than 0")
    if not 0 < period_s <= IDEMPOTENCY_S:
        raise InvalidAppError("period must be less than 24h0m0s")
    return RateLimit(limit, period_s, _expression(fields.get("key")))


def _debounce(raw: Fields) -> Debounce:
    fields = _only(raw, "debounce", {"period", "timeout", "key"})
    period_s, (least, most) = duration_s(fields.get("period")), _DEBOUNCE_S
    if not least <= period_s <= most:
        raise InvalidAppError("the debounce period must be between 1s and 7d")
    return Debounce(period_s, _seconds(fields, "timeout"), _expression(fields.get("key") or None))


def _singleton(raw: Fields) -> Singleton:
    fields = _only(raw, "singleton", {"mode", "key"})
    mode = fields.get("mode")
    if mode not in {"skip", "cancel"}:
        raise InvalidAppError("the mode of a singleton must be skip or cancel")
    return Singleton(cast("Literal['skip', 'cancel']", mode), _expression(fields.get("key")))


def _throttle(raw: Fields) -> Throttle:
    fields = _only(raw, "throttle", {"limit", "period", "burst", "key"})
    limit, period_s = _integer(fields.get("limit", 0)), duration_s(fields.get("period"))
    if period_s < 1:
        raise InvalidAppError("the period of a throttle must be at least 1s")
    burst = _integer(fields.get("burst", 0))
    # The server counts whole seconds, and takes no limit for one.
    return Throttle(max(limit, 1), float(int(period_s)), burst, _expression(fields.get("key")))


def _concurrency(raw: Json) -> tuple[Concurrency, ...]:
    if raw is None:
        return ()
    if isinstance(raw, dict) and raw.keys() & {"fn", "step"}:
        raw = _list(_only(raw, "concurrency", {"step"}).get("step"))
    limits = raw if isinstance(raw, list) else [raw]
    if len(limits) > _MAX_CONCURRENCY:
        raise InvalidAppError(
            f"There are more concurrency limits specified than the allowed max of: "
            f"{_MAX_CONCURRENCY}"
        )
    found = [_concurrency_limit(one) for one in limits]
    # No limit, to the server.
    return tuple(one for one in found if one.limit > 0)


def _concurrency_limit(raw: Json) -> Concurrency:
    if not isinstance(raw, dict):
        return Concurrency(_integer(raw))
    fields = _only(raw, "concurrency", {"limit", "key", "scope"})
    scope, key = fields.get("scope", "fn"), _expression(fields.get("key"))
    if scope not in get_args(Scope):
        raise InvalidAppError("the scope of a concurrency limit must be fn, env or account")
    if scope != "fn" and key is None:
        raise InvalidAppError(f"A concurrency key must be specified for {scope} scoped limits")
    return Concurrency(_integer(fields.get("limit")), key, cast("Scope", scope))


def _timeouts(raw: Fields) -> dict[str, float | None]:
    fields = _only(raw, "timeouts", {"start", "finish"})
    return {name: _seconds(fields, name) for name in ("start", "finish")}


def _optional(config: Fields, name: str, read: Callable[[Fields], T]) -> T | None:
    value = config.get(name)
    return None if value is None else read(_object(value, name))


def _only(fields: Fields, what: str, known: Collection[str]) -> dict[str, Json]:
    """Give the fields that are not empty; refuse those that nothing is known of."""
    given: dict[str, Json] = {
        name: value for name, value in fields.items() if value is not None and value != []
    }
    unknown = sorted(given.keys() - known)
    if unknown:
        of_what = f" of {what}" if what else ""
        raise InvalidAppError(f"LocalInngest does not support {', '.join(unknown)}{of_what}")
    return given


def _seconds(fields: Fields, name: str) -> float | None:
    return duration_s(fields[name]) if name in fields else None


def _expression(raw: Json, *, is_logic: bool = False) -> Expression | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise InvalidAppError("an expression is not a string")
    return parse(raw, is_logic=is_logic)


def _object(raw: Json, what: str) -> dict[str, Json]:
    if not isinstance(raw, dict):
        raise InvalidAppError(f"{what} is not an object")
    return raw


def _list(raw: Json) -> list[Json]:
    return raw if isinstance(raw, list) else []


def _integer(raw: Json) -> int:
    if type(raw) is not int:
        raise InvalidAppError("limits and sizes must be whole numbers")
    return raw
