from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest

import platform_events
from platform_events import catalog

OWN = """
    Category Client ConfigurationError EVENT_NAMES Event EventDefinitionError EventFunction
    EventName EventNameStr EventTooLargeError Failure FunctionDefinitionError FunctionOptions
    InvalidEvent InvalidEventError InvalidEventNameError KnownEventName NameRule On OnFailure
    OnInvalid Open Payload PlatformEventsError Problem SendError Sensitive Servable
    UnknownEventError asend_event asend_events
    build_event_name catalog configure create_function errors events fields functions get_client
    invoke_function is_event_name is_known_event_name names naming override_client parse_event
    parse_event_name parsing send_event send_events send_events_step sending serving
    suggest_event_names validate_event_name wait_for_event
"""
PUBLIC = sorted({*OWN.split(), *catalog.__all__})
"""What the package itself offers, and what the catalogue declares."""


def loaded_after(script: str) -> set[str]:
    code = f"{script}\nimport json, sys; print(json.dumps(list(sys.modules)))"
    return set(json.loads(subprocess.check_output([sys.executable, "-c", code])))


def test_nothing_becomes_public_by_accident() -> None:
    assert sorted(vars(platform_events)["__all__"]) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_what_its_module_has(name: str) -> None:
    value: Any = getattr(platform_events, name)
    assert name in dir(platform_events)
    home = vars(importlib.import_module("platform_events._exports"))["HOMES"][name]
    module = importlib.import_module(home, "platform_events")
    assert value is (module if home.endswith(f".{name}") else getattr(module, name))


def test_a_name_that_does_not_exist_is_told() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'send_evnt'"):
        platform_events.send_evnt  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]  # the mistake


def test_a_star_gives_the_public_names() -> None:
    namespace: dict[str, object] = {}
    exec("from platform_events import *", namespace)
    assert namespace.keys() - {"__builtins__"} == set(PUBLIC)


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = loaded_after("import platform_events")
    assert not loaded & {
        "pydantic",
        "pydantic_core",
        "inngest",
        "httpx",
        "platform_events.events.event",
    }


def test_events_load_neither_the_sdk_nor_its_http() -> None:
    loaded = loaded_after(
        "from platform_events import ScoringCalculate, PlatformEvent, parse_event"
    )
    assert "pydantic" in loaded
    assert not loaded & {"inngest", "httpx", "platform_events.sending.client"}
