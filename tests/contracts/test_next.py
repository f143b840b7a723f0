"""The npm package in a Next.js app: its names in a client component, its events on the server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_events import ScoringCalculate
from platform_events.contracts.npm import PACKAGE_NAME, write
from tests.support.node import Node, installed

pytestmark = pytest.mark.slow

SOURCES = Path(__file__).with_name("next")
DEPENDENCIES = Path(__file__).with_name("typescript")
# What zod, the SDK and our own validation cannot do without.
OF_THE_SERVER = ("async_hooks", "_zod", "safeParse", "NonRetriableError")


@pytest.fixture
def app(node: Node) -> Iterator[Path]:
    """The app, with the package installed.

    It is below the folder of its dependencies, as Turbopack follows no link out of a project.
    """
    root = installed(node, DEPENDENCIES).parent
    with tempfile.TemporaryDirectory(dir=root, prefix="next-") as name:
        folder = Path(name)
        shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
        (folder / "package.json").write_text('{"private": true}', "utf-8")
        write(folder / "node_modules" / PACKAGE_NAME)
        yield folder


@pytest.mark.parametrize("bundler", ["webpack", "turbopack"])
def test_a_client_component_gets_the_names_and_nothing_else(
    node: Node, app: Path, bundler: str
) -> None:
    options = ["--turbopack"] if bundler == "turbopack" else []
    done = node.run("../node_modules/next/dist/bin/next", "build", *options, folder=app)
    assert done.returncode == 0, done.stdout + done.stderr

    client = {path: path.read_text("utf-8") for path in (app / ".next/static").rglob("*.js")}
    server = "".join(path.read_text("utf-8") for path in (app / ".next/server").rglob("*.js"))
    [chunk] = [text for text in client.values() if ScoringCalculate.event_name in text]
    assert [word for word in OF_THE_SERVER if word in chunk] == []
    assert not any("async_hooks" in text or "_zod" in text for text in client.values())
    # All of these words are found where they belong.
    assert [word for word in OF_THE_SERVER if word not in server] == []
