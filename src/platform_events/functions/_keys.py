"""Checks every expression and schedule that a function is declared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import inngest

from ..events.event import event_class
from ._crons import check_cron
from ._expression_checks import check_expression
from ._shapes import EventKinds
from .triggers import Triggers


def check_expressions(
    triggers: Triggers,
    batch: inngest.Batch | None,
    cancellations: Iterable[inngest.Cancel],
    options: Mapping[str, Any],  # Any: checked by the SDK
) -> None:
    """Refuse an expression or a schedule that can never do what it says."""
    for trigger in triggers.to_inngest():
        if isinstance(trigger, inngest.TriggerCron):
            check_cron(trigger.cron)
        else:
            event = _kinds_of_names([trigger.event])
            check_expression("the expression", trigger.expression, event=event)
    event = kinds_of_triggers(triggers)
    for where, text in _keys(batch, options):
        check_expression(where, text, event=event)
    for cancel in cancellations:
        arrived = _kinds_of_names([cancel.event])
        check_expression("cancel", cancel.if_exp, event=event, arrived=arrived)


def kinds_of_triggers(triggers: Triggers) -> EventKinds:
    """Give what the variable ``event`` can be in the keys and steps of a function."""
    every = triggers.to_inngest()
    names = [one.event for one in every if isinstance(one, inngest.TriggerEvent)]
    return _kinds_of_names(names, crons=len(names) < len(every))


def _kinds_of_names(names: Iterable[str], *, crons: bool = False) -> EventKinds:
    found = list(dict.fromkeys(map(event_class, names)))
    classes = tuple(cls for cls in found if cls is not None)
    return EventKinds(classes, crons=crons, others=None in found)


def _keys(
    batch: inngest.Batch | None,
    options: Mapping[str, Any],  # Any: as above
) -> Iterator[tuple[str, object]]:
    if batch is not None:
        yield "the key of batch_events", batch.key
        yield "the if_exp of batch_events", batch.if_exp
    yield "idempotency", options.get("idempotency")
    if "priority" in options:
        yield "priority", options["priority"].run
    for limit in options.get("concurrency", ()):
        yield "the key of concurrency", limit.key
    for name in ("debounce", "rate_limit", "singleton", "throttle"):
        if name in options:
            yield f"the key of {name}", options[name].key
