"""Waiting until functions have handled what was sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from platform_events import (
    ChurnRiskDetected,
    ReactionAdded,
    ScoringCalculate,
    WearableDataReceived,
    WorkoutLogged,
    send_event,
)

from .events import EVENTS
from .recorder import Recorder, Run

STARTING: Final = frozenset(
    kind.event_name
    for kind in (WearableDataReceived, ScoringCalculate, ChurnRiskDetected, ReactionAdded)
)
"""The names of the events that start a function."""

_POLL_S: Final = 0.05
_SETTLE_S: Final = 0.5
_TRAIN_AGAIN_S: Final = 5.0
_SILENCE_S: Final = 3.0


@dataclass(slots=True)
class Waiting:
    """Waits for the runs of an app, and sends what they wait for.

    Attributes:
        recorder: What the app does.
        show: Shows what is new, and tells whether there was any.
    """

    recorder: Recorder
    show: Callable[[], bool]
    _trained_at: float = 0
    _shown_at: float = 0

    def follow(self, seconds: float) -> list[tuple[str, str]]:
        """Wait until every event that starts a function has been handled.

        Args:
            seconds: How long at most.

        Returns:
            What has not been completed, and how far it is.
        """
        self._shown_at = time.monotonic()
        deadline = self._shown_at + seconds
        while time.monotonic() < deadline and any(self._under_way()):
            self._show()
            for run in self._running():
                self._train(run)
            time.sleep(_POLL_S)
        failed = [run for run in self._runs() if run.status == "failed"]
        return [*self._under_way(), *((_name(run), "failed") for run in failed)]

    def _under_way(self) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        for id, name in list(self.recorder.sent.items()):
            if name not in STARTING:
                continue
            run = self.recorder.run_of(id)
            if run is None:
                yield f"{name} {id}", "has started no run"
            elif run.status == "running" and run.id not in seen:
                seen.add(run.id)
                yield _name(run), _how_far(run)

    def _grouped(self) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = {}
        for what, how_far in self._under_way():
            grouped.setdefault(how_far, []).append(what)
        return grouped

    def _show(self) -> None:
        now = time.monotonic()
        if self.show():
            self._shown_at = now
        elif now - self._shown_at > _SILENCE_S:
            self._shown_at = now
            for how_far, what in self._grouped().items():
                self.recorder.tell("waiting", f"{', '.join(what)}: {how_far}")

    def _train(self, run: Run) -> None:
        """Log the workout that a run waits for.

        A little later, as a server hears of the waiting after the app; and once more after a
        while, in case that it had not heard of it yet.
        """
        now = time.monotonic()
        is_settled = run.waits_for and now - run.changed_at > _SETTLE_S
        if is_settled and now - self._trained_at > _TRAIN_AGAIN_S:
            self._trained_at = now
            send_event(_workout())

    def _runs(self) -> list[Run]:
        return list(self.recorder.runs.values())

    def _running(self) -> list[Run]:
        return [run for run in self._runs() if run.status == "running"]


def _name(run: Run) -> str:
    return f"{run} {run.function}"


def _how_far(run: Run) -> str:
    if run.waits_for:
        return f"waits in step {run.waits_for}"
    if run.failures:
        return "failed, and is to be tried again by the server"
    return "is running"


def _workout() -> WorkoutLogged:
    """Make a workout of the member whose risk is among the examples."""
    [risk] = [event for event in EVENTS if isinstance(event, ChurnRiskDetected)]
    [workout] = [event for event in EVENTS if isinstance(event, WorkoutLogged)]
    return workout.model_copy(update={"member_id": risk.member_id, "workout_id": "wko_82"})
