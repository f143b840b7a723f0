"""Steps that ask a model."""

from __future__ import annotations

import inngest
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from platform_events import MemberFollowed, create_function, send_event
from platform_events.testing import LocalInngest, Status, StepStubError, call_function
from platform_events.testing._local.commands import Call
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.inference import answer_of, infer
from tests.support.clients import follow
from tests.support.hosting import LOOPBACK, host_asgi
from tests.testing._local.engines import Bench, function


class Model:
    """An adapter of a model of the test's own."""

    def __init__(self, url: str = "http://127.0.0.1:9") -> None:
        self._url = url

    def auth_key(self) -> str:
        return "secret"

    def format(self) -> str:
        return "openai-chat"

    def headers(self) -> dict[str, str]:
        return {"X-Team": "a"}

    def on_call(self, body: dict[str, object]) -> None:
        body["model"] = "m"

    def url_infer(self) -> str:
        return f"{self._url}/infer"


def op(step_id: str = "s", **options: Json) -> dict[str, Json]:
    known: Json = {"url": "http://m/v1?x=1", "auth_key": "k", "body": {"q": 1}, **options}
    return {"id": step_id, "op": "AIGateway", "displayName": step_id, "opts": known}


@pytest.mark.parametrize(
    ("form", "header", "url"),
    [
        ("openai-chat", ("authorization", "Bearer k"), "http://m/v1?x=1"),
        ("anthropic", ("x-api-key", "k"), "http://m/v1?x=1"),
        ("bedrock", ("authorization", "k"), "http://m/v1?x=1"),
        ("gemini", ("content-type", "application/json"), "http://m/v1?x=1&key=k"),
    ],
)
def test_each_kind_of_model_gets_its_key(form: str, header: tuple[str, str], url: str) -> None:
    asked = infer("s", Call(), op(format=form, headers={"X-Team": "a"}))
    assert header in asked.headers.items()
    assert ("x-team", "a") in asked.headers.items()
    assert (asked.url, asked.body) == (url, b'{"q": 1}')
    assert "Bearer" not in repr(asked)
    assert infer("s", Call(), {"opts": None}).url == ""


def test_what_a_model_answers() -> None:
    assert answer_of(200, '{"a": 1}') == ({"a": 1}, "")
    problems = [answer_of(*one)[1] for one in ((429, "{}"), (0, "ConnectError"), (200, "<html>"))]
    assert problems == ["unsuccessful status code: 429", "ConnectError", "the answer is not JSON"]


def test_a_failure_is_that_of_the_whole_call() -> None:
    bench = Bench(function(max_attempts=2))
    bench.send()
    run = bench.report(op())
    assert bench.engine.calling == 1
    bench.engine.inferred(*bench.asked.pop(), 500, "{}")
    bench.advance(15)
    assert bench.calls[0][1].attempt == 1
    bench.report(op())
    bench.engine.inferred(*bench.asked.pop(), 500, "{}")
    assert run.context(bench.calls[0][1])["steps"] == {
        "s": {
            "error": {
                "name": "AIGatewayError",
                "message": "Error making AI request: unsuccessful status code: 500",
            }
        }
    }


def test_a_step_beside_others_is_asked_once() -> None:
    bench = Bench(function())
    bench.send()
    planned: dict[str, Json] = {"id": "p", "op": "StepPlanned", "displayName": "p"}
    run = bench.report(op(), planned)
    bench.report(op(), planned)
    [asked] = bench.asked
    bench.engine.inferred(*asked, 200, "5")
    assert [step.data for step in run.steps] == [5]
    bench.engine.cancel(run)
    bench.engine.inferred(*asked, 200, "5")
    assert run.status is Status.CANCELLED


def test_a_server_asks_the_model() -> None:
    seen: list[tuple[str, object]] = []

    async def model(request: Request) -> Response:
        seen.append((request.headers["authorization"], await request.json()))
        if len(seen) == 1:
            return PlainTextResponse("busy", 429)
        return JSONResponse({"text": "hello"})

    app = Starlette(routes=[Route("/infer", model, methods=["POST"])])
    with host_asgi(app) as port, LocalInngest(retry_interval=0.02) as server:
        adapter = Model(f"http://{LOOPBACK}:{port}")

        @create_function(fn_id="ask", trigger=MemberFollowed)
        async def ask(ctx: inngest.Context, _: MemberFollowed) -> dict[str, object]:
            return await ctx.step.ai.infer("ask", adapter=adapter, body={"q": 1})

        server.serve([ask])
        run = server.run_of(send_event(follow()))
    assert run.output == {"text": "hello"}
    assert seen == [("Bearer secret", {"q": 1, "model": "m"})] * 2


@create_function(fn_id="ask-nobody", trigger=MemberFollowed, retries=0)
async def ask_nobody(ctx: inngest.Context, _: MemberFollowed) -> dict[str, object]:
    return await ctx.step.ai.infer("ask", adapter=Model(), body={})


def test_a_model_that_is_not_there_fails_the_step() -> None:
    with LocalInngest() as server:
        server.serve([ask_nobody])
        run = server.run_of(send_event(follow()))
    assert run.error is not None
    assert run.error["message"] == "Error making AI request: ConnectError"


def test_without_a_server_a_stub_answers() -> None:
    assert call_function(ask_nobody, follow(), steps={"ask": {"text": "hi"}}).output == {
        "text": "hi"
    }
    with pytest.raises(StepStubError, match="the step 'ask' asks a model: give its result"):
        call_function(ask_nobody, follow())
