"""Code to copy: how to send and to handle an event, in Python and in TypeScript."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from pydantic import JsonValue

from ._typescript_catalogue import event_type_name
from ._typescript_zod import literal, property_key
from .schema_tree import JsonSchema, alternatives, definitions, properties, ref_name

_WIDTH: Final = 80
_PYTHON: Final = 4
_TYPESCRIPT: Final = 2


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code, ready to be copied."""

    language: str  # "Python", "TypeScript" or "JSON"
    purpose: str  # such as "Send it"
    code: str


def snippets(document: JsonSchema) -> list[Snippet]:
    [data, *_] = cast("list[JsonSchema]", document["examples"])
    message: JsonValue = {"name": document["x-event-name"], "data": data}
    return [
        Snippet("Python", "Send it", _python_sending(document, data)),
        Snippet("Python", "Handle it", _python_handling(document)),
        Snippet("TypeScript", "Send it", _typescript_sending(document, data)),
        Snippet("TypeScript", "Handle it", _typescript_handling(document)),
        Snippet("JSON", "On the wire", json.dumps(message, indent=2, ensure_ascii=False) + "\n"),
    ]


@dataclass(frozen=True, slots=True)
class _Group:
    """What is in brackets, and goes on one line if there is room."""

    before: str
    items: Sequence[_Part]
    after: str


_Part: TypeAlias = "str | _Group"


def _python_sending(document: JsonSchema, data: JsonSchema) -> str:
    writer = _Python(definitions(document))
    event = _laid_out(_surrounded("event = ", writer.construct(document, data)), _PYTHON)
    dates = f"from datetime import {', '.join(sorted(writer.dates))}\n\n" if writer.dates else ""
    imported = _Group("from platform_events import (", [*sorted(writer.classes), "send_event"], ")")
    return f"{dates}{_imports(imported)}\n\n{event}\nsend_event(event)\n"


def _python_handling(document: JsonSchema) -> str:
    title, slug = str(document["title"]), _slug(document)
    imported = _Group("from platform_events import (", [title, "create_function"], ")")
    handler = _Group(
        f"async def on_{slug.replace('-', '_')}(",
        ["ctx: inngest.Context", f"event: {title}"],
        ") -> None:",
    )
    decorator = _Group("@create_function(", [f'fn_id="on-{slug}"', f"trigger={title}"], ")")
    return (
        f"import inngest\n\n{_imports(imported)}\n\n\n"
        f"{_laid_out(decorator, _PYTHON)}\n{_laid_out(handler, _PYTHON)}\n"
        '    ctx.logger.info("%s arrived", event.event_name)\n'
    )


def _imports(imported: _Group) -> str:
    short = f"{imported.before.rstrip('(')}{', '.join(map(str, imported.items))}"
    return short if len(short) <= _WIDTH else _laid_out(imported, _PYTHON)


class _Python:
    """Writes data as what constructs it."""

    def __init__(self, known: dict[str, JsonSchema]) -> None:
        self._known = known
        self.classes: set[str] = set()
        self.dates: set[str] = set()

    def construct(self, schema: JsonSchema, data: JsonSchema) -> _Part:
        title = str(schema["title"])
        self.classes.add(title)
        fields = [
            _surrounded(f"{name}=", self.of(field, data[name]))
            for name, field in properties(schema).items()
            # What is constant is the default.
            if name in data and "const" not in field
        ]
        return _Group(f"{title}(", fields, ")")

    def of(self, schema: JsonSchema, value: JsonValue) -> _Part:
        match schema:
            case {"$ref": _}:
                return self.of(self._known[ref_name(schema)], value)
            case {"discriminator": {"propertyName": str(name), "mapping": dict(mapping)}}:
                kind = str(cast("JsonSchema", value)[name])
                return self.of({"$ref": mapping[kind]}, value)
            case {"anyOf": _} | {"oneOf": _}:
                # Examples are of the first.
                return self.of(alternatives(schema)[0], value)
            case {"properties": _}:
                return self.construct(schema, cast("JsonSchema", value))
            case {"type": "array", "items": dict(items)}:
                parts = [self.of(items, part) for part in cast("list[JsonValue]", value)]
                return _Group("(", parts, ",)" if len(parts) == 1 else ")")
            case {"format": "date-time"}:
                return self._date("datetime", value)
            case {"format": "date"}:
                return self._date("date", value)
            case _:
                return _python_literal(value)

    def _date(self, kind: str, value: JsonValue) -> _Part:
        self.dates.add(kind)
        return _Group(f"{kind}.fromisoformat(", [literal(value)], ")")


def _python_literal(value: JsonValue) -> _Part:
    if isinstance(value, dict):
        items = [_surrounded(f"{literal(name)}: ", _python_literal(v)) for name, v in value.items()]
        return _Group("{", items, "}")
    if isinstance(value, list):
        return _Group("[", [_python_literal(part) for part in value], "]")
    return literal(value) if isinstance(value, str) else repr(value)


def _typescript_sending(document: JsonSchema, data: JsonSchema) -> str:
    fields = _typescript_literal(data)
    created = _surrounded(f"{event_type_name(document)}.create(", fields, ")")
    return (
        f"{_typescript_head(document)}"
        f"await inngest.send(\n  {_laid_out(created, _TYPESCRIPT, 2)},\n);\n"
    )


def _typescript_handling(document: JsonSchema) -> str:
    slug, event_type = _slug(document), event_type_name(document)
    options = _Group("{ ", [f'id: "on-{slug}"', f"triggers: [{event_type}]"], " }")
    return (
        f"{_typescript_head(document)}"
        f"export const on{event_type[:1].upper()}{event_type[1:]} = inngest.createFunction(\n"
        f"  {_laid_out(options, _TYPESCRIPT, 2)},\n"
        "  async ({ event }) => {\n"
        "    console.log(`${event.name} arrived`);\n"
        "  },\n"
        ");\n"
    )


def _typescript_head(document: JsonSchema) -> str:
    return (
        'import { Inngest } from "inngest";\n'
        f'import {{ {event_type_name(document)} }} from "./platform-events";\n\n'
        'const inngest = new Inngest({ id: "my-app" });\n\n'
    )


def _typescript_literal(value: JsonValue) -> _Part:
    if isinstance(value, dict):
        items = [
            _surrounded(f"{property_key(name)}: ", _typescript_literal(v))
            for name, v in value.items()
        ]
        return _Group("{ ", items, " }")
    if isinstance(value, list):
        return _Group("[", [_typescript_literal(part) for part in value], "]")
    return literal(value)


def _slug(document: JsonSchema) -> str:
    return re.sub("[^a-z0-9]+", "-", str(document["x-event-name"]).removeprefix("platform/"))


def _surrounded(before: str, part: _Part, after: str = "") -> _Part:
    if isinstance(part, str):
        return f"{before}{part}{after}"
    return _Group(f"{before}{part.before}", part.items, f"{part.after}{after}")


def _laid_out(part: _Part, step: int, column: int = 0) -> str:
    """Write it in one line if there is room, else with a line for each item, as formatters do."""
    line = _in_one_line(part)
    if isinstance(part, str) or column + len(line) < _WIDTH:
        return line
    inner = column + step
    items = "".join(f"{' ' * inner}{_laid_out(item, step, inner)},\n" for item in part.items)
    return f"{part.before.rstrip()}\n{items}{' ' * column}{part.after.lstrip(' ,')}"


def _in_one_line(part: _Part) -> str:
    if isinstance(part, str):
        return part
    if not part.items:
        return f"{part.before.rstrip()}{part.after.lstrip()}"
    return f"{part.before}{', '.join(map(_in_one_line, part.items))}{part.after}"
