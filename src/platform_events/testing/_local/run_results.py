"""What came of an event: its runs, once they have ended, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .runs import Run
from .service import Service


async def runs_of(service: Service, event_id: str, within_s: float) -> list[Run]:
    """Give the runs that an event started, once all of them have ended."""
    engine = service.engine

    def ended(left_s: float) -> bool:
        wait_s = engine.scheduler.due_in_s(event_id)
        comes = wait_s is not None and wait_s <= left_s
        return not comes and all(map(engine.has_ended, engine.started_by(event_id)))

    if not await service.until(ended, within_s):
        problem = unfinished(engine.started_by(event_id))
        raise TimeoutError(f"did not end within {within_s:.1f} s: {problem}{_what_comes(service)}")
    return list(engine.started_by(event_id))


async def run_of(service: Service, event_id: str, within_s: float) -> Run:
    """Give the one run that an event started, once it has ended."""
    runs = await runs_of(service, event_id, within_s)
    if not runs:
        wait_s = service.engine.scheduler.due_in_s(event_id)
        raise service.engine.scheduler.decisions.no_run(event_id, wait_s)
    if len(runs) > 1:
        raise LookupError(f"event {event_id} started {len(runs)} runs: {runs}")
    return runs[0]


def unfinished(runs: Sequence[Run]) -> str:
    return ", ".join(repr(run) for run in runs if not run.ended) or "a call is not answered"


def _what_comes(service: Service) -> str:
    """Say how to get to what lies in the future, such as the end of a sleep."""
    soon, what = service.clock.until_work(), "more"
    if soon is None:
        soon, what = service.clock.until_next(), "a time-out"
    if not soon:
        return ""
    return f"; {what} is due in {soon:.1f} s: advance({math.ceil(soon)}) goes there at once"
