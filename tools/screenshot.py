"""Take the picture of the catalogue page that the documentation shows.

python tools/screenshot.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from platform_events.contracts import html

PICTURE = Path(__file__).parent.parent / "docs" / "catalogue.png"
EVENT = "platform/alerts.churn-risk-check"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium on this machine: install the package `chromium`")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = html.write(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1120}, reduced_motion="reduce")
        page.goto(f"{page_file.as_uri()}#{EVENT}")
        page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE.relative_to(PICTURE.parent.parent), PICTURE.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
