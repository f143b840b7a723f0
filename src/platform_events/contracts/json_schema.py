"""JSON Schema 2020-12: one document for each event, and one for the envelope that carries it.

A document describes what a producer may send. Whoever reads is more tolerant, and
:func:`consumer_schema` turns a document into what a consumer takes. What JSON Schema has no
keywords for is said in these, which validators ignore:

================================  =============================================================
keyword                           meaning
================================  =============================================================
``x-event-name``                  the name of the event whose data the document describes
``x-open``                        an open choice: a consumer reads by the schema in it, instead
``x-fallback``                    an open union: kinds that ``discriminator`` does not map are
                                  read as this definition, and not sent
``x-sensitive``                   health data, or a person's words: not to be logged or shown
``x-unit``                        the unit of a quantity in UCUM (https://ucum.org)
``x-minimum``                     the first instant that is allowed
``x-exclusive-maximum``           the first instant that is no longer allowed
``x-deprecated-message``          beside ``deprecated``: what to use instead
``x-invariants``                  what holds between the fields of an object, beside their own
                                  rules: a list of :mod:`~platform_events.events.invariants`
``x-data-schema``                 in the envelope: the ``$id`` of the document of its ``data``
================================  =============================================================

Rules of Python's that no document expresses, each for its reason:

* An object that breaks one of its ``x-invariants``, such as a follower that follows itself.
* An instant of the first or the last day of its range can lie outside of it in UTC: that is
  arithmetic. ``x-minimum`` and ``x-exclusive-maximum`` say it.
* A text with half a surrogate pair is refused in Python. JSON can write one, but no Unicode text
  holds it, and regular expressions for it differ between languages.
* A number beyond the doubles, such as ``1e400``, is refused in Python as infinite.

Patterns are ECMA-262, as JSON Schema has them, where ``$`` is the end of the text. A validator that
uses Python's ``re`` takes a newline before the end, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

from pydantic import JsonValue

from ..catalog import EVENT_TYPES
from ..errors import InvalidEventError
from ..events._envelope import EARLIEST, EVENT_ID_PATTERN, LATEST, MAX_ID_LENGTH
from ..events.event import Event
from ..naming import EVENT_NAME_PATTERN, MAX_NAME_LENGTH
from ._examples import example_of
from ._files import write_files
from ._wire_schema import deprecation, wire_schema
from .schema_tree import JsonSchema, alternatives, is_map, sort_keywords

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NOTICE: Final = "Generated from the catalogue by `make generate`. Do not edit."


def event_schema(cls: type[Event]) -> JsonSchema:
    """Describe the data of an event, as a producer may send it.

    Args:
        cls: The class of the event.

    Returns:
        The document: JSON values, in an order that only changes where the event does.

    Example:
        >>> from platform_events.contracts.json_schema import event_schema
        >>> document = event_schema(ScoringCalculate)
        >>> document["$id"]
        'urn:platform-events:platform/scoring.calculate'
        >>> document["properties"]["score"]["enum"]
        ['performance', 'progress']
    """
    document = wire_schema(cls)
    complete, least = _examples(cls, document)
    document |= {
        "$schema": _DIALECT,
        "$id": _urn(cls.event_name),
        "$comment": _NOTICE,
        "x-event-name": cls.event_name,
        **deprecation(getattr(cls, "__deprecated__", None)),
        "examples": [complete] if complete == least else [complete, least],
    }
    return sort_keywords(document)


def envelope_schema() -> JsonSchema:
    """Describe one event as it is sent: the envelope around its data.

    Returns:
        The document. Its ``data`` is any object; ``x-data-schema`` says which document it follows.

    Example:
        >>> from platform_events.contracts.json_schema import envelope_schema
        >>> envelope_schema()["required"]
        ['name', 'data']
    """
    return sort_keywords({
        "$schema": _DIALECT,
        "$id": _urn("envelope"),
        "$comment": _NOTICE,
        "title": "Envelope",
        "description": "One event of the platform as it is sent to Inngest.",
        "type": "object",
        "properties": {
            "name": {
                "title": "Name",
                "description": "What happened, or what is asked for.",
                "type": "string",
                "pattern": f"^{EVENT_NAME_PATTERN}$",
                "maxLength": MAX_NAME_LENGTH,
            },
            "data": {
                "title": "Data",
                "description": "What the document of the event describes.",
                "type": "object",
                "x-data-schema": _urn("{name}"),
            },
            "id": {
                "title": "Id",
                "description": "An idempotency key: no function runs twice for it in 24 hours.",
                "type": "string",
                "pattern": EVENT_ID_PATTERN,
                "minLength": 1,
                "maxLength": MAX_ID_LENGTH,
            },
            "ts": {
                "title": "Ts",
                "description": "When it happened, since 1970; when it is sent, if absent.",
                "x-unit": "ms",
                "type": "integer",
                "minimum": int(EARLIEST.timestamp() * 1000),
                "exclusiveMaximum": int(LATEST.timestamp() * 1000),
            },
            "v": {
                "title": "V",
                "description": "Of no use here: a breaking change is an event with a new name.",
                "type": "string",
            },
        },
        "required": ["name", "data"],
        "additionalProperties": False,
        "examples": [
            {
                "name": EVENT_TYPES[0].event_name,
                "data": cast("JsonSchema", dict(EVENT_TYPES[0].EXAMPLE)),
                "id": "event:1",
                "ts": 1795458600000,
            }
        ],
    })  # fmt: skip


def consumer_schema(document: JsonSchema) -> JsonSchema:
    """Turn a document into what a consumer takes: the tolerant side of the same event.

    Args:
        document: The document of an event, or of the envelope.

    Returns:
        Another one, in which unknown fields are allowed and open choices are open.

    Example:
        >>> from platform_events.contracts.json_schema import consumer_schema
        >>> consumer_schema({"type": "string", "enum": ["a"], "x-open": {"type": "string"}})
        {'type': 'string'}
    """
    return cast("JsonSchema", _opened(document))


def documents(events: Iterable[type[Event]] = EVENT_TYPES) -> dict[str, str]:
    """Write down all documents.

    Args:
        events: The event classes.

    Returns:
        The text of each file, by its path below the folder of the schemas.

    Example:
        >>> from platform_events.contracts.json_schema import documents
        >>> sorted(documents([ScoringCalculate]))
        ['envelope.json', 'platform/scoring.calculate.json']
    """
    files = {f"{cls.event_name}.json": _text(event_schema(cls)) for cls in events}
    return {"envelope.json": _text(envelope_schema())} | files


def write(folder: Path, events: Iterable[type[Event]] = EVENT_TYPES) -> None:
    """Write all documents to files.

    Args:
        folder: The folder of the schemas; it is made if need be. Other files in it stay.
        events: The event classes.

    Raises:
        OSError: A file cannot be written.
    """
    write_files(folder, documents(events))


def _examples(cls: type[Event], document: JsonSchema) -> tuple[JsonValue, JsonValue]:
    """Give an example with every field that goes together, and the least that may be sent."""
    if not cls.EXAMPLE:
        complete, least = (example_of(document, complete=complete) for complete in (True, False))
        return complete, least
    example = cast("JsonSchema", dict(cls.EXAMPLE))
    least = example
    # The last fields first, since some make sense only together with an earlier one.
    for name, field in reversed(cls.model_fields.items()):
        without = {key: part for key, part in least.items() if key != name}
        if not field.is_required() and _may_be_sent(cls, without):
            least = without
    return example, least


def _may_be_sent(cls: type[Event], data: JsonSchema) -> bool:
    try:
        cls.check_json(json.dumps(data).encode())
    except InvalidEventError:
        return False
    return True


def _opened(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_opened(part) for part in value]
    if not isinstance(value, dict):
        return value
    opened = cast("JsonSchema", value.get("x-open", {}))
    closed = {"x-open", "enum"} if opened else set[str]()
    if value.get("additionalProperties") is False and not is_map(value):
        closed.add("additionalProperties")
    kept = {key: part for key, part in value.items() if key not in closed}
    if "x-fallback" in value:
        kept["oneOf"] = [*alternatives(value), {"$ref": value["x-fallback"]}]
    return {key: _opened(part) for key, part in {**kept, **opened}.items()}


def _urn(name: str) -> str:
    return f"urn:platform-events:{name}"


def _text(document: JsonSchema) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
