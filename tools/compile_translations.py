#!/usr/bin/env python
"""Compile every .po file to .mo without GNU gettext, so that a machine with nothing but Python can run the product."""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SKIP = {".venv", "node_modules", ".git", ".data"}


def main() -> int:
    for po_path in sorted(ROOT.rglob("LC_MESSAGES/*.po")):
        if SKIP & set(po_path.relative_to(ROOT).parts):
            continue
        mo_path = po_path.with_suffix(".mo")
        if not mo_path.exists() or mo_path.stat().st_mtime < po_path.stat().st_mtime:
            polib.pofile(str(po_path)).save_as_mofile(str(mo_path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
