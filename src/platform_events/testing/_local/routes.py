"""The HTTP routes of the double.

Source of the routes and the forms of the answers: inngest/inngest: pkg/api/api.go,
pkg/devserver/api.go, pkg/api/apiv1
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from .._faults import ANSWERS, spoil_last
from .event_api import ReceivedEvent
from .go_json import Json
from .runs import Run
from .service import Service
from .ulid import is_ulid, millis_of

_ENVIRONMENT: Final = "00000000-0000-4000-b000-000000000000"
_PLAIN: Final = "text/plain; charset=utf-8"
_CACHED: Final = 15.0
_EVENTS: Final = 20
_MAX_EVENTS: Final = 51
_ACCOUNT: Final = "00000000-0000-4000-a000-000000000000"


def build(service: Service) -> Starlette:
    """Make the web application of a server."""

    async def receive(request: Request) -> Response:
        key = str(request.path_params["key"])
        try:
            body = await request.body()
        except ClientDisconnect:  # an app that was killed; nobody reads what is answered
            return Response(status_code=400)
        if failure := await _failure(service, request):
            return failure
        if service.fault == "partial":
            body = spoil_last(body)
        receipt = service.receive(key, body, request.headers)
        # A client that looks for application/json sees what the real server sends.
        kind = "application/json" if receipt.status in {401, 503} else _PLAIN
        return Response(receipt.body, receipt.status, media_type=kind)

    async def register(request: Request) -> Response:
        expected = request.headers.get("x-inngest-expected-server-kind", "")
        status, answer = service.register(await request.body(), expected)
        return JSONResponse(answer, status)

    async def checkpoint(request: Request) -> Response:
        run_id = str(request.path_params["run_id"])
        if service.checkpoint(run_id, await request.body()):
            return Response()
        return _error(400, f"run not found: {run_id}")

    async def list_events(request: Request) -> Response:
        name, limit = request.query_params.get("name"), request.query_params.get("limit", "")
        at_most = min(max(int(limit) if limit.isdecimal() else 0, 0) or _EVENTS, _MAX_EVENTS)
        found = [one for one in service.events if name in {None, "", one.name}]
        return _found([_event(one) for one in reversed(found[-at_most:])])

    async def one_event(request: Request) -> Response:
        event_id = str(request.path_params["event_id"])
        if not is_ulid(event_id):
            return _error(400, f"Invalid event ID: {event_id}")
        found = [one for one in service.events if one.internal_id == event_id.upper()]
        return _found(_event(found[0])) if found else _error(404, "Event not found")

    async def event_runs(request: Request) -> Response:
        event_id = str(request.path_params["event_id"])
        if not is_ulid(event_id):
            return _error(400, f"Invalid event ID: {event_id}")
        runs = [_run(run) for run in service.engine.runs if run.event_id == event_id.upper()]
        return _found(runs)

    async def one_run(request: Request) -> Response:
        run_id = str(request.path_params["run_id"])
        if not is_ulid(run_id):
            return _error(400, f"Invalid run ID: {run_id}")
        run = next((run for run in service.engine.runs if run.id == run_id.upper()), None)
        if run is None:
            return _error(500, f"Unable to load function run: {run_id}")
        return _found(_run(run))

    async def app_functions(request: Request) -> Response:
        found = service.engine.triggers.functions_of(str(request.path_params["app_id"]))
        shown = [{"internal_id": one.uuid, "id": one.id} for one in found]
        return Response(JSONResponse(shown).body, media_type=_PLAIN)

    def admitted(handle: Callable[[Request], Awaitable[Response]]) -> Callable[..., object]:
        async def answer(request: Request) -> Response:
            if not service.admits(request.headers.get("authorization", "")):
                return PlainTextResponse("Authentication failed", 401)
            return await handle(request)

        return answer

    app = Starlette(
        routes=[
            Route("/e/", _no_key, methods=["POST"]),
            Route("/e/{key}", receive, methods=["POST"]),
            Route("/fn/register", admitted(register), methods=["POST"]),
            Route("/health", _health, methods=["GET"]),
            Route("/v1/checkpoint/{run_id}/async", admitted(checkpoint), methods=["POST"]),
            Route("/v1/events", admitted(list_events), methods=["GET"]),
            Route("/v1/events/{event_id}", admitted(one_event), methods=["GET"]),
            Route("/v1/events/{event_id}/runs", admitted(event_runs), methods=["GET"]),
            Route("/v1/runs/{run_id}", admitted(one_run), methods=["GET"]),
            Route("/v1/apps/{app_id}/functions", admitted(app_functions), methods=["GET"]),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origin_regex=".*",
                allow_methods=["GET", "POST", "PUT", "DELETE", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=["Link", "Mcp-Session-Id"],
                max_age=3600,
            )
        ],
    )
    app.router.redirect_slashes = False
    return app


async def _failure(service: Service, request: Request) -> Response | None:
    """Fail as a test asked for; None if the request may go on."""
    if service.fault == "time-out":
        # Of a client that gave up nothing is taken.
        return Response(status_code=500) if await _gives_up(service, request) else None
    if service.fault in ANSWERS:
        status, headers, answer = ANSWERS[service.fault]
        return Response(answer, status, headers)
    if service.fault in {"refused", "reset"}:
        service.break_connection(request.client)
        return Response(status_code=500)
    return None


async def _gives_up(service: Service, request: Request) -> bool:
    """Wait until a client gives up, or a test lets the server answer; tell whether it gave up."""
    # Nothing else comes after the body.
    gone = asyncio.ensure_future(request.receive())
    answers = asyncio.ensure_future(service.until(lambda _: service.fault != "time-out", None))
    await asyncio.wait([gone, answers], return_when=asyncio.FIRST_COMPLETED)
    gave_up = gone.done()
    gone.cancel()
    answers.cancel()
    return gave_up


async def _no_key(_: Request) -> Response:
    # No route of the real server takes an empty key; its user interface sends the client away.
    return RedirectResponse("/e", 303)


async def _health(_: Request) -> Response:
    return JSONResponse({"status": 200, "message": "OK"})


def _found(data: object) -> Response:
    now = time.time()
    cached = {"fetched_at": _iso(now), "cached_until": _iso(now + _CACHED)}
    return Response(JSONResponse({"data": data, "metadata": cached}).body, media_type=_PLAIN)


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message, "data": None, "status": status}, status)


def _event(event: ReceivedEvent) -> dict[str, Json]:
    return {
        "internal_id": event.internal_id,
        "account_id": _ACCOUNT,
        "environment_id": _ENVIRONMENT,
        "source": "",
        "source_id": None,
        "received_at": _iso(millis_of(event.internal_id) / 1000),
        **event.event,
    }


def _run(run: Run) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "run_id": run.id,
        "run_started_at": _iso(millis_of(run.id) / 1000),
        "function_id": run.function.uuid,
        "function_version": 1,
        "environment_id": _ENVIRONMENT,
        "event_id": run.event_id,
        "status": str(run.status),
        "ended_at": None if run.ended_at is None else _iso(run.ended_at),
    }
    if run.ended:
        shown["output"] = run.final_answer
    return shown


def _iso(seconds: float) -> str:
    date = datetime.fromtimestamp(seconds, UTC)
    return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
