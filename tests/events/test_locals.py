"""Error reporters take the locals of frames along: those of the package show no value."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import inngest
import pytest

import platform_events
from platform_events import (
    MemberFollowed,
    ReactionAdded,
    ScoringCalculate,
    create_function,
    invoke_function,
    override_client,
    parse_event,
    wait_for_event,
)
from platform_events.events._encoding import encode_any, encode_event
from tests.support.clients import follow

PACKAGE = Path(platform_events.__file__).parent
SECRET = "what-nobody-may-read"
DATA = {"member_id": "m" * 200, "gym_id": SECRET, "score": SECRET, "reason": SECRET}
NAME = ScoringCalculate.event_name


def locals_of(raised: BaseException) -> dict[str, str]:
    """Give what the package's own frames hold, as a reporter would show it."""
    return {
        f"{frame.f_code.co_filename}:{line} {name}": repr(value)
        for frame, line in traceback.walk_tb(raised.__traceback__)
        if Path(frame.f_code.co_filename).is_relative_to(PACKAGE)
        for name, value in frame.f_locals.items()
    }


def changed() -> MemberFollowed:
    event = follow()
    object.__setattr__(event, "followee_id", [SECRET])
    return event


def call(function: Any, *, data: dict[str, Any]) -> object:
    """Call a function as the SDK does."""
    event = inngest.Event(name=NAME, data=data)
    step = SimpleNamespace(run=None)
    with override_client(app_id="demo", is_production=False) as client:
        bound = function.bind(client)
    # Nothing else than the handler is asked for.
    result: object = bound._handler(SimpleNamespace(event=event, events=[event], step=step))
    return result


@create_function(fn_id="fails", trigger=ScoringCalculate)
def fails(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
    raise ValueError("of the handler itself")


@create_function(
    fn_id="batch",
    trigger=ScoringCalculate,
    batch_events=inngest.Batch(max_size=2, timeout=1000),
)
def batch(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> None: ...


@create_function(fn_id="returns", trigger=ScoringCalculate)
def returns(ctx: inngest.ContextSync, event: ScoringCalculate) -> list[Any]:
    return [SECRET, {SECRET}]


class Step(inngest.StepSync):
    """Gives what an event or a function gave."""

    def __init__(self) -> None:
        pass

    def wait_for_event(self, *_: object, **__: object) -> inngest.Event:
        return inngest.Event(name=NAME, data=DATA)

    def invoke_by_id(self, *_: object, **__: object) -> object:
        return DATA


@create_function(fn_id="typed", trigger=ScoringCalculate)
def typed(ctx: inngest.ContextSync, event: ScoringCalculate) -> ReactionAdded:
    raise NotImplementedError


VALID = {"member_id": SECRET, "gym_id": SECRET, "score": "progress", "reason": "manual"}

CASES: dict[str, Callable[[], object]] = {
    "construction": lambda: ScoringCalculate(**DATA),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "construct": lambda: ScoringCalculate.model_construct(**DATA),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "copy": lambda: ScoringCalculate(**VALID).model_copy(update={"score": SECRET}),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "copy with another field": lambda: follow().model_copy(update={"x": SECRET}),
    "from_data": lambda: ScoringCalculate.from_data(DATA),
    "from_data of no object": lambda: ScoringCalculate.from_data([SECRET]),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "from_data of no JSON": lambda: ScoringCalculate.from_data({"a": {SECRET: object()}}),
    "from_inngest": lambda: ScoringCalculate.from_inngest(inngest.Event(name=NAME, data=DATA)),
    "another name": lambda: ReactionAdded.from_inngest(inngest.Event(name=NAME, data=DATA)),
    "parse_event": lambda: parse_event("platform/scoring.calculate", DATA),
    "an unknown name": lambda: parse_event("platform/scoring.nothing", DATA),
    "to_inngest": lambda: follow().to_inngest(id=SECRET * 1000),
    "to_data": lambda: changed().to_data(),
    "encode": lambda: encode_event(changed()),
    "encode the SDK's": lambda: encode_event(inngest.Event(name=NAME, data=DATA)),
    "encode any": lambda: encode_any(inngest.Event(name="a", data=VALID, ts=5)),
    "encode what is not an event": lambda: encode_event(DATA),
    "encode any that is not an event": lambda: encode_any(DATA),
    "check_json": lambda: ScoringCalculate.check_json(b'{"a": "' + SECRET.encode() + b'"}'),
    "a function": lambda: call(fails, data=VALID),
    "a function of invalid data": lambda: call(fails, data=DATA),
    "a function of a batch": lambda: call(batch, data=DATA),
    "a result": lambda: call(returns, data=VALID),
    "a wait": lambda: wait_for_event(Step(), "wait", event=ScoringCalculate, timeout=1000),
    "an invocation": lambda: invoke_function(
        Step(),
        "invoke",
        function=typed,
        event=ScoringCalculate(**VALID),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_no_frame_holds_a_value(case: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # of every kind
        CASES[case]()
    shown: BaseException | None = caught.value
    while shown is not None:
        telling = {where: text for where, text in locals_of(shown).items() if SECRET in text}
        assert not telling
        assert SECRET not in str(shown)
        shown = shown.__cause__ or shown.__context__
