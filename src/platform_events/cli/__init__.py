"""The command ``platform-events``. Each subcommand has a module of its name.

Needs the extra ``cli``: ``pip install "platform-events[cli]"``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_INTERRUPTED: Final = 130  # as shells have it: 128 and the number of the signal


def main() -> None:
    """Run the command with the arguments of the process, and end the process.

    Raises:
        SystemExit: Always; the code is one of :class:`platform_events.cli._exit_codes.ExitCode`.
    """
    # Python has None for what the shell closed (`>&-`). To the end of the process there is a file.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    try:
        from ._app import run

        run()
    except KeyboardInterrupt:  # while it was being imported, or ended
        sys.exit(_INTERRUPTED)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"rich", "typer"}:
            raise
        sys.exit(f'{error.name} is missing: pip install "platform-events[cli]"')
