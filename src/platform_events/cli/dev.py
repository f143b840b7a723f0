"""``platform-events dev``: an Inngest server for development, without Node."""

from __future__ import annotations

from typing import Annotated

import typer

from ._exit_codes import ExitCode, fail


def dev(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where to listen on 127.0.0.1; 0 is any.")
    ] = 8288,
    apps: Annotated[
        list[str] | None,
        typer.Option(
            "--app",
            metavar="URL",
            help="Where a service serves its functions; may be repeated.",
        ),
    ] = None,
) -> None:
    """Run an Inngest server for development, until interrupted.

    It is the server of the tests: it runs in this process, keeps everything in memory and has no
    user interface. Writes the environment to set, then a line for each event and each run. An app
    is registered as soon as it answers. Needs the extra testing.
    """
    try:
        from ._development import develop

        develop(port, apps or [], typer.echo)
    except ModuleNotFoundError as error:
        fail(str(error), ExitCode.USAGE)
    except OSError as error:
        remedy = "stop what listens there, or give another --port"
        fail(f"cannot listen on port {port} ({error.strerror}): {remedy}", ExitCode.USAGE)
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.OK) from None
