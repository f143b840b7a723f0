"""What runs in the double's own thread: it takes requests, calls apps, and keeps the time."""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from .._sent import Fault
from . import event_api, go_json
from .app_client import AppResponse, UnreachableError, request
from .calls import Answer, read_answer, unreachable
from .clock import Clock
from .commands import Call, Infer
from .cron_timers import CronTimers
from .engine import BACKOFF_S, Engine
from .event_api import Receipt, ReceivedEvent
from .function_parser import parse_app
from .go_json import Json
from .runs import Run
from .signing_key import SigningKey
from .trace_headers import trace_headers
from .ulid import Ulids, present_ms

_SYNC_TIMEOUT: Final = 30.0
# While the process gets no processor, no more than this is used up of the time of a wait.
_WAIT_SLICE_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Settings:
    # None for a dev server.
    signing_key: SigningKey | None
    # None accepts any.
    event_keys: Collection[str] | None
    # Seconds, in place of the table of delays.
    retry_interval: float | None
    call_timeout: float

    @property
    def kind(self) -> str:
        """The kind of server that it shows itself to be: ``dev`` or ``cloud``."""
        return "cloud" if self.signing_key else "dev"

    def backoff(self, attempt: int) -> float:
        table = BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)]
        return table if self.retry_interval is None else self.retry_interval


class Service:
    """The server's state and work, on one event loop."""

    # Nothing is locked while an app is called, so that it may send events meanwhile.

    def __init__(self, settings: Settings) -> None:
        ids = Ulids()
        self.clock: Clock = Clock()
        self.events: list[ReceivedEvent] = []
        self.engine: Engine = Engine(
            self.clock, ids.new, _present_s, self._begin, self._infer, settings.backoff
        )
        self.crons: CronTimers = CronTimers(
            self.clock, _present_s, self.engine.scheduler.start_alone, ids.new
        )
        self._settings = settings
        self._registrations = 0
        self._refusal: Json = None
        self.fault: Fault | None = None
        self.break_connection: Callable[[tuple[str, int] | None], None] = lambda _: None
        self._ids = ids
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._moved = asyncio.Event()

    def receive(self, key: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
        receipt = event_api.check_key(key, self._settings.event_keys) or event_api.receive(
            body, headers, now=present_ms(), new_id=self._ids.new
        )
        self.events += receipt.accepted
        for accepted in receipt.accepted:
            self.engine.dispatch(accepted)
        self._moved.set()
        return receipt

    def admits(self, authorization: str) -> bool:
        """Tell whether a request may use the API."""
        key = self._settings.signing_key
        return key is None or key.admits(authorization)

    def register(self, body: bytes, expected_kind: str) -> tuple[int, Json]:
        """Take a request to ``/fn/register``."""
        kind = self._settings.kind
        if expected_kind and expected_kind != kind:
            return 400, {"error": f"Expected server kind {kind}, got {expected_kind}"}
        try:
            app = parse_app(body)
        except ValueError as error:
            self._refusal = {"error": str(error), "data": None, "status": 400}
            return 400, self._refusal
        modified = self.engine.triggers.register(app)
        self.crons.register(app)
        self._registrations += 1
        self._moved.set()
        # An app keeps its id; each registration has one of its own.
        app_id = uuid.uuid5(uuid.NAMESPACE_URL, app.id)
        ids: dict[str, Json] = {"sync_id": str(uuid.uuid4()), "app_id": str(app_id)}
        return 200, {"ok": True, "modified": modified, **ids}

    async def synchronize(self, app_url: str) -> tuple[int, Json]:
        """Ask an app to register; give its status and answer, or True if this server took it."""
        before, self._refusal = self._registrations, None
        url = urlsplit(app_url)
        whole = urlunsplit(url._replace(path=url.path.rstrip("/") or "/api/inngest"))
        try:
            response = await self._send("PUT", whole, {"url": whole}, {}, _SYNC_TIMEOUT)
        except UnreachableError as error:
            return 0, str(error)
        if self._refusal is not None:
            return response.status, self._refusal
        if response.status < 400 and self._registrations > before:
            return response.status, True
        try:
            return response.status, go_json.loads(response.content.decode("utf-8", "replace"))
        except go_json.JsonError:
            return response.status, None

    async def keep_time(self) -> None:
        """Do what falls due, for as long as the server runs."""
        while True:
            self._moved.clear()
            self.clock.run_due()
            async with self._changed:
                self._changed.notify_all()
            try:
                await asyncio.wait_for(self._moved.wait(), self.clock.until_next())
            except TimeoutError:
                continue

    async def advance(self, seconds: float, within: float) -> None:
        """Move the clock forward from one thing that falls due to the next, doing each."""
        if seconds < 0:
            raise ValueError("a clock cannot be moved back")
        end = self.clock.time() + seconds
        await self._settle(within)
        while (left := end - self.clock.time()) > 0:
            until_next = self.clock.until_next()
            self.clock.advance(left if until_next is None else min(left, until_next))
            self.clock.run_due()
            await self._settle(within)

    async def _settle(self, within: float) -> None:
        """Wait until no call is unanswered, and nothing is due."""

        def at_rest(_: float) -> bool:
            return not self.engine.calling and self.clock.until_next() != 0

        self._moved.set()
        if not await self.until(at_rest, within):
            raise TimeoutError(f"a call was not answered within {within:g} s")

    def checkpoint(self, run_id: str, body: bytes) -> bool:
        """Take the steps of a call that goes on; tell whether there is such a run."""
        try:
            raw = go_json.loads(body.decode("utf-8", "replace"))
        except go_json.JsonError:
            return False
        steps = raw.get("steps") if isinstance(raw, dict) else None
        ops = [op for op in steps if isinstance(op, dict)] if isinstance(steps, list) else []
        return self.engine.checkpoint(run_id, ops)

    async def fail(self, fault: Fault | None) -> None:
        """Let the Event API fail from now on, or no more."""
        self.fault = fault
        self._moved.set()

    async def clear(self) -> None:
        """Forget events and runs, and give up the calls that are not answered."""
        await self.close()
        self.events.clear()
        self.engine.clear()
        self._moved.set()

    async def until(self, done: Callable[[float], bool], within: float | None) -> bool:
        """Wait until something is done, which is told how many seconds of the wait are left."""
        time = asyncio.get_running_loop().time
        left_s = math.inf if within is None else within
        slice_s, began = 0.0, time()

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(lambda: done(left_s - min(time() - began, slice_s)))

        while left_s > 0:
            slice_s, began = min(left_s, _WAIT_SLICE_S), time()
            try:
                await asyncio.wait_for(wait(), slice_s)
            except TimeoutError:
                left_s -= slice_s
            else:
                return True
        return done(0)

    async def close(self) -> None:
        """Give up the calls that are not answered."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, run: Run, call: Call) -> None:
        self._work(self._call(run, call))

    def _infer(self, run: Run, asked: Infer) -> None:
        self._work(self._ask_model(run, asked))

    def _work(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask_model(self, run: Run, asked: Infer) -> None:
        within_s = self._settings.call_timeout
        try:
            response = await request("POST", asked.url, asked.headers, asked.body, within_s)
        except UnreachableError as error:
            self.engine.inferred(run, asked, 0, str(error))
        else:
            text = response.content.decode("utf-8", "replace")
            self.engine.inferred(run, asked, response.status, text)
        self._moved.set()

    async def _call(self, run: Run, call: Call) -> None:
        answer = await self._answer(run, call)
        self.engine.answered(run, call, answer)
        self._moved.set()

    async def _answer(self, run: Run, call: Call) -> Answer:
        request_id = self._ids.new()
        body = run.context(call, request_id=request_id, job_id=request_id)
        headers = {
            "x-run-id": run.id,
            "x-request-id": request_id,
            "x-inngest-job-id": request_id,
            "x-inngest-req-version": str(body["version"]),
            "x-inngest-step-id": call.target,
            **trace_headers(run, present_ms()),
        }
        url = run.function.step_url(call.target)
        try:
            response = await self._send("POST", url, body, headers, self._settings.call_timeout)
        except UnreachableError as error:
            return unreachable(str(error))
        return read_answer(response.status, response.headers, response.content, time.time())

    async def _send(
        self, method: str, url: str, body: Json, headers: Mapping[str, str], within: float
    ) -> AppResponse:
        content = go_json.dumps(body)
        known = {"content-type": "application/json", "user-agent": "Inngest"}
        if method == "PUT":
            known["x-inngest-server-kind"] = self._settings.kind
        if key := self._settings.signing_key:
            known["x-inngest-signature"] = key.sign(content, int(time.time()))
        return await request(method, url, {**known, **headers}, content, within)


def _present_s() -> float:
    """Tell the time, also where a test has frozen it."""
    return time.time()
