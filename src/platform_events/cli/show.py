"""``platform-events show``: what an event means, its fields, and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Final, cast

import typer
from pydantic import JsonValue

from ..contracts.event_docs import event_doc
from ..contracts.field_text import FieldText, code
from ..contracts.json_schema import event_schema
from ..contracts.prose import without_marks
from ..contracts.schema_tree import JsonSchema, definitions, properties
from ..events.event import Event, require_event_class
from ._modules import ModulesOption, complete_name, event_types
from ._tables import write_table

_MARKS: Final = {"sensitive": "x-sensitive", "deprecated": "deprecated"}


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The name of an event, or of its class.",
            autocompletion=complete_name,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the JSON Schema of its data.")
    ] = False,
    _: ModulesOption = None,
) -> None:
    """Show one event: its fields and an example.

    Also who sends and handles it, and of each field the type, the unit and the range.
    """
    document = event_schema(_event_class(name))
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        show_event(document)


def _event_class(name: str) -> type[Event]:
    """Find an event by its name, or by that of its class if only one has it."""
    named = [cls for cls in event_types() if cls.__name__ == name]
    return named[0] if len(named) == 1 else require_event_class(name)


def show_event(document: JsonSchema) -> None:
    """Write what there is to know of an event."""
    text = FieldText(definitions(document))
    doc = event_doc(str(document.get("description", "")))
    typer.echo(f"{document['x-event-name']}\n{without_marks(doc.summary)}\n")
    facts = {
        "deprecated": str(document.get("x-deprecated-message", "")),
        "sent by": doc.sent_by,
        "handled by": doc.handled_by,
        "good to know": doc.notes,
        "class": str(document["title"]),
    }
    write_table([(term, without_marks(said)) for term, said in facts.items() if said])
    if properties(document):
        typer.echo("\nFields")
        write_table(_rows(document, text))
    for name, schema in definitions(document).items():
        if properties(schema):
            summary = str(schema.get("description", "")).partition("\n\n")[0]
            typer.echo(f"\n{name}: {without_marks(summary)}")
            write_table(_rows(schema, text))
    [example, *_] = cast("list[JsonSchema]", document["examples"])
    typer.echo(f"\nExample\n{json.dumps(example, indent=2, ensure_ascii=False)}")


def _rows(schema: JsonSchema, text: FieldText) -> Iterator[tuple[str, ...]]:
    required = cast("list[str]", schema.get("required", []))
    for name, field in properties(schema).items():
        marks = ["required" if name in required else "optional"]
        marks += [mark for mark, keyword in _MARKS.items() if field.get(keyword)]
        kind = ", ".join(map(without_marks, [text.kind(field), *text.limits(field)]))
        yield name, ", ".join(marks), kind, " ".join(_meaning(field, text))


def _meaning(field: JsonSchema, text: FieldText) -> Iterator[str]:
    if "description" in field:
        yield without_marks(str(field["description"]))
    if "x-deprecated-message" in field:
        yield f"Deprecated: {without_marks(str(field['x-deprecated-message']))}"
    choices = text.choices(field)
    if choices:
        yield f"Values: {_codes(choices)}."
    if "default" in field:
        yield f"Default: {_codes([field['default']])}."


def _codes(values: list[JsonValue]) -> str:
    return without_marks(", ".join(map(code, values)))
