"""An npm package of the events, for services in TypeScript to depend on.

It holds what the module of :mod:`.typescript` holds, as JavaScript with declarations: ``names``
imports nothing, so that a component in the browser or at the edge can use it; the events need the
packages ``inngest`` and ``zod``. It is published with the wheel, under its version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Final

from ..catalog import EVENT_TYPES
from ..events.event import Event
from ._files import STAMP, stamped, write_files
from ._typescript_catalogue import TypeScriptCatalogue, constant_name, event_type_name, runtime

PACKAGE_NAME: Final = "platform-events"
"""What the package is called, unless another name is given."""

_EXPORTS: Final = {".": "index", "./events": "index", "./names": "names"}
_FILES: Final = ["index.js", "index.d.ts", "names.js", "names.d.ts"]


def npm_package(
    events: Iterable[type[Event]] = EVENT_TYPES, *, name: str = PACKAGE_NAME
) -> dict[str, str]:
    """Write the package.

    Args:
        events: The event classes, in the order in which they are to come.
        name: The name of the package, perhaps with the scope of an organisation.

    Returns:
        The text of each file, by its path.

    Example:
        >>> from platform_events.contracts.npm import npm_package
        >>> sorted(npm_package([ScoringCalculate]))[:4]
        ['LICENSE', 'README.md', 'index.d.ts', 'index.js']
    """
    catalogue = TypeScriptCatalogue(events)
    named = catalogue.header("The names of the platform's events; imports nothing.", "npm")
    headed = catalogue.header("The events of the platform: types, and validation.", "npm")
    texts = {
        "package.json": _package_json(name),
        "README.md": _readme(catalogue, name),
        "LICENSE": distribution("platform-events").read_text("licenses/LICENSE") or "MIT\n",
        "names.js": f"{named}{catalogue.constants_js()}{runtime('names.js')}",
        "names.d.ts": f"{named}{catalogue.constants(is_declared=True)}\n{runtime('names.d.ts')}",
        "index.js": f"{headed}{_javascript(catalogue)}",
        "index.d.ts": f"{headed}{_declarations(catalogue)}",
    }
    return {path: stamped(text) for path, text in texts.items()}


def write(
    folder: Path,
    events: Iterable[type[Event]] = EVENT_TYPES,
    *,
    name: str = PACKAGE_NAME,
    is_forced: bool = False,
) -> Path:
    """Write the package to a folder.

    Args:
        folder: Where it goes; it is made if need be.
        events: The event classes.
        name: The name of the package.
        is_forced: Whether to overwrite files that were edited by hand.

    Returns:
        The folder, ready for ``npm pack`` and ``npm publish``.

    Raises:
        ConfigurationError: A file was edited by hand, or is a symbolic link.
        OSError: A file cannot be written.
    """
    write_files(folder, npm_package(events, name=name), is_forced=is_forced)
    return folder


def _package_json(name: str) -> str:
    exports: dict[str, object] = {
        path: {"types": f"./{file}.d.ts", "default": f"./{file}.js"}
        for path, file in _EXPORTS.items()
    }
    package = {
        "name": name,
        "version": version("platform-events"),
        "description": "The typed events of the fitness platform, for Inngest's TypeScript SDK.",
        "license": "MIT",
        "type": "module",
        "sideEffects": False,
        "main": "./index.js",
        "types": "./index.d.ts",
        "exports": exports | {"./package.json": "./package.json"},
        "files": _FILES,
        "engines": {"node": ">=20"},
        "peerDependencies": {"inngest": "^4.0.0", "typescript": ">=5.8", "zod": "^4.0.0"},
        "peerDependenciesMeta": {"typescript": {"optional": True}},
        "keywords": ["inngest", "events", "zod", "typed"],
        "platformEvents": STAMP,
    }
    return f"{json.dumps(package, indent=2)}\n"


def _javascript(catalogue: TypeScriptCatalogue) -> str:
    names = "".join(f"  {constant_name(document)},\n" for document in catalogue.documents)
    imports, _, code = runtime("events.js").partition('from "zod/mini";\n')
    parts = [
        f'{imports}from "zod/mini";\n',
        f'import {{\n{names}}} from "./names.js";\n\nexport * from "./names.js";\n',
        code,
        *map(catalogue.shape, catalogue.definitions),
        *(
            f"export const {event_type_name(document)} = "
            + catalogue.event_type_definition(document)
            for document in catalogue.documents
        ),
    ]
    return "\n".join(parts)


def _declarations(catalogue: TypeScriptCatalogue) -> str:
    names = "".join(f"  {constant_name(document)},\n" for document in catalogue.documents)
    parts = [
        f'import type {{\n{names}}} from "./names.js";\n\nexport * from "./names.js";\n',
        runtime("events.d.ts"),
        *map(catalogue.definition_type, catalogue.definitions),
        *(
            catalogue.event_types(document)
            + catalogue.event_type_declaration(document, is_declared=True)
            for document in catalogue.documents
        ),
        catalogue.union(),
    ]
    return "\n".join(parts)


def _readme(catalogue: TypeScriptCatalogue, name: str) -> str:
    document = catalogue.documents[0]
    return f"""\
# {name}

The events of the fitness platform for services in TypeScript: one event type each for the SDK of
[Inngest](https://www.inngest.com), with its types and its validation.

```console
npm install {name} inngest zod
```

```typescript
import {{ Inngest }} from "inngest";
import {{ {event_type_name(document)} }} from "{name}";

const inngest = new Inngest({{ id: "my-app" }});

export const handle = inngest.createFunction(
  {{ id: "handle", triggers: [{event_type_name(document)}] }},
  async ({{ event }}) => event.name,
);
```

Names, their types and their grammar are in `{name}/names`, which imports nothing:

```typescript
"use client";
import {{ {constant_name(document)}, isKnownEventName }} from "{name}/names";

export const isOurs = isKnownEventName({constant_name(document)});
```

`create(...)` takes known fields and values only. A handler also gets what a newer producer sends:
unknown fields are ignored, and an unknown value of an open choice has the type `NewerValue`.

Generated by `platform-events export npm`. Do not edit.

<!-- platform-events {version("platform-events")}, {STAMP} -->
"""
