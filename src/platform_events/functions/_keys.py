"""Checks every expression and schedule that a function is declared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import inngest

from ..events.event import Event, event_class
from ._crons import check_cron
from ._expression_checks import check_expression
from ._shapes import Shape, event_shape
from .triggers import Triggers


def check_expressions(
    triggers: Triggers,
    batch: inngest.Batch | None,
    cancellations: Iterable[inngest.Cancel],
    options: Mapping[str, Any],  # Any: checked by the SDK
) -> None:
    """Refuse an expression or a schedule that can never do what it says.

    Raises:
        FunctionDefinitionError: Which one, and why.
    """
    for trigger in triggers.to_inngest():
        if isinstance(trigger, inngest.TriggerCron):
            check_cron(trigger.cron)
        else:
            shape = _shape_of_name(trigger.event)
            check_expression("the expression", trigger.expression, event=shape, arrived=None)
    event = shape_of_triggers(triggers)
    for where, text in _keys(batch, options):
        check_expression(where, text, event=event, arrived=None)
    for cancel in cancellations:
        arrived = _shape_of_name(cancel.event)
        check_expression("cancel", cancel.if_exp, event=event, arrived=arrived)


def shape_of_triggers(triggers: Triggers) -> Shape:
    """Give what the variable ``event`` can be in the keys and steps of a function."""
    names = [one.event for one in triggers.to_inngest() if isinstance(one, inngest.TriggerEvent)]
    known = [event_class(name) for name in names]
    return event_shape(
        tuple(dict.fromkeys(cls for cls in known if cls)),
        crons=len(names) < len(triggers.to_inngest()),
        others=None in known,
    )


def _shape_of_name(name: str) -> Shape:
    found: type[Event] | None = event_class(name)
    return event_shape((found,)) if found else event_shape((), others=True)


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
