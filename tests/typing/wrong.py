"""What must not type-check: each mistake is ignored by its code, and unused ignores are errors.

Checked by `make check`; never run.
"""

from datetime import UTC, date, datetime
from typing import assert_never

import inngest

import platform_events
from platform_events import (
    ChurnRiskCheck,
    Event,
    Failure,
    HeartRate,
    InvalidEvent,
    MemberFollowed,
    ReactionAdded,
    ScoringCalculate,
    Servable,
    WearableDataReceived,
    asend_event,
    build_event_name,
    configure,
    create_function,
    invoke_function,
    names,
    parse_event,
    parse_event_name,
    send_event,
    send_events,
    send_events_step,
    wait_for_event,
)

now = datetime.now(UTC)
event_day = date(2026, 11, 23)
batch = inngest.Batch(max_size=2, timeout=1000)
cron = inngest.TriggerCron(cron="* * * * *")
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


# A class and a name that do not exist.
platform_events.ScoringCalculat  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
names.SCORING_CALCULAT  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def reads(name: str) -> ScoringCalculate:
    # Some event for a certain one, a name that is no text, no data, and data that was not decoded.
    parse_event(name, {}).score  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    parse_event(b"platform/scoring.calculate", {})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    parse_event("platform/scoring.calculate")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    parse_event("platform/scoring.calculate", "{}")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    # The class of another name.
    handles_another(parse_event("platform/scoring.calculate", {}))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return parse_event(name, {})  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


# A handler of another event, of one where several come, and of one where a batch comes.
@create_function(fn_id="f", trigger=ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def another(ctx: inngest.ContextSync, event: ChurnRiskCheck) -> None: ...


@create_function(fn_id="f", trigger=(ScoringCalculate, ChurnRiskCheck))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def one_of_two(ctx: inngest.ContextSync, event: ScoringCalculate) -> None: ...


@create_function(fn_id="f", trigger=ScoringCalculate, batch_events=batch)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def no_list(ctx: inngest.ContextSync, event: ScoringCalculate) -> None: ...


@create_function(fn_id="f", trigger=ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def list_without_batch(ctx: inngest.ContextSync, events: list[ScoringCalculate]) -> None: ...


# The context of the other kind, no context, no event.
@create_function(fn_id="f", trigger=ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
async def sync_context(ctx: inngest.ContextSync, event: ScoringCalculate) -> None: ...


@create_function(fn_id="f", trigger=ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def async_context(ctx: inngest.Context, event: ScoringCalculate) -> None: ...


@create_function(fn_id="f", trigger=ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def no_event(ctx: inngest.ContextSync) -> None: ...


# A result that is no JSON.
@create_function(fn_id="f", trigger=ScoringCalculate)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def returns_a_date(ctx: inngest.ContextSync, event: ScoringCalculate) -> date:
    return event_day


# A handler of invalid events without a batch, of the other kind, and of something else.
def tells_nothing(ctx: inngest.ContextSync, invalid: ScoringCalculate) -> None: ...


def tells(ctx: inngest.ContextSync, invalid: list[InvalidEvent]) -> None: ...


create_function(fn_id="f", trigger=ScoringCalculate, on_invalid=tells)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
create_function(fn_id="f", trigger=ScoringCalculate, batch_events=batch, on_invalid=tells_nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
# What cannot be served.
FUNCTIONS: list[Servable] = [tells]  # type: ignore[list-item]  # pyright: ignore[reportAssignmentType]


# A class with a cron gives the SDK's event, too.
@create_function(fn_id="f", trigger=(ScoringCalculate, cron))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue, reportUntypedFunctionDecorator]
def forgets_the_cron(ctx: inngest.ContextSync, event: ScoringCalculate) -> None: ...


def failed(ctx: inngest.ContextSync, failure: Failure[ChurnRiskCheck]) -> None: ...


# A name, an instance or a dict for a trigger; a handler of other failures; a wrong option.
create_function(fn_id="f", trigger="platform/scoring.calculate")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(fn_id="f", trigger=event)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(fn_id="f", trigger={"event": "platform/scoring.calculate"})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(fn_id="f", trigger=HeartRate)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(fn_id="f", trigger=ScoringCalculate, on_failure=failed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(fn_id="f", trigger=ScoringCalculate, retry=3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
create_function(fn_id="f", trigger=ScoringCalculate, retries="3")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(fn_id="f", trigger=ScoringCalculate, cancel="platform/scoring.calculate")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
create_function(trigger=ScoringCalculate)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


@create_function(fn_id="f", trigger=ScoringCalculate)
def returns_a_number(ctx: inngest.ContextSync, event: ScoringCalculate) -> float:
    return 1.0


def steps(step: inngest.StepSync, check: ChurnRiskCheck) -> None:
    # A name for a class, no time-out, an awaited event that may not have come.
    wait_for_event(step, "w", event="platform/scoring.calculate", timeout=1000)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    wait_for_event(step, "w", event=ScoringCalculate)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    wait_for_event(step, "w", event=ScoringCalculate, timeout=1000).score  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    # What is no event; the event of another function; a result of another type.
    send_events_step(step, "s", [{"name": "platform/scoring.calculate"}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    invoke_function(step, "i", function=returns_a_number, event=check)  # type: ignore[misc]  # pyright: ignore[reportArgumentType, reportCallIssue]
    number = invoke_function(step, "i", function=returns_a_number, event=event)
    invoke_function(step, "i", function=returns_a_number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    send_event(event, id=number)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    # The context instead of its step.
    send_events_step(inngest.ContextSync, "s", [event])  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


async def forgets_to_await_a_step(step: inngest.Step) -> list[str]:
    send_events_step(step, "s", [event])  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
    return send_events_step(step, "s", [event])  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def calls(ctx: inngest.ContextSync, check: ChurnRiskCheck) -> None:
    returns_a_number(ctx, check)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    returns_a_number(check)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
