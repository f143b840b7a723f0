"""Fixtures that several test modules use, and how much Hypothesis tries."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .support.clients import clean_client, sender, server

__all__ = ["clean_client", "sender", "server"]

# What talks over real sockets, in real time: a machine that stalls can make an answer late.
_IN_REAL_TIME = ("contract", "examples", "functions", "sending", "serving", "soak", "testing")

# Machines of CI are slow at times, which is no failure of a test.
settings.register_profile("default", deadline=None, print_blob=True)
# The built wheel on many Pythons: what differs there shows in few examples.
settings.register_profile("quick", parent=settings.get_profile("default"), max_examples=20)
# The same mutant gets the same examples each time, in one process.
settings.register_profile(
    "mutation",
    parent=settings.get_profile("default"),
    derandomize=True,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.differing_executors],
)
settings.load_profile("default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests in which real time passes two more tries; what fails thrice has failed."""
    here = Path(__file__).parent
    # The longest first, so that no process is left alone with it in the end.
    items.sort(key=lambda item: "soak" not in item.path.parts)
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in _IN_REAL_TIME:
            item.add_marker(pytest.mark.flaky(reruns=2))
