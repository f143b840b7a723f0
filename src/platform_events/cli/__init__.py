"""The command ``platform-events``: look at events, check them, send them.

Needs the extra ``cli``: ``pip install "platform-events[cli]"``.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command with the arguments of the process, and end the process.

    Raises:
        SystemExit: Always; the code is one of :class:`platform_events.cli.exiting.ExitCode`.
    """
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"rich", "typer"}:
            raise
        sys.exit(f'{error.name} is missing: pip install "platform-events[cli]"')
    run()
