"""Write what other languages and editors use, or name what is stale; `generate.py` calls it.

    python tools/write_contracts.py           write
    python tools/write_contracts.py --check   name the stale files, and write nothing

It imports the package, unlike the generator, which writes what the package cannot do without.
"""

from __future__ import annotations

import sys
from pathlib import Path

from field_docstrings import with_ranges

from platform_events import EVENT_TYPES
from platform_events.contracts import asyncapi, json_schema, typescript
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import JsonSchema, definitions, rules_of

FOLDER = Path(__file__).parent.parent / "schemas"
PAGE = FOLDER.parent / "docs" / "catalogue.md"


def contracts() -> dict[Path, str]:
    files = {FOLDER / name: text for name, text in json_schema.documents().items()}
    # Not the catalogue page: it changes in many lines with every word, and nobody reads it here.
    return (
        files
        | with_ranges()
        | {
            FOLDER / asyncapi.FILE_NAME: asyncapi.asyncapi_text(),
            FOLDER / "typescript" / typescript.FILE_NAME: typescript.typescript_module(),
            PAGE: page_with_rules(PAGE.read_text("utf-8")),
        }
    )


def page_with_rules(page: str) -> str:
    """Write the rules between fields, event by event and payload by payload, into the page."""
    schemas: dict[str, JsonSchema] = {}
    for kind in EVENT_TYPES:
        document = event_schema(kind)
        schemas |= {kind.__name__: document} | definitions(document)
    begin, end = "<!-- rules: begin -->\n", "<!-- rules: end -->"
    head, _, rest = page.partition(begin)
    paragraphs = [
        f"**`{name}`**: {'; '.join(messages)}.\n"
        for name, schema in sorted(schemas.items())
        if (messages := rules_of(schema))
    ]
    return "\n".join([head + begin, *paragraphs, end + rest.partition(end)[2]])


def main(arguments: list[str]) -> None:
    wanted = contracts()
    found = {path for path in FOLDER.rglob("*") if path.is_file()}
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    for path in sorted([*stale, *(found - wanted.keys())]):
        print(path.relative_to(FOLDER.parent))
        if "--check" in arguments:
            continue
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
