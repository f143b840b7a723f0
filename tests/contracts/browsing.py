"""A real browser for the catalogue page: Chromium, as Debian and others package it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NEEDED: Final = "PLATFORM_EVENTS_BROWSER_NEEDED"
"""Set where a missing browser is a failure and no reason to skip."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find_browser() -> str:
    """Find it on this machine; skip the test if there is none."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    missing = "no Chromium on this machine: install the package `chromium`"
    if os.environ.get(NEEDED):
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def launched() -> Generator[Browser]:
    """Start it, with a new profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    **options: Any,  # Any: playwright's options of a context
) -> Generator[Page]:
    """Open a page that asks for nothing but itself, and tells of nothing in the console."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    told: list[str] = []
    asked: list[str] = []
    context.on("console", lambda message: told.append(message.text))
    context.on("weberror", lambda error: told.append(str(error.error)))
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.set_default_timeout(10_000)
    try:
        page.goto(address)
        yield page
        assert told == []
        pages = {url.partition("#")[0] for url in asked if not url.startswith("data:image/svg")}
        assert pages == {address.partition("#")[0]}
    finally:
        context.close()
