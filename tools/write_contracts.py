"""Write what other languages and editors use, or name what is stale; `generate.py` calls it.

    python tools/write_contracts.py           write
    python tools/write_contracts.py --check   name the stale files, and write nothing

It imports the package, unlike the generator, which writes what the package cannot do without.
"""

from __future__ import annotations

import sys
from pathlib import Path

from field_docstrings import with_ranges

from platform_events.contracts import asyncapi, json_schema, typescript

FOLDER = Path(__file__).parent.parent / "schemas"


def contracts() -> dict[Path, str]:
    files = {FOLDER / name: text for name, text in json_schema.documents().items()}
    # Not the catalogue page: it changes in many lines with every word, and nobody reads it here.
    return (
        files
        | with_ranges()
        | {
            FOLDER / asyncapi.FILE_NAME: asyncapi.asyncapi_text(),
            FOLDER / "typescript" / typescript.FILE_NAME: typescript.typescript_module(),
        }
    )


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
