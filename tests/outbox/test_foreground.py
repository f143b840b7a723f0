from __future__ import annotations

import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from platform_events import outbox
from platform_events.outbox import RelayCount, connect_relay
from platform_events.outbox._foreground import handled, run_relay

from ..support.clients import connect, follow
from ..support.http import EventServer

pytestmark = pytest.mark.usefixtures("clean_client")


@pytest.mark.parametrize("has_rich", [True, False], ids=["rich", "without rich"])
def test_a_terminal_gets_a_line_that_changes_if_rich_is_installed(
    sqlite: Engine, server: EventServer, monkeypatch: pytest.MonkeyPatch, has_rich: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    if not has_rich:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    connect(server.url, send_timeout_s=30)
    with Session(sqlite) as session, session.begin():
        outbox.send_event(session, follow())
    lines: list[str] = []
    assert run_relay(connect_relay(sqlite), is_once=True, write=lines.append) == RelayCount(sent=1)
    assert lines == ([] if has_rich else ["so far sent: 1, refused: 0, set aside: 0"])


def test_in_another_thread_no_signal_is_handled() -> None:
    before = signal.getsignal(signal.SIGTERM)

    def look() -> object:
        with handled(sys.exit, signal.SIGTERM):
            return signal.getsignal(signal.SIGTERM)

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(look).result() is before
