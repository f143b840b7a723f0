"""How a server tells the outcome of runs. It may be late, so that no other test asks it."""

from __future__ import annotations

from typing import Final

import pytest

from platform_events import send_event
from tests.server_conformance.served_app import ServedApp

PATIENCE_S: Final = 60
"""Answers are derived from traces, and cached."""

pytestmark = pytest.mark.of_server


WANTED: Final = {"plain": "Completed", "final": "Failed", "cancelled": "Cancelled"}


def test_the_statuses_of_runs(served: ServedApp, member: str) -> None:
    ids = {shape: served.start(shape, member) for shape in WANTED}
    noted = {"plain": "returned", "final": "failed", "cancelled": "step"}
    notes = {shape: served.note(shape, what, ids[shape]) for shape, what in noted.items()}
    served.target.pass_time()
    send_event(served.calculated(member, 1.0))

    def told() -> dict[str, str | None]:
        return {shape: served.runs(ids[shape]).get(note.run_id) for shape, note in notes.items()}

    # Waited for together, as each may take its time.
    served.target.wait_until(lambda: told() == WANTED, PATIENCE_S)
