"""The outbox carries the context of who wrote an event; its gauges tell what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.trace import SpanKind
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from platform_events import ScoringCalculate, SendError, outbox, telemetry
from platform_events.outbox.table import default_table
from platform_events.testing import capture_events
from tests.functions.running_app import calculate
from tests.telemetry.recording import SECRET, Recording, attributes_of, context_of, linked

NAME = ScoringCalculate.event_name
GAUGES = [f"platform_events.outbox.{name}" for name in ("waiting", "oldest_age", "set_aside")]


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    default_table.create(engine)
    yield engine
    engine.dispose()


def write(engine: Engine, *members: str) -> None:
    with Session(engine) as session, session.begin():
        for member in members:
            outbox.send_event(session, calculate(member))


def test_an_event_carries_the_context_of_its_writer_through_the_relay(
    recorded: Recording, engine: Engine
) -> None:
    tracer = recorded.tracers.get_tracer("service")
    with tracer.start_as_current_span("request"):
        write(engine, SECRET)
    with capture_events() as sent:
        outbox.connect_relay(engine).run_once()
    assert sent == [calculate(SECRET)]
    created, relayed = recorded.one(f"create {NAME}"), recorded.one(f"send {NAME}")
    assert created.kind is SpanKind.PRODUCER
    assert created.parent == context_of(recorded.one("request"))
    assert attributes_of(created)["messaging.operation.type"] == "create"
    assert relayed.parent is None
    assert linked(relayed) == {context_of(created).span_id}


def test_a_relay_that_tries_again_sends_the_same_context(
    recorded: Recording, engine: Engine
) -> None:
    write(engine, "mem_1")
    relay = outbox.connect_relay(engine)
    with capture_events(fail="unauthorized") as sent:
        with pytest.raises(SendError):
            relay.run_once()
        sent.fail = None
        relay.run_once()
    created = context_of(recorded.one(f"create {NAME}"))
    assert [linked(span) for span in recorded.named(f"send {NAME}")] == [{created.span_id}] * 2


def test_rows_written_without_telemetry_are_sent_with_it(
    recorded: Recording, engine: Engine
) -> None:
    telemetry.uninstrument()
    write(engine, "mem_1")
    telemetry.instrument(tracer_provider=recorded.tracers)
    with capture_events() as sent:
        outbox.connect_relay(engine).run_once()
    assert sent == [calculate("mem_1")]
    assert not recorded.one(f"send {NAME}").links


def test_gauges_tell_what_waits_and_since_when(recorded: Recording, engine: Engine) -> None:
    relay = outbox.connect_relay(engine)
    telemetry.observe_outbox(relay, name="scores")
    empty = [recorded.values(gauge, "platform_events.outbox.name") for gauge in GAUGES]
    assert empty == [{("scores",): 0}] * 3
    write(engine, "mem_1", "mem_2")
    with engine.begin() as connection:
        connection.execute(
            text(f"update {default_table.name} set created_at = '2026-01-01 00:00:00.000000'")  # noqa: S608  # a constant
        )
    waiting, age, aside = (
        recorded.values(gauge, "platform_events.outbox.name")[("scores",)] for gauge in GAUGES
    )
    assert (waiting, aside) == (2, 0)
    assert age > 3_600


def test_an_outbox_that_nobody_holds_is_no_longer_observed(
    recorded: Recording, engine: Engine
) -> None:
    telemetry.observe_outbox(outbox.connect_relay(engine))
    assert not recorded.points(GAUGES[0])


def test_a_database_that_is_away_is_logged_without_its_words(
    recorded: Recording, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    class Away:
        def status(self) -> Any:
            raise RuntimeError(SECRET)

    away = Away()
    telemetry.observe_outbox(away)
    assert not recorded.points(GAUGES[0])
    assert "platform_events_outbox cannot be read: RuntimeError" in caplog.text
    assert SECRET not in caplog.text
