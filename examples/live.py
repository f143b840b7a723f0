"""What an app does, shown in a terminal while it happens."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from rich import box
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from .recorder import News, Recorder, Run

_STYLES: Final = {"plain": "", "good": "green", "bad": "red"}


class View:
    """Shows every piece of news as a line, and below them, on a terminal, how far it is.

    Args:
        console: Where.
        recorder: What.
        functions: The ids of the functions to show.
    """

    def __init__(self, console: Console, recorder: Recorder, functions: Sequence[str]) -> None:
        self._console = console
        self._recorder = recorder
        self._functions = functions
        is_terminal = sys.stdout.isatty() and not console.is_dumb_terminal
        self._live = (
            Live(self.table(), console=console, auto_refresh=False, transient=True)
            if is_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.show()
        if self._live:
            self._live.stop()

    def show(self) -> bool:
        """Show what is new.

        Returns:
            Whether there was any.
        """
        news = self._recorder.news()
        for one in news:
            self._console.print(_line(one))
        if self._live and news:
            self._live.update(self.table(), refresh=True)
        return bool(news)

    def table(self) -> Table:
        """Make a table of how far the runs of each function are."""
        table = Table(box=box.SIMPLE, title="Runs", title_justify="left", title_style="bold")
        table.add_column("function")
        for column in ("runs", "completed", "failed", "steps", "failed attempts"):
            table.add_column(column, justify="right")
        runs = list(self._recorder.runs.values())
        for function in self._functions:
            own = [run for run in runs if run.function == function]
            table.add_row(function, *map(str, _counts(own)))
        return table


def _counts(runs: Sequence[Run]) -> tuple[int, ...]:
    return (
        len(runs),
        sum(run.status == "completed" for run in runs),
        sum(run.status == "failed" for run in runs),
        sum(len(run.steps) for run in runs),
        sum(run.failures for run in runs),
    )


def _line(news: News) -> Text:
    text = f"{news.at_ms:>6} ms  {news.subject:<7} {news.text}"
    return Text(text, style=_STYLES[news.tone], no_wrap=True, overflow="ellipsis")
