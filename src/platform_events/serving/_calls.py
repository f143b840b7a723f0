"""Checks the body of a call before the SDK reads it, as the SDK's errors would quote the values."""

from __future__ import annotations

from typing import Annotated, Any, Final, NotRequired

import pydantic
import pydantic_core
from typing_extensions import TypeAliasType, TypedDict

from ..errors import InvalidEventError

_TOLERANT: Final = pydantic.ConfigDict(strict=True, extra="ignore")
# The SDK puts it into a path unquoted.
_RunId = Annotated[str, pydantic.StringConstraints(pattern=r"\A[0-9A-Za-z_-]{1,128}\z")]


@pydantic.with_config(_TOLERANT)
class _Event(TypedDict):
    name: str
    data: NotRequired[dict[str, Any] | None]  # Any: what a producer sent
    id: NotRequired[str]
    ts: NotRequired[int]


# Named types, as FailFast cannot be hashed and the members of a union must be hashable.
_Ids = TypeAliasType("_Ids", Annotated[list[str], pydantic.FailFast()])
_Events = TypeAliasType("_Events", Annotated[list[_Event], pydantic.FailFast()])


@pydantic.with_config(_TOLERANT)
class _Stack(TypedDict):
    stack: NotRequired[_Ids | None]


@pydantic.with_config(_TOLERANT)
class _Context(TypedDict):
    attempt: int
    disable_immediate_execution: bool
    max_attempts: NotRequired[int | None]
    run_id: _RunId
    stack: _Stack


@pydantic.with_config(_TOLERANT)
class _Call(TypedDict):
    ctx: _Context
    event: _Event
    events: NotRequired[_Events | None]
    steps: dict[str, Any]  # Any: what steps returned
    use_api: bool


_CALL: Final = pydantic.TypeAdapter(_Call)


def call_error(body: bytes) -> str:
    """Return what is wrong with the body of a call; empty if nothing is."""
    try:
        return _missing_events(_CALL.validate_python(_parse(body)))
    except pydantic.ValidationError as error:
        return str(InvalidEventError.from_pydantic("call", error))
    except ValueError as error:  # its text holds a rule and a position, but no value
        return f"invalid call: Invalid JSON: {error}"


def _missing_events(call: _Call) -> str:
    is_complete = call["use_api"] or call.get("events") is not None
    return "" if is_complete else "invalid call: events: Field required, unless use_api is true"


def _parse(body: bytes) -> object:
    content: object = pydantic_core.from_json(body, allow_inf_nan=False, cache_strings="keys")
    return content
