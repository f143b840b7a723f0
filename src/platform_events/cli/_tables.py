"""Tables, for people and for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer

from .._printable import printable


def write_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Write rows: in columns on a terminal, and with tabs between them for other programs."""
    shown = (tuple(map(printable, row)) for row in rows)
    if not sys.stdout.isatty():
        for row in shown:
            typer.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for row in shown:
        for _ in row[len(table.columns) :]:
            # Names and addresses are to be copied: nothing of them is cut off.
            table.add_column(overflow="fold")
        # What is in brackets is text, and no style.
        table.add_row(*map(Text, row))
    Console().print(table)
