"""A function as it was declared, checked, and how its handlers are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import inngest

from ..errors import FunctionDefinitionError
from ._bound_function import keep_context
from ._call_report import FunctionId
from ._callables import is_async
from ._calls import (
    Handler,
    Read,
    adapt,
    check_handler,
    reader_of_batch,
    reader_of_failure,
    reader_of_one,
)
from ._keys import check_expressions, kinds_of_triggers
from ._results import Result
from ._run import RunContext
from .options import (
    DEFAULT_RETRIES,
    MAX_CANCELLATIONS,
    FunctionOptions,
    OnFailure,
    OnInvalid,
    check_batch,
    check_fn_id,
    check_options,
    check_retries,
)
from .triggers import Triggers, as_list, as_on


@dataclass(frozen=True, slots=True)
class Definition:
    """What a function was declared with, checked."""

    fn_id: str
    triggers: Triggers
    batch_events: inngest.Batch | None
    cancel: list[inngest.Cancel] | None
    on_failure: OnFailure[Any] | None  # Any: of whatever events
    on_invalid: OnInvalid | None
    options: dict[str, Any]  # Any: passed on to the SDK

    @classmethod
    def check(
        cls,
        fn_id: object,
        trigger: object,
        batch_events: inngest.Batch | None,
        on_failure: OnFailure[Any] | None,  # Any: of whatever events
        on_invalid: OnInvalid | None,
        options: FunctionOptions,
    ) -> Definition:
        checked_id = check_fn_id(fn_id)
        # Any: checked below, or by the SDK.
        given: dict[str, Any] = {
            name: value for name, value in options.items() if value is not None
        }
        try:
            check_options(given if batch_events is None else given | {"batch_events": batch_events})
            check_retries(given.get("retries", 0))
            check_batch(batch_events, list(given), on_invalid=on_invalid is not None)
            for role, handler in (("on_failure", on_failure), ("on_invalid", on_invalid)):
                if handler is not None:
                    check_handler(handler, role)
            cancel = _cancellations(given.pop("cancel", ()))
            triggers = Triggers.of(trigger)
            check_expressions(triggers, batch_events, cancel, given)
        except FunctionDefinitionError as error:
            problem = str(error)
        else:
            return cls(
                checked_id, triggers, batch_events, cancel or None, on_failure, on_invalid, given
            )
        raise FunctionDefinitionError(f"{checked_id}: {problem}")

    def check_kinds(self, handler: object) -> None:
        """Refuse handlers of which some are asynchronous and some are not."""
        kinds = {True: "async def", False: "def"}
        wanted = is_async(handler)
        for role, other in (("on_failure", self.on_failure), ("on_invalid", self.on_invalid)):
            if other is not None and is_async(other) is not wanted:
                raise FunctionDefinitionError(
                    f"{self.fn_id}: the handler is `{kinds[wanted]}` and {role} is "
                    f"`{kinds[not wanted]}`: both must be the same"
                )

    def bind(
        self, client: inngest.Inngest, handler: Handler
    ) -> inngest.Function[Any]:  # Any: as the SDK serves them
        settings: object = getattr(client, "settings", None)
        serializer: inngest.Serializer | None = getattr(settings, "serializer", None)
        context = RunContext(kinds_of_triggers(self.triggers), serializer)
        result = Result.of(self.fn_id, handler, serializer)
        # Any: its handlers are of one kind, and the SDK's overloads want to know which.
        main: Any = adapt(
            handler, self._reader(), result, context, self._id_for(client), self.on_invalid
        )
        on_failure: Any = self.on_failure and adapt(
            self.on_failure,
            reader_of_failure(self.triggers),
            Result(f"{self.fn_id}: on_failure"),
            context,
            FunctionId(f"{client.app_id}-{self.fn_id}-failure", max_attempts=1),
        )
        bound = client.create_function(
            **self.options,
            batch_events=self.batch_events,
            cancel=self.cancel,
            fn_id=self.fn_id,
            on_failure=on_failure,
            trigger=self.triggers.to_inngest(),
        )(main)
        return keep_context(bound)

    def _id_for(self, client: inngest.Inngest) -> FunctionId:
        retries = self.options.get("retries", DEFAULT_RETRIES)
        return FunctionId(f"{client.app_id}-{self.fn_id}", max_attempts=retries + 1)

    def _reader(self) -> Read:
        if self.batch_events is None:
            return reader_of_one(self.triggers)
        return reader_of_batch(self.triggers, may_be_invalid=self.on_invalid is not None)


def _cancellations(given: object) -> list[inngest.Cancel]:
    several = as_list(given)
    if len(several) > MAX_CANCELLATIONS:
        raise FunctionDefinitionError(f"cancel has more than {MAX_CANCELLATIONS} entries")
    return [one if isinstance(one, inngest.Cancel) else _cancel(one) for one in several]


def _cancel(trigger: object) -> inngest.Cancel:
    on = as_on(trigger, "cancel: ")
    return inngest.Cancel(event=on.event.event_name, if_exp=on.expression)
