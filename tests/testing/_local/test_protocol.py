"""What Inngest does with an app, feature by feature, over HTTP in both modes of the SDK."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import inngest
import pytest

from platform_events.testing import LocalInngest, NoRunError, Run, Status
from platform_events.testing._local.go_json import Json
from tests.testing._local.apps import EVENT_KEY, SIGNING_KEY, Functions, client_of, serving

HOUR = dt.timedelta(hours=1)


class ProtocolApp:
    """A server, a registered app, and a client that sends to it."""

    def __init__(self, server: LocalInngest, client: inngest.Inngest) -> None:
        self.server = server
        self.client = client

    def send(self, name: str, data: dict[str, Json] | None = None, identity: str = "") -> str:
        event = inngest.Event(name=name, data=data or {}, id=identity)
        return self.client.send_sync(event)[0]

    def run(self, name: str, data: dict[str, Json] | None = None) -> Run:
        return self.server.run_of(self.send(name, data), timeout=60)


def functions_of(client: inngest.Inngest) -> Functions:  # noqa: PLR0915  # one app, many functions
    attempts: dict[str, int] = {}

    def attempt(key: str) -> int:
        attempts[key] = attempts.get(key, -1) + 1
        return attempts[key]

    @client.create_function(fn_id="steps", trigger=inngest.TriggerEvent(event="t/steps"))
    async def steps(ctx: inngest.Context) -> object:
        async def one() -> object:
            return {"type": type(ctx.event.data["total"]).__name__}

        first = await ctx.step.run("one", one)
        ids = await ctx.step.send_event("notify", inngest.Event(name="t/sent"))
        second = await ctx.step.run("one", one)
        return {"first": first, "second": second, "ids": len(ids)}

    @client.create_function(fn_id="sent", trigger=inngest.TriggerEvent(event="t/sent"))
    def sent(ctx: inngest.ContextSync) -> str:
        return ctx.event.id

    @client.create_function(fn_id="blocking", trigger=inngest.TriggerEvent(event="t/blocking"))
    def blocking(ctx: inngest.ContextSync) -> object:
        first = ctx.step.run("first", lambda: client.send_sync(inngest.Event(name="t/sent")))
        return {"ids": len(first), "n": ctx.step.run("second", lambda: 2)}

    @client.create_function(fn_id="parallel", trigger=inngest.TriggerEvent(event="t/parallel"))
    async def parallel(ctx: inngest.Context) -> object:
        async def number(value: int) -> int:
            return value

        together = await ctx.group.parallel(
            (
                lambda: ctx.step.run("p1", number, 1),
                lambda: ctx.step.run("p2", number, 2),
                lambda: ctx.step.sleep("nap", HOUR),
            )
        )
        after = await ctx.step.run("after", number, 3)
        return [*together, after]

    @client.create_function(fn_id="flaky", trigger=inngest.TriggerEvent(event="t/flaky"), retries=2)
    def flaky(ctx: inngest.ContextSync) -> object:
        def fail_once() -> int:
            if attempt("flaky-step") == 0:
                raise ValueError("once")
            return 1

        found = [ctx.step.run("shaky", fail_once), ctx.attempt]
        if attempt("flaky-function") < 2:
            raise ValueError("again")
        return [*found, attempts["flaky-step"], attempts["flaky-function"]]

    def on_failure(ctx: inngest.ContextSync) -> object:
        data = ctx.event.data
        return {"keys": sorted(data), "event": data["event"], "error": data["error"]}

    @client.create_function(
        fn_id="broken",
        trigger=inngest.TriggerEvent(event="t/broken"),
        retries=1,
        on_failure=on_failure,
    )
    def broken(_: inngest.ContextSync) -> None:
        raise ValueError(f"boom {attempt('broken')}")

    @client.create_function(
        fn_id="final",
        trigger=inngest.TriggerEvent(event="t/final"),
        retries=3,
        on_failure=on_failure,
    )
    def final(_: inngest.ContextSync) -> None:
        raise inngest.NonRetriableError("never")

    @client.create_function(
        fn_id="caught", trigger=inngest.TriggerEvent(event="t/caught"), retries=1
    )
    def caught(ctx: inngest.ContextSync) -> object:
        def fail() -> None:
            raise ValueError(f"no {attempt('caught')}")

        try:
            ctx.step.run("bad", fail)
        except inngest.StepError as error:
            return {"caught": error.message, "name": error.name}
        return None

    @client.create_function(fn_id="later", trigger=inngest.TriggerEvent(event="t/later"), retries=1)
    def later(_: inngest.ContextSync) -> str:
        if attempt("later") == 0:
            raise inngest.RetryAfterError("wait", dt.timedelta(hours=2))
        return "after all"

    @client.create_function(fn_id="sleepy", trigger=inngest.TriggerEvent(event="t/sleepy"))
    def sleepy(ctx: inngest.ContextSync) -> str:
        ctx.step.sleep("day", dt.timedelta(days=1))
        then = dt.datetime.now(dt.UTC) + HOUR
        ctx.step.sleep_until("hour", then)
        return "awake"

    @client.create_function(fn_id="waiter", trigger=inngest.TriggerEvent(event="t/waiter"))
    def waiter(ctx: inngest.ContextSync) -> object:
        event = ctx.step.wait_for_event(
            "wait",
            event="t/go",
            if_exp="async.data.k == event.data.k",
            timeout=HOUR,
        )
        return None if event is None else {"data": event.data, "id": event.id}

    @client.create_function(fn_id="child", trigger=inngest.TriggerEvent(event="t/never"))
    def child(ctx: inngest.ContextSync) -> object:
        if ctx.event.data.get("fail"):
            raise inngest.NonRetriableError("child failed")
        return {"name": ctx.event.name, "k": ctx.event.data["k"]}

    @client.create_function(fn_id="parent", trigger=inngest.TriggerEvent(event="t/parent"))
    def parent(ctx: inngest.ContextSync) -> object:
        try:
            return ctx.step.invoke("call", function=child, data=dict(ctx.event.data))
        except inngest.StepError as error:
            return error.message

    @client.create_function(
        fn_id="cancelled",
        trigger=inngest.TriggerEvent(event="t/long"),
        cancel=[inngest.Cancel(event="t/stop", if_exp="async.data.k == event.data.k")],
    )
    def cancelled(ctx: inngest.ContextSync) -> None:
        ctx.step.sleep("long", dt.timedelta(days=7))

    @client.create_function(
        fn_id="batched",
        trigger=inngest.TriggerEvent(event="t/batched"),
        batch_events=inngest.Batch(max_size=3, timeout=dt.timedelta(seconds=30)),
    )
    def batched(ctx: inngest.ContextSync) -> object:
        return [event.data["n"] for event in ctx.events]

    @client.create_function(
        fn_id="filtered",
        trigger=[
            inngest.TriggerEvent(event="f/*", expression="event.data.n > 1"),
            inngest.TriggerCron(cron="0 0 * * *"),
        ],
        concurrency=[inngest.Concurrency(limit=1)],
    )
    def filtered(ctx: inngest.ContextSync) -> str:
        return ctx.event.name

    return [
        steps, sent, blocking, parallel, flaky, broken, final, caught, later, sleepy, waiter,
        child, parent, cancelled, batched, filtered,
    ]  # fmt: skip


@pytest.fixture(scope="module", params=["dev", "signed"])
def app(request: pytest.FixtureRequest) -> Iterator[ProtocolApp]:
    signing_key = SIGNING_KEY if request.param == "signed" else None
    keys = [EVENT_KEY] if signing_key else None
    with LocalInngest(signing_key=signing_key, event_keys=keys, retry_interval=0.01) as server:
        client = client_of(server, signing_key=signing_key)
        functions = functions_of(client)
        with serving(client, functions) as url:
            server.register(url)
            yield ProtocolApp(server, client)


def test_steps_are_run_once_each_and_numbers_are_doubles(app: ProtocolApp) -> None:
    run = app.run("t/steps", {"total": 10.0})
    assert run.output == {"first": {"type": "int"}, "second": {"type": "int"}, "ids": 1}
    assert [step.id for step in run.steps] == ["one", "notify", "one:1"]
    sent = run.steps[1].data
    assert isinstance(sent, list)
    assert app.server.run_of(str(sent[0])).output == sent[0]


def test_an_app_may_send_while_it_is_called(app: ProtocolApp) -> None:
    assert app.run("t/blocking").output == {"ids": 1, "n": 2}


def test_parallel_steps(app: ProtocolApp) -> None:
    event_id = app.send("t/parallel")
    app.server.wait_idle()
    (run,) = (run for run in app.server.runs if run.event_id == event_id)
    assert run.status is Status.RUNNING
    assert sorted(step.id for step in run.steps) == ["p1", "p2"]
    app.server.advance(3600)
    assert app.server.run_of(event_id).output == [1, 2, None, 3]


def test_what_fails_is_tried_again(app: ProtocolApp) -> None:
    run = app.run("t/flaky")
    # The step failed once; then the function failed twice, and its third attempt held.
    assert run.output == [1, 2, 1, 2]
    assert [step.id for step in run.steps] == ["shaky"]


def test_a_run_that_fails_is_handled_once(app: ProtocolApp) -> None:
    event_id = app.send("t/broken", {"z": 1})
    run = app.server.run_of(event_id)
    assert run.status is Status.FAILED
    assert run.error is not None
    assert {key: run.error[key] for key in ("error", "name", "message")} == {
        "error": "invalid status code: 500",
        "name": "ValueError",
        "message": "boom 1",
    }
    app.server.wait_idle()
    (handled,) = (one for one in app.server.runs if one.event["id"] == run.id)
    assert handled.function_id == "demo-broken-failure"
    output = handled.output
    assert isinstance(output, dict)
    assert output["keys"] == [
        "_inngest", "error", "event", "events", "function_id", "result", "run_id",
    ]  # fmt: skip
    assert output["event"] == run.event
    assert output["error"] == run.error


def test_a_final_error_is_not_tried_again(app: ProtocolApp) -> None:
    run = app.run("t/final")
    assert run.error is not None
    assert run.error["error"] == "NonRetriableError"
    assert run.error["message"] == "never"


def test_a_step_that_failed_for_good_is_caught(app: ProtocolApp) -> None:
    run = app.run("t/caught")
    assert run.output == {"caught": "no 1", "name": "ValueError"}
    assert run.steps[0].error is not None
    assert run.steps[0].error["message"] == "no 1"


def test_an_app_says_when_to_try_again(app: ProtocolApp) -> None:
    event_id = app.send("t/later")
    app.server.wait_idle()
    app.server.advance(7190)
    with pytest.raises(TimeoutError, match="Running"):
        app.server.run_of(event_id, timeout=0.1)
    app.server.advance(10)
    assert app.server.run_of(event_id).output == "after all"


def test_sleeping(app: ProtocolApp) -> None:
    event_id = app.send("t/sleepy")
    for seconds in (86400, 3600):
        app.server.wait_idle()
        app.server.advance(seconds - 30)
        app.server.wait_idle()
        due = r"more is due in ([\d.]+) s: advance\((\d+)\) goes there at once"
        with pytest.raises(TimeoutError, match=due) as caught:
            app.server.runs_of(event_id, timeout=0)
        [(due_s, step_s)] = re.findall(due, str(caught.value))
        assert 0 < float(due_s) <= int(step_s) <= 30
        app.server.advance(30)
    assert app.server.run_of(event_id).output == "awake"


def test_waiting_for_an_event(app: ProtocolApp) -> None:
    event_id = app.send("t/waiter", {"k": 1})
    app.server.wait_idle()
    app.send("t/go", {"k": 2})
    app.send("t/go", {"k": 1, "n": 10.0}, identity="mine")
    assert app.server.run_of(event_id).output == {"data": {"k": 1, "n": 10}, "id": "mine"}


def test_waiting_in_vain(app: ProtocolApp) -> None:
    event_id = app.send("t/waiter", {"k": 3})
    app.server.wait_idle()
    app.server.advance(3600)
    run = app.server.run_of(event_id)
    assert (run.status, run.output) == (Status.COMPLETED, None)


def test_invoking(app: ProtocolApp) -> None:
    run = app.run("t/parent", {"k": 1})
    assert run.output == {"name": "inngest/function.invoked", "k": 1}
    assert app.run("t/parent", {"fail": True}).output == "child failed"


def test_cancelling(app: ProtocolApp) -> None:
    one, other = app.send("t/long", {"k": 1}), app.send("t/long", {"k": 2})
    app.server.wait_idle()
    app.send("t/stop", {"k": 1})
    assert app.server.run_of(one).status is Status.CANCELLED
    with pytest.raises(TimeoutError):
        app.server.run_of(other, timeout=0.05)
    app.send("t/stop", {"k": 2})
    app.server.run_of(other)


def test_batches(app: ProtocolApp) -> None:
    events = [inngest.Event(name="t/batched", data={"n": n}) for n in range(4)]
    ids = app.client.send_sync(events)
    assert [app.server.run_of(one).output for one in ids[:3]] == [[0, 1, 2]] * 3
    with pytest.raises(NoRunError, match=r"is batched or debounced, and starts a run in"):
        app.server.run_of(ids[3], timeout=0.05)
    app.server.advance(30)
    assert app.server.run_of(ids[3]).output == [3]


def test_filters_and_wildcards(app: ProtocolApp) -> None:
    assert app.run("f/any.thing", {"n": 2}).output == "f/any.thing"
    assert app.server.runs_of(app.send("f/any", {"n": 1})) == []
    assert app.server.runs_of(app.send("g/any", {"n": 2})) == []


def test_an_id_starts_one_run_and_every_event_is_recorded(app: ProtocolApp) -> None:
    before = len(app.server.events)
    one, other = (app.send("t/sent", identity="the-same") for _ in range(2))
    assert one != other
    assert app.server.run_of(one).output == "the-same"
    assert app.server.runs_of(other) == []
    assert [one.id for one in app.server.events.details[before:]] == [one, other]


def test_good_events_before_a_bad_one_run(app: ProtocolApp) -> None:
    url = f"{app.server.url}/e/{app.server.event_key}"
    response = httpx.post(url, json=[{"name": "t/sent"}, {"name": ""}, {"name": "t/sent"}])
    (accepted,) = response.json()["ids"]
    assert response.status_code == 400
    assert app.server.run_of(accepted).status is Status.COMPLETED
