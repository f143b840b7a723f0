"""The npm package under Node.js, next to the bare SDK with schemas of zod that check as much."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from platform_events import Event, ScoringCalculate, WearableDataReceived
from platform_events.contracts import npm
from platform_events.contracts.json_schema import event_schema
from tests.support.node import Node, find_node, installed

from .measuring import Comparison, Measure

SCRIPT: Final = Path(__file__).with_suffix(".mjs")
DEPENDENCIES: Final = Path(__file__).parent.parent / "tests" / "contracts" / "typescript"
# Beside what zod knows, a text is checked for lone surrogates, an instant for its range, and an
# object for what holds between its fields, of which a night has many.
SMALL: Final = 2.0
MANY: Final = 3.5
# The first use of an event makes its schema, and those of what is in it.
FIRST: Final = 2.0
IMPORT: Final = 1.25


@contextmanager
def comparisons() -> Generator[list[Comparison]]:
    """Give the comparisons; none, with a message, where there is no Node.js or no npm registry."""
    try:
        node = find_node()
        modules = installed(node, DEPENDENCIES)
    except (pytest.fail.Exception, AssertionError) as error:
        print(f"TypeScript is not measured: {error}")
        yield []
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "node_modules").mkdir()
        for path in modules.iterdir():
            (folder / "node_modules" / path.name).symlink_to(path)
        npm.write(folder / "node_modules" / npm.PACKAGE_NAME)
        (folder / SCRIPT.name).write_text(SCRIPT.read_text("utf-8"), "utf-8")
        yield list(_compared(node, folder))


def _compared(node: Node, folder: Path) -> Iterator[Comparison]:
    small, many = _example(ScoringCalculate), _example(WearableDataReceived)
    for what, name, limit, count, data in (
        ("an event of four fields, created and validated", "median", SMALL, 1, small),
        ("1,000 measurements, created and validated", "median", MANY, 1_000, many),
        ("the first event with a measurement", "first", FIRST, 1, many),
        ("`import`", "load", IMPORT, 1, small),
    ):
        sides: list[Measure] = [
            partial(_seconds, node, folder, side, name, count, data) for side in ("ours", "plain")
        ]
        yield Comparison(f"TypeScript: {what}", limit, 1, *sides)


def _example(kind: type[Event]) -> str:
    examples: Any = event_schema(kind)["examples"]  # JSON
    return json.dumps({"name": kind.event_name, "data": examples[0]})


def _seconds(node: Node, folder: Path, *arguments: object) -> float:
    side, name, count, data = map(str, arguments)
    done = node.run(SCRIPT.name, side, count, data, folder=folder)
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout)[name]) / 1000
