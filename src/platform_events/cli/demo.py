"""``platform-events demo``: an event starts functions, on a server in this process."""

from __future__ import annotations

import typer

from ._exit_codes import ExitCode, fail


def demo() -> None:
    """Show an event starting functions.

    They run on an Inngest server in this process; a step fails, and is tried again. Needs the extra
    testing, and nothing else: no server, no network, no settings.
    """
    try:
        from ._demonstration import demonstrate

        demonstrate(typer.echo)
    except ModuleNotFoundError as error:
        fail(str(error), ExitCode.USAGE)
