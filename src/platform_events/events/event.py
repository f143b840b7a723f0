"""The base class of events: an immutable, strictly typed payload with a name.

Producers are strict and consumers tolerant. Constructing an event refuses unknown fields,
numeric strings, naive datetimes, NaN, infinity and integers that JSON numbers cannot carry.
Reading one that came over the wire (:meth:`Event.from_data`) ignores unknown fields, so that a
producer can add an optional field before its consumers are deployed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast, get_args

import pydantic_core
from pydantic import ConfigDict
from typing_extensions import Unpack, override

from .._deprecation import warn_deprecated_once
from ..errors import (
    EventDefinitionError,
    InvalidEventError,
    InvalidEventNameError,
    Problem,
    UnknownEventError,
)
from ..names import EVENT_NAMES
from ..naming import Category, parse_event_name, suggest_event_names, validate_event_name
from ._bounds import length_error, length_error_in_json
from ._envelope import check_id, to_milliseconds
from ._hidden import hide_locals
from ._trace_context import join_context, split_context
from .payload import PRODUCING, Payload

if TYPE_CHECKING:
    import inngest

_MOST_CHECKED_BYTES: Final = 8 * 1024

# What cannot be changed once it is made, without whatever is inside.
_ATOMIC: Final = frozenset({str, int, float, bool, NoneType, datetime, date})

PRIVATE_PREFIX: Final = "x-"
"""What the action of an event begins with that a service keeps to itself."""

# The catalogue's own modules, which hold its events however this package is installed.
_CATALOGUE: Final = f"{__name__.partition('.')[0]}.catalog."

_registry: Final[dict[str, type[Event]]] = {}


class Event(Payload):
    """The base class of events: ``class X(Event, name="platform/<category>.<action>")``.

    The name registers the class. A base class that several events share is declared with
    ``abstract=True`` instead of a name; it cannot be instantiated.

    An event that another one replaces is marked with ``typing_extensions.deprecated``. Type
    checkers report its uses, and the first time that a process constructs or reads one, a
    ``DeprecationWarning`` points to the line that does so.

    Attributes:
        event_name: The name, such as ``"platform/scoring.calculate"``.

    Raises:
        EventDefinitionError: At class creation, when the name is missing, wrong or taken, when its
            category is not the one that the module is named after, when a field may be None and
            does not default to it (None is not sent, so it must be what absence means), or when
            the name of a field begins with an underscore.
        InvalidEventError: At construction, when the data breaks the schema.

    Example:
        >>> from platform_events import ScoringCalculate
        >>> event = ScoringCalculate(
        ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="workout-logged"
        ... )
        >>> event.event_name
        'platform/scoring.calculate'
        >>> event
        ScoringCalculate(member_id=..., gym_id=..., score=..., reason=...)
    """

    event_name: ClassVar[str]
    _is_event: ClassVar[bool] = True

    __slots__ = ("_checked",)

    def __init_subclass__(
        cls, *, name: str | None = None, abstract: bool = False, **config: Unpack[ConfigDict]
    ) -> None:
        """Check the name; ``config`` is pydantic's, which takes away what it knows."""
        if config:
            unknown = ", ".join(config)
            raise EventDefinitionError(
                f"{cls.__name__}: unknown option {unknown}: an event takes name= or abstract=, "
                "besides pydantic's own"
            )
        super().__init_subclass__()
        if abstract:
            if name is not None:
                raise EventDefinitionError(f"{cls.__name__} is abstract, so it has no name")
            return
        if name is None:
            raise EventDefinitionError(
                f"{cls.__name__} has no name: write "
                f'`class {cls.__name__}(Event, name="platform/<category>.<action>")`, '
                "or abstract=True for a base of events"
            )
        _check_name(cls, name)
        cls.event_name = name

    @classmethod
    def __pydantic_init_subclass__(cls, **config: Any) -> None:  # Any: as pydantic declares it
        """Check the fields, and register the class once nothing can fail any more."""
        cls._refuse_private_fields()
        for field_name, field in cls.model_fields.items():
            may_be_none = NoneType in get_args(field.annotation)
            if may_be_none and (field.is_required() or field.default is not None):
                raise EventDefinitionError(
                    f"{cls.__name__}.{field_name} may be None and must default to None, because "
                    "None is not sent"
                )
        if not config.get("abstract"):
            _registry[cls.event_name] = cls
        # Last, as it tells of a class that is one.
        super().__pydantic_init_subclass__(**config)

    if not TYPE_CHECKING:

        @hide_locals
        def __init__(self, /, **data: object) -> None:
            self._admit(is_constructed=True)
            super().__init__(**data)
            self._remember()

        __init__.__pydantic_base_init__ = True

    @classmethod
    @override
    def _admit(cls, *, is_constructed: bool = False) -> None:
        """Refuse what is abstract, and warn of what is deprecated."""
        if "event_name" not in cls.__dict__:
            raise EventDefinitionError(f"{cls.__name__} is abstract: use one of its events")
        if "__deprecated__" in cls.__dict__:
            warn_deprecated_once(cls, is_constructed=is_constructed)

    @classmethod
    def _title(cls) -> str:
        return cls.event_name

    @classmethod
    @hide_locals
    def from_data(cls, data: Mapping[str, object]) -> Self:
        """Read the data of an event that came over the wire.

        Args:
            data: The event's ``data``, as decoded from JSON: instants are ISO 8601 strings with an
                offset, sequences are lists. Unknown fields are ignored, and unknown values of
                open choices are kept as strings.

        Returns:
            The event.

        Raises:
            InvalidEventError: The data breaks the schema; no value is shown.

        Example:
            >>> from platform_events import MemberFollowed
            >>> MemberFollowed.from_data({
            ...     "follower_id": "mem_1",
            ...     "followee_id": "mem_2",
            ...     "followed_at": "2026-11-23T18:00:00Z",
            ...     "added_next_year": True,
            ... }).followee_id
            'mem_2'
        """
        cls._admit()
        problem = length_error(cls.event_name, cls, data)
        if problem is not None:
            del data  # so that no frame holds the values
            raise problem
        event = cls._validated(_to_wire(cls, data), extra="ignore")
        event._remember()
        return event

    @classmethod
    @hide_locals
    def from_inngest(cls, event: inngest.Event) -> Self:
        """Read an event of the SDK, such as ``ctx.event`` in a function.

        Args:
            event: An event with the name of this class.

        Returns:
            The event, without its id and time.

        Raises:
            InvalidEventError: It has another name, or its data breaks the schema.

        Example:
            >>> import inngest
            >>> from platform_events import ReactionRemoved
            >>> sdk_event = inngest.Event(
            ...     name="platform/social.reaction-removed",
            ...     data={"member_id": "mem_1", "gym_id": "gym_1", "post_id": "post_1",
            ...           "reaction": "fire", "removed_at": "2026-11-23T18:00:00Z"},
            ... )
            >>> ReactionRemoved.from_inngest(sdk_event).reaction
            'fire'
        """
        cls._admit()
        if event.name != cls.event_name:
            raise _refusal(cls, "name", "event_name", f"the event is named {event.name!a}")
        return cls.from_data(event.data)

    def _remember(self) -> None:
        object.__setattr__(self, "_checked", self.__dict__.copy())

    def _check_unchanged(self, wire: bytes) -> None:
        """Check the event again, unless its fields hold what was checked."""
        values = self.__dict__
        if getattr(self, "_checked", None) == values:
            is_flat = all(type(value) in _ATOMIC or not value for value in values.values())
            # To check the inside of a large one takes longer than to send it.
            if is_flat or len(wire) > _MOST_CHECKED_BYTES:
                return
        self._validated(wire, extra="forbid")

    def to_data(self) -> dict[str, Any]:  # Any: a JSON value, which has no static type of use here
        """Return the event's ``data`` as it crosses the wire.

        Returns:
            JSON values. Fields that are None are left out. ``from_data`` reads it back.

        Example:
            >>> from platform_events import MemberUnfollowed
            >>> from datetime import datetime, UTC
            >>> MemberUnfollowed(
            ...     follower_id="mem_1", followee_id="mem_2",
            ...     unfollowed_at=datetime(2026, 11, 23, 18, tzinfo=UTC),
            ... ).to_data()["unfollowed_at"]
            '2026-11-23T18:00:00Z'
        """
        data: dict[str, Any] = pydantic_core.from_json(self.to_json())
        return data

    @hide_locals
    def to_json(self) -> bytes:
        """Return the event's ``data`` as JSON: :meth:`to_data`, encoded.

        Returns:
            A JSON object as UTF-8.

        Example:
            >>> from platform_events import ReactionAdded
            >>> event = ReactionAdded.from_data({
            ...     "member_id": "mem_1", "gym_id": "gym_1", "post_id": "post_1",
            ...     "author_id": "mem_2", "reaction": "fire", "added_at": "2026-11-23T18:00:00Z",
            ... })
            >>> event.to_json()[:20]
            b'{"gym_id":"gym_1","p'
        """
        wire = b""
        with suppress(ValueError, TypeError, RecursionError):  # what they say holds values
            wire = self.__pydantic_serializer__.to_json(self, exclude_none=True, warnings="error")
        return wire or self._refuse_changes()

    def _refuse_changes(self) -> bytes:
        """Say which field has a value that no check let through."""
        wire = b""
        with suppress(ValueError, TypeError, RecursionError):
            wire = self.__pydantic_serializer__.to_json(self, exclude_none=True, warnings="none")
        if wire:
            self._validated(wire, extra="forbid")
        raise _refusal(type(self), "", "json_type", "a field was changed to what is not JSON")

    @classmethod
    @hide_locals
    def check_json(cls, wire: bytes) -> None:
        """Check JSON by the rules for producers: unknown fields, choices and kinds are refused.

        Args:
            wire: The event's ``data`` as UTF-8 JSON.

        Raises:
            InvalidEventError: It breaks the schema.

        Example:
            >>> from platform_events import ScoringCalculate
            >>> try:
            ...     ScoringCalculate.check_json(b"{}")
            ... except InvalidEventError as error:
            ...     print(error.problems[0])
            member_id: Field required
        """
        cls._admit()
        problem = length_error_in_json(cls.event_name, cls, wire)
        if problem is not None:
            del wire  # so that no frame holds the values
            raise problem
        cls._validated(wire, extra="forbid", context=PRODUCING)

    @hide_locals
    def to_inngest(
        self, *, id: str | None = None, ts: int | datetime | None = None
    ) -> inngest.Event:
        """Convert the event to the SDK's, for ``send_events`` or ``step.send_event``.

        Args:
            id: An idempotency key. For 24 hours, Inngest does not start a second run of a function
                for the same id. Let it name the fact, such as ``f"workout:{row_id}"``.
            ts: When it happened: milliseconds since 1970 or an aware datetime, from 1980 to 2099.
                A time in the future delays the runs until then. The default is when it is sent.

        Returns:
            The SDK's event, with id and ts if given.

        Raises:
            InvalidEventError: ``id`` is empty or not a string, or ``ts`` is naive or out of range.

        Example:
            >>> from platform_events import ScoringCalculate
            >>> event = ScoringCalculate(
            ...     member_id="mem_1", gym_id="gym_1", score="progress", reason="manual"
            ... )
            >>> event.to_inngest(id="recalculate:mem_1:2026-11-23").name
            'platform/scoring.calculate'
        """
        import inngest

        return inngest.Event(
            name=self.event_name,
            data=self.to_data(),
            id="" if id is None else check_id(self.event_name, id),
            ts=0 if ts is None else to_milliseconds(self.event_name, ts),
        )


def private_event_types() -> tuple[type[Event], ...]:
    """List the events that services declared for themselves.

    Returns:
        Their classes, by name; those of modules that were imported.
    """
    return tuple(cls for name, cls in sorted(_registry.items()) if name not in EVENT_NAMES)


def event_class(name: str) -> type[Event] | None:
    """Find the class that is registered under a name.

    Args:
        name: An event name.

    Returns:
        The class, or None. Of events outside the catalogue, only those are known whose modules were
        imported.
    """
    if name in EVENT_NAMES:
        # Those of the catalogue register when it is loaded; in this way, as it stands above this.
        import_module("platform_events.catalog")
    return _registry.get(name)


def require_event_class(name: str) -> type[Event]:
    """Find the class that is registered under a name, or say which names are near.

    Args:
        name: An event name.

    Returns:
        The class.

    Raises:
        InvalidEventNameError: The name is not well-formed.
        UnknownEventError: No event has this name; the nearest names are suggested.
    """
    found = event_class(validate_event_name(name))
    if found is None:
        raise UnknownEventError(name, tuple(suggest_event_names(name)))
    return found


def encode_event_data(event: Event) -> bytes:
    """Turn the data of an event into JSON, and refuse what was changed past its checks.

    Raises:
        InvalidEventError: The data breaks the schema.
    """
    wire = event.to_json()  # which checks the types
    event._check_unchanged(wire)  # pyright: ignore[reportPrivateUsage]  # of this module
    return wire


def encode_data(cls: type[Event], data: Mapping[str, object]) -> bytes:
    """Turn the data of an SDK event into JSON, by the rules for producers.

    Args:
        cls: The class of the event's name.
        data: The event's ``data``.

    Returns:
        One JSON object as UTF-8.

    Raises:
        InvalidEventError: The data breaks the schema, or holds fields that it does not know.
    """
    fields, carrier = split_context(data)
    wire = _to_wire(cls, cast("Mapping[str, object]", fields))
    cls.check_json(wire)
    return join_context(wire, carrier)


def _check_name(cls: type[Event], name: str) -> None:
    try:
        category = parse_event_name(name).category
    except InvalidEventNameError as error:
        raise EventDefinitionError(f"{cls.__name__}: {error}") from error
    module = cls.__module__.rpartition(".")[2]
    if module in set(Category) and module != category:
        raise EventDefinitionError(
            f"{cls.__name__} is in the module of {module} events, and {name!r} is one of {category}"
        )
    if name in EVENT_NAMES and not cls.__module__.startswith(_CATALOGUE):
        raise EventDefinitionError(
            f"{cls.__name__}: {name!r} is an event of the catalogue, so a service cannot declare "
            "it: import its class from platform_events, or name a private event "
            f"'platform/{category}.x-...', which no release ever takes"
        )
    if cls.__module__.startswith(_CATALOGUE) and _is_private(name):
        raise EventDefinitionError(
            f"{cls.__name__}: {name!r} begins with x-, which is kept for the private events of "
            "services"
        )
    other = _registry.get(name)
    # The same class again is a reload of its module, and takes the place of the old one.
    if other and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
        raise EventDefinitionError(
            f"{cls.__name__}: {name!r} is taken by {other.__module__}.{other.__qualname__}"
        )


def _is_private(name: str) -> bool:
    return parse_event_name(name).action.startswith(PRIVATE_PREFIX)


def _to_wire(cls: type[Event], data: object) -> bytes:
    if not isinstance(data, Mapping):
        raise _refusal(cls, "", "dict_type", "the data must be a JSON object")
    wire = b""
    with suppress(ValueError, RecursionError):
        members = cast("Mapping[object, object]", data)
        if type(members) is not dict:
            members = dict(members)
        wire = pydantic_core.to_json(members, inf_nan_mode="constants")
    if not wire:  # raised here, so that no context holds the values
        raise _refusal(cls, "", "json_type", "the data must hold JSON values only")
    return wire


def _refusal(cls: type[Event], location: str, rule: str, message: str) -> InvalidEventError:
    return InvalidEventError(cls.event_name, [Problem(location, rule, message)])
