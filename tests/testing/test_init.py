"""What the package offers to tests, and what it says where its extra is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

import platform_events.testing as package

PUBLIC = [
    "Fault",
    "FunctionCall",
    "LocalInngest",
    "NoRunError",
    "RegistrationError",
    "Run",
    "SentEvent",
    "SentEvents",
    "Status",
    "Step",
    "StepStubError",
    "call_function",
    "capture_events",
    "use_server",
]


def test_the_public_names_are_these() -> None:
    assert vars(package)["__all__"] == PUBLIC
    assert set(PUBLIC) <= set(dir(package))
    assert {name for name in PUBLIC if getattr(package, name) is None} == set()


def test_another_name_is_an_error_as_for_any_module() -> None:
    with pytest.raises(AttributeError, match=r"'platform_events\.testing' has no attribute 'Mock'"):
        getattr(package, "Mock")  # noqa: B009  # a checker refuses it otherwise


def test_without_its_extra_it_says_what_to_install() -> None:
    program = """
import sys
sys.modules["uvicorn"] = None
from platform_events.testing import capture_events
try:
    from platform_events.testing import LocalInngest
except ModuleNotFoundError as error:
    print(error, error.name)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == 'uvicorn is missing: pip install "platform-events[testing]" uvicorn\n'


def test_strategies_without_hypothesis_say_what_to_install() -> None:
    program = """
import sys
sys.modules["hypothesis"] = None
try:
    import platform_events.testing.strategies
except ModuleNotFoundError as error:
    print(error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == 'hypothesis is missing: pip install "platform-events[testing]"\n'


def test_events_of_the_catalogue_are_typed_whatever_was_imported() -> None:
    program = """
import httpx
from platform_events.testing import LocalInngest
data = {"member_id": "mem_1", "gym_id": "gym_1", "score": "progress", "reason": "manual"}
with LocalInngest() as server:
    event = {"name": "platform/scoring.calculate", "data": data}
    httpx.post(f"{server.url}/e/local", json=event)
    print([type(one).__name__ for one in server.events])
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "['ScoringCalculate']\n"


def test_events_of_the_sdk_can_be_sent_whatever_was_imported() -> None:
    program = """
import inngest
from platform_events import send_events
from platform_events.testing import capture_events
data = {"member_id": "mem_1", "gym_id": "gym_1", "score": "progress", "reason": "manual"}
with capture_events() as sent:
    send_events([inngest.Event(name="platform/scoring.calculate", data=data)])
print([type(one).__name__ for one in sent])
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "['ScoringCalculate']\n"


def test_importing_it_loads_nothing_heavy() -> None:
    program = "import sys, platform_events.testing; print('pydantic' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "False\n"
