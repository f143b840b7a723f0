"""What the tests of telemetry share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.telemetry.recording import Recording, recording


@pytest.fixture
def recorded() -> Iterator[Recording]:
    """Telemetry that is on for the test."""
    with recording() as recorded:
        yield recorded
