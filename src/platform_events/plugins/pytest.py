"""The fixtures ``sent_events`` and ``inngest_server``, and readable assertion failures.

pytest finds this plugin where the package is installed. It loads nothing when pytest starts: the
fixtures, which need the extra ``testing``, load what they need when a test uses them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from ..testing import LocalInngest, SentEvents

_RETRY_INTERVAL_S: Final = 0.02


@pytest.fixture
def sent_events() -> Iterator[SentEvents]:
    """Record everything that the test sends, in a list; nothing leaves the process.

    It is what :func:`~platform_events.testing.capture_events` gives. To simulate a failure, set
    ``sent_events.fail = "rate-limited"``.

    Example:
        >>> from platform_events.testing import SentEvents
        >>> def test_a_workout_is_told_of(sent_events: SentEvents) -> None:
        ...     log_workout("mem_1")
        ...     assert sent_events.one(WorkoutLogged).member_id == "mem_1"
    """
    from ..testing import capture_events

    with capture_events() as sent:
        yield sent


@pytest.fixture
def inngest_server() -> Iterator[LocalInngest]:
    """Run an Inngest server for the test, to which the client sends.

    It retries failures after 20 ms. Serve functions with ``inngest_server.serve([...])``.

    Example:
        >>> from platform_events.testing import LocalInngest
        >>> def test_a_score_is_calculated(inngest_server: LocalInngest) -> None:
        ...     inngest_server.serve([recalculate])
        ...     event_id = send_event(workout)
        ...     assert inngest_server.run_of(event_id).output == 71.5
    """
    from ..testing import LocalInngest, use_server

    with LocalInngest(retry_interval=_RETRY_INTERVAL_S) as server, use_server(server):
        yield server


def pytest_assertrepr_compare(op: str, left: object, right: object) -> Sequence[str] | None:
    """Explain why events differ, or are not among those sent, with their values."""
    # Without the base class there are no events.
    if "platform_events.events.payload" not in sys.modules:
        return None
    from ..testing._comparison import explain

    return explain(op, left, right)
