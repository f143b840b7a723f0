"""Processes that tests start."""

from __future__ import annotations

import os

_KEPT = ("PATH", "SYSTEMROOT")


def bare_environment() -> dict[str, str]:
    """Give the environment of a process for which nothing is configured."""
    return {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
