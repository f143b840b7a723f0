"""The events of a service's own: modules that declare them, and how the command sees them."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final

from ..catalog import EVENT_TYPES
from ..events.event import Event, private_event_types
from ._exit_codes import ExitCode, fail

ENTRY_POINTS: Final = "platform_events.events"
"""The group of entry points that name modules with events."""


def import_events(modules: list[str]) -> None:
    """Import the modules that declare private events: those given, and those of entry points.

    Args:
        modules: Names of modules, found from the working directory, too.

    Raises:
        typer.Exit: One cannot be imported.
    """
    named = [point.value for point in entry_points(group=ENTRY_POINTS)]
    if modules:
        sys.path.insert(0, "")
    for module in [*named, *modules]:
        try:
            import_module(module)
        except ImportError as error:
            fail(f"--module {module}: {error}", ExitCode.USAGE)


def event_types() -> tuple[type[Event], ...]:
    """List the events of the catalogue, and the private ones that were imported."""
    return (*EVENT_TYPES, *private_event_types())
