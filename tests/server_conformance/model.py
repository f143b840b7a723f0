"""Random functions, and the laws that hold for their runs on any Inngest server."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import inngest
from hypothesis import strategies as st

from platform_events import (
    Failure,
    On,
    ScoringCalculate,
    ScoringCalculated,
    ScoringReason,
    create_function,
    wait_for_event,
)
from tests.server_conformance.journal import Log, Note
from tests.server_conformance.shapes import SAME_MEMBER, Desk, Functions

Step: TypeAlias = Literal["run", "flaky", "sleep", "rest", "wait", "parallel"]

MEMBER: Final = "event.data.member_id"
SECOND: Final = dt.timedelta(seconds=1)
BATCH_SIZE: Final = 2
REASONS: Final[tuple[ScoringReason, ...]] = ("manual", "correction", "workout-logged")

_HOUR: Final = dt.timedelta(hours=1)
_WORK_S: Final = 0.005
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {  # Any: as create_function takes them
    "plain": {},
    "concurrency": {"concurrency": [inngest.Concurrency(limit=1)]},
    "throttle": {"throttle": inngest.Throttle(limit=1, period=SECOND, burst=0)},
    "priority": {"priority": inngest.Priority(run=f"{MEMBER} == 'a' ? 60 : 0")},
    "timeouts": {"timeouts": inngest.Timeouts(start=_HOUR, finish=_HOUR)},
    "cancel": {"cancel": On(ScoringCalculated, SAME_MEMBER)},
    "idempotency": {"idempotency": MEMBER},
    "rate_limit": {"rate_limit": inngest.RateLimit(limit=1, period=_HOUR, key=MEMBER)},
    "debounce": {"debounce": inngest.Debounce(period=SECOND, key=MEMBER)},
    "skip": {"singleton": inngest.Singleton(mode="skip", key=MEMBER)},
    "replace": {"singleton": inngest.Singleton(mode="cancel", key=MEMBER)},
    "batch": {"batch_events": inngest.Batch(max_size=BATCH_SIZE, timeout=SECOND)},
}
KEEPS_ALL: Final = frozenset({"plain", "concurrency", "throttle", "priority", "batch", "timeouts"})
"""With these, each event that fits starts a run, and each run comes to its own end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A function that can be made.

    Attributes:
        option: A key of the options.
        reason: The one that its filter lets pass, or any.
        body: Its steps, one after the other.
        fails: Whether it fails in the end.
    """

    option: str
    reason: ScoringReason | None
    body: tuple[Step, ...]
    fails: bool

    def fits(self, reason: ScoringReason) -> bool:
        """Tell whether an event passes its filter."""
        return self.reason in {None, reason}


_STEP_KINDS: Final[tuple[Step, ...]] = ("run", "flaky", "sleep", "wait", "parallel")
_BODIES: Final = st.lists(st.sampled_from(_STEP_KINDS), max_size=3)
_SLOW: Final = frozenset({"cancel", "skip", "replace"})


def _begin_slowly(body: Sequence[Step]) -> tuple[Step, ...]:
    """Take time, to be cancelled or skipped for; an event would end a wait as it cancels."""
    return ("run", "rest", *(step for step in body if step != "wait"))


PLANS: Final = st.sampled_from(sorted(_OPTIONS)).flatmap(
    lambda option: st.builds(
        Plan,
        option=st.just(option),
        reason=st.none() | st.sampled_from(REASONS),
        body=_BODIES.map(lambda body: _begin_slowly(body) if option in _SLOW else (*body,)),
        fails=st.booleans(),
    )
)


@dataclass(frozen=True, slots=True)
class Sent:
    """An event that was sent; ``id`` is the one that functions see."""

    id: str
    member: str
    reason: ScoringReason


@dataclass(slots=True)
class History:
    """What was done to the server, and what its runs noted.

    Attributes:
        sent: The events that start functions, in order.
        stopped: How many notes there were when runs had been cancelled, by the runs.
    """

    notes: Sequence[Note]
    sent: list[Sent] = field(default_factory=list[Sent])
    stopped: dict[str, int] = field(default_factory=dict[str, int])

    def of(self, shape: str) -> dict[str, list[Note]]:
        """Give the notes of the runs of a function, by run."""
        runs: defaultdict[str, list[Note]] = defaultdict(list)
        for note in list(self.notes):
            if note.shape == shape and note.what != "handled":
                runs[note.run_id].append(note)
        return runs

    def handled(self, shape: str) -> list[str]:
        """Give the runs of a function whose failure was handled."""
        notes = list(self.notes)
        return [note.value for note in notes if note.shape == shape and note.what == "handled"]

    def alive(self, shape: str, member: str) -> Iterator[str]:
        """Find the runs of a member that have begun, and not come to their end."""
        for run_id, notes in self.of(shape).items():
            data = notes[0].events[0].data
            if data["member_id"] == member and not any(n.what == "returned" for n in notes):
                yield run_id


def make_function(desk: Desk, shape: str, plan: Plan) -> Functions:
    """Make the function of a plan."""
    log = desk.log(shape)
    mine = f"event.data.gym_id == '{desk.address('model')}'"
    only = "" if plan.reason is None else f" && event.data.reason == '{plan.reason}'"

    def on_failure(ctx: inngest.ContextSync, failure: Failure[ScoringCalculate]) -> None:
        log.note(ctx, "handled", failure.run_id)

    def handler(ctx: inngest.ContextSync, _: Any) -> None:  # Any: an event, or a batch of them
        began = time.monotonic()
        try:
            for place, step in enumerate(plan.body):
                _STEPS[step](ctx, log, place)
            if plan.fails:
                raise inngest.NonRetriableError("as planned", quiet=True)
            log.note(ctx, "returned")
        finally:
            log.note(ctx, "span", (began, time.monotonic()))

    options: Any = _OPTIONS[plan.option]  # Any: as create_function takes them
    return [
        create_function(
            fn_id=shape,
            trigger=On(ScoringCalculate, expression=mine + only),
            retries=1,
            on_failure=on_failure,
            **options,
        )(handler)
    ]


def _run(ctx: inngest.ContextSync, log: Log, place: int) -> None:
    def work() -> None:
        time.sleep(_WORK_S)
        log.note(ctx, "step", place)

    ctx.step.run(f"s{place}", work)


def _flaky(ctx: inngest.ContextSync, log: Log, place: int) -> None:
    def work() -> None:
        if ctx.attempt == 0:
            raise inngest.RetryAfterError("once", SECOND, quiet=True)
        log.note(ctx, "step", place)

    ctx.step.run(f"s{place}", work)


def _sleep(ctx: inngest.ContextSync, log: Log, place: int) -> None:
    ctx.step.sleep(f"nap{place}", SECOND)
    _run(ctx, log, place)


def _rest(ctx: inngest.ContextSync, log: Log, place: int) -> None:
    ctx.step.sleep(f"rest{place}", 5 * SECOND)
    _run(ctx, log, place)


def _wait(ctx: inngest.ContextSync, log: Log, place: int) -> None:
    wait_for_event(
        ctx.step, f"wait{place}", event=ScoringCalculated, if_exp=SAME_MEMBER, timeout=2 * SECOND
    )
    _run(ctx, log, place)


def _parallel(ctx: inngest.ContextSync, log: Log, place: int) -> None:
    def part(name: str) -> None:
        ctx.step.run(f"s{place}{name}", lambda: log.note(ctx, "step", place))

    ctx.group.parallel((lambda: part("a"), lambda: part("b")))


_STEPS: Final[Mapping[str, Callable[[inngest.ContextSync, Log, int], None]]] = {
    "run": _run,
    "flaky": _flaky,
    "sleep": _sleep,
    "rest": _rest,
    "wait": _wait,
    "parallel": _parallel,
}


def check_safety(history: History, shape: str, plan: Plan) -> None:
    """Check what holds at any time."""
    runs = history.of(shape)
    known = {sent.id: sent for sent in history.sent}
    started: list[str] = []
    for run_id, notes in runs.items():
        events = notes[0].events
        started += [event.id for event in events]
        assert all(plan.fits(known[event.id].reason) for event in events), "a filter was false"
        assert len(events) <= (BATCH_SIZE if plan.option == "batch" else 1)
        _check_steps(run_id, notes, plan)
        stopped = history.stopped.get(run_id)
        later = [] if stopped is None else list(history.notes)[stopped:]
        assert all(note.run_id != run_id for note in later), "a cancelled run went on"
    if plan.option != "batch":  # a batch knows events by another id
        assert len(started) == len(set(started)), "an event started a function twice"
    _check_limits(runs, plan)
    if plan.option == "skip":
        _check_singletons(history, runs)


def _check_singletons(history: History, runs: Mapping[str, Sequence[Note]]) -> None:
    order = {id(note): place for place, note in enumerate(list(history.notes))}
    spans: defaultdict[object, list[tuple[int, int]]] = defaultdict(list)
    for notes in runs.values():
        member = notes[0].events[0].data["member_id"]
        spans[member].append((order[id(notes[0])], order[id(notes[-1])]))
    for of_member in spans.values():
        pairs = pairwise(sorted(of_member))
        assert all(end < begin for (_, end), (begin, _) in pairs), "two of a singleton at a time"


def _check_steps(run_id: str, notes: Sequence[Note], plan: Plan) -> None:
    places = [note.value for note in notes if note.what == "step"]
    allowed = [place for place, step in enumerate(plan.body) for _ in range(_times(step))]
    assert places == allowed[: len(places)], f"steps of {run_id} ran twice, or out of order"
    returned = [note for note in notes if note.what == "returned"]
    assert len(returned) <= (0 if plan.fails else 1), f"{run_id} ended twice"
    if returned:
        assert places == allowed, f"{run_id} left steps out"


def _times(step: Step) -> int:
    return 2 if step == "parallel" else 1


def _check_limits(runs: Mapping[str, Sequence[Note]], plan: Plan) -> None:
    if plan.option == "concurrency":
        spans = sorted(n.value for notes in runs.values() for n in notes if n.what == "span")
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans)), "two at a time"
    if plan.option in {"idempotency", "rate_limit"}:
        members = [notes[0].events[0].data["member_id"] for notes in runs.values()]
        assert len(members) == len(set(members)), "a limit was exceeded"


def check_liveness(history: History, shape: str, plan: Plan) -> None:
    """Check what holds when all time has passed: everything that could end has ended."""
    runs = history.of(shape)
    wanted = {sent.id for sent in history.sent if plan.fits(sent.reason)}
    started = {event.id for notes in runs.values() for event in notes[0].events}
    if plan.option in KEEPS_ALL | {"cancel", "replace"}:
        # A run may be cancelled before its first call.
        missing = wanted - started
        assert not missing or plan.option in {"cancel", "replace"}, "an event started nothing"
    if plan.option in KEEPS_ALL | {"idempotency", "rate_limit", "debounce", "skip"}:
        for run_id, notes in runs.items():
            ended = [note for note in notes if note.what == "returned"]
            handled = history.handled(shape).count(run_id)
            assert (len(ended), handled) == ((0, 1) if plan.fails else (1, 0)), "a run did not end"
    _check_members(history, runs, plan)


def _check_members(history: History, runs: Mapping[str, Sequence[Note]], plan: Plan) -> None:
    of_member: defaultdict[str, list[str]] = defaultdict(list)
    for sent in history.sent:
        if plan.fits(sent.reason):
            of_member[sent.member].append(sent.id)
    started = {event.id for notes in runs.values() for event in notes[0].events}
    for ids in of_member.values():
        if plan.option in {"idempotency", "rate_limit", "skip", "debounce"}:
            assert started & set(ids), "a member had no run at all"
        if plan.option == "debounce":
            assert ids[-1] in started, "the latest event was lost"
