from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.testing._local.apps import close_clients


@pytest.fixture(scope="module", autouse=True)
def closed_clients() -> Iterator[None]:
    yield
    close_clients()
