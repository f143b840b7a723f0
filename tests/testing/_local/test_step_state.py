from __future__ import annotations

from platform_events.testing._local.go_json import Json
from platform_events.testing._local.step_state import Step, failed, step_of


def test_what_is_remembered_of_a_failure_has_a_name_and_a_message() -> None:
    given: Json = {"code": "c", "name": "E", "message": "m", "stack": "s"}
    assert failed({"error": given}) == {"error": {"name": "E", "message": "m", "stack": "s"}}
    assert failed({"error": None}) == {"error": {"name": "Error", "message": ""}}


def test_a_memo_is_unwrapped_only_if_it_is_one() -> None:
    assert step_of("a", {"data": {"data": 1}}) == Step("a", {"data": 1})
    assert step_of("a", {"error": {"name": "E"}}) == Step("a", error={"name": "E"})
    memos: list[Json] = [None, {"data": 1, "name": "x"}, {"error": "text"}]
    for memo in memos:
        assert step_of("a", memo) == Step("a", memo)
