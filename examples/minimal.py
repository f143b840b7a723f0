"""The least that an event can be, made from its schema, for want of an example of its own."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from platform_events import Event

Schema: TypeAlias = dict[str, Any]  # Any: a JSON Schema, which nests as it likes
E = TypeVar("E", bound=Event)


def minimal(kind: type[E]) -> E:
    """Make an event that has its required fields alone.

    Args:
        kind: The class.

    Returns:
        An event with the first choice, a low number and a short text everywhere.

    Raises:
        InvalidEventError: A text has a pattern that ``x`` does not match, or numbers are below 0.

    Example:
        >>> from platform_events import ScoringCalculate
        >>> minimal(ScoringCalculate).to_data()
        {'member_id': 'x', 'gym_id': 'x', 'score': 'performance', 'reason': 'workout-logged'}
    """
    schema = kind.model_json_schema()
    return kind.from_data(_object(schema, schema.get("$defs", {})))


def _object(schema: Schema, shared: Schema) -> dict[str, object]:
    fields: Schema = schema["properties"]
    # What tells the members of a union apart has a default and is needed all the same.
    needed = [
        n for n, field in fields.items() if n in schema.get("required", ()) or "const" in field
    ]
    return {name: _value(fields[name], shared) for name in needed}


def _value(schema: Schema, shared: Schema) -> object:  # noqa: PLR0911  # one for each kind of schema
    match schema:
        case {"$ref": str(reference)}:
            return _value(shared[reference.rpartition("/")[2]], shared)
        case {"const": constant}:
            return constant
        case {"enum": [first, *_]} | {"x-known-values": [first, *_]}:
            return first
        case {"oneOf": [first, *_]} | {"anyOf": [first, *_]}:
            return _value(first, shared)
        case {"type": "object"}:
            return _object(schema, shared)
        case {"type": "array"}:
            return [_value(schema["items"], shared)] * schema.get("minItems", 0)
        case {"type": "boolean"}:
            return False
        case {"type": "integer" | "number"}:
            return max(schema.get("minimum", 0), schema.get("exclusiveMinimum", -1) + 1)
        case {"format": "date-time"}:
            return "2026-11-23T18:30:00Z"
        case {"format": "date"}:
            return "2026-11-23"
        case _:
            return "x"
