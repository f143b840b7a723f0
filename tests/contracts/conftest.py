"""What the tests of several contracts use."""

from __future__ import annotations

import pytest

from ..support.node import Node, find_node


@pytest.fixture(scope="session")
def node() -> Node:
    return find_node()
