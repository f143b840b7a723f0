"""Let the docstring of every quantity of the catalogue end with its range and unit.

Editors show a field's docstring and nothing of its type, and the type is where both are declared.
`tools/write_contracts.py` calls this; what others are told of a field is without that sentence.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from platform_events import EVENT_TYPES
from platform_events.contracts._field_docs import RANGE_SENTENCE
from platform_events.contracts.field_text import FieldText
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import definitions, properties

CATALOG = Path(__file__).parent.parent / "src" / "platform_events" / "catalog"
_NUMBERS = {"number", "whole number"}


def with_ranges() -> dict[Path, str]:
    """Give the modules of the catalogue as they are to be."""
    ranges = dict(_ranges())
    return {path: _with_ranges(path, ranges) for path in sorted(CATALOG.glob("[a-z]*.py"))}


def _ranges() -> Iterator[tuple[tuple[str, str], str]]:
    """Give the range of each quantity, by its class and its name."""
    for event in EVENT_TYPES:
        document = event_schema(event)
        text = FieldText(definitions(document))
        for class_name, schema in ({event.__name__: document} | definitions(document)).items():
            for name, field in properties(schema).items():
                limits = list(text.limits(field))
                if text.kind(field) in _NUMBERS and limits:
                    yield (class_name, name), f"{limits[0][0].upper()}{limits[0][1:]}."


def _with_ranges(path: Path, ranges: dict[tuple[str, str], str]) -> str:
    source = path.read_text("utf-8")
    lines = source.splitlines(keepends=True)
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    # From the end, so that the numbers of the lines before stay what they are.
    for cls in reversed(classes):
        known = _declared(cls, classes, ranges)
        for field, below in reversed(list(pairwise([*cls.body, ast.Pass()]))):
            match field:
                case ast.AnnAssign(target=ast.Name(id=name), end_lineno=int(end)) if name in known:
                    docstring = _docstring(below)
                    last = below.end_lineno if docstring else end
                    lines[end:last] = [_literal(docstring or "", known[name])]
                case _:
                    pass
    return "".join(lines)


def _declared(
    cls: ast.ClassDef, classes: list[ast.ClassDef], ranges: dict[tuple[str, str], str]
) -> dict[str, str]:
    """Give the ranges of the quantities of a class; of a base, those of what inherits from it."""
    heirs = {cls.name}
    for other in classes:  # in the order of the source: a base comes before its heirs
        if heirs & {base.id for base in other.bases if isinstance(base, ast.Name)}:
            heirs.add(other.name)
    return {name: text for (heir, name), text in ranges.items() if heir in heirs}


def _docstring(node: ast.stmt) -> str | None:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
        case _:
            return None


def _literal(docstring: str, sentence: str) -> str:
    text = " ".join(filter(None, [RANGE_SENTENCE.sub("", docstring), sentence]))
    lines = textwrap.wrap(f'"""{text}"""', 96, break_on_hyphens=False)
    return textwrap.indent("\n".join(lines), "    ") + "\n"
