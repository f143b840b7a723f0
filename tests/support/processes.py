"""Processes that tests start."""

from __future__ import annotations

import os

# What a process needs, and what measures the coverage of it.
_KEPT = ("PATH", "SYSTEMROOT", "COVERAGE_")


def bare_environment() -> dict[str, str]:
    """Give the environment of a process for which nothing is configured."""
    return {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
