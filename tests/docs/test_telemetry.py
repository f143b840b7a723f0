"""The page about telemetry: what its formatters make of a run that failed."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import inngest
import pytest

from platform_events import ScoringCalculate, create_function
from platform_events.testing import call_function
from tests.functions.running_app import calculate
from tests.support.pages import ROOT, blocks

FORMATTERS = [
    block
    for block in blocks(ROOT / "docs" / "guide" / "telemetry.md", "python")
    if "setFormatter" in block
]
ATTRIBUTES = {"event_name", "event_id", "function", "run_id", "attempt", "problem"}


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("platform_events")
    before = list(logger.handlers)
    logger.handlers.clear()
    yield logger
    logger.handlers[:] = before


def test_all_of_them_are_found() -> None:
    assert len(FORMATTERS) == 3


@pytest.mark.parametrize("block", FORMATTERS, ids=["own", "python-json-logger", "structlog"])
def test_a_failed_run_is_one_line_of_json(
    block: str, logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    @create_function(fn_id="score", trigger=ScoringCalculate, retries=0)
    def score(ctx: inngest.ContextSync, event: ScoringCalculate) -> None:
        raise ValueError("secret")

    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    exec(block, {})
    call_function(score, calculate("mem_1"))
    [line] = written.getvalue().splitlines()
    facts = json.loads(line)
    assert facts.keys() >= ATTRIBUTES
    assert (facts["function"], facts["problem"]) == ("test-score", "ValueError")
    assert f"run {facts['run_id']} failed: ValueError" in line
    assert "platform_events.functions" in line
    assert facts.get("level", facts.get("levelname")).lower() == "error"
    assert "secret" not in line
