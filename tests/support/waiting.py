"""Waiting for what tells nobody: another process, or a state inside of a thread."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

_POLL_S = 0.005


def wait_until(
    is_done: Callable[[], object], within_s: float = 30, failure: Callable[[], str] = str
) -> None:
    """Look again and again, up to a deadline; the last argument says what was wrong then."""
    end = time.monotonic() + within_s
    while not is_done():
        assert time.monotonic() < end, failure()
        time.sleep(_POLL_S)


def is_listening(port: int) -> bool:
    """Tell whether something takes connections on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
