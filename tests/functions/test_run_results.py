"""What functions and steps return, and what kinds of handlers there are, run by a local server."""

from __future__ import annotations

import asyncio
import functools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, ParamSpec, TypeVar

import fastapi
import httpx
import inngest
import pytest
from pydantic import BaseModel

from platform_events import (
    InvalidEvent,
    On,
    ReactionAdded,
    ScoringCalculate,
    ScoringCalculated,
    create_function,
    invoke_function,
    override_client,
    wait_for_event,
)
from platform_events.fast_api import serve
from platform_events.testing import Run, Status
from tests.functions.running_app import (
    Functions,
    RunningApp,
    calculate,
    calculated,
    reaction,
    running,
)
from tests.serving.apps import call_body
from tests.support.hosting import host_asgi

P = ParamSpec("P")
R = TypeVar("R")
CALCULATE = ScoringCalculate.event_name
SECRET = "what-nobody-may-read"
CALLS: Counter[str] = Counter()


class Report(BaseModel):
    """A model of the service's own."""

    text: str
    scores: list[ScoringCalculated] = []
    note: str | None = None


class Pair(NamedTuple):
    report: Report
    number: int


def on(name: str) -> On[ScoringCalculate]:
    """Let one function of the app run, by the gym of the event."""
    return On(ScoringCalculate, expression=f"event.data.gym_id == '{name}'")


def data(name: str, **changes: Any) -> dict[str, Any]:
    return {**calculate().to_data(), "gym_id": name, **changes}


def traced(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate as libraries do, synchronously, whatever the function is."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return wrapper


async def measure(value: float) -> ScoringCalculated:
    return calculated(value=value)


def of_two(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    raise NotImplementedError


def measure_sync(value: float) -> ScoringCalculated:
    return calculated(value=value)


async def report(text: str) -> Report:
    return Report(text=text, scores=[calculated()])


class Handler:
    """An object that is called."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, _: inngest.Context, event: ScoringCalculate) -> str:
        await asyncio.sleep(0)
        return f"{self.name} {event.member_id}"


async def of_three(name: str, ctx: inngest.Context, event: ScoringCalculate) -> str:
    await asyncio.sleep(0)
    return f"{name} {event.member_id}"


def make_functions() -> Functions:  # noqa: PLR0915  # a list of functions
    @create_function(fn_id="score", trigger=on("score"))
    async def score(ctx: inngest.Context, event: ScoringCalculate) -> ScoringCalculated:
        measured = await ctx.step.run("measure", measure, 72.5)
        assert isinstance(measured, ScoringCalculated)
        return measured

    @create_function(fn_id="score-sync", trigger=on("score-sync"))
    def score_sync(ctx: inngest.ContextSync, event: ScoringCalculate) -> ScoringCalculated:
        measured = ctx.step.run("measure", measure_sync, 72.5)
        assert isinstance(measured, ScoringCalculated)
        return measured

    @create_function(fn_id="many", trigger=on("many"))
    async def many(ctx: inngest.Context, event: ScoringCalculate) -> dict[str, Report | None]:
        found = await ctx.step.run("report", report, "a")
        assert found == Report(text="a", scores=[calculated()])
        return {"found": found, "nothing": None}

    @create_function(fn_id="pair", trigger=on("pair"))
    def pair(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[str]:
        def make() -> Pair:
            return Pair(Report(text="b"), 2)

        found = ctx.step.run("make", make)
        explicit = ctx.step.run("given", lambda: Report(text="c"), output_type=Report)
        return [type(found).__name__, found.report.text, explicit.text]

    @create_function(fn_id="invokes", trigger=on("invokes"))
    async def invokes(ctx: inngest.Context, event: ScoringCalculate) -> str:
        one = await invoke_function(ctx.step, "one", function=score, event=event)
        two = await invoke_function(ctx.step, "two", function=score_sync, event=event)
        reports = await invoke_function(ctx.step, "three", function=many, event=event)
        found = reports["found"]
        assert found is not None
        return f"{one.value} {two.value} {found.text} {reports['nothing']}"

    @create_function(fn_id="nightly", trigger=inngest.TriggerCron(cron="0 3 * * *"))
    def nightly(ctx: inngest.ContextSync, event: inngest.Event) -> str:
        return f"{event.name} {sorted(event.data.keys() - {'_inngest'})}"

    @create_function(fn_id="either", trigger=(on("-"), inngest.TriggerCron(cron="0 4 * * *")))
    async def either(ctx: inngest.Context, event: ScoringCalculate | inngest.Event) -> str:
        return type(event).__name__

    @create_function(fn_id="invokes-crons", trigger=on("invokes-crons"))
    def invokes_crons(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[str]:
        other = inngest.Event(name="other/thing", data={"a": 1})
        return [
            invoke_function(ctx.step, "one", function=nightly),
            invoke_function(ctx.step, "two", function=nightly, event=other),
            invoke_function(ctx.step, "three", function=either),
            invoke_function(ctx.step, "four", function=either, event=event),
        ]

    @create_function(fn_id="invokes-nothing", trigger=on("invokes-nothing"))
    def invokes_nothing(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        try:
            invoke_function(ctx.step, "one", function=score, event=event.to_data())  # type: ignore[call-overload]  # a mistake  # pyright: ignore[reportArgumentType, reportCallIssue]
        except TypeError as error:
            return str(error)
        return "no error"

    @create_function(fn_id="plain-steps", trigger=on("plain-steps"))
    async def plain_steps(ctx: inngest.Context, event: ScoringCalculate) -> int:
        # The SDK takes them, though its types do not say so.
        return await ctx.step.run("one", lambda: 5)  # type: ignore[arg-type, return-value]  # pyright: ignore[reportArgumentType]

    @create_function(fn_id="invokes-crons-async", trigger=on("invokes-crons-async"))
    async def invokes_crons_async(ctx: inngest.Context, event: ScoringCalculate) -> str:
        return await invoke_function(ctx.step, "one", function=nightly)

    # What is not JSON.

    @create_function(fn_id="nan", trigger=on("nan"))
    def nan(ctx: inngest.ContextSync, event: ScoringCalculate) -> dict[str, list[float]]:
        CALLS[ctx.run_id] += 1
        return {"values": [1.0, float("nan")]}

    @create_function(fn_id="nan-async", trigger=on("nan-async"))
    async def nan_async(ctx: inngest.Context, event: ScoringCalculate) -> float:
        CALLS[ctx.run_id] += 1
        return float("-inf")

    @create_function(fn_id="nan-step", trigger=on("nan-step"))
    def nan_step(ctx: inngest.ContextSync, event: ScoringCalculate) -> float:
        CALLS[ctx.run_id] += 1
        return ctx.step.run("nan", lambda: float("nan"))

    @create_function(fn_id="nan-step-async", trigger=on("nan-step-async"))
    async def nan_step_async(ctx: inngest.Context, event: ScoringCalculate) -> float:
        CALLS[ctx.run_id] += 1

        async def nan() -> float:
            return float("nan")

        return await ctx.step.run("nan", nan)

    @create_function(fn_id="set", trigger=on("set"))
    def returns_a_set(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[Any]:
        CALLS[ctx.run_id] += 1
        return [{SECRET}]

    @create_function(fn_id="undeclared", trigger=on("undeclared"))
    def undeclared(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        CALLS[ctx.run_id] += 1
        return ctx.step.run("measure", lambda: {"of": [calculated()]})["of"][0].member_id

    # Handlers of every kind.

    @create_function(fn_id="wrapped", trigger=on("wrapped"))
    @traced
    async def wrapped(ctx: inngest.Context, event: ScoringCalculate) -> str:
        await asyncio.sleep(0)
        return f"wrapped {event.member_id}"

    partial = create_function(fn_id="partial", trigger=on("partial"))(
        functools.partial(traced(of_three), "partial")
    )
    called = create_function(fn_id="object", trigger=on("object"))(Handler("object"))
    # An object that is awaited, and names the synchronous function that it wraps.
    named = functools.update_wrapper(Handler("named"), of_two)
    updated = create_function(fn_id="named", trigger=on("named"))(named)

    @create_function(fn_id="hides-it", trigger=on("hides-it"), retries=3)
    def hides_it(ctx: inngest.ContextSync, event: ScoringCalculate) -> Any:
        CALLS[ctx.run_id] += 1
        return of_three("hidden", ctx, event)  # type: ignore[arg-type]  # a mistake  # pyright: ignore[reportArgumentType]

    @create_function(fn_id="awaitable", trigger=on("awaitable"), retries=3)
    def awaitable(ctx: inngest.ContextSync, event: ScoringCalculate) -> Any:
        CALLS[ctx.run_id] += 1
        return _Awaitable()

    # Waiting with a mistake.

    @create_function(fn_id="waits", trigger=on("waits"), retries=3)
    def waits(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        CALLS[ctx.run_id] += 1
        wait_for_event(
            ctx.step,
            "wait",
            event=ScoringCalculated,
            if_exp="async.data.memberid == event.data.member_id",
            timeout=1000,
        )

    @create_function(fn_id="waits-async", trigger=on("waits-async"), retries=3)
    async def waits_async(ctx: inngest.Context, event: ScoringCalculate) -> None:
        CALLS[ctx.run_id] += 1
        await wait_for_event(
            ctx.step,
            "wait",
            event=ScoringCalculated,
            if_exp="async.data.member_id == event.data.post_id",
            timeout=1000,
        )

    @create_function(fn_id="waits-for-no-cel", trigger=on("waits-for-no-cel"), retries=3)
    def waits_for_no_cel(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        CALLS[ctx.run_id] += 1
        wait_for_event(
            ctx.step,
            "wait",
            event=ScoringCalculated,
            if_exp="async.data.member_id = event.data.member_id",
            timeout=1000,
        )

    return [
        score,
        score_sync,
        many,
        pair,
        invokes,
        nightly,
        either,
        invokes_crons,
        invokes_crons_async,
        invokes_nothing,
        plain_steps,
        nan,
        nan_async,
        nan_step,
        nan_step_async,
        returns_a_set,
        undeclared,
        wrapped,
        partial,
        called,
        updated,
        hides_it,
        awaitable,
        waits,
        waits_async,
        waits_for_no_cel,
        *make_batches(),
    ]


class _Awaitable:
    def __await__(self) -> Iterator[None]:
        yield


def make_batches() -> Functions:
    batch = inngest.Batch(max_size=2, timeout=600_000)

    def tell(ctx: inngest.ContextSync, invalid: list[InvalidEvent]) -> None:
        ctx.step.run("tell", lambda: TOLD.append([str(one.error) for one in invalid]))

    async def tell_async(ctx: inngest.Context, invalid: list[InvalidEvent]) -> None:
        async def note() -> None:
            TOLD.append([str(one.error) for one in invalid])

        await ctx.step.run("tell", note)

    @create_function(fn_id="batch", trigger=on("batch"), batch_events=batch, on_invalid=tell)
    def handle(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> list[str]:
        return ctx.step.run("handle", lambda: [event.member_id for event in events])

    @create_function(
        fn_id="batch-async", trigger=on("batch-async"), batch_events=batch, on_invalid=tell_async
    )
    async def handle_async(ctx: inngest.Context, events: list[ScoringCalculate]) -> list[str]:
        return [event.member_id for event in events]

    return [handle, handle_async]


TOLD: list[list[str]] = []


@pytest.fixture(scope="module")
def app() -> Iterator[RunningApp]:
    with running(make_functions()) as app:
        yield app


@pytest.mark.parametrize("name", ["score", "score-sync"])
def test_an_event_is_returned_by_steps_and_functions(app: RunningApp, name: str) -> None:
    assert app.run(CALCULATE, data(name)).output == calculated(value=72.5).to_data()


def test_models_are_returned_inside_of_other_things(app: RunningApp) -> None:
    found = Report(text="a", scores=[calculated()]).model_dump(mode="json")
    assert app.run(CALCULATE, data("many")).output == {"found": found, "nothing": None}
    assert app.run(CALCULATE, data("pair")).output == ["Pair", "b", "c"]


def test_whoever_invokes_a_function_gets_the_type_that_it_declares(app: RunningApp) -> None:
    assert app.run(CALCULATE, data("invokes")).output == "72.5 72.5 a None"


def test_functions_of_schedules_are_invoked_with_or_without_an_event(app: RunningApp) -> None:
    invoked = "inngest/function.invoked"
    assert app.run(CALCULATE, data("invokes-crons")).output == [
        f"{invoked} []",
        f"{invoked} ['a']",
        "Event",
        "ScoringCalculate",
    ]
    assert app.run(CALCULATE, data("invokes-crons-async")).output == f"{invoked} []"


def test_a_function_is_invoked_with_an_event_alone(app: RunningApp) -> None:
    assert app.run(CALCULATE, data("invokes-nothing")).output == (
        "a dict is not an event: pass an instance of an event class"
    )


def test_an_asynchronous_function_may_have_synchronous_steps(app: RunningApp) -> None:
    assert app.run(CALCULATE, data("plain-steps")).output == 5


def failed_at_once(app: RunningApp, name: str) -> str:
    """Run a function that fails; give its message, if it was not tried again."""
    run = app.run(CALCULATE, data(name))
    assert run.status is Status.FAILED
    assert run.error is not None
    assert run.error["name"] == "NonRetriableError"
    assert SECRET not in json.dumps(run.error)
    assert CALLS[run.id] == 1
    return str(run.error["message"])


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("nan", "nan"),
        ("nan-async", "nan-async"),
        ("nan-step", "step 'nan'"),
        ("nan-step-async", "step 'nan'"),
    ],
)
def test_numbers_that_are_not_json_end_the_run(app: RunningApp, name: str, subject: str) -> None:
    problem = "returned data that is not JSON: it holds NaN or infinity"
    assert failed_at_once(app, name) == f"{subject} {problem}"


def test_other_values_that_are_not_json_end_the_run(app: RunningApp) -> None:
    problem = "returned data that is not JSON: it holds a value of type set"
    assert failed_at_once(app, "set") == f"set {problem}"


def test_a_step_declares_the_model_that_it_returns(app: RunningApp) -> None:
    assert failed_at_once(app, "undeclared").startswith(
        "step 'measure' returned a model, but does not declare it: annotate"
    )


@pytest.mark.parametrize("name", ["wrapped", "partial", "object", "named"])
def test_asynchronous_handlers_are_found_behind_what_wraps_them(app: RunningApp, name: str) -> None:
    assert app.run(CALCULATE, data(name)).output == f"{name} mem_1"


@pytest.mark.parametrize("name", ["hides-it", "awaitable"])
def test_a_coroutine_that_nobody_awaits_ends_the_run(app: RunningApp, name: str) -> None:
    assert failed_at_once(app, name).startswith("the handler returned a coroutine and is not")


def test_a_mistake_in_what_is_waited_for_ends_the_run(app: RunningApp) -> None:
    assert failed_at_once(app, "waits").endswith(
        "async.data has no field 'memberid'; did you mean 'member_id'?"
    )
    assert "event.data has no field 'post_id'" in failed_at_once(app, "waits-async")
    assert failed_at_once(app, "waits-for-no-cel").endswith("did you mean ==?")


INVALID = "invalid platform/scoring.calculate: events.1.score: Input should be"


@pytest.mark.parametrize("name", ["batch", "batch-async"])
def test_the_valid_events_of_a_batch_are_handled_and_the_others_told(
    app: RunningApp, name: str
) -> None:
    TOLD.clear()
    first = app.send(CALCULATE, data(name, member_id="mem_a"))
    app.send(CALCULATE, data(name, score=SECRET))
    run = app.server.run_of(first, timeout=60)
    assert (run.status, run.output) == (Status.COMPLETED, ["mem_a"])
    [[told]] = TOLD
    assert told.startswith(INVALID)
    assert SECRET not in told


@pytest.mark.parametrize("name", ["batch", "batch-async"])
def test_a_batch_without_a_valid_event_is_told_and_fails(app: RunningApp, name: str) -> None:
    TOLD.clear()
    first = app.send(CALCULATE, data(name, score=SECRET))
    app.send(CALCULATE, data(name, score=SECRET))
    run: Run = app.server.run_of(first, timeout=60)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert "events.0.score" in str(run.error["message"])
    assert "events.1.score" in str(run.error["message"])
    assert [len(told) for told in TOLD] == [2]


def test_a_streamed_answer_says_that_nothing_is_to_be_tried_again() -> None:
    @create_function(fn_id="nan", trigger=ScoringCalculate)
    async def nan(ctx: inngest.Context, event: ScoringCalculate) -> float:
        return float("nan")

    application = fastapi.FastAPI()
    event = {"name": CALCULATE, "data": calculate().to_data(), "id": "1", "ts": 1}
    with override_client(app_id="demo", is_production=False), host_asgi(application) as port:
        serve(application, [nan], streaming=inngest.Streaming.FORCE)
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/inngest",
            params={"fnId": "demo-nan", "stepId": "step"},
            content=call_body(event=event, events=[event]),
        )
    streamed = json.loads(answer.text)
    assert (answer.status_code, streamed["status"]) == (201, 500)
    assert streamed["headers"]["x-inngest-no-retry"] == "true"
    assert "not JSON" in streamed["body"]


def test_a_serializer_of_the_sdks_converts_what_is_declared() -> None:
    @create_function(fn_id="score", trigger=ScoringCalculate)
    async def score(ctx: inngest.Context, event: ScoringCalculate) -> list[ScoringCalculated]:
        first = await ctx.step.run("measure", measure, 72.5)
        assert isinstance(first, ScoringCalculated)
        return [first]

    @create_function(fn_id="invokes", trigger=ReactionAdded)
    async def invokes(ctx: inngest.Context, event: ReactionAdded) -> float:
        [found] = await invoke_function(ctx.step, "one", function=score, event=calculate())
        return found.value

    serializer = inngest.PydanticSerializer()
    with running([score, invokes], serializer=serializer) as app:
        assert app.run(ReactionAdded.event_name, reaction().to_data()).output == 72.5
