"""What can be declared, what is refused, and what the declared function is."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any, cast

import inngest
import pytest

from platform_events import (
    Event,
    Failure,
    FunctionDefinitionError,
    InvalidEvent,
    On,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    override_client,
)
from tests.functions.running_app import calculate

MINUTE = dt.timedelta(minutes=1)
BATCH = inngest.Batch(max_size=2, timeout=MINUTE)


class AbstractEvent(Event, abstract=True):
    member_id: str


def config(function: Any, part: str = "main") -> dict[str, Any]:
    """Give what is registered of a function."""
    with override_client(app_id="demo", is_production=False) as client:
        made = getattr(function.bind(client).get_config("http://h.test/api/inngest"), part)
    registered: dict[str, Any] = made.model_dump(by_alias=True, exclude_none=True)
    return registered


def handler(ctx: inngest.ContextSync, event: object) -> None: ...


async def async_handler(ctx: inngest.Context, event: object) -> None: ...


def on_failure(ctx: inngest.ContextSync, failure: Failure[object]) -> None: ...


def on_invalid(ctx: inngest.ContextSync, invalid: list[InvalidEvent]) -> None: ...


def declare(**changes: Any) -> Any:
    """Declare a function of no special kind, with changes that need not be allowed."""
    options: dict[str, Any] = {"fn_id": "fn", "trigger": ScoringCalculate, **changes}
    decorated = options.pop("handler", handler)
    return create_function(**options)(decorated)


def test_a_function_is_called_like_its_handler() -> None:
    @create_function(fn_id="double", trigger=ScoringCalculate)
    def double(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        """Double it."""
        return f"{ctx.run_id} {event.member_id}"

    context = cast("inngest.ContextSync", SimpleNamespace(run_id="run"))
    assert double(context, calculate()) == "run mem_1"
    assert (double.fn_id, double.is_async, repr(double)) == (
        "double",
        False,
        "<EventFunction double>",
    )
    assert double.__doc__ == "Double it."


def test_an_asynchronous_function_is_called_like_its_handler() -> None:
    @create_function(fn_id="double", trigger=ScoringCalculate)
    async def double(ctx: inngest.Context, event: ScoringCalculate) -> str:
        return event.member_id

    assert asyncio.run(double(cast("inngest.Context", None), calculate())) == "mem_1"
    assert double.is_async


def test_declaring_needs_no_client(clean_client: None) -> None:
    assert declare().fn_id == "fn"


def test_the_id_has_the_app_before_it() -> None:
    assert config(declare())["id"] == "demo-fn"


@pytest.mark.parametrize(
    ("trigger", "registered"),
    [
        (ScoringCalculate, [{"event": "platform/scoring.calculate"}]),
        (
            On(ScoringCalculate, expression="event.data.gym_id == 'g'"),
            [{"event": "platform/scoring.calculate", "expression": "event.data.gym_id == 'g'"}],
        ),
        (
            (ScoringCalculate, On(ReactionAdded, "true")),
            [
                {"event": "platform/scoring.calculate"},
                {"event": "platform/social.reaction-added", "expression": "true"},
            ],
        ),
        ([ScoringCalculate], [{"event": "platform/scoring.calculate"}]),
        (inngest.TriggerCron(cron="0 3 * * *"), [{"cron": "0 3 * * *"}]),
        (
            (ScoringCalculate, inngest.TriggerEvent(event="other/thing")),
            [{"event": "platform/scoring.calculate"}, {"event": "other/thing"}],
        ),
        (
            (On(ScoringCalculate, "event.ts > 1"), On(ScoringCalculate, "event.ts > 2")),
            [
                {"event": "platform/scoring.calculate", "expression": "event.ts > 1"},
                {"event": "platform/scoring.calculate", "expression": "event.ts > 2"},
            ],
        ),
    ],
)
def test_triggers_are_registered(trigger: Any, registered: list[dict[str, str]]) -> None:
    assert config(declare(trigger=trigger))["triggers"] == registered


def test_options_are_the_sdks() -> None:
    function = declare(
        cancel=[On(ScoringCalculated, "async.data.member_id == event.data.member_id")],
        concurrency=[inngest.Concurrency(limit=2)],
        debounce=inngest.Debounce(period=MINUTE),
        idempotency="event.data.member_id",
        name="Function",
        priority=inngest.Priority(run="1"),
        rate_limit=inngest.RateLimit(limit=1, period=MINUTE),
        retries=20,
        singleton=inngest.Singleton(mode="skip"),
        throttle=inngest.Throttle(limit=1, period=MINUTE),
        timeouts=inngest.Timeouts(finish=MINUTE),
        middleware=None,
    )
    registered = config(function)
    assert registered["steps"]["step"]["retries"] == {"attempts": 20}
    assert registered["name"] == "Function"
    assert registered["cancel"] == [
        {
            "event": "platform/scoring.calculated",
            "if": "async.data.member_id == event.data.member_id",
        }
    ]
    assert registered["idempotency"] == "event.data.member_id"
    assert registered["debounce"] == {"period": "1m"}
    assert registered["rateLimit"] == {"limit": 1, "period": "1m"}
    assert registered["throttle"] == {"limit": 1, "period": "1m", "burst": 1}
    assert registered["timeouts"] == {"finish": "1m"}
    assert registered["singleton"] == {"mode": "skip"}
    assert registered["concurrency"] == [{"limit": 2}]
    assert registered["priority"] == {"run": "1"}


@pytest.mark.parametrize(
    ("cancel", "registered"),
    [
        (ScoringCalculated, [{"event": "platform/scoring.calculated"}]),
        (On(ScoringCalculated, "x"), [{"event": "platform/scoring.calculated", "if": "x"}]),
        (
            [inngest.Cancel(event="other/thing", timeout=MINUTE), ScoringCalculated],
            [{"event": "other/thing", "timeout": "1m"}, {"event": "platform/scoring.calculated"}],
        ),
    ],
)
def test_what_cancels(cancel: Any, registered: list[dict[str, str]]) -> None:
    assert config(declare(cancel=cancel))["cancel"] == registered


@pytest.mark.parametrize("nothing", [None, []])
def test_nothing_cancels(nothing: Any) -> None:
    assert "cancel" not in config(declare(cancel=nothing))


def test_a_batch_is_registered() -> None:
    registered = config(declare(batch_events=BATCH))
    assert registered["batchEvents"] == {"maxSize": 2, "timeout": "1m"}


def test_a_handler_of_failures_is_registered() -> None:
    registered = config(declare(on_failure=on_failure), "on_failure")
    assert registered["id"] == "demo-fn-failure"


def generator(ctx: object, event: object) -> Iterator[None]:
    yield


async def async_generator(ctx: object, event: object) -> AsyncIterator[None]:
    yield


TEN = [On(ScoringCalculate, str(number)) for number in range(10)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fn_id": ""}, "fn_id='': it must be a non-empty string of ASCII letters"),
        ({"fn_id": "a b"}, "fn_id='a b'"),
        ({"fn_id": "a'"}, "start with a letter or a digit"),
        ({"fn_id": "a\n"}, "fn_id="),
        ({"fn_id": 7}, "fn_id=7"),
        ({"trigger": "platform/scoring.calculate"}, "use the event class of that name"),
        ({"trigger": []}, "fn: a function has from 1 to 10 triggers, not 0"),
        ({"trigger": [*TEN, ScoringCalculate]}, "not 11"),
        ({"trigger": (ScoringCalculate, ScoringCalculate)}, "duplicate trigger"),
        ({"trigger": [inngest.TriggerCron(cron="* * * * *")] * 2}, "duplicate trigger"),
        ({"trigger": Event}, "Event is abstract"),
        ({"trigger": AbstractEvent}, "AbstractEvent is abstract"),
        ({"trigger": On(AbstractEvent)}, "AbstractEvent is abstract"),
        ({"trigger": dict}, "dict is not an event class, On"),
        ({"trigger": calculate()}, "a value of ScoringCalculate is not an event class"),
        ({"trigger": On(cast("Any", "x"))}, "'x' is a name"),
        ({"trigger": None}, "a value of NoneType is not"),
        (
            {"trigger": On(ScoringCalculate, cast("Any", 5))},
            "expression of On must be a str, not int",
        ),
        ({"retry": 3}, "fn: retry is not an option of create_function; did you mean retries?"),
        (
            {"on_fail": on_failure},
            "fn: on_fail is not an option of create_function; did you mean on_",
        ),
        ({"qqq": 3}, "fn: qqq is not an option of create_function"),
        ({"debounce": 5}, "fn: debounce must be an inngest.Debounce, not an int"),
        (
            {"throttle": inngest.Debounce(period=MINUTE)},
            "must be an inngest.Throttle, not a Debounce",
        ),
        ({"rate_limit": {"limit": 1}}, "fn: rate_limit must be an inngest.RateLimit, not a dict"),
        ({"singleton": inngest.Singleton}, "an inngest.Singleton, not the class Singleton"),
        ({"priority": "1"}, "fn: priority must be an inngest.Priority, not a str"),
        ({"timeouts": MINUTE}, "fn: timeouts must be an inngest.Timeouts, not a timedelta"),
        ({"batch_events": 2}, "fn: batch_events must be an inngest.Batch, not an int"),
        ({"idempotency": 5}, "fn: idempotency must be a str, not an int"),
        ({"name": 5}, "fn: name must be a str, not an int"),
        (
            {"concurrency": inngest.Concurrency(limit=5)},
            "fn: concurrency must be a list of inngest.Concurrency: put it in a list",
        ),
        ({"concurrency": 5}, "fn: concurrency must be a list of inngest.Concurrency, not an int"),
        ({"concurrency": [5]}, "must be a list of inngest.Concurrency; it holds an int"),
        (
            {"middleware": inngest.Middleware},
            "fn: middleware must be a list of middleware classes: p",
        ),
        ({"middleware": [5]}, "a list of middleware classes; it holds an int"),
        ({"retries": -1}, "retries must be an int from 0 to 20"),
        ({"retries": 21}, "retries"),
        ({"retries": True}, "retries"),
        ({"retries": "3"}, "retries"),
        ({"cancel": "platform/scoring.calculated"}, "use the event class"),
        ({"cancel": 5}, "fn: cancel: a value of int is not an event class, On(...) or the SDK's C"),
        ({"cancel": [ScoringCalculated] * 6}, "cancel has more than 5 entries"),
        ({"batch_events": inngest.Batch(max_size=1, timeout=MINUTE)}, "max_size above 1"),
        ({"batch_events": inngest.Batch(max_size=2)}, "and a timeout"),
        ({"batch_events": inngest.Batch(max_size=2, timeout=24 * 60 * MINUTE)}, "of whole days"),
        ({"batch_events": inngest.Batch(max_size=2, timeout=7 * 86_400_000)}, "of whole days"),
        (
            {"batch_events": BATCH, "cancel": [ScoringCalculated]},
            "fn: batch_events excludes cancel",
        ),
        (
            {
                "batch_events": BATCH,
                "priority": inngest.Priority(run="1"),
                "singleton": inngest.Singleton(mode="skip"),
                "debounce": inngest.Debounce(period=MINUTE),
            },
            "batch_events excludes debounce, priority, singleton",
        ),
        ({"handler": None}, "the handler is not callable"),
        ({"handler": lambda ctx: None}, "the handler must take two arguments"),
        ({"handler": lambda ctx, event, other: None}, "the handler must take two arguments"),
        ({"handler": generator}, "the handler is a generator"),
        ({"handler": async_generator}, "the handler is a generator"),
        ({"on_failure": 7}, "fn: on_failure is not callable"),
        ({"on_invalid": on_invalid}, "fn: on_invalid needs batch_events"),
        ({"on_invalid": 7, "batch_events": BATCH}, "fn: on_invalid is not callable"),
        (
            {"on_invalid": on_invalid, "batch_events": BATCH, "handler": async_handler},
            "fn: the handler is `async def` and on_invalid is `def`: both must be the same",
        ),
        ({"on_failure": lambda ctx: None}, "on_failure must take two arguments"),
        (
            {"on_failure": on_failure, "handler": async_handler},
            "fn: the handler is `async def` and on_failure is `def`: both must be the same",
        ),
        (
            {"on_failure": async_handler},
            "fn: the handler is `def` and on_failure is `async def`",
        ),
    ],
)
def test_what_cannot_work_is_refused_where_it_is_declared(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(FunctionDefinitionError) as caught:
        declare(**changes)
    assert message in str(caught.value)


def test_a_function_of_ten_triggers_is_allowed() -> None:
    assert len(config(declare(trigger=TEN))["triggers"]) == 10


def test_a_handler_whose_arguments_nobody_knows_is_taken() -> None:
    handler: Any = max
    assert not create_function(fn_id="opaque", trigger=ScoringCalculate)(handler).is_async
