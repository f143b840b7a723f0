"""Functions are called in the context of the request."""

from __future__ import annotations

from contextvars import ContextVar

import inngest

from platform_events import ScoringCalculate, create_function
from platform_events.testing import call_function
from tests.functions.running_app import calculate

REQUEST: ContextVar[str] = ContextVar("request", default="lost")


def test_synchronous_handlers_have_the_context_of_the_request() -> None:
    @create_function(fn_id="sync", trigger=ScoringCalculate)
    def sync(ctx: inngest.ContextSync, event: ScoringCalculate) -> str:
        return REQUEST.get()

    @create_function(fn_id="async", trigger=ScoringCalculate)
    async def asynchronous(ctx: inngest.Context, event: ScoringCalculate) -> str:
        return REQUEST.get()

    token = REQUEST.set("kept")
    try:
        assert call_function(sync, calculate()).output == "kept"
        assert call_function(asynchronous, calculate()).output == "kept"
    finally:
        REQUEST.reset(token)
