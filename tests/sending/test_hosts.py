"""Which URLs lead to this machine."""

from __future__ import annotations

import pytest

from platform_events.sending._hosts import is_loopback


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("http://127.0.0.1:8288", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8288", True),
        ("http://localhost:8288", True),
        ("http://dev.localhost", True),
        ("http://inngest:8288", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("http://[::1", False),
        ("not a URL", False),
    ],
)
def test_a_url_leads_to_this_machine_or_not(url: str, is_local: bool) -> None:
    assert is_loopback(url) is is_local
