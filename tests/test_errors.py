from __future__ import annotations

import json
import pickle

import inngest
import pytest

from platform_events import BenchmarkRecorded, ScoringCalculate, errors
from platform_events.errors import (
    ConfigurationError,
    EventDefinitionError,
    EventTooLargeError,
    InvalidEventError,
    InvalidEventNameError,
    PlatformEventsError,
    Problem,
    SendError,
    UnknownEventError,
)
from platform_events.naming import validate_event_name
from platform_events.parsing import parse_event


def name_error() -> InvalidEventNameError:
    with pytest.raises(InvalidEventNameError) as caught:
        validate_event_name("platform/scoring.Calculate")
    return caught.value


EXAMPLES = [
    ConfigurationError("no key", setting="INNGEST_EVENT_KEY"),
    EventDefinitionError("no name"),
    name_error(),
    UnknownEventError("platform/scoring.calc", ("platform/scoring.calculate",)),
    InvalidEventError("platform/scoring.calculate", [Problem("n", "int_type", "Not an integer")]),
    EventTooLargeError("platform/scoring.calculate", 12, 10),
    SendError(
        "no",
        status_code=429,
        is_retriable=True,
        accepted_ids=["01A"],
        unsent=[inngest.Event(name="x")],
        retry_after=2.0,
        server_message="slow down",
    ),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_a_process_border(error: PlatformEventsError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_the_tree_at_the_top_of_the_module_is_the_tree() -> None:
    drawn = {
        line.split()[1]: line.partition("(")[2].partition(")")[0]
        for line in (errors.__doc__ or "").splitlines()
        if "── " in line
    }
    classes = {cls.__name__: cls for cls in PlatformEventsError.__subclasses__()}
    assert drawn.keys() == classes.keys()
    for name, cls in classes.items():
        others = [base.__name__ for base in cls.__bases__ if base is not PlatformEventsError]
        assert [drawn[name]] == (others or [""])


def test_unknown_names_come_with_the_nearest() -> None:
    with pytest.raises(UnknownEventError) as caught:
        parse_event("platform/scoring.calculat", {})
    assert caught.value.name == "platform/scoring.calculat"
    assert caught.value.suggestions[0] == "platform/scoring.calculate"
    assert str(caught.value).startswith(
        "no event is named 'platform/scoring.calculat'. Did you mean 'platform/scoring.calculate'"
    )
    assert str(UnknownEventError("platform/scoring.x")) == "no event is named 'platform/scoring.x'."


def test_problems_are_told_with_their_place() -> None:
    problems = [Problem("a.0", "missing", "Field required"), Problem("", "dict_type", "No object")]
    error = InvalidEventError("platform/scoring.calculate", problems)
    assert str(error) == "invalid platform/scoring.calculate: a.0: Field required; No object"
    assert error.problems == tuple(problems)


def test_keys_of_the_data_are_shown_short_and_plain() -> None:
    data = json.dumps({"\u202e": 1, "k" * 500: 2}).encode()
    with pytest.raises(InvalidEventError) as caught:
        ScoringCalculate.check_json(data)
    assert str(caught.value).isascii()
    assert "'\\u202e': Extra inputs are not permitted" in str(caught.value)
    assert "k" * 80 in str(caught.value)
    assert "k" * 81 not in str(caught.value)


def test_the_tag_of_a_union_is_not_shown() -> None:
    with pytest.raises(InvalidEventError) as caught:
        BenchmarkRecorded.from_data({"result": {"kind": "SECRET"}})
    problem = next(p for p in caught.value.problems if p.location == "result")
    assert problem.rule == "union_tag_invalid"
    assert problem.message == "Input is none of the expected kinds"
    assert "SECRET" not in str(caught.value)


def test_a_large_event_is_told_by_name_and_size() -> None:
    error = EventTooLargeError("platform/scoring.calculate", size=12, limit=10)
    assert str(error) == (
        "platform/scoring.calculate is too large to send: 12 bytes as JSON, and max_event_bytes "
        "is 10"
    )


def test_a_send_error_holds_lists_of_its_own() -> None:
    ids = ["01A"]
    error = SendError("no", accepted_ids=ids)
    ids.append("01B")
    assert error.accepted_ids == ["01A"]
    assert (error.status_code, error.is_retriable, error.unsent) == (None, False, [])
    assert repr(error) == "SendError('no')"


def test_the_account_of_a_send_is_found_in_a_group_and_beyond_a_circle() -> None:
    account = SendError("interrupted")
    other = ValueError("no send")
    other.__context__ = group = ExceptionGroup("tasks", [other, account])
    assert SendError.find(group) is account
    other.__context__ = other
    assert SendError.find(other) is None
