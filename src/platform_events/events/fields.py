"""The types of payload fields that several events share.

Units are in the names of fields, ranges in these types. Whatever measures a body, tells of a
person's state or was written by one is marked :class:`Sensitive`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Final, TypeAlias, cast, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    PydanticKnownError,
    ValidationError,
    core_schema,
)

from ._envelope import EARLIEST, EVENT_ID_PATTERN, LATEST, MAX_ID_LENGTH
from .payload import MAX_SAFE_INTEGER, PRODUCING, Payload

MAX_CHOICE_LENGTH: Final = 64
"""The most characters of a value of an open choice."""

_UNKNOWN: Final = ""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Marks a field that holds health data or a person's words: ``x-sensitive`` in JSON Schema.

    Example:
        >>> from typing import Annotated
        >>> BodyWeight = Annotated[float, Sensitive()]
    """

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "x-sensitive": True}


@dataclass(frozen=True, slots=True)
class Open:
    """Marks a choice that will grow: ``Annotated[Literal["oura", "whoop"], Open()]``.

    A producer may use the listed values alone, and its type checker says so. A consumer that
    reads a value from a newer producer gets it as a plain string, so a handler's ``match`` on
    it keeps a ``case _`` for what does not exist yet. Type checkers take the listed values for all
    there are: under mypy's ``--warn-unreachable``, match on ``str(event.provider)``.

    Example:
        >>> from typing import Annotated, Literal
        >>> from pydantic import TypeAdapter
        >>> provider = TypeAdapter(Annotated[Literal["oura", "whoop"], Open()])
        >>> provider.validate_json('"a-ring-of-2031"')
        'a-ring-of-2031'
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        known: tuple[str, ...] = get_args(source)
        text = core_schema.str_schema(min_length=1, max_length=MAX_CHOICE_LENGTH)
        expected = " or ".join(map(repr, known))

        def refuse_unknown(value: str, info: core_schema.ValidationInfo) -> str:
            if info.context is PRODUCING and value not in known:
                raise PydanticKnownError("literal_error", {"expected": expected})
            return value

        return core_schema.json_or_python_schema(
            json_schema=core_schema.with_info_after_validator_function(refuse_unknown, text),
            python_schema=handler(source),
            # Else pydantic 2.12 warns of a value that it does not know, and shows it.
            serialization=core_schema.simple_ser_schema("str"),
            metadata={"pydantic_js_extra": {"x-known-values": list(known)}},
        )


@dataclass(frozen=True, slots=True)
class OpenKinds:
    """Marks a union that is told apart by ``kind`` and will grow.

    What a newer producer sends with a kind that no member has is read as the fallback, and does
    not fail the consumer's run. Nobody sends the fallback: it is for reading.

    Attributes:
        fallback: The member of the union that takes unknown kinds.

    Example:
        >>> from platform_events.catalog import Measurement
        >>> from pydantic import TypeAdapter
        >>> TypeAdapter(Measurement).validate_json('{"kind": "aura"}', extra="ignore").kind
        'aura'
    """

    fallback: type[Payload]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        members: tuple[type[Payload], ...] = get_args(source)
        kinds = {m.model_fields["kind"].default: m for m in members if m is not self.fallback}
        fallback = handler.generate_schema(self.fallback)

        def refuse_unknown(value: object, info: core_schema.ValidationInfo) -> object:
            if info.mode == "python" or info.context is PRODUCING:
                raise _unknown_kind(kinds)
            return value

        def kind_of(value: object) -> str | None:
            if isinstance(value, self.fallback):
                return _UNKNOWN
            if isinstance(value, dict):  # what JSON makes; construction gives members
                kind = cast("dict[str, object]", value).get("kind")
            else:
                kind = getattr(value, "kind", None)
            if not isinstance(kind, str):
                return None
            return kind if kind in kinds else _UNKNOWN

        return core_schema.tagged_union_schema(
            {kind: handler.generate_schema(m) for kind, m in kinds.items()}
            | {_UNKNOWN: core_schema.with_info_before_validator_function(refuse_unknown, fallback)},
            discriminator=kind_of,
        )


def _unknown_kind(kinds: Iterable[str]) -> ValidationError:
    expected = " or ".join(map(repr, kinds))
    problem = PydanticCustomError(
        "unknown_kind", "Input should be {expected}", {"expected": expected}
    )
    details: InitErrorDetails = {"type": problem, "loc": ("kind",), "input": None}
    return ValidationError.from_exception_data("", [details])


def _to_fixed_offset(value: datetime) -> datetime:
    """Keep the local time of day, as an offset that ISO 8601 can write."""
    offset = value.utcoffset()
    if not offset or offset % timedelta(minutes=1):
        return value.astimezone(UTC)
    return value.replace(tzinfo=timezone(offset), fold=0)


Timestamp: TypeAlias = Annotated[
    AwareDatetime, Field(ge=EARLIEST, lt=LATEST), AfterValidator(_to_fixed_offset)
]
"""An instant with its UTC offset, from 1980 to 2099."""

_Id: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")
]
MemberId: TypeAlias = _Id
"""A member of a gym, or of the platform alone."""
GymId: TypeAlias = _Id
"""A gym."""
WorkoutId: TypeAlias = _Id
"""A workout that a member logged."""
ResultId: TypeAlias = _Id
"""A result of a benchmark."""
SessionId: TypeAlias = _Id
"""A training session: a class, or a coach's hour."""
PostId: TypeAlias = _Id
"""A post in a community feed."""
CommentId: TypeAlias = _Id
"""A comment."""
ActivityId: TypeAlias = _Id
"""An entry of the activity feed."""
RuleId: TypeAlias = _Id
"""A threshold rule that a gym set up."""
ConnectionId: TypeAlias = _Id
"""One account at a wearable provider or an external service, connected to the platform."""
RecordId: TypeAlias = _Id
"""A record of the platform."""
EventId: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_ID_LENGTH, pattern=EVENT_ID_PATTERN)
]
"""The id of an event: what ``send_event`` returned, or the ``id=`` that it was sent with."""

# No control characters, no line breaks, no space at either end. Ranges, not classes such as \s,
# which the regular expressions of Python, Rust and JavaScript do not agree on.
_CONTROLS: Final = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_PRINTABLE: Final = (
    rf"^[^{_CONTROLS}\u0020\u00a0\ufeff]([^{_CONTROLS}]*[^{_CONTROLS}\u0020\u00a0\ufeff])?$"
)

ExternalId: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=512, pattern=_PRINTABLE)
]
"""An id that another service gave: any printable text, such as `users/a/dataPoints/b`."""
Label: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=_PRINTABLE)
]
"""A name as another service writes it: any printable text."""
Slug: TypeAlias = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
]
"""A short name made by people for machines, such as ``back-squat``."""
Version: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$")
]
"""The version of a model or an algorithm."""
FreeText: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=10_000), Sensitive()
]
"""What a person wrote."""

Count: TypeAlias = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
"""How many."""
SensitiveCount: TypeAlias = Annotated[int, Field(ge=0, le=10_000), Sensitive()]
"""How many of something that says something of a body."""
Score: TypeAlias = Annotated[float, Field(ge=0, le=100), Sensitive()]
"""A score of a provider, 0 to 100."""
Probability: TypeAlias = Annotated[float, Field(ge=0, le=1), Sensitive()]
"""0 to 1."""
Percentage: TypeAlias = Annotated[float, Field(ge=0, le=100), Sensitive()]
"""0 to 100, where a fraction cannot be told from a small percentage."""
DurationS: TypeAlias = Annotated[float, Field(ge=0, le=366 * 86_400)]
"""Seconds, at most a year."""
SpanS: TypeAlias = Annotated[float, Field(ge=0, le=2 * 86_400), Sensitive()]
"""Seconds, at most 48 hours: a day, a night, and what a journey across time zones makes of it."""
StageS: TypeAlias = Annotated[float, Field(ge=0, le=86_400), Sensitive()]
"""Seconds, at most 24 hours."""
WorkoutS: TypeAlias = Annotated[float, Field(ge=0, le=7 * 86_400), Sensitive()]
"""Seconds, at most 7 days: the longest races."""
DistanceM: TypeAlias = Annotated[float, Field(ge=0, le=1_000_000), Sensitive()]
"""Metres, at most a thousand kilometres."""
HeartRateBpm: TypeAlias = Annotated[float, Field(ge=20, le=300), Sensitive()]
"""Beats a minute."""
EnergyKcal: TypeAlias = Annotated[float, Field(ge=0, le=20_000), Sensitive()]
"""Kilocalories; the hardest day of a grand tour burns about 10,000."""
PowerW: TypeAlias = Annotated[float, Field(ge=0, le=3_000), Sensitive()]
"""Watts; sprinters reach 2,500."""
LoadKg: TypeAlias = Annotated[float, Field(ge=0.25, le=1_000), Sensitive()]
"""Kilograms moved at once: from the smallest plate to what no one has lifted."""
Exertion: TypeAlias = Annotated[float, Field(ge=0, le=10), Sensitive()]
"""How hard it felt, on Borg's CR10 scale: 0 nothing at all, 10 maximal."""
