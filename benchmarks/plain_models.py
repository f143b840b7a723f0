"""Writes the events down again as plain pydantic models, for what importing them costs at least."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from platform_events import EVENT_TYPES, Payload
from platform_events.events.fields import OpenKinds

_HEADER = """\
import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field
"""


_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")


def source() -> str:
    """Write a module with one plain model for every event.

    Returns:
        The module's source. Fields have the same names, types, bounds and defaults.
    """
    written: dict[type[BaseModel], str] = {}
    for event in EVENT_TYPES:
        _write(event, written)
    return "\n\n".join([_HEADER, *written.values()])


def _write(model: type[BaseModel], written: dict[type[BaseModel], str]) -> None:
    lines = [f"class {model.__name__}(BaseModel):"]
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        for part in _models_in(hints[name]):
            if part not in written:
                _write(part, written)
        default = "" if field.default is PydanticUndefined else f" = {field.default!r}"
        lines.append(f"    {name}: {_render(hints[name])}{default}")
    written[model] = "\n".join(lines)


def _models_in(hint: object) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, Payload):
        yield hint
    for part in get_args(hint):
        yield from _models_in(part)


def _render(hint: Any) -> str:  # Any: an annotation can be anything
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _render_annotated(arguments[0], arguments[1:])
    if origin is Literal:
        return f"Literal{list(arguments)!r}"
    if origin in {Union, UnionType}:
        return " | ".join(map(_render, arguments))
    if origin is tuple:
        return f"tuple[{_render(arguments[0])}, ...]"
    if hint is NoneType:
        return "None"
    return f"datetime.{hint.__name__}" if hint.__module__ == "datetime" else str(hint.__name__)


def _render_annotated(hint: Any, extras: tuple[object, ...]) -> str:  # Any: as above
    bounds: dict[str, object] = {}
    for extra in extras:
        if isinstance(extra, OpenKinds):
            kinds = [_render(kind) for kind in get_args(hint) if kind is not extra.fallback]
            return f"Annotated[{' | '.join(kinds)}, Field(discriminator='kind')]"
        bounds |= _bounds(extra)
    if not bounds:
        return _render(hint)
    keywords = ", ".join(f"{name}={value!r}" for name, value in bounds.items())
    return f"Annotated[{_render(hint)}, Field({keywords})]"


def _bounds(extra: object) -> dict[str, object]:
    bounds: dict[str, object] = {}
    if isinstance(extra, FieldInfo):
        if extra.discriminator:
            bounds["discriminator"] = extra.discriminator
        for part in extra.metadata:
            bounds |= _bounds(part)
        return bounds
    for name in _BOUNDS:
        value = getattr(extra, name, None)
        if value is not None:
            bounds[name] = value
    return bounds
