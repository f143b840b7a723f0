"""What must not type-check: each mistake is ignored by its code, and unused ignores are errors.

Checked by `make check`; never run.
"""

from datetime import UTC, datetime
from typing import assert_never

from platform_events import (
    ChurnRiskCheck,
    Event,
    HeartRate,
    MemberFollowed,
    ReactionAdded,
    ScoringCalculate,
    WearableDataReceived,
    asend_event,
    build_event_name,
    configure,
    parse_event_name,
    send_event,
    send_events,
)

now = datetime.now(UTC)
event = ScoringCalculate(member_id="m", gym_id="g", score="progress", reason="manual")

# A value outside a closed choice, and one outside an open choice.
ScoringCalculate(member_id="m", gym_id="g", score="speed", reason="manual")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ScoringCalculate(member_id="m", gym_id="g", score="progress", reason="mood")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
# A missing field, a field that does not exist, fields by position.
ScoringCalculate(member_id="m", gym_id="g", score="progress")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ScoringCalculate(member_id="m", gym_id="g", score="progress", reason="manual", by="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ScoringCalculate("m", "g", "progress", "manual")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
# A field of the wrong type: a number for an id, a text for an instant, None for what is required.
ScoringCalculate(member_id=1, gym_id="g", score="progress", reason="manual")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
MemberFollowed(follower_id="a", followee_id="b", followed_at="2026-11-23")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
MemberFollowed(follower_id="a", followee_id=None, followed_at=now)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
HeartRate(measured_at=now, heart_rate_bpm="60")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
# A wrong unit is another name.
HeartRate(measured_at=now, heart_rate_hz=1.0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
# One measurement for several, and a list for a tuple.
WearableDataReceived(member_id="m", provider="oura", measurements=HeartRate(measured_at=now, heart_rate_bpm=60), received_at=now)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # fmt: skip
WearableDataReceived(member_id="m", provider="oura", measurements=[], received_at=now)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
# An event for a measurement.
WearableDataReceived(member_id="m", provider="oura", measurements=(event,), received_at=now)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# Events do not change.
event.score = "performance"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
# A field of another event, and one that is misspelt.
event.probability  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
event.gymid  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

# A class, a dict, a name or several events where one event is sent, and one where several are.
send_event(ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
send_event({"name": "platform/scoring.calculate"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
send_event("platform/scoring.calculate")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
send_event([event])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
send_events([{}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
# An id and a time of the wrong type, and an id by position.
send_event(event, id=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
send_event(event, ts="now")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
send_event(event, "key")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
# The id of an event is a text.
length: int = send_event(event)  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


async def forgets_to_await() -> str:
    asend_event(event)  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    return asend_event(event)  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def forgets_a_case(one: ScoringCalculate | ChurnRiskCheck) -> str:
    match one:
        case ScoringCalculate():
            return one.score
        case _:
            assert_never(one)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def handles_another(one: ChurnRiskCheck) -> None: ...


handles_another(event)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
# The other class, read as one.
read: ReactionAdded = ScoringCalculate.from_data({})  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
# A setting that does not exist, and one of the wrong type.
configure(app="scoring")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
configure(app_id="scoring", send_timeout_s="ten")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
# A category by position only, and no action.
build_event_name("scoring")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
parse_event_name("platform/scoring.calculate").name  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
# The name is given to a class, not to an instance.
Event(name="platform/scoring.calculate")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
