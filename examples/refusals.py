"""What is refused, by whom and why: five mistakes, made on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import inngest

from platform_events import (
    PlatformEventsError,
    ScoringCalculate,
    SendError,
    Sleep,
    SleepStage,
    WearableDataReceived,
    get_client,
    send_event,
    send_events,
)

from .documents import Refusal
from .events import BEDTIME


def mistaken_name() -> None:
    """Name an event of the SDK's as no event of the platform is named."""
    send_events([inngest.Event(name="platform/scoring.Calculate")])


def unknown_name() -> None:
    """Use a name that is well-formed, but no event has it."""
    send_events([inngest.Event(name="platform/scoring.recalculate")])


def wrong_data() -> None:
    """Give a member an id that no member can have."""
    send_event(
        ScoringCalculate(member_id="mem 1", gym_id="gym_1", score="progress", reason="manual")
    )


def too_large() -> None:
    """Put more nights into one event than a server takes."""
    stage = SleepStage(stage="light", started_at=BEDTIME, duration_s=60)
    night = Sleep(measured_at=BEDTIME, duration_s=28_500, stages=(stage,) * 2_000)
    send_event(
        WearableDataReceived(
            member_id="mem_1",
            provider="oura",
            measurements=(night,) * 30,
            received_at=BEDTIME,
        )
    )


def reserved_name() -> None:
    """Send, with the client itself, an event whose name Inngest keeps for its own events."""
    get_client().send_sync(inngest.Event(name="inngest/demo"))


MISTAKES: Final[Mapping[str, Callable[[], None]]] = {
    "a capital letter in a name": mistaken_name,
    "a name that no event has": unknown_name,
    "a space in a member's id": wrong_data,
    "30 nights in one event": too_large,
    "a name that Inngest reserves": reserved_name,
}


def make_mistakes() -> list[Refusal]:
    """Make every mistake.

    Returns:
        How each was refused.

    Raises:
        AssertionError: One was not.

    Example:
        >>> [refusal.by for refusal in make_mistakes()].count("the package, before sending")
        4
    """
    return [_refusal(what, mistake) for what, mistake in MISTAKES.items()]


def _refusal(what: str, mistake: Callable[[], None]) -> Refusal:
    try:
        mistake()
    except SendError as error:
        if error.status_code is None:
            raise
        # The server's words may quote a payload; this event has none.
        return Refusal(what, f"the server ({error.status_code})", error.server_message or "")
    except PlatformEventsError as error:
        return Refusal(what, "the package, before sending", str(error))
    raise AssertionError(f"{what} was accepted")
