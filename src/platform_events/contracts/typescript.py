"""TypeScript for the Next.js app and whoever else uses the TypeScript SDK: one module to copy.

Out of the JSON Schema of each event come its constant, its types, and an ``EventType`` of the npm
package ``inngest``, version 4, which validates with zod 4. The npm package of :mod:`.npm` has the
same.

Why zod, and not the documents with a validator of JSON Schema: the usual validator compiles schemas
with ``new Function``, which edge runtimes forbid, and none compares instants. Lengths in code
points, instants, maps and open unions are not rules of zod; ``typescript_runtime/`` has them.

The SDK has one schema for what it sends and what it receives. A closed one would fail the runs of
consumers as soon as a producer adds a field. So ``create`` validates by a closed one and a trigger
by a tolerant one, as the Python package does.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ..catalog import EVENT_TYPES
from ..events.event import Event
from ._files import stamped, write_files
from ._typescript_catalogue import TypeScriptCatalogue, runtime

FILE_NAME: Final = "platform-events.ts"
"""What the module is called."""

_IMPORTS: Final = (
    'import { EventType, NonRetriableError, type StandardSchemaV1 } from "inngest";\n'
    'import * as z from "zod/mini";\n'
)


def typescript_module(events: Iterable[type[Event]] = EVENT_TYPES) -> str:
    """Write the module.

    Args:
        events: The event classes, in the order in which they are to come.

    Returns:
        The source of one TypeScript file, which needs no other.

    Example:
        >>> from platform_events.contracts.typescript import typescript_module
        >>> "export const scoringCalculate" in typescript_module([ScoringCalculate])
        True
    """
    catalogue = TypeScriptCatalogue(events)
    parts = [
        catalogue.header("The events of the platform: names, types, and validation.", "typescript"),
        "/* eslint-disable */\n",
        _IMPORTS,
        catalogue.constants(),
        runtime("names.ts"),
        runtime("events.ts").removeprefix(_IMPORTS),
        *(
            f"{catalogue.definition_type(name)}\n{catalogue.shape(name)}"
            for name in catalogue.definitions
        ),
        *(
            f"{catalogue.event_types(document)}{catalogue.event_type_declaration(document)}"
            f"= {catalogue.event_type_definition(document)}"
            for document in catalogue.documents
        ),
        catalogue.union(),
    ]
    return stamped("\n".join(parts))


def write(
    folder: Path, events: Iterable[type[Event]] = EVENT_TYPES, *, is_forced: bool = False
) -> Path:
    """Write the module to a file.

    Args:
        folder: Where it goes; it is made if need be.
        events: The event classes.
        is_forced: Whether to overwrite a module that was edited by hand.

    Returns:
        The file, named ``platform-events.ts``.

    Raises:
        ConfigurationError: The file was edited by hand, or is a symbolic link.
        OSError: The file cannot be written.
    """
    write_files(folder, {FILE_NAME: typescript_module(events)}, is_forced=is_forced)
    return folder / FILE_NAME
