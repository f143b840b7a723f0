"""What somebody gives stays as it is; the other values follow, so that the invariants hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import Field

from platform_events import Event, InvalidEventError, Payload
from platform_events.events.fields import Timestamp
from platform_events.events.invariants import (
    Absent,
    AnyOf,
    AtMost,
    Between,
    Differ,
    Inside,
    Invariant,
    Invariants,
    LastsAtMost,
    Needs,
    NotBefore,
    NotFraction,
    OneOf,
    Unique,
    When,
)
from platform_events.testing.strategies import events

Few = Annotated[int, Field(ge=1, le=3)]
Number = Annotated[float, Field(ge=0, le=10)]
# A failure is wanted, and not its shortest example.
few = settings(max_examples=5, phases=[Phase.generate], database=None)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Part(Payload):
    started_at: Timestamp
    duration_s: Annotated[float, Field(ge=0, le=10)]


class Free(Event, abstract=True):
    """Fields of which two and two have to do with each other."""

    part: Number
    other_part: Number
    whole: Number
    began_at: Timestamp
    ended_at: Timestamp
    one: Annotated[str, Field(pattern="^[ab]$", max_length=1)]
    other: Annotated[str, Field(pattern="^[ab]$", max_length=1)]
    is_set: bool
    was_set: bool | None = None
    will_be_set: bool | None = None
    stopped_at: Timestamp | None = None
    maybe: Number | None = None
    perhaps: Number | None = None
    either: int | Literal["none"] | None = None
    many: Annotated[tuple[Few, ...], Field(max_length=4)] = ()
    parts: Annotated[tuple[Part, ...], Field(max_length=2)] = ()


def event_with(*invariants: Invariant) -> type[Event]:
    class Bound(Free, name="platform/scoring.bound"):
        INVARIANTS: ClassVar[Invariants] = invariants

    return Bound


@pytest.mark.parametrize(
    ("invariant", "fields"),
    [
        (AtMost("part", "whole"), {}),
        (AtMost("part", "whole"), {"whole": 1.0}),
        (AtMost("part", "whole"), {"part": 9.0}),
        (AtMost(("part", "other_part"), "whole"), {}),
        (AtMost(("part", "maybe"), "whole"), {"part": 1.0}),
        (AtMost("part", "maybe"), {"part": 9.0}),
        (NotBefore("ended_at", "began_at"), {}),
        (NotBefore("ended_at", "began_at"), {"began_at": NOON}),
        (NotBefore("ended_at", "began_at"), {"ended_at": NOON}),
        (NotBefore("stopped_at", "began_at"), {}),
        (Differ("one", "other"), {}),
        (Differ("one", "other"), {"one": "b"}),
        (Differ("one", "other"), {"other": "b"}),
        (Differ("one", "other"), {"one": "a", "other": "b"}),
        (Differ("was_set", "will_be_set"), {"will_be_set": True}),
        (AnyOf(("maybe", "perhaps")), {"maybe": None}),
        (OneOf(("maybe", "perhaps")), {"maybe": 1.0}),
        (OneOf(("maybe", "perhaps")), {"perhaps": None}),
        (Needs("maybe", "perhaps"), {"maybe": 1.0}),
        (Needs("maybe", "perhaps"), {"perhaps": None}),
        (NotFraction("part"), {}),
        (NotFraction("maybe"), {}),
        (NotFraction("maybe"), {"maybe": 1.0}),
        (Unique("many"), {}),
        (Unique("many"), {"many": (1, 2)}),
        (Inside("parts", "began_at", "part"), {"part": 1.0}),
        (LastsAtMost("many", "whole", 5), {"many": (1, 2)}),
        (When("is_set", (True,), Absent("maybe")), {}),
        (When("is_set", (True,), Between("part", 2, 3)), {"is_set": True}),
    ],
    ids=repr,
)
def test_an_invariant_holds_whatever_is_given(invariant: Invariant, fields: dict[str, Any]) -> None:
    kind = event_with(invariant)

    @settings(suppress_health_check=[HealthCheck.filter_too_much])
    @given(events(kind, **fields))
    def check(event: Event) -> None:
        assert invariant.holds(event)
        assert fields.items() <= dict(event).items()

    check()


def test_given_values_that_contradict_each_other_are_an_error() -> None:
    kind = event_with(AtMost("part", "whole"), NotBefore("ended_at", "began_at"))

    @few
    @given(events(kind, part=2.0, whole=1.0, began_at=NOON, ended_at=NOON - timedelta(1)))
    def make(event: Event) -> None: ...

    with pytest.raises(InvalidEventError, match="`part` must not be above `whole`"):
        make()


def test_a_given_absence_is_kept_though_the_field_is_needed() -> None:
    @few
    @given(events(event_with(AnyOf(("maybe",))), maybe=None))
    def make(event: Event) -> None: ...

    with pytest.raises(InvalidEventError, match="`maybe` must be given"):
        make()


@pytest.mark.parametrize("fields", [{}, {"is_set": st.just(value=True)}])
def test_invariants_that_cannot_hold_leave_nothing_to_make(fields: dict[str, Any]) -> None:
    kind = event_with(Between("part", 1, 2), Between("part", 3, 4))

    @settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    @given(events(kind, **fields))
    def make(event: Event) -> None: ...

    with pytest.raises(Unsatisfiable):
        make()
