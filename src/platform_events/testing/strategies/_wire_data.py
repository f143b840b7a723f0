"""The data of events as it crosses the wire, from producers of every age."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final, Literal, TypeAlias, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...events.event import Event
from ...events.fields import MAX_CHOICE_LENGTH, Open
from ...events.invariants import invariants_of
from ._nested_payloads import NestedPayload, nested_payloads
from ._payloads import events
from ._rules import is_known_kind, read_fields
from ._values import CHARACTERS

Producer: TypeAlias = Literal["same", "older", "newer"]
"""Which version of the package a producer has, seen from the consumer."""

_LATER: Final = st.sampled_from(["added_later", "", "event_name", "Ünïcode", "__proto__"])
_ANYTHING: Final[SearchStrategy[object]] = st.sampled_from(
    [None, 0, -1.5, "", True, [], {}, {"deep": [{"kind": "x"}]}]
)
# Values of an open choice, and kinds of an open union, that are not known yet. Hypothesis takes
# texts of the program for examples, so known kinds, too.
_UNKNOWN: Final = (
    st.sampled_from(["high-five", "added-later", "Oura", "x" * MAX_CHOICE_LENGTH])
    | st.text(CHARACTERS, min_size=1, max_size=MAX_CHOICE_LENGTH)
).filter(lambda text: not is_known_kind(text))


def wire_data(
    kind: type[Event], /, *, producer: Producer | None = None, **fields: object
) -> SearchStrategy[dict[str, Any]]:  # Any: JSON
    """Make the data of an event as JSON, as a consumer must be able to read it.

    Args:
        kind: The event class.
        producer: ``"same"`` sends what this version of the package does. ``"older"`` leaves out
            some of the optional fields, at every depth. ``"newer"`` adds fields, values of open
            choices and kinds of open unions that this version does not know. None: any of them.
        **fields: What fields of the event hold at first, as for ``events``.

    Returns:
        The strategy; ``kind.from_data`` reads all of it.

    Raises:
        TypeError: The class has no such field, or is abstract, or is none of an event.
        ValueError: There is no such producer.

    Example:
        >>> from hypothesis import find
        >>> from platform_events.testing.strategies import wire_data
        >>> newer = wire_data(MemberFollowed, producer="newer")
        >>> data = find(newer, lambda data: "added_later" in data)
        >>> MemberFollowed.from_data(data).event_name
        'platform/social.member-followed'
    """
    if producer is not None and producer not in get_args(Producer):
        raise ValueError(f"there is no producer {producer!r}, only {', '.join(get_args(Producer))}")
    chosen = [producer] if producer else list(get_args(Producer))
    return st.one_of([_MAKERS[one](events(kind, **fields)) for one in chosen])


@st.composite
def _same(draw: DrawFn, made: SearchStrategy[Event]) -> dict[str, Any]:
    return draw(made).to_data()


@st.composite
def _older(draw: DrawFn, made: SearchStrategy[Event]) -> dict[str, Any]:
    event = draw(made)
    data = event.to_data()
    for node in list(nested_payloads(NestedPayload(event, data))):
        for name in draw(st.lists(st.sampled_from(_optional(node)), unique=True)):
            _leave_out(node, name)
    return data


def _leave_out(node: NestedPayload, name: str) -> None:
    """Leave out a field, unless the event would make no sense without it."""
    kind, value = type(node.payload), node.data.pop(name, None)
    left = {
        field: getattr(node.payload, field) if field in node.data else info.default
        for field, info in kind.model_fields.items()
    }
    if not all(one.holds(SimpleNamespace(**left)) for one in invariants_of(kind)):
        node.data[name] = value


@st.composite
def _newer(draw: DrawFn, made: SearchStrategy[Event]) -> dict[str, Any]:
    event = draw(made)
    data = event.to_data()
    for node in list(nested_payloads(NestedPayload(event, data))):
        if node.is_open and draw(st.booleans()):
            node.data["kind"] = draw(_UNKNOWN)
        fields = read_fields(type(node.payload))
        choices = [name for name, field in fields.items() if field.rules.marked_with(Open)]
        for name in draw(st.lists(st.sampled_from(choices), unique=True)) if choices else []:
            node.data[name] = draw(_UNKNOWN)
        node.data.update(draw(st.dictionaries(_LATER, _ANYTHING, max_size=2)))
    return data


def _optional(node: NestedPayload) -> list[str]:
    """Name the fields that may be absent; that which tells the kind is, only for producers."""
    fields = type(node.payload).model_fields
    return [
        name
        for name, field in fields.items()
        if not field.is_required() and name != node.discriminator
    ] or [""]


_MAKERS: Final = {"same": _same, "older": _older, "newer": _newer}
