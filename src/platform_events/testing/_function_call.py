"""Runs a function without a server: :func:`call_function`."""

from __future__ import annotations

import contextvars
import re
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, TypeVar, cast, overload

import httpx
import inngest
import pydantic_core

from ..events._encoding import describe_type
from ..events.event import Event
from ..functions.event_function import EventFunction
from ..sending.client import Client
from ._app_host import change_settings, function_app
from ._capture import capture_events
from ._local import go_json
from ._local.calls import read_answer
from ._local.commands import Call, Command, Infer, Invoke, Sleep, Wait
from ._local.event_api import EventJson, ReceivedEvent
from ._local.function_parser import parse_app
from ._local.go_json import Json
from ._local.runs import Run, Status
from ._local.step_state import Step, failed
from ._local.ulid import Ulids, present_ms
from ._real_time import run_in_real_time
from ._sent import SentEvents

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_REPEAT: Final = re.compile(r":\d+\Z")
_URL: Final = "http://test/api/inngest"


class StepStubError(LookupError):
    """A stub is missing, or is for a step that the function does not have."""


@dataclass(frozen=True, slots=True)
class FunctionCall(Generic[R_co]):
    """What came of a call of a function.

    Attributes:
        status: ``Completed`` or ``Failed``.
        error: Why it failed: ``name``, ``message``, perhaps ``stack``; None if it did not.
        steps: The steps that finished, by id, in the order in which they did.
        sent: The events that the function sent, in steps or otherwise.
    """

    status: Status
    error: Mapping[str, object] | None
    steps: Mapping[str, Step]
    sent: SentEvents
    _output: object = field(repr=False)

    @property
    def output(self) -> R_co:
        """What the function returned, as JSON.

        Raises:
            AssertionError: It failed; the message is that of its error.
        """
        __tracebackhide__ = True
        if self.error is not None:
            name, message = self.error.get("name"), self.error.get("message")
            raise AssertionError(f"the function failed: {name}: {message}")
        return cast("R_co", self._output)


@overload
def call_function(
    # Any: of a coroutine nothing but its result matters here.
    function: EventFunction[inngest.Context, T, Coroutine[Any, Any, R]],
    event: T,
    *,
    steps: Mapping[str, object] | None = None,
) -> FunctionCall[R]: ...
@overload
def call_function(
    function: EventFunction[inngest.ContextSync, T, R],
    event: T,
    *,
    steps: Mapping[str, object] | None = None,
) -> FunctionCall[R]: ...
def call_function(
    # Any: of either kind.
    function: EventFunction[Any, Any, Any],
    event: object,
    *,
    steps: Mapping[str, object] | None = None,
) -> FunctionCall[Any]:
    """Call a function with an event as Inngest would, without a server and without waiting.

    The function runs as it does in production, step by step, with the SDK's own code and the
    client's middleware. A step runs in place, and is tried again at once as often as the function
    allows, unless a stub says what comes of it. Sleeps end at once. Nothing leaves the process:
    what the function sends is in ``sent``. It works inside of a running event loop, too.

    Args:
        function: What ``create_function`` declared.
        event: The event; a list of events for a function with ``batch_events``.
        steps: Stubs: what comes of a step, by its id. A value is its result; an exception is its
            failure. A wait for an event needs the event, or None for a time-out; an invocation
            what the other function returns, and ``step.ai.infer`` what the model answers. Where
            an id is repeated, ``"load"`` stands for every step of it, and ``"load:1"`` for the
            first repeat.

    Returns:
        The output, the error, and the results of the steps.

    Raises:
        StepStubError: A wait or an invocation has no stub, or a stub has no step.
        ConfigurationError: The settings of the process are invalid.

    Example:
        >>> from platform_events.testing import call_function
        >>> @create_function(fn_id="greet-follower", trigger=MemberFollowed)
        ... async def greet(ctx: inngest.Context, event: MemberFollowed) -> str:
        ...     async def name() -> str:
        ...         return "a name from the database"
        ...     return f"hello {await ctx.step.run('name', name)}"
        >>> followed = MemberFollowed(
        ...     follower_id="mem_1", followee_id="mem_2", followed_at=now
        ... )
        >>> call_function(greet, followed, steps={"name": "Ada"}).output
        'hello Ada'
        >>> call_function(greet, followed).steps["name"].data
        'a name from the database'
    """
    events = [*cast("Sequence[object]", event)] if isinstance(event, list) else [event]
    stubs = dict(steps or {})
    # A client of dev mode, whose calls nobody signs.
    dev = change_settings(is_production=False, signing_key=None)
    with capture_events() as sent, dev as client:
        run = _run_in_thread(partial(_execute, function, client, events, stubs))
    found = {step.id: step for step in run.steps}
    unknown = sorted(stubs.keys() - found.keys())
    if unknown and run.status is Status.COMPLETED:
        known = ", ".join(found) or "none"
        raise StepStubError(f"no step has the id {unknown[0]!r}; the steps are: {known}")
    return FunctionCall(run.status, run.error, found, sent, run.final_answer)


def _run_in_thread(main: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run a coroutine where no event loop runs, with the context of the caller."""
    context, future = contextvars.copy_context(), Future[T]()

    def run() -> None:
        try:
            future.set_result(context.run(run_in_real_time, main))
        except BaseException as error:  # noqa: BLE001  # the caller raises it
            future.set_exception(error)

    # An exception that a signal raises in the caller does not wait for a thread that is a daemon.
    threading.Thread(target=run, name="function", daemon=True).start()
    return future.result()


async def _execute(
    function: EventFunction[Any, Any, Any],  # Any: of either kind
    client: Client,
    events: Sequence[object],
    stubs: Mapping[str, object],
) -> Run:
    ids = Ulids()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(function_app([function]))) as app:
        config = function.bind(client).get_config(_URL).main.model_dump_json(by_alias=True)
        body = f'{{"appname":"{client.app_id}","functions":[{config}]}}'
        [registered] = parse_app(body.encode()).functions
        received = [_received(event, ids.new()) for event in events]
        run = Run(ids.new(), registered, received, lambda _: 0.0, plans=True)
        commands = deque(run.start())
        while commands and not run.ended:
            commands += await _follow(run, commands.popleft(), app, stubs)
    return run


async def _follow(
    run: Run, command: Command, app: httpx.AsyncClient, stubs: Mapping[str, object]
) -> list[Command]:
    match command:
        case Call(target) if (name := _stub_name(run, target, stubs)) is not None:
            return run.resume(target, _memo(stubs[name]))
        case Call():
            response = await app.post(
                run.function.step_url(command.target), content=go_json.dumps(run.context(command))
            )
            answer = read_answer(response.status_code, response.headers, response.content, 0.0)
            return run.answered(command, answer)
        case Sleep(step_id):
            return run.resume(step_id, None)
        case Wait(step_id, event):
            stub = _stub(run, step_id, stubs, f"waits for {event}", "None for a time-out")
            return run.resume(step_id, None if stub is None else _event_json(stub, step_id))
        case Infer(step_id):
            return run.resume(step_id, _memo(_stub(run, step_id, stubs, "asks a model")))
        case Invoke(step_id, function_id):  # pragma: no branch  # there is no other
            stub = _stub(run, step_id, stubs, f"invokes {function_id}")
            return run.resume(step_id, _memo(stub))


def _stub(
    run: Run, step_id: str, stubs: Mapping[str, object], does: str, other: str = "an exception"
) -> object:
    name = _stub_name(run, step_id, stubs)
    if name is None:
        raise StepStubError(
            f"the step {run.step_name(step_id)!r} {does}: "
            f"give its result as steps={{{run.step_name(step_id)!r}: ...}}, or {other}"
        )
    return stubs[name]


def _stub_name(run: Run, step_id: str, stubs: Mapping[str, object]) -> str | None:
    """Find the stub of a step: of a repeat its own, or that of the id."""
    name = run.step_name(step_id)
    return next((one for one in (name, _REPEAT.sub("", name)) if one in stubs), None)


def _memo(stub: object) -> Json:
    if isinstance(stub, BaseException):
        return failed({"error": {"name": type(stub).__name__, "message": str(stub)}})
    return {"data": go_json.normal(cast("Json", pydantic_core.to_jsonable_python(stub)))}


def _received(event: object, internal_id: str) -> ReceivedEvent:
    return ReceivedEvent(internal_id, _event_json(event, internal_id))


def _event_json(event: object, internal_id: str) -> EventJson:
    if isinstance(event, Event):
        name, data = event.event_name, event.to_data()
    elif isinstance(event, inngest.Event):
        name, data = event.name, dict(event.data)
    else:
        raise StepStubError(
            f"{describe_type(event)} is not an event: pass an event class's instance"
        )
    json = go_json.normal(cast("Json", pydantic_core.to_jsonable_python(data)))
    return {"name": name, "data": json, "user": {}, "id": internal_id, "ts": present_ms()}
