from __future__ import annotations

from platform_events.testing._local.commands import Invoke
from platform_events.testing._local.durations import When
from platform_events.testing._local.event_api import ReceivedEvent
from platform_events.testing._local.functions import Function
from platform_events.testing._local.go_json import Json
from platform_events.testing._local.lifecycle import ended, invoked, metadata, not_invoked
from platform_events.testing._local.runs import Run


def run_of(*names: str) -> Run:
    accepted = [
        ReceivedEvent(f"e{n}", {"name": name, "data": {"_inngest": {"correlation_id": f"c{n}"}}})
        for n, name in enumerate(names)
    ]
    return Run("01R", Function("app-fn", "http://127.0.0.1:9"), accepted, lambda _: 0.0)


def test_a_batch_is_told_of_for_its_first_event_and_every_invocation() -> None:
    invocation = "inngest/function.invoked"
    run = run_of("t/x", "t/y", invocation, "inngest/function.finished")
    run.cancel()
    told = [(one.name, one.data.get("correlation_id")) for one in ended(run, 5, lambda: "01F")]
    assert told == [
        ("inngest/function.finished", None),
        ("inngest/function.cancelled", None),
        ("inngest/function.finished", "c2"),
        ("inngest/function.cancelled", "c2"),
    ]


def test_an_invocation_that_fails_at_once_is_told_of() -> None:
    invoke = Invoke("s", "app-nobody", {"k": 1}, When(5.0))
    event = invoked(invoke, run_of("t/x"), "01I", 1000)
    assert event.data["k"] == 1
    assert metadata(event.event)["expire"] == 6000
    told = not_invoked(event.event, "01N", "why", 1000)
    expected: dict[str, Json] = {
        "function_id": "",
        "run_id": "",
        "error": {"name": "Error", "message": "why"},
        "correlation_id": "01R.s",
    }
    assert (told.name, told.data) == ("inngest/function.finished", expected)
