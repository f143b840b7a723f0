"""``platform-events list``: the events, with a line about each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from .._printable import printable, printable_json
from ..events.event import Event
from ..naming import Category, parse_event_name
from ._modules import ModulesOption, event_types
from ._options import JsonOption
from ._tables import write_table


def _category(text: str) -> Category:
    if text in set(Category):
        return Category(text)
    near = get_close_matches(text.casefold(), list(Category), n=1)
    hint = f"Did you mean {near[0]!s}?" if near else f"There are {', '.join(Category)}."
    raise typer.BadParameter(f"no category is named {printable(text)}. {hint}")


def _complete_category(incomplete: str) -> list[str]:
    return [one for one in Category if one.startswith(incomplete)]


def list_events(
    category: Annotated[
        Category | None,
        typer.Option(
            parser=_category,
            metavar=f"[{'|'.join(Category)}]",
            autocompletion=_complete_category,
            help="Only those of one category.",
        ),
    ] = None,
    as_json: JsonOption = False,
    _: ModulesOption = None,
) -> None:
    """List the events, with what each says."""
    rows = [
        {
            "name": cls.event_name,
            "category": str(parse_event_name(cls.event_name).category),
            "class": cls.__name__,
            "summary": _summary(cls),
        }
        for cls in event_types()
    ]
    rows = [row for row in rows if category is None or row["category"] == category]
    if as_json:
        typer.echo(printable_json(rows, indent=2))
        return
    write_table((row["name"], row["class"], row["summary"]) for row in rows)


def _summary(cls: type[Event]) -> str:
    return (cls.__doc__ or "").partition("\n")[0]
