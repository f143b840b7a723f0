"""What must type-check, and as what. Checked by `make check`; never run."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never, assert_type

import inngest
from pydantic import BaseModel

import platform_events
from platform_events import (
    ChurnRiskCheck,
    Client,
    EventFunction,
    EventName,
    Failure,
    HeartRate,
    InvalidEvent,
    InvalidEventError,
    KnownEventName,
    Measurement,
    On,
    PlatformEvent,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    Servable,
    Steps,
    UnrecognizedMeasurement,
    WearableDataReceived,
    WorkoutLogged,
    asend_event,
    asend_events,
    build_event_name,
    create_function,
    get_client,
    invoke_function,
    is_event_name,
    is_known_event_name,
    parse_event,
    parse_event_name,
    send_event,
    send_events,
    send_events_step,
    wait_for_event,
)
from platform_events.names import SCORING_CALCULATE

calculate = ScoringCalculate(member_id="m", gym_id="g", score="progress", reason="manual")
assert_type(calculate.caused_by, str | None)
assert_type(ScoringCalculate.event_name, str)
assert_type(calculate.to_inngest(id="key", ts=datetime.now(UTC)), inngest.Event)
assert_type(ScoringCalculate.from_inngest(calculate.to_inngest()), ScoringCalculate)
assert_type(ScoringCalculate.from_data({}), ScoringCalculate)

assert_type(parse_event("platform/scoring.calculate", {}), ScoringCalculate)
assert_type(parse_event(SCORING_CALCULATE, {}), ScoringCalculate)
assert_type(parse_event_name("platform/scoring.calculate"), EventName)
assert_type(get_client(), Client)
assert_type(platform_events.send_event(calculate), str)


def parse_any(name: str, known: KnownEventName, message: Any) -> None:
    assert_type(parse_event(name, {}), PlatformEvent)
    assert_type(parse_event(known, {}), PlatformEvent)
    assert_type(parse_event(build_event_name("sync", "integration-failed"), {}), PlatformEvent)
    # What json.loads gives; a name of type Any might be any literal, too.
    parse_event(str(message["name"]), message["data"])


def narrow(value: object) -> None:
    if is_event_name(value):
        assert_type(value, str)
    if is_known_event_name(value):
        assert_type(value, KnownEventName)


def send() -> None:
    assert_type(send_event(calculate, id="key", ts=1_700_000_000_000), str)
    assert_type(send_events([calculate, calculate.to_inngest(id="key")]), list[str])
    assert_type(send_events(e for e in [calculate]), list[str])


async def send_on_a_loop() -> None:
    assert_type(await asend_event(calculate), str)
    assert_type(await asend_events((calculate,)), list[str])


def handle(event: ScoringCalculate | ChurnRiskCheck) -> str:
    match event:
        case ScoringCalculate():
            return event.score
        case ChurnRiskCheck():
            return event.reason
        case _:
            assert_never(event)


def steps_of(event: WearableDataReceived) -> float:
    assert_type(event.measurements, tuple[Measurement, ...])
    return sum(m.step_count for m in event.measurements if isinstance(m, Steps))


def tell_apart(measurement: HeartRate | Steps | UnrecognizedMeasurement) -> float:
    if isinstance(measurement, HeartRate):
        return measurement.heart_rate_bpm
    if isinstance(measurement, Steps):
        return measurement.step_count
    unrecognized: UnrecognizedMeasurement = measurement
    return float(len(unrecognized.kind))


# A function of one class, synchronous or not, is what its handler is.
@create_function(fn_id="sync", trigger=ScoringCalculate)
def sync(ctx: inngest.ContextSync, event: ScoringCalculate) -> float:
    return 1.0


@create_function(fn_id="async", trigger=On(ScoringCalculate, expression="true"), retries=3)
async def asynchronous(ctx: inngest.Context, event: ScoringCalculate) -> dict[str, float]:
    return {event.score: 1.0}


assert_type(sync, EventFunction[inngest.ContextSync, ScoringCalculate, float])
assert_type(
    asynchronous,
    EventFunction[inngest.Context, ScoringCalculate, Coroutine[Any, Any, dict[str, float]]],
)


def call(ctx: inngest.ContextSync) -> None:
    assert_type(sync(ctx, calculate), float)


# Several classes give their union, which a match must exhaust.
@create_function(fn_id="two", trigger=(ScoringCalculate, On(ReactionAdded, "true")))
def two(ctx: inngest.ContextSync, event: ScoringCalculate | ReactionAdded) -> str:
    match event:
        case ScoringCalculate():
            return event.score
        case ReactionAdded():
            return event.reaction


@create_function(fn_id="three", trigger=(ScoringCalculate, ReactionAdded, ChurnRiskCheck))
def three(
    ctx: inngest.ContextSync, event: ScoringCalculate | ReactionAdded | ChurnRiskCheck
) -> None: ...


@create_function(
    fn_id="four", trigger=(ScoringCalculate, ReactionAdded, ChurnRiskCheck, WorkoutLogged)
)
async def four(
    ctx: inngest.Context,
    event: ScoringCalculate | ReactionAdded | ChurnRiskCheck | WorkoutLogged,
) -> None: ...


KINDS: tuple[type[ScoringCalculate | ReactionAdded], ...] = (ScoringCalculate, ReactionAdded)


@create_function(fn_id="many", trigger=KINDS)
def many(ctx: inngest.ContextSync, event: ScoringCalculate | ReactionAdded) -> None: ...


# A handler may take more than its function gives.
@create_function(fn_id="wide", trigger=ScoringCalculate)
def wide(ctx: inngest.ContextSync, event: PlatformEvent) -> None: ...


# Batches are lists, and the SDK's triggers give the SDK's event.
@create_function(
    fn_id="batch", trigger=ReactionAdded, batch_events=inngest.Batch(max_size=9, timeout=9000)
)
def batch(ctx: inngest.ContextSync, events: list[ReactionAdded]) -> int:
    return len(events)


@create_function(
    fn_id="batch-of-two",
    trigger=(ReactionAdded, WorkoutLogged),
    batch_events=inngest.Batch(max_size=9, timeout=9000),
)
def batch_of_two(ctx: inngest.ContextSync, events: list[ReactionAdded | WorkoutLogged]) -> int:
    return len(events)


@create_function(fn_id="cron", trigger=inngest.TriggerCron(cron="0 3 * * *"))
async def cron(ctx: inngest.Context, event: inngest.Event) -> None: ...


@create_function(
    fn_id="cron-or-event", trigger=(ScoringCalculate, inngest.TriggerCron(cron="0 3 * * *"))
)
async def cron_or_event(ctx: inngest.Context, event: ScoringCalculate | inngest.Event) -> None: ...


# Events, payloads and models are results; those of steps and invoked functions are typed.
class Report(BaseModel):
    text: str


@create_function(fn_id="returns-an-event", trigger=ScoringCalculate)
async def returns_an_event(ctx: inngest.Context, event: ScoringCalculate) -> ScoringCalculated:
    async def measure() -> ScoringCalculated:
        return ScoringCalculated.from_data({})

    measured = await ctx.step.run("measure", measure)
    assert_type(measured, ScoringCalculated)
    return measured


@create_function(fn_id="returns-models", trigger=ScoringCalculate)
def returns_models(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[Report | None]:
    return [Report(text=""), None]


@create_function(fn_id="returns-a-model", trigger=ScoringCalculate)
def returns_a_model(ctx: inngest.ContextSync, event: ScoringCalculate) -> Report | None:
    return None


# A decorator may promise no more than something to await.
def traced(
    handler: Callable[[inngest.Context, ScoringCalculate], Awaitable[float]],
) -> Callable[[inngest.Context, ScoringCalculate], Awaitable[float]]:
    return handler


@create_function(fn_id="traced", trigger=ScoringCalculate)
@traced
async def traced_function(ctx: inngest.Context, event: ScoringCalculate) -> float:
    return 1.0


assert_type(traced_function, EventFunction[inngest.Context, ScoringCalculate, Awaitable[float]])


# The invalid events of a batch are told.
def tell(ctx: inngest.ContextSync, invalid: list[InvalidEvent]) -> None:
    assert_type(invalid[0].event, inngest.Event)
    assert_type(invalid[0].error, InvalidEventError)


async def tell_async(ctx: inngest.Context, invalid: list[InvalidEvent]) -> None: ...


@create_function(
    fn_id="tolerant-batch",
    trigger=(ReactionAdded, WorkoutLogged),
    batch_events=inngest.Batch(max_size=9, timeout=9000),
    on_invalid=tell,
)
def tolerant_batch(
    ctx: inngest.ContextSync, events: list[ReactionAdded | WorkoutLogged]
) -> None: ...


@create_function(
    fn_id="tolerant-batch-async",
    trigger=ReactionAdded,
    batch_events=inngest.Batch(max_size=9, timeout=9000),
    on_invalid=tell_async,
)
async def tolerant_batch_async(ctx: inngest.Context, events: list[ReactionAdded]) -> None: ...


# Functions of every kind in one list.
FUNCTIONS: list[Servable] = [sync, asynchronous, two, batch, cron, traced_function]


# What failed is typed, or unread.
async def failed(ctx: inngest.Context, failure: Failure[ScoringCalculate]) -> None:
    assert_type(failure.event, ScoringCalculate | inngest.Event)
    assert_type(failure.events, list[ScoringCalculate | inngest.Event])


@create_function(fn_id="fails", trigger=ScoringCalculate, on_failure=failed, cancel=ReactionAdded)
async def fails(ctx: inngest.Context, event: ScoringCalculate) -> None: ...


def steps(step: inngest.StepSync, hour: timedelta) -> None:
    assert_type(send_events_step(step, "send", [calculate]), list[str])
    assert_type(
        wait_for_event(step, "wait", event=ScoringCalculated, timeout=hour),
        ScoringCalculated | None,
    )
    assert_type(invoke_function(step, "invoke", function=sync, event=calculate), float)
    result = invoke_function(step, "invoke", function=asynchronous, event=calculate)
    assert_type(result, dict[str, float])
    found = invoke_function(step, "invoke", function=returns_an_event, event=calculate)
    assert_type(found, ScoringCalculated)
    models = invoke_function(step, "invoke", function=returns_models, event=calculate)
    assert_type(models, list[Report | None])
    assert_type(invoke_function(step, "invoke", function=traced_function, event=calculate), float)
    # Functions of schedules need no event, and what else they take is theirs.
    invoke_function(step, "invoke", function=cron)
    invoke_function(step, "invoke", function=cron, event=inngest.Event(name="a/b"))
    invoke_function(step, "invoke", function=cron_or_event)
    invoke_function(step, "invoke", function=cron_or_event, event=calculate)


async def asynchronous_steps(step: inngest.Step) -> None:
    assert_type(await send_events_step(step, "send", [calculate]), list[str])
    found = await wait_for_event(step, "wait", event=ScoringCalculated, timeout=1000)
    assert_type(found, ScoringCalculated | None)
    assert_type(await invoke_function(step, "invoke", function=sync, event=calculate), float)
    result = await invoke_function(step, "invoke", function=asynchronous, event=calculate)
    assert_type(result, dict[str, float])
    made = await invoke_function(step, "invoke", function=returns_an_event, event=calculate)
    assert_type(made, ScoringCalculated)
    await invoke_function(step, "invoke", function=cron)
