"""How values are written as JSON, where pydantic would read more than other languages do.

Instants and days have the one form of RFC 3339. Integers may be written as floats, such as ``1.0``
and ``1e2``, which are the same number to JSON Schema and JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ._instants import ANY_INSTANT_PATTERN, DAY_PATTERN

_MARK: Final = "platform_events"


def has_wire_grammar(node: dict[str, Any]) -> bool:  # Any: a core schema
    """Change a core schema in place so that JSON is read as it is written; tell whether it is."""
    # A type may give the same schema to every field.
    if _MARK in node.get("metadata", {}):
        return True
    kind = node.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return False
    metadata = node.pop("metadata", {})
    constructed = cast("CoreSchema", dict(node))

    def describe(_: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(constructed)

    node.clear()
    node.update(
        core_schema.json_or_python_schema(
            read(constructed),
            constructed,
            metadata={
                **metadata,
                _MARK: "wire grammar",
                "pydantic_js_functions": [describe, *metadata.get("pydantic_js_functions", ())],
            },
        )
    )
    return True


def _read_text(schema: CoreSchema, *, pattern: str, kind: str, form: str) -> CoreSchema:
    text = core_schema.custom_error_schema(core_schema.str_schema(strict=True), f"{kind}_type")
    matching = core_schema.custom_error_schema(
        core_schema.str_schema(pattern=pattern),
        f"{kind}_parsing",
        custom_error_context={"error": form},
    )
    # What comes before it leaves a string of Python's, which is not strictly an instant.
    read = cast("CoreSchema", {**schema, "strict": False})
    return core_schema.chain_schema([text, matching, read])


def _read_integer(schema: CoreSchema) -> CoreSchema:
    whole = core_schema.custom_error_schema(
        core_schema.chain_schema([
            core_schema.float_schema(strict=True, allow_inf_nan=False),
            core_schema.int_schema(strict=False),
        ]),
        "int_type",
    )  # fmt: skip
    return core_schema.chain_schema([whole, schema])


_READERS: Final[dict[str, Callable[[CoreSchema], CoreSchema]]] = {
    "datetime": partial(
        _read_text,
        pattern=ANY_INSTANT_PATTERN,
        kind="datetime",
        form="such as 2026-11-23T18:30:00Z",
    ),
    "date": partial(_read_text, pattern=DAY_PATTERN, kind="date", form="such as 2026-11-23"),
    "int": _read_integer,
}
