"""The base class of payloads: immutable, strictly typed, and silent about their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self, TypeAlias, cast

import pydantic_core
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from typing_extensions import dataclass_transform

from ..errors import EventDefinitionError, InvalidEventError, Problem
from ._bounds import length_error
from ._hidden import Hidden, hide_locals
from ._hints import with_hint
from ._subclass_hooks import subclass_hooks
from ._wire_grammar import has_wire_grammar
from .invariants import Invariants, invariants_of

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""The largest integer that survives the way: Inngest reads JSON numbers as 64-bit floats
(inngest/inngest: pkg/event/event.go)."""


Example: TypeAlias = Mapping[str, object]
"""The data of an event, or of a payload inside one, as JSON, for people to read."""

PRODUCING: Final = "producing"
"""The context in which JSON is checked as a producer's: what is open is closed."""

# The longest list whose bad items are all told of; in others validation stops at the first.
_TOLD_ITEMS: Final = 1_000

# What a core schema is made of, besides what has no parts.
_NODES: Final = frozenset({dict, list, tuple})


def _restrict(schema: object, *, tells_items: bool, is_part: bool = False) -> None:
    """Bound integers so that they keep their digits, demand offsets, and stop early in lists."""
    if isinstance(schema, dict):
        # A core schema is dicts, lists and tuples all the way down.
        node = cast("dict[str, Any]", schema)
        if is_part and node.get("type") == "model" and issubclass(node["cls"], Payload):
            return  # that was done when its own class was made
        if node.get("type") == "datetime":
            node.setdefault("tz_constraint", "aware")
        if node.get("type") == "int":
            node["le"] = min(node.get("le", MAX_SAFE_INTEGER), MAX_SAFE_INTEGER)
            node["ge"] = max(node.get("ge", -MAX_SAFE_INTEGER), -MAX_SAFE_INTEGER)
        if has_wire_grammar(node):
            return
        if node.get("type") in {"list", "tuple", "set", "frozenset"}:
            is_short = node.get("max_length", _TOLD_ITEMS + 1) <= _TOLD_ITEMS
            node["fail_fast"] = not (tells_items and is_short)
            tells_items = False  # of lists inside it
        passed_over = {"metadata", "default", "expected"}
        parts: Sequence[object] = [part for key, part in node.items() if key not in passed_over]
    else:
        parts = cast("Sequence[object]", schema)
    for part in parts:
        if type(part) in _NODES:
            _restrict(part, tells_items=tells_items, is_part=True)


def _keep(invariants: Invariants, payload: Payload) -> Payload:
    for invariant in invariants:
        if not invariant.holds(payload):
            rule = invariant.name.replace("-", "_")
            # pydantic wants literals, which what the catalogue says is as good as.
            raise PydanticCustomError(rule, invariant.message)  # pyright: ignore[reportArgumentType]
    return payload


def _check_fields(cls: type[Payload], invariants: Invariants) -> None:
    for invariant in invariants:
        for name in invariant.fields:
            if name not in cls.model_fields:
                raise EventDefinitionError(
                    f"{cls.__name__}: the invariant {invariant.name!r} names the field {name!r}, "
                    "which it does not have"
                )


# Whether the schema of a payload is being made, whose parts are as strict as the whole.
_is_inside_payload: Final = ContextVar("_is_inside_payload", default=False)


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass

    # Type checkers learn that fields cannot be assigned from this alone: pydantic tells them of
    # frozen classes, but not of classes that inherit it.
    @dataclass_transform(
        kw_only_default=True, frozen_default=True, field_specifiers=(Field, PrivateAttr)
    )
    class _FrozenMetaclass(ModelMetaclass): ...

else:
    _FrozenMetaclass = type(BaseModel)


class Payload(BaseModel, metaclass=_FrozenMetaclass):
    """The base class of events and of the structures inside them.

    Payloads are immutable, comparable, and hashable if their fields are. Their repr names the
    fields that are set and never shows a value, because payloads are health data. An event's
    ``to_data()`` shows them.

    Raises:
        InvalidEventError: A field is missing, unknown or breaks its rules.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )
    _is_event: ClassVar[bool] = False

    INVARIANTS: ClassVar[Invariants] = ()
    """What holds between the fields, beside the invariants of the bases."""

    EXAMPLE: ClassVar[Example] = {}
    """Data that could have been sent, with every field that goes together; the JSON Schema and the
    catalogue page show it. Without it, an example is made from the types."""

    if not TYPE_CHECKING:  # checkers shall see the signature that the fields make

        def __init__(self, /, **data: object) -> None:
            __tracebackhide__ = True
            problem = length_error(self._title(), type(self), data)
            try:
                if problem is None:
                    super().__init__(**data)
            except ValidationError as error:
                problem = self._refusal_of(error, is_constructed=True)
            if problem is not None:  # raised here, so that no context holds the values
                del data  # nor a frame
                raise problem

        # Without this mark pydantic validates JSON through __init__, and so by the rules for
        # producers. pydantic's own RootModel and SQLModel set it, too.
        __init__.__pydantic_base_init__ = True

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read JSON as JSON where the class is a field of another model, or a request's body.

        Web frameworks decode a body before they validate it, so that its instants are strings and
        its sequences lists. The class itself keeps its strict rules for what is constructed.
        """
        is_part = _is_inside_payload.get()
        token = _is_inside_payload.set(True)
        try:
            schema = handler(source)
        finally:
            _is_inside_payload.reset(token)
        if "__pydantic_validator__" not in vars(cls) or not cls.__pydantic_complete__:
            return cls._strict_schema(schema)
        if is_part:
            return schema
        # By a name of its own, as payloads in the same schema may have the class as a part.
        strict = cast("CoreSchema", {key: schema[key] for key in schema if key != "ref"})
        ref = f"{cls.__module__}.{cls.__qualname__}:{id(cls)}-decoded"
        return core_schema.with_info_wrap_validator_function(cls._read_decoded, strict, ref=ref)

    @classmethod
    def _read_decoded(
        cls, value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Self:
        if info.mode == "json" or not isinstance(value, dict):
            return handler(value)  # type: ignore[no-any-return]  # pydantic types it as Any
        cls._admit()
        # What its error says becomes a part of the error of the whole.
        wire = pydantic_core.to_json(value, inf_nan_mode="constants")
        return cls.__pydantic_validator__.validate_json(wire)  # type: ignore[no-any-return]  # as above

    @classmethod
    def _admit(cls, *, is_constructed: bool = False) -> None:
        """Refuse what cannot be used, and warn of what should not be."""

    @classmethod
    def _strict_schema(cls, schema: CoreSchema) -> CoreSchema:
        _restrict(schema, tells_items=cls._is_event)
        invariants = invariants_of(cls)
        if not invariants:
            return schema
        _check_fields(cls, invariants)
        # The whole is what others refer to, not what it wraps.
        ref = cast("dict[str, Any]", schema).pop("ref", None)
        return core_schema.no_info_after_validator_function(
            partial(_keep, invariants), schema, ref=ref
        )

    @classmethod
    def _refuse_private_fields(cls) -> None:
        """Refuse names that pydantic takes for private attributes, which are not sent."""
        for name in cls.__private_attributes__:
            raise EventDefinitionError(
                f"{cls.__name__}.{name} begins with an underscore, so that pydantic takes it for a "
                "private attribute, which is not sent: give the field another name, or declare it "
                "as a ClassVar if it is not a field"
            )

    @classmethod
    def __pydantic_init_subclass__(cls, **config: Any) -> None:  # Any: as pydantic declares it
        cls._refuse_private_fields()
        super().__pydantic_init_subclass__(**config)
        for watch in subclass_hooks:
            watch(cls)

    @classmethod
    @hide_locals
    def model_construct(
        cls, _fields_set: set[str] | None = None, **values: Any
    ) -> Self:  # Any: as pydantic declares it
        """Construct the payload with all checks, unlike pydantic: no payload breaks its schema.

        Args:
            _fields_set: Pydantic's; not used.
            **values: The fields.

        Returns:
            The payload, as calling the class returns it.

        Raises:
            InvalidEventError: A field is missing, unknown or breaks its rules.

        Example:
            >>> from platform_events import DistanceResult
            >>> DistanceResult.model_construct(distance_m=2_000.0).kind
            'distance'
        """
        return cls(**values)

    @hide_locals
    def model_copy(
        self, *, update: Mapping[str, Any] | None = None, deep: bool = False
    ) -> Self:  # Any: as pydantic declares it
        """Copy the payload with other values for some fields, which are checked.

        Args:
            update: New values by field name.
            deep: Whether nested structures are copied, too.

        Returns:
            The copy.

        Raises:
            InvalidEventError: A value breaks the rules of its field.

        Example:
            >>> from platform_events import DistanceResult
            >>> DistanceResult(distance_m=2_000.0).model_copy(update={"distance_m": 5_000.0})
            DistanceResult(kind=..., distance_m=...)
        """
        copied = super().model_copy(update=update, deep=deep)
        if not update:
            return copied
        unknown = sorted(update.keys() - type(self).model_fields.keys())
        if unknown:
            problems = [
                with_hint(type(self), Problem(name, "extra_forbidden", "There is no such field"))
                for name in unknown
            ]
            raise InvalidEventError(self._title(), problems)
        wire = b""
        with suppress(ValueError, RecursionError):
            wire = copied.__pydantic_serializer__.to_json(copied, warnings="none")
        # As a producer would, but with the open choices that a newer producer made.
        return self._validated(wire, extra="forbid")

    @classmethod
    def _validated(
        cls, wire: bytes, extra: Literal["ignore", "forbid"], *, context: object = None
    ) -> Self:
        try:
            return cls.__pydantic_validator__.validate_json(wire, extra=extra, context=context)  # type: ignore[no-any-return]  # pydantic types it as Any
        except ValidationError as error:
            problem = cls._refusal_of(error)
        raise problem  # here, so that no context holds the values

    @classmethod
    def _refusal_of(
        cls, error: ValidationError, *, is_constructed: bool = False
    ) -> InvalidEventError:
        """Take over what pydantic found, and say which mistake it may be."""
        found = InvalidEventError.from_pydantic(cls._title(), error)
        problems = [with_hint(cls, one, is_constructed=is_constructed) for one in found.problems]
        return InvalidEventError(found.event, problems, found.omitted)

    @classmethod
    def _title(cls) -> str:
        return cls.__name__

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        fields = type(self).model_fields
        return [(name, Hidden(None)) for name in fields if getattr(self, name, None) is not None]

    def __str__(self) -> str:
        return repr(self)
