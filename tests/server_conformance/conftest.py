"""Which server the tests run against."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

import pytest

from platform_events.testing import LocalInngest
from tests.server_conformance.event_api import EventApi
from tests.server_conformance.frameworks import FRAMEWORKS
from tests.server_conformance.served_app import ServedApp, serve_app
from tests.server_conformance.target import Double, RealServer, Target

SIGNING_KEY = "12345678"
EVENT_KEY = "test-key"
RETRIED = ("failing_step", "recovering", "broken")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow_on_real: waits for retries of a real server")
    config.addinivalue_line("markers", "waits: waits for some seconds of the server's time")
    config.addinivalue_line("markers", "asynchronous: needs asynchronous functions")
    config.addinivalue_line("markers", "of_server: is the same with every framework")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    is_real = metafunc.config.getoption("--inngest-url") is not None
    kinds = ["real"] if is_real else ["dev", "self-hosted"]
    if "served" in metafunc.fixturenames:
        is_asynchronous = metafunc.definition.get_closest_marker("asynchronous") is not None
        names = [
            name
            for name, framework in FRAMEWORKS.items()
            if framework.serves_asynchronous or not is_asynchronous
        ]
        # A real clock cannot be moved: there one framework shows what takes time.
        alike = ["of_server", *(["waits", "slow_on_real"] if is_real else [])]
        if any(map(metafunc.definition.get_closest_marker, alike)):
            names = names[:1]
        # Either kind of server calls all frameworks alike, so one is enough to see a dev server.
        pairs = [(kinds[-1], name) for name in names] + [(kind, names[0]) for kind in kinds[:-1]]
        metafunc.parametrize(("target", "served"), pairs, indirect=True, scope="package")
    elif "target" in metafunc.fixturenames:
        is_of_server = metafunc.definition.get_closest_marker("of_server") is not None
        chosen = kinds[:1] if is_of_server else kinds
        metafunc.parametrize("target", chosen, indirect=True, scope="package")


@pytest.fixture(scope="package")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Give the server: the one that the options name, or the double of either kind."""
    if request.param == "real":
        option = request.config.getoption
        yield RealServer(
            url=str(option("--inngest-url")).rstrip("/"),
            event_key=option("--inngest-event-key") or "test-key",
            signing_key=option("--inngest-signing-key"),
            app_host=str(option("--inngest-app-host")),
        )
        return
    signing_key = SIGNING_KEY if request.param == "self-hosted" else None
    event_keys = [EVENT_KEY] if signing_key else None
    with LocalInngest(signing_key=signing_key, event_keys=event_keys) as server:
        yield Double(server, signing_key)


@pytest.fixture(scope="package")
def event_api(target: Target) -> Iterator[EventApi]:
    """Give its Event API."""
    with EventApi.of(target) as event_api:
        yield event_api


@pytest.fixture(scope="package")
def served(target: Target, request: pytest.FixtureRequest) -> Iterator[ServedApp]:
    """Give a registered app, served by a framework."""
    with serve_app(target, FRAMEWORKS[request.param]) as served:
        yield served


@pytest.fixture(scope="package")
def retried(served: ServedApp) -> Mapping[str, str]:
    """Start what is to be tried again, all at once: a real server takes up to 45 s for each."""
    member = f"mem_{uuid.uuid4().hex}"
    return {shape: served.start(shape, member) for shape in RETRIED}


@pytest.fixture
def member() -> str:
    """Give a member whom no other test has."""
    return f"mem_{uuid.uuid4().hex}"


@pytest.fixture
def unique() -> str:
    """Give what no other test has, in this run or another."""
    return uuid.uuid4().hex
