#!/usr/bin/env python
"""Draws the icons of the installed app from our own mark: python tools/app_icons.py

The pages use static/icons/mark.svg itself; only home screens and task bars ask for pixels. Needs the Chromium of the browser tests.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons"
ACCENT = "#2b4a8b"
#: File, pixels, the part of the mark's 24 x 24 grid that is drawn, whether colour fills the picture to its corners: systems
#: cut a maskable icon to a shape of their own, and its middle four fifths stay.
DRAWN = (
    ("app-192.png", 192, "2 2 20 20", False),
    ("app-512.png", 512, "2 2 20 20", False),
    ("app-maskable-512.png", 512, "1 1 22 22", True),
    ("app-touch-180.png", 180, "2 2 20 20", True),
)


def main() -> None:
    symbol = re.search(r"<symbol.*</symbol>", (ICONS / "mark.svg").read_text(encoding="utf-8"), re.DOTALL)
    if symbol is None:
        raise SystemExit("mark.svg holds no symbol")
    chromium = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for name, pixels, box, filled in DRAWN:
            page = browser.new_page(viewport={"width": pixels, "height": pixels})
            ground = f'<rect width="24" height="24" fill="{ACCENT}"/>' if filled else ""
            page.set_content(
                "<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>"
                f'<svg viewBox="{box}">{symbol[0]}{ground}<use href="#mark" width="24" height="24" color="{ACCENT}"/></svg>'
            )
            page.screenshot(path=ICONS / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
