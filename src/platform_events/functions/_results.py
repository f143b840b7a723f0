"""What functions and steps return: JSON on the way to Inngest, and typed on the way back.

A pydantic model, an event included, becomes a JSON object. It is read back by the type that the
handler declares to return, so that memoized steps and invoked functions give what the type says.
"""

from __future__ import annotations

import inspect
import math
import sys
import types
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import inngest
import pydantic
import pydantic_core
from pydantic import BaseModel, TypeAdapter
from typing_extensions import Format, TypeAliasType, get_annotations

from ..errors import InvalidEventError
from ..events._hidden import Hidden
from ..events.payload import Payload
from ._callables import layers
from ._final_error import FinalError

# Of 64 bits, as which the server reads all numbers.
_MAX_NUMBER: Final = int(sys.float_info.max)
_PLAIN: Final = (bool, int, float, str, object, type(None), None, Any, list, dict)
_CONTAINERS: Final = frozenset({list, dict, tuple, Sequence, Mapping, Union, types.UnionType})
_AWAITABLES: Final = frozenset({Awaitable, Coroutine})


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler returns."""

    subject: str  # whose result it is, for messages
    declared: object = None  # None if it is JSON, or is not known
    serializer: inngest.Serializer | None = None  # instead of pydantic

    @classmethod
    def of(
        cls, subject: str, handler: object, serializer: inngest.Serializer | None = None
    ) -> Result:
        """Take the type from the annotation of a handler, behind its decorators."""
        declared = _annotation(handler)
        is_known = serializer is not None or _adapter(declared) is not None
        return cls(subject, declared if is_known and not _is_json(declared) else None, serializer)

    @property
    def _type(self) -> object:
        # The SDK's own serializer reads a bare event class strictly, and annotated as JSON.
        is_sdks = isinstance(self.serializer, inngest.PydanticSerializer)
        return Annotated[self.declared, "JSON"] if is_sdks else self.declared

    def encode(self, value: Hidden[object]) -> object:
        """Convert what was returned to JSON."""
        converted = value
        if self.serializer is not None and self.declared is not None:
            converted = Hidden(self.serializer.serialize(value.value, self._type))
        try:
            return _to_json(converted.value)
        except _NotJsonError as error:
            problem = str(error)
        except RecursionError:
            problem = "it is nested too deeply, or holds itself"
        raise FinalError(f"{self.subject} returned data that is not JSON: {problem}")

    def encode_step(self, value: Hidden[object]) -> object:
        """Convert what a step returned to JSON that can be read back."""
        json = Hidden(self.encode(value))
        if self.declared is None and _has_model(value.value):
            raise FinalError(
                f"{self.subject} returned a model, but does not declare it: annotate the return "
                "type of its handler, or pass output_type="
            )
        return json.value

    def decode(self, json: Hidden[object]) -> object:
        """Read JSON back as the type that the handler declares."""
        if self.declared is None:
            return json.value
        if self.serializer is not None:
            return self.serializer.deserialize(json.value, self._type)
        adapter = _adapter(self.declared)
        if adapter is None:  # what was given as output_type=
            return json.value
        try:
            return adapter.validate_json(pydantic_core.to_json(json.value), extra="ignore")
        except pydantic.ValidationError as error:
            problem = str(InvalidEventError.from_pydantic(f"result of {self.subject}", error))
        # Raised out here, so that no context holds the values.
        raise FinalError(problem)


class _NotJsonError(Exception):
    """Says why a value is not JSON, without the value."""


def _to_json(value: object) -> object:
    match value:
        case None | str() | int():
            if isinstance(value, int) and abs(value) > _MAX_NUMBER:
                raise _NotJsonError("it holds an integer that is too large for a JSON number")
            return value
        case float():
            if not math.isfinite(value):
                raise _NotJsonError("it holds NaN or infinity")
            return value
        case BaseModel():
            return _to_json(_dump(value))
        case Mapping():
            members = cast("Mapping[object, object]", value).items()
            if not all(isinstance(key, str | int | float | None) for key, _ in members):
                raise _NotJsonError("it holds an object with keys that are not strings")
            return {key: _to_json(member) for key, member in members}
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [_to_json(item) for item in cast("Sequence[object]", value)]
        case _:
            raise _NotJsonError(f"it holds a value of type {type(value).__name__}")


def _dump(model: BaseModel) -> object:
    dumped: tuple[object, object] | None = None
    with suppress(ValueError, TypeError, RecursionError):  # what they say may hold values
        dumped = (
            model.model_dump(warnings=False),
            model.model_dump(
                mode="json", by_alias=True, warnings=False, exclude_none=isinstance(model, Payload)
            ),
        )
    if dumped is None:
        raise _NotJsonError(f"it holds a {type(model).__name__} that cannot be serialized")
    python, json = dumped
    # Pydantic makes null of some of them.
    if not _is_finite(python):
        raise _NotJsonError("it holds NaN or infinity")
    return json


def _is_finite(value: object) -> bool:
    match value:
        case float():
            return math.isfinite(value)
        case Mapping():
            return all(map(_is_finite, cast("Mapping[object, object]", value).values()))
        case list() | tuple() | set() | frozenset():
            return all(map(_is_finite, cast("Iterable[object]", value)))
        case _:
            return True


def _has_model(value: object) -> bool:
    match value:
        case BaseModel():
            return True
        case Mapping():
            return any(map(_has_model, cast("Mapping[object, object]", value).values()))
        case list() | tuple():
            return any(map(_has_model, cast("Sequence[object]", value)))
        case _:
            return False


def _annotation(handler: object) -> object:
    """Give the type that a handler declares to return, or None if nobody knows."""
    *_, function = layers(handler)
    try:
        found = _resolve_return(cast("Callable[..., object]", function))
    except Exception:  # noqa: BLE001  # an annotation may be anything
        return None
    return get_args(found)[-1] if get_origin(found) in _AWAITABLES else found


def _resolve_return(function: Callable[..., object]) -> object:
    # The return alone: what is annotated beside it may exist for type checkers only.
    raw = get_annotations(function, format=Format.FORWARDREF).get("return")

    def declares() -> None: ...

    declares.__annotations__ = {"return": raw}
    enclosed: Mapping[str, object] = inspect.getclosurevars(function).nonlocals
    names: dict[str, object] = getattr(function, "__globals__", {})
    return get_type_hints(declares, names, dict(enclosed), include_extras=True)["return"]


def _is_json(declared: object) -> bool:
    """Whether values of a type come back from JSON as they are, or nearly: a tuple as a list."""
    if isinstance(declared, TypeAliasType):
        return _is_json(declared.__value__)
    origin, parts = get_origin(declared), get_args(declared)
    if origin is Annotated:
        return _is_json(parts[0])
    if origin in _CONTAINERS:
        return all(part is Ellipsis or _is_json(part) for part in parts)
    # By identity, as not every annotation has a hash.
    is_plain = any(declared is one for one in _PLAIN)
    return is_plain or origin is Literal or isinstance(declared, TypeVar)


def _adapter(declared: object) -> TypeAdapter[object] | None:
    try:
        return _cached_adapter(declared)
    except TypeError:  # it has no hash
        return _make_adapter(declared)


def _make_adapter(declared: object) -> TypeAdapter[object] | None:
    try:
        # Any: TypeForm, which mypy 1 does not know yet.
        return TypeAdapter[object](cast("Any", declared))
    except pydantic.errors.PydanticUserError:  # a type that pydantic does not know
        return None


_cached_adapter: Final = lru_cache(maxsize=512)(_make_adapter)
