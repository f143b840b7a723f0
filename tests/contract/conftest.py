"""Which server the tests run against."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from platform_events.testing import LocalInngest
from tests.contract.target import Double, RealServer, Target

SIGNING_KEY = "signkey-test-12345678"
EVENT_KEY = "test-key"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow_on_real: waits for retries of a real server")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "target" in metafunc.fixturenames:
        url = metafunc.config.getoption("--inngest-url")
        kinds = ["real"] if url else ["dev", "self-hosted"]
        metafunc.parametrize("target", kinds, indirect=True, scope="package")


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


@pytest.fixture
def unique() -> str:
    """Give what no other test has, in this run or another."""
    return uuid.uuid4().hex
