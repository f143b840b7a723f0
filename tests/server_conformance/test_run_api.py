"""How a server tells the outcome of runs. It may be late, so that no other test asks it."""

from __future__ import annotations

from typing import Final

import pytest

from platform_events import send_event
from tests.server_conformance.served_app import ServedApp

PATIENCE_S: Final = 60
"""Answers are derived from traces, and cached."""

pytestmark = pytest.mark.of_server


@pytest.mark.parametrize(
    ("shape", "what", "status"),
    [("plain", "returned", "Completed"), ("final", "failed", "Failed")],
)
def test_the_status_of_a_run(
    served: ServedApp, member: str, shape: str, what: str, status: str
) -> None:
    event_id = served.start(shape, member)
    note = served.note(shape, what, event_id)
    served.target.wait_until(lambda: served.runs(event_id).get(note.run_id) == status, PATIENCE_S)


def test_the_status_of_a_cancelled_run(served: ServedApp, member: str) -> None:
    event_id = served.start("cancelled", member)
    note = served.note("cancelled", "step", event_id)
    served.target.pass_time()
    send_event(served.calculated(member, 1.0))
    served.target.wait_until(
        lambda: served.runs(event_id).get(note.run_id) == "Cancelled", PATIENCE_S
    )
