"""The command in this process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from unittest.mock import patch

import typer.testing
from typer.testing import CliRunner, Result

from platform_events.cli._app import app

# Building it from the functions takes longer than most commands.
_build = cache(typer.main.get_command)


def run_command(
    *arguments: str,
    given: str | bytes | None = None,
    environment: Mapping[str, str | None] | None = None,
) -> Result:
    """Call the command, with what it is given on standard input and in the environment."""
    with patch.object(typer.testing, "_get_command", _build):
        return CliRunner().invoke(app, arguments, input=given, env=environment)
