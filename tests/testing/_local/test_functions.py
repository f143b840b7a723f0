from __future__ import annotations

import json

import pytest

from platform_events.testing._local.cron import Cron
from platform_events.testing._local.expressions import parse
from platform_events.testing._local.flow_control.concurrency import Concurrency
from platform_events.testing._local.flow_control.debounce import Debounce
from platform_events.testing._local.flow_control.rate_limit import RateLimit
from platform_events.testing._local.flow_control.singleton import Singleton
from platform_events.testing._local.flow_control.throttle import Throttle
from platform_events.testing._local.function_parser import InvalidAppError, parse_app
from platform_events.testing._local.functions import Function
from platform_events.testing._local.go_json import Json

URL = "http://127.0.0.1:9/api/inngest?fnId=my-app-full&stepId=step"


def config(**options: Json) -> dict[str, Json]:
    runtime: dict[str, Json] = {"type": "http", "url": URL}
    step: dict[str, Json] = {"id": "step", "name": "step", "runtime": runtime}
    triggers: list[Json] = [{"event": "x", "expression": "event.data.n > 1"}]
    known: dict[str, Json] = {"id": "my-app-full", "steps": {"step": step}, "triggers": triggers}
    return {**known, **options}


def read(*functions: Json, app: str = "my-app") -> tuple[Function, ...]:
    body = {"appname": app, "functions": list(functions), "sdk": "py:v0.5.19"}
    return parse_app(json.dumps(body).encode()).functions


def one(**options: Json) -> Function:
    return read(config(**options))[0]


def test_a_plain_function() -> None:
    function = one()
    assert (function.id, function.url, function.max_attempts) == ("my-app-full", URL, 5)
    assert function.triggers[0].event == "x"
    assert function.triggers[0].expression is not None
    assert function.triggers[0].expression.text == "event.data.n > 1"
    assert function.uuid == one().uuid
    assert (function.cancel, function.batch, function.rate_limit) == ((), None, None)


def test_a_function_with_all_options() -> None:
    function = one(
        name="Full",
        triggers=[{"event": "x"}, {"cron": "TZ=Europe/Berlin 0 7 * * *", "jitter": "2m"}],
        cancel=[{"event": "c", "if": "async.data.id == event.data.id", "timeout": "1d"}],
        rateLimit={"limit": 5, "period": "1h", "key": "event.data.id"},
        timeouts={"start": "30s", "finish": "2h"},
        concurrency=[
            {"limit": 2},
            {"limit": 3, "key": "event.data.id", "scope": "account"},
        ],
        priority={"run": "120"},
        throttle={"limit": 1, "period": "90m", "burst": 2},
        debounce={"period": "10s", "timeout": "1m", "key": "event.data.id"},
        singleton={"mode": "skip", "key": "event.data.id"},
        retries=None,
    )
    key = parse("event.data.id")
    assert [trigger.event for trigger in function.triggers] == ["x"]
    assert function.crons == (Cron("TZ=Europe/Berlin 0 7 * * *", 120.0),)
    assert [(one.event, one.timeout_s) for one in function.cancel] == [("c", 86400.0)]
    assert function.rate_limit == RateLimit(5, 3600.0, key)
    assert (function.start_timeout_s, function.finish_timeout_s) == (30.0, 7200.0)
    assert function.concurrency == (Concurrency(2), Concurrency(3, key, "account"))
    assert function.priority == parse("120")
    assert function.throttle == Throttle(1, 5400.0, 2)
    assert function.debounce == Debounce(10.0, 60.0, key)
    assert function.singleton == Singleton("skip", key)


def test_idempotency_is_a_rate_limit_of_a_day_in_place_of_another_one() -> None:
    function = one(idempotency="event.data.id", rateLimit={"limit": 5, "period": "1h"})
    assert function.rate_limit == RateLimit(1, 86400.0, parse("event.data.id"), "idempotency")


@pytest.mark.parametrize(
    ("given", "limits"),
    [(5, [5]), ({"limit": 5}, [5]), ({"step": [{"limit": 5}]}, [5]), ([{"limit": 0}], [])],
)
def test_forms_of_concurrency(given: Json, limits: list[int]) -> None:
    assert [one.limit for one in one(concurrency=given).concurrency] == limits


def test_a_throttle_has_a_limit_of_at_least_one_and_a_period_of_whole_seconds() -> None:
    throttle = one(throttle={"period": "1500ms"}).throttle
    assert throttle == Throttle(1, 1.0)


def test_a_function_with_a_batch() -> None:
    batch: Json = {"maxSize": 10, "timeout": "5s", "key": "event.data.k", "if": "true"}
    function = one(triggers=[{"event": "x"}], batchEvents=batch)
    assert function.batch is not None
    assert (function.batch.max_size, function.batch.timeout_s) == (10, 5.0)
    assert None not in {function.batch.key, function.batch.condition}


@pytest.mark.parametrize(("given", "attempts"), [(0, 1), (3, 4), (20, 21), (99, 21), (-1, 1)])
def test_retries_are_clamped(given: int, attempts: int) -> None:
    step: Json = {"runtime": {"type": "http", "url": URL}, "retries": {"attempts": given}}
    assert one(steps={"step": step}).max_attempts == attempts


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"new": 1, "checkpoint": {}},
            "function my-app-full: LocalInngest does not support checkpoint, new",
        ),
        ({"debounce": {"period": "10s", "leading": True}}, "does not support leading of debounce"),
        ({"triggers": [{"event": "x", "jitter": "5s"}]}, "does not support jitter of a trigger"),
        (
            {"triggers": [{"cron": "* * * * *", "jitter": "500ms"}]},
            "jitter must be from 1 to 300 s",
        ),
        ({"triggers": [{"cron": "* * * * *", "jitter": "6m"}]}, "jitter must be from 1 to 300 s"),
        ({"triggers": [{"cron": "* * * * *", "seconds": 5}]}, "seconds of a cron trigger"),
        (
            {"triggers": [{"cron": "* * * * *", "jitter": "5s"}, {"cron": "* * * * *"}]},
            "duplicate trigger",
        ),
        ({"triggers": [{"cron": "* * * *"}]}, "'\\* \\* \\* \\*' is not a cron schedule"),
        ({"priority": {"run": "1", "step": "2"}}, "does not support step of priority"),
        ({"concurrency": {"fn": [{"limit": 1}]}}, "does not support fn of concurrency"),
        ({"concurrency": [{"limit": 1}] * 3}, "the allowed max of: 2"),
        ({"concurrency": [{"limit": 1, "scope": "env"}]}, "must be specified for env scoped"),
        ({"concurrency": [{"limit": 1, "scope": "app"}]}, "must be fn, env or account"),
        ({"debounce": {"period": "500ms"}}, "must be between 1s and 7d"),
        ({"debounce": {"period": "8d"}}, "must be between 1s and 7d"),
        ({"rateLimit": {"limit": 0, "period": "1h"}}, "limit must be greater than 0"),
        ({"rateLimit": {"limit": 1, "period": "25h"}}, "period must be less than 24h"),
        ({"singleton": {"mode": "both"}}, "must be skip or cancel"),
        ({"throttle": {"limit": 1, "period": "500ms"}}, "at least 1s"),
        ({"debounce": 5}, "debounce is not an object"),
        (
            {"cancel": [{"event": "c", "if": "size(event.data.x) == 1"}]},
            "'size' is not allowed in a cancellation",
        ),
        (
            {"batchEvents": {"maxSize": 2, "timeout": "5s"}, "debounce": {"period": "5s"}},
            "Batching and debouncing are mutually exclusive",
        ),
        (
            {"batchEvents": {"maxSize": 2, "timeout": "5s"}, "singleton": {"mode": "skip"}},
            "Batching and singletons are mutually exclusive",
        ),
        ({"id": ""}, "a function has no id"),
        ({"id": 5}, "a function has no id"),
        ({"steps": {}}, "steps.step is not an object"),
        ({"steps": {"step": {"runtime": {"type": "ws", "url": "x"}}}}, "by HTTP only"),
        ({"steps": {"step": {"runtime": {"type": "http"}}}}, "by HTTP only"),
        ({"triggers": [{"event": f"x/{n}"} for n in range(11)]}, "max number of triggers: 10"),
        ({"triggers": [{"event": "x"}, {"event": "x"}]}, "duplicate trigger"),
        ({"cancel": [{"event": f"c/{n}"} for n in range(6)]}, "cancellation events: 5"),
        ({"triggers": ["x"]}, "a trigger is not an object"),
        ({"triggers": [{"event": ""}]}, "at most 255 characters"),
        ({"triggers": [{"event": "x" * 256}]}, "at most 255 characters"),
        ({"triggers": [{"event": "x", "expression": 5}]}, "not a string"),
        ({"triggers": [{"event": "x", "expression": "type(event)"}]}, "cannot read"),
        ({"triggers": [{"event": "x", "expression": "data.x"}]}, "unexpected 'data'"),
        ({"cancel": [{"event": "c", "timeout": "soon"}]}, "not a duration"),
        ({"batchEvents": {"maxSize": 1, "timeout": "5s"}}, "at least 2 events"),
        ({"batchEvents": {"maxSize": 2, "timeout": "500ms"}}, "at least 1s"),
        ({"batchEvents": {"maxSize": 2}}, "not a duration"),
        ({"batchEvents": {"maxSize": 2, "timeout": "1d"}}, "invalid timeout string: 1d"),
        (
            {"batchEvents": {"maxSize": 2, "timeout": "5s"}, "cancel": [{"event": "c"}]},
            "Batching and cancellation are mutually exclusive",
        ),
        (
            {"batchEvents": {"maxSize": 2, "timeout": "5s"}, "priority": {"run": "1"}},
            "cannot specify Priority.Run and Batch together",
        ),
        ({"batchEvents": {"maxSize": True, "timeout": "5s"}}, "must be whole numbers"),
    ],
)
def test_what_is_refused(options: dict[str, Json], problem: str) -> None:
    with pytest.raises(InvalidAppError, match=problem):
        one(**options)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "Invalid request: unexpected end of JSON input"),
        (b"[]", "the registration is not an object"),
        (b"{}", "App ID required"),
        (b'{"appName":5}', "App ID required"),
        (b'{"appName":"a","functions":[1]}', "a function is not an object"),
    ],
)
def test_a_malformed_registration(body: bytes, problem: str) -> None:
    with pytest.raises(InvalidAppError, match=problem):
        parse_app(body)


def test_an_app_may_have_no_functions() -> None:
    assert parse_app(b'{"appName":"a"}').functions == ()


def test_the_url_of_a_step_keeps_the_function() -> None:
    assert one().step_url("fe05bc") == URL.replace("=step", "=fe05bc")
