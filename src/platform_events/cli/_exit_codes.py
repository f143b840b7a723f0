"""How the command ends."""

from __future__ import annotations

import os
import sys
from enum import IntEnum
from typing import NoReturn

import typer

from .._printable import printable
from ..errors import ConfigurationError, PlatformEventsError, SendError


class ExitCode(IntEnum):
    OK = 0
    FOUND = 1
    """Something is wrong with what was looked at: a name, an event, a setup."""
    USAGE = 2
    """The command was called in a wrong way, or a file cannot be read."""
    NOT_SENT = 3
    """Not all events were accepted, or their ids could not be written."""
    CONFIGURATION = 4
    """A setting is missing or wrong."""


def fail(message: str, code: ExitCode) -> NoReturn:
    """Say what is wrong, without a trace, and end."""
    typer.echo(f"error: {printable(message)}", err=True)
    raise typer.Exit(code)


def give_up_output() -> None:
    """Discard what is left in the buffer of standard output, which cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def code_of(error: PlatformEventsError) -> ExitCode:
    match error:
        case SendError():
            return ExitCode.NOT_SENT
        case ConfigurationError():
            return ExitCode.CONFIGURATION
        case _:
            return ExitCode.FOUND
