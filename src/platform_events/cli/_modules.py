"""The events of a service's own: modules that declare them, and how the command sees them."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import entry_points
from typing import Annotated, Final, TypeAlias

import typer

from ..catalog import EVENT_TYPES
from ..events.event import Event, private_event_types
from ._exit_codes import ExitCode, fail

ENTRY_POINTS: Final = "platform_events.events"
"""The group of entry points that name modules with events."""

# What else a process has declared, such as a test, is not a service's.
_imported: Final[list[type[Event]]] = []


def import_events(modules: list[str]) -> None:
    """Import the modules that declare private events: those given, and those of entry points."""
    _imported.clear()
    _import([point.value for point in entry_points(group=ENTRY_POINTS)])
    add_events(modules)


def add_events(modules: list[str] | None) -> None:
    """Import more modules that declare private events, found from the working directory, too."""
    if modules:
        sys.path.insert(0, "")
        _import(modules)


ModulesOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--module",
        metavar="MODULE",
        callback=add_events,
        help="Import a module that declares events of a service's own; may be repeated.",
    ),
]
"""The option of a subcommand. Its callback does all that is to be done."""


def _import(names: list[str]) -> None:
    before = set(private_event_types())
    for module in names:
        try:
            import_module(module)
        except ImportError as error:
            fail(f"--module {module}: {error}", ExitCode.USAGE)
    _imported.extend(
        cls
        for cls in private_event_types()
        if cls not in _imported
        and (cls not in before or any(f"{cls.__module__}.".startswith(f"{n}.") for n in names))
    )


def event_types() -> tuple[type[Event], ...]:
    """List the events of the catalogue, and the private ones that were imported."""
    return (*EVENT_TYPES, *_imported)


def complete_name(incomplete: str) -> list[str]:
    """Complete the name of an event, as a shell asks for it."""
    return [cls.event_name for cls in event_types() if cls.event_name.startswith(incomplete)]
