from __future__ import annotations

import pytest

from platform_events.testing._local.commands import Call, Invoke, Sleep, Wait, from_op
from platform_events.testing._local.durations import When
from platform_events.testing._local.go_json import Json


def test_the_recorded_ops() -> None:
    assert from_op("a", {"op": "StepPlanned", "data": None}) == Call("a")
    name = "2026-11-23T17:54:24.959Z"
    assert from_op("b", {"op": "Sleep", "name": name}) == Sleep("b", When(until=1795456464.959))
    wait = from_op(
        "c",
        {
            "op": "WaitForEvent",
            "name": "t/go",
            "opts": {"if": "async.data.k == event.data.k", "timeout": "3s"},
        },
    )
    assert isinstance(wait, Wait)
    assert (wait.event, wait.timeout) == ("t/go", When(3.0))
    assert wait.expression is not None
    recorded: dict[str, Json] = {
        "op": "InvokeFunction",
        "opts": {"function_id": "rec-par", "payload": {"data": {"k": 1}, "v": None}},
    }
    assert from_op("d", recorded) == Invoke("d", "rec-par", {"k": 1}, When(365 * 86400.0))


def test_options_may_be_absent() -> None:
    wait = from_op("c", {"op": "WaitForEvent", "name": "x", "opts": {"if": None, "timeout": "1s"}})
    assert wait == Wait("c", "x", None, When(1.0))
    options: Json = {"function_id": "f", "payload": {"data": None}, "timeout": "5s"}
    assert from_op("d", {"op": "InvokeFunction", "opts": options}) == Invoke(
        "d", "f", {}, When(5.0)
    )
    assert from_op("d", {"op": "InvokeFunction"}) == Invoke("d", "None", {}, When(365 * 86400.0))


def test_what_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="soon"):
        from_op("b", {"op": "Sleep", "name": "soon"})
    with pytest.raises(ValueError, match="duration"):
        from_op("c", {"op": "WaitForEvent", "name": "x", "opts": {"timeout": "soon"}})


def test_a_wait_may_end_at_a_time_or_be_over() -> None:
    given: Json = {"timeout": "2026-11-23T17:54:24Z"}
    wait = from_op("c", {"op": "WaitForEvent", "name": "x", "opts": given})
    assert wait == Wait("c", "x", None, When(until=1795456464.0))
    wait = from_op("c", {"op": "WaitForEvent", "name": "x", "opts": {"timeout": ""}})
    assert wait == Wait("c", "x", None, When())
