"""``platform-events check-compat``: what the events have changed since released ones."""

from __future__ import annotations

from typing import Annotated

import typer

from .._printable import printable_json
from ..errors import ConfigurationError
from ._exit_codes import ExitCode, fail
from ._modules import ModulesOption, event_types
from ._options import JsonOption


def check_compat(
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REF|DIR|WHEEL",
            help="A release; may be given more than once, the oldest first. By default every tag "
            "such as v1.2.3 behind the current commit.",
        ),
    ] = None,
    has_prereleases: Annotated[
        bool, typer.Option("--prereleases", help="Tags such as v1.2.3-rc1 are releases, too.")
    ] = False,
    as_json: JsonOption = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write Markdown, for a pull request.")
    ] = False,
    _: ModulesOption = None,
) -> None:
    """Compare the events with released ones.

    Tells each change, whom it breaks (deployed producers, deployed consumers), and what to do.
    """
    from ..contracts.compatibility import check_compat
    from ..contracts.json_schema import event_schema

    if as_json and as_markdown:
        fail("--json and --markdown exclude each other", ExitCode.USAGE)
    new = {cls.event_name: event_schema(cls) for cls in event_types()}
    try:
        report = check_compat(new, against=against or (), has_prereleases=has_prereleases)
    except ConfigurationError as error:  # of --against, or of the folder
        fail(str(error), ExitCode.USAGE)
    if as_json:
        typer.echo(printable_json(report.to_json(), indent=2))
    else:
        typer.echo(report.to_markdown().rstrip() if as_markdown else report.to_text())
    raise typer.Exit(report.exit_code)
