"""Runs the examples of the documentation and of the docstrings as tests."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, chdir
from datetime import UTC, datetime
from doctest import ELLIPSIS
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

from tests.support.pages import (
    PATTERNS,
    PrintingPython,
    compare_with_printed,
    run_session,
)

if TYPE_CHECKING:
    from coverage import Coverage

pytest_plugins = ["pytester"]

WITH_COSTLY_FIXTURES = (
    "tests/contracts/test_html_in_browser",
    "tests/contracts/test_typescript",
    "tests/releases/",
)
"""Files whose fixtures take longer than their tests, so that one process runs all of them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests/server_conformance run against a real server; its __init__ says how."""
    group = parser.getgroup("inngest", "a real Inngest server for tests/server_conformance")
    group.addoption("--inngest-url", help="its origin, such as http://127.0.0.1:8288")
    group.addoption("--inngest-signing-key", help="its signing key, if it was given one")
    group.addoption("--inngest-event-key", help="an event key of it, if it was given any")
    group.addoption(
        "--inngest-app-host",
        default="127.0.0.1",
        help="the host under which it reaches this process (default: 127.0.0.1)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let tests make every event of the catalogue, those that are deprecated included."""
    from platform_events import EVENT_TYPES

    for reason in filter(None, (vars(kind).get("__deprecated__") for kind in EVENT_TYPES)):
        # A filter is parted by colons, so that the message must not have one.
        message = re.escape(reason).replace(":", ".")
        config.addinivalue_line("filterwarnings", f"ignore:(\\w+ is deprecated. )?{message}")


@pytest.fixture(scope="session", autouse=True)
def no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Spare HTTP clients the authorities: no server here has a certificate, and loading is slow."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SSL_CERT_FILE", raising=False)
        environment.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("certificates")))
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_clients() -> Iterator[None]:
    """Let HTTP clients wait a minute for an answer: on a busy machine one may take five seconds."""
    default = signature(httpx.get).parameters["timeout"].default
    with pytest.MonkeyPatch.context() as patience:
        for phase in ("connect", "read", "write", "pool"):
            patience.setattr(default, phase, 60)
        yield


@pytest.fixture(scope="module")
def example_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the examples an Inngest server, so that what they send arrives, and a folder to use."""
    from platform_events import override_client
    from platform_events.testing import LocalInngest

    with ExitStack() as stack:
        stack.enter_context(chdir(tmp_path_factory.mktemp("examples")))
        server = stack.enter_context(LocalInngest())
        stack.enter_context(
            override_client(app_id="scoring", is_production=False, event_api_base_url=server.url)
        )
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is traced first, so that no cache holds its results already."""
    if running_coverage():
        items.sort(key=is_untraced)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave property tests, and what is marked ``untraced``, out of the coverage.

    What random examples reach differs from run to run, and tracing them takes three times as long.
    """
    running = running_coverage() if is_untraced(item) else None
    if running is None:
        return (yield)
    running.stop()
    try:
        with pytest.MonkeyPatch.context() as environment:
            # Nor is what the test starts.
            environment.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            return (yield)
    finally:
        running.start()


def is_untraced(item: pytest.Item) -> bool:
    """Tell whether a test is left out of the coverage."""
    return any(map(item.get_closest_marker, ("hypothesis", "untraced")))


def running_coverage() -> Coverage | None:
    """Give what measures the coverage of this process, if that is measured."""
    coverage = sys.modules.get("coverage")
    return coverage.Coverage.current() if coverage else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors: a third of the time, tests wait."""
    return min(os.cpu_count() or 1, 7) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share the tests among the processes, by ``unit_of_work``."""
    # xdist comes without types.
    scheduler = import_module("xdist.scheduler").LoadScopeScheduling(config, log)
    scheduler._split_scope = unit_of_work
    return scheduler


def unit_of_work(nodeid: str) -> str:
    """Tell what one process runs as a whole: a test, or a file of examples."""
    file, _, _ = nodeid.partition("::")
    # The examples of a file build on each other.
    is_test = file.startswith("tests/") and not file.startswith(WITH_COSTLY_FIXTURES)
    return nodeid if is_test else file


def names_for_examples(namespace: dict[str, Any]) -> None:
    """Examples of a docstring may use what the package exports without importing it."""
    import platform_events

    public = vars(platform_events)["__all__"]
    namespace.update({name: getattr(platform_events, name) for name in public})
    namespace.update(now=datetime.now(UTC), asyncio=asyncio)


_docstrings = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    path="src",
    patterns=["**/*.py"],
    setup=names_for_examples,
    fixtures=["example_server"],
)
_pages = Sybil(
    parsers=[
        CodeBlockParser("python", PrintingPython()),
        CodeBlockParser("text", compare_with_printed),
        CodeBlockParser("console", run_session),
        SkipParser(),
    ],
    patterns=PATTERNS,
    excludes=["docs/_build/**"],
    fixtures=["example_server"],
)
pytest_collect_file = (_docstrings + _pages).pytest()
