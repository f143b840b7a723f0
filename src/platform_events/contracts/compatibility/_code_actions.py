"""What to write where a change needs an event of its own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import cache
from textwrap import indent

from ...events.event import event_class
from ._shapes import Schema
from .changes import Finding, next_name


def code_action(finding: Finding, new: Mapping[str, Schema]) -> str:
    """Write the event as it was, deprecated, and its successor; nothing if none is needed."""
    if not finding.is_breaking or not finding.needs_successor or finding.event not in new:
        return ""
    event, successor = finding.event, next_name(finding.event)
    title = _title(event, new)
    next_title = f"{re.sub('V[0-9]+$', '', title)}V{successor.rpartition('-v')[2]}"
    return (
        f'@deprecated("Use {next_title}.")\n'
        f'class {title}(Event, name="{event}"):\n'
        "    ...  # as it was released\n\n\n"
        f'class {next_title}(Event, name="{successor}"):\n'
        f"{_body(event)}\n"
    )


def _title(event: str, new: Mapping[str, Schema]) -> str:
    schema = new[event]
    title = str(schema.get("title", "")) if isinstance(schema, dict) else ""
    words = re.findall("[a-z0-9]+", event.partition(".")[2])
    return title if title.isidentifier() else "".join(word.capitalize() for word in words)


@cache
def _body(event: str) -> str:
    """Give the lines below the class statement, which are the new form."""
    cls = event_class(event)
    try:
        source = inspect.getsource(cls) if cls else ""
    except (OSError, TypeError):
        source = ""
    found = re.search(r"^class [^\n]*?:\n(.*)", source, re.DOTALL | re.MULTILINE)
    return found[1].rstrip() if found else indent("...  # as it is now", "    ")
