"""Events and the payloads inside them, of every class."""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast, overload

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...catalog import EVENT_TYPES, PlatformEvent
from ...errors import InvalidEventError
from ...events.event import Event
from ...events.invariants import invariants_of
from ...events.payload import Payload
from ._mending import Mender
from ._rules import read_fields, without_none
from ._values import values

E = TypeVar("E", bound=Event)
P = TypeVar("P", bound=Payload)

# Hypothesis shrinks choices among more than eleven alternatives less well.
_DRAWN_AT_ONCE: Final = 3


@overload
def events() -> SearchStrategy[PlatformEvent]: ...
@overload
def events(kind: type[E], /, **fields: object) -> SearchStrategy[E]: ...
def events(kind: type[Event] | None = None, /, **fields: object) -> SearchStrategy[Event]:
    """Make events: of every class of the catalogue, or of one.

    Args:
        kind: The class; without it, all of the catalogue. Private events are made by their class
            only, so that a test does not depend on what others imported.
        **fields: For fields of the class a value, or a strategy that makes values.

    Returns:
        The strategy.

    Raises:
        TypeError: The class has no such field, or is abstract, or is none of an event; or there
            are fields, and no class.
        InvalidEventError: When an example is drawn: the schema refuses a value that was given.

    Example:
        >>> from hypothesis import find
        >>> from hypothesis import strategies as st
        >>> from platform_events.testing.strategies import events
        >>> asked = events(ScoringCalculate, member_id="mem_1", score=st.just("progress"))
        >>> find(asked, lambda event: event.reason == "manual").member_id
        'mem_1'
    """
    if kind is None:
        if fields:
            raise TypeError("fields are those of one event class: give it first")
        return st.one_of([payloads(kind) for kind in EVENT_TYPES])
    given = cast("object", kind)  # by a caller without a type checker, anything
    if not isinstance(given, type) or not issubclass(given, Event):
        found = given.__name__ if isinstance(given, type) else f"a {type(given).__name__}"
        raise TypeError(f"{found} is no event class")
    return payloads(kind, **fields)


def payloads(kind: type[P], /, **fields: object) -> SearchStrategy[P]:
    """Make payloads of one class: of an event, or of what is inside one.

    Args:
        kind: The class, such as ``HeartRate``.
        **fields: For fields of the class a value, or a strategy that makes values.

    Returns:
        The strategy.

    Raises:
        TypeError: The class has no such field, or is an abstract event.
        InvalidEventError: When an example is drawn: the schema refuses a value that was given.

    Example:
        >>> from hypothesis import find
        >>> from platform_events.testing.strategies import payloads
        >>> find(payloads(DistanceResult), lambda result: result.distance_m > 100).distance_m
        101.0
    """
    if issubclass(kind, Event) and "event_name" not in vars(kind):
        raise TypeError(f"{kind.__name__} is abstract: use one of its events")
    unknown = sorted(fields.keys() - kind.model_fields.keys())
    if unknown:
        raise TypeError(
            f"{kind.__name__} has no field {unknown[0]!r}, only {', '.join(kind.model_fields)}"
        )
    if not fields:
        return _payloads(kind, False)
    given: dict[str, SearchStrategy[object]] = {
        name: value if isinstance(value, SearchStrategy) else st.just(value)
        for name, value in fields.items()
    }
    made = {**_fields(kind, brief=False), **given}
    return _build(kind, made, frozenset(given), brief=False)


def _payloads(kind: type[P], brief: bool) -> SearchStrategy[P]:
    made: SearchStrategy[P] | None = _made.get((kind, brief))
    if made is None:
        # Deferred, as a payload may be inside of itself.
        made = _made[kind, brief] = st.deferred(
            lambda: _build(kind, _fields(kind, brief=brief), frozenset(), brief=brief)
        )
    return made


# Any: each class has a strategy of its own type.
_made: Final[dict[tuple[type[Payload], bool], SearchStrategy[Any]]] = {}


def _fields(kind: type[Payload], *, brief: bool) -> dict[str, SearchStrategy[object]]:
    return {
        name: values(annotation, _payloads, brief=brief)
        for name, annotation in read_fields(kind).items()
    }


def _optional_fields(kind: type[Payload], *, brief: bool) -> dict[str, SearchStrategy[object]]:
    """Return strategies for the fields that may be None, for where they are not."""
    return {
        name: values(present, _payloads, brief=brief)
        for name, annotation in read_fields(kind).items()
        if (present := without_none(annotation)) is not None
    }


def _build(
    kind: type[P], fields: dict[str, SearchStrategy[object]], given: frozenset[str], *, brief: bool
) -> SearchStrategy[P]:
    checks = kind.__pydantic_decorators__
    if not (checks.model_validators or checks.field_validators or invariants_of(kind)):
        return st.builds(kind, **fields)  # of which Hypothesis shows the values
    present = _optional_fields(kind, brief=brief)
    optional = {name: one for name, one in present.items() if name not in given}
    required = {name: one for name, one in fields.items() if name not in optional}
    return _build_checked(kind, fields, given, required, optional)


def _draw_fields(
    draw: DrawFn,
    required: dict[str, SearchStrategy[object]],
    optional: dict[str, SearchStrategy[object]],
) -> dict[str, object]:
    """Draw each field; which of the optional ones are there is drawn for a few at once."""
    drawn = {name: draw(strategy) for name, strategy in required.items()}
    names = list(optional)
    for start in range(0, len(names), _DRAWN_AT_ONCE):
        some = names[start : start + _DRAWN_AT_ONCE]
        chosen = draw(st.integers(0, 2 ** len(some) - 1))
        for bit, name in enumerate(some):
            drawn[name] = draw(optional[name]) if chosen >> bit & 1 else None
    return drawn


@st.composite
def _build_checked(
    draw: DrawFn,
    kind: type[P],
    fields: dict[str, SearchStrategy[object]],
    given: frozenset[str],
    required: dict[str, SearchStrategy[object]],
    optional: dict[str, SearchStrategy[object]],
) -> P:
    """Build it, and try again when a validator of its own refuses it, whose rule nobody knows."""
    drawn = _draw_fields(draw, required, optional)
    if not Mender(kind, drawn, fields, given, draw).mend():
        reject()
    try:
        return kind(**drawn)
    except InvalidEventError as error:
        if any(
            problem.rule not in {"value_error", "assertion_error"} for problem in error.problems
        ):
            raise
        reject()
