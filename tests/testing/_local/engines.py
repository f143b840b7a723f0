"""An engine whose calls a test answers by hand, and whose time stands still."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from platform_events.testing._local.calls import Answer
from platform_events.testing._local.clock import Clock
from platform_events.testing._local.commands import Call, Infer
from platform_events.testing._local.engine import BACKOFF_S, Engine
from platform_events.testing._local.event_api import ReceivedEvent
from platform_events.testing._local.expressions import parse
from platform_events.testing._local.functions import App, Function, Trigger
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.runs import Run

NOW = 1795456839.0


def on(event: str, expression: str | None = None) -> tuple[Trigger, ...]:
    return (Trigger(event, None if expression is None else parse(expression)),)


def function(name: str = "fn", event: str = "t/x", **options: Any) -> Function:  # as replace()
    plain = Function(f"app-{name}", "http://127.0.0.1:9", on(event), max_attempts=1)
    return replace(plain, **options)


class Bench:
    def __init__(self, *functions: Function) -> None:
        self.calls: list[tuple[Run, Call]] = []
        self.asked: list[tuple[Run, Infer]] = []
        self.clock = Clock(lambda: 0.0)
        self._ids = count(1)
        self.engine = Engine(
            self.clock,
            self.new_id,
            lambda: NOW,
            lambda run, call: self.calls.append((run, call)),
            lambda run, asked: self.asked.append((run, asked)),
            lambda attempt: BACKOFF_S[attempt],
        )
        self.register(*functions)

    @property
    def runs(self) -> list[Run]:
        return self.engine.runs

    def register(self, *functions: Function) -> bool:
        return self.engine.triggers.register(App("app", functions))

    def new_id(self) -> str:
        return f"{next(self._ids):026}"

    def send(self, name: str = "t/x", **fields: Json) -> str:
        internal_id = self.new_id()
        known: dict[str, Json] = {"data": {}, "user": {}, "id": internal_id, "ts": int(NOW * 1000)}
        self.engine.dispatch(ReceivedEvent(internal_id, {"name": name, **known, **fields}))
        return internal_id

    def why(self, event_id: str) -> str:
        return str(self.engine.scheduler.decisions.no_run(event_id, None))

    def answer(self, answer: Answer, place: int = 0) -> Run:
        run, call = self.calls.pop(place)
        self.engine.answered(run, call, answer)
        return run

    def report(self, *ops: dict[str, Json]) -> Run:
        return self.answer(Answer(ops=ops, version=2))

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.clock.run_due()
