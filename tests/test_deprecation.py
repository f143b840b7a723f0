"""A deprecated event works as before, and says so once."""
# Here it is used on purpose.
# mypy: disable-error-code="deprecated"

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import inngest
import pytest
from typing_extensions import deprecated

from platform_events import Event, create_function, get_client, parse_event, send_events
from platform_events._deprecation import lazy_constants
from platform_events.testing import LocalInngest, capture_events, use_server

LISTED = 'import sys; assert not {"pydantic", "inngest"} & sys.modules.keys()'


@deprecated("use Plain")
class Shared(Event, name="platform/scoring.deprecated-and-shared"):
    """At the top of a module, as pickle needs it."""

    number: int


@pytest.fixture(params=[DeprecationWarning, None])
def old(
    request: pytest.FixtureRequest,
) -> Any:  # Any: a checker cannot know its fields
    """Give a class that nobody was told of, marked in either way."""

    @deprecated("use New", category=request.param)
    class Old(Event, name="platform/scoring.deprecated"):
        number: int

    return Old


@pytest.fixture
def caught() -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True, action="always") as messages:
        yield messages


def lines(caught: list[warnings.WarningMessage]) -> list[str]:
    """Show where each warning points."""
    assert {(w.category, str(w.message)) for w in caught} <= {(DeprecationWarning, "use New")}
    return [Path(w.filename).read_text("utf-8").splitlines()[w.lineno - 1].strip() for w in caught]


def test_the_first_construction_is_warned_of(
    old: Any, caught: list[warnings.WarningMessage]
) -> None:
    old(number=1)  # here
    for number in range(3):
        old(number=number)
    old.from_data({"number": 1})
    assert lines(caught) == ["old(number=1)  # here"]


def test_the_first_reading_is_warned_of(old: Any, caught: list[warnings.WarningMessage]) -> None:
    parse_event(old.event_name, {"number": 1})  # here
    parse_event(old.event_name, {"number": 2})
    old.from_inngest(inngest.Event(name=old.event_name, data={"number": 3}))
    old(number=4)
    assert lines(caught) == ['parse_event(old.event_name, {"number": 1})  # here']


def test_the_first_sending_of_the_name_is_warned_of(
    old: Any, caught: list[warnings.WarningMessage]
) -> None:
    with capture_events():
        send_events([inngest.Event(name=old.event_name, data={"number": 1})])  # here
        send_events([inngest.Event(name=old.event_name, data={"number": 2})])
    assert len(lines(caught)) == 1
    assert lines(caught)[0].endswith("# here")


def test_a_function_of_it_runs_and_warns_once(
    old: Any, caught: list[warnings.WarningMessage]
) -> None:
    @create_function(fn_id="old", trigger=old)
    def handle(ctx: inngest.ContextSync, event: Event) -> str:
        return event.event_name

    with LocalInngest() as server, use_server(server):
        server.serve([handle])
        for number in range(3):
            event = inngest.Event(name=old.event_name, data={"number": number})
            [event_id] = send_events([event])
            assert server.run_of(event_id).output == old.event_name
    assert len([w for w in caught if str(w.message) == "use New"]) == 1


def test_whoever_makes_errors_of_warnings_gets_one(old: Any) -> None:
    with (
        warnings.catch_warnings(action="error"),
        pytest.raises(DeprecationWarning, match="use New"),
    ):
        old.from_data({"number": 1})
    assert old.from_data({"number": 1}) == old(number=1)


def test_it_is_an_event_like_any_other(old: Any, caught: list[warnings.WarningMessage]) -> None:
    event = old(number=1)
    assert isinstance(event, old)
    match event:
        case old(number=number):
            assert number == 1
        case _:
            pytest.fail("it does not match its own class")
    assert event == copy.copy(event) == copy.deepcopy(event) == old.from_data(event.to_data())
    assert hash(event) == hash(event.model_copy())
    assert event.model_copy(update={"number": 2}) == old(number=2)
    assert repr(event) == "Old(number=...)"
    with pytest.raises(ValueError, match="number"):
        old(number="1")
    assert len(caught) == 1


def test_it_can_be_pickled(caught: list[warnings.WarningMessage]) -> None:
    event = Shared(number=1)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(event, protocol)) == event
    assert len(caught) == 1


def test_a_subclass_is_not_deprecated_itself(caught: list[warnings.WarningMessage]) -> None:
    class Heir(Shared, name="platform/scoring.not-deprecated"):
        text: str

    assert [str(w.message) for w in caught] == ["use Plain"]  # of the base that it names
    heir = Heir(number=1, text="a")
    assert heir == Heir.from_data(heir.to_data())
    assert len(caught) == 1


def test_an_abstract_base_may_be_deprecated(caught: list[warnings.WarningMessage]) -> None:
    @deprecated("use another base", category=None)
    class Base(Event, abstract=True):
        number: int

    class Concrete(Base, name="platform/scoring.of-a-deprecated-base"):
        pass

    assert Concrete(number=1).number == 1
    assert caught == []


def test_a_new_of_its_own_is_kept(caught: list[warnings.WarningMessage]) -> None:
    made: list[object] = []

    @deprecated("use New")
    class Counted(Event, name="platform/scoring.deprecated-and-counted"):
        number: int

        def __new__(cls, **_: object) -> Self:
            made.append(cls)
            return super().__new__(cls)

    for number in range(3):
        Counted(number=number)
    assert made == [Counted] * 3
    assert len(lines(caught)) == 1


def test_a_constant_warns_where_it_is_first_read(caught: list[warnings.WarningMessage]) -> None:
    module: dict[str, object] = {"__name__": "names"}
    read = lazy_constants(module, {"OLD": ("platform/scoring.old", "use NEW")})
    assert read("OLD") == "platform/scoring.old"
    assert module["OLD"] == "platform/scoring.old"  # so that it is not asked for again
    assert [(str(w.message), w.filename) for w in caught] == [
        ("OLD is deprecated: use NEW", __file__)
    ]
    with pytest.raises(AttributeError, match="module 'names' has no attribute 'OTHER'"):
        read("OTHER")


def test_the_module_needs_neither_pydantic_nor_inngest() -> None:
    subprocess.run(
        [sys.executable, "-c", f"import platform_events._deprecation; {LISTED}"], check=True
    )


def test_what_captures_an_event_is_not_who_reads_it(
    old: Any, caught: list[warnings.WarningMessage]
) -> None:
    event = inngest.Event(name=old.event_name, data={"number": 1})
    with capture_events() as sent:
        get_client().send_sync(event)
    assert [type(one) for one in sent] == [old]
    assert caught == []
