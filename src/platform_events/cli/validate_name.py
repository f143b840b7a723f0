"""``platform-events validate-name``: whether names follow the grammar."""

from __future__ import annotations

from typing import Annotated

import typer

from .._printable import printable
from ..errors import InvalidEventNameError
from ..naming import validate_event_name
from ._exit_codes import ExitCode
from ._modules import ModulesOption


def validate_names(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="What to check.")],
    _: ModulesOption = None,
) -> None:
    """Check whether names are well-formed.

    No event of the name need exist.
    """
    is_wrong = False
    for name in names:
        try:
            typer.echo(f"{validate_event_name(name)}: well-formed")
        except InvalidEventNameError as error:
            is_wrong = True
            typer.echo(printable(str(error)))
    if is_wrong:
        raise typer.Exit(ExitCode.FOUND)
