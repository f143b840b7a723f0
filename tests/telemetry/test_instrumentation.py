"""Switching telemetry on and off, and what it costs while it is off."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.metadata import entry_points

import inngest

from platform_events import (
    ScoringCalculate,
    asend_event,
    create_function,
    get_client,
    override_client,
    send_event,
    telemetry,
)
from platform_events.telemetry.instrumentation import Instrumentor
from platform_events.testing import call_function, capture_events
from tests.functions.running_app import calculate
from tests.telemetry.recording import Recording, recording

NAME = ScoringCalculate.event_name


@create_function(fn_id="score", trigger=ScoringCalculate, retries=0)
def score(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
    return ctx.step.run("work", lambda: event.member_id)


def test_switching_it_on_twice_doubles_nothing(recorded: Recording) -> None:
    telemetry.instrument(tracer_provider=recorded.tracers, meter_provider=recorded.meters)
    with override_client(app_id="test", is_production=False), capture_events():
        send_event(calculate())
        assert len(recorded.points("inngest.client.waiting_events")) == 1
    assert len(recorded.spans) == 1
    assert recorded.values("messaging.client.sent.messages", "inngest.outcome") == {
        ("accepted",): 1
    }


def test_other_providers_replace_those_before(recorded: Recording) -> None:
    with recording() as other, capture_events():
        send_event(calculate())
        assert len(other.spans) == 1
    assert not recorded.spans


def test_it_can_be_switched_off(recorded: Recording) -> None:
    telemetry.uninstrument()
    with capture_events() as sent:
        send_event(calculate())
        get_client().send_sync(inngest.Event(name="other/thing"))
    call_function(score, calculate())
    assert not recorded.spans
    assert not recorded.points("inngest.client.waiting_events")
    assert sent[1].data == {}  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]  # the SDK's


def test_without_a_provider_nothing_is_recorded_and_nothing_breaks() -> None:
    telemetry.instrument()
    try:
        with capture_events() as sent:
            send_event(calculate())
        assert sent == [calculate()]
        assert call_function(score, calculate("mem_2")).output == "mem_2"
    finally:
        telemetry.uninstrument()


def test_the_entry_point_switches_it_on() -> None:
    (found,) = entry_points(group="opentelemetry_instrumentor", name="platform_events")
    assert found.load() is Instrumentor
    recorded = Recording()
    instrumentor = Instrumentor()
    instrumentor.instrument(tracer_provider=recorded.tracers, skip_dep_check=True)
    try:
        with capture_events():
            send_event(calculate())
    finally:
        instrumentor.uninstrument()
    assert len(recorded.spans) == 1


def test_the_load_of_the_client_is_observed(recorded: Recording) -> None:
    gauges = "inngest.client.waiting_events", "inngest.client.in_flight_events"
    seen: list[list[int]] = []

    class Watching(inngest.MiddlewareSync):
        def after_send_events(self, result: inngest.SendEventsResult) -> None:  # noqa: ARG002  # the SDK's
            seen.append([value for gauge in gauges for _, value in recorded.points(gauge)])

    with (
        override_client(app_id="test", is_production=False, middleware=[Watching]),
        capture_events(),
    ):
        send_event(calculate())
        asyncio.run(asend_event(calculate()))
    assert seen == [[0, 0], [0, 0]]


def test_it_is_not_imported_unless_it_is_switched_on() -> None:
    code = (
        "import sys, platform_events as p; from platform_events.testing import capture_events\n"
        "event = dict(member_id='m', gym_id='g', score='progress', reason='manual')\n"
        "with capture_events():\n    p.send_event(p.ScoringCalculate(**event))\n"
        "found = [n for n in sys.modules if n.startswith(('opentelemetry', "
        "'platform_events.telemetry'))]\n"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_missing_is_named() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from platform_events import telemetry\n"
        "try:\n    telemetry.instrument\n"
        "except ModuleNotFoundError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert 'pip install "platform-events[otel]"' in done.stdout
