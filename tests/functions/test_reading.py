"""How the events of a run are read into their classes."""

from __future__ import annotations

from typing import Any

import inngest
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import (
    EVENT_TYPES,
    Event,
    InvalidEventError,
    On,
    ReactionAdded,
    ScoringCalculate,
)
from platform_events.functions.triggers import INVOKED, Triggers
from platform_events.testing.strategies import events
from tests.functions.running_app import calculate, reaction

CRON = inngest.TriggerCron(cron="0 3 * * *")


@given(st.sampled_from(EVENT_TYPES).flatmap(events))
def test_every_event_is_read_as_it_was_sent(event: Event) -> None:
    triggers = Triggers.of([type(event)])
    assert triggers.read(event.to_inngest()) == event
    invoked = inngest.Event(name=INVOKED, data={**event.to_data(), "_inngest": {"fn_id": "x"}})
    assert triggers.read(invoked) == event
    assert triggers.read_all([event.to_inngest(), invoked]) == ([event, event], [])


def test_of_several_classes_the_name_decides() -> None:
    triggers = Triggers.of((ScoringCalculate, On(ReactionAdded, "true")))
    assert triggers.read(calculate().to_inngest()) == calculate()
    assert triggers.read(reaction().to_inngest()) == reaction()


def test_what_is_invoked_is_the_first_class_that_fits() -> None:
    triggers = Triggers.of((ScoringCalculate, ReactionAdded))
    data: Any = reaction().to_data()
    assert triggers.read(inngest.Event(name=INVOKED, data=data)) == reaction()
    with pytest.raises(InvalidEventError) as caught:
        triggers.read(inngest.Event(name=INVOKED, data={"member_id": "secret"}))
    assert str(caught.value) == (
        "invalid inngest/function.invoked: The data fits none of platform/scoring.calculate, "
        "platform/social.reaction-added"
    )


@pytest.mark.parametrize("trigger", [CRON, (ScoringCalculate, CRON)])
@pytest.mark.parametrize("name", ["inngest/scheduled.timer", "other/thing"])
def test_what_the_sdks_triggers_let_in_stays_the_sdks(trigger: Any, name: str) -> None:
    event = inngest.Event(name=name, data={"cron": CRON.cron})
    assert Triggers.of(trigger).read(event) is event


def test_an_invoked_function_without_a_class_gets_the_sdks_event() -> None:
    event = inngest.Event(name=INVOKED, data={"a": 1})
    assert Triggers.of(CRON).read(event) is event


def test_a_function_with_a_schedule_may_be_invoked_without_data() -> None:
    triggers = Triggers.of((ScoringCalculate, CRON))
    # With telemetry on, an invocation adds the trace context.
    trace = {"traceparent": f"00-{'1' * 32}-{'2' * 16}-01"}
    nothing = inngest.Event(name=INVOKED, data={"_inngest": {"fn_id": "x"}, "_trace": trace})
    assert triggers.read(nothing) is nothing
    with pytest.raises(InvalidEventError):
        triggers.read(inngest.Event(name=INVOKED, data={"member_id": "m"}))


def test_an_event_that_no_trigger_names_is_refused() -> None:
    with pytest.raises(InvalidEventError) as caught:
        Triggers.of(ScoringCalculate).read(reaction().to_inngest())
    assert str(caught.value) == (
        "invalid platform/social.reaction-added: name: No trigger of the function has this name"
    )


def test_all_that_is_wrong_in_a_batch_is_told() -> None:
    good = reaction().to_inngest()
    bad = inngest.Event(name=good.name, data={**good.data, "member_id": "", "added_at": "secret"})
    other = calculate().to_inngest()
    valid, invalid = Triggers.of(ReactionAdded).read_all([good, bad, other])
    assert valid == [reaction()]
    assert [one.event for one in invalid] == [bad, other]
    problems = [problem for one in invalid for problem in one.error.problems]
    assert [(problem.location, problem.rule) for problem in problems] == [
        ("events.1.member_id", "string_too_short"),
        ("events.1.added_at", "datetime_parsing"),
        ("events.2.name", "event_name"),
    ]
    assert "secret" not in repr(invalid)
