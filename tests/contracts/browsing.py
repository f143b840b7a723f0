"""A real browser for the catalogue page: Chromium, as Debian and others package it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NEEDED: Final = "PLATFORM_EVENTS_BROWSER_NEEDED"
"""Set where a missing browser is a failure and no reason to skip."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

# A machine that runs other tests, too, is slow at times.
expect.set_options(timeout=15_000)


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


class Visits:
    """Opens pages in a browser, one after the other."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[str, Page] = {}
        self._told: list[str] = []
        self._asked: list[str] = []

    @contextmanager
    def visit(
        self,
        address: str,
        **options: Any,  # Any: playwright's options of a context
    ) -> Generator[Page]:
        """Open a page that asks for nothing but itself, and tells of nothing in the console."""
        page = self._page(options)
        page.goto("about:blank")
        self._told.clear()
        self._asked.clear()
        page.goto(address)
        try:
            yield page
            assert self._told == []
            pages = {url.partition("#")[0] for url in self._asked if not url.startswith("data:")}
            assert pages == {address.partition("#")[0]}
        finally:
            if options.get("java_script_enabled", True):
                page.evaluate("localStorage.clear()")
            given = (options.get(name, "null") for name in ("color_scheme", "reduced_motion"))
            color_scheme, reduced_motion = given
            page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)

    def _page(self, options: dict[str, Any]) -> Page:  # Any: as above
        """Give a page with the options: the one that there is, as a new one takes a while."""
        key = repr(options)
        if key not in self._pages:
            size = {"viewport": {"width": 1280, "height": 800}}
            context = self._browser.new_context(**{**size, **options})
            context.on("console", lambda message: self._told.append(message.text))
            context.on("weberror", lambda error: self._told.append(str(error.error)))
            context.on("request", lambda request: self._asked.append(request.url))
            self._pages[key] = context.new_page()
            self._pages[key].set_default_timeout(10_000)
        return self._pages[key]
