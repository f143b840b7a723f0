"""What must type-check, and as what. Checked by `make check`; never run."""

from datetime import UTC, datetime
from typing import assert_never, assert_type

import inngest

import platform_events
from platform_events import (
    ChurnRiskCheck,
    Client,
    EventName,
    HeartRate,
    KnownEventName,
    Measurement,
    PlatformEvent,
    ScoringCalculate,
    Steps,
    UnrecognizedMeasurement,
    WearableDataReceived,
    asend_event,
    asend_events,
    get_client,
    is_event_name,
    is_known_event_name,
    parse_event,
    parse_event_name,
    send_event,
    send_events,
)
from platform_events.names import SCORING_CALCULATE

calculate = ScoringCalculate(member_id="m", gym_id="g", score="progress", reason="manual")
assert_type(calculate.caused_by, str | None)
assert_type(ScoringCalculate.event_name, str)
assert_type(calculate.to_inngest(id="key", ts=datetime.now(UTC)), inngest.Event)
assert_type(ScoringCalculate.from_inngest(calculate.to_inngest()), ScoringCalculate)
assert_type(ScoringCalculate.from_data({}), ScoringCalculate)

assert_type(parse_event("platform/scoring.calculate", {}), ScoringCalculate)
assert_type(parse_event(SCORING_CALCULATE, {}), ScoringCalculate)
assert_type(parse_event_name("platform/scoring.calculate"), EventName)
assert_type(get_client(), Client)
assert_type(platform_events.send_event(calculate), str)


def parse_any(name: str) -> None:
    assert_type(parse_event(name, {}), PlatformEvent)


def narrow(value: object) -> None:
    if is_event_name(value):
        assert_type(value, str)
    if is_known_event_name(value):
        assert_type(value, KnownEventName)


def send() -> None:
    assert_type(send_event(calculate, id="key", ts=1_700_000_000_000), str)
    assert_type(send_events([calculate, calculate.to_inngest(id="key")]), list[str])
    assert_type(send_events(e for e in [calculate]), list[str])


async def send_on_a_loop() -> None:
    assert_type(await asend_event(calculate), str)
    assert_type(await asend_events((calculate,)), list[str])


def handle(event: ScoringCalculate | ChurnRiskCheck) -> str:
    match event:
        case ScoringCalculate():
            return event.score
        case ChurnRiskCheck():
            return event.reason
        case _:
            assert_never(event)


def steps_of(event: WearableDataReceived) -> float:
    assert_type(event.measurements, tuple[Measurement, ...])
    return sum(m.step_count for m in event.measurements if isinstance(m, Steps))


def tell_apart(measurement: HeartRate | Steps | UnrecognizedMeasurement) -> float:
    if isinstance(measurement, HeartRate):
        return measurement.heart_rate_bpm
    if isinstance(measurement, Steps):
        return measurement.step_count
    assert_type(measurement, UnrecognizedMeasurement)
    return 0.0
